"""quiet: how are thousands of polls that brought nothing stored for next to nothing?

Two statements for all of them, given to the driver as they are: SQLAlchemy took nine tenths of the time. What was told of
the last body (its warnings) still holds, so it stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from monitor.domain.intent import SourceUpdate

SETTLE = """
UPDATE source SET due_at = ?, "interval" = ?, outcome = 'unchanged', failures = 0, unchanged = ?,
    polled_at = ?, succeeded_at = ?, etag = COALESCE(?, etag), last_modified = COALESCE(?, last_modified),
    lease_until = NULL, lease_worker = NULL
WHERE "key" = ? AND lease_no = ? AND lease_worker = ?
"""
COUNT = """
INSERT INTO source_day (source, day, polled, unchanged) VALUES (?, ?, 1, 1)
ON CONFLICT (source, day) DO UPDATE SET polled = source_day.polled + 1, unchanged = source_day.unchanged + 1
"""


def settle_many(connection: Connection, updates: Sequence[SourceUpdate]) -> bool:
    """Stores many unchanged polls in two statements; False (and nothing stored) when one lost its lease."""
    plain = connection.dialect.name == "sqlite"
    savepoint = connection.begin_nested()
    rows = [_settled(one, plain) for one in sorted(updates, key=lambda one: one.key)]
    result = connection.exec_driver_sql(_for(SETTLE, plain), rows)
    if result.rowcount != len(rows):
        savepoint.rollback()
        return False
    days: list[tuple[Any, ...]] = sorted((one.key, _day(one.polled_at, plain)) for one in updates)
    connection.exec_driver_sql(_for(COUNT, plain), days)
    savepoint.commit()
    return True


def _settled(one: SourceUpdate, plain: bool) -> tuple[Any, ...]:
    at, lease, vouches = _time(one.polled_at, plain), one.lease, one.validators
    etag, modified = (vouches.etag, vouches.last_modified) if vouches else (None, None)
    due = _time(one.due_at, plain)
    return due, one.interval, one.unchanged, at, at, etag, modified, one.key, lease.number, lease.worker


def _time(moment: datetime, plain: bool) -> Any:
    """The moment as storage.types keeps it: on SQLite as text in UTC without a zone."""
    if not plain:
        return moment
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def _day(moment: datetime, plain: bool) -> Any:
    day = moment.date()
    return day.isoformat() if plain else day


def _for(statement: str, plain: bool) -> str:
    return statement if plain else statement.replace("?", "%s")
