"""A day of trouble in virtual time: real store, real senders, real servers, the waits of `retry` (F51-F57).

python -m tests.flows.test_senders_day        # prints the table of what happened
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path

import structlog

from tests.fakes.day import REFUSED, Day

HITS = 18  # one an hour; what is shown by hand has four


async def test_f51_to_f57_a_day_of_trouble_loses_nothing_and_doubles_only_what_was_unknown(tmp_path: Path) -> None:
    async with Day(tmp_path, timedelta(hours=1)) as day:
        await day.live()
        promises = day.deliveries()
        table = day.table()
        assert day.store.queries.verify().status == "ok"
    print(table)

    assert len(promises) == HITS * 4, "three recipients and a webhook for each hit"
    for made in promises:
        assert made.state == ("dead" if made.recipient == REFUSED else "delivered"), "delivered, or visibly given up"
        assert len(made.attempts) < 12
        assert made.attempts[-1].outcome == ("rejected" if made.recipient == REFUSED else "delivered")

    doubts = Counter[str]()
    for made in promises:
        doubts[made.message or ""] += sum(end.outcome == "unknown" for end in made.attempts)
    assert sum(doubts.values()) > 4, "the day had its doubts"
    times = day.arrived()
    assert len(times) == HITS * 3, "each message arrived, under one id however often it was sent"
    copies = sum(count - 1 for count in times.values())
    assert 0 < copies <= sum(doubts.values()), "a copy comes only after a doubt"
    assert all(end.outcome != "started" for made in promises for end in made.attempts)


async def show() -> None:
    """Lives the day and prints its table."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    with tempfile.TemporaryDirectory() as folder:
        async with Day(Path(folder)) as day:
            await day.live()
            print(day.table())


if __name__ == "__main__":
    asyncio.run(show())
