"""throttle: how long must somebody wait who was wrong too often?"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

FREE = 5  # tries that may be wrong
FIRST, LONGEST = 30.0, 900.0  # seconds to wait after the next ones, doubling
FORGET = 3600.0
MOST_KEYS = 10_000


@dataclass
class _Tries:
    wrong: int
    last: float
    until: float


class Throttle:
    """Counts wrong tries by name and by peer, in memory. `monotonic` gives seconds that only grow."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._tries: dict[str, _Tries] = {}

    def wait(self, keys: Iterable[str]) -> float:
        """Seconds until these may try again; 0 when they may now."""
        now = self._monotonic()
        return max((self._tries[key].until - now for key in keys if key in self._tries), default=0.0)

    def wrong(self, keys: Iterable[str]) -> None:
        """One more wrong try of each."""
        now = self._monotonic()
        self._forget(now)
        for key in keys:
            tries = self._tries.setdefault(key, _Tries(0, now, 0.0))
            tries.wrong, tries.last = tries.wrong + 1, now
            if tries.wrong >= FREE:
                tries.until = now + min(LONGEST, FIRST * 2 ** (tries.wrong - FREE))

    def right(self, keys: Iterable[str]) -> None:
        """They got in: what was wrong before is forgotten."""
        for key in keys:
            self._tries.pop(key, None)

    def _forget(self, now: float) -> None:
        if len(self._tries) >= MOST_KEYS:
            kept = sorted(self._tries.items(), key=lambda item: item[1].until)[MOST_KEYS // 2 :]
            self._tries = dict(kept)
        self._tries = {key: tries for key, tries in self._tries.items() if now - tries.last < FORGET}
