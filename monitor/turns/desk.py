"""desk: what does every turn have at hand?"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ..domain.delivery import Routing
from ..domain.intent import Claim
from ..pipeline.retry import DEFAULT, Policy
from ..ports import Clock, Evidence, Fetcher, Notifier, Queries, ReadingRoom, Store


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is done at once, and for how long a claim holds. Times in seconds, bodies in bytes."""

    in_flight: int = 128
    claim: int = 200
    lease: float = 1200.0
    pace: float = 5.0
    body: int = 10_000_000
    deadline: float = 60.0
    sends: int = 16
    stop_fetches: float = 3.0
    stop_sends: float = 8.0
    retry: Policy = DEFAULT
    least_free: int = 1_000_000_000  # bytes of disk below which polling stops


@dataclass
class Bells:
    """Rung by the scheduler and by turns; a loop that waits on one looks at the rows, which remember."""

    polls: asyncio.Event = field(default_factory=asyncio.Event)
    messages: asyncio.Event = field(default_factory=asyncio.Event)
    upkeep: asyncio.Event = field(default_factory=asyncio.Event)
    duties: asyncio.Event = field(default_factory=asyncio.Event)
    reaping: asyncio.Event = field(default_factory=asyncio.Event)
    watchlists: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass
class Desk:
    """The ports, the limits, and what is in force now."""

    clock: Clock
    fetcher: Fetcher
    room: ReadingRoom
    notifier: Notifier
    store: Store
    queries: Queries
    worker: str
    limits: Limits = field(default_factory=Limits)
    routing: Routing = field(default_factory=Routing)
    ruleset: str = ""
    evidence: Evidence | None = None  # None: no copies are kept (a dry run)
    example: tuple[str, str] | None = None  # a topic and a text that it must match, for canaries
    bells: Bells = field(default_factory=Bells)
    stopping: bool = False
    judging_again: asyncio.Lock = field(default_factory=asyncio.Lock)  # one at a time, see turns/poll

    def now(self) -> datetime:
        """The time."""
        return self.clock.now()

    def claim(self, limit: int, before: datetime | None, busy: frozenset[str]) -> Claim:
        """What a loop asks the store for."""
        now = self.now()
        pace = self.limits.pace
        return Claim(
            worker=self.worker,
            now=now,
            until=now + timedelta(seconds=self.limits.lease),
            limit=min(limit, self.limits.claim),
            before=before,
            busy=busy,
            a_host=max(1, int(60 / pace)) if pace > 0 else self.limits.claim,
        )
