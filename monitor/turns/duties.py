"""duties: what has to be done again and again, and was it?

A duty runs once for each slot of its `when`; a slot that was missed is done late, however many were missed. The rows remember
(`Store.claim_duties`), so several workers share the duties and a crash repeats the one that was under way: `work` must bear that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from ..domain.errors import MonitorError
from ..pipeline.route import Cron, Daily, Every
from .desk import Desk

log = structlog.get_logger()
AGAIN = timedelta(minutes=1)  # after a failure, if its next slot is not sooner


@dataclass(frozen=True)
class Duty:
    """Recurring work: `work(now)` at each slot of `when`; repeated when it raised or the worker died in it."""

    key: str
    when: Daily | Every | Cron
    work: Callable[[datetime], Awaitable[None]]


class DutyLoop:
    """Does the duties that are due, each in a task of its own: a slow one holds up no other."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.duties: list[Duty] = []
        self.tasks: set[asyncio.Task[None]] = set()

    async def round(self) -> None:
        """Begins what is due."""
        if not self.duties:
            return
        now = self.desk.now()
        slots = {duty.key: duty.when.after(now) for duty in self.duties}
        until = now + timedelta(seconds=self.desk.limits.lease)
        due = set(await self.desk.store.claim_duties(slots, self.desk.worker, now, until))
        for duty in self.duties:
            if duty.key in due:
                task = asyncio.create_task(self._do(duty))
                self.tasks.add(task)
                task.add_done_callback(self.tasks.discard)

    async def drain(self) -> None:
        """Waits until all that began has ended."""
        while self.tasks:
            await asyncio.gather(*self.tasks, return_exceptions=True)

    async def _do(self, duty: Duty) -> None:
        try:
            await duty.work(self.desk.now())
            done = True
        except Exception:  # told, and tried again: the row is due until it was done
            log.exception("a duty failed", duty=duty.key, again_in=AGAIN.total_seconds())
            done = False
        now = self.desk.now()
        following = duty.when.after(now + timedelta(microseconds=1))
        due_at = following if done else min(following, now + AGAIN)
        try:
            await self.desk.store.finish_duty(duty.key, self.desk.worker, now, due_at, done)
        except MonitorError:  # its lease ends by itself, then it is done again
            log.exception("the end of a duty could not be stored", duty=duty.key)
