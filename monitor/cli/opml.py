"""opml: how do the subscriptions of a feed reader become sources, and sources subscriptions?"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from xml.sax.saxutils import quoteattr

import typer

from .context import settings_now

if TYPE_CHECKING:
    from ..domain.source import Source

app = typer.Typer(no_args_is_help=True, help="Subscriptions of feed readers, in and out.")
MOST = 10_000_000  # bytes of a file


@app.command("import")
def import_opml(
    opml: Annotated[Path, typer.Argument(help="The OPML file that a feed reader exported.")],
    file: Annotated[str, typer.Option("--file", help="Which file of the watchlist folder.")] = "sources.yaml",
    every: Annotated[str, typer.Option("--every", help="How often they are polled.")] = "15 min..6 h",
    watchlists: Annotated[Path | None, typer.Option("--watchlists", help="Folder of *.yaml files.")] = None,
) -> None:
    """Adds the feeds of an OPML file to a watchlist file; those that are sources already are passed over.

    Example: monitor source opml import subscriptions.opml
    """
    from ..config.watchlists import load_folder
    from .adding import NotAdded, write
    from .trying import key_of

    settings = settings_now(watchlists)
    try:
        feeds = dict(read(opml))
        known = {
            source.address for source in load_folder(settings.watchlists, check_examples=False, channels=False).sources
        }
        entries = [
            {"source": key_of(url), **({"name": title} if title else {}), "feed": url, "every": every}
            for url, title in feeds.items() if url not in known
        ]  # fmt: skip
        if entries:
            print(f"{write(settings, entries, file).path}: added {len(entries)} of {len(feeds)} feeds")
        else:
            print(f"nothing to add: all {len(feeds)} feeds are sources already" if feeds else "the file names no feed")
    except (NotAdded, OSError, ValueError) as error:
        print(f"monitor: {error}; nothing was written", file=sys.stderr)
        raise typer.Exit(1) from None


@app.command("export")
def export_opml(
    watchlists: Annotated[Path | None, typer.Option("--watchlists", help="Folder of *.yaml files.")] = None,
) -> None:
    """Prints the feeds of the watchlists as OPML, for any feed reader.

    Example: monitor source opml export > feeds.opml
    """
    from ..config.watchlists import load_folder

    loaded = load_folder(settings_now(watchlists).watchlists, check_examples=False, channels=False)
    print(written([source for source in loaded.sources if source.kind == "feed"], datetime.now(UTC)), end="")


def read(path: Path) -> Iterator[tuple[str, str]]:
    """(address, title) of each feed, folders and all. Raises OSError, and ValueError for what is no OPML."""
    from lxml import etree

    body = path.read_bytes()
    if len(body) > MOST:
        raise ValueError(f"{path} is larger than {MOST:,} bytes")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False)
    root = etree.fromstring(body, parser) if body.strip() else None
    if root is None or _name(root) != "opml":
        raise ValueError(
            f"{path} is no OPML file: its root element is {_name(root) if root is not None else 'missing'}"
        )
    return iter(_feeds(root))


def _feeds(root: Any) -> list[tuple[str, str]]:
    found = []
    for outline in root.iter():
        if _name(outline) != "outline":
            continue
        given = {str(name).lower(): str(value).strip() for name, value in outline.attrib.items()}
        url = given.get("xmlurl", "")
        if url.startswith(("http://", "https://")):
            title = " ".join((given.get("title") or given.get("text") or "").split())[:200]
            found.append((url, title))
    return found


def _name(element: Any) -> str:
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def written(sources: list[Source], now: datetime) -> str:
    """Sources as an OPML 2.0 file."""
    rows = "".join(
        f'    <outline type="rss" text={quoteattr(one.name or one.key)} xmlUrl={quoteattr(one.address)}/>\n'
        for one in sources
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n  <head>\n    <title>mention-monitor</title>\n'
        f"    <dateCreated>{now:%a, %d %b %Y %H:%M:%S} GMT</dateCreated>\n  </head>\n  <body>\n{rows}  </body>\n</opml>\n"
    )
