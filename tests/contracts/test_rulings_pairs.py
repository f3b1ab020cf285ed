"""Rulings on pairs and restored hits, on both databases: nothing stays silent, and the log agrees."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from monitor.adapters.sql import SqlQueries, SqlStore, open_database
from monitor.domain.delivery import Routing
from monitor.domain.hit import Decision, HitView, Relation, Verdict
from monitor.domain.intent import VersionIntent
from monitor.domain.query import HitFilter
from monitor.domain.ruling import Ruling, RulingKind
from monitor.pipeline.ruled import SAME
from monitor.turns.desk import Desk
from monitor.turns.poll import judge
from tests.fakes.fetcher import FakeFetcher
from tests.fakes.intents import Stage, channel, hit, text, to
from tests.fakes.notifier import FakeNotifier
from tests.fakes.reading import FakeReadingRoom

ALL = HitFilter()
SHARED = (11, 12, 13)


@pytest.fixture
async def city(database_url: str) -> AsyncIterator[Stage]:
    """A store that watches four sources."""
    database = open_database(database_url)
    queries = SqlQueries(database)
    stage = Stage(SqlStore(database, queries), queries)
    await stage.store.open(stage.worker, stage.now)
    await stage.watch("city", "town", "village", "press")
    yield stage
    queries.close()
    await stage.store.close()


def hits(stage: Stage) -> dict[str, HitView]:
    """All hits by title."""
    return {one.title: one for one in stage.queries.hits(ALL)}


async def heard(stage: Stage) -> list[str]:
    """Titles of what is told now, as form and title."""
    told = []
    for claim in await stage.messages():
        told += [f"{one.form.value} {one.hit.title}" for one in claim.draft.tellings]
        await stage.send(claim)
    return sorted(told)


async def rule(stage: Stage, kind: RulingKind, first: str, second: str) -> None:
    """A ruling on two texts, by their titles."""
    found = hits(stage)
    pair = (found[first].version, found[second].version)
    await stage.store.rule(Ruling(kind, "lena", stage.now, "I read both", pair=pair))


async def copy(stage: Stage, source: str, title: str, of: str, relation: Relation = Relation.SAME) -> None:
    """A text that the judge took for a copy of a stored one."""
    decision = to(relation, hits(stage)[of].version, *(one.version for one in hits(stage).values()))
    await stage.poll(source, text(title, keys=SHARED), decision=decision)


async def test_a_split_tells_what_was_silenced_as_the_same(city: Stage) -> None:
    await city.poll("city", text("call of 2026", keys=SHARED))
    await copy(city, "town", "call of 2027", of="call of 2026")
    assert await heard(city) == ["new call of 2026"]
    await rule(city, RulingKind.NOT_THE_SAME, "call of 2026", "call of 2027")
    assert await heard(city) == ["new call of 2027"]
    found = hits(city)
    assert found["call of 2026"].item != found["call of 2027"].item
    assert found["call of 2026"].also_at == ()
    ruled = found["call of 2027"].relation_reasons[-1]
    assert "lena ruled on" in ruled and f"not the same as version {found['call of 2026'].version}: I read both" in ruled
    assert await heard(city) == []
    assert city.queries.verify().status == "ok"


async def test_a_split_takes_copies_and_updates_of_the_later_text_along_and_tells_once(city: Stage) -> None:
    await city.poll("city", text("a", keys=SHARED))
    await copy(city, "town", "b", of="a")
    await copy(city, "village", "copy of b", of="b")
    await copy(city, "press", "copy of a", of="a")
    await heard(city)
    await rule(city, RulingKind.NOT_THE_SAME, "a", "b")
    found = hits(city)
    assert found["copy of b"].item == found["b"].item != found["a"].item == found["copy of a"].item
    assert await heard(city) == ["new b"]
    assert [one.title for one in city.queries.versions_of_item(found["b"].item)] == ["b", "copy of b"]
    assert found["b"].also_at == (found["copy of b"].url,)
    assert city.queries.verify().status == "ok"


async def test_only_those_who_would_have_heard_and_did_not_are_told_after_a_split(city: Stage) -> None:
    city.routing = Routing((channel("press", sources=("town",)), channel("all"), channel("other", topics=("huoju",))))
    await city.poll("city", text("a", keys=SHARED))
    await copy(city, "town", "b", of="a")
    first = await city.messages()
    assert sorted(one.draft.channel for one in first) == ["all", "press"]  # press never heard of a
    for one in first:
        await city.send(one)
    await rule(city, RulingKind.NOT_THE_SAME, "a", "b")
    assert [one.draft.channel for one in await city.messages()] == ["all"]


async def test_a_joined_text_silences_later_copies_and_keeps_what_was_promised(city: Stage) -> None:
    await city.poll("city", text("a", keys=SHARED))
    await city.poll("town", text("b", keys=(99,)))
    assert await heard(city) == ["new a", "new b"]
    await rule(city, RulingKind.THE_SAME, "a", "b")
    found = hits(city)
    assert found["a"].item == found["b"].item
    assert found["a"].also_at == (found["b"].url,)
    await copy(city, "village", "copy of b", of="b")
    assert hits(city)["copy of b"].item == found["a"].item
    assert await heard(city) == []
    assert city.queries.verify().status == "ok"


async def test_who_heard_of_a_joined_text_only_hears_of_the_rest_after_the_split(city: Stage) -> None:
    """What was silent because of a join is not silent when the join is undone."""
    city.routing = Routing((channel("towns", sources=("town", "press")),))
    await city.poll("city", text("a", keys=SHARED))
    await city.poll("town", text("b", keys=(99,)))
    assert await heard(city) == ["new b"]
    await rule(city, RulingKind.THE_SAME, "a", "b")
    await copy(city, "press", "copy of a", of="a")
    assert await heard(city) == []
    await rule(city, RulingKind.NOT_THE_SAME, "a", "b")
    assert await heard(city) == ["new copy of a"]
    assert city.queries.verify().status == "ok"


async def test_the_latest_ruling_on_a_pair_counts(city: Stage) -> None:
    await city.poll("city", text("a", keys=SHARED))
    await copy(city, "town", "b", of="a")
    await heard(city)
    for kind in (RulingKind.NOT_THE_SAME, RulingKind.THE_SAME, RulingKind.NOT_THE_SAME, RulingKind.THE_SAME):
        await rule(city, kind, "a", "b")
        together = hits(city)["a"].item == hits(city)["b"].item
        assert together is (kind is RulingKind.THE_SAME)
    assert await heard(city) == [], "joined again before anybody was told: there is nothing new"
    assert len(city.bodies("regrouped")) == 4
    assert city.queries.verify().status == "ok"


async def test_a_join_leaves_behind_what_was_ruled_apart_from_the_other_item(city: Stage) -> None:
    await city.poll("city", text("a", keys=SHARED))
    await city.poll("town", text("b", keys=(99,)))
    await copy(city, "village", "copy of b", of="b")
    await rule(city, RulingKind.NOT_THE_SAME, "a", "copy of b")
    await rule(city, RulingKind.THE_SAME, "a", "b")
    found = hits(city)
    assert found["a"].item == found["b"].item != found["copy of b"].item


async def test_a_later_text_of_a_split_place_is_not_judged_against_the_other_side(city: Stage) -> None:
    await city.poll("city", text("a", keys=SHARED))
    await copy(city, "town", "b", of="a")
    await rule(city, RulingKind.NOT_THE_SAME, "a", "b")
    place = hits(city)["b"].url
    later = text("b, later", keys=SHARED, place=place)
    ruled = {one.title: one.ruled for one in city.queries.candidates("town", later, city.now)}
    assert ruled == {"a": RulingKind.NOT_THE_SAME, "b": None}
    elsewhere = city.queries.candidates("village", replace(later, fingerprint=5), city.now)
    assert {one.ruled for one in elsewhere} == {None}


async def test_a_word_for_word_copy_of_a_ruled_text_follows_the_ruling(city: Stage) -> None:
    await city.poll("city", text("a", keys=SHARED))
    await copy(city, "town", "b", of="a")
    twin = replace(text("b", keys=SHARED, place="https://press.example.org/1"))
    await rule(city, RulingKind.NOT_THE_SAME, "a", "b")
    ruled = {one.title: one.ruled for one in city.queries.candidates("press", twin, city.now)}
    assert ruled["a"] is RulingKind.NOT_THE_SAME
    await rule(city, RulingKind.THE_SAME, "a", "b")
    first = city.queries.candidates("press", replace(twin, keys=()), city.now)[0]
    assert (first.title, first.ruled) == ("b", RulingKind.THE_SAME)


async def test_the_turn_asks_no_judge_about_what_a_person_ruled(city: Stage) -> None:
    """The judge would say `same` each time; the ruling wins, and what is told stays told."""
    body = "启明计划现已开放申报，申报人须具有博士学位并在海外连续工作三年以上。入选者可享受住房补贴和子女入学服务。"
    desk = Desk(
        city.clock, FakeFetcher(), FakeReadingRoom(city.clock), FakeNotifier(), city.store, city.queries, "w1"  # type: ignore[arg-type]
    )  # fmt: skip
    await city.poll("city", text("启明计划申报通知", body, keys=SHARED))
    await city.poll("town", text("启明计划申报通知_人才网", body, keys=SHARED), decision=to(Relation.SAME, 1))
    twin = text("启明计划申报通知_人才网", body, keys=SHARED, place="https://press.example.org/1")
    assert (await judge(desk, "press", twin)).relation is Relation.SAME
    await rule(city, RulingKind.NOT_THE_SAME, "启明计划申报通知", "启明计划申报通知_人才网")
    apart = await judge(desk, "press", twin)
    assert apart.to == 2
    assert "a person ruled" in apart.reasons[-1]
    await rule(city, RulingKind.THE_SAME, "启明计划申报通知", "启明计划申报通知_人才网")
    joined = await judge(desk, "press", replace(twin, keys=()))
    assert (joined.relation, joined.to, joined.reasons) == (Relation.SAME, 2, (SAME,))


async def test_a_split_between_judging_and_storing_is_obeyed(city: Stage) -> None:
    await city.poll("city", text("a", keys=SHARED))
    await copy(city, "town", "b", of="a")
    await heard(city)
    found = hits(city)
    await rule(city, RulingKind.NOT_THE_SAME, "a", "b")
    stale = Decision(Relation.SAME, found["a"].version, 1.0, judged=(found["a"].version, found["b"].version))
    await city.poll("town", text("b again", keys=SHARED, place=found["b"].url), decision=stale)
    again = hits(city)["b again"]
    assert again.novelty == "new"
    assert "not the same" in again.relation_reasons[-1]
    assert await heard(city) == ["new b", "new b again"]


async def test_an_update_of_a_split_off_text_is_told_as_an_update(city: Stage) -> None:
    await city.poll("city", text("a", keys=SHARED))
    await copy(city, "town", "b", of="a")
    await heard(city)
    await rule(city, RulingKind.NOT_THE_SAME, "a", "b")
    await heard(city)
    await copy(city, "town", "b, moved deadline", of="b", relation=Relation.REVISION)
    assert await heard(city) == ["updated b, moved deadline"]
    await copy(city, "town", "b, moved again", of="b", relation=Relation.REVISION)
    assert await heard(city) == ["updated b, moved again"]


async def test_two_new_texts_of_one_poll_are_ruled_like_any_others(city: Stage) -> None:
    first, second = text("a", keys=SHARED), text("b", keys=SHARED)
    await city.poll("city", first, VersionIntent(second, Decision(Relation.SAME, -1, 1.0), "b" * 64))
    assert hits(city)["a"].item == hits(city)["b"].item
    await rule(city, RulingKind.NOT_THE_SAME, "b", "a")
    assert await heard(city) == ["new a", "new b"]


async def test_a_row_moved_without_a_ruling_is_found(city: Stage) -> None:
    """The log commits to what rulings moved: neither a forged nor a lost row stays unseen."""
    await city.poll("city", text("a", keys=SHARED))
    await copy(city, "town", "b", of="a")
    await rule(city, RulingKind.NOT_THE_SAME, "a", "b")
    assert city.queries.verify().status == "ok"
    database = city.queries.database  # type: ignore[attr-defined]
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE regrouped SET item = 1")
    found = city.queries.verify()
    assert found.status == "broken" and "no ruling in the log" in found.findings[0]
    with database.write() as connection:
        connection.exec_driver_sql("DELETE FROM regrouped")
    found = city.queries.verify()
    assert found.status == "broken" and "not in the store" in found.findings[0]


# --- restored ---


@pytest.mark.parametrize("verdict", [Verdict.SUPPRESSED, Verdict.REVIEW])
async def test_a_restored_hit_reaches_those_who_would_have_heard_of_it_as_an_alert(
    city: Stage, verdict: Verdict
) -> None:
    city.routing = Routing((channel("mail", "lena", "omar"), channel("other", topics=("huoju",))))
    await city.poll("city", text("excluded", hits=[hit(verdict=verdict)]))
    assert await heard(city) == []
    await city.store.rule(Ruling(RulingKind.RESTORED, "lena", city.now, "ours", hit=hits(city)["excluded"].id))
    assert await heard(city) == ["new excluded", "new excluded"]
    assert hits(city)["excluded"].restored
    assert city.queries.verify().status == "ok"


async def test_a_restored_update_of_what_was_told_is_told_as_an_update(city: Stage) -> None:
    await city.poll("city", text("a", keys=SHARED))
    assert await heard(city) == ["new a"]
    seen = to(Relation.REVISION, hits(city)["a"].version)
    await city.poll("city", text("a, weaker", keys=SHARED, hits=[hit(verdict=Verdict.REVIEW)]), decision=seen)
    assert await heard(city) == []
    await city.store.rule(Ruling(RulingKind.RESTORED, "lena", city.now, "ours", hit=hits(city)["a, weaker"].id))
    assert await heard(city) == ["updated a, weaker"]


async def test_a_restored_copy_of_what_was_told_stays_silent(city: Stage) -> None:
    await city.poll("city", text("a", keys=SHARED))
    await heard(city)
    same = to(Relation.SAME, hits(city)["a"].version)
    await city.poll("town", text("copy", keys=SHARED, hits=[hit(verdict=Verdict.REVIEW)]), decision=same)
    await city.store.rule(Ruling(RulingKind.RESTORED, "lena", city.now, "ours", hit=hits(city)["copy"].id))
    assert await heard(city) == []


# --- rare facts ---


async def test_a_story_is_looked_for_fourteen_days_and_its_facts_are_forgotten_then(city: Stage) -> None:
    facts = (501, 502, 503)
    await city.poll("city", text("first telling", keys=(1,), story_keys=facts))
    retelling = text("retelling", keys=(2,), story_keys=facts)
    await city.store.upkeep(city.now)
    assert [one.title for one in city.queries.candidates("town", retelling, city.now)] == ["first telling"]
    city.clock.tick(15 * 86_400)
    assert city.queries.candidates("town", retelling, city.now) == []
    await city.store.upkeep(city.now)
    with city.queries.database.read() as connection:  # type: ignore[attr-defined]
        assert connection.exec_driver_sql("SELECT count(*) FROM story_key").scalar() == 0
        assert connection.exec_driver_sql("SELECT count(*) FROM dedup_key").scalar() == 1
