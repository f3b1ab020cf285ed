"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class FakeClock:
    """Drive it with `tick(seconds)`; `jump` moves the wall only, as a corrected system clock does."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start
        self._monotonic = 1000.0

    def now(self) -> datetime:
        """The wall clock, in UTC."""
        return self._now

    def monotonic(self) -> float:
        """Seconds that only grow."""
        return self._monotonic

    def tick(self, seconds: float) -> datetime:
        """Lets time pass on both clocks; returns the new wall time."""
        if seconds < 0:
            raise ValueError("time passes forward; use jump() to move the wall clock back")
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds
        return self._now

    def jump(self, seconds: float) -> datetime:
        """Moves the wall clock alone, back as well; returns the new wall time."""
        self._now += timedelta(seconds=seconds)
        return self._now
