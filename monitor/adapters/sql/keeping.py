"""keeping: who takes away what is past its time or to be erased, from the store and from the evidence folder?"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TypeVar

import structlog

from monitor.domain.archive import Erased, Purge, Retention
from monitor.domain.errors import StoreError
from storage.engine import Database

from . import erasure, retention
from .writer import Tx, Undo, Writer

log = structlog.get_logger()
T = TypeVar("T")
Blank = Callable[[str, int, int], None]
"""Makes so many bytes of a file of the evidence folder, from an offset on, unreadable. Raises OSError."""


class SqlKeeping:
    """Retention and erasure. A crash leaves copies whose bytes are still to go as jobs: the next call of any method goes on."""

    def __init__(self, database: Database, writer: Writer, policy: Retention, blank: Blank) -> None:
        self.database = database
        self.writer = writer
        self.policy = policy
        self.blank = blank

    def plan(self, now: datetime) -> Purge:
        """What retention would take away now; changes nothing."""
        with self.database.read() as connection:
            return retention.plan(connection, self.policy, now)

    async def retain(self, now: datetime) -> Purge:
        """Takes away what is past its time and over the budget; returns what that was, each with an entry."""
        found = await asyncio.to_thread(self.plan, now)
        for work in (retention.run, retention.run_budget, retention.run_copies):
            while await self.writer.run(partial(_call, work, self.policy, now)):
                continue
        await self.finish()
        return found

    async def erase_hit(self, hit: int, actor: str, why: str, now: datetime) -> Erased:
        """Erases what a hit shows, everywhere. Raises StoreError when there is none, or it is still owed to somebody."""
        erased = await self._asked(partial(erasure.erase_hit, hit=hit, actor=actor, why=why, now=now))
        await self.finish()
        await asyncio.to_thread(self.database.checkpoint)  # the WAL holds what it was before
        return erased

    async def erase_body(self, seq: int, actor: str, why: str, now: datetime) -> None:
        """Erases the text of one entry of the log. Raises StoreError when the log is checked by it."""
        await self._asked(partial(erasure.erase_body, seq=seq, actor=actor, why=why, now=now))

    async def _asked(self, work: Callable[[Tx], T]) -> T:
        """What a person asked for; a refusal is an answer, not a fault of the writer."""

        def tried(tx: Tx) -> T | StoreError:
            try:
                return work(tx)
            except StoreError as refusal:
                raise Undo(refusal) from refusal

        answer = await self.writer.run(tried)
        if isinstance(answer, StoreError):
            raise answer
        return answer

    async def finish(self) -> int:
        """Makes the bytes of copies that are named no more unreadable; returns how many are still to go."""
        left = 0
        with self.database.read() as connection:
            spans = retention.to_blank(connection)
        for span in spans:
            try:
                await asyncio.to_thread(self.blank, *span)
            except FileNotFoundError:
                log.info("evidence file is gone already", file=span[0])
            except OSError as error:
                log.error("copy not erased yet", file=span[0], offset=span[1], problem=str(error))
                left += 1
                continue
            await self.writer.run(partial(_blanked, span))
        return left


def _call(work: Callable[[Tx, Retention, datetime], int], policy: Retention, now: datetime, tx: Tx) -> int:
    return work(tx, policy, now)


def _blanked(span: tuple[str, int, int], tx: Tx) -> None:
    retention.blanked(tx, span)
