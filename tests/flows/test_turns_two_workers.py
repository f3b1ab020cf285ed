"""Two workers with near copies at once: is each notice told once, on both databases?"""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from dataclasses import replace

from monitor.adapters.sql import SqlQueries, SqlStore, open_database
from monitor.domain.document import Prepared
from monitor.domain.hit import Decision, Relation
from monitor.domain.intent import PollIntent, VersionIntent
from monitor.domain.query import HitFilter
from monitor.pipeline.poll import DISTINCT
from tests.fakes.clock import START
from tests.fakes.intents import Stage, text

ITEMS = 120
ALL = HitFilter()


def copy_of(item: int, worker: str) -> Prepared:
    """This worker's copy of one notice: another text, two keys in common."""
    return text(f"notice {item} at {worker}", keys=(item * 10 + 1, item * 10 + 2))


def judge(stage: Stage, source: str, prepared: Prepared) -> Decision:
    """What a judge would say: the same, if a copy of this notice is stored."""
    found = stage.queries.candidates(source, prepared, START)
    name = prepared.extracted.title.split(" at ")[0]
    judged = tuple(one.version for one in found)
    twin = next((one for one in found if one.title.split(" at ")[0] == name), None)
    if twin is None:
        return replace(DISTINCT, judged=judged)
    return Decision(Relation.SAME, twin.version, 1.0, judged=judged)


async def tell(stage: Stage, worker: str, item: int) -> int:
    """One copy on its whole way; returns how often it had to be judged again."""
    prepared = copy_of(item, worker)
    for round_ in range(6):
        decision = await asyncio.to_thread(judge, stage, worker, prepared)
        await asyncio.sleep(0)
        intent = PollIntent(worker, START, "r1", versions=(VersionIntent(prepared, decision, "b" * 64),))
        applied = await stage.store.apply(intent, stage.routing)
        if not applied.unjudged:
            return round_
    raise AssertionError(f"notice {item} of {worker} was never stored")


def work(url: str, worker: str, gate: threading.Barrier, rounds: list[int]) -> None:
    """A worker of its own: thread, event loop, connections, writer."""

    async def run() -> None:
        database = open_database(url)
        queries = SqlQueries(database)
        stage = Stage(SqlStore(database, queries), queries)
        await asyncio.to_thread(gate.wait)
        for low in range(0, ITEMS, 20):
            rounds.extend(await asyncio.gather(*(tell(stage, worker, item) for item in range(low, low + 20))))
        queries.close()
        await stage.store.close()

    asyncio.run(run())


async def test_two_workers_with_copies_of_the_same_notices_alert_once(database_url: str) -> None:
    """F16, and the dedupe notes' "two workers, one alert": 0 told twice, 0 lost."""
    open_database(database_url).close()
    rounds: list[int] = []
    gate = threading.Barrier(2)
    workers = [threading.Thread(target=work, args=(database_url, name, gate, rounds)) for name in ("a", "b")]
    for one in workers:
        one.start()
    for one in workers:
        await asyncio.to_thread(one.join)
    database = open_database(database_url)
    queries = SqlQueries(database)
    told = Counter(row.title.split(" at ")[0] for row in queries.deliveries())
    assert len(rounds) == 2 * ITEMS, "a worker ended early"
    assert queries.count_hits(ALL) == 2 * ITEMS
    assert set(told.values()) == {1}
    assert len(told) == ITEMS
    assert queries.verify().status == "ok"
    queries.close()
    database.close()


async def test_the_look_up_inside_the_transaction_is_what_prevents_the_second_alert(database_url: str) -> None:
    """Both judged before either stored: the later one is sent back with what it has not seen."""
    database = open_database(database_url)
    queries = SqlQueries(database)
    stage = Stage(SqlStore(database, queries), queries)
    first, second = copy_of(1, "a"), copy_of(1, "b")
    blind = [judge(stage, "a", first), judge(stage, "b", second)]
    intents = [
        PollIntent(name, START, "r1", versions=(VersionIntent(one, decision, "b" * 64),))
        for name, one, decision in zip("ab", (first, second), blind, strict=True)
    ]
    stored, refused = await asyncio.gather(*(stage.store.apply(one, stage.routing) for one in intents))
    [hit] = queries.hits(ALL)
    assert (stored.deliveries, refused.unjudged) == (1, (hit.version,))
    assert await tell(stage, "b", 1) == 0
    assert len(list(queries.deliveries())) == 1
    queries.close()
    await stage.store.close()


async def test_texts_that_nobody_could_judge_are_stored_as_new_and_flagged(database_url: str) -> None:
    database = open_database(database_url)
    queries = SqlQueries(database)
    stage = Stage(SqlStore(database, queries), queries)
    flagged = replace(DISTINCT, unjudged=True, reasons=("could not be judged",))
    for number in range(3):
        intent = PollIntent("a", START, "r1", versions=(VersionIntent(copy_of(1, f"w{number}"), flagged, "b" * 64),))
        assert not (await stage.store.apply(intent, stage.routing)).unjudged
    assert {hit.relation_reasons for hit in queries.hits(ALL)} == {("could not be judged",)}
    assert len(list(queries.deliveries())) == 3
    queries.close()
    await stage.store.close()
