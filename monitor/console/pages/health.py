"""health: how does a source do, in one word and one sentence?"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from ...domain.query import SourceDay
from ...domain.source import SourceHealth
from ...pipeline import health as healths
from .. import words
from .desk import Desk

DAYS = 30
WEEKS = 12
LOOKS = {
    "healthy": ("good", "on time"),
    "late": ("warn", "late"),
    "blind": ("warn", "empty"),
    "failing": ("bad", "failing"),
    "gone": ("bad", "gone"),
    "paused": ("off", "paused"),
    "retired": ("off", "retired"),
    "": ("off", "not read yet"),
}
QUIET = timedelta(days=30)  # a source that reads well and was silent for so long is called quiet


@dataclass(frozen=True, slots=True)
class Marks:
    """All bars of one look, as one path: `look` is bg, bw, bb or bx (good, partly failed, failed, not polled), b0 or b1."""

    look: str
    path: str


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One source: its state as class and word, what that means, its last 30 days and its finds of 12 weeks."""

    key: str
    kind: str
    url: str
    look: str  # good, warn, bad or off
    word: str
    sentence: str
    changed_at: datetime | None
    every: str
    due_at: datetime | None
    strip: tuple[Marks, ...]
    strip_words: str
    name: str = ""
    since: datetime | None = None
    advice: str = ""
    gaps: int = 0
    spark: tuple[Marks, ...] = ()
    spark_words: str = ""
    finds: int = 0
    paused: bool = False
    succeeded_at: datetime | None = None
    reason: str = ""
    failures: int = 0
    open_links: int = 0
    lost_links: int = 0

    @property
    def title(self) -> str:
        """What people call it."""
        return self.name or self.key


def condition(health: SourceHealth, desk: Desk) -> tuple[str, str, str]:
    """Look, word and sentence for the state of a source."""
    told = healths.told(health, desk.now)
    look, word = LOOKS.get(told.health, ("off", told.health))
    if told.health == "healthy" and health.entries == 0:
        return "warn", "empty", "It reads well, but shows nothing. The page may have a new shape."
    if told.health == "healthy" and _silent(health, desk.now):
        word = "quiet"
    return look, word, _sentence(health, told, desk)


def _silent(health: SourceHealth, now: datetime) -> bool:
    return health.changed_at is not None and now - health.changed_at > QUIET


def _sentence(health: SourceHealth, told: healths.Told, desk: Desk) -> str:
    read = desk.moments.short(health.succeeded_at)
    match told.health:
        case "paused":
            return _paused(health, desk)
        case "retired":
            return "No watchlist names it any more."
        case "failing" | "gone":
            tries = words.counted(health.failures, "try in a row", "tries in a row")
            since = f" since {desk.moments.short(told.since)}" if told.since else ""
            why = _capital(told.reason or "no reason given")
            return f"{why}{since}. Last read: {read}; {tries} failed."
        case "late":
            return f"Due since {desk.moments.short(health.due_at)}, not asked yet."
        case "blind":
            since = f" since {desk.moments.short(told.since)}" if told.since else ""
            return f"It reads well: {told.reason}{since}. The page may have a new shape."
        case "":
            return "It is due at once after the start."
    if _silent(health, desk.now):
        return f"Nothing new since {desk.moments.day(health.changed_at)}; that may be its habit."
    links = f", {words.counted(health.open_links, 'link')} still to read" if health.open_links else ""
    links += f", {words.number(health.lost_links)} given up" if health.lost_links else ""
    shown = words.counted(health.entries, "entry", "entries") + " shown" if health.entries else "Read"
    return shown + links


def _paused(health: SourceHealth, desk: Desk) -> str:
    pause = health.pause
    if pause is None:
        return f"Paused by us. {health.reason or ''}".strip()
    until = f"until {desk.moments.day(pause.until)}" if pause.until else "until somebody resumes it"
    return f"By {pause.actor} since {desk.moments.day(pause.since)}, {until}: “{pause.why}”"


