"""writer: how do many intents become few transactions?

One thread takes what waits, puts it into one transaction, appends the audit entries last, commits, and only then resolves
the futures. When a job fails, all of it is undone and done again with each job in a savepoint, so that the others are stored:
a savepoint cost a third of storing a poll, and few fail. It never parses, matches or judges.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar, cast

import structlog
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from monitor.domain.audit import AuditNote
from monitor.domain.errors import LeaseLost, StoreError
from monitor.domain.intent import SourceUpdate
from storage.engine import Database, DatabaseError

from ..signing import Signer
from . import audit, polls
from .quiet import settle_many

log = structlog.get_logger()
T = TypeVar("T")
MAX_BATCH = 500
PATIENCE = 0.02  # seconds; nobody waits for a poll to be stored but the next poll
CROWDED = 1.0  # seconds that polls come one upon the other, after two last did


class Tx:
    """One transaction as a job sees it: the connection, and the notes that become audit entries at its end."""

    def __init__(self, connection: Connection, database: Database) -> None:
        self.connection = connection
        self.database = database
        self.is_sqlite = database.is_sqlite
        self.notes: list[AuditNote] = []
        self.seal: datetime | None = None  # a head is to be signed at the end, if something is new

    def note(self, note: AuditNote) -> None:
        """Logs this with the change, in the same commit."""
        self.notes.append(note)


@dataclass
class _Job(Generic[T]):
    work: Callable[[Tx], T]
    future: asyncio.Future[T]
    loop: asyncio.AbstractEventLoop
    locks: Sequence[int] = field(default_factory=tuple)
    quiet: SourceUpdate | None = None
    patient: bool = False


class Writer:
    """The only thread that writes. `run` returns after COMMIT."""

    def __init__(self, database: Database, signer: Signer | None = None) -> None:
        self.database = database
        self.signer = signer
        self.on_sealed: Callable[[], None] | None = None  # called by the writing thread after each head is committed
        self._queue: queue.SimpleQueue[_Job[Any] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._loop, name="store-writer", daemon=True)
        self._started = False
        self._ended = self._crowded = float("-inf")  # when a batch was last written, and when others waited for its end
        self.closed = False

    async def run(self, work: Callable[[Tx], T], locks: Sequence[int] = (), patient: bool = False) -> T:
        """Runs `work` in a transaction and returns its result once that is committed.

        `locks` are keys that PostgreSQL locks in sorted order first (two workers with near copies share one). What is
        `patient` waits up to 20 ms from the last commit for others to share the next, while there are others.
        """
        return cast(T, await self._submit(work, locks, None, patient))

    async def quiet(self, update: SourceUpdate) -> None:
        """Stores a poll that brought nothing; many of them become one statement. Raises LeaseLost."""
        await self._submit(lambda tx: polls.settle_source(tx.connection, update), (), update, True)

    async def close(self) -> None:
        """Writes what waits, then ends the thread."""
        self.closed = True
        if self._started:
            self._queue.put(None)
            await asyncio.to_thread(self._thread.join)

    def _submit(
        self, work: Callable[[Tx], Any], locks: Sequence[int], quiet: SourceUpdate | None, patient: bool
    ) -> asyncio.Future[Any]:
        if self.closed:
            raise StoreError("the store is closed")
        if not self._started:
            self._started = True
            self._thread.start()
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        self._queue.put(_Job(work, future, loop, locks, quiet, patient))
        return future

    def _loop(self) -> None:
        while True:
            first = self._queue.get()
            if first is None:
                return
            batch, last = self._gather(first)
            self._write(batch)
            self._ended = time.monotonic()
            if len(batch) > 1 or not self._queue.empty():
                self._crowded = self._ended
            if last:
                return

    def _gather(self, first: _Job[Any]) -> tuple[list[_Job[Any]], bool]:
        """What waits, 500 jobs at most; while all of it is patient, a moment longer, so that one commit serves many."""
        batch, urgent = [first], not first.patient
        now = time.monotonic()
        shared = self._ended if now - self._crowded < CROWDED else float("-inf")
        end = PATIENCE + (shared if first.quiet is None else now)
        while len(batch) < MAX_BATCH:
            try:
                job = self._queue.get(timeout=0 if urgent else max(0.0, end - time.monotonic()))
            except queue.Empty:
                break
            if job is None:
                return batch, True
            batch.append(job)
            urgent = urgent or not job.patient
        return batch, False

    def _write(self, batch: list[_Job[Any]]) -> None:
        if len(batch) > 1 and self._all_at_once(batch):
            return
        try:
            outcomes = self._transaction(batch, guarded=len(batch) > 1)
        except (DBAPIError, DatabaseError, OSError) as error:
            if len(batch) > 1:  # one of them may be the cause: each alone, so that the others are stored
                for job in batch:
                    self._write([job])
                return
            outcomes = [_refusal(error)]
        except (LeaseLost, Undo) as error:  # only a job alone in its batch comes here
            outcomes = [error]
        except Exception as error:
            log.exception("write failed", jobs=len(batch))
            if len(batch) > 1:
                for job in batch:
                    self._write([job])
                return
            outcomes = [error]
        _resolve(batch, outcomes)

    def _all_at_once(self, batch: list[_Job[Any]]) -> bool:
        """Stores a batch in which nothing fails; False, with nothing stored, when something does."""
        try:
            outcomes = self._transaction(batch, guarded=False)
        except Exception as error:  # noqa: BLE001  the next try finds out whose fault it is, and tells it
            log.debug("batch tried again", jobs=len(batch), error=repr(error)[:200])
            return False
        _resolve(batch, outcomes)
        return True

    def _transaction(self, batch: list[_Job[Any]], guarded: bool) -> list[Any]:
        """What came of each job. Of those that are `guarded` one's failure is its outcome, else it is raised."""
        with self.database.write() as connection:
            tx = Tx(connection, self.database)
            self._lock_keys(connection, batch)
            quiet = [job.quiet for job in batch if job.quiet is not None]
            bulk = len(quiet) > 1 and settle_many(connection, quiet)
            one = self._guarded if guarded else _plainly
            outcomes = [None if bulk and job.quiet is not None else one(tx, job) for job in batch]
            sealed = bool(tx.notes or tx.seal) and audit.append(connection, tx.notes, self.signer, tx.seal)
        if sealed and self.on_sealed is not None:
            self.on_sealed()
        return outcomes

    def _guarded(self, tx: Tx, job: _Job[Any]) -> Any:
        mark = len(tx.notes)
        savepoint = tx.connection.begin_nested()
        try:
            result = job.work(tx)
            savepoint.commit()
        except Exception as error:  # noqa: BLE001  one job's fault must not cost the others; it is raised to whoever waits
            savepoint.rollback()
            del tx.notes[mark:]
            if not isinstance(error, LeaseLost | Undo):
                log.warning("intent refused", error=repr(error)[:500])
            return _refusal(error) if isinstance(error, DBAPIError | DatabaseError | OSError) else error
        return result

    def _lock_keys(self, connection: Connection, batch: list[_Job[Any]]) -> None:
        if self.database.is_sqlite:
            return
        keys = sorted({key for job in batch for key in job.locks})
        if keys:
            connection.execute(
                text("SELECT pg_advisory_xact_lock(k) FROM unnest(CAST(:keys AS bigint[])) AS k"), {"keys": keys}
            )


class Undo(Exception):
    """Rolls a job back and carries its answer to whoever waits for it."""

    def __init__(self, answer: object) -> None:
        super().__init__("undone")
        self.answer = answer


def _plainly(tx: Tx, job: _Job[Any]) -> Any:
    return job.work(tx)


def _resolve(batch: list[_Job[Any]], outcomes: list[Any]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Any], Any]]] = {}
    for job, outcome in zip(batch, outcomes, strict=True):
        by_loop.setdefault(job.loop, []).append((job.future, outcome))
    for loop, pairs in by_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_settle, pairs)


def _settle(pairs: list[tuple[asyncio.Future[Any], Any]]) -> None:
    for future, outcome in pairs:
        if future.done():
            continue
        if isinstance(outcome, Undo):
            future.set_result(outcome.answer)
        elif isinstance(outcome, Exception):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)


def _refusal(error: BaseException) -> StoreError:
    """What is told to whoever waits; it keeps its cause."""
    refusal = StoreError(f"the database refused a change: {_cause(error)}")
    refusal.__cause__ = error
    return refusal


def _cause(error: BaseException) -> str:
    return str(getattr(error, "orig", None) or error).strip().split("\n")[0][:300]
