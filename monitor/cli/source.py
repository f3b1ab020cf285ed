"""source: what is polled, how is it, and what would an address give?"""

from __future__ import annotations

import asyncio
import json as jsonlib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .context import now, opened, settings_now
from .opml import app as opml

if TYPE_CHECKING:
    from ..config.settings import Settings

app = typer.Typer(no_args_is_help=True, help="Try an address and add it, list sources and their health, poll one now.")
app.add_typer(opml, name="opml")


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
    address: Annotated[
        str, typer.Argument(help="http(s) address of a feed, page, list or sitemap, or a folder's path.")
    ],
    kind: Annotated[str, typer.Option("--kind", help="feed, page, listing, sitemap; guessed when left out.")] = "",
    follow: Annotated[str, typer.Option("--follow", help="CSS selector of a listing's links.")] = "",
    select: Annotated[str, typer.Option("--select", help="CSS selector of the block of a page.")] = "",
    following: Annotated[str, typer.Option("--next", help="CSS selector of the link to the next page.")] = "",
    read: Annotated[
        int, typer.Option("--read", min=0, max=20, help="How many links of a list are read as samples.")
    ] = 1,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Dry run: fetches an address, reads it as a source would, and says what would be read and matched. Stores nothing.

    Examples: monitor source try https://example.org/feed.xml · monitor source try https://example.org/notices/ --read 3
    """
    from .trying import refusal, show

    found = _tried(address, kind, {"follow": follow, "select": select, "next": following}, read)
    if json:
        print(jsonlib.dumps(found, ensure_ascii=False))
    elif "error" in found:
        print(f"{address}: {refusal(found)}", file=sys.stderr)
    else:
        show(found)
    if "error" in found:
        raise typer.Exit(1)


@app.command("add")
def add_source(
    address: Annotated[
        str, typer.Argument(help="http(s) address of a feed, page, list or sitemap, or a folder's path.")
    ],
    file: Annotated[str, typer.Option("--file", help="Which file of the watchlist folder.")] = "sources.yaml",
    key: Annotated[str, typer.Option("--key", help="The source's key; made of the address when left out.")] = "",
    kind: Annotated[str, typer.Option("--kind", help="feed, page, listing, sitemap; guessed when left out.")] = "",
    follow: Annotated[str, typer.Option("--follow", help="CSS selector of a listing's links.")] = "",
    every: Annotated[str, typer.Option("--every", help="How often, such as 15 min or 5 min..2 h.")] = "",
    watchlists: Annotated[Path | None, typer.Option("--watchlists", help="Folder of *.yaml files.")] = None,
) -> None:
    """Tries an address and writes it into a watchlist file as a source; comments and all else stay as they are.

    Example: monitor source add https://example.org/notices/ --key city-notices
    """
    from .adding import NotAdded, add
    from .trying import refusal

    settings = settings_now(watchlists)
    found = _tried(address, kind, {"follow": follow}, 0, settings)
    if "error" in found:
        print(f"{address}: nothing was written: {refusal(found)}", file=sys.stderr)
        raise typer.Exit(1)
    try:
        written = add(settings, found, file, key, every)
    except NotAdded as error:
        print(f"monitor: {error}; nothing was written", file=sys.stderr)
        raise typer.Exit(1) from None
    print(f"{written.path}:{written.line}: added")
    print(written.text, end="")


def _tried(
    address: str, kind: str, options: Mapping[str, str], read: int, settings: Settings | None = None
) -> dict[str, object]:
    from .trying import try_address

    given = {name: value for name, value in options.items() if value}
    return asyncio.run(try_address(settings or settings_now(), address, kind, given, read))


@app.command("poll")
def poll_source(
    key: Annotated[str, typer.Argument(help="The source's key in the watchlist.")],
    actor: Annotated[str, typer.Option("--actor", help="Who asks, for the log.")] = "operator",
) -> None:
    """Makes a source due: a running service polls it within a second or two."""

    async def work() -> bool:
        try:
            return await store.poll_now(key, actor, now())
        finally:
            await store.writer.close()

    with opened() as (store, _):
        if not asyncio.run(work()):
            told = f"there is no source {key!r} in force, or it rests; `monitor source list` shows those there are"
            print(f"monitor: {told}", file=sys.stderr)
            raise typer.Exit(1)
    print(f"{key} is due now")
