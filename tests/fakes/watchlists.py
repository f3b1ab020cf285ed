"""Watchlists without a folder.

watchlists = FakeWatchlists(plan)          # given at the first question, None until it changes
watchlists.plan = other                    # given at the next question
watchlists.broken = WatchlistError(...)    # raised once, at the next question
"""

from __future__ import annotations

from collections.abc import Mapping

from monitor.domain.errors import WatchlistError
from monitor.domain.plan import Plan


class FakeWatchlists:
    """Implements ports.Watchlists. `asked` has the last good files of every question."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.broken: WatchlistError | None = None
        self.asked: list[dict[str, bytes]] = []
        self._given: Plan | None = None

    async def changed(self, last_good: Mapping[str, bytes]) -> Plan | None:
        """As ports.Watchlists."""
        self.asked.append(dict(last_good))
        if self.broken is not None:
            error, self.broken = self.broken, None
            raise error
        if self.plan is self._given:
            return None
        self._given = self.plan
        return self.plan
