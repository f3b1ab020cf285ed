"""lookup: which stored versions may be the same as this text?

One query over the plain key table: the 64 newest versions of each key, those with most keys in common first (dedupe notes, chapter 6).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection

from monitor.domain.document import Candidate, Prepared
from monitor.domain.ruling import RulingKind
from monitor.pipeline.record import clean

from . import hostlines, quick, rulings
from .rows import split_text, unpack

NEWEST_A_KEY = 64
SHORT, HALF = 2**48 - 1, 2**47
MOST_CANDIDATES = 12
STORY_WINDOW = timedelta(days=14)
LEAST_STORY_KEYS = 2


def candidate_ids(connection: Connection, source: str, prepared: Prepared, now: datetime) -> list[int]:
    """Version ids, the most promising first, at most twelve, and at most six more that may tell the same story.

    One statement, written for the driver: it runs for every text with a hit, twice, and building it anew took most of the time.
    """
    keys, story = prepared.keys, prepared.story_keys
    given = (source, clean(prepared.extracted.place))
    since = now - STORY_WINDOW
    values: tuple[Any, ...]
    if connection.dialect.name == "sqlite":
        statement, values = _sqlite(len(keys), len(story)), (*given, *short(keys), *short(story), _as_text(since))
    else:
        statement, values = POSTGRES, (*given, list(keys), list(story), since)
    found: dict[int, list[int]] = {OWN: [], SHARED: [], STORY: []}
    for sort, number, _ in quick.rows(connection, statement, values):
        found[sort].append(number)
    ranked = list(dict.fromkeys([*found[OWN], *found[SHARED]]))[:MOST_CANDIDATES]
    tellers = [number for number in found[STORY] if number not in ranked]
    return ranked + tellers[: MOST_CANDIDATES // 2]


OWN, SHARED, STORY = 0, 1, 2
#: The newest versions with a hit of the very same document (its address alone makes them candidates), those with most keys
#: in common, and the recent ones with most rare facts in common.
QUESTION = f"""
SELECT {OWN} AS sort, id, 0 AS n FROM (
  SELECT v.id FROM document d JOIN version v ON v.document = d.id
  WHERE d.source = {{p}} AND d.place = {{p}} AND v.item IS NOT NULL ORDER BY v.id DESC LIMIT 2) AS own
UNION ALL SELECT {SHARED}, version, n FROM (
  SELECT version, count(*) AS n FROM ({{keys}}) AS k GROUP BY version ORDER BY n DESC, version DESC LIMIT {MOST_CANDIDATES}) AS shared
UNION ALL SELECT {STORY}, t.version, t.n FROM (
  SELECT version, count(*) AS n FROM ({{story}}) AS s GROUP BY version HAVING count(*) >= {LEAST_STORY_KEYS}
  ORDER BY n DESC, version DESC LIMIT 50) AS t JOIN version w ON w.id = t.version WHERE w.first_seen_at >= {{p}}
ORDER BY 1, 3 DESC, 2 DESC
"""
ONE_KEY = f"SELECT version FROM {{table}} WHERE key = {{key}} ORDER BY version DESC LIMIT {NEWEST_A_KEY}"
ALL_KEYS = f"SELECT l.version FROM unnest(%s::bigint[]) AS u(one) CROSS JOIN LATERAL ({ONE_KEY}) AS l"
NO_KEYS = "SELECT 0 AS version WHERE 0"
POSTGRES = QUESTION.format(
    p="%s",
    keys=ALL_KEYS.format(table="dedup_key", key="u.one"),
    story=ALL_KEYS.format(table="story_key", key="u.one"),
)


@lru_cache(maxsize=1024)
def _sqlite(keys: int, story: int) -> str:
    """The statement for so many keys: a bounded look-up each."""
    return QUESTION.format(p="?", keys=_each("dedup_key", keys), story=_each("story_key", story))


def _each(table: str, count: int) -> str:
    one = f"SELECT version FROM ({ONE_KEY.format(table=table, key='?')})"
    return " UNION ALL ".join([one] * count) if count else NO_KEYS


def _as_text(moment: datetime) -> str:
    """A time as SQLite's columns hold it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def remember(connection: Connection, prepared: Prepared, version: int) -> None:
    """Stores the keys of a version, by which it is found again; those it has already stay."""
    for table, keys in (("dedup_key", prepared.keys), ("story_key", prepared.story_keys)):
        if not keys:
            continue
        if connection.dialect.name == "sqlite":
            rows = [(key, version) for key in short(keys)]
            quick.sent(connection, f"INSERT OR IGNORE INTO {table} (key, version) VALUES (?, ?)", rows, many=True)
        else:
            words = f"INSERT INTO {table} (key, version) SELECT unnest(%s::bigint[]), %s ON CONFLICT DO NOTHING"
            quick.sent(connection, words, (list(keys), version), many=False)


def short(keys: Iterable[int]) -> list[int]:
    """Keys as SQLite holds them: 48 bits of each, which take two bytes less and are hardly more often equal by chance."""
    return [(key & SHORT) - HALF for key in keys]


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
    site = hostlines.shared(connection, hostlines.hosts_of(prepared, (row.url for row in found.values())))
    return [
        _candidate(row, ruled, hostlines.lines_for(site, prepared.extracted.url, row.url))
        for row in (found[number] for number in order if number in found)
    ]


WITH_TEXTS = """
SELECT v.id, coalesce(r.item, v.item), v.document, v.url, v.published, v.first_seen_at, d.source, d.place, t.content, i.first_version
FROM version v JOIN document d ON d.id = v.document LEFT JOIN regrouped r ON r.version = v.id
JOIN item i ON i.id = coalesce(r.item, v.item) JOIN text t ON t.sha256 = v.text WHERE v.id {ids}
"""
POSTGRES_TEXTS = WITH_TEXTS.format(ids="= ANY(%s)")


class Found(NamedTuple):
    """A stored version with its text, as it is packed."""

    id: int
    item: int
    document: int
    url: str
    published: datetime | None
    first_seen_at: datetime
    source: str
    place: str
    content: bytes
    first_version: int | None


@lru_cache(maxsize=64)
def _sqlite_texts(count: int) -> str:
    return WITH_TEXTS.format(ids=f"IN ({','.join('?' * count)})")


def _rows(connection: Connection, ids: Sequence[int]) -> dict[int, Found]:
    if not ids:
        return {}
    if connection.dialect.name == "sqlite":
        rows = quick.rows(connection, _sqlite_texts(len(ids)), ids)
        return {row[0]: Found._make((*row[:4], _moment(row[4]), _moment(row[5]), *row[6:])) for row in rows}
    rows = quick.rows(connection, POSTGRES_TEXTS, [list(ids)])
    return {row[0]: Found._make((*row[:4], _in_utc(row[4]), _in_utc(row[5]), *row[6:])) for row in rows}


def _moment(text: str | None) -> datetime | None:
    """A time of SQLite's columns."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None


def _in_utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC) if moment else None


def _candidate(row: Found, pins: rulings.Pins, site: tuple[int, ...]) -> Candidate:
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
        site=site,
        ruled=ruled,
    )
