"""desk reads: what do operators and auditors ask of the store?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Column, Connection, Table, func, select

from monitor.domain.desk import FileEdit, Finds, LogFilter, SignedHead
from monitor.domain.query import AuditView
from storage.engine import Database
from storage.tables import AuditBodyRow, AuditHeadRow, AuditRow, HitRow, WatchlistFileRow

from .rows import AnyRow

AUDIT: Table = AuditRow.__table__  # type: ignore[attr-defined]
BODY: Table = AuditBodyRow.__table__  # type: ignore[attr-defined]
HEAD: Table = AuditHeadRow.__table__  # type: ignore[attr-defined]
HIT: Table = HitRow.__table__  # type: ignore[attr-defined]
FILE: Table = WatchlistFileRow.__table__  # type: ignore[attr-defined]
EDITED, SAVED = "watchlist edited", "watchlist saved"
HEARD = ("alert", "review")
DAY = timedelta(days=1)


class DeskReads:
    """A part of SqlQueries: implements `ports.DeskQueries`."""

    database: Database

    def log(self, wanted: LogFilter, limit: int) -> list[AuditView]:
        """Entries that fit, newest first."""
        query = _entries().order_by(AUDIT.c.seq.desc()).limit(limit)
        if wanted.kind:
            query = query.where(AUDIT.c.kind == wanted.kind)
        if wanted.actor:
            query = query.where(AUDIT.c.actor == wanted.actor)
        if wanted.before is not None:
            query = query.where(AUDIT.c.seq < wanted.before)
        with self.database.read() as connection:
            if wanted.day is not None:
                first, last = _bounds(connection, wanted.day)
                query = query.where(AUDIT.c.seq.between(first, last))
            rows = connection.execute(query).all()
        return [_view(row) for row in rows]

    def log_words(self) -> tuple[list[str], list[str]]:
        """All kinds of entries and all actors, sorted; each is looked up in an index, not gathered from all entries."""
        with self.database.read() as connection:
            return list(_distinct(connection, AUDIT.c.kind)), list(_distinct(connection, AUDIT.c.actor))

    def file_edits(self, name: str, limit: int = 500) -> list[FileEdit]:
        """The versions of a watchlist file that came into force, the newest first."""
        query = _entries().where(AUDIT.c.kind.in_((EDITED, SAVED))).order_by(AUDIT.c.seq)
        saved: dict[str, tuple[str, str]] = {}
        found = []
        with self.database.read() as connection:
            for row in connection.execute(query):
                body = json.loads(row.body) if row.body is not None else {}
                if body.get("file") != name:
                    continue
                if row.kind == SAVED:
                    saved[body["sha256"]] = (row.actor, body.get("why") or "")
                else:
                    actor, why = saved.pop(body["sha256"], (row.actor, ""))
                    found.append(FileEdit(row.seq, row.at, actor, body["sha256"], body.get("before"), why))
        return found[::-1][:limit]

    def file_content(self, sha256: str) -> bytes | None:
        """The bytes of a watchlist file that was once in force, or None."""
        with self.database.read() as connection:
            content = connection.execute(select(FILE.c.content).where(FILE.c.sha256 == sha256)).scalar()
        return None if content is None else bytes(content)

    def heads(self, limit: int) -> tuple[int, list[SignedHead]]:
        """How many signed heads there are, and the newest of them."""
        with self.database.read() as connection:
            count = int(connection.execute(select(func.count()).select_from(HEAD)).scalar_one())
            rows = connection.execute(select(HEAD).order_by(HEAD.c.size.desc()).limit(limit)).all()
        return count, [SignedHead(row.size, _signed_at(row.note), row.note) for row in rows]

    def finds(self, since: datetime) -> list[Finds]:
        """Alerts and reviews since then by source and day (UTC)."""
        day = func.date(HIT.c.first_seen_at)
        query = (
            select(HIT.c.source, day.label("day"), func.count().label("n"))
            .where(HIT.c.verdict.in_(HEARD), HIT.c.first_seen_at >= since)
            .group_by(HIT.c.source, day)
            .order_by(HIT.c.source, day)
        )
        with self.database.read() as connection:
            return [Finds(row.source, _day(row.day), row.n) for row in connection.execute(query)]


def _entries() -> Any:
    return select(AUDIT, BODY.c.body).outerjoin(BODY, BODY.c.seq == AUDIT.c.seq)


def _view(row: AnyRow) -> AuditView:
    body = json.loads(row.body) if row.body is not None else None
    return AuditView(row.seq, row.at, row.actor, row.kind, row.hash, body)


def _bounds(connection: Connection, day: date) -> tuple[int, int]:
    """The first and last entry of a day. A clock that was set back may have put entries of another day between them."""
    within = (AUDIT.c.at >= day.isoformat(), AUDIT.c.at < (day + DAY).isoformat())
    query = select(func.min(AUDIT.c.seq), func.max(AUDIT.c.seq)).where(*within)
    first, last = connection.execute(query).one()
    return (first, last) if first is not None else (1, 0)


def _distinct(connection: Connection, column: Column[str]) -> Iterator[str]:
    found = connection.execute(select(func.min(column))).scalar()
    while found is not None:
        yield found
        found = connection.execute(select(func.min(column)).where(column > found)).scalar()


def _signed_at(note: str) -> str:
    """The time that a head says of itself."""
    return next((line[3:] for line in note.split("\n") if line.startswith("at ")), "")


def _day(value: object) -> date:
    """SQLite gives a day as text."""
    return value if isinstance(value, date) else date.fromisoformat(str(value))
