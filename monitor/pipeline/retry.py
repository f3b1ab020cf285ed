"""retry: after this attempt, is there another one, and when?

The first wait is a minute and doubles up to six hours; after 72 hours in all the message is dead and
somebody is told. A server that names a time (Retry-After) is waited for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ..domain.delivery import AttemptOutcome, SendResult

LONGEST_ASKED = timedelta(hours=24)  # a server that asks for more is asked again after a day
MOST_REJECTS = 3
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Policy:
    """The first wait, the longest one, and how long is tried in all."""

    first: timedelta = timedelta(minutes=1)
    longest: timedelta = timedelta(hours=6)
    total: timedelta = timedelta(hours=72)


DEFAULT = Policy()


@dataclass(frozen=True, slots=True)
class Next:
    """What follows an attempt: due again at `due_at`, or never (None); `dead` when it gave up, with why."""

    due_at: datetime | None
    dead: bool = False
    why: str = ""


def after(
    result: SendResult, number: int, first_at: datetime, now: datetime, rejects: int = 0, policy: Policy = DEFAULT
) -> Next:
    """What follows the attempt with this number (the first is 1) that ended as `result` at `now`.

    `first_at` is when the first attempt began, `rejects` how many earlier attempts were rejected. The
    last attempt falls on the last hour of the policy. What a broken channel rejects (a revoked token) is no poison: it
    waits like a refusal, so that nothing is lost while somebody mends the channel.
    """
    if result.outcome is AttemptOutcome.DELIVERED:
        return Next(None)
    if result.permanent:
        return Next(None, dead=True, why=f"{result.outcome.value} for good: {result.detail}")
    if result.outcome is AttemptOutcome.REJECTED and not result.broken and rejects + 1 >= MOST_REJECTS:
        return Next(None, dead=True, why=f"rejected {rejects + 1} times, at last: {result.detail}")
    end = first_at + policy.total
    if now >= end:
        return Next(
            None, dead=True, why=f"{number} attempts in {policy.total / HOUR:.0f} hours, at last: {result.detail}"
        )
    return Next(min(now + wait(number, result.retry_after, policy), end))


def wait(number: int, retry_after: float | None = None, policy: Policy = DEFAULT) -> timedelta:
    """How long to wait after the attempt with this number; never shorter than the server asked for."""
    doubled: timedelta = policy.first * (1 << min(max(number, 1) - 1, 16))
    asked = timedelta(seconds=min(max(retry_after or 0.0, 0.0), LONGEST_ASKED.total_seconds()))
    return max(min(doubled, policy.longest), asked)
