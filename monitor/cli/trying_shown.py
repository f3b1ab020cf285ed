"""trying_shown: what an address would give, on a terminal or in a pipe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .output import short
from .trying import EXCERPT, MOST_SHOWN

KINDS = {
    "feed": "a feed",
    "page": "one page",
    "listing": "a list of notices",
    "sitemap": "a sitemap",
    "folder": "a folder",
}


def screen(told: Mapping[str, Any], colours: bool) -> None:
    """Prints the answer, in colours on a terminal and plain in a pipe."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=not colours, no_color=not colours)
    console.print(Text(_line(told["title"]) or "(no title)", style="bold"))
    for name, value in _facts(told):
        console.print(Text.assemble((f"{name:<9}", "dim"), value))
    _part(console, "entries" if told["kind"] == "feed" else "text", _texts(told))
    _part(console, f"links to read: {len(told['links'])}", _links(told))
    _part(console, "as they would be read", _samples(told))
    _matches(console, told)
    for warning in told["warnings"]:
        console.print(Text.assemble(("! ", "yellow"), _line(warning)))
    console.print()
    console.print(Text("for the sources: of a watchlist", style="dim"))
    for line in str(told["suggestion"]).splitlines():
        console.print(Text(f"  {line}", style="cyan"))


def _facts(told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    guessed = " (guessed; --kind names another)" if told["guessed"] else ""
    yield "kind", f"{KINDS.get(told['kind'], told['kind'])}{guessed}"
    yield "address", _line(told["found_at"])
    if told["kind"] == "feed":
        span = f", {_day(told['oldest'])} to {_day(told['newest'])}" if told["newest"] else ""
        yield "entries", f"{told['entries']}{span}"
    if told["pages"] > 1:
        yield "pages", f"{told['pages']} read"
    if told["language"]:
        yield "language", _line(told["language"])
    if told.get("robots"):
        yield "robots", _line(told["robots"])
    links = len(told["links"])
    if told["kind"] != "folder":
        wait = f"; {links} links take about {_span(links * told['pace'])}" if links and told["pace"] else ""
        yield "pace", f"{told['pace']:g} s between requests to this host{wait}"


def _texts(told: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for one in told["texts"][:MOST_SHOWN]:
        beginning = "" if told["kind"] == "feed" else short(_line(one["text"]), EXCERPT * 3)
        yield _day(one["published"]), _line(one["title"]) or _line(one["text"])[:80], beginning
        for url in one["attachments"][:5]:
            yield "", f"  + {url}", ""
    if len(told["texts"]) > MOST_SHOWN:
        yield "", f"… and {len(told['texts']) - MOST_SHOWN} more", ""


def _links(told: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for link in told["links"][:MOST_SHOWN]:
        yield (
            _day(link["stamp"]) if told["kind"] == "sitemap" else "",
            _line(link["title"]) or link["url"],
            link["url"] if link["title"] else "",
        )
    if len(told["links"]) > MOST_SHOWN:
        yield "", f"… and {len(told['links']) - MOST_SHOWN} more", ""


def _samples(told: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for one in told["samples"]:
        if "error" in one:
            yield "", _line(one["title"]) or one["url"], f"cannot be read: {_line(one['error'])}"
            continue
        for text in one["texts"]:
            yield _day(text["published"]), _line(text["title"]), short(_line(text["text"]), EXCERPT)
            for url in text["attachments"][:5]:
                yield "", f"  + {url}", ""
        for warning in one["warnings"]:
            yield "", f"  ! {_line(warning)}", ""


def _part(console: Any, title: str, rows: Iterator[tuple[str, str, str]]) -> None:
    from rich.text import Text

    found = list(rows)
    if not found:
        return
    console.print()
    console.print(Text(title, style="dim"))
    for day, words, more in found:
        console.print(Text.assemble((f"{day:<11}", "dim"), words))
        if more:
            console.print(Text(f"{'':<11}{more}", style="dim"))


def _matches(console: Any, told: Mapping[str, Any]) -> None:
    from rich.text import Text

    console.print()
    styles = {"alert": "bold red", "review": "yellow", "suppressed": "dim"}
    if not told["hits"]:
        console.print(Text("no watched term stands in what was read", style="dim"))
        return
    console.print(Text("matches", style="dim"))
    for hit in told["hits"][:MOST_SHOWN]:
        reason = f" ({_line(hit['reasons'][0])})" if hit["reasons"] else ""
        console.print(
            Text.assemble(
                (f"{hit['verdict']:<11}", styles.get(hit["verdict"], "")),
                f"{hit['topic']}: {_line(hit['text'])}{reason}",
            )
        )
        console.print(Text(f"{'':<11}{_line(hit['title'])}", style="dim"))


def _day(moment: object) -> str:
    return str(moment)[:10] if moment else ""


def _span(seconds: float) -> str:
    return f"{seconds / 3600:.0f} h" if seconds >= 7_200 else f"{max(1, seconds / 60):.0f} min"


def _line(text: object) -> str:
    """Content on one line, without what could steer a terminal."""
    return "".join(sign if sign.isprintable() else " " for sign in " ".join(str(text or "").split()))
