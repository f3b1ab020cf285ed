"""audit: what was done, by whom, and does the log still hold?"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from urllib.parse import quote

from ...domain.audit import Verification
from ...domain.desk import LogFilter, SignedHead
from ...domain.query import AuditView
from .. import words
from .desk import SAFE_NUMBER, Desk, address, whole_number

PAGE = 100
SHOWN = 300  # characters of a body in the table
HEADS = 5
PATH = "/audit"
FIRST = ("source", "file", "hit", "topic", "channel", "person", "why", "what", "kind", "reason", "outcome", "added")
MOST_LISTED = 6
_HASH = re.compile(r"[0-9a-f]{24,}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:")


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry of the log; `links` lead to what it is about."""

    seq: int
    at: str
    kind: str
    what: str
    actor: str
    hash: str
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Entries by day, newest first, under filters; `verified` only after somebody asked for it."""

    answer: str
    days: tuple[tuple[str, tuple[EntryRow, ...]], ...]
    older: str
    newer: str
    verified: Verification | None
    kinds: tuple[str, ...]
    actors: tuple[str, ...]
    kind: str
    actor: str
    day: str
    heads: tuple[SignedHead, ...]
    heads_total: int
    newest: int


@dataclass(frozen=True, slots=True)
class EntryPage:
    """One entry, whole."""

    row: EntryRow
    hash: str
    body: str


def audit(desk: Desk, asked: Mapping[str, str], verified: Verification | None = None) -> AuditPage:
    """Fills the page of the log; `until` in the address is the newest entry to show."""
    last = desk.queries.log(LogFilter(), 1)
    newest = last[0].seq if last else 0
    kinds, actors = desk.queries.log_words()
    until = whole_number(asked.get("until"), newest, least=0, most=SAFE_NUMBER)
    wanted = LogFilter(
        kind=asked.get("kind", "") if asked.get("kind") in kinds else "",
        actor=asked.get("actor", "") if asked.get("actor") in actors else "",
        day=_day(asked.get("day", "")),
        before=until + 1,
    )
    found = desk.queries.log(wanted, PAGE + 1)
    entries = [row(view) for view in found[:PAGE]]
    chosen = {"kind": wanted.kind, "actor": wanted.actor, "day": wanted.day.isoformat() if wanted.day else ""}
    total, heads = desk.queries.heads(HEADS)
    return AuditPage(
        answer=_answer(newest, verified),
        days=tuple((day, tuple(members)) for day, members in groupby(entries, key=lambda entry: entry.at[:10])),
        older=address(PATH, chosen, until=entries[-1].seq - 1) if len(found) > PAGE else "",
        newer=_newer(chosen, until, newest),
        verified=verified,
        kinds=tuple(kinds),
        actors=tuple(actors),
        **chosen,
        heads=tuple(heads),
        heads_total=total,
        newest=newest,
    )


def entry(desk: Desk, number: int) -> EntryPage | None:
    """One entry with its whole body, or None."""
    found = desk.queries.log(LogFilter(before=number + 1), 1)
    if not found or found[0].seq != number:
        return None
    view = found[0]
    body = "" if view.body is None else json.dumps(view.body, ensure_ascii=False, indent=2, default=str)
    return EntryPage(row(view), view.hash, body)


def _newer(chosen: Mapping[str, str], until: int, newest: int) -> str:
    if until >= newest:
        return ""
    return address(PATH, chosen) if any(chosen.values()) else address(PATH, {}, until=min(newest, until + PAGE))


def _day(text: str) -> date | None:
    try:
        return datetime.fromisoformat(text).date() if text else None
    except ValueError:
        return None


def row(view: AuditView) -> EntryRow:
    """An entry with its body in words."""
    purged = "the body was purged; what it was stays provable by its hash"
    what = purged if view.body is None else _in_words(view.body)
    made = EntryRow(view.seq, view.at, view.kind, what, view.actor, f"{view.hash[:4]} {view.hash[4:8]}")
    return replace(made, links=_links(view.body or {}))


def _links(body: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """Where what an entry is about can be looked at."""
    places = {"hit": ("/hits/", int), "source": ("/sources/", str), "file": ("/watchlists/", str)}
    found = []
    for name, (path, kind) in places.items():
        value = body.get(name)
        if isinstance(value, kind) and value:
            found.append((f"the {name}", path + quote(str(value), safe="")))
    return tuple(found)


def _in_words(body: Mapping[str, object]) -> str:
    """A body on a line or two: what it is about first, hashes cut short; the entry's own page has it whole."""
    order = sorted(body, key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST))
    parts = [f"{name} {_value(body[name])}" for name in order if body[name] not in (None, "", [], {})]
    told = ", ".join(parts)
    return told if len(told) <= SHOWN else told[:SHOWN] + " …"


def _value(value: object) -> str:
    if isinstance(value, str):
        if _HASH.fullmatch(value):
            return value[:8] + "…"
        return value[:16].replace("T", " ") if _TIME.match(value) else value
    if isinstance(value, list):
        shown = [_value(one) for one in value[:MOST_LISTED]]
        more = [f"and {len(value) - MOST_LISTED} more"] if len(value) > MOST_LISTED else []
        return " ".join(["·".join(shown), *more])
    if isinstance(value, Mapping):
        kept = {name: one for name, one in value.items() if name != "commit"} or value
        return " ".join(_value(one) for one in kept.values())
    return json.dumps(value, ensure_ascii=False, default=str)


def _answer(newest: int, verified: Verification | None) -> str:
    if verified is None:
        return f"The log has {words.counted(newest, 'entry', 'entries')}"
    if verified.status == "ok":
        return f"Nothing was altered: {words.counted(verified.entries, 'entry', 'entries')} hold"
    if verified.broken_at is not None:
        return f"The log does not hold from entry {words.number(verified.broken_at)} on"
    return f"The log is {verified.status}: {words.counted(len(verified.findings), 'finding')}"
