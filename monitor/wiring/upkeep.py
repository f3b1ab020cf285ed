"""upkeep: what does the service do by the clock: seal the log, retain, mend?"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog

from .database import trust_of
from .parts import evidence

if TYPE_CHECKING:
    from ..adapters.sql import SqlQueries, SqlStore
    from ..adapters.sql.keeping import SqlKeeping
    from ..config.settings import Settings
    from ..domain.archive import Retention
    from ..turns import Desk, Service

SEAL_EVERY = 300  # seconds
RETAIN_EVERY = 86_400


def seal(settings: Settings, store: SqlStore, queries: SqlQueries, service: Service) -> None:
    """Has heads of the log signed and carried outside: as they are made, and every five minutes. Raises SettingsError."""
    from ..adapters import anchors, signing
    from ..domain.audit import AuditNote
    from ..pipeline.route import Every
    from ..turns.duties import Duty

    desk = service.desk
    store.writer.signer = signing.load_or_make(settings.keys)
    queries.trust = trust_of(settings, store.writer.signer)

    async def tell(kind: str, what: str) -> None:
        await store.note([AuditNote(kind, "monitor", desk.now(), {"what": what})])

    courier = anchors.Anchors(
        settings.state / anchors.FILE, anchors.target(settings.audit_to), queries, lambda: desk.routing.channels,
        desk.notifier, tell,
    )  # fmt: skip
    store.writer.on_sealed = lambda: courier.ring(desk.now)

    async def work(now: datetime) -> None:
        await store.seal(now)
        await courier.carry(now)

    service.duties.append(Duty("seal", Every(SEAL_EVERY), work))
    service.endings.append(work)  # what was logged last is sealed too


def policy_of(settings: Settings) -> Retention:
    """How long texts and copies are kept."""
    from ..domain.archive import Retention

    keep = settings.keep
    return Retention(timedelta(days=keep.unmatched_days), timedelta(days=keep.matched_days), keep.budget)


def keeping(settings: Settings, store: SqlStore) -> SqlKeeping:
    """Who takes away what is past its time or to be erased."""

    from ..adapters.blanking import blank
    from ..adapters.sql.keeping import SqlKeeping

    return SqlKeeping(store.database, store.writer, policy_of(settings), partial(blank, settings.evidence))


def retain(settings: Settings, store: SqlStore, service: Service) -> None:
    """Has the service take away once a day what is past its time."""
    from ..pipeline.route import Every
    from ..turns.duties import Duty

    keeper = keeping(settings, store)
    store.retention = keeper.policy

    async def work(now: datetime) -> None:
        await keeper.retain(now)

    service.duties.append(Duty("retention", Every(RETAIN_EVERY), work))


async def mend(settings: Settings, store: SqlStore, queries: SqlQueries, desk: Desk) -> None:
    """Cuts half-written records off the kept copies, and tells what is missing."""
    from ..domain.audit import AuditNote

    for problem in await asyncio.to_thread(evidence(settings).mend, await asyncio.to_thread(queries.copies_end)):
        structlog.get_logger().error("kept copies", problem=problem)
        await store.note([AuditNote("evidence mended", "monitor", desk.now(), {"what": problem})])
