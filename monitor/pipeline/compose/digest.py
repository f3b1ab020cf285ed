"""digest: what does a digest, an overview or a heartbeat say besides its hits?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ...domain.delivery import Draft, Form, MessageKind, Telling
from ...domain.overview import Overview, SourceTrouble, TopicCount
from ...domain.query import MuteView
from ..mask import mask
from . import words
from .safe import cut, one_line
from .view import Told, named, short_name, told

FORMS = {MessageKind.DIGEST, MessageKind.OVERVIEW}
BAR = 160  # px of the longest bar
FAILING = "failing"
NOT_POLLED = "not polled yet"
MOST_TROUBLES = 12
MOST_MUTES = 8
MOST_PROGRAMMES = 40


@dataclass(frozen=True, slots=True)
class Line:
    """One programme: alerts, reviews, the mean of alerts a week, and the widths of its two bars in px."""

    short: str
    native: str
    alerts: int
    reviews: int
    a_week: float
    bar: int
    bar_2: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """A source that needs attention: the word for its state, its key, the reason and since when."""

    state: str
    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Summary:
    """The parts of a digest in words, everything harmless; empty ones are left out by the forms."""

    period: str
    programmes: tuple[Line, ...]
    sentence: str
    days: tuple[int, ...]
    days_said: str
    waiting: tuple[Told, ...]
    waiting_more: int
    troubles: tuple[Trouble, ...]
    troubles_more: int
    muted: tuple[str, ...]
    log_head: tuple[str, ...]
    wide: bool  # reviews and means are known


def summary(draft: Draft) -> Summary:
    """What this digest says besides its hits; without an overview only what its tellings hold."""
    seen = draft.overview
    programmes = _programmes(draft)
    if seen is None:
        return Summary("", programmes, "", (), "", (), 0, (), 0, (), (), False)
    waiting = tuple(told(Telling(0, Form.NEW, hit), draft, whole=False) for hit in seen.waiting)
    return Summary(
        period=period(seen),
        programmes=programmes,
        sentence=" ".join(_sentences(seen)),
        days=seen.days,
        days_said=_days_said(seen),
        waiting=waiting,
        waiting_more=max(0, seen.reviews_waiting - len(waiting)),
        troubles=tuple(_trouble(one) for one in seen.failing[:MOST_TROUBLES]),
        troubles_more=max(0, len(seen.failing) - MOST_TROUBLES),
        muted=tuple(_muted(one) for one in seen.muted[:MOST_MUTES]),
        log_head=tuple(one_line(line) for line in (seen.log_head or "").splitlines()),
        wide=True,
    )


def period(seen: Overview) -> str:
    """From when to when: `16–22 Nov 2026` for a week, the last hours else."""
    hours = round((seen.until - seen.since) / timedelta(hours=1))
    if hours < 7 * 24:
        return f"the last {hours} hours"
    first, last = (moment.astimezone(UTC) for moment in (seen.since, seen.until))
    return f"{words.day(first.date().isoformat())} to {words.day(last.date().isoformat())}"


def headline(draft: Draft, hits: Sequence[Told]) -> str:
    """The answer in words: of an overview the week's sums, of a digest what it brings; sent at 0 as well."""
    seen = draft.overview
    if draft.kind is MessageKind.OVERVIEW and seen is not None:
        return f"The week: {count(seen.alerts, 'alert')}, {count(seen.reviews, 'review')}"
    if not hits:
        return "0 new hits"
    again = sum(1 for hit in hits if hit.again)
    doubtful = sum(1 for telling in draft.tellings if telling.hit.verdict == "review")
    new = len(hits) - again - doubtful
    parts = [f"{new:,} new alert{'' if new == 1 else 's'}"] if new or not (again or doubtful) else []
    parts += [f"{doubtful:,} to review"] if doubtful else []
    parts += [f"{again:,} further telling{'' if again == 1 else 's'} of known stories"] if again else []
    return ", ".join(parts)


def heading(draft: Draft, hits: Sequence[Told]) -> str:
    """The headline with the state of the sources, for a subject."""
    seen = draft.overview
    if seen is None:
        return headline(draft, hits)
    number = sum(_state(one) == FAILING for one in seen.failing)
    failing = f"; {number:,} failing" if number else ""
    return f"{headline(draft, hits)}; {seen.sources_read:,} of {seen.sources:,} sources read{failing}"


