"""schedule: when is it this one's turn again?

Every function is pure: `now` comes in, a time goes out. Chance comes from a hash of key and time, so the
same poll always gives the same answer and a thousand sources do not march in step.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b

from ..domain.intent import LinkClaim, SourceClaim
from ..domain.link import LinkState
from ..domain.source import Blame, Failed, FetchResult, Unchanged, Validators
from .fetch import BAD_ADDRESS, PRIVATE, ROBOTS_DISALLOWED, TOO_LARGE
from .route import parse_when

JITTER = 0.10  # of the interval, to both sides
DAY = 86_400.0
FORCED_EVERY = 24  # polls; a server that always says 304 is caught at the last of them (fault F43)
SOONER, LATER = 0.5, 1.25  # what a changed and an unchanged poll do to an adaptive interval
LEAST_HURRY, HURRY_FLOOR = 0.125, 30.0  # of `every`, and seconds: no gap makes polls come quicker than that
HOST_BASE = 60.0  # seconds a host is left alone after its first refusal
LINK_WAITS = (60.0, 300.0, 1800.0, 7200.0, 28_800.0, DAY)  # seconds after each failed try
LINK_TRIES = len(LINK_WAITS) + 1
LINK_TRIES_HOST = 3 * LINK_TRIES  # when its host is to blame: that is not the link's fault
LINK_TRIES_REFUSED = 3  # 401, 403, 451 …: a baseline message waits for its links, so six minutes must do
FINAL = frozenset({BAD_ADDRESS, PRIVATE, ROBOTS_DISALLOWED, TOO_LARGE})  # what a later try would meet again


@dataclass(frozen=True, slots=True)
class SourceTurn:
    """What a poll means for the next: the counts that go into the source's row, and when it is due."""

    due_at: datetime
    interval: float
    failures: int
    unchanged: int
    host_until: datetime | None = None  # the host is left alone until then


@dataclass(frozen=True, slots=True)
class LinkTurn:
    """What a try means for a link. A `due` state is a retry; an end with `due_at` is looked at again then."""

    state: LinkState
    due_at: datetime | None
    tries: int
    misses: int
    reason: str | None = None
    host_until: datetime | None = None


def after_poll(claim: SourceClaim, result: FetchResult, now: datetime) -> SourceTurn:
    """When a source is due again after this answer. For a body that could not be read see `after_misread`."""
    if isinstance(result, Failed):
        return _after_failure(claim, result, now)
    same = isinstance(result, Unchanged)
    return after_body(claim, now, changed=not same, unchanged=claim.unchanged + 1 if same else 0)


def after_body(claim: SourceClaim, now: datetime, changed: bool, unchanged: int = 0) -> SourceTurn:
    """When a source is due again whose body came and was read; `changed` tells whether it brought anything."""
    interval = next_interval(claim.interval, claim.every, claim.every_max, changed=changed)
    due = next_slot(claim.at, now) if claim.at else jittered(claim.key, now, interval)
    return SourceTurn(due, interval, 0, unchanged)


def after_misread(claim: SourceClaim, now: datetime) -> SourceTurn:
    """When a source is due again whose body came but could not be read: as after any failure of its own."""
    return _after_failure(claim, Failed(claim.address, "unreadable"), now)


def after_link(claim: LinkClaim, result: FetchResult, now: datetime) -> LinkTurn:
    """What becomes of a link after this answer: an end, or another try."""
    if isinstance(result, Failed):
        return _after_link_failure(claim, result, now)
    state = LinkState.UNCHANGED if isinstance(result, Unchanged) else LinkState.READ
    return LinkTurn(state, None, tries=0, misses=0)


def next_slot(at: str, now: datetime) -> datetime:
    """The first of a source's fixed times after now. What was missed meanwhile is one poll, not many."""
    when = parse_when(at)
    return now if when is None else when.after(now + timedelta(microseconds=1))


def jittered(key: str, now: datetime, interval: float) -> datetime:
    """One interval from now, give or take a tenth of it."""
    share = _number(f"{key} {now.isoformat()}") / 2**63 - 1  # -1 to 1
    return now + timedelta(seconds=interval * (1 + JITTER * share))


