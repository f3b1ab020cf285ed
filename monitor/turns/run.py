"""run: who rings, who works, and in which order does it all stop?

APScheduler only rings (its shutdown cancels running coroutines): its jobs set bells, our tasks wait on them and look at the rows.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from ..domain.audit import AuditNote
from ..domain.errors import MonitorError, WatchlistError
from ..domain.plan import Plan
from ..ports import Watchlists
from .desk import Desk
from .duties import Duty, DutyLoop
from .messages import MessageLoop
from .poll import PollLoop

log = structlog.get_logger()
POLL_EVERY = 1.0  # seconds between looks at what is due
MESSAGES_EVERY = 2.0  # a delivery of this process rings at once; those of others are seen within this
UPKEEP_EVERY = 60.0
DUTIES_EVERY = 5.0
REAP_EVERY = 10.0  # a worker that died is found within this, and its work taken over
WATCHLISTS_EVERY = 2.0
CLOCK_JUMP = timedelta(seconds=60)
LATE = 1.0  # seconds that a loop gives the scheduler beyond two of its pulses before it looks by itself
ERROR_WAIT = 1.0  # seconds before a loop goes on after an error of its own


class Pulse(BaseTrigger):  # type: ignore[misc]
    """Rings every so many seconds from now on.

    APScheduler's own interval goes through each missed ring, 31 million after a clock that jumped a year.
    """

    def __init__(self, seconds: float) -> None:
        self.every = timedelta(seconds=seconds)

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """At once, then one interval from now."""
        return now if previous_fire_time is None else now + self.every


class Service:
    """The running service: loops over the rows, from the first plan to an orderly stop."""

    def __init__(self, desk: Desk, watchlists: Watchlists, state_folder: Path | None = None) -> None:
        self.desk = desk
        self.watchlists = watchlists
        self.polls = PollLoop(desk, state_folder)
        self.sends = MessageLoop(desk)
        self.recurring = DutyLoop(desk)
        self.state_folder = state_folder
        self.plan: Plan | None = None
        self.ready = asyncio.Event()
        self._stop = asyncio.Event()
        self._hurry = asyncio.Event()
        self._loops: list[asyncio.Task[None]] = []
        self._last_look: tuple[datetime, float] | None = None
        self._low_disk = False
        self.endings: list[Callable[[datetime], Awaitable[None]]] = []  # done last, while the store is still open

    @property
    def duties(self) -> list[Duty]:
        """The recurring work; whoever builds the service adds to it."""
        return self.recurring.duties

    async def begin(self, spread: bool = True) -> None:
        """Opens the store and puts the first plan in force. Raises StoreBusy, StoreError and WatchlistError."""
        found = await self.desk.store.open(self.desk.worker, self.desk.now())
        if found:
            log.warning("attempts were found open", attempts=found, read_as="unknown")
        last_good = await asyncio.to_thread(self.desk.queries.current_files)
        plan = await self.watchlists.changed(last_good)
        if plan is None:
            raise WatchlistError(())
        await self.adopt(plan, spread)
        self.ready.set()

    async def adopt(self, plan: Plan, spread: bool = True) -> None:
        """Puts a plan in force: ruleset, children, sources, channels. Polling never stops for it."""
        desk, now = self.desk, self.desk.now()
        for problem in plan.refused:
            log.error("watchlist refused", problem=str(problem), in_force="the last good version of the file")
        if plan.refused:
            problems = [str(problem) for problem in plan.refused[:20]]
            await desk.store.note([AuditNote("watchlist refused", "operator", now, {"problems": problems})])
        await desk.store.save_ruleset(plan.ruleset, plan.canonical, now)
        children = asyncio.create_task(self._use(plan)) if desk.ruleset != plan.ruleset.id else None
        for name, content in plan.files.items():
            await desk.store.save_watchlist_file(name, content, now)
        await desk.store.keep_watchlist_files(plan.files.keys(), now)
        await desk.store.sync_sources(plan.sources, now, spread)
        if children is not None:
            await children
        desk.routing, desk.example = plan.routing, plan.example
        desk.notifier.use({channel.key: channel for channel in plan.routing.channels})
        self.plan = plan
        desk.bells.polls.set()
        log.info(
            "watchlists in force", topics=len(plan.ruleset.topics), sources=len(plan.sources),
            channels=len(plan.routing.channels), ruleset=plan.ruleset.id[:12],
        )  # fmt: skip

    async def _use(self, plan: Plan) -> None:
        """New children are built with the new ruleset, then the old ones finish."""
        await self.desk.room.use(plan.ruleset)
        self.desk.ruleset = plan.ruleset.id

    async def once(self) -> None:
        """Polls each source that is due now once, reads the links and sends the messages that follow; then stops."""
        await self.begin(spread=False)
        await self.polls.once(self.desk.now())
        await self.recurring.round()
        await self.recurring.drain()
        await self.sends.round(flush=True)
        await self.sends.drain()
        await self._close()

    async def run(self) -> None:
        """Runs until `stop` is called, then ends in order."""
        await self.begin()
        scheduler = self._scheduler()
        scheduler.start()
        bells = self.desk.bells
        self._loops = [
            asyncio.create_task(self._on(bells.polls, self._poll_round, POLL_EVERY)),
            asyncio.create_task(self._on(bells.messages, self._message_round, MESSAGES_EVERY)),
            asyncio.create_task(self._on(bells.upkeep, self._upkeep, UPKEEP_EVERY)),
            asyncio.create_task(self._on(bells.duties, self._duty_round, DUTIES_EVERY)),
            asyncio.create_task(self._on(bells.reaping, self._reap, REAP_EVERY)),
            asyncio.create_task(self._on(bells.watchlists, self._look_at_watchlists, WATCHLISTS_EVERY)),
        ]
        await self._stop.wait()
        log.info("stopping")
        scheduler.shutdown(wait=False)
        await self._wind_down()

    def stop(self) -> None:
        """Asks for an orderly end; a second call skips to the writer."""
        if self._stop.is_set():
            self._hurry.set()
        self.desk.stopping = True
        self._stop.set()

    def _scheduler(self) -> AsyncIOScheduler:
        scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        bells = self.desk.bells
        for bell, seconds in (
            (bells.polls, POLL_EVERY),
            (bells.messages, MESSAGES_EVERY),
            (bells.upkeep, UPKEEP_EVERY),
            (bells.duties, DUTIES_EVERY),
            (bells.reaping, REAP_EVERY),
            (bells.watchlists, WATCHLISTS_EVERY),
        ):
            scheduler.add_job(bell.set, Pulse(seconds))
        return scheduler

    async def _on(self, bell: asyncio.Event, work: Callable[[], Awaitable[object]], every: float) -> None:
        """Works whenever the bell rings, until stopped; its own errors are logged and it goes on.

        A scheduler goes by the wall clock and is silent for an hour when that is put back by one: then the loop looks
        at the rows by itself.
        """
        while not self.desk.stopping:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(bell.wait(), 2 * every + LATE)
            bell.clear()
            if self.desk.stopping:
                return
            try:
                await work()
            except Exception:
                log.exception("a loop stumbled", work=getattr(work, "__name__", "work"))
                await asyncio.sleep(ERROR_WAIT)

    async def _poll_round(self) -> None:
        if self._disk_is_low():
            return
        await self.polls.round()

    async def _message_round(self) -> None:
        await self.sends.round()

    async def _duty_round(self) -> None:
        await self.recurring.round()

    async def _upkeep(self) -> None:
        await self._watch_the_clock()
        now = self.desk.now()
        await self.desk.store.upkeep(now)

    async def _reap(self) -> None:
        """Ends the leases of workers that are gone; what they were sending becomes `unknown` and due."""
        now = self.desk.now()
        found = await self.desk.store.reap(self.desk.worker, now)
        if found:
            log.warning("attempts of a worker that is gone were found open", attempts=found, read_as="unknown")
            self.desk.bells.messages.set()

    async def _watch_the_clock(self) -> None:
        """A jump of the wall clock over a minute is an entry."""
        look = (self.desk.now(), self.desk.clock.monotonic())
        if self._last_look is not None:
            walked = look[0] - self._last_look[0]
            passed = timedelta(seconds=look[1] - self._last_look[1])
            if abs(walked - passed) > CLOCK_JUMP:
                log.warning("the clock jumped", seconds=(walked - passed).total_seconds())
                body = {"seconds": round((walked - passed).total_seconds(), 3)}
                await self.desk.store.note([AuditNote("clock jumped", "monitor", look[0], body)])
        self._last_look = look

    async def _look_at_watchlists(self) -> None:
        last_good = self.plan.files if self.plan else {}
        try:
            plan = await self.watchlists.changed(last_good)
        except MonitorError as error:
            log.error("watchlists refused", problem=str(error)[:2000], in_force="what was in force before")
            return
        if plan is not None:
            await self.adopt(plan)

    def _disk_is_low(self) -> bool:
        """Below 1 GB free disk polling stops with a reason; delivering goes on."""
        if self.state_folder is None:
            return False
        low = shutil.disk_usage(self.state_folder).free < self.desk.limits.least_free
        if low != self._low_disk:
            self._low_disk = low
            log.error(
                "disk is nearly full: polling pauses" if low else "disk has room again", folder=str(self.state_folder)
            )
        return low

    async def _wind_down(self) -> None:
        """Stops in order: fetches, children, sends, writer, leases, database; ten seconds in all."""
        began = self.desk.clock.monotonic()
        for bell in vars(self.desk.bells).values():
            bell.set()
        await self._within(self.polls.tasks, self.desk.limits.stop_fetches)
        await self._within(self.recurring.tasks, 0.0)
        await self._unless_hurried(self.desk.room.close)
        left = self.desk.limits.stop_sends - (self.desk.clock.monotonic() - began)
        await self._within(self.sends.tasks, max(0.0, left))
        await self._unless_hurried(self.desk.notifier.close)
        for loop in self._loops:
            loop.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)
        await self._close()

    async def _within(self, tasks: Iterable[asyncio.Task[Any]], seconds: float) -> None:
        """Gives these tasks that long, then cancels them: what was not recorded is done again later."""
        pending = list(tasks)
        if not pending:
            return
        everything: asyncio.Future[Any] = asyncio.gather(*pending, return_exceptions=True)
        hurry = asyncio.ensure_future(self._hurry.wait())
        await asyncio.wait({everything, hurry}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        hurry.cancel()
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)

    async def _unless_hurried(self, work: Callable[[], Awaitable[None]]) -> None:
        if not self._hurry.is_set():
            await asyncio.wait_for(work(), timeout=3.0)

    async def _close(self) -> None:
        await self.desk.fetcher.close()
        if not self.desk.stopping:
            await self.desk.room.close()
            await self.desk.notifier.close()
        await self.desk.store.release(self.desk.worker)
        for work in self.endings:
            try:
                await work(self.desk.now())
            except MonitorError as error:  # the store may be what is in the way; the next start does it
                log.error("the end was not orderly", problem=str(error))
        self.desk.queries.close()
        await self.desk.store.close()
        log.info("stopped")
