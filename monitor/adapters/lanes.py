"""lanes: whose turn is it to ask this host?"""

from __future__ import annotations

import asyncio
from collections import deque

from ..ports import Clock

AT_ONCE = 64  # requests to one host without a pace
MOST_LANES = 4096  # beyond that those are forgotten that have been idle for an hour …
TIDY_EVERY = 600.0  # … looked for this often, in seconds


class Gate:
    """Lets so many through at once, the others in the order they came.

    asyncio's own looks through all who wait at each release; this one hands a place to the first of them.
    """

    __slots__ = ("_free", "_waiting")

    def __init__(self, places: int) -> None:
        self._free = places
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def acquire(self) -> None:
        """Waits for a place; each has its `release`."""
        if self._free:
            self._free -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.release()  # the place was given when nobody wanted it any more
            raise

    def release(self) -> None:
        """Gives the place to whoever has waited longest."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1


class Lane:
    """The way to one host. With a pace: one request at a time and that many seconds from the end of
    one to the start of the next. Without: up to 64 at once.
    """

    __slots__ = ("_one", "_some", "ended", "held_until", "users")

    def __init__(self) -> None:
        self._one = Gate(1)
        self._some = Gate(AT_ONCE)
        self.ended = float("-inf")
        self.held_until = float("-inf")
        self.users = 0

    async def enter(self, pace: float, clock: Clock) -> None:
        """Waits for its turn; every enter that returns has its leave, with the same pace."""
        self.users += 1
        gate = self._one if pace > 0 else self._some
        try:
            await gate.acquire()
            try:
                if pace > 0 and (wait := self.ended + pace - clock.monotonic()) > 0:
                    await asyncio.sleep(wait)
            except BaseException:
                gate.release()
                raise
        except BaseException:
            self.users -= 1
            raise

    def leave(self, pace: float, clock: Clock) -> None:
        """Ends the turn; the pause begins now."""
        self.ended = clock.monotonic()
        self.users -= 1
        (self._one if pace > 0 else self._some).release()


class Lanes:
    """All lanes, by "name:port"."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lanes: dict[str, Lane] = {}
        self._tidied = float("-inf")

    def of(self, host: str) -> Lane:
        """The lane of that host."""
        lane = self._lanes.get(host)
        if lane is None:
            now = self._clock.monotonic()
            if len(self._lanes) >= MOST_LANES and now - self._tidied > TIDY_EVERY:
                self._forget_idle(now)
            lane = self._lanes[host] = Lane()
        return lane

    def _forget_idle(self, now: float) -> None:
        self._tidied = now
        for host, lane in list(self._lanes.items()):
            # an hour is longer than any pause that a lane still has to remember
            if not lane.users and lane.ended < now - 3600 and lane.held_until < now:
                del self._lanes[host]
