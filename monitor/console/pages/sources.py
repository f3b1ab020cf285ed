"""sources: what is not being read, since when, and why?"""

from __future__ import annotations

from dataclasses import dataclass

from .. import words
from .desk import Desk
from .health import SourceRow, all_rows


@dataclass(frozen=True, slots=True)
class SourcesPage:
    """All sources in three groups."""

    answer: str
    groups: tuple[tuple[str, tuple[SourceRow, ...]], ...]
    failing: int
    empty: int
    paused: int
    total: int


def sources(desk: Desk) -> SourcesPage:
    """Fills the page of sources."""
    rows = all_rows(desk)
    trouble = tuple(row for row in rows if row.look in {"bad", "warn"})
    resting = tuple(row for row in rows if row.look == "off")
    fine = tuple(row for row in rows if row.look == "good")
    groups = (("Need attention", trouble), ("Paused, retired or not read yet", resting), ("On time", fine))
    polled = len(rows) - len(resting)
    return SourcesPage(
        answer=_answer(len(fine), polled, len(rows)),
        groups=tuple((name, members) for name, members in groups if members),
        failing=sum(row.look == "bad" for row in rows),
        empty=sum(row.look == "warn" for row in rows),
        paused=len(resting),
        total=len(rows),
    )


def _answer(fine: int, polled: int, total: int) -> str:
    if total == 0:
        return "No source is watched yet"
    if polled == 0:
        return f"None of {words.counted(total, 'source')} has been read yet"
    return f"{words.number(fine)} of {words.counted(polled, 'source')} {'is' if polled == 1 else 'are'} read on time"
