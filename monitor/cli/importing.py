"""importing: what do archives on disk hold that is watched for?"""

from __future__ import annotations

import asyncio
import shutil
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .context import now, opened, settings_now
from .output import line, table
from .progress import progress

if TYPE_CHECKING:
    from ..adapters.sql import SqlQueries, SqlStore
    from ..config.settings import Settings
    from ..domain.archive import Imported
    from ..turns.importing import Order

CHECK_EVERY = 20  # groups of pieces between looks at the disk


def import_command(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH…", help="Folders, documents, .zip, .warc(.gz), .mbox, .jsonl(.gz), lists of URLs."
        ),
    ],
    source: Annotated[str, typer.Option("--source", help="The source that the documents are stored under.")],
    quiet: Annotated[bool, typer.Option("--quiet", help="Tell nobody of what is found; say why with --why.")] = False,
    why: Annotated[str, typer.Option("--why", help="Why nobody is told, for the log.")] = "",
    actor: Annotated[str, typer.Option("--actor", help="Who imports, for the log.")] = "operator",
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Imports archives the way everything else comes: read in a child, matched, compared, stored, told once as a summary.

    Dates are kept, broken pieces are counted by reason, and the same command goes on where an earlier one stopped.
    Exits 1 when it had to stop early. Example: monitor import ./saved-pages mails.mbox --source city-notices
    """
    from .. import wiring
    from ..turns.importing import Order

    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        print(f"monitor: there is no {', '.join(missing)}", file=sys.stderr)
        raise typer.Exit(2)
    if quiet and not why:
        print("monitor: --quiet needs --why: who reads the log will ask", file=sys.stderr)
        raise typer.Exit(2)
    order = Order(source, f"import into {source} {now():%Y-%m-%d %H.%M.%S}", actor, quiet, why)
    settings = settings_now()
    wiring.configure_logging(settings.log.level, settings.log.format)
    with opened(settings) as (store, queries):
        found = asyncio.run(_work(settings, store, queries, paths, order))
    if json:
        print(line(found))
    else:
        _show(found, quiet)
    if found.stopped:
        raise typer.Exit(1)


async def _work(
    settings: Settings, store: SqlStore, queries: SqlQueries, paths: Sequence[Path], order: Order
) -> Imported:
    from .. import wiring
    from ..adapters.archive import Caps, pieces
    from ..adapters.sql.late import SqlLateHits
    from ..turns.importing import import_pieces

    rules, canonical = wiring.in_force(settings, queries.current_files())
    await store.save_ruleset(rules, canonical, now())
    caps = Caps(body=settings.fetch.cap)
    async with wiring.comparing(settings, None, rules, await store.fingerprint_key()) as room:
        desk = wiring.desk_for(settings, store, queries, room, rules.id)
        stop = _stopper(settings.state, desk.limits.least_free)
        try:
            with progress("import", "pieces") as tell:
                things = pieces(paths, order.source, caps)
                return await import_pieces(desk, SqlLateHits(store.writer), things, order, tell, stop)
        finally:
            await desk.fetcher.close()
            await desk.notifier.close()
            await store.writer.close()


def _stopper(folder: Path, least: int) -> Callable[[], str]:
    """Asked between groups: why to stop now - Ctrl-C, SIGTERM, or a disk that is nearly full - or nothing."""
    asked: list[str] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, asked.append, "asked to stop")
    looks = 0

    def stop() -> str:
        nonlocal looks
        looks += 1
        if looks % CHECK_EVERY == 1 and (free := shutil.disk_usage(folder).free) < least:
            return (
                f"only {free / 1e9:.2f} GB are free on the disk of {folder}, {least / 1e9:.0f} GB are wanted: make room"
            )
        return asked[0] if asked else ""

    return stop


def _show(found: Imported, quiet: bool) -> None:
    broken = sum(found.broken.values())
    speed = f" ({found.pieces / found.seconds:,.0f} a second)" if found.seconds else ""
    print(
        f"{found.pieces:,} pieces in {found.seconds:,.1f} s{speed}: {found.stored:,} stored, {found.known:,} known already, "
        f"{broken:,} broken" + (f", {found.before:,} done by an earlier run" if found.before else "")
    )
    print(f"{found.versions:,} texts, {found.hits:,} hits, {found.alerts:,} of them alerts")
    if found.broken:
        named: dict[str, list[str]] = {}
        for reason, place in found.examples:
            named.setdefault(reason, []).append(place)
        rows = ((reason, count, ", ".join(named.get(reason, []))) for reason, count in found.broken.items())
        table("Broken", ("reason", "pieces", "for example"), rows, "")
    if found.stopped:
        print(f"monitor: the import stopped: {found.stopped}", file=sys.stderr)
    elif quiet:
        print("nobody is told; each hit says so among its reasons")
    elif found.waiting:
        print(f"{found.waiting:,} hits wait for one summary: the running service, or the next `monitor run`, tells it")
