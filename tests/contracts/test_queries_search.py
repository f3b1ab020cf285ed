"""The promises of finding hits by words, rulings and time; of counts; of what came; on every store."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.domain.hit import Verdict
from monitor.domain.query import HitFilter
from monitor.domain.ruling import Ruling, RulingKind
from tests.fakes.intents import Stage, hit, text

FAR = "启明计划。" + "开头的话。" * 300 + "末尾提到安家费与 signing bonuses。"


async def fill(stage: Stage) -> None:
    """Three hits, a day apart."""
    await stage.watch("city")
    await stage.poll("city", text("啟明計畫 opens", FAR, hits=[hit("qiming")]))
    stage.clock.tick(86_400)
    await stage.poll("city", text("Torch news", "启明计划 and houses", hits=[hit("huoju", Verdict.REVIEW)]))
    stage.clock.tick(86_400)
    await stage.poll("city", text("ＫＵＮＰＥＮＧ calls", "启明计划 again", hits=[hit("kunpeng")]))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("安家", [1]),  # far behind the passage
        ("启明", [3, 2, 1]),
        ("啟明", [3, 2, 1]),
        ("启明计划 signing", [1]),
        ("BONUS", [1]),
        ("house", [2]),
        ("kunpeng", [3]),
        ("费", [1]),
        ("启安", []),
        ("news 安家", []),
        ("?!", []),
        ('" OR "', []),
        ("hit_search MATCH *", []),
    ],
)
async def test_words_are_found_wherever_they_stand_in_either_script(stage: Stage, asked: str, found: list[int]) -> None:
    await fill(stage)
    wanted = HitFilter(text=asked)
    assert [one.id for one in stage.queries.hits(wanted)] == found
    assert stage.queries.count_up_to(wanted, 2) == min(2, len(found))


async def test_a_state_is_that_of_the_latest_ruling_and_one_that_was_taken_back_is_none(stage: Stage) -> None:
    await fill(stage)

    async def rule(number: int, kind: RulingKind) -> None:
        await stage.store.rule(Ruling(kind, "lena", stage.now, "why", hit=number))

    def in_state(*states: str) -> list[int]:
        return [one.id for one in stage.queries.hits(HitFilter(states=states))]

    await rule(1, RulingKind.WRONG)
    await rule(1, RulingKind.RIGHT)
    await rule(2, RulingKind.WRONG)
    assert (in_state("right"), in_state("wrong"), in_state("unjudged")) == ([1], [2], [3])
    assert in_state("unjudged", "wrong") == [3, 2]
    assert [one.id for one in stage.queries.hits(HitFilter(states=("right",), text="安家", verdicts=("alert",)))] == [1]
    await rule(2, RulingKind.WITHDRAWN)
    assert (in_state("wrong"), in_state("unjudged")) == ([], [3, 2])
    first = stage.queries.hit(1)
    assert first is not None
    assert (first.ruled, first.ruled_by, first.ruled_at, first.ruled_why) == ("right", "lena", stage.now, "why")
    assert [one.ruled for one in stage.queries.hits(HitFilter())] == ["", "", "right"]


async def test_days_are_counted_the_same_before_and_after_they_are_over(stage: Stage) -> None:
    start = stage.now
    await fill(stage)
    before = stage.queries.hit_days(start.date())
    assert [(one.day - start.date(), one.topic, one.verdict, one.hits) for one in before] == [
        (timedelta(0), "qiming", "alert", 1),
        (timedelta(1), "huoju", "review", 1),
        (timedelta(2), "kunpeng", "alert", 1),
    ]
    tally = stage.queries.tally()
    stage.clock.tick(86_400)
    for _ in range(2):
        await stage.store.upkeep(stage.now)
    assert stage.queries.hit_days(start.date()) == before
    assert stage.queries.tally() == tally
    assert [one.topic for one in stage.queries.hit_days(start.date() + timedelta(1))] == ["huoju", "kunpeng"]


async def test_what_came_is_told_in_order_and_in_a_time(stage: Stage) -> None:
    start = stage.now
    assert stage.queries.newest_hit() == 0
    await fill(stage)
    assert stage.queries.newest_hit() == 3
    assert [(one.hit, one.verdict) for one in stage.queries.arrived(1, 1)] == [(2, "review")]
    assert stage.queries.arrived(3, 10) == []
    between = HitFilter(since=start + timedelta(hours=1), until=start + timedelta(days=2))
    assert [one.id for one in stage.queries.hits(between)] == [2]
    assert stage.queries.count_hits(HitFilter(since=start + timedelta(days=9))) == 0


async def test_the_entry_that_commits_to_a_hit_is_found(stage: Stage) -> None:
    await fill(stage)
    entry = stage.queries.entry_of(2)
    assert entry is not None
    found = next(iter(stage.queries.audit(after=entry - 1, limit=1)))
    assert found.seq == entry and found.kind == "polled"
    assert stage.queries.entry_of(99) is None
