"""sources_list: which sources are well, which are not, since when, and what is to be done?"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from ..domain.query import SourceDay
from ..domain.source import SourceHealth
from ..pipeline import health
from .output import as_json, line, short, table

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

FIELDS = ("source", "state", "outcome", "polled_at", "entries", "reason", "since", "advice", "gaps")
MORE = ("kind", "address", "succeeded_at", "changed_at", "due_at", "failures", "open_links", "every")
LOOKS = {
    "healthy": ("●", "green"),
    "late": ("◐", "yellow"),
    "blind": ("◌", "yellow"),
    "failing": ("✗", "red"),
    "gone": ("✗", "red"),
    "new": ("·", "dim"),
    "paused": ("‖", "dim"),
}
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
    """A table on a terminal, tab-separated when piped, with a sum in words below it."""
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


def drawn(found: Sequence[Row], now: datetime) -> Table:
    """The table of the terminal: state and since when, when it was read, what it shows, why and what to do."""
    from rich.table import Table
    from rich.text import Text

    made = Table(header_style="bold", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    made.add_column("source", max_width=26, overflow="fold")
    made.add_column("state", no_wrap=True)
    made.add_column("since", justify="right", no_wrap=True)
    made.add_column("read", justify="right", no_wrap=True)
    made.add_column("shows", justify="right", no_wrap=True)
    made.add_column("why, and what to do", overflow="fold", ratio=1)
    for row in found:
        mark, colour = LOOKS.get(row.state, ("·", "dim"))
        made.add_row(
            Text(safe(row.source.source)),
            Text(f"{mark} {row.state}", style=colour),
            Text(ago(row.since, now), style="" if row.state != "healthy" else "dim"),
            Text(ago(row.source.polled_at, now), style="dim"),
            Text(_shows(row.source)),
            _why(row),
        )
    return made


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


def _why(row: Row) -> Text:
    from rich.text import Text

    words = Text()
    if row.reason:
        tries = f" ({row.source.failures} in a row)" if row.source.failures > 1 else ""
        words.append(short(safe(row.reason), 160) + tries)
    if row.gaps:
        words.append(("; " if words else "") + f"{row.gaps} gap{'s' if row.gaps > 1 else ''} in {GAP_DAYS} days")
    if row.advice:
        words.append(("\n" if words else "") + f"→ {row.advice}", style="cyan")
    return words
