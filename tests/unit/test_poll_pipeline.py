"""What a poll comes to: the intent of every end that a body can have."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.domain.document import Harvest, Reading
from monitor.domain.hit import Decision, Relation
from monitor.domain.intent import Lease, LinkClaim, SourceClaim
from monitor.domain.link import LinkState
from monitor.domain.source import Blame, Failed, Fetched, Outcome, Unchanged, Validators
from monitor.pipeline import poll
from tests.fakes.clock import START
from tests.fakes.intents import NEW, hit, link, text

URL = "https://city.example.org/feed.xml"
SOURCE = SourceClaim(
    "city", "feed", URL, "city.example.org:443", Lease("w1", 3), START, 900.0, None, 900.0, None, '{"n":1}',
    Validators('"1"', None, "a" * 64), 0, 0, False, "changed",
)  # fmt: skip
LINK = LinkClaim(
    7, "city", "listing", URL, URL, "city.example.org:443", "A notice", False, True, Lease("w1", 2), START, 0, 0,
    Validators(), None, "{}",
)  # fmt: skip
BODY = Fetched(URL, b"<rss/>", "c" * 64, "text/xml", "utf-8", '"2"', "Mon, 02 Mar 2026 08:00:00 GMT")
READING = Reading(Harvest("feed", entries=4, links=(link("1"),), warnings=("cut at 5,000",)), (), "r1")


def test_a_request_carries_the_validators_and_every_24th_asks_for_the_whole() -> None:
    """F43: a server that always says 304 is caught."""
    assert poll.source_request(SOURCE, 10, 60.0).validators == SOURCE.validators
    whole = poll.source_request(replace(SOURCE, unchanged=23), 10, 60.0)
    assert whole.validators == Validators(body_hash="a" * 64)


def test_an_unchanged_poll_keeps_the_validators_and_brings_nothing() -> None:
    intent = poll.source_without_body(SOURCE, Unchanged(URL, Validators('"1"')), START, "r1")
    assert intent.source_update is not None
    assert (intent.source_update.outcome, intent.source_update.unchanged) == (Outcome.UNCHANGED, 1)
    assert (intent.versions, intent.links, intent.notes) == ((), (), ())


def test_a_failed_poll_says_why_and_touches_no_validators() -> None:
    """I7."""
    intent = poll.source_without_body(SOURCE, Failed(URL, "http 500", "internal"), START, "r1")
    update = intent.source_update
    assert update is not None
    assert (update.outcome, update.reason, update.validators, update.failures) == (
        Outcome.FAILED, "http 500: internal", None, 1,
    )  # fmt: skip
    assert intent.host_update is None
    assert [note.kind for note in intent.notes] == ["source failed"]


def test_a_source_that_goes_on_failing_is_no_second_entry() -> None:
    intent = poll.source_without_body(replace(SOURCE, outcome="failed"), Failed(URL, "http 500"), START, "r1")
    assert intent.notes == ()


def test_what_the_host_is_to_blame_for_backs_off_the_host() -> None:
    """F42."""
    refused = Failed(URL, "http 429", status=429, blame=Blame.HOST, retry_after=120.0)
    intent = poll.source_without_body(SOURCE, refused, START, "r1")
    assert intent.host_update is not None
    assert intent.host_update.next_allowed_at == START + timedelta(seconds=120)


def test_a_body_that_cannot_be_read_is_a_failure_that_is_fetched_again() -> None:
    """F14, F41."""
    intent = poll.source_misread(SOURCE, "unreadable: killed", START, "r1")
    assert intent.source_update is not None
    assert intent.source_update.validators is None
    assert intent.source_update.outcome is Outcome.FAILED


def test_a_harvest_saves_its_validators_with_all_they_vouch_for() -> None:
    one = poll.version(text("a notice"), NEW, BODY, baseline=False)
    intent = poll.source_harvested(SOURCE, BODY, READING, [one], START)
    update = intent.source_update
    assert update is not None
    assert update.validators == Validators('"2"', "Mon, 02 Mar 2026 08:00:00 GMT", "c" * 64)
    assert (update.entries, update.reason) == (4, "cut at 5,000")
    assert (intent.versions, intent.links, intent.baseline) == ((one,), READING.harvest.links, False)
    assert one.body_hash == "c" * 64


def test_a_permanent_move_is_told_with_the_new_address() -> None:
    """F50: a temporary way is none, a permanent one is the operator's to write down."""
    moved = replace(BODY, moved_to="https://new.example/feed")
    update = poll.source_harvested(SOURCE, moved, READING, [], START).source_update
    assert update is not None
    assert update.reason == "moved for good to https://new.example/feed: correct the address; cut at 5,000"


def test_a_text_that_was_cut_is_told_of_its_source_and_of_its_link() -> None:
    """A75: a limit is never a non-hit in silence."""
    whole = text("a")
    cut = replace(whole, extracted=replace(whole.extracted, truncated=True))
    reading = replace(READING, harvest=replace(READING.harvest, warnings=()), prepared=(cut,))
    source, link = (
        poll.source_harvested(SOURCE, BODY, reading, [], START),
        poll.link_harvested(LINK, BODY, reading, [], START),
    )
    assert source.source_update is not None and link.link_update is not None
    assert source.source_update.reason == link.link_update.reason == poll.CUT