def hurried(claim: SourceClaim, turn: SourceTurn, now: datetime, span: float | None) -> SourceTurn:
    """The turn after a gap: half the interval, at most half of what the source's window spans, for a while below `every`."""
    least = min(claim.every, max(claim.every * LEAST_HURRY, HURRY_FLOOR))
    wanted = turn.interval / 2 if span is None else min(turn.interval / 2, span / 2)
    interval = max(wanted, least)
    return replace(turn, due_at=jittered(claim.key, now, interval), interval=interval)


def next_interval(interval: float, every: float, every_max: float | None, changed: bool) -> float:
    """The interval after this poll: always `every`, or between the two bounds: sooner after news.

    One below `every` comes of a gap and grows back to it.
    """
    if interval < every:
        return min(interval * LATER, every)
    if every_max is None or every_max <= every:
        return every
    moved = interval * (SOONER if changed else LATER)
    return min(max(moved, every), every_max)


def backoff(interval: float, failures: int) -> float:
    """Seconds until an address is tried again after so many failures in a row: doubled up to a day."""
    doubled = interval * 2.0 ** min(max(failures - 1, 0), 40)
    return min(doubled, max(interval, DAY))


def host_pause(failures: int, asked: float | None = None) -> float:
    """Seconds a host is left alone after 429, 503 or a refusal: what it asked for, else doubled up to a day."""
    if asked is not None:
        return min(asked, DAY)
    return min(HOST_BASE * 2.0 ** min(max(failures - 1, 0), 40), DAY)


def wants_whole(unchanged: int) -> bool:
    """Whether this poll asks without ETag and date: every 24th in a row without a change."""
    return unchanged % FORCED_EVERY == FORCED_EVERY - 1


def validators_for(claim: SourceClaim) -> Validators:
    """The validators this poll sends; a forced one still compares the body with that of last time."""
    if claim.untrusted or wants_whole(claim.unchanged):
        return Validators(body_hash=claim.validators.body_hash)
    return claim.validators


def _after_failure(claim: SourceClaim, result: Failed, now: datetime) -> SourceTurn:
    failures = claim.failures + 1
    unchanged = 0 if result.reason.startswith("304") else claim.unchanged
    if result.blame is Blame.HOST:
        until = now + timedelta(seconds=host_pause(failures, result.retry_after))
        due = max(_or_slot(claim, now, jittered(claim.key, now, claim.interval)), until)
        return SourceTurn(due, claim.interval, failures, unchanged, until)
    again = _or_slot(claim, now, jittered(claim.key, now, backoff(claim.interval, failures)))
    return SourceTurn(_not_before(again, now, result.retry_after), claim.interval, failures, unchanged)


def _or_slot(claim: SourceClaim, now: datetime, due: datetime) -> datetime:
    """A failed poll is tried again before its next fixed time, and then at the latest."""
    return min(due, next_slot(claim.at, now)) if claim.at else due


def _after_link_failure(claim: LinkClaim, result: Failed, now: datetime) -> LinkTurn:
    tries = claim.tries + 1
    if result.gone:
        return _after_miss(claim, result, tries, now)
    if tries >= _tries_for(result):
        reason = result.reason if tries == 1 else f"{result.reason}, {tries} tries"
        return LinkTurn(LinkState.GIVEN_UP, None, tries, claim.misses, reason)
    if result.blame is Blame.HOST:
        until = now + timedelta(seconds=host_pause(tries, result.retry_after))
        return LinkTurn(LinkState.DUE, until, tries, claim.misses, result.reason, until)
    due = _not_before(jittered(claim.url, now, LINK_WAITS[tries - 1]), now, result.retry_after)
    return LinkTurn(LinkState.DUE, due, tries, claim.misses, result.reason)


def _tries_for(result: Failed) -> int:
    if result.reason in FINAL:
        return 1
    if result.blame is Blame.HOST:
        return LINK_TRIES_HOST
    return LINK_TRIES_REFUSED if 400 <= (result.status or 0) < 500 else LINK_TRIES


def _after_miss(claim: LinkClaim, result: Failed, tries: int, now: datetime) -> LinkTurn:
    # it ends at once, so that no message waits for it, and is looked at once more on another day:
    # notices stand in lists before they are served, and twice gone is vanished
    misses = claim.misses + 1
    again = now + timedelta(seconds=DAY) if misses == 1 else None
    return LinkTurn(LinkState.GONE, again, tries, misses, result.reason)


def _not_before(due: datetime, now: datetime, asked: float | None) -> datetime:
    return due if asked is None else max(due, now + timedelta(seconds=asked))


def _number(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest())
