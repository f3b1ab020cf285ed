"""store: the writing side of the database, each method one transaction."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import Table, delete, select, update

from monitor.domain.archive import Retention
from monitor.domain.audit import AuditNote
from monitor.domain.delivery import Routing
from monitor.domain.desk import Pause
from monitor.domain.errors import StoreBusy, StoreError
from monitor.domain.intent import (
    Applied,
    Claim,
    LinkClaim,
    MessageClaim,
    PollIntent,
    SettleIntent,
    SourceClaim,
    StartIntent,
)
from monitor.domain.ruling import Ruling
from monitor.domain.source import Outcome, Source
from monitor.domain.topic import Ruleset
from storage.engine import Database, DatabaseError, DatabaseHeld
from storage.migrate import upgrade
from storage.tables import (
    DeliveryRow,
    LinkRow,
    MessageRow,
    MetaRow,
    RulesetRow,
    SourceRow,
    WatchlistCurrentRow,
    WatchlistFileRow,
)

from . import apply as applying
from . import claims, duties, messages, pauses, polls, rulings, slots, sources, upkeep
from .polls import upsert
from .queries import SqlQueries
from .rows import AnyRow
from .writer import Tx, Writer

SOURCE: Table = SourceRow.__table__  # type: ignore[attr-defined]
LINK: Table = LinkRow.__table__  # type: ignore[attr-defined]
MESSAGE: Table = MessageRow.__table__  # type: ignore[attr-defined]
DELIVERY: Table = DeliveryRow.__table__  # type: ignore[attr-defined]
RULESET: Table = RulesetRow.__table__  # type: ignore[attr-defined]
FILE: Table = WatchlistFileRow.__table__  # type: ignore[attr-defined]
CURRENT: Table = WatchlistCurrentRow.__table__  # type: ignore[attr-defined]
META: Table = MetaRow.__table__  # type: ignore[attr-defined]
LEASED = (SOURCE, LINK, MESSAGE, duties.JOB)
KEY_NAME = "fingerprint-key"
FEEDBACK_KEY = "feedback-key"


def open_database(url: str) -> Database:
    """The database at its newest schema. Raises StoreError that says what to do."""
    try:
        database = Database(url)
        upgrade(database)
    except DatabaseError as error:
        raise StoreError(str(error)) from error
    except Exception as error:
        if type(error).__module__.startswith("sqlalchemy"):
            cause = str(getattr(error, "orig", None) or error).strip().split("\n")[0]
            raise StoreError(f"the database cannot be opened: {cause}") from error
        raise
    return database


class SqlStore:
    """Implements `ports.Store` on SQLite and PostgreSQL."""

    def __init__(self, database: Database, queries: SqlQueries) -> None:
        self.database = database
        self.queries = queries
        self.writer = Writer(database)
        self.retention = Retention()  # of the settings, where there are any

    async def open(self, worker: str, now: datetime) -> int:
        """Takes the run lock, ends the leases of workers that are gone; returns attempts found open."""
        try:
            await asyncio.to_thread(self.database.hold, worker)
        except DatabaseHeld as error:
            raise StoreBusy(str(error)) from error
        return await self.writer.run(lambda tx: _reap(tx, worker, now))

    async def reap(self, worker: str, now: datetime) -> int:
        """Ends the leases of workers that are gone; returns attempts found open."""
        return await self.writer.run(lambda tx: _reap(tx, worker, now))

    async def fingerprint_key(self) -> bytes:
        """The key of the fingerprints of this store, made at first use."""
        return await self._key(KEY_NAME)

    async def feedback_key(self) -> bytes:
        """The key that signs the links of mails, made at first use."""
        return await self._key(FEEDBACK_KEY)

    async def _key(self, name: str) -> bytes:
        def work(tx: Tx) -> bytes:
            fresh = {"name": name, "value": secrets.token_hex(32)}
            tx.connection.execute(upsert(tx.connection, META).values(**fresh).on_conflict_do_nothing())
            value = tx.connection.execute(select(META.c.value).where(META.c.name == name)).scalar_one()
            return bytes.fromhex(value)

        return await self.writer.run(work)

    async def sync_sources(self, sources_now: Sequence[Source], now: datetime, spread: bool = True) -> None:
        """Makes the source rows those of the watchlists; what is no longer named is retired."""
        await self.writer.run(lambda tx: sources.sync(tx, sources_now, now, spread))

    async def save_ruleset(self, ruleset: Ruleset, canonical: str, now: datetime) -> None:
        """Stores the ruleset once; a new one is an audit entry."""

        def work(tx: Tx) -> None:
            made = tx.connection.execute(
                upsert(tx.connection, RULESET)
                .values(id=ruleset.id, canonical=canonical, created_at=now)
                .on_conflict_do_nothing()
                .returning(RULESET.c.id)
            )
            if made.first() is not None:
                topics = [topic.key for topic in ruleset.topics]
                tx.note(AuditNote("ruleset adopted", "monitor", now, {"ruleset": ruleset.id, "topics": topics}))

        await self.writer.run(work)
        self.queries.names = {topic.key: (topic.name, topic.severity.value) for topic in ruleset.topics}

    async def save_watchlist_file(self, name: str, content: bytes, now: datetime) -> None:
        """Keeps an accepted file; a changed one is an audit entry."""
        digest = hashlib.sha256(content).hexdigest()

        def work(tx: Tx) -> None:
            current = tx.connection.execute(select(CURRENT.c.sha256).where(CURRENT.c.name == name)).scalar()
            if current == digest:
                return
            file = {"sha256": digest, "content": content, "accepted_at": now}
            tx.connection.execute(upsert(tx.connection, FILE).values(**file).on_conflict_do_nothing())
            force = upsert(tx.connection, CURRENT).values(name=name, sha256=digest, since=now)
            tx.connection.execute(
                force.on_conflict_do_update(index_elements=["name"], set_={"sha256": digest, "since": now})
            )
            body = {"file": name, "sha256": digest, "before": current}
            tx.note(AuditNote("watchlist edited", "operator", now, body))

        await self.writer.run(work)

    async def keep_watchlist_files(self, names: Collection[str], now: datetime) -> None:
        """Files of other names are in force no more."""
        kept = set(names)

        def work(tx: Tx) -> None:
            gone = sorted(set(tx.connection.execute(select(CURRENT.c.name)).scalars()) - kept)
            if gone:
                tx.connection.execute(delete(CURRENT).where(CURRENT.c.name.in_(gone)))
                tx.note(AuditNote("watchlist removed", "operator", now, {"files": gone}))

        await self.writer.run(work)

    async def note(self, notes: Sequence[AuditNote]) -> None:
        """Appends entries to the audit log."""
        await self.writer.run(lambda tx: tx.notes.extend(notes))

    async def claim_sources(self, claim: Claim) -> list[SourceClaim]:
        """Leases due sources."""
        return await self.writer.run(lambda tx: claims.claim_sources(tx.connection, claim))

    async def claim_links(self, claim: Claim) -> list[LinkClaim]:
        """Leases due links."""
        return await self.writer.run(lambda tx: claims.claim_links(tx.connection, claim))

    async def release(self, worker: str) -> None:
        """Gives back everything this worker still holds, due as before; open attempts stay `started`."""

        def work(tx: Tx) -> None:
            for table in LEASED:
                tx.connection.execute(
                    update(table).where(table.c.lease_worker == worker).values(lease_until=None, lease_worker=None)
                )
            tx.connection.execute(
                update(polls.HOST)
                .where(polls.HOST.c.lease_worker == worker)
                .values(lease_until=None, lease_worker=None)
            )

        await self.writer.run(work)

    async def apply(self, intent: PollIntent, routing: Routing) -> Applied:
        """Stores all of it or nothing."""
        quiet = intent.source_update
        if quiet is not None and _is_quiet(intent):
            await self.writer.quiet(quiet)
            return Applied()
        work = partial(applying.apply, intent=intent, routing=routing)
        return await self.writer.run(work, applying.locks_of(intent), patient=True)

    async def poll_now(self, key: str, actor: str, now: datetime) -> bool:
        """Makes a source due."""
        return await self.writer.run(lambda tx: pauses.poll_now(tx, key, actor, now))

    async def pause(self, key: str, pause: Pause) -> bool:
        """A source rests from now on."""
        return await self.writer.run(lambda tx: pauses.pause(tx, key, pause))

    async def resume(self, key: str, actor: str, why: str, now: datetime) -> bool:
        """A source that rests is polled again, at once."""
        return await self.writer.run(lambda tx: pauses.resume(tx, key, actor, why, now))

    async def assemble(self, routing: Routing, now: datetime, flush: bool = False) -> int:
        """Puts due deliveries into messages."""
        return await self.writer.run(lambda tx: messages.assemble(tx, routing, now, flush))

    async def claim_messages(self, claim: Claim) -> list[MessageClaim]:
        """Leases due messages with all that they tell."""
        rows = await self.writer.run(lambda tx: messages.claim(tx.connection, claim))
        if not rows:
            return []
        return await asyncio.to_thread(self._load, rows, claim.worker)

    def _load(self, rows: Sequence[AnyRow], worker: str) -> list[MessageClaim]:
        with self.database.read() as connection:
            owed = connection.execute(
                select(DELIVERY).where(DELIVERY.c.message.in_([row.id for row in rows])).order_by(DELIVERY.c.id)
            ).all()
            views = self.queries.views(connection, sorted({row.hit for row in owed}))
        told = {
            row.id: [messages.telling(one, views[one.hit]) for one in owed if one.message == row.id] for row in rows
        }
        return [messages.claim_of(row, worker, told[row.id]) for row in rows]

    async def start(self, intent: StartIntent) -> None:
        """Commits that an attempt begins."""
        await self.writer.run(lambda tx: messages.start(tx, intent))

    async def settle(self, intent: SettleIntent) -> None:
        """Commits how an attempt ended."""
        await self.writer.run(lambda tx: messages.settle(tx, intent))

    async def canaries(self, routing: Routing, channel: str | None, now: datetime) -> list[str]:
        """Makes a canary, due now, for each recipient of a channel or of all."""
        return await self.writer.run(lambda tx: slots.canaries(tx, routing, channel, now))

    async def hurry(self, channel: str, recipient: str, now: datetime) -> int:
        """What waits for this recipient after an older failure is due now; how many messages."""
        return await self.writer.run(lambda tx: messages.hurry(tx, channel, recipient, now))

    async def retry(self, deliveries: Sequence[int], now: datetime, actor: str = "operator") -> int:
        """Makes dead deliveries owed again."""
        return await self.writer.run(lambda tx: messages.retry(tx, deliveries, now, actor))

    async def claim_duties(
        self, slots: Mapping[str, datetime], worker: str, now: datetime, until: datetime
    ) -> list[str]:
        """Leases the recurring duties that are due; their keys."""
        return await self.writer.run(lambda tx: duties.claim(tx, slots, worker, now, until))

    async def finish_duty(self, key: str, worker: str, now: datetime, due_at: datetime, done: bool) -> None:
        """Ends the lease of a duty."""
        await self.writer.run(lambda tx: duties.finish(tx, key, worker, now, due_at, done))

    async def rule(self, ruling: Ruling) -> None:
        """Stores a ruling with its audit entry. What it restores or splits off is owed with the next `assemble`."""
        await self.writer.run(lambda tx: rulings.store(tx, ruling))

    async def rule_once(self, ruling: Ruling) -> bool:
        """Stores a ruling unless the same actor ruled the same before; whether it was stored."""
        return await self.writer.run(lambda tx: rulings.store_once(tx, ruling))

    async def seal(self, now: datetime) -> None:
        """Signs a head of the log if entries came after the last one. Without a key it does nothing."""

        def work(tx: Tx) -> None:
            tx.seal = now if self.writer.signer is not None else None

        await self.writer.run(work)

    async def upkeep(self, now: datetime) -> None:
        """Closes days, purges what is past its time, mends due times that a clock jump left, checkpoints."""
        await self.writer.run(lambda tx: upkeep.run(tx, now, self.retention))
        await asyncio.to_thread(self.database.checkpoint)

    async def close(self) -> None:
        """Drains the writer, checkpoints, gives up the run lock."""
        await self.writer.close()
        await asyncio.to_thread(self.database.close)


def _is_quiet(intent: PollIntent) -> bool:
    """Whether a poll brought nothing at all and changes no state: it is counted, not logged."""
    one = intent.source_update
    return (
        one is not None
        and one.outcome is Outcome.UNCHANGED
        and one.entries is None
        and one.moved_to is None
        and one.standing is None
        and not one.skipped
        and not intent.notes
        and not intent.versions
        and not intent.links
        and intent.host_update is None
        and intent.link_update is None
    )


def _reap(tx: Tx, worker: str, now: datetime) -> int:
    """Leases of workers that no longer live are over at once; their open attempts become `unknown`."""
    gone = [name for name in _others(tx, worker) if tx.database.is_gone(name, tx.connection)]
    if not gone:
        return 0
    for table in (*LEASED, polls.HOST):
        tx.connection.execute(
            update(table).where(table.c.lease_worker.in_(gone)).values(lease_until=None, lease_worker=None)
        )
    return messages.end_open_attempts(tx, gone, now)


def _others(tx: Tx, worker: str) -> Iterable[str]:
    names: set[str] = set()
    for table in (*LEASED, polls.HOST):
        names |= set(
            tx.connection.execute(
                select(table.c.lease_worker).where(table.c.lease_worker.is_not(None)).distinct()
            ).scalars()
        )
    attempt = messages.ATTEMPT
    names |= set(
        tx.connection.execute(select(attempt.c.worker).where(attempt.c.outcome.is_(None)).distinct()).scalars()
    )
    return sorted(names - {worker})
