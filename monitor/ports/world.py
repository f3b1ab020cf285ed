"""world: what does the service need of the world around it: time, the web, children, channels, watchlists, kept copies?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from ..domain.delivery import Channel, Draft, Frozen, SendResult
from ..domain.document import Candidate, Origin, Prepared, Reading
from ..domain.evidence import KeptCopy
from ..domain.hit import Decision
from ..domain.plan import Plan
from ..domain.source import Bytes, Fetched, FetchResult, Request
from ..domain.topic import Ruleset


class Clock(Protocol):
    """The time, so that tests can own it."""

    def now(self) -> datetime:
        """The wall clock, in UTC with its zone."""
        ...

    def monotonic(self) -> float:
        """Seconds that only grow; for deadlines and pace."""
        ...


class Fetcher(Protocol):
    """Gets bytes from the web, politely and guarded. Never raises for what the other side does."""

    async def fetch(self, request: Request) -> FetchResult:
        """One GET with its redirects. Every failure is a `Failed` value; cancellation is passed on."""
        ...

    async def close(self) -> None:
        """Ends all connections."""
        ...


class ReadingRoom(Protocol):
    """Where hostile bodies are read: child processes without network, database or secrets."""

    async def use(self, ruleset: Ruleset) -> None:
        """From now on questions are answered under this ruleset; those under way end under theirs."""
        ...

    async def read(self, body: Bytes, origin: Origin) -> Reading:
        """Texts, matches, kinds and keys of a body.

        Raises ReadError (encrypted, not a feed, unreadable …) and its ChildDied, when the child died or overran.
        An overrun of the matcher alone is no error: its texts come back with `overran` and review hits.
        """
        ...

    async def judge(self, prepared: Prepared, candidates: Sequence[Candidate]) -> Decision:
        """same, revision, story or distinct against the candidates. Raises ChildDied."""
        ...

    async def close(self) -> None:
        """Lets children finish for a moment, then kills them."""
        ...


class Notifier(Protocol):
    """Turns drafts into bytes and sends them, one message to one recipient a call."""

    def use(self, channels: Mapping[str, Channel]) -> None:
        """From now on these channels are sent to."""
        ...

    def freeze(self, draft: Draft) -> Frozen:
        """The bytes as they will leave at every attempt; the same draft gives the same bytes."""
        ...

    async def send(self, frozen: Frozen) -> SendResult:
        """One attempt. Never raises for what the other side does; cancellation means `unknown`."""
        ...

    async def close(self) -> None:
        """Gives up what is still being sent."""
        ...


class Watchlists(Protocol):
    """Where the plan comes from: a folder, read again when it changes."""

    async def changed(self, last_good: Mapping[str, bytes]) -> Plan | None:
        """The plan, when the files are others than at the last call; None when nothing changed.

        Each file is good or bad by itself: a bad one is replaced by its last good version and told in `refused`.
        Raises WatchlistError when nothing can be put in force at all.
        """
        ...


class Evidence(Protocol):
    """Where the bytes lie that hits were read from."""

    async def keep(self, fetched: Fetched, source: str, at: datetime) -> KeptCopy:
        """Keeps a body; when it returns, a crash cannot lose it. Raises StoreError (a full disk): nothing is kept then."""
        ...

    def open(self, copy: KeptCopy) -> bytes:
        """The body as it was fetched. Raises StoreError when it is missing or was altered."""
        ...
