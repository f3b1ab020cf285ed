"""audit: how is an entry chained to the one before it, and what does verifying the log find?

hash = SHA-256(canonical JSON of actor, at, body_commit, kind, prev, seq, v); body_commit = SHA-256(salt ‖ body). The chain holds
only commitments, so a body can be erased and the chain still verifies (reliability notes, chapter 2).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import rfc8785
from sqlalchemy import Connection, insert, select, text, update

from monitor.domain.audit import AuditEntry, AuditNote
from monitor.pipeline.record import clean
from storage.tables import AuditBodyRow, AuditRow, MetaRow

AUDIT = AuditRow.__table__  # type: ignore[attr-defined]
BODY = AuditBodyRow.__table__  # type: ignore[attr-defined]
META = MetaRow.__table__  # type: ignore[attr-defined]
GENESIS = "0" * 64
HEAD_NAME = "audit-head"
CHAIN_LOCK = 7_310_001  # PostgreSQL's advisory lock on the end of the chain


def stamp(moment: datetime) -> str:
    """The form of a time inside the log: UTC, microseconds, Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def entry_hash(seq: int, at: str, actor: str, kind: str, body_commit: str, prev: str) -> str:
    """The hash of an entry. Keys stand sorted and hold only text and small integers, so this is canonical JSON."""
    canonical = json.dumps(
        {"actor": actor, "at": at, "body_commit": body_commit, "kind": kind, "prev": prev, "seq": seq, "v": 1},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def commit_body(salt: bytes, body: str) -> str:
    """The commitment to a body."""
    return hashlib.sha256(salt + body.encode("utf-8", "surrogatepass")).hexdigest()


def canonical(value: object) -> str:
    """RFC 8785 text of a JSON value; times become text first."""
    return rfc8785.dumps(_plain(value)).decode("utf-8")


def row_commit(row: Mapping[str, Any]) -> str:
    """The commitment to every column of a row."""
    return hashlib.sha256(canonical(dict(row)).encode()).hexdigest()


def append(connection: Connection, notes: Sequence[AuditNote]) -> None:
    """Chains the notes to the end of the log. Comes last in its transaction."""
    if connection.dialect.name != "sqlite":
        connection.execute(text("SELECT pg_advisory_xact_lock(:k)"), {"k": CHAIN_LOCK})
    seq, prev = head(connection)
    first = seq == 0
    entries, bodies = [], []
    for note in notes:
        seq += 1
        salt, body = os.urandom(16), canonical(note.body)
        commit, at = commit_body(salt, body), stamp(note.at)
        actor = clean(note.actor)
        digest = entry_hash(seq, at, actor, note.kind, commit, prev)
        entries.append(
            {
                "seq": seq, "at": at, "actor": actor, "kind": note.kind,
                "body_commit": commit, "prev": prev, "hash": digest,
            }
        )  # fmt: skip
        bodies.append({"seq": seq, "salt": salt, "body": body})
        prev = digest
    connection.execute(insert(AUDIT), entries)
    connection.execute(insert(BODY), bodies)
    value = f"{seq} {prev}"
    if first:
        connection.execute(insert(META), {"name": HEAD_NAME, "value": value})
    else:
        connection.execute(update(META).where(META.c.name == HEAD_NAME).values(value=value))


def head(connection: Connection) -> tuple[int, str]:
    """(seq, hash) of the newest entry as the store remembers it; (0, zeros) for an empty log."""
    value = connection.execute(select(META.c.value).where(META.c.name == HEAD_NAME)).scalar()
    if value is None:
        return 0, GENESIS
    seq, digest = str(value).split(" ")
    return int(seq), digest


def entries(connection: Connection, after: int = 0) -> Iterator[AuditEntry]:
    """All entries in order, streamed."""
    rows = connection.execution_options(yield_per=2000).execute(
        select(AUDIT).where(AUDIT.c.seq > after).order_by(AUDIT.c.seq)
    )
    for row in rows:
        yield AuditEntry(row.seq, row.at, row.actor, row.kind, row.body_commit, row.prev, row.hash)


def _plain(value: object) -> Any:
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(inner) for inner in value]
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, bool) or value is None or isinstance(value, float):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else str(value)
    return str(value)