def source_row(
    health: SourceHealth, days: list[SourceDay], desk: Desk, finds: dict[date, int] | None = None
) -> SourceRow:
    """The row of a source with its strip of days and its finds by week."""
    look, word, sentence = condition(health, desk)
    told = healths.told(health, desk.now)
    strip, strip_words = _strip({day.day: day for day in days}, desk.now.date())
    spark, spark_words, total = _spark(finds or {}, desk.now.date())
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
        name=health.name,
        since=told.since if look in ("bad", "warn") else None,
        advice=told.advice,
        gaps=sum(day.gap for day in days),
        spark=spark,
        spark_words=spark_words,
        finds=total,
        paused=health.state == "paused",
        succeeded_at=health.succeeded_at,
        reason=health.reason or "",
        failures=health.failures,
        open_links=health.open_links,
        lost_links=health.lost_links,
    )


def all_rows(desk: Desk, with_finds: bool = False) -> list[SourceRow]:
    """All sources, those in trouble first, then by name; with their finds where the page draws them."""
    since = desk.now.date() - timedelta(days=DAYS - 1)
    days = sorted(desk.queries.source_days(since), key=lambda day: day.source)
    by_source = {key: list(found) for key, found in groupby(days, key=lambda day: day.source)}
    finds = finds_of(desk) if with_finds else {}
    rows = [
        source_row(health, by_source.get(health.source, []), desk, finds.get(health.source))
        for health in desk.queries.sources()
    ]
    order = {"bad": 0, "warn": 1, "off": 2, "good": 3}
    return sorted(rows, key=lambda row: (order[row.look], row.key))


def finds_of(desk: Desk) -> dict[str, dict[date, int]]:
    """Alerts and reviews of each source by day, over the weeks of the spark."""
    counted: dict[str, dict[date, int]] = defaultdict(dict)
    for one in desk.queries.finds(desk.now - timedelta(weeks=WEEKS)):
        counted[one.source][one.day] = one.count
    return counted


def _strip(days: dict[date, SourceDay], today: date) -> tuple[tuple[Marks, ...], str]:
    """A bar a day; days without a poll are one hollow box as long as they follow each other."""
    looks = [_day_look(days.get(today - timedelta(days=DAYS - 1 - place))) for place in range(DAYS)]
    paths: dict[str, list[str]] = defaultdict(list)
    place = 0
    for look, run in groupby(looks):
        length = len(list(run))
        if look == "bx":
            paths[look].append(f"M{place * 4 + 0.5} 2.5h{length * 4 - 2}v11h-{length * 4 - 2}z")
        else:
            top = {"bb": 0, "bw": 2, "bg": 4}[look]
            paths[look] += [f"M{(place + n) * 4} {top}h3v{14 - top}h-3z" for n in range(length)]
        place += length
    return _marks(paths), f"last {DAYS} days: {looks.count('bb')} failed, {looks.count('bx')} not polled"


def _day_look(day: SourceDay | None) -> str:
    if day is None or day.polled == 0:
        return "bx"
    return "bb" if day.failed == day.polled else "bw" if day.failed else "bg"


def _spark(finds: dict[date, int], today: date) -> tuple[tuple[Marks, ...], str, int]:
    """A bar a week, the last one is the last seven days; a week without a find is a line."""
    weeks = [0] * WEEKS
    for day, count in finds.items():
        place = WEEKS - 1 - (today - day).days // 7
        if 0 <= place < WEEKS:
            weeks[place] += count
    most = max(weeks) or 1
    paths: dict[str, list[str]] = defaultdict(list)
    for place, count in enumerate(weeks):
        high = max(1.0, round(14 * count / most, 1))
        paths["b1" if count else "b0"].append(f"M{place * 7} {14 - high:g}h5v{high:g}h-5z")
    told = f"{words.counted(sum(weeks), 'find')} in {WEEKS} weeks" + (
        f", at most {max(weeks)} in one" if any(weeks) else ""
    )
    return _marks(paths), told, sum(weeks)


def _marks(paths: dict[str, list[str]]) -> tuple[Marks, ...]:
    return tuple(Marks(look, "".join(found)) for look, found in sorted(paths.items()))


def _capital(text: str) -> str:
    return (text[:1].upper() + text[1:]).rstrip(".。")
