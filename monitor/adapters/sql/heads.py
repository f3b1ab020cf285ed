"""heads: up to where is the log signed?

A head is a C2SP checkpoint: origin, number of entries, hash of the last one (base64), then `at` its time and `after` the size of
the head before it. One is made in the transaction that brings the log past a multiple of 256 entries, and by a duty every five
minutes when there is something new. The key is introduced by an entry of the log before its first head.
"""

from __future__ import annotations

import base64
import os
from datetime import datetime

from sqlalchemy import Connection, Table, func, insert, select

from monitor.domain.audit import AuditNote
from storage.tables import AuditHeadRow, AuditRow, MetaRow

from ..audit_export.notes import parse_head
from ..signing import Signer, written

AUDIT: Table = AuditRow.__table__  # type: ignore[attr-defined]
HEAD: Table = AuditHeadRow.__table__  # type: ignore[attr-defined]
META: Table = MetaRow.__table__  # type: ignore[attr-defined]
EVERY = 256  # entries
LOG_ID = "log-id"
KEYS = "audit-keys"  # those that entries introduced, as C2SP writes them


def origin(connection: Connection) -> str | None:
    """The name of this log, as its heads say it; None before its first head."""
    value = connection.execute(select(META.c.value).where(META.c.name == LOG_ID)).scalar()
    return f"mention-monitor/{value}" if value is not None else None


def introduction(connection: Connection, signer: Signer, now: datetime) -> AuditNote | None:
    """The entry that introduces the key, if the log does not know it yet. The end of the chain is locked."""
    name = origin(connection)
    if name is None:
        fresh = os.urandom(8).hex()
        connection.execute(insert(META), {"name": LOG_ID, "value": fresh})
        name = f"mention-monitor/{fresh}"
    key = written(signer.key(name))
    known = connection.execute(select(META.c.value).where(META.c.name == KEYS)).scalar()
    if known is None:
        connection.execute(insert(META), {"name": KEYS, "value": key})
    elif key in known.split(" "):
        return None
    else:
        connection.execute(META.update().where(META.c.name == KEYS).values(value=f"{known} {key}"))
    before = known.split(" ")[-1] if known else None
    return AuditNote("audit key introduced", "monitor", now, {"key": key, "before": before})


def sign(connection: Connection, signer: Signer, size: int, digest: str, at: str) -> str:
    """Signs and stores the head of that many entries. The end of the chain is locked, and the key introduced."""
    name = origin(connection)
    if name is None:
        raise ValueError("the key was not introduced")
    before = newest_size(connection)
    root = base64.b64encode(bytes.fromhex(digest)).decode()
    note = signer.sign(name, f"{name}\n{size}\n{root}\nat {at}\nafter {before}\n")
    connection.execute(insert(HEAD), {"size": size, "note": note})
    return note


def newest_size(connection: Connection) -> int:
    """How many entries the newest head vouches for."""
    newest = select(HEAD.c.size).order_by(HEAD.c.size.desc()).limit(1)
    return int(connection.execute(newest).scalar() or 0)


def newest(connection: Connection) -> str | None:
    """The newest signed head, None before there is one."""
    note = connection.execute(select(HEAD.c.note).order_by(HEAD.c.size.desc()).limit(1)).scalar()
    return str(note) if note is not None else None


def after(connection: Connection, size: int) -> list[str]:
    """The heads of more than that many entries, oldest first."""
    rows = connection.execute(select(HEAD.c.note).where(HEAD.c.size > size).order_by(HEAD.c.size))
    return [str(note) for note in rows.scalars()]


def disagrees(connection: Connection, note: str) -> str | None:
    """In words, that the log is not what a signed head says; None when it is, or when an entry tells why. Raises NoteError."""
    head = parse_head(note)
    name = origin(connection)
    if name is not None and head.origin != name:
        return f"the head is of another log ({head.origin}, this one is {name})"
    digest = connection.execute(select(AUDIT.c.hash).where(AUDIT.c.seq == head.size)).scalar()
    if digest == head.root:
        return None
    told = select(AUDIT.c.seq).where(AUDIT.c.kind == "restored", AUDIT.c.at >= head.at).limit(1)
    if connection.execute(told).first() is not None:  # a restore after that head was signed is told of in the log
        return None
    count = connection.execute(select(func.max(AUDIT.c.seq))).scalar() or 0
    if digest is None:
        return f"an older state was put back: {head.size} entries were signed at {head.at}, {count} are there"
    return f"entry {head.size} is not the one that was signed at {head.at}: the log was put back and went on, or was rewritten"
