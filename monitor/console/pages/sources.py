"""sources: what is not being read, since when, and why?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from ...domain.query import SourceDay
from .. import words
from .desk import Desk, address, whole_number
from .health import DAYS, SourceRow, all_rows, finds_of, source_row

PAGE = 40  # rows: those in trouble stand on the first pages
GROUPS = ("Need attention", "Paused, retired or not read yet", "On time, those that find most first")
PATH = "/sources"


@dataclass(frozen=True, slots=True)
class SourcesPage:
    """A page of the sources in three groups: those in trouble, those that rest, those that are well."""

    answer: str
    groups: tuple[tuple[str, tuple[SourceRow, ...]], ...]
    failing: int
    empty: int
    paused: int
    total: int
    shown: int
    search: str
    newer: str
    older: str
    can_try: bool


@dataclass(frozen=True, slots=True)
class SourcePage:
    """One source, whole."""

    answer: str
    row: SourceRow
    days: tuple[SourceDay, ...]
    polls: int
    failed: int
    robots: str


def sources(desk: Desk, asked: Mapping[str, str] | None = None, can_try: bool = False) -> SourcesPage:
    """Fills the page of sources."""
    asked = asked or {}
    search = asked.get("q", "").strip()[:100]
    rows = all_rows(desk, with_finds=True)
    order = {"bad": 0, "warn": 0, "off": 1, "good": 2}
    fitting = sorted((row for row in rows if _fits(row, search)), key=lambda row: (order[row.look], *_rank(row)))
    number = whole_number(asked.get("page"), 1)
    first = (number - 1) * PAGE
    shown = fitting[first : first + PAGE]
    groups = tuple((name, tuple(row for row in shown if order[row.look] == place)) for place, name in enumerate(GROUPS))
    active = [row for row in rows if row.look != "off"]
    return SourcesPage(
        answer=_answer(sum(row.look == "good" for row in rows), len(active), len(rows)),
        groups=tuple((name, members) for name, members in groups if members),
        failing=sum(row.look == "bad" for row in rows),
        empty=sum(row.look == "warn" for row in rows),
        paused=len(rows) - len(active),
        total=len(rows),
        shown=len(shown),
        search=search,
        newer=address(PATH, {"q": search}, page=number - 1) if number > 1 else "",
        older=address(PATH, {"q": search}, page=number + 1) if len(fitting) > first + PAGE else "",
        can_try=can_try,
    )


def source(desk: Desk, key: str) -> SourcePage | None:
    """Fills the page of one source; None when there is none of that name."""
    health = next((one for one in desk.queries.sources() if one.source == key), None)
    if health is None:
        return None
    since = desk.now.date() - timedelta(days=DAYS - 1)
    days = [day for day in desk.queries.source_days(since) if day.source == key]
    row = source_row(health, days, desk, finds_of(desk).get(key))
    refused = row.reason if row.reason.startswith("robots") else ""
    return SourcePage(
        answer=f"{row.title} is {row.word}",
        row=row,
        days=tuple(sorted(days, key=lambda day: day.day, reverse=True)),
        polls=sum(day.polled for day in days),
        failed=sum(day.failed for day in days),
        robots=refused or ("nothing in robots.txt keeps us out" if health.succeeded_at else "not known yet"),
    )


def _rank(row: SourceRow) -> tuple[int, str]:
    """Failing before late; of those that are well, the ones that find most first."""
    return (-row.finds if row.look == "good" else int(row.look != "bad")), row.key


def _fits(row: SourceRow, search: str) -> bool:
    return not search or search.lower() in f"{row.key} {row.name} {row.url} {row.word} {row.kind}".lower()


def _answer(fine: int, polled: int, total: int) -> str:
    if total == 0:
        return "No source is watched yet"
    if polled == 0:
        return f"None of {words.counted(total, 'source')} has been read yet"
    return f"{words.number(fine)} of {words.counted(polled, 'source')} {'is' if polled == 1 else 'are'} read on time"
