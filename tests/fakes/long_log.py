"""A long log with the rows it commits to, written straight into a database.

fill(database, 1000, signer, one_in=4)     # every fourth entry commits to a version, a hit, a delivery and a text
fill(database, 50, signer, first=1001)     # and goes on
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import insert

from monitor.adapters.signing import Signer
from monitor.adapters.sql import audit as log
from monitor.adapters.sql.reconcile import ATTEMPT, COPY, DELIVERY, DELIVERY_FIXED, HIT, TEXT, VERSION
from monitor.domain.audit import AuditNote
from storage.engine import Database

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TABLES = {"version": VERSION, "hit": HIT, "delivery": DELIVERY, "text": TEXT, "copy": COPY, "attempt": ATTEMPT}
Row = dict[str, Any]


def _rows(number: int) -> dict[str, Row]:
    text = f"notice {number}\n关于申报启明计划的通知 {number}".encode()
    key, url, at = hashlib.sha256(text).hexdigest(), f"https://city.example.org/{number}", NOW
    version: Row = {
        "id": number, "document": number, "text_hash": "a" * 64, "text": key, "fingerprint": number,
        "body_hash": "c" * 64, "url": url, "title": f"notice {number}", "language": "zh", "format": "html",
        "kind": "other", "part": None, "published": None, "first_seen_at": at, "item": number, "relation": "distinct",
        "relation_to": None, "relation_score": 0.5, "relation_reasons": "[]", "changes": "[]", "warnings": "[]",
        "truncated": False, "ruleset": "d" * 64,
    }  # fmt: skip
    hit: Row = {
        "id": number, "version": number, "item": number, "topic": "qiming", "ruleset": "d" * 64, "verdict": "alert",
        "novelty": "new", "edition": 1, "baseline": False, "source": "city", "url": url, "title": version["title"],
        "kind": "other", "part": None, "term": "启明计划", "form": "exact", "text": "启明计划", "start": 10, "end": 14,
        "passage": "关于申报启明计划的通知" * 5, "passage_start": 6, "matches": '[{"term":"启明计划"}]', "facts": "[]",
        "reasons": '["stands as written"]', "score": 0.9, "first_seen_at": at,
    }  # fmt: skip
    delivery: Row = {
        "id": number, "hit": number, "item": number, "topic": "qiming", "edition": 1, "channel": "me",
        "recipient": "me@example.org", "form": "new", "source": "city", "state": "owed", "created_at": at,
    }  # fmt: skip
    copy: Row = {
        "id": number, "version": number, "url": url, "content_type": "text/html", "sha256": "e" * 64,
        "file": "monitor-2026-03-02.warc.gz", "offset": number, "length": 1, "record": "f" * 64, "fetched_at": at,
    }  # fmt: skip
    stored: Row = {"sha256": key, "content": zlib.compress(text), "length": 20, "stored_at": at, "with_hit": True}
    return {"version": version, "hit": hit, "delivery": delivery, "copy": copy, "text": stored}


def _polled(number: int, made: dict[str, Row], at: datetime) -> AuditNote:
    fixed = {name: made["delivery"][name] for name in DELIVERY_FIXED}
    body = {"source": "city", "ruleset": "d" * 64}
    told = {
        many: [{one: number, "commit": log.row_commit(fixed if one == "delivery" else made[one])}]
        for many, one in (("versions", "version"), ("hits", "hit"), ("deliveries", "delivery"), ("copies", "copy"))
    }
    return AuditNote("polled", "monitor", at, {**body, **told})


def _notes(entries: int, first: int, one_in: int, rows: dict[str, list[Row]]) -> Iterator[AuditNote]:
    for number in range(first, first + entries):
        at = NOW + timedelta(seconds=number)
        if not number % one_in:
            made = _rows(number)
            for name, row in made.items():
                rows[name].append(row)
            yield _polled(number, made, at)
        elif number % one_in == 1:
            sent = {"message": f"m{number}", "number": 1, "outcome": "delivered"}
            rows["attempt"].append({**sent, "worker": "w", "started_at": at, "ended_at": at})
            yield AuditNote("attempted", "monitor", at, {**sent, "deliveries": 1})
        else:
            yield AuditNote("polled", "monitor", at, {"source": "city", "ruleset": "d" * 64, "links": number % 7})


def fill(
    database: Database, entries: int, signer: Signer | None = None, one_in: int = 10, first: int = 1, batch: int = 500
) -> None:
    """Writes entries and their rows; with a signer a head past each multiple of 256."""
    rows: dict[str, list[Row]] = {name: [] for name in TABLES}
    notes = _notes(entries, first, one_in, rows)
    while some := list(islice(notes, batch)):
        with database.write() as connection:
            for name, table in TABLES.items():
                if rows[name]:
                    connection.execute(insert(table), rows[name])
                rows[name].clear()
            log.append(connection, some, signer)
