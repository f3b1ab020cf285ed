"""When is it whose turn again?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.domain.intent import Lease, LinkClaim, SourceClaim
from monitor.domain.link import LinkState
from monitor.domain.source import Blame, Failed, Fetched, Unchanged, Validators
from monitor.pipeline.schedule import (
    DAY,
    LINK_TRIES,
    LINK_TRIES_HOST,
    after_link,
    after_misread,
    after_poll,
    backoff,
    host_pause,
    jittered,
    validators_for,
)

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
URL = "https://a.example/feed"
NEWS = Fetched(URL, b"x", "aa")
SAME = Unchanged(URL)


def source(**changes: object) -> SourceClaim:
    claim = SourceClaim(
        "feed-a", "feed", URL, "a.example:443", Lease("me", 1), NOW, 900.0, None, 900.0, None, "{}",
        Validators('"1"', "then", "aa"), 0, 0, False,
    )  # fmt: skip
    return replace(claim, **changes)  # type: ignore[arg-type]


def link(**changes: object) -> LinkClaim:
    claim = LinkClaim(
        1, "list-a", "listing", URL, URL, "a.example:443", "", False, False, Lease("me", 1), NOW, 0, 0, Validators(),
        None, "{}",
    )  # fmt: skip
    return replace(claim, **changes)  # type: ignore[arg-type]


def seconds(due: datetime | None) -> float:
    assert due is not None
    return (due - NOW).total_seconds()


def test_jitter_never_leaves_a_tenth_of_the_interval_and_uses_it() -> None:
    delays = [seconds(jittered(f"source-{number}", NOW, 900.0)) for number in range(1000)]
    assert min(delays) >= 810.0 and max(delays) <= 990.0
    assert min(delays) < 830.0 and max(delays) > 970.0
    assert abs(sum(delays) / 1000 - 900.0) < 10.0


def test_the_same_poll_always_gives_the_same_time() -> None:
    assert jittered("a", NOW, 900.0) == jittered("a", NOW, 900.0)
    assert jittered("a", NOW, 900.0) != jittered("b", NOW, 900.0)


def test_without_a_maximum_the_interval_stays_what_the_operator_wrote() -> None:
    for result in (NEWS, SAME):
        assert after_poll(source(), result, NOW).interval == 900.0


def test_a_busy_source_is_asked_sooner_and_a_quiet_one_later_within_its_bounds() -> None:
    claim = source(every=300.0, every_max=7200.0, interval=300.0)
    for _ in range(40):
        claim = replace(claim, interval=after_poll(claim, SAME, NOW).interval)
    assert claim.interval == 7200.0
    for _ in range(10):
        claim = replace(claim, interval=after_poll(claim, NEWS, NOW).interval)
    assert claim.interval == 300.0


def test_counts_follow_the_outcome() -> None:
    claim = source(failures=3, unchanged=5)
    assert (after_poll(claim, NEWS, NOW).failures, after_poll(claim, NEWS, NOW).unchanged) == (0, 0)
    assert (after_poll(claim, SAME, NOW).failures, after_poll(claim, SAME, NOW).unchanged) == (0, 6)
    failed = after_poll(claim, Failed(URL, "timed out after 60 s"), NOW)
    assert (failed.failures, failed.unchanged) == (4, 5)
    assert after_misread(claim, NOW) == failed


def test_a_failing_address_is_asked_at_half_the_rate_each_time_until_once_a_day() -> None:
    assert [backoff(900.0, failures) for failures in (1, 2, 3, 4)] == [900.0, 1800.0, 3600.0, 7200.0]
    assert backoff(900.0, 1000) == DAY
    assert backoff(7 * DAY, 5) == 7 * DAY


def test_f42_a_host_that_asks_for_a_pause_gets_it_and_never_more_than_a_day() -> None:
    turn = after_poll(source(), Failed(URL, "http 429", status=429, blame=Blame.HOST, retry_after=7200.0), NOW)
    assert turn.host_until == NOW + timedelta(hours=2)
    assert turn.due_at >= turn.host_until
    assert host_pause(1) == 60.0
    assert host_pause(1000) == DAY == host_pause(1, 1e9)


def test_a_failure_of_the_address_leaves_the_host_alone() -> None:
    turn = after_poll(source(), Failed(URL, "http 500", status=500, retry_after=3600.0), NOW)
    assert turn.host_until is None
    assert seconds(turn.due_at) >= 3600.0


def test_f43_every_24th_poll_in_a_row_asks_for_the_whole_body() -> None:
    claim, whole = source(), []
    for poll in range(1, 97):
        if validators_for(claim) == Validators(body_hash="aa"):
            whole.append(poll)
        claim = replace(claim, unchanged=after_poll(claim, SAME, NOW).unchanged)
    assert whole == [24, 48, 72, 96]


def test_a33_after_a_lying_304_counting_begins_anew() -> None:
    assert after_poll(source(unchanged=23), Failed(URL, "304 unasked", status=304), NOW).unchanged == 0


def test_a_link_ends_when_it_was_read() -> None:
    assert (after_link(link(), NEWS, NOW).state, after_link(link(), NEWS, NOW).due_at) == (LinkState.READ, None)
    assert after_link(link(), SAME, NOW).state is LinkState.UNCHANGED


def test_a_failing_link_is_tried_again_later_and_later_and_given_up_with_its_reason() -> None:
    claim, waits = link(), []
    while (turn := after_link(claim, Failed(URL, "timed out after 60 s"), NOW)).state is LinkState.DUE:
        waits.append(seconds(turn.due_at))
        claim = replace(claim, tries=turn.tries)
    assert waits == sorted(waits) and len(waits) == LINK_TRIES - 1
    assert turn.state is LinkState.GIVEN_UP and turn.due_at is None
    assert turn.reason == f"timed out after 60 s, {LINK_TRIES} tries"


@pytest.mark.parametrize("reason", ["robots: disallowed", "private address", "bad address", "too large"])
def test_a_link_that_a_later_try_would_not_change_ends_at_once(reason: str) -> None:
    turn = after_link(link(), Failed(URL, reason), NOW)
    assert (turn.state, turn.due_at, turn.reason) == (LinkState.GIVEN_UP, None, reason)


def test_a_link_that_is_refused_holds_up_a_baseline_message_for_minutes_only() -> None:
    claim, passed = link(), 0.0
    while (turn := after_link(claim, Failed(URL, "http 403 forbidden", status=403), NOW)).state is LinkState.DUE:
        passed += seconds(turn.due_at)
        claim = replace(claim, tries=turn.tries)
    assert turn.reason == "http 403 forbidden, 3 tries"
    assert passed < 420


def test_a_link_is_not_given_up_because_its_host_is_down_for_a_day() -> None:
    claim, passed, down = link(), 0.0, Failed(URL, "connection refused", blame=Blame.HOST)
    while (turn := after_link(claim, down, NOW)).state is LinkState.DUE:
        assert turn.host_until is not None
        passed += seconds(turn.due_at)
        claim = replace(claim, tries=turn.tries)
    assert claim.tries == LINK_TRIES_HOST - 1
    assert passed > 7 * DAY


def test_a_link_that_is_gone_ends_at_once_and_is_looked_at_once_more_on_another_day() -> None:
    missing = Failed(URL, "http 404 not found", status=404, gone=True)
    first = after_link(link(), missing, NOW)
    assert (first.state, first.misses, seconds(first.due_at)) == (LinkState.GONE, 1, DAY)
    second = after_link(link(misses=1), missing, NOW)
    assert (second.state, second.misses, second.due_at) == (LinkState.GONE, 2, None)
