"""health: how does a source do, in one word and one sentence?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from ...domain.query import SourceDay
from ...domain.source import SourceHealth
from .. import words
from .desk import Desk

DAYS = 30
LATE = 2.0  # intervals past its due time


@dataclass(frozen=True, slots=True)
class Bar:
    """One day of the strip: `look` is bg, bw, bb or bx (good, partly failed, failed, not polled)."""

    x: float
    y: float
    width: float
    height: float
    look: str


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One source: its state as class and word, what that means, and its last 30 days."""

    key: str
    kind: str
    url: str
    look: str  # good, warn, bad or off
    word: str
    sentence: str
    changed_at: datetime | None
    every: str
    due_at: datetime | None
    strip: tuple[Bar, ...]
    strip_words: str


def condition(health: SourceHealth, desk: Desk) -> tuple[str, str, str]:
    """Look, word and sentence for the state of a source."""
    read = desk.moments.short(health.succeeded_at)
    if health.state == "paused":
        return "off", "paused", f"Paused by us. {health.reason or ''}".strip()
    if health.state == "retired":
        return "off", "retired", "No watchlist names it any more."
    if health.outcome == "failed":
        tries = words.counted(health.failures, "try in a row", "tries in a row")
        why = _sentence(health.reason or "no reason given")
        return "bad", "failing", f"{why} Last read: {read}; {tries} failed."
    if health.polled_at is None:
        return "off", "not read yet", "It is due at once after the start."
    if health.due_at is not None and health.due_at < desk.now - timedelta(seconds=health.every * LATE + 30):
        return "warn", "late", f"Due since {desk.moments.short(health.due_at)}, not asked yet."
    if health.entries == 0:
        return "warn", "empty", "It reads well, but shows nothing. The page may have a new shape."
    links = f", {words.counted(health.open_links, 'link')} still to read" if health.open_links else ""
    shown = words.counted(health.entries, "entry", "entries") + " shown" if health.entries else "Read"
    return "good", "on time", shown + links


def source_row(health: SourceHealth, days: list[SourceDay], desk: Desk) -> SourceRow:
    """The row of a source with its strip of days."""
    look, word, sentence = condition(health, desk)
    strip, strip_words = _strip({day.day: day for day in days}, desk.now.date())
    return SourceRow(
        key=health.source,
        kind=health.kind,
        url=health.address,
        look=look,
        word=word,
        sentence=sentence,
        changed_at=health.changed_at,
        every=words.span(health.every),
        due_at=health.due_at,
        strip=strip,
        strip_words=strip_words,
    )


def all_rows(desk: Desk) -> list[SourceRow]:
    """All sources, those in trouble first, then by name."""
    since = desk.now.date() - timedelta(days=DAYS - 1)
    days = sorted(desk.queries.source_days(since), key=lambda day: day.source)
    by_source = {key: list(found) for key, found in groupby(days, key=lambda day: day.source)}
    rows = [source_row(health, by_source.get(health.source, []), desk) for health in desk.queries.sources()]
    order = {"bad": 0, "warn": 1, "off": 2, "good": 3}
    return sorted(rows, key=lambda row: (order[row.look], row.key))


def _strip(days: dict[date, SourceDay], today: date) -> tuple[tuple[Bar, ...], str]:
    bars, failed, silent = [], 0, 0
    for place in range(DAYS):
        day = days.get(today - timedelta(days=DAYS - 1 - place))
        if day is None or day.polled == 0:
            silent += 1
            bars.append(Bar(place * 4 + 0.5, 2.5, 2, 11, "bx"))
        elif day.failed == day.polled:
            failed += 1
            bars.append(Bar(place * 4, 0, 3, 14, "bb"))
        elif day.failed:
            bars.append(Bar(place * 4, 2, 3, 12, "bw"))
        else:
            bars.append(Bar(place * 4, 4, 3, 10, "bg"))
    return tuple(bars), f"last {DAYS} days: {failed} failed, {silent} not polled"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "。")) else ".")
