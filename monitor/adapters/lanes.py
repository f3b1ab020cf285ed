"""lanes: whose turn is it to ask this host?"""

from __future__ import annotations

import asyncio

from ..ports import Clock

AT_ONCE = 64  # requests to one host without a pace
MOST_LANES = 4096  # idle ones beyond that are forgotten


class Lane:
    """The way to one host. With a pace: one request at a time and that many seconds from the end of
    one to the start of the next. Without: up to 64 at once.
    """

    __slots__ = ("_one", "_some", "ended", "held_until", "users")

    def __init__(self) -> None:
        self._one = asyncio.Lock()
        self._some = asyncio.Semaphore(AT_ONCE)
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

    def of(self, host: str) -> Lane:
        """The lane of that host."""
        lane = self._lanes.get(host)
        if lane is None:
            if len(self._lanes) >= MOST_LANES:
                self._forget_idle()
            lane = self._lanes[host] = Lane()
        return lane

    def _forget_idle(self) -> None:
        # an hour is longer than any pause that a lane still has to remember
        idle_since = self._clock.monotonic() - 3600
        now = self._clock.monotonic()
        for host, lane in list(self._lanes.items()):
            if not lane.users and lane.ended < idle_since and lane.held_until < now:
                del self._lanes[host]
