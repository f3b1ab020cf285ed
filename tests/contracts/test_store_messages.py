"""The store's promises about who is told: what is owed, put together, sent, and never lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.domain.delivery import AttemptOutcome, Form, MessageKind, Routing
from monitor.domain.errors import LeaseLost
from monitor.domain.hit import Relation, Verdict
from monitor.domain.intent import LinkUpdate, PollIntent, StartIntent
from monitor.domain.link import LinkState
from monitor.domain.query import HitFilter
from monitor.domain.ruling import Ruling, RulingKind
from tests.fakes.intents import LEASE, Stage, channel, hit, link, text, to

ALL = HitFilter()
MONEY = {"fact": "money", "low": 1e6, "high": 2e6, "currency": "CNY", "role": "reward"}


def forms(stage: Stage) -> list[str]:
    """The forms of all deliveries, oldest first."""
    return [row.form for row in stage.queries.deliveries()][::-1]


async def told(stage: Stage) -> int:
    """Delivers what is due; returns how many messages that were."""
    claims = await stage.messages()
    for claim in claims:
        await stage.send(claim)
    return len(claims)


async def test_a_new_hit_is_one_message_to_each_recipient(stage: Stage) -> None:
    stage.routing = Routing((channel("mail", "lena", "omar"), channel("hook")))
    await stage.watch("city")
    await stage.poll("city", text("a notice"))
    claims = await stage.messages()
    assert sorted(claim.draft.recipient for claim in claims) == ["hook", "lena", "omar"]
    assert {claim.draft.kind for claim in claims} == {MessageKind.ALERT}
    [telling] = claims[0].draft.tellings
    assert (telling.hit.title, telling.hit.text, telling.form) == ("a notice", "启明计划", Form.NEW)


async def test_reviews_and_suppressed_hits_are_stored_and_owed_to_nobody(stage: Stage) -> None:
    await stage.watch("city")
    await stage.poll("city", text("weak", hits=[hit(verdict=Verdict.REVIEW)]))
    await stage.poll("city", text("excluded", hits=[hit(verdict=Verdict.SUPPRESSED)]))
    assert await stage.messages() == []
    assert stage.queries.count_hits(HitFilter(verdicts=("review",))) == 1
    [quiet] = stage.queries.hits(HitFilter(verdicts=("suppressed",)))
    assert quiet.reasons == ("stands as written",)


async def test_a_copy_is_silent_for_those_who_were_told(stage: Stage) -> None:
    await stage.watch("city", "town")
    await stage.poll("city", text("A"))
    [first] = stage.queries.hits(ALL)
    await stage.poll("town", text("A copied"), decision=to(Relation.SAME, first.version))
    assert forms(stage) == ["new"]
    newest, oldest = stage.queries.hits(ALL)
    assert (newest.novelty, newest.item) == ("same", oldest.item)
    assert oldest.also_at == (newest.url,)


async def test_nobody_silences_a_notice_by_publishing_a_copy_that_others_do_not_hear(stage: Stage) -> None:
    stage.routing = Routing((channel("a", sources=("city",)), channel("b", sources=("town",))))
    await stage.watch("city", "town")
    await stage.poll("city", text("A"))
    [first] = stage.queries.hits(ALL)
    await stage.poll("town", text("A copied"), decision=to(Relation.SAME, first.version))
    assert sorted((row.channel, row.form) for row in stage.queries.deliveries()) == [("a", "new"), ("b", "new")]


async def test_a_copy_with_another_topic_is_told_for_that_topic(stage: Stage) -> None:
    await stage.watch("city", "town")
    await stage.poll("city", text("A"))
    [first] = stage.queries.hits(ALL)
    both = text("A and more", hits=[hit("qiming"), hit("huoju")])
    await stage.poll("town", both, decision=to(Relation.SAME, first.version))
    assert sorted(row.topic for row in stage.queries.deliveries()) == ["huoju", "qiming"]


async def test_a_revision_is_told_as_updated_each_time(stage: Stage) -> None:
    """F49: a new passage is told, an old one is not."""
    await stage.watch("city")
    await stage.poll("city", text("A", place="https://p.example.org/"))
    [first] = stage.queries.hits(ALL)
    await stage.poll("city", text("A2", place="https://p.example.org/"), decision=to(Relation.REVISION, first.version))
    await stage.poll(
        "city", text("A3", place="https://p.example.org/"),
        decision=to(Relation.REVISION, first.version, first.version + 1),
    )  # fmt: skip
    assert forms(stage) == ["new", "updated", "updated"]
    assert [version.relation for version in stage.queries.versions_of_item(first.item)] == [
        "distinct",
        "revision",
        "revision",
    ]


async def test_a_revision_that_first_brings_an_alert_is_told_as_new(stage: Stage) -> None:
    await stage.watch("city")
    await stage.poll("city", text("A", hits=[hit(verdict=Verdict.REVIEW)]))
    [first] = stage.queries.hits(ALL)
    await stage.poll("city", text("A2"), decision=to(Relation.REVISION, first.version))
    assert forms(stage) == ["new"]


async def test_a_further_telling_waits_for_the_digest_unless_it_brings_figures(stage: Stage) -> None:
    stage.clock.tick(60)  # the digest of this day is gone
    await stage.watch("city")
    await stage.poll("city", text("A"))
    [first] = stage.queries.hits(ALL)
    await stage.poll("city", text("retold"), decision=to(Relation.STORY, first.version))
    await stage.poll(
        "city", text("with money", facts=[MONEY]), decision=to(Relation.STORY, first.version, first.version + 1)
    )
    await stage.poll(
        "city", text("same money", facts=[MONEY]),
        decision=to(Relation.STORY, first.version, first.version + 1, first.version + 2),
    )  # fmt: skip
    assert forms(stage) == ["new", "story", "new", "story"]
    assert {one.story for one in stage.queries.hits(ALL)} == {stage.queries.hit(first.id).story}  # type: ignore[union-attr]
    assert await told(stage) == 2
    stage.clock.tick(86_400)
    [digest] = await stage.messages()
    assert (digest.draft.kind, len(digest.draft.tellings)) == (MessageKind.DIGEST, 2)


async def test_a_channel_with_a_daily_slot_hears_then_and_in_one_message(stage: Stage) -> None:
    stage.routing = Routing((channel(when="daily 09:00 UTC"),))
    await stage.watch("city")
    for name in "abc":
        await stage.poll("city", text(name))
    assert await stage.messages() == []
    stage.clock.tick(3600)
    [digest] = await stage.messages()
    assert [telling.hit.title for telling in digest.draft.tellings] == ["a", "b", "c"]


# --- baseline ---


async def test_a_first_reading_is_told_in_one_message_when_its_links_have_ended(stage: Stage) -> None:
    """F62: a new source is no flood."""
    stage.routing = Routing((channel("mail", "lena", "omar"),))
    await stage.watch("city")
    await stage.poll("city", text("a"), text("b"), links=[link("1"), link("2")], baseline=True)
    assert await stage.messages() == []
    first, second = await stage.links()
    await stage.read(first, text("c"))
    assert await stage.messages() == []
    await stage.read(second, state=LinkState.GONE)
    claims = await stage.messages()
    assert sorted(claim.draft.recipient for claim in claims) == ["lena", "omar"]
    for claim in claims:
        assert (claim.draft.kind, claim.draft.source) == (MessageKind.BASELINE, "city")
        assert [telling.hit.title for telling in claim.draft.tellings] == ["a", "b", "c"]


async def test_each_source_has_its_own_first_message(stage: Stage) -> None:
    await stage.watch("city", "town")
    await stage.poll("city", text("a"), baseline=True)
    await stage.poll("town", text("b"), baseline=True)
    assert sorted(claim.draft.source for claim in await stage.messages()) == ["city", "town"]


async def test_a_first_reading_that_does_not_end_is_told_after_a_day(stage: Stage) -> None:
    await stage.watch("city")
    await stage.poll("city", text("a"), links=[link("1")], baseline=True)
    stage.clock.tick(23 * 3600)
    assert await stage.messages() == []
    stage.clock.tick(3700)
    assert len(await stage.messages()) == 1


async def test_a_first_reading_is_told_at_once_before_the_end_of_a_single_round(stage: Stage) -> None:
    await stage.watch("city")
    await stage.poll("city", text("a"), links=[link("1")], baseline=True)
    assert len(await stage.messages(flush=True)) == 1


async def test_a_link_that_failed_for_now_still_holds_the_first_message(stage: Stage) -> None:
    await stage.watch("city")
    await stage.poll("city", text("a"), links=[link("1")], baseline=True)
    [claim] = await stage.links()
    again = stage.now + timedelta(seconds=60)
    update = LinkUpdate(claim.id, "city", claim.lease, LinkState.DUE, stage.now, again, "timed out", tries=1)
    await stage.store.apply(PollIntent("city", stage.now, "r1", link_update=update), stage.routing)
    assert await stage.messages() == []
    stage.clock.tick(61)
    [retried] = await stage.links()
    assert retried.tries == 1


# --- storms ---


async def test_a_storm_is_folded_into_one_digest_with_no_hit_missing(stage: Stage) -> None:
    """A85, F55: over the budget, later, and all of it."""
    stage.routing = Routing((channel(),), budget=5)
    await stage.watch("city")
    await stage.poll("city", *(text(f"notice {n}") for n in range(40)))
    claims = await stage.messages()
    assert len(claims) == 5
    for claim in claims:
        await stage.send(claim)
    stage.clock.tick(1800)
    await stage.poll("city", text("and one more"))
    assert await stage.messages() == []
    stage.clock.tick(1801)
    late = await stage.messages()
    heard = [telling.hit.id for claim in (*claims, *late) for telling in claim.draft.tellings]
    assert sorted(heard) == sorted(one.id for one in stage.queries.hits(ALL))
    assert [claim.draft.kind for claim in late if len(claim.draft.tellings) > 1] == [MessageKind.DIGEST]
    assert "alerts held" in stage.kinds()


async def test_the_storm_of_one_source_does_not_delay_another(stage: Stage) -> None:
    stage.routing = Routing((channel(),), budget=2)
    await stage.watch("city", "town")
    await stage.poll("city", *(text(f"notice {n}") for n in range(10)))
    await stage.poll("town", text("a quiet town"))
    titles = [telling.hit.source for claim in await stage.messages() for telling in claim.draft.tellings]
    assert titles.count("town") == 1


async def test_a_channel_that_hears_in_digests_gets_all_of_it_in_one(stage: Stage) -> None:
    """One message is no storm, however much it tells."""
    stage.routing = Routing((channel(when="daily 09:00 UTC"),), budget=5)
    await stage.watch("city")
    await stage.poll("city", *(text(f"notice {n}") for n in range(30)))
    stage.clock.tick(3600)
    [digest] = await stage.messages()
    assert len(digest.draft.tellings) == 30


async def test_what_a_storm_held_back_respects_quiet_hours(stage: Stage) -> None:
    stage.routing = Routing((channel(quiet="08:30-10:00 UTC"),), budget=1)
    await stage.watch("city")
    await stage.poll("city", text("a"), text("b"), text("c"))
    [first] = await stage.messages()
    await stage.send(first)
    stage.clock.tick(3700)
    assert await stage.messages() == []
    stage.clock.tick(3600)
    [late] = await stage.messages()
    assert len(late.draft.tellings) == 2


async def test_without_a_budget_every_alert_is_its_own_message(stage: Stage) -> None:
    stage.routing = Routing((channel(),), budget=0)
    await stage.watch("city")
    await stage.poll("city", *(text(f"notice {n}") for n in range(30)))
    assert len(await stage.messages()) == 30


# --- messages and attempts ---


async def test_a_message_is_leased_once_and_its_bytes_stay(stage: Stage) -> None:
    """F07: a repeat is the same message."""
    await stage.watch("city")
    await stage.poll("city", text("a notice"))
    [claim] = await stage.messages()
    assert await stage.messages(worker="w2") == []
    assert claim.frozen is None
    await stage.begin(claim)
    await stage.end(claim, AttemptOutcome.UNKNOWN, again_in=60)
    assert await stage.messages() == []
    stage.clock.tick(60)
    [again] = await stage.messages()
    assert again.frozen is not None
    assert again.frozen.payload == f"bytes of {claim.draft.id}".encode()
    assert (again.attempts, again.draft.id) == (1, claim.draft.id)
    assert again.first_tried_at == stage.now - timedelta(seconds=60)
    await stage.send(again)
    [row] = stage.queries.deliveries()
    assert (row.state, [attempt.outcome for attempt in row.attempts]) == ("delivered", ["unknown", "delivered"])


async def test_an_attempt_without_bytes_freezes_nothing(stage: Stage) -> None:
    """F60: a channel that was away for a moment does not make an empty mail of an alert."""
    await stage.watch("city")
    await stage.poll("city", text("a notice"))
    [claim] = await stage.messages()
    await stage.store.start(StartIntent(claim.draft.id, claim.lease, 1, stage.now, b"", "", ""))
    await stage.end(claim, AttemptOutcome.REFUSED, again_in=60)
    stage.clock.tick(60)
    [again] = await stage.messages()
    assert (again.attempts, again.frozen) == (1, None)
    await stage.begin(again)
    await stage.end(again, AttemptOutcome.UNKNOWN, again_in=60)
    stage.clock.tick(60)
    [last] = await stage.messages()
    assert last.frozen is not None
    assert last.frozen.payload
    assert last.frozen.content_type == "text/plain"


async def test_a_late_sender_may_neither_start_nor_mark(stage: Stage) -> None:
    """F15, for messages."""
    await stage.watch("city")
    await stage.poll("city", text("a notice"))
    [late] = await stage.messages()
    stage.clock.tick(LEASE.total_seconds() + 1)
    [claim] = await stage.messages()
    with pytest.raises(LeaseLost):
        await stage.begin(late)
    await stage.begin(claim)
    with pytest.raises(LeaseLost):
        await stage.end(late, AttemptOutcome.DELIVERED)
    await stage.end(claim, AttemptOutcome.DELIVERED)
    [row] = stage.queries.deliveries()
    assert [attempt.outcome for attempt in row.attempts] == ["delivered"]


async def test_a_message_that_gave_up_is_dead_until_somebody_retries_it(stage: Stage) -> None:
    """F57: parked, visible, never lost."""
    await stage.watch("city")
    await stage.poll("city", text("a notice"))
    [claim] = await stage.messages()
    await stage.begin(claim)
    await stage.end(claim, AttemptOutcome.REJECTED, dead=True)
    stage.clock.tick(1_000_000)
    assert await stage.messages() == []
    [row] = stage.queries.deliveries(states=["dead"])
    assert await stage.store.retry([row.id + 999], stage.now) == 0
    assert await stage.store.retry([row.id], stage.now) == 1
    [again] = await stage.messages()
    assert (again.attempts, again.frozen) == (0, None)
    assert again.draft.id != claim.draft.id
    assert stage.kinds().count("deliveries retried") == 1


async def test_all_dead_deliveries_are_retried_when_none_is_named(stage: Stage) -> None:
    await stage.watch("city")
    await stage.poll("city", text("a"), text("b"))
    for claim in await stage.messages():
        await stage.begin(claim)
        await stage.end(claim, AttemptOutcome.REJECTED, dead=True)
    assert await stage.store.retry([], stage.now) == 2


async def test_one_refused_recipient_costs_the_other_two_nothing(stage: Stage) -> None:
    """F53: 2 delivered once, 1 dead and visible."""
    stage.routing = Routing((channel("mail", "a", "b", "c"),))
    await stage.watch("city")
    await stage.poll("city", text("a notice"))
    for claim in await stage.messages():
        if claim.draft.recipient == "b":
            await stage.begin(claim)
            await stage.end(claim, AttemptOutcome.REFUSED, dead=True)
        else:
            await stage.send(claim)
    states = {row.recipient: row.state for row in stage.queries.deliveries()}
    assert states == {"a": "delivered", "b": "dead", "c": "delivered"}
    assert await stage.messages() == []


async def test_rejected_attempts_are_counted(stage: Stage) -> None:
    await stage.watch("city")
    await stage.poll("city", text("a notice"))
    for expected in (0, 1):
        [claim] = await stage.messages()
        assert claim.rejects == expected
        await stage.send(claim, AttemptOutcome.REJECTED)
        stage.clock.tick(61)


async def test_the_oldest_message_goes_first(stage: Stage) -> None:
    """F54: a backlog drains in order."""
    stage.routing = Routing((channel(),), budget=0)
    await stage.watch("city")
    for name in "abc":
        await stage.poll("city", text(name))
        await stage.store.assemble(stage.routing, stage.now)
        stage.clock.tick(10)
    claims = await stage.messages(limit=2)
    assert [claim.draft.tellings[0].hit.title for claim in claims] == ["a", "b"]


# --- rulings ---


async def test_a_restored_hit_is_owed_to_those_who_would_have_heard(stage: Stage) -> None:
    stage.routing = Routing((channel("mail", "lena", "omar"), channel("other", topics=("huoju",))))
    await stage.watch("city")
    await stage.poll("city", text("excluded", hits=[hit(verdict=Verdict.SUPPRESSED)]))
    [quiet] = stage.queries.hits(ALL)
    await stage.store.rule(Ruling(RulingKind.RESTORED, "lena", stage.now, "it is ours", hit=quiet.id))
    claims = await stage.messages()
    assert sorted(claim.draft.recipient for claim in claims) == ["lena", "omar"]
    assert claims[0].draft.tellings[0].hit.restored
    for claim in claims:
        await stage.send(claim)
    await stage.store.rule(Ruling(RulingKind.RESTORED, "omar", stage.now, "again", hit=quiet.id))
    assert await stage.messages() == []
    assert stage.queries.verify().status == "ok"


async def test_a_ruling_is_an_entry_with_its_actor(stage: Stage) -> None:
    await stage.watch("city")
    await stage.poll("city", text("a notice"))
    [one] = stage.queries.hits(ALL)
    await stage.store.rule(Ruling(RulingKind.WRONG, "omar", stage.now, "a company", hit=one.id))
    [body] = stage.bodies("ruled")
    assert (body["kind"], body["actor"], body["why"], body["hit"]) == ("wrong", "omar", "a company", one.id)


async def test_a_muted_topic_is_stored_with_its_reason_and_waits_for_the_end_of_its_silence(stage: Stage) -> None:
    await stage.watch("city", "town")
    until = stage.now + timedelta(days=1)
    await stage.store.rule(
        Ruling(RulingKind.MUTED, "lena", stage.now, "trade fair", topic="qiming", source="city", until=until)
    )
    await stage.poll("city", text("muted"))
    await stage.poll("town", text("loud"))
    [loud] = await stage.messages()
    assert loud.draft.tellings[0].hit.title == "loud"
    await stage.send(loud)
    [muted] = (one for one in stage.queries.hits(ALL) if one.title == "muted")
    assert any("muted" in reason and "trade fair" in reason for reason in muted.reasons)
    stage.clock.tick(86_401)
    await stage.poll("city", text("after"))
    late, fresh = sorted(await stage.messages(), key=lambda claim: claim.draft.kind is MessageKind.ALERT)
    assert late.draft.kind is MessageKind.DIGEST
    assert [one.hit.title for one in late.draft.tellings] == ["muted"]
    assert [one.hit.title for one in fresh.draft.tellings] == ["after"]
    assert stage.queries.verify().status == "ok"


async def test_what_is_unmuted_early_is_told_at_once_unless_another_silence_covers_it(stage: Stage) -> None:
    await stage.watch("city", "town")
    until = stage.now + timedelta(days=7)
    for source in (None, "city"):
        await stage.store.rule(
            Ruling(RulingKind.MUTED, "lena", stage.now, "fair", topic="qiming", source=source, until=until)
        )
    await stage.poll("city", text("here"))
    await stage.poll("town", text("there"))
    assert await stage.messages() == []
    await stage.store.rule(Ruling(RulingKind.UNMUTED, "omar", stage.now, "over", topic="qiming"))
    [claim] = await stage.messages()
    assert [one.hit.title for one in claim.draft.tellings] == ["there"]
    held = [one.title for one in stage.queries.deliveries(states=["held"])]
    assert all("muted by lena" in (one.reason or "") for one in stage.queries.deliveries(states=["held"]))
    assert held == ["here"], "the other silence still covers it"


async def test_a_channel_that_gathers_tells_the_first_at_once_and_the_rest_of_its_window_together(stage: Stage) -> None:
    stage.routing = Routing((channel("chat", "chat", group=600.0),))
    await stage.watch("city")
    await stage.poll("city", text("first"))
    [first] = await stage.messages()
    assert (first.draft.kind, len(first.draft.tellings)) == (MessageKind.ALERT, 1)
    await stage.send(first)
    for name in ("second", "third"):
        stage.clock.tick(60)
        await stage.poll("city", text(name))
        assert await stage.messages() == []
    stage.clock.tick(600)
    [rest] = await stage.messages()
    assert [one.hit.title for one in rest.draft.tellings] == ["second", "third"]


async def test_reviews_are_told_to_a_channel_that_asks_for_them(stage: Stage) -> None:
    stage.routing = Routing((channel("judges", "judges", verdicts=("alert", "review")), channel("mail", "lena")))
    await stage.watch("city")
    await stage.poll("city", text("doubtful", hits=[hit(verdict=Verdict.REVIEW)]))
    assert [claim.draft.channel for claim in await stage.messages()] == ["judges"]


async def test_what_the_tally_counts(stage: Stage) -> None:
    await stage.watch("city")
    await stage.poll("city", text("a"), text("b", hits=[hit(verdict=Verdict.REVIEW)]), links=[link("1")])
    tally = stage.queries.tally()
    assert (tally.alerts, tally.reviews, tally.documents, tally.sources) == (1, 1, 2, 1)
    assert (tally.deliveries_open, tally.open_links, dict(tally.by_topic)) == (1, 1, {"qiming": 1})
    assert tally.last_poll_at == stage.now
    assert replace(stage.queries.tally(since=stage.now + timedelta(seconds=1)), documents=0).alerts == 0


async def test_f54_what_gets_through_takes_an_older_backlog_of_its_recipient_with_it(stage: Stage) -> None:
    stage.routing = Routing((channel("mail", "lena", "omar"),))
    await stage.watch("city")
    await stage.poll("city", text("a"))
    for claim in await stage.messages():
        await stage.begin(claim)
        await stage.end(claim, AttemptOutcome.REFUSED, again_in=7_200)
    assert await stage.store.hurry("mail", "lena", stage.now) == 0, "it failed a moment ago"
    stage.clock.tick(1_200)
    assert await stage.store.hurry("mail", "lena", stage.now) == 1
    assert [claim.draft.recipient for claim in await stage.messages()] == ["lena"]
    assert await stage.store.hurry("mail", "lena", stage.now) == 0, "it is on its way"
