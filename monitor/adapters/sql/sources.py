"""sources: how do the source rows become those of the watchlists?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, insert, select, update

from monitor.domain.audit import AuditNote
from monitor.domain.source import Source
from monitor.pipeline.fetch import place_of
from storage.tables import DocumentRow, SourceRow

from . import polls
from .rows import AnyRow
from .writer import Tx

DOCUMENT: Table = DocumentRow.__table__  # type: ignore[attr-defined]
SOURCE: Table = SourceRow.__table__  # type: ignore[attr-defined]
SPREAD_FROM = 20  # with fewer sources nobody minds that all are polled at once
LONGEST_SPREAD = timedelta(minutes=5)


def sync(tx: Tx, wanted: Sequence[Source], now: datetime, spread: bool) -> None:
    """New sources begin, changed ones keep their state, those no longer named are retired; renamed ones carry theirs."""
    rows: dict[str, AnyRow] = {row.key: row for row in tx.connection.execute(select(SOURCE))}
    _rename(tx, wanted, rows)
    polls.add_hosts(tx.connection, {place_of(source.kind, source.address) for source in wanted})
    fresh, changed = [], []
    for source in wanted:
        columns = _columns(source)
        row = rows.get(source.key)
        if row is None:
            fresh.append(
                columns | {"state": "active", "interval": source.every, "due_at": _first(source, now, wanted, spread)}
            )
        elif row.state == "retired" or any(getattr(row, name) != value for name, value in columns.items()):
            changed.append(source.key)
            _change(tx, row, columns, now)
    if fresh:
        tx.connection.execute(insert(SOURCE), fresh)
    named = {source.key for source in wanted}
    gone = sorted(key for key, row in rows.items() if row.state != "retired" and key not in named)
    if gone:
        tx.connection.execute(update(SOURCE).where(SOURCE.c.key.in_(gone)).values(state="retired"))
    if fresh or changed or gone:
        body = {"added": [row["key"] for row in fresh], "changed": changed, "retired": gone}
        tx.note(AuditNote("sources changed", "operator", now, body))


def _columns(source: Source) -> dict[str, Any]:
    return {
        "key": source.key,
        "kind": source.kind,
        "address": source.address,
        "host": place_of(source.kind, source.address),
        "name": source.name,
        "every": source.every,
        "every_max": source.every_max,
        "pace": source.pace,
        "at": source.at,
        "options": options_text(source),
    }


def options_text(source: Source) -> str:
    """A source's options as canonical JSON."""
    return json.dumps(dict(source.options), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _change(tx: Tx, row: AnyRow, columns: dict[str, Any], now: datetime) -> None:
    """A changed source is due at once; what vouched for the old address or options is forgotten."""
    longest = columns["every_max"] or columns["every"]
    state = "paused" if row.state == "paused" else "active"  # an edit does not undo what a person paused
    values = columns | {"state": state, "due_at": now, "interval": min(max(row.interval, columns["every"]), longest)}
    if (row.address, row.options, row.kind) != (columns["address"], columns["options"], columns["kind"]):
        values |= {"etag": None, "last_modified": None, "body_hash": None, "memory": "{}"}
    tx.connection.execute(update(SOURCE).where(SOURCE.c.key == row.key).values(**values))


def _rename(tx: Tx, wanted: Sequence[Source], rows: dict[str, AnyRow]) -> None:
    """`formerly: [old-key]` carries the state of a renamed source: nothing is told anew."""
    for source in wanted:
        old = next((key for key in source.formerly if key in rows), None)
        if old is None or source.key in rows:
            continue
        for table in (SOURCE, polls.LINK, polls.DAY):
            column = table.c.key if table is SOURCE else table.c.source
            tx.connection.execute(update(table).where(column == old).values({column.name: source.key}))
        tx.connection.execute(update(DOCUMENT).where(DOCUMENT.c.source == old).values(source=source.key))
        rows[source.key] = rows.pop(old)


def _first(source: Source, now: datetime, wanted: Sequence[Source], spread: bool) -> datetime:
    """Many new sources are not asked all at once: each begins at its own place in the interval."""
    if not spread or len(wanted) < SPREAD_FROM:
        return now
    span = min(timedelta(seconds=source.every), LONGEST_SPREAD)
    place = int.from_bytes(hashlib.sha256(source.key.encode()).digest()[:4], "big") / 2**32
    return now + span * place
