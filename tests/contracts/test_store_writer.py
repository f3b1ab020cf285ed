"""The writer: what happens to the polls of a batch when one of them fails, and who waits for whom?"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from sqlalchemy import event

from monitor.adapters.sql import SqlQueries, SqlStore, open_database
from monitor.adapters.sql.writer import PATIENCE, Writer
from monitor.domain.errors import LeaseLost
from monitor.domain.query import HitFilter
from tests.fakes.intents import LEASE, Stage, text


async def test_of_polls_that_come_at_once_one_that_came_late_costs_the_others_nothing(stage: Stage) -> None:
    """F15: all that a batch held is undone and done again; each poll is stored once."""
    keys = [f"s{number}" for number in range(6)]
    await stage.watch(*keys)
    late = {claim.key: claim for claim in await stage.sources("w1")}
    stage.clock.tick(LEASE.total_seconds() + 1)
    anew = {claim.key: claim for claim in await stage.sources("w2")}
    intents = [
        stage.intent((late if key == "s3" else anew)[key], text(f"notice of {key}", place=f"https://{key}.example/"))
        for key in keys
    ]
    told = await asyncio.gather(
        *(stage.store.apply(intent, stage.routing) for intent in intents), return_exceptions=True
    )
    assert [isinstance(one, LeaseLost) for one in told] == [key == "s3" for key in keys]
    assert stage.queries.count_hits(HitFilter()) == len(keys) - 1


@pytest.fixture
def writer(tmp_path: Path) -> Writer:
    database = open_database(f"sqlite:///{tmp_path / 'monitor.db'}")
    return SqlStore(database, SqlQueries(database)).writer


async def test_polls_that_come_one_upon_the_other_share_a_commit(writer: Writer) -> None:
    commits: list[float] = []
    event.listen(writer.database.writer, "commit", lambda _: commits.append(time.monotonic()))
    await asyncio.gather(*(writer.run(lambda tx: None, patient=True) for _ in range(3)))
    before = len(commits)
    jobs = []
    for _ in range(5):
        jobs.append(asyncio.ensure_future(writer.run(lambda tx: None, patient=True)))
        await asyncio.sleep(PATIENCE / 20)
    await asyncio.gather(*jobs)
    assert len(commits) - before < len(jobs)
    await writer.close()


async def test_a_poll_that_comes_alone_waits_for_nobody(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.adapters.sql.writer.PATIENCE", 3_600.0)  # a poll that waited would never end
    stored = [await asyncio.wait_for(writer.run(lambda tx, n=n: n, patient=True), timeout=60) for n in range(6)]  # type: ignore[misc]
    assert stored == list(range(6))
    await writer.close()
