"""clock: what time is it, on the wall and on the stopwatch?"""

from __future__ import annotations

import time
from datetime import UTC, datetime


class SystemClock:
    """The machine's own clocks; the only place that asks them."""

    def now(self) -> datetime:
        """The wall clock, in UTC with its zone."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that only grow; for deadlines and pace."""
        return time.monotonic()
