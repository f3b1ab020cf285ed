"""Each source kind is declared once, and a watchlist can say what it takes."""

from __future__ import annotations

from monitor.adapters.kinds import KINDS
from monitor.config.watchlists import DEFAULT_KINDS


def test_watchlists_know_the_kinds_that_can_be_read_with_the_same_options() -> None:
    told = {kind.key: (dict(kind.options), kind.summary) for kind in DEFAULT_KINDS}
    assert {kind.key: (dict(kind.options), kind.summary) for kind in KINDS} == told
