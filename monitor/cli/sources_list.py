"""sources_list: which sources are well, which are not, since when, and what is to be done?"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from ..domain.query import SourceDay
from ..domain.source import Health, Outcome, SourceHealth
from ..pipeline import health
from .output import as_json, line, short, table

if TYPE_CHECKING:
    from rich.console import Group, RenderableType

FIELDS = ("source", "state", "outcome", "polled_at", "entries", "reason", "since", "advice", "gaps")
MORE = ("kind", "address", "succeeded_at", "changed_at", "due_at", "failures", "open_links", "lost_links", "every")
LOOKS = {
    "healthy": ("●", "green"),
    "late": ("◐", "yellow"),
    "blind": ("◌", "yellow"),
    "failing": ("✗", "red"),
    "gone": ("✗", "red"),
    "new": ("·", "dim"),
    "paused": ("‖", "dim"),
}
HEADS = ("source", "state", "since", "read", "shows")
LEFT = 2  # columns that begin at the left; figures end at the right
MOST_LATE = 3  # late sources that are told one by one
GAP_DAYS = 7


@dataclass(frozen=True, slots=True)
class Row:
    """One source as it is shown."""

    source: SourceHealth
    state: str
    since: datetime | None
    reason: str
    advice: str
    gaps: int


def rows(sources: Iterable[SourceHealth], days: Iterable[SourceDay], now: datetime) -> list[Row]:
    """All sources with their health at this moment, those in trouble first."""
    gaps: Counter[str] = Counter()
    for day in days:
        gaps[day.source] += day.gap
    found = []
    for one in sources:
        told = health.told(one, now)
        found.append(Row(one, told.health or "new", told.since, told.reason, told.advice, gaps[one.source]))
    return sorted(found, key=lambda row: (health.order("" if row.state == "new" else row.state), row.source.source))


def since_day(now: datetime) -> date:
    """From which day on gaps are counted."""
    return (now - timedelta(days=GAP_DAYS)).date()


def show_json(found: Sequence[Row]) -> None:
    """One JSON object a source; `state` is its health."""
    for row in found:
        plain = as_json(row.source)
        plain |= {"state": row.state, "since": as_json(row.since), "advice": row.advice, "gaps": row.gaps}
        plain["reason"] = plain["reason"] or row.reason or None
        print(line(plain, FIELDS + MORE))


def show(found: Sequence[Row], now: datetime) -> None:
    """A list on a terminal, tab-separated when piped, with a sum in words below it."""
    if not sys.stdout.isatty():
        columns = (
            "source",
            "kind",
            "state",
            "since (UTC)",
            "outcome",
            "polled (UTC)",
            "shows",
            "links open",
            "reason",
            "advice",
        )
        plain = (
            (one.source.source, one.source.kind, one.state, one.since, one.source.outcome, one.source.polled_at,
             one.source.entries, one.source.open_links or "", one.reason, one.advice)
            for one in found
        )  # fmt: skip
        table("Sources", columns, plain, EMPTY)
        return
    from rich.console import Console

    console = Console()
    if not found:
        console.print(EMPTY)
        return
    console.print(drawn(found, now))
    console.print(summary(found))


EMPTY = "No sources yet: `monitor run` reads them from the watchlists."


def drawn(found: Sequence[Row], now: datetime) -> Group:
    """The list of the terminal: a line for each source, and below one in trouble why, and what to do, in a line each."""
    from rich.cells import cell_len
    from rich.console import Group
    from rich.text import Text

    lines = [HEADS, *(_cells(row, now) for row in found)]
    widths = [max(cell_len(line[place]) for line in lines) for place in range(len(HEADS))]
    made: list[RenderableType] = []
    for cells, row in zip(lines, (None, *found), strict=True):
        colour = "bold" if row is None else LOOKS.get(row.state, ("·", "dim"))[1]
        line = Text(no_wrap=True, overflow="ellipsis")
        for place, cell in enumerate(cells):
            gap = " " * (widths[place] - cell_len(cell))
            style = colour if row is None or place == 1 else "" if place == 0 else "dim"
            line.append(cell if place < LEFT else gap + cell, style)
            line.append(gap + "  " if place < LEFT else "  ")
        made.append(line)
        if row is not None and not (row.state == Health.LATE and alike(found)):
            made += _below(row)
    return Group(*made)


def alike(found: Sequence[Row]) -> bool:
    """Whether so many are late that it is told once, below: then it is the service that is not there, not a source."""
    return sum(row.state == Health.LATE for row in found) > MOST_LATE


def _cells(row: Row, now: datetime) -> tuple[str, ...]:
    mark = LOOKS.get(row.state, ("·", "dim"))[0]
    name = short(safe(row.source.source), 30)
    polled = ago(row.source.polled_at, now)
    return name, f"{mark} {row.state}", ago(row.since, now), polled, _shows(row.source)


def _below(row: Row) -> list[RenderableType]:
    from rich.padding import Padding
    from rich.text import Text

    lines = [Text(_why(row)), Text(f"→ {row.advice}" if row.advice else "", "cyan")]
    return [Padding(line, (0, 0, 0, 2)) for line in lines if line]


def summary(found: Sequence[Row]) -> str:
    """How many are in which state, and what was missed."""
    counts = Counter(row.state for row in found)
    parts = [
        f"{counts[state]} {state}"
        for state in ("failing", "gone", "blind", "late", "new", "paused", "healthy")
        if counts[state]
    ]
    gaps = sum(row.gaps for row in found)
    told = f"; {gaps} gap{'s' if gaps != 1 else ''} in {GAP_DAYS} days" if gaps else ""
    if alike(found):
        told += f"\n→ {counts[Health.LATE]} had their turn and nobody polled: {health.advice(Health.LATE, None)}"
    return f"\n{len(found)} source{'s' if len(found) != 1 else ''}: {', '.join(parts)}{told}"


def ago(moment: datetime | None, now: datetime) -> str:
    """How long ago, in one unit."""
    if moment is None:
        return "-"
    seconds = max(0.0, (now - moment).total_seconds())
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {unit}"
    return f"{int(seconds)} s"


def safe(text: str) -> str:
    """The text without what a terminal could take for a command."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _shows(one: SourceHealth) -> str:
    shown = "-" if one.entries is None else str(one.entries)
    return f"{shown} +{one.open_links}" if one.open_links else shown


def _why(row: Row) -> str:
    """The reason in a line or so. Of a failure it ends where its detail does: what follows is told as advice."""
    words = safe(row.reason)
    if row.source.outcome == Outcome.FAILED and row.advice:
        words = words.partition("; ")[0]
    told = (
        [short(words, 140) + (f" ({row.source.failures} in a row)" if row.source.failures > 1 else "")] if words else []
    )
    if row.gaps:
        told.append(f"{row.gaps} gap{'s' if row.gaps > 1 else ''} in {GAP_DAYS} days")
    if lost := row.source.lost_links:
        told.append(f"{lost} link{'s' if lost > 1 else ''} given up: the log has each with its reason")
    return "; ".join(told)
