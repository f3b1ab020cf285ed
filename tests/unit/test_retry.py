"""After this attempt, is there another one, and when?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from monitor.domain.delivery import AttemptOutcome, SendResult
from monitor.pipeline import retry

START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
REFUSED = SendResult(AttemptOutcome.REFUSED, "connection refused")
UNKNOWN = SendResult(AttemptOutcome.UNKNOWN, "no reply")
REJECTED = SendResult(AttemptOutcome.REJECTED, "400")


def attempts(result: SendResult) -> list[timedelta]:
    """When each attempt of a message that always ends so is made, since the first."""
    now, made, number = START, [timedelta(0)], 1
    while True:
        following = retry.after(result, number, START, now, rejects=number - 1)
        if following.due_at is None:
            assert following.dead
            return made
        now, number = following.due_at, number + 1
        made.append(now - START)


def test_what_was_delivered_is_never_due_again() -> None:
    following = retry.after(SendResult(AttemptOutcome.DELIVERED), 1, START, START)
    assert following == retry.Next(None)


def test_waits_double_from_a_minute_to_six_hours_and_end_after_seventy_two() -> None:
    made = attempts(REFUSED)
    waits = [later - earlier for earlier, later in pairwise(made)]
    assert waits[:4] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4), timedelta(minutes=8)]
    assert max(waits) == timedelta(hours=6)
    assert made[-1] == timedelta(hours=72)


def test_unknown_repeats_like_refused() -> None:
    assert attempts(UNKNOWN) == attempts(REFUSED)


def test_f57_three_rejects_park_a_message_so_that_the_queue_moves() -> None:
    assert len(attempts(REJECTED)) == 3


def test_f56_what_a_broken_channel_rejects_waits_until_it_is_mended() -> None:
    revoked = SendResult(AttemptOutcome.REJECTED, "401", broken=True)
    assert attempts(revoked) == attempts(REFUSED)


def test_a_permanent_answer_is_the_end_at_once_and_says_why() -> None:
    gone = SendResult(AttemptOutcome.REJECTED, "550 no such user", permanent=True)
    following = retry.after(gone, 1, START, START)
    assert following.dead
    assert "550 no such user" in following.why


def test_f55_a_server_that_names_a_time_is_waited_for() -> None:
    busy = SendResult(AttemptOutcome.REFUSED, "429", retry_after=900.0)
    assert retry.after(busy, 1, START, START).due_at == START + timedelta(minutes=15)
    impatient = SendResult(AttemptOutcome.REFUSED, "429", retry_after=1.0)
    assert retry.after(impatient, 5, START, START).due_at == START + timedelta(minutes=16)


def test_a_server_cannot_ask_for_silence_without_end() -> None:
    never = SendResult(AttemptOutcome.REFUSED, "503", retry_after=1e18)
    assert retry.after(never, 1, START, START).due_at == START + timedelta(hours=24)


def test_f52_greylisting_for_six_hours_costs_no_message() -> None:
    assert [made for made in attempts(REFUSED) if made >= timedelta(hours=6)]
