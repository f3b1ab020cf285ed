"""search: which hits does a filter let through, newest first, without reading those that it does not?

`hit_search` holds the words and labels of each hit (`pipeline.search` says which): FTS5 on SQLite, an array under a GIN index on
PostgreSQL. Times become bounds of numbers, rulings a small set of hits; what is approximate is asked of the facts themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table, delete, func, select, text, update

from monitor.domain.query import HitFilter
from monitor.domain.ruling import RULES_A_HIT, RulingKind
from monitor.pipeline import search
from monitor.pipeline.facts.search import asks_for_facts, facts_fit
from storage.tables import HitRow, MetaRow, RulingRow, TextRow, VersionRow

from .quick import Quick
from .rows import loads_list, split_text, unpack
from .writer import Tx

HIT: Table = HitRow.__table__  # type: ignore[attr-defined]
META: Table = MetaRow.__table__  # type: ignore[attr-defined]
RULING: Table = RulingRow.__table__  # type: ignore[attr-defined]
TEXT: Table = TextRow.__table__  # type: ignore[attr-defined]
VERSION: Table = VersionRow.__table__  # type: ignore[attr-defined]

LEFT = "search-left"  # hits up to this number are not in the index yet
AT_ONCE = 200  # of them that one upkeep adds
CHUNK = 200  # hits whose facts are asked at once
NEIGHBOURS = 1_000
NEW = Quick(
    lambda dialect: text(
        f"INSERT INTO hit_search ({'rowid' if dialect == 'sqlite' else 'hit'}, words) VALUES (:hit, :words)"
    )
)
UNJUDGED = "unjudged"
_LATER = "SELECT 1 FROM ruling later WHERE later.hit = ruling.hit AND later.id > ruling.id AND later.kind IN ({kinds})"
_KINDS = ", ".join(f"'{kind.value}'" for kind in RULES_A_HIT)
_LATEST = f"ruling.kind IN ({_KINDS}) AND NOT EXISTS ({_LATER.format(kinds=_KINDS)})"


def enter(connection: Connection, number: int, row: Mapping[str, Any], body: str) -> None:
    """Adds a new hit, in its own transaction."""
    found = _words(row["title"], body) | search.words(row["passage"])
    _put(connection, number, found | _labels(row))


def forget(connection: Connection, numbers: Sequence[int], entirely: bool) -> None:
    """Takes away the words of these hits' texts, before the texts go.

    Those of title, passage and facts stay, unless `entirely`; then the hit is found by what it is alone.
    """
    left = _left(connection)
    for low in range(0, len(numbers), CHUNK):
        for number, row, body in _stored(connection, [one for one in numbers[low : low + CHUNK] if one > left]):
            _take(connection, number, _words(row["title"], body) | search.words(row["passage"]) | _labels(row))
            stays = (
                _labels({**row, "facts": "[]"})
                if entirely
                else _labels(row) | search.words(row["title"], row["passage"])
            )
            _put(connection, number, stays)


def forget_texts(connection: Connection, sha256s: Sequence[str]) -> None:
    """The same for all hits on these stored texts."""
    query = select(HIT.c.id).join(VERSION, VERSION.c.id == HIT.c.version).where(VERSION.c.text.in_(sha256s))
    forget(connection, list(connection.execute(query).scalars()), entirely=False)


def go_on(tx: Tx) -> None:
    """Adds some hits that stood in the store before the index did, the newest first."""
    left = _left(tx.connection)
    if not left:
        return
    query = select(HIT.c.id).where(HIT.c.id <= left).order_by(HIT.c.id.desc()).limit(AT_ONCE)
    numbers = list(tx.connection.execute(query).scalars())
    for number, row, body in _stored(tx.connection, numbers):
        enter(tx.connection, number, row, body)
    if len(numbers) < AT_ONCE:
        tx.connection.execute(delete(META).where(META.c.name == LEFT))
    else:
        tx.connection.execute(update(META).where(META.c.name == LEFT).values(value=str(numbers[-1] - 1)))


def ids(
    connection: Connection, wanted: HitFilter, limit: int, offset: int = 0, last: int | None = None
) -> Sequence[int]:
    """The numbers of the hits that fit, newest first; `last`: only those before it."""
    asked = search.question(wanted)
    if not asked.approximate:
        return _ids(connection, wanted, asked, limit, offset, last)
    found: list[int] = []
    while len(found) < offset + limit:
        some = _ids(connection, wanted, asked, CHUNK, 0, last)
        found += _fitting(connection, wanted, some)
        if len(some) < CHUNK:
            break
        last = some[-1]
    return found[offset : offset + limit]


def count(connection: Connection, wanted: HitFilter, most: int | None = None) -> int:
    """How many fit, counted up to `most`."""
    asked = search.question(wanted)
    if asked.approximate:
        return len(ids(connection, wanted, most if most is not None else 10_000_000))
    query, values = _query(connection, wanted, asked, None)
    if query is None:
        return 0
    bound = f" LIMIT {int(most)}" if most is not None else ""
    statement = text(f"SELECT count(*) FROM ({query}{bound}) AS found")
    return int(connection.execute(statement, values).scalar_one())


@dataclass(frozen=True, slots=True)
class Standing:
    """The ruling that counts on a hit, empty without one, and whether the hit was ever restored: what was told stays told."""

    kind: str = ""
    actor: str = ""
    at: datetime | None = None
    why: str = ""
    restored: bool = False


UNRULED = Standing()


def rulings_on(connection: Connection, numbers: Sequence[int]) -> dict[int, Standing]:
    """How each of these hits that were ever ruled on stands; a withdrawn ruling counts as none."""
    wanted = RULING.c.hit.in_(numbers) & RULING.c.kind.in_([kind.value for kind in RULES_A_HIT])
    found: dict[int, Standing] = {}
    for row in connection.execute(select(RULING).where(wanted).order_by(RULING.c.id)):
        restored = row.kind == RulingKind.RESTORED.value or found.get(row.hit, UNRULED).restored
        if row.kind == RulingKind.WITHDRAWN.value:
            found[row.hit] = Standing(restored=restored)
        else:
            found[row.hit] = Standing(row.kind, row.actor, row.at, row.why, restored)
    return found


def _ids(
    connection: Connection, wanted: HitFilter, asked: search.Question, limit: int, offset: int, last: int | None
) -> Sequence[int]:
    query, values = _query(connection, wanted, asked, last)
    if query is None:
        return ()
    statement = text(f"{query} ORDER BY 1 DESC LIMIT :most OFFSET :skip")
    return list(connection.execute(statement, {**values, "most": limit, "skip": offset}).scalars())


def _key(connection: Connection, asked: search.Question) -> str:
    """The column that numbers the hits."""
    return "hit.id" if asked.empty else "hit_search.rowid" if _is_sqlite(connection) else "hit_search.hit"


def _query(
    connection: Connection, wanted: HitFilter, asked: search.Question, last: int | None
) -> tuple[str | None, dict[str, Any]]:
    """A statement that gives the numbers in no order, with its values; None where nothing can fit."""
    if asked.hopeless:
        return None, {}
    if UNJUDGED not in wanted.states and wanted.states and _asks_columns_only(wanted):
        asked = search.Question()  # rulings are few: their hits are read themselves
        where, values = _columns(wanted)
    else:
        where, values = ([], {}) if asked.empty else _match(connection, asked)
    key = _key(connection, asked)
    bounds = _bounds(connection, wanted)
    if bounds is None:
        return None, {}
    low, high = bounds
    if last is not None:
        high = last - 1 if high is None else min(high, last - 1)
    for sign, bound, name in ((">=", low, "low"), ("<=", high, "high")):
        if bound is not None:
            where.append(f"{key} {sign} :{name}")
            values[name] = bound
    where += _ruled(wanted, key)
    table = "hit" if asked.empty else "hit_search"
    return f"SELECT {key} FROM {table} WHERE {' AND '.join(where) or '1 = 1'}", values


def _match(connection: Connection, asked: search.Question) -> tuple[list[str], dict[str, Any]]:
    """The question in the tongue of the database."""
    if _is_sqlite(connection):
        groups = [*((word,) for word in asked.words), *asked.labels]
        every = " AND ".join(f"({' OR '.join(_quoted(word) for word in group)})" for group in groups)
        return ["hit_search MATCH :match"], {"match": every}
    where, values = [], {}
    must = [*asked.words, *(group[0] for group in asked.labels if len(group) == 1)]
    if must:
        where.append("hit_search.words @> CAST(:must AS TEXT[])")
        values["must"] = must
    for place, group in enumerate(group for group in asked.labels if len(group) > 1):
        where.append(f"hit_search.words && CAST(:any{place} AS TEXT[])")
        values[f"any{place}"] = list(group)
    return where, values


def _asks_columns_only(wanted: HitFilter) -> bool:
    """Whether neither words nor facts are asked for."""
    return wanted.text is None and wanted.place is None and not asks_for_facts(wanted)


def _columns(wanted: HitFilter) -> tuple[list[str], dict[str, Any]]:
    """The filters on columns of the hits themselves."""
    asked = {
        "topic": wanted.topics, "verdict": wanted.verdicts, "kind": wanted.kinds, "part": wanted.parts,
        "novelty": wanted.novelties, "source": wanted.sources,
    }  # fmt: skip
    where: list[str] = []
    values: dict[str, Any] = {}
    for name, chosen in asked.items():
        if chosen:
            marks = [f"{name}{place}" for place in range(len(chosen))]
            where.append(f"hit.{name} IN ({', '.join(f':{mark}' for mark in marks)})")
            values |= dict(zip(marks, chosen, strict=True))
    return where, values


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def _bounds(connection: Connection, wanted: HitFilter) -> tuple[int | None, int | None] | None:
    """The least and the greatest number of hits of the asked time, None for open ends; None when there are none at all.

    Numbers grow with the time, but for what was stored at once: so some neighbours of an end are looked at.
    """
    low = high = None
    if wanted.since is not None:
        at = HIT.c.first_seen_at
        first = select(HIT.c.id).where(at >= wanted.since).order_by(at).limit(NEIGHBOURS).subquery()
        low = connection.execute(select(func.min(first.c.id))).scalar()
        if low is None:
            return None
    if wanted.until is not None:
        at = HIT.c.first_seen_at
        last = select(HIT.c.id).where(at < wanted.until).order_by(at.desc()).limit(NEIGHBOURS).subquery()
        high = connection.execute(select(func.max(last.c.id))).scalar()
        if high is None:
            return None
    return low, high


def _ruled(wanted: HitFilter, key: str) -> list[str]:
    """Conditions on the ruling that counts; several states widen."""
    if not wanted.states:
        return []
    kinds = ", ".join(f"'{kind.value}'" for kind in RULES_A_HIT if kind.value in wanted.states) or "''"
    chosen = f"SELECT ruling.hit FROM ruling WHERE {_LATEST} AND ruling.kind IN ({kinds})"
    fits = f"{key} IN ({chosen})"
    if UNJUDGED in wanted.states:
        other = ", ".join(
            f"'{kind.value}'"
            for kind in RULES_A_HIT
            if kind is not RulingKind.WITHDRAWN and kind.value not in wanted.states
        )
        rest = f"SELECT ruling.hit FROM ruling WHERE {_LATEST} AND ruling.kind IN ({other or chr(39) * 2})"
        return [f"{key} NOT IN ({rest})"]
    return [fits]


def _fitting(connection: Connection, wanted: HitFilter, numbers: Sequence[int]) -> list[int]:
    """Those of the hits whose facts hold what is asked."""
    rows = connection.execute(select(HIT.c.id, HIT.c.facts, HIT.c.first_seen_at).where(HIT.c.id.in_(numbers)))
    fit = {row.id for row in rows if facts_fit(loads_list(row.facts), wanted, row.first_seen_at.date())}
    return [number for number in numbers if number in fit]


def _stored(connection: Connection, numbers: Sequence[int]) -> Iterator[tuple[int, Mapping[str, Any], str]]:
    """(number, row, body of the stored text) of these hits."""
    query = (
        select(HIT, TEXT.c.content)
        .join(VERSION, VERSION.c.id == HIT.c.version)
        .outerjoin(TEXT, TEXT.c.sha256 == VERSION.c.text)
        .where(HIT.c.id.in_(numbers))
    )
    for row in connection.execute(query).mappings().all():
        content = row["content"]
        yield int(row["id"]), row, split_text(unpack(content))[1] if content is not None else ""  # type: ignore[misc]


@lru_cache(maxsize=4)
def _words(title: str, body: str) -> frozenset[str]:
    """A text may have hits of several topics, one after the other."""
    return frozenset(search.words(title, body))


def _labels(row: Mapping[str, Any]) -> set[str]:
    return search.labels(row, loads_list(row["facts"]), row["first_seen_at"].date())


def _put(connection: Connection, number: int, found: set[str] | frozenset[str]) -> None:
    ordered = sorted(found)
    NEW.run(connection, {"hit": number, "words": " ".join(ordered) if _is_sqlite(connection) else ordered})


def _take(connection: Connection, number: int, found: set[str] | frozenset[str]) -> None:
    if _is_sqlite(connection):
        statement = "INSERT INTO hit_search (hit_search, rowid, words) VALUES ('delete', ?, ?)"
        connection.exec_driver_sql(statement, (number, " ".join(sorted(found))))
    else:
        connection.execute(text("DELETE FROM hit_search WHERE hit = :hit"), {"hit": number})


def _left(connection: Connection) -> int:
    return int(connection.execute(select(META.c.value).where(META.c.name == LEFT)).scalar() or 0)


def _is_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"
