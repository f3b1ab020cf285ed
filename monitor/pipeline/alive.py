"""alive: does polling really work, so that an outside watcher may be told so?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from ..domain.source import SourceHealth, SourceState

GRACE = timedelta(minutes=10)


def trouble(sources: Sequence[SourceHealth], now: datetime) -> str:
    """Why an outside watcher must not be told that all is well; empty when polling works.

    It works when some source was polled within twice the shortest interval (and ten minutes), and some source of those
    that were polled could be read. Without sources there is nothing that could fail.
    """
    active = [one for one in sources if one.state == SourceState.ACTIVE.value]
    polled = [one.polled_at for one in active if one.polled_at is not None]
    if not active:
        return ""
    if not polled:
        return "no source was polled yet"
    patience = timedelta(seconds=2 * min(one.every for one in active)) + GRACE
    if max(polled) < now - patience:
        return f"nothing was polled since {max(polled):%Y-%m-%d %H:%M} UTC"
    if all(one.outcome == "failed" for one in active if one.polled_at is not None):
        return "every source fails"
    return ""
