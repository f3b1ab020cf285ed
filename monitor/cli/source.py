"""source: what is polled, how is it, and what would an address give?"""

from __future__ import annotations

import asyncio
import json as jsonlib
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from .context import now, opened, settings_now
from .output import as_json, short, table

if TYPE_CHECKING:
    from ..domain.document import Reading
    from ..domain.source import Fetched

app = typer.Typer(no_args_is_help=True, help="Try an address, list sources and their health, poll one now.")


@app.command("list")
def list_sources(
    json: Annotated[bool, typer.Option("--json", "--jsonl", help="One JSON object a line.")] = False,
) -> None:
    """Lists all sources with their health, since when, and what to do; those in trouble first."""
    from . import sources_list

    moment = now()
    with opened() as (_, queries):
        days = queries.source_days(sources_list.since_day(moment))
        found = sources_list.rows(queries.sources(), days, moment)
    if json:
        sources_list.show_json(found)
    else:
        sources_list.show(found, moment)


@app.command("try")
def try_source(
    url: Annotated[str, typer.Argument(help="http(s) address of a feed, page or list.")],
    kind: Annotated[str | None, typer.Option("--kind", help="feed, page or listing; guessed when left out.")] = None,
    follow: Annotated[str | None, typer.Option("--follow", help="CSS selector of a listing's links.")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Dry run: fetches an address, reads it as a source would, and says what would be found. Stores nothing.

    Example: monitor source try https://example.org/feed.xml
    """
    found = asyncio.run(_try(url, kind, {"follow": follow} if follow else {}))
    if json:
        print(jsonlib.dumps(found, ensure_ascii=False))
    elif "error" in found:
        print(f"{url}: {found['error']}", file=sys.stderr)
    else:
        _show(found)
    if "error" in found:
        raise typer.Exit(1)


@app.command("poll")
def poll_source(key: Annotated[str, typer.Argument(help="The source's key in the watchlist.")]) -> None:
    """Makes a source due: a running service polls it within a second or two."""

    async def work() -> bool:
        try:
            return await store.poll_now(key, now())
        finally:
            await store.writer.close()

    with opened() as (store, _):
        if not asyncio.run(work()):
            print(f"monitor: there is no source {key!r}; `monitor source list` shows those there are", file=sys.stderr)
            raise typer.Exit(1)
    print(f"{key} is due now")


async def _try(url: str, kind: str | None, options: dict[str, object]) -> dict[str, object]:
    from .. import wiring
    from ..adapters.clock import SystemClock
    from ..adapters.process import ChildRoom
    from ..domain.errors import ReadError
    from ..domain.source import Failed, Fetched, Request

    settings = settings_now()
    fetcher = wiring.fetcher(settings)
    room = ChildRoom(SystemClock(), b"try", 1)
    try:
        result = await fetcher.fetch(Request(url, cap=settings.fetch.cap, deadline=settings.fetch.deadline))
        if isinstance(result, Failed):
            return {"url": url, "error": f"{result.reason}: {result.detail}" if result.detail else result.reason}
        assert isinstance(result, Fetched)
        await room.use(wiring.topics_only(settings.watchlists))
        chosen, reading = await _read(room, result, kind, options)
        return _found(url, chosen, reading)
    except ReadError as error:
        return {"url": url, "error": str(error)}
    finally:
        await room.close()
        await fetcher.close()


async def _read(room: object, fetched: Fetched, kind: str | None, options: dict[str, object]) -> tuple[str, Reading]:
    """Reads as the kind that was asked for; else as a feed if it is one, else as a page or, with a selector, a list."""
    from ..domain.document import Origin
    from ..domain.errors import ReadError

    kinds = [kind] if kind else ["listing"] if options else ["feed", "page"]
    for one in kinds:
        origin = Origin("try", one, fetched.url, fetched.content_type, fetched.charset, options)
        try:
            return one, await room.read(fetched.body, origin)  # type: ignore[attr-defined]
        except ReadError:
            if one == kinds[-1]:
                raise
    raise ReadError("unreadable")


def _found(url: str, kind: str, reading: Reading) -> dict[str, object]:
    hits = [
        {"topic": hit.topic, "verdict": hit.verdict.value, "title": text.extracted.title, "url": text.extracted.url,
         "text": hit.matches[0].text if hit.matches else "", "reasons": list(hit.reasons)}
        for text in reading.prepared for hit in text.hits
    ]  # fmt: skip
    return {
        "url": url, "kind": kind, "title": reading.harvest.title, "entries": reading.harvest.entries,
        "texts": len(reading.prepared), "links": [as_json(link) for link in reading.harvest.links],
        "truncated": reading.harvest.truncated, "warnings": list(reading.harvest.warnings), "hits": hits,
    }  # fmt: skip


def _show(found: dict[str, object]) -> None:
    links = found["links"]
    assert isinstance(links, list)
    print(f"{found['url']}: read as a {found['kind']}: {found['title'] or '(no title)'}")
    print(f"{found['texts']} texts, {len(links)} links to read, {found['entries']} entries")
    for warning in found["warnings"]:  # type: ignore[attr-defined]
        print(f"warning: {warning}")
    for link in links[:20]:
        print(f"  link {link['url']}  {short(link['title'], 50)}")
    hits = found["hits"]
    assert isinstance(hits, list)
    rows = ((hit["topic"], hit["verdict"], hit["text"], short(hit["title"], 50)) for hit in hits)
    table("Hits", ("topic", "verdict", "text", "title"), rows, "No watched term stands in what was read.")
