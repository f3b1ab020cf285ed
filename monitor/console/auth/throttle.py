"""throttle: how long must somebody wait who was wrong too often?

A try counts as wrong from its beginning until it proves right, so a hundred at once are no way around. Getting in by one name
takes back only what was wrong under that name: whoever has an account of their own cannot buy new tries at others'.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

FREE = 5  # tries that may be wrong under one name
FREE_OF_PEER = 20  # and from one address, where several people may sit
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

    def wait(self, name: str, peer: str) -> float:
        """Seconds until this name may be tried again from this peer; 0 when it may now."""
        now = self._monotonic()
        found = (self._tries[key].until - now for key in (_name(name), _peer(peer)) if key in self._tries)
        return max(0.0, *found, 0.0)

    def begin(self, name: str, peer: str) -> None:
        """One more try of this name from this peer; wrong until it is told to be right."""
        now = self._monotonic()
        self._forget(now)
        for key, free in ((_name(name), FREE), (_peer(peer), FREE_OF_PEER)):
            tries = self._tries.setdefault(key, _Tries(0, now, 0.0))
            tries.wrong, tries.last = tries.wrong + 1, now
            if tries.wrong >= free:
                tries.until = now + min(LONGEST, FIRST * 2 ** min(tries.wrong - free, 10))

    def right(self, name: str, peer: str) -> None:
        """They got in: what was wrong under this name is forgotten."""
        mine, theirs = self._tries.pop(_name(name), None), self._tries.get(_peer(peer))
        if mine is not None and theirs is not None:
            theirs.wrong = max(0, theirs.wrong - mine.wrong)
            theirs.until = theirs.until if theirs.wrong >= FREE_OF_PEER else 0.0

    def _forget(self, now: float) -> None:
        if len(self._tries) >= MOST_KEYS:
            kept = sorted(self._tries.items(), key=lambda item: item[1].until)[MOST_KEYS // 2 :]
            self._tries = dict(kept)
        self._tries = {key: tries for key, tries in self._tries.items() if now - tries.last < FORGET}


def _name(name: str) -> str:
    return f"name {name}"


def _peer(peer: str) -> str:
    return f"peer {peer}"
