"""live: how do open pages hear of new hits, without each of them asking the store?"""

from __future__ import annotations

import asyncio
import json
from bisect import bisect_right
from collections import deque
from collections.abc import AsyncIterator, Callable

from ..domain.query import Arrival
from ..ports import HitQueries

MOST = 50  # connections at once
BEAT = 15.0  # seconds between two signs of life
PACE = 1.0  # seconds between two looks at the store
LONGEST = 900.0  # seconds of a connection: then it comes again, and is asked anew who it is
KEPT = 1_000  # of the newest hits that are remembered


class Arrivals:
    """One look at the store each second for all connections together, and none while there is no connection."""

    def __init__(self, queries: HitQueries, clock: Callable[[], float]) -> None:
        self._queries = queries
        self._clock = clock
        self._recent: deque[Arrival] = deque(maxlen=KEPT)
        self._newest = 0
        self._open = 0
        self._changed = asyncio.Event()
        self._ended = False
        self._looking: asyncio.Task[None] | None = None
        self._beginning = asyncio.Lock()

    @property
    def full(self) -> bool:
        """Whether no further connection is taken."""
        return self._open >= MOST or self._ended

    def end(self) -> None:
        """Ends all connections at once."""
        self._ended = True
        self._changed.set()
        if self._looking is not None:
            self._looking.cancel()

    async def events(self, after: int, say: Callable[[Arrival], str]) -> AsyncIterator[bytes]:
        """Server-sent events of what came after that hit: how many alerts and reviews, and when the last one came."""
        self._open += 1
        try:
            await self._begin()
            until = self._clock() + LONGEST
            told = after
            yield b"retry: 5000\n\n"
            while not self._ended and self._clock() < until:
                changed = self._changed
                found = self._after(after)
                if found and found[-1].hit > told:
                    told = found[-1].hit
                    yield _event(found, say(found[-1]))
                try:
                    await asyncio.wait_for(changed.wait(), BEAT)
                except TimeoutError:
                    yield b": still here\n\n"
        finally:
            self._open -= 1

    async def _begin(self) -> None:
        """Begins to look, if nobody does."""
        async with self._beginning:
            if self._looking is not None and not self._looking.done():
                return
            self._newest = max(0, await asyncio.to_thread(self._queries.newest_hit) - KEPT)
            self._recent.clear()
            await self._look()
            self._looking = asyncio.create_task(self._go_on(), name="arrivals")

    async def _go_on(self) -> None:
        while self._open and not self._ended:
            await asyncio.sleep(PACE)
            if await self._look():
                self._changed.set()
                self._changed = asyncio.Event()

    async def _look(self) -> bool:
        """Asks for what came; whether something did."""
        found = await asyncio.to_thread(self._queries.arrived, self._newest, KEPT)
        if found:
            self._newest = found[-1].hit
            self._recent.extend(found)
        return bool(found)

    def _after(self, hit: int) -> list[Arrival]:
        numbers = [one.hit for one in self._recent]
        return list(self._recent)[bisect_right(numbers, hit) :]


def _event(found: list[Arrival], at: str) -> bytes:
    body = {
        "alert": sum(one.verdict == "alert" for one in found),
        "review": sum(one.verdict == "review" for one in found),
        "all": len(found),
        "at": at,
    }
    return f"id: {found[-1].hit}\nevent: hits\ndata: {json.dumps(body)}\n\n".encode()
