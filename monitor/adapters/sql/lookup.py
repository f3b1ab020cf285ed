"""lookup: which stored versions may be the same as this text?

One query over the plain key table: the 64 newest versions of each key, those with most keys in common first (dedupe notes, chapter 6).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Table, bindparam, select, union_all

from monitor.domain.document import Candidate, Prepared
from monitor.domain.ruling import RulingKind
from monitor.pipeline.record import clean
from storage.tables import DedupKeyRow, DocumentRow, ItemRow, TextRow, VersionRow

from . import items, rulings
from .rows import AnyRow, split_text, unpack

KEY: Table = DedupKeyRow.__table__  # type: ignore[attr-defined]
VERSION: Table = VersionRow.__table__  # type: ignore[attr-defined]
DOCUMENT: Table = DocumentRow.__table__  # type: ignore[attr-defined]
ITEM: Table = ItemRow.__table__  # type: ignore[attr-defined]
TEXT: Table = TextRow.__table__  # type: ignore[attr-defined]

NEWEST_A_KEY = 64
MOST_CANDIDATES = 12
STORY_WINDOW = timedelta(days=14)
LEAST_STORY_KEYS = 2


def candidate_ids(connection: Connection, source: str, prepared: Prepared, now: datetime) -> list[int]:
    """Version ids, the most promising first, at most twelve, and at most six more that may tell the same story."""
    shared = _shared(connection, prepared.keys)
    own = _own_versions(connection, source, clean(prepared.extracted.place))
    ranked = list(dict.fromkeys([*own, *(version for version, _ in shared.most_common())]))[:MOST_CANDIDATES]
    story = _shared(connection, prepared.story_keys)
    tellers = [version for version, count in story.most_common(50) if count >= LEAST_STORY_KEYS]
    recent = _recent(connection, [version for version in tellers if version not in ranked], now)
    return ranked + recent[: MOST_CANDIDATES // 2]


def _shared(connection: Connection, keys: Sequence[int]) -> Counter[int]:
    counted: Counter[int] = Counter()
    if keys:
        counted.update(connection.execute(_query(len(keys)), {f"k{i}": key for i, key in enumerate(keys)}).scalars())
    return Counter(dict(sorted(counted.items(), key=lambda pair: (-pair[1], -pair[0]))))


_QUERIES: dict[int, CompoundSelect[Any]] = {}


def _query(count: int) -> CompoundSelect[Any]:
    """The union of one bounded look-up a key; built once for each number of keys."""
    if count not in _QUERIES:
        parts = [
            select(KEY.c.version)
            .where(KEY.c.key == bindparam(f"k{i}"))
            .order_by(KEY.c.version.desc())
            .limit(NEWEST_A_KEY)
            .subquery()
            for i in range(count)
        ]
        _QUERIES[count] = union_all(*(select(part.c.version) for part in parts))
    return _QUERIES[count]


def _own_versions(connection: Connection, source: str, place: str) -> list[int]:
    """The newest versions with a hit of the very same document: its address alone makes them candidates."""
    query = (
        select(VERSION.c.id)
        .join(DOCUMENT, DOCUMENT.c.id == VERSION.c.document)
        .where(DOCUMENT.c.source == source, DOCUMENT.c.place == place, VERSION.c.item.is_not(None))
        .order_by(VERSION.c.id.desc())
        .limit(2)
    )
    return [int(number) for number in connection.execute(query).scalars()]


def _recent(connection: Connection, ids: Sequence[int], now: datetime) -> list[int]:
    if not ids:
        return []
    query = select(VERSION.c.id).where(VERSION.c.id.in_(ids), VERSION.c.first_seen_at >= now - STORY_WINDOW)
    kept = set(connection.execute(query).scalars())
    return [number for number in ids if number in kept]


def candidates(connection: Connection, source: str, prepared: Prepared, now: datetime) -> list[Candidate]:
    """The candidates with their texts, and the first text of each one's item: no merging along chains.

    What a person ruled of this text and a candidate is told with it; a version that it was ruled to be the same as comes first.
    """
    ruled = rulings.pins(connection, source, prepared)
    ids = candidate_ids(connection, source, prepared, now)
    if ruled.same is not None:
        ids = [ruled.same, *(number for number in ids if number != ruled.same)]
    if not ids:
        return []
    found = _rows(connection, ids)
    firsts = [row.first_version for row in found.values() if row.first_version and row.first_version not in found]
    found |= _rows(connection, list(dict.fromkeys(firsts))[:MOST_CANDIDATES])
    order = [*ids, *(number for number in found if number not in ids)]
    return [_candidate(found[number], ruled) for number in order if number in found]


def _rows(connection: Connection, ids: Sequence[int]) -> dict[int, AnyRow]:
    if not ids:
        return {}
    query = (
        select(
            VERSION.c.id, items.NOW.label("item"), VERSION.c.document, VERSION.c.url, VERSION.c.title, VERSION.c.published,
            VERSION.c.first_seen_at, DOCUMENT.c.source, DOCUMENT.c.place, TEXT.c.content, ITEM.c.first_version,
        )
        .join(DOCUMENT, DOCUMENT.c.id == VERSION.c.document)
        .outerjoin(items.REGROUPED, items.REGROUPED.c.version == VERSION.c.id)
        .join(ITEM, ITEM.c.id == items.NOW)
        .join(TEXT, TEXT.c.sha256 == VERSION.c.text)
        .where(VERSION.c.id.in_(ids))
    )  # fmt: skip
    return {row.id: row for row in connection.execute(query)}


def _candidate(row: AnyRow, pins: rulings.Pins) -> Candidate:
    title, body = split_text(unpack(row.content))
    ruled = RulingKind.THE_SAME if row.id == pins.same else None
    if row.item in pins.apart:
        ruled = RulingKind.NOT_THE_SAME
    return Candidate(
        version=row.id,
        item=row.item,
        document=row.document,
        source=row.source,
        url=row.url,
        title=title,
        text=body,
        published=row.published,
        first_seen_at=row.first_seen_at,
        first_of_item=row.id == row.first_version,
        place=row.place,
        ruled=ruled,
    )
