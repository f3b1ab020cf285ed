"""jobs: how does long work go on while its page is looked at, and how is it told how far it has come?

A job lives in this process only; when the service ends, it is gone, and nothing of it is left behind.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import structlog

from ...domain.archive import Progress
from ...domain.errors import MonitorError

log = structlog.get_logger()
Tell = Callable[[Progress], None]
Work = Callable[[Tell], Awaitable[Any]]
MOST = 24  # jobs that are remembered
AT_ONCE = 1  # of each kind: two previews at a time would only slow each other down
WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"


class Stopped(Exception):
    """The job was cancelled; raised inside work that runs in a thread, the next time it tells how far it is."""


@dataclass(eq=False)
class Job:
    """One piece of long work: whose it is, how far it has come, what it gave or why it did not."""

    kind: str
    owner: str
    id: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    state: str = WAITING
    progress: Progress = field(default_factory=lambda: Progress(0))
    result: Any = None
    problem: str = ""
    began: float = field(default_factory=time.monotonic)
    seconds: float = 0.0
    task: asyncio.Task[None] | None = None
    drop: Callable[[], None] | None = None  # takes away what it left on the disk

    @property
    def over(self) -> bool:
        """Whether it has come to an end, good or bad."""
        return self.state in (DONE, FAILED, CANCELLED)

    @property
    def elapsed(self) -> float:
        """Seconds since it began, until it ended."""
        return self.seconds if self.over else time.monotonic() - self.began


class Jobs:
    """The jobs of this process. `start` needs a running loop; the rest may be asked from any thread."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._turns: dict[str, asyncio.Semaphore] = {}

    def start(self, kind: str, owner: str, work: Work) -> Job:
        """Begins work in the background; what the same person began of that kind before, and did not end, is cancelled."""
        for other in list(self._jobs.values()):
            if (other.kind, other.owner) == (kind, owner):
                self.cancel(other)
        job = Job(kind, owner)
        self._jobs[job.id] = job
        self._forget()
        job.task = asyncio.create_task(self._run(job, work), name=f"console job {kind}")
        return job

    def get(self, number: str, owner: str | None = None) -> Job | None:
        """The job of that id; with an owner only theirs."""
        job = self._jobs.get(number)
        return job if job is not None and owner in (None, job.owner) else None

    def latest(self, kind: str) -> Job | None:
        """The job of that kind that began last."""
        return next((job for job in reversed(self._jobs.values()) if job.kind == kind), None)

    def cancel(self, job: Job) -> None:
        """Ends a job early."""
        if not job.over:
            self._end(job, CANCELLED)
            if job.task is not None:
                job.task.cancel()

    async def close(self) -> None:
        """Ends all jobs and takes away what they left."""
        tasks = [job.task for job in self._jobs.values() if job.task is not None]
        for job in self._jobs.values():
            self.cancel(job)
            if job.drop is not None:
                job.drop()
        self._jobs.clear()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, job: Job, work: Work) -> None:
        def tell(progress: Progress) -> None:
            if job.state == CANCELLED:
                raise Stopped
            job.progress = progress

        with contextlib.suppress(Stopped):
            try:
                async with self._turns.setdefault(job.kind, asyncio.Semaphore(AT_ONCE)):
                    job.state, job.began = RUNNING, time.monotonic()
                    found = await work(tell)
                if job.state == RUNNING:
                    job.result = found
                    self._end(job, DONE)
            except asyncio.CancelledError:
                self._end(job, CANCELLED)
                raise
            except (MonitorError, OSError) as error:
                job.problem = str(error)
                self._end(job, FAILED)
            except Stopped:
                raise
            except Exception:
                log.exception("console job failed", job=job.kind)
                job.problem = "It could not be done. The service goes on; its log says why."
                self._end(job, FAILED)

    @staticmethod
    def _end(job: Job, state: str) -> None:
        if not job.over:
            job.seconds = time.monotonic() - job.began
            job.state = state

    def _forget(self) -> None:
        for job in [job for job in self._jobs.values() if job.over][: max(0, len(self._jobs) - MOST)]:
            del self._jobs[job.id]
            if job.drop is not None:
                job.drop()
