"""The store's promises about polls: claims, leases, and one transaction for all that a body brought."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.domain.desk import Pause
from monitor.domain.errors import LeaseLost
from monitor.domain.hit import Relation
from monitor.domain.intent import HostUpdate, LinkUpdate, VersionIntent
from monitor.domain.link import LinkState
from monitor.domain.query import HitFilter
from monitor.domain.source import Outcome
from tests.fakes.intents import LEASE, NEW, Stage, link, source, text, to

ALL = HitFilter()
SLOW, QUICK = "slow.example.org:443", "quick.example.org:443"


async def test_a_due_source_is_leased_once(stage: Stage) -> None:
    await stage.watch("city")
    assert [claim.key for claim in await stage.sources("a")] == ["city"]
    assert await stage.sources("b") == []
    assert await stage.sources("a") == []


async def test_a_lease_that_ended_is_claimed_anew_and_the_late_worker_stores_nothing(stage: Stage) -> None:
    """F15: the fencing number makes a late result harmless."""
    await stage.watch("city")
    [late] = await stage.sources("w1")
    stage.clock.tick(LEASE.total_seconds() + 1)
    [claim] = await stage.sources("w1")
    assert claim.lease.number > late.lease.number
    with pytest.raises(LeaseLost):
        await stage.store.apply(stage.intent(late, text("a notice"), links=[link("1")]), stage.routing)
    assert stage.queries.count_hits(ALL) == 0
    assert await stage.links() == []
    applied = await stage.store.apply(stage.intent(claim, text("a notice")), stage.routing)
    assert applied.hits == 1


async def test_a_late_quiet_poll_is_refused_too(stage: Stage) -> None:
    """F15, for a poll that brought nothing."""
    await stage.watch("city")
    [late] = await stage.sources()
    stage.clock.tick(LEASE.total_seconds() + 1)
    await stage.sources()
    with pytest.raises(LeaseLost):
        await stage.store.apply(_quiet(stage, late), stage.routing)


async def test_what_is_released_is_due_as_before(stage: Stage) -> None:
    """F13: nothing stays leased for ever."""
    await stage.watch("city")
    [before] = await stage.sources()
    await stage.store.release(stage.worker)
    [after] = await stage.sources("other")
    assert after.due_at == before.due_at


async def test_a_source_is_not_due_before_its_time_and_the_longest_due_comes_first(stage: Stage) -> None:
    await stage.watch("a", "b", "c")
    await stage.poll("a", due_in=600)
    await stage.poll("b", due_in=300)
    assert [claim.key for claim in await stage.sources()] == ["c"]
    await stage.store.release(stage.worker)
    await stage.poll("c", due_in=900)
    stage.clock.tick(600)
    assert [claim.key for claim in await stage.sources()] == ["b", "a"]


async def test_a_round_that_began_earlier_claims_only_what_was_due_then(stage: Stage) -> None:
    """`--once` polls each source once."""
    await stage.watch("a")
    start = stage.now
    stage.clock.tick(5)
    await stage.poll("a")
    assert await stage.sources(before=start) == []
    assert len(await stage.sources()) == 1


async def test_another_worker_leaves_a_leased_host_alone(stage: Stage) -> None:
    """Pace belongs to the host: two workers never ask one host at once."""
    await stage.watch(source("one", "h.example.org"), source("two", "h.example.org"), source("far", "g.example.org"))
    [first, *_] = await stage.sources("w1", a_host=1, busy=frozenset({"g.example.org:443"}))
    assert first.host == "h.example.org:443"
    assert [claim.key for claim in await stage.sources("w2")] == ["far"]
    assert len(await stage.sources("w1")) == 1


async def test_a_host_gives_at_most_so_many_rows_a_claim_and_busy_hosts_none(stage: Stage) -> None:
    await stage.watch(*(source(f"s{n}", "slow.example.org") for n in range(5)), source("t", "quick.example.org"))
    claims = await stage.sources(a_host=2)
    assert sorted(claim.host for claim in claims) == [QUICK, SLOW, SLOW]
    assert await stage.sources(busy=frozenset({SLOW})) == []


async def test_one_slow_host_with_a_long_queue_does_not_hide_the_others(stage: Stage) -> None:
    """F34: what waits for a pace does not hold up the rest."""
    await stage.watch(*(source(f"s{n:02}", "slow.example.org") for n in range(30)))
    stage.clock.tick(1)
    await stage.watch(*(source(f"s{n:02}", "slow.example.org") for n in range(30)), source("t", "quick.example.org"))
    claims = await stage.sources(limit=4, a_host=2)
    assert QUICK in {claim.host for claim in claims}


async def test_a_host_that_backed_off_is_left_alone_until_then(stage: Stage) -> None:
    """F42: 429 is the host's, not only the source's."""
    await stage.watch(source("one", "h.example.org"), source("two", "h.example.org"))
    claims = {claim.key: claim for claim in await stage.sources()}
    until = stage.now + timedelta(seconds=120)
    intent = stage.intent(claims["one"], outcome=Outcome.FAILED, reason="http 429")
    await stage.store.apply(
        replace(intent, host_update=HostUpdate("h.example.org:443", until, "http 429")), stage.routing
    )
    await stage.store.release(stage.worker)
    assert await stage.sources() == []
    stage.clock.tick(121)
    assert len(await stage.sources()) == 2


async def test_everything_of_one_poll_stands_or_falls_together(stage: Stage) -> None:
    """F03, F04: the validators are those of what is stored, never of what is not (I7)."""
    await stage.watch("city")
    [claim] = await stage.sources()
    intent = stage.intent(claim, text("a notice"), links=[link("1")], etag='"2"')
    stale = LinkUpdate(999, "city", claim.lease, LinkState.READ, stage.now, None)
    with pytest.raises(LeaseLost):
        await stage.store.apply(replace(intent, link_update=stale), stage.routing)
    assert stage.queries.count_hits(ALL) == 0
    assert list(stage.queries.deliveries()) == []
    await stage.store.release(stage.worker)
    [again] = await stage.sources()
    assert again.validators.etag is None
    assert again.first_success


async def test_validators_come_back_with_the_next_claim(stage: Stage) -> None:
    await stage.watch("city")
    await stage.poll("city", text("a notice"), etag='"1"')
    [claim] = await stage.sources()
    assert claim.validators.etag == '"1"'
    assert claim.validators.body_hash == "b" * 64
    assert not claim.first_success


async def test_a_poll_that_failed_keeps_the_validators_and_is_seen_with_its_reason(stage: Stage) -> None:
    await stage.watch("city", "town")
    await stage.poll("city", text("a notice"), etag='"1"')
    await stage.poll("city", outcome=Outcome.FAILED, reason="http 500")
    [first, _] = stage.queries.sources()
    assert (first.source, first.outcome, first.reason) == ("city", "failed", "http 500")
    claims = {claim.key: claim for claim in await stage.sources()}
    assert claims["city"].validators.etag == '"1"'
    assert claims["city"].outcome == "failed"


async def test_a_text_that_is_known_is_not_stored_twice(stage: Stage) -> None:
    """F44, F46: the same entries again are no new documents."""
    await stage.watch("city")
    one = text("a notice")
    await stage.poll("city", one)
    again = await stage.poll("city", one)
    assert (again.versions, again.hits, again.deliveries) == (0, 0, 0)
    pair = (one.extracted.place, one.text_hash)
    assert stage.queries.known("city", [pair, ("elsewhere", one.text_hash)]) == {pair}
    assert stage.queries.known("other", [pair]) == set()


async def test_a_page_that_flaps_between_two_texts_is_told_once_for_each(stage: Stage) -> None:
    """F47: A, B, A, B gives one hit a text."""
    await stage.watch("city")
    a = text("A", place="https://p.example.org/")
    b = text("B", place="https://p.example.org/")
    await stage.poll("city", a)
    [first] = stage.queries.hits(ALL)
    for one in (b, a, b, a):
        await stage.poll("city", one, decision=to(Relation.REVISION, first.version))
    assert stage.queries.count_hits(ALL) == 2
    assert len(list(stage.queries.deliveries())) == 2


async def test_links_are_kept_once_and_read_by_whoever_claims_them(stage: Stage) -> None:
    await stage.watch("city")
    assert (await stage.poll("city", links=[link("1"), link("2"), link("1")])).links == 2
    assert (await stage.poll("city", links=[link("2"), link("3")])).links == 1
    claims = await stage.links()
    assert sorted(claim.url[-1] for claim in claims) == ["1", "2", "3"]
    assert await stage.links("w2") == []
    await stage.read(claims[0], text("a notice"))
    assert {row.source: row.open_links for row in stage.queries.sources()} == {"city": 2}


async def test_links_that_were_given_up_are_counted_at_their_source(stage: Stage) -> None:
    """A69: an attachment that is too large is missing, and its source says so."""
    await stage.watch("city", "town")
    await stage.poll("city", links=[link("1"), link("2")])
    [first, _] = await stage.links()
    await stage.read(first, state=LinkState.GIVEN_UP)
    told = {row.source: (row.open_links, row.lost_links) for row in stage.queries.sources()}
    assert told == {"city": (1, 1), "town": (0, 0)}


async def test_a_late_reading_of_a_link_stores_nothing(stage: Stage) -> None:
    """F15, for links."""
    await stage.watch("city")
    await stage.poll("city", links=[link("1")])
    [late] = await stage.links()
    stage.clock.tick(LEASE.total_seconds() + 1)
    [claim] = await stage.links()
    with pytest.raises(LeaseLost):
        await stage.read(late, text("a notice"))
    assert stage.queries.count_hits(ALL) == 0
    assert (await stage.read(claim, text("a notice"))).hits == 1


async def test_days_are_counted_by_outcome(stage: Stage) -> None:
    """I8: each slot has its outcome, the quiet ones too."""
    await stage.watch("city")
    await stage.poll("city", text("a notice"))
    await stage.poll("city", outcome=Outcome.FAILED, reason="http 500")
    [claim] = await stage.sources()
    await stage.store.apply(_quiet(stage, claim), stage.routing)
    [day] = stage.queries.source_days(stage.now.date())
    assert (day.polled, day.changed, day.failed, day.unchanged) == (3, 1, 1, 1)


@pytest.mark.parametrize("sources", [("a",), ("a", "b", "c")])
async def test_what_was_told_of_a_body_holds_while_it_is_the_same(stage: Stage, sources: tuple[str, ...]) -> None:
    """A47, A68: a list that was cut or a scan is not forgotten with the first 304; alone and many at a time."""
    await stage.watch(*sources)
    for key in sources:
        await stage.poll(key, text(f"a notice of {key}"), reason="needs-ocr")
    claims = await stage.sources()
    await asyncio.gather(*(stage.store.apply(_quiet(stage, claim), stage.routing) for claim in claims))
    told = {(one.source, one.outcome, one.reason) for one in stage.queries.sources()}
    assert told == {(key, "unchanged", "needs-ocr") for key in sources}


async def test_a_topic_that_vanishes_from_a_document_is_an_entry(stage: Stage) -> None:
    """F49: nothing that was said is taken back in silence."""
    await stage.watch("city")
    await stage.poll("city", text("A", place="https://p.example.org/"))
    await stage.poll("city", text("B", place="https://p.example.org/", hits=()))
    removed = stage.bodies("polled")[-1]["removed"]
    assert [one["topic"] for one in removed] == ["qiming"]  # type: ignore[attr-defined]


async def test_a_candidate_that_nobody_judged_sends_the_intent_back_and_nothing_is_stored(stage: Stage) -> None:
    await stage.watch("city", "town")
    await stage.poll("city", text("A", keys=(1, 2)))
    [first] = stage.queries.hits(ALL)
    applied = await stage.poll("town", text("A again", keys=(2, 3)))
    assert applied.unjudged == (first.version,)
    assert stage.queries.count_hits(ALL) == 1
    applied = await stage.poll("town", text("A again", keys=(2, 3)), decision=to(Relation.SAME, first.version))
    assert (applied.unjudged, applied.hits, applied.deliveries) == ((), 1, 0)


async def test_texts_of_one_body_are_judged_against_each_other_under_their_places(stage: Stage) -> None:
    """Two entries of one feed tell the same: one item, one alert, in one transaction."""
    await stage.watch("city")
    first, plain, again = text("A", keys=(1, 2)), text("B", hits=()), text("A again", keys=(2, 3))
    applied = await stage.poll(
        "city",
        VersionIntent(first, NEW, "b" * 64),
        VersionIntent(plain, NEW, "b" * 64),
        VersionIntent(again, to(Relation.SAME, -1), "b" * 64),
    )
    assert (applied.unjudged, applied.versions, applied.hits, applied.deliveries) == ((), 2, 2, 1)
    newest, oldest = stage.queries.hits(ALL)
    assert (newest.item, newest.novelty) == (oldest.item, "same")
    [_, version] = stage.queries.versions_of_item(oldest.item)
    assert version.to == oldest.version


async def test_a_place_in_the_intent_that_was_stored_before_is_that_version(stage: Stage) -> None:
    await stage.watch("city")
    first = text("A", keys=(1, 2))
    await stage.poll("city", first)
    [old] = stage.queries.hits(ALL)
    again = VersionIntent(text("A again", keys=(2, 3)), to(Relation.SAME, -1, old.version), "b" * 64)
    await stage.poll("city", VersionIntent(first, NEW, "b" * 64), again)
    assert {hit.item for hit in stage.queries.hits(ALL)} == {old.item}


async def test_candidates_share_keys_or_the_place_and_come_with_their_texts(stage: Stage) -> None:
    await stage.watch("city", "town")
    await stage.poll("city", text("A", "启明计划 申报", place="https://p.example.org/", keys=(1, 2)))
    await stage.poll("city", text("far", keys=(9,)))
    found = stage.queries.candidates("town", text("B", keys=(2, 5)), stage.now)
    assert [(one.title, one.text, one.source, one.first_of_item) for one in found] == [
        ("A", "启明计划 申报", "city", True)
    ]
    place = text("C", place="https://p.example.org/", keys=(77,))
    assert [one.title for one in stage.queries.candidates("city", place, stage.now)] == ["A"]
    assert stage.queries.candidates("town", place, stage.now) == []


async def test_polling_now_makes_a_source_due(stage: Stage) -> None:
    await stage.watch("city")
    await stage.poll("city", due_in=900)
    assert await stage.sources() == []
    assert await stage.store.poll_now("city", "ann", stage.now)
    assert len(await stage.sources()) == 1
    assert not await stage.store.poll_now("nowhere", "ann", stage.now)
    assert stage.bodies("poll asked for") == [{"source": "city"}], "who asked stands in the log"


async def test_what_rests_is_not_said_to_be_due(stage: Stage) -> None:
    await stage.watch("city")
    await stage.store.pause("city", Pause("ann", "a fair", stage.now, None))
    assert not await stage.store.poll_now("city", "ann", stage.now)


def _quiet(stage: Stage, claim: object) -> object:
    intent = stage.intent(claim, outcome=Outcome.UNCHANGED)  # type: ignore[arg-type]
    assert intent.source_update is not None
    return replace(intent, source_update=replace(intent.source_update, entries=None))
