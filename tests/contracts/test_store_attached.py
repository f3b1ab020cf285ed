"""What every store does with the attachments of a notice, and with links and documents that come another way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from monitor.domain.delivery import AttemptOutcome, Form
from monitor.domain.document import Prepared
from monitor.domain.hit import Decision, Relation
from monitor.domain.intent import LinkClaim, LinkUpdate, PollIntent, VersionIntent
from monitor.domain.link import FoundLink, LinkState
from monitor.domain.query import HitFilter
from tests.fakes.intents import NEW, Stage, hit, link, source, text, to


def attachment(path: str, of: Prepared) -> FoundLink:
    return replace(link(path), attachment=True, shown_by=of.extracted.place)


async def read(
    stage: Stage, claim: LinkClaim, *texts: Prepared, links: Sequence[FoundLink] = (), decision: Decision = NEW,
    state: LinkState = LinkState.READ, again: timedelta | None = None,
) -> None:  # fmt: skip
    due = stage.now + again if again else None
    update = LinkUpdate(claim.id, claim.source, claim.lease, state, stage.now, due, visits=claim.visits + 1)
    versions = tuple(VersionIntent(one, decision, "b" * 64) for one in texts)
    intent = PollIntent(
        claim.source, stage.now, "r1", link_update=update, versions=versions, links=tuple(links), from_link=claim.id
    )
    await stage.store.apply(intent, stage.routing)


async def noticed(stage: Stage, *paths: str, **given: object) -> list[LinkClaim]:
    """A notice that was read and showed these attachments; their claims."""
    await stage.watch("city")
    await stage.poll("city", due_in=86_400)
    await stage.store.poll_now("city", "ann", stage.now)
    await stage.poll("city", links=[link("notice.html")], due_in=86_400)
    (notice,) = await stage.links()
    body = given.pop("body", text("Talents are sought"))
    assert isinstance(body, Prepared)
    await read(stage, notice, body, links=[attachment(path, body) for path in paths])
    return await stage.links()


async def test_a_notice_waits_for_its_attachments_and_goes_out_when_the_last_has_ended(stage: Stage) -> None:
    first, second = await noticed(stage, "a.pdf", "b.docx")
    assert await stage.messages() == []
    await read(stage, first, text("The form to fill in"))
    assert await stage.messages() == []
    await read(stage, second, state=LinkState.GIVEN_UP)
    (message,) = await stage.messages()
    (telling,) = message.draft.tellings
    assert (telling.form, telling.hit.title) == (Form.NEW, "Talents are sought")
    assert len(telling.hit.also_at) == 1  # the attachment stands in the message
    hits = sorted(stage.queries.hits(HitFilter()), key=lambda one: one.id)
    assert [(one.title, one.item, one.novelty) for one in hits] == [
        ("Talents are sought", hits[0].item, "new"),
        ("The form to fill in", hits[0].item, "same"),
    ]


async def test_a_notice_waits_ten_minutes_for_its_attachments_and_no_longer(stage: Stage) -> None:
    (slow,) = await noticed(stage, "slow.pdf")
    stage.clock.tick(599)
    assert await stage.messages() == []
    stage.clock.tick(2)
    (message,) = await stage.messages()
    await stage.send(message, AttemptOutcome.DELIVERED)
    await read(stage, slow, text("The amounts"))
    (later,) = await stage.messages()
    (telling,) = later.draft.tellings
    assert (telling.form, telling.hit.title) == (Form.UPDATED, "The amounts")
    assert telling.hit.item == message.draft.tellings[0].hit.item


async def test_an_attachment_that_is_to_be_tried_again_does_not_end_the_wait(stage: Stage) -> None:
    (slow,) = await noticed(stage, "slow.pdf")
    await read(stage, slow, state=LinkState.DUE, again=timedelta(minutes=5))
    assert await stage.messages() == []
    (message,) = await stage.messages(flush=True)  # `--once` ends: nothing waits any longer
    assert [one.hit.title for one in message.draft.tellings] == ["Talents are sought"]


async def test_a_notice_without_a_hit_is_told_by_the_first_of_its_attachments(stage: Stage) -> None:
    first, second = await noticed(stage, "a.pdf", "b.pdf", body=text("A notice", hits=()))
    await read(stage, first, text("The guide"))
    assert await stage.messages() == []
    await read(stage, second, text("The list of places"))
    (message,) = await stage.messages()
    assert [one.hit.title for one in message.draft.tellings] == ["The guide"]


async def test_another_topic_in_an_attachment_is_told_as_new(stage: Stage) -> None:
    (only,) = await noticed(stage, "a.pdf")
    await read(stage, only, text("The annex", hits=(hit("qiming"), hit("kunpeng"))))
    messages = await stage.messages()
    told = sorted((one.hit.topic, one.form) for message in messages for one in message.draft.tellings)
    assert told == [("kunpeng", Form.NEW), ("qiming", Form.NEW)]


async def test_an_attachment_that_is_a_copy_of_another_notice_belongs_to_that_one(stage: Stage) -> None:
    await stage.watch("city", "town")
    await stage.poll("town", text("A call", keys=(5,)), due_in=86_400)
    await stage.watch("city", "town")
    await stage.poll("city", links=[link("notice.html")], due_in=86_400)
    (notice,) = await stage.links()
    body = text("Talents are sought")
    await read(stage, notice, body, links=[attachment("a.pdf", body)])
    (annex,) = await stage.links()
    copied = next(iter(stage.queries.hits(HitFilter(), limit=10, offset=1)))
    await read(stage, annex, text("A call, copied"), decision=to(Relation.SAME, copied.version))
    items = {one.title: one.item for one in stage.queries.hits(HitFilter())}
    assert items["A call, copied"] == items["A call"] != items["Talents are sought"]


async def test_an_entry_of_a_feed_is_one_item_with_what_is_attached_to_it(stage: Stage) -> None:
    await stage.watch("city")
    await stage.poll("city", due_in=60)
    stage.clock.tick(60)
    first, second = text("First call"), text("Second call")
    await stage.poll("city", first, second, links=[attachment("a.pdf", first)], due_in=86_400)
    (message,) = await stage.messages()  # the second has nothing to wait for
    assert [one.hit.title for one in message.draft.tellings] == ["Second call"]
    (annex,) = await stage.links()
    await read(stage, annex, text("The annex"))
    (message,) = await stage.messages()
    assert [one.hit.title for one in message.draft.tellings] == ["First call"]
    items = {one.title: one.item for one in stage.queries.hits(HitFilter())}
    assert items["The annex"] == items["First call"] != items["Second call"]


async def test_a_link_of_which_the_source_says_something_new_is_read_again(stage: Stage) -> None:
    await stage.watch("city")
    await stage.poll("city", links=[replace(link("a.html"), stamp="monday")])
    (claim,) = await stage.links()
    await stage.read(claim)
    await stage.poll("city", links=[replace(link("a.html"), stamp="monday")])
    assert await stage.links() == []
    await stage.poll("city", links=[replace(link("a.html"), stamp="tuesday")])
    (again,) = await stage.links()
    assert (again.id, again.visits) == (claim.id, 1)


async def test_what_is_said_of_a_link_that_is_being_read_is_not_lost(stage: Stage) -> None:
    await stage.watch("city")
    await stage.poll("city", links=[replace(link("a.html"), stamp="monday")])
    (claim,) = await stage.links()
    (polled,) = await stage.sources()
    await stage.store.apply(stage.intent(polled, links=[replace(link("a.html"), stamp="tuesday")]), stage.routing)
    await stage.read(claim)
    await stage.poll("city", links=[replace(link("a.html"), stamp="tuesday")])
    assert len(await stage.links()) == 1


async def test_a_source_that_pushes_is_never_claimed_and_its_documents_count_as_polls(stage: Stage) -> None:
    await stage.watch(source("bridge", kind="push", address="feed bridge"))
    assert await stage.sources() == []
    intent = PollIntent("bridge", stage.now, "r1", versions=(VersionIntent(text("Sent"), NEW, "b"),), pushed=True)
    applied = await stage.store.apply(intent, stage.routing)
    assert (applied.versions, applied.deliveries) == (1, 1)
    (health,) = stage.queries.sources()
    assert (health.outcome, health.polled_at, health.due_at) == ("changed", stage.now, None)  # never late
    again = await stage.store.apply(intent, stage.routing)
    assert again.versions == 0
    assert next(iter(stage.queries.sources())).outcome == "unchanged"


async def test_a_source_that_is_polled_once_a_week_is_not_taken_for_one_that_a_clock_jump_put_off(stage: Stage) -> None:
    await stage.watch(source("weekly", at="cron 30 9 * * 1 Asia/Shanghai"))  # Mondays 01:30 UTC; it is Monday 08:00
    (claim,) = await stage.sources()
    assert claim.at == "cron 30 9 * * 1 Asia/Shanghai"
    await stage.store.apply(stage.intent(claim, due_in=6 * 86_400 + 17.5 * 3600), stage.routing)
    await stage.store.upkeep(stage.now)
    assert await stage.sources() == []
    stage.clock.tick(7 * 86_400)
    assert [one.key for one in await stage.sources()] == ["weekly"]