def test_what_a_source_shows_first_is_baseline() -> None:
    assert poll.source_harvested(replace(SOURCE, first_success=True), BODY, READING, [], START).baseline


def test_a_source_that_recovers_is_an_entry() -> None:
    intent = poll.source_harvested(replace(SOURCE, outcome="failed"), BODY, READING, [], START)
    assert [note.kind for note in intent.notes] == ["source recovered"]


def test_a_link_with_an_alert_is_read_again_and_one_without_has_ended() -> None:
    told = poll.link_harvested(LINK, BODY, READING, [poll.version(text("a"), NEW, BODY, True)], START)
    quiet = poll.link_harvested(LINK, BODY, READING, [poll.version(text("a", hits=()), NEW, BODY, True)], START)
    assert told.link_update is not None
    assert quiet.link_update is not None
    assert told.link_update.due_at == START + timedelta(days=1)
    assert (quiet.link_update.state, quiet.link_update.due_at) == (LinkState.READ, None)
    assert told.baseline


def test_visits_of_a_link_come_after_1_3_7_30_and_90_days_and_end() -> None:
    waits = []
    claim, one = LINK, poll.version(text("a"), NEW, BODY, True)
    for visits in range(7):
        intent = poll.link_harvested(replace(claim, visits=visits), BODY, READING, [one], START)
        assert intent.link_update is not None
        due = intent.link_update.due_at
        waits.append(None if due is None else (due - START).days)
    assert waits == [1, 2, 4, 23, 60, None, None]


def test_a_second_reading_is_no_baseline() -> None:
    assert not poll.link_harvested(replace(LINK, visits=1), BODY, READING, [], START).baseline


def test_the_attachments_of_an_attachment_are_not_followed() -> None:
    assert poll.link_harvested(LINK, BODY, READING, [], START).links
    assert not poll.link_harvested(replace(LINK, attachment=True), BODY, READING, [], START).links


@pytest.mark.parametrize(
    ("claim", "result", "state", "kinds"),
    [
        (LINK, Failed(URL, "timed out"), LinkState.DUE, []),
        (LINK, Failed(URL, "http 404", gone=True), LinkState.GONE, []),
        (replace(LINK, misses=1), Failed(URL, "http 404", gone=True), LinkState.GONE, ["link gone"]),
        (replace(LINK, misses=1, visits=2), Failed(URL, "http 404", gone=True), LinkState.GONE, ["document vanished"]),
        (replace(LINK, tries=30), Failed(URL, "timed out"), LinkState.GIVEN_UP, ["link given up"]),
        (LINK, Unchanged(URL), LinkState.UNCHANGED, []),
    ],
)
def test_every_end_of_a_link_without_a_body(
    claim: LinkClaim, result: Failed | Unchanged, state: LinkState, kinds: list[str]
) -> None:
    intent = poll.link_without_body(claim, result, START, "r1")
    assert intent.link_update is not None
    assert intent.link_update.state is state
    assert [note.kind for note in intent.notes] == kinds
    assert intent.link_update.reason or isinstance(result, Unchanged)


def test_a_link_that_cannot_be_read_ends_with_its_reason_and_an_entry() -> None:
    """A68: never taken for empty."""
    intent = poll.link_misread(LINK, "encrypted", START, "r1")
    assert intent.link_update is not None
    assert (intent.link_update.state, intent.link_update.reason) == (LinkState.GIVEN_UP, "encrypted")
    assert [note.kind for note in intent.notes] == ["link given up"]


# --- texts of one body ---


def test_texts_of_a_body_are_candidates_for_those_after_them_under_their_places() -> None:
    texts = [
        text("far", keys=(9,)),
        text("near", keys=(1, 2)),
        text("plain", hits=()),
        text("nearer", keys=(1, 2, 3)),
    ]
    own = text("own", keys=(1, 2, 3))
    assert [one.version for one in poll.mates("city", own, texts, START)] == [-4, -2]


def test_texts_of_a_body_at_the_same_place_or_of_one_story_are_candidates() -> None:
    texts = [
        text("at home", place="https://p.example.org/", keys=(9,)),
        text("told", keys=(8,), story_keys=(5, 6)),
        text("hardly told", keys=(7,), story_keys=(5,)),
    ]
    own = text("own", place="https://p.example.org/", keys=(1,), story_keys=(5, 6))
    assert sorted(one.version for one in poll.mates("city", own, texts, START)) == [-2, -1]


def test_no_more_texts_of_a_body_are_compared_than_the_judge_can_take() -> None:
    texts = [text(f"copy {n}", keys=(1,)) for n in range(50)]
    assert len(poll.mates("city", text("own", keys=(1,)), texts, START)) == poll.MOST_MATES


def test_a_text_left_unjudged_keeps_what_was_found_and_says_so() -> None:
    found = poll.left_unjudged(Decision(Relation.SAME, 4, 0.9, ("97% of it",), (4,)))
    assert (found.relation, found.to, found.unjudged) == (Relation.SAME, 4, True)
    assert found.reasons[0] == "97% of it"
    assert len(found.reasons) == 2


def test_hits_on_the_way_are_those_of_the_text() -> None:
    one = poll.version(text("a", hits=[hit("huoju")]), NEW, BODY, True)
    assert [draft.topic for draft in one.prepared.hits] == ["huoju"]
    assert one.baseline
