"""rematch: what do the watchlists in force find in what is stored already, recorded and told as one summary?"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from .context import now, opened, settings_now
from .output import line
from .preview import Json, Since, since_of
from .progress import progress

if TYPE_CHECKING:
    from ..adapters.sql import SqlQueries, SqlStore
    from ..config.settings import Settings
    from ..domain.archive import Rematched


def rematch_command(
    since: Since = "30d",
    actor: Annotated[str, typer.Option("--actor", help="Who asks for it, for the log.")] = "operator",
    json: Json = False,
) -> None:
    """Judges stored texts again under the ruleset in force and records hits where the judgement differs.

    Each says `found-late` among its reasons. The running service, or the next `monitor run`, tells them as one summary.
    Asking again records nothing twice. See first what it would come to: monitor watchlist preview.
    """
    from .. import wiring

    settings, after = settings_now(), since_of(since)
    wiring.configure_logging(settings.log.level, settings.log.format)
    with opened(settings) as (store, queries):
        found = asyncio.run(_work(settings, store, queries, after, actor))
    if json:
        print(line(found))
        return
    print(
        f"{found.hits:,} hits recorded on {found.versions:,} of {found.texts:,} stored texts in {found.seconds:.1f} s: "
        f"{found.alerts:,} alerts, {found.reviews:,} reviews, {found.suppressed:,} suppressed, {found.lost:,} no longer hold"
    )
    if found.missing:
        print(f"{found.missing:,} versions of that time have no text any more and could not be asked")
    if found.unjudged:
        print(f"{len(found.unjudged):,} texts could not be judged: versions {', '.join(map(str, found.unjudged[:10]))}")
    if found.alerts or found.reviews:
        print("the running service tells them as one summary, without it the next `monitor run` does")


async def _work(
    settings: Settings, store: SqlStore, queries: SqlQueries, since: datetime | None, actor: str
) -> Rematched:
    from .. import wiring
    from ..adapters.sql.late import SqlLateHits
    from ..adapters.sql.texts import SqlArchive
    from ..turns.rematch import rematch

    archive = SqlArchive(store.database)
    rules, canonical = wiring.in_force(settings, queries.current_files())
    await store.save_ruleset(rules, canonical, now())
    async with wiring.comparing(settings, None, rules, await store.fingerprint_key()) as room:
        desk = wiring.desk_for(settings, store, queries, room, rules.id)
        try:
            with progress("rematch", "texts") as tell:
                run = f"rematch {now():%Y-%m-%d %H.%M.%S}"
                return await rematch(desk, archive, room, SqlLateHits(store.writer), run, since, actor, tell)
        finally:
            await desk.fetcher.close()
            await desk.notifier.close()
            await store.writer.close()
