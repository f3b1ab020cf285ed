"""app: how is it all put together?"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from .database import open_store
from .parts import child_limits, desk_for, senders
from .plan import FolderWatchlists
from .upkeep import mend, retain, seal

if TYPE_CHECKING:
    from ..adapters.sql import SqlPeople, SqlQueries, SqlStore
    from ..config.settings import Settings
    from ..turns import Service


@dataclass
class App:
    """The parts of a running service, put together."""

    settings: Settings
    store: SqlStore
    queries: SqlQueries
    people: SqlPeople
    service: Service

    async def abandon(self) -> None:
        """Ends what was begun when the service itself could not: children, connections, the database."""
        desk = self.service.desk
        for part in (desk.room, desk.notifier, desk.fetcher):
            await part.close()
        if not self.store.writer.closed:
            await self.store.close()


async def build(settings: Settings, environ: Mapping[str, str] | None = None) -> App:
    """All parts of the service, connected; nothing runs yet. Raises StoreError."""
    from ..adapters.beat import beat
    from ..adapters.clock import SystemClock
    from ..adapters.process import ChildRoom
    from ..adapters.sql import SqlPeople
    from ..adapters.sql.edits import SqlEdits
    from ..turns import Service
    from ..turns.heartbeat import heartbeat

    store, queries = await asyncio.to_thread(open_store, settings)
    clock = SystemClock()
    room = ChildRoom(clock, await store.fingerprint_key(), settings.child.count, child_limits(settings))
    desk = desk_for(settings, store, queries, room)
    desk.notifier = senders(settings, await store.feedback_key())
    state = store.database.path.parent if store.database.is_sqlite else None
    people = SqlPeople(store.database, store.writer)
    edits = SqlEdits(store.database, store.writer)
    service = Service(desk, FolderWatchlists(settings, environ, edits), state)
    seal(settings, store, queries, service)
    retain(settings, store, service)
    if settings.heartbeat_url is not None:
        service.duties.append(heartbeat(desk, int(settings.heartbeat_every), partial(beat, settings.heartbeat_url)))
    await mend(settings, store, queries, desk)
    return App(settings, store, queries, people, service)
