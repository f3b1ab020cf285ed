"""What digests, reports and commands about alerts ask: the same answers from every store."""

from __future__ import annotations

from datetime import timedelta

from monitor.domain.delivery import AttemptOutcome, MessageKind, Routing
from monitor.domain.hit import Verdict
from monitor.domain.query import HitFilter
from monitor.domain.ruling import Ruling, RulingKind
from tests.fakes.intents import Stage, channel, hit, text

ALL = HitFilter()
DAY = timedelta(days=1)


async def test_an_overview_counts_hits_reviews_sources_and_messages(stage: Stage) -> None:
    await stage.watch("city", "town")
    await stage.poll("city", text("a"), text("doubtful", hits=[hit(verdict=Verdict.REVIEW)]))
    for claim in await stage.messages():
        await stage.send(claim)
    found = stage.queries.overview(stage.now - DAY, stage.now)
    assert (found.alerts, found.reviews, found.reviews_waiting) == (1, 1, 1)
    assert [one.title for one in found.waiting] == ["doubtful"]
    assert (found.sources, found.sources_read) == (2, 1)
    assert [(one.source, one.reason, one.since) for one in found.failing] == [("town", "not polled yet", None)]
    assert (len(found.days), found.days[-1], sum(found.days)) == (14, 1, 1)
    later = stage.queries.overview(stage.now + DAY, stage.now + DAY)
    assert (later.alerts, later.days[-1], later.days[-2]) == (0, 0, 1)


async def test_a_review_that_was_judged_waits_no_more_and_the_latest_judgement_counts(stage: Stage) -> None:
    await stage.watch("city")
    await stage.poll("city", text("doubtful", hits=[hit(verdict=Verdict.REVIEW)]))
    [one] = stage.queries.hits(ALL)
    for kind, actor in ((RulingKind.RIGHT, "lena"), (RulingKind.WRONG, "omar")):
        await stage.store.rule(Ruling(kind, actor, stage.now, "a name", hit=one.id))
    assert stage.queries.overview(stage.now - DAY, stage.now).reviews_waiting == 0
    [judged] = stage.queries.judged(stage.now - DAY)
    assert (judged.hit.id, judged.right, judged.actor, judged.why) == (one.id, False, "omar", "a name")
    assert [row[:2] for row in stage.queries.ruled_on(one.id)] == [("right", "lena"), ("wrong", "omar")]
    [count] = stage.queries.hit_counts(stage.now - DAY)
    assert (count.topic, count.source, count.verdict, count.count) == ("qiming", "city", "review", 1)
    assert stage.queries.hit_counts(stage.now + DAY) == []


async def test_one_ruling_of_one_actor_is_stored_once(stage: Stage) -> None:
    await stage.watch("city")
    await stage.poll("city", text("a"))
    [one] = stage.queries.hits(ALL)
    ruling = Ruling(RulingKind.RIGHT, "lena@example.org", stage.now, "link", hit=one.id)
    assert await stage.store.rule_once(ruling) is True
    assert await stage.store.rule_once(ruling) is False
    assert len(stage.queries.ruled_on(one.id)) == 1


async def test_silences_are_listed_with_author_reason_end_and_what_waits(stage: Stage) -> None:
    await stage.watch("city")
    until = stage.now + timedelta(days=2)
    for name, why in (("lena", "old"), ("omar", "fair")):
        await stage.store.rule(Ruling(RulingKind.MUTED, name, stage.now, why, topic="qiming", until=until))
    await stage.poll("city", text("a"))
    [mute] = stage.queries.mutes(stage.now)
    assert (mute.topic, mute.source, mute.actor, mute.why) == ("qiming", None, "omar", "fair")
    assert (mute.until, mute.waiting) == (until, 1)
    assert stage.queries.mutes(until) == []
    await stage.store.rule(Ruling(RulingKind.UNMUTED, "lena", stage.now, "", topic="qiming"))
    assert stage.queries.mutes(stage.now) == []


async def test_the_state_of_a_channel_is_that_of_its_last_attempt(stage: Stage) -> None:
    stage.routing = Routing((channel("mail", "lena"), channel("chat", "chat")))
    await stage.watch("city")
    await stage.poll("city", text("a"))
    for claim in await stage.messages():
        bad = claim.draft.channel == "chat"
        await stage.send(claim, AttemptOutcome.REFUSED if bad else AttemptOutcome.DELIVERED)
    states = {one.channel: one for one in stage.queries.channel_states(stage.now)}
    assert (states["mail"].state, states["mail"].delivered, states["mail"].waiting) == ("working", 1, 0)
    assert (states["chat"].state, states["chat"].waiting, states["chat"].last_detail) == (
        "broken",
        1,
        "as the test says",
    )
    assert states["mail"].delivered_at is not None
    assert states["chat"].delivered_at is None


async def test_a_delivery_is_found_by_its_number_and_who_was_told_of_another_version(stage: Stage) -> None:
    await stage.watch("city")
    await stage.poll("city", text("a"))
    [owed] = stage.queries.deliveries()
    found = stage.queries.delivery(owed.id)
    assert found is not None
    assert (found.hit, found.recipient) == (owed.hit, owed.recipient)
    assert stage.queries.delivery(owed.id + 1) is None
    assert stage.queries.owed(owed.hit) == set()
    assert stage.queries.owed(owed.hit + 99) == set()


async def test_a_canary_is_made_for_each_recipient_and_is_no_hit_for_anybody(stage: Stage) -> None:
    stage.routing = Routing((channel("mail", "lena", "omar"), channel("chat", "chat")))
    numbers = await stage.store.canaries(stage.routing, "mail", stage.now)
    claims = await stage.messages()
    assert sorted(claim.draft.recipient for claim in claims) == ["lena", "omar"]
    assert all(claim.draft.kind is MessageKind.CANARY and not claim.draft.tellings for claim in claims)
    await stage.send(claims[0])
    states = {one.recipient: one.state for one in stage.queries.messages(numbers)}
    assert sorted(states.values()) == ["delivered", "open"]
    assert stage.queries.count_hits(ALL) == 0
    assert stage.queries.verify().status == "ok"
