"""asking: how is the archive of stored texts asked again?"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ..domain.topic import Ruleset
from .parts import child_limits
from .plan import edited

if TYPE_CHECKING:
    from ..adapters.process import ChildRoom
    from ..adapters.sql import SqlQueries
    from ..config.settings import Settings
    from ..domain.archive import Preview
    from ..turns.preview import Tell


@asynccontextmanager
async def comparing(
    settings: Settings, before: Ruleset | None, after: Ruleset, key: bytes = b"no fingerprints"
) -> AsyncIterator[ChildRoom]:
    """Child processes that judge stored texts under two rulesets; ended when the block is left."""
    from ..adapters.clock import SystemClock
    from ..adapters.process import ChildRoom

    room = ChildRoom(SystemClock(), key, settings.child.count, child_limits(settings), before)
    try:
        await room.use(after)
        yield room
    finally:
        await room.close()


async def preview_edit(
    settings: Settings, queries: SqlQueries, path: Path, since: datetime | None, tell: Tell | None = None
) -> Preview:
    """What an edit would have caught and lost over the stored texts since then. Raises WatchlistError, SettingsError."""
    from ..adapters.sql.texts import SqlArchive
    from ..turns.preview import preview

    last_good = await asyncio.to_thread(queries.current_files)
    before, after = await asyncio.to_thread(edited, settings, last_good, path)
    async with comparing(settings, before, after) as room:
        return await preview(SqlArchive(queries.database), room, since, tell)