def _programmes(draft: Draft) -> tuple[Line, ...]:
    counted = Counter(telling.hit.topic for telling in draft.tellings)
    known = {one.topic: one for one in draft.overview.topics} if draft.overview else {}
    for telling in draft.tellings:
        hit = telling.hit
        known.setdefault(hit.topic, TopicCount(hit.topic, hit.topic_name or hit.topic, 0, 0, 0.0))
    if draft.kind is MessageKind.OVERVIEW:
        counted = Counter({topic: one.alerts for topic, one in known.items()})
    rows = sorted(known.values(), key=lambda one: (-counted[one.topic], -one.reviews, -one.a_week, one.name))
    rows = [row for row in rows if counted[row.topic] or row.reviews or row.a_week][:MOST_PROGRAMMES]
    most = max((counted[row.topic] + row.reviews for row in rows), default=1) or 1
    return tuple(_line(row, counted[row.topic], most) for row in rows)


def _line(row: TopicCount, alerts: int, most: int) -> Line:
    programme, native = named(row.name or row.topic)
    widths = [max(4, round(BAR * number / most)) if number else 0 for number in (alerts, row.reviews)]
    return Line(short_name(programme), native, alerts, row.reviews, row.a_week, *widths)


def _sentences(seen: Overview) -> Iterator[str]:
    if seen.sources:
        yield f"{seen.sources_read:,} of {seen.sources:,} sources were read."
        failing = [one for one in seen.failing if _state(one) == FAILING]
        if failing:
            oldest = min((one.since for one in failing if one.since), default=None)
            since = f"{', the longest' if len(failing) > 1 else ''} since {words.moment(oldest)}" if oldest else ""
            yield f"{len(failing):,} {'is' if len(failing) == 1 else 'are'} failing{since}."
        if len(failing) < len(seen.failing):
            yield f"{len(seen.failing) - len(failing):,} not polled yet."
    if seen.messages:
        yield f"{seen.messages_delivered:,} of {seen.messages:,} messages of {period(seen)} arrived."
        open_ones = seen.messages - seen.messages_delivered - seen.given_up
        if open_ones > 0:
            yield f"{open_ones:,} {'is' if open_ones == 1 else 'are'} waiting."
        if seen.given_up:
            yield f"{seen.given_up:,} {'was' if seen.given_up == 1 else 'were'} given up."
    if seen.reviews_waiting:
        verb = "waits" if seen.reviews_waiting == 1 else "wait"
        yield f"{count(seen.reviews_waiting, 'review')} of the last 30 days {verb} for judgement."


def _days_said(seen: Overview) -> str:
    if not seen.days:
        return ""
    return f"Alerts a day over {len(seen.days)} days, today last: {' '.join(f'{number}' for number in seen.days)}"


def _trouble(one: SourceTrouble) -> Trouble:
    since = f"since {words.moment(one.since)}" if one.since else "never read"
    reason = cut(one_line(mask(one.reason)), 160)
    return Trouble(_state(one), one_line(one.source), f"{reason}, {since}" if _state(one) == FAILING else reason)


def _state(one: SourceTrouble) -> str:
    return FAILING if one.since or one.reason != NOT_POLLED else "waiting"


def _muted(one: MuteView) -> str:
    what = " from ".join(one_line(name) for name in (one.topic or "everything", one.source) if name)
    until = f"until {words.moment(one.until)}" if one.until else "until it is lifted"
    waiting = f"; {one.waiting:,} wait" if one.waiting else ""
    return f"{what}, {until}, by {one_line(one.actor)}: {cut(one_line(one.why), 120) or 'no reason given'}{waiting}"


def count(number: int, noun: str) -> str:
    """`3 alerts`, and `1 alert`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def since_of(draft: Draft) -> datetime:
    """From when on a message of this kind looks back: a week for an overview, else a day."""
    return draft.created_at - (timedelta(days=7) if draft.kind is MessageKind.OVERVIEW else timedelta(days=1))
