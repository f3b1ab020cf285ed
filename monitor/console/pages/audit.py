"""audit: what was done, by whom, and does the log still hold?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from ...domain.audit import Verification
from ...domain.query import AuditView
from ...ports import Queries
from .. import words
from .desk import SAFE_NUMBER, Desk, whole_number

PAGE = 100
SHOWN = 300  # characters of a body in the table


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry of the log."""

    seq: int
    at: str
    kind: str
    what: str
    actor: str
    hash: str


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Entries by day, newest first; `verified` only after somebody asked for it."""

    answer: str
    days: tuple[tuple[str, tuple[EntryRow, ...]], ...]
    older: str
    newer: str
    verified: Verification | None


def audit(desk: Desk, asked: Mapping[str, str], verify: bool = False) -> AuditPage:
    """Fills the page of the log; `until` in the address is the newest entry to show."""
    newest = last_entry(desk.queries)
    until = whole_number(asked.get("until"), newest, least=0, most=max(newest, 0))
    entries = [row(view) for view in desk.queries.audit(after=max(0, until - PAGE), limit=PAGE) if view.seq <= until]
    entries.reverse()
    verified = desk.queries.verify() if verify else None
    return AuditPage(
        answer=_answer(newest, verified),
        days=tuple((day, tuple(members)) for day, members in groupby(entries, key=lambda entry: entry.at[:10])),
        older=f"/audit?until={until - PAGE}" if until > PAGE else "",
        newer=f"/audit?until={min(newest, until + PAGE)}" if until < newest else "",
        verified=verified,
    )


def last_entry(queries: Queries) -> int:
    """The number of the last entry, found by halving: entries are numbered without gaps."""
    low, step = 0, 1
    while step < SAFE_NUMBER and next(iter(queries.audit(after=low + step - 1, limit=1)), None) is not None:
        step *= 2
    high = low + step  # there is no entry of this number or above
    while high - low > 1:
        middle = (low + high) // 2
        if next(iter(queries.audit(after=middle - 1, limit=1)), None) is None:
            high = middle
        else:
            low = middle
    return low


def row(view: AuditView) -> EntryRow:
    """An entry with its body in words."""
    purged = "the body was purged; what it was stays provable by its hash"
    what = purged if view.body is None else _in_words(view.body)
    return EntryRow(view.seq, view.at, view.kind, what, view.actor, f"{view.hash[:4]} {view.hash[4:8]}")


def _in_words(body: Mapping[str, object]) -> str:
    parts = [f"{name} {_value(value)}" for name, value in body.items() if value not in (None, "", [], {})]
    told = ", ".join(parts)
    return told if len(told) <= SHOWN else told[:SHOWN] + " …"


def _value(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _answer(newest: int, verified: Verification | None) -> str:
    if verified is None:
        return f"The log has {words.counted(newest, 'entry', 'entries')}"
    if verified.status == "ok":
        return f"Nothing was altered: {words.counted(verified.entries, 'entry', 'entries')} hold"
    if verified.broken_at is not None:
        return f"The log does not hold from entry {words.number(verified.broken_at)} on"
    return f"The log is {verified.status}: {words.counted(len(verified.findings), 'finding')}"
