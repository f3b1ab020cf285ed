"""The promises of reading: filters, order, pages, and that readers never see half a write."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta

import pytest

from monitor.domain.delivery import Routing
from monitor.domain.hit import Verdict
from monitor.domain.query import HitFilter
from monitor.domain.ruling import Ruling, RulingKind
from tests.fakes.intents import Stage, channel, hit, text

ALL = HitFilter()
MANY = 505


async def fill(stage: Stage) -> None:
    """Four hits of two topics from two sources, a minute apart."""
    await stage.watch("city", "town")
    for key, title, topic, verdict in (
        ("city", "Qiming opens", "qiming", Verdict.ALERT),
        ("town", "启明计划申报", "qiming", Verdict.REVIEW),
        ("city", "Torch 100% fund", "huoju", Verdict.ALERT),
        ("town", "a_b company", "huoju", Verdict.SUPPRESSED),
    ):
        await stage.poll(key, text(title, hits=[hit(topic, verdict)]))
        stage.clock.tick(60)


@pytest.mark.parametrize(
    ("wanted", "titles"),
    [
        (ALL, ["a_b company", "Torch 100% fund", "启明计划申报", "Qiming opens"]),
        (HitFilter(topics=("qiming",)), ["启明计划申报", "Qiming opens"]),
        (HitFilter(verdicts=("alert",)), ["Torch 100% fund", "Qiming opens"]),
        (HitFilter(verdicts=("review", "suppressed")), ["a_b company", "启明计划申报"]),
        (HitFilter(sources=("town",), topics=("huoju",)), ["a_b company"]),
        (HitFilter(kinds=("news",)), []),
        (HitFilter(novelties=("new",)), ["a_b company", "Torch 100% fund", "启明计划申报", "Qiming opens"]),
        (HitFilter(text="申报"), ["启明计划申报"]),
        (HitFilter(text="qiming"), ["Qiming opens"]),
        (HitFilter(text="100%"), ["Torch 100% fund"]),
        (HitFilter(text="a_b"), ["a_b company"]),
        (HitFilter(text="'; DROP TABLE hit; --"), []),
    ],
)
async def test_a_filter_lets_through_what_it_says_newest_first(
    stage: Stage, wanted: HitFilter, titles: list[str]
) -> None:
    await fill(stage)
    assert [one.title for one in stage.queries.hits(wanted)] == titles
    assert stage.queries.count_hits(wanted) == len(titles)


async def test_times_bound_from_below_inclusive_and_from_above_exclusive(stage: Stage) -> None:
    start = stage.now
    await fill(stage)
    minute = timedelta(seconds=60)
    wanted = HitFilter(since=start + minute, until=start + 2 * minute)
    assert [one.title for one in stage.queries.hits(wanted)] == ["启明计划申报"]


async def test_limit_and_offset_cut_a_page_out_of_the_list(stage: Stage) -> None:
    await fill(stage)
    assert [one.title for one in stage.queries.hits(ALL, limit=2, offset=1)] == ["Torch 100% fund", "启明计划申报"]
    assert list(stage.queries.hits(ALL, limit=0)) == []
    assert list(stage.queries.hits(ALL, limit=5, offset=4)) == []


async def test_a_long_list_has_every_row_once(stage: Stage) -> None:
    """Read in pages inside, whole outside."""
    stage.routing = Routing((channel(),), budget=0)
    await stage.watch("city")
    await stage.poll("city", *(text(f"notice {n}") for n in range(MANY)))
    numbers = [one.id for one in stage.queries.hits(ALL)]
    assert numbers == sorted(set(numbers), reverse=True)
    assert len(numbers) == stage.queries.count_hits(ALL) == MANY
    assert len(list(stage.queries.hits(ALL, limit=400, offset=300))) == MANY - 300
    rows = [row.id for row in stage.queries.deliveries()]
    assert rows == sorted(set(rows), reverse=True)
    assert len(rows) == MANY
    assert stage.queries.verify().status == "ok"


async def test_entries_of_the_log_come_in_order_from_any_place(stage: Stage) -> None:
    await fill(stage)
    numbers = [entry.seq for entry in stage.queries.audit()]
    assert numbers == list(range(1, len(numbers) + 1))
    assert [entry.seq for entry in stage.queries.audit(after=2, limit=2)] == [3, 4]


async def test_what_is_not_there_is_none(stage: Stage) -> None:
    assert stage.queries.hit(1) is None
    assert stage.queries.version(1) is None
    assert stage.queries.versions_of_item(1) == []
    assert list(stage.queries.deliveries(hit=1)) == []
    assert stage.queries.sources() == []
    assert stage.queries.current_files() == {}
    assert stage.queries.tally().last_poll_at is None
    assert stage.queries.known("city", []) == set()


async def test_deliveries_of_one_hit_and_of_some_states(stage: Stage) -> None:
    await fill(stage)
    [last, first] = stage.queries.deliveries()
    assert [row.id for row in stage.queries.deliveries(hit=first.hit)] == [first.id]
    await stage.store.assemble(stage.routing, stage.now)
    assert [row.state for row in stage.queries.deliveries(states=["sending"])] == ["sending", "sending"]
    assert list(stage.queries.deliveries(hit=last.hit, states=["dead"])) == []


async def test_a_restored_hit_says_so(stage: Stage) -> None:
    await fill(stage)
    [quiet] = stage.queries.hits(HitFilter(verdicts=("suppressed",)))
    assert not quiet.restored
    await stage.store.rule(Ruling(RulingKind.RESTORED, "lena", stage.now, hit=quiet.id))
    found = stage.queries.hit(quiet.id)
    assert found is not None
    assert found.restored


async def test_readers_in_other_threads_never_see_half_a_poll(stage: Stage) -> None:
    """I4, at any moment: as many deliveries as alerts."""
    stage.routing = Routing((channel(),), budget=0)
    await stage.watch("city")
    done, odd = threading.Event(), []

    def look() -> None:
        while not done.is_set():
            before = len(list(stage.queries.deliveries()))
            hits = stage.queries.count_hits(ALL)
            if before % 5 or hits % 5 or hits < before:
                odd.append((before, hits))

    readers = [threading.Thread(target=look) for _ in range(2)]
    if not hasattr(stage.store, "tables"):  # the fake lives in one thread
        for reader in readers:
            reader.start()
    for low in range(0, 50, 5):
        await stage.poll("city", *(text(f"notice {n}") for n in range(low, low + 5)))
        await asyncio.sleep(0)
    done.set()
    for reader in readers:
        if reader.ident is not None:
            await asyncio.to_thread(reader.join)
    assert odd == []
    assert stage.queries.count_hits(ALL) == 50
