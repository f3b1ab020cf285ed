"""reconcile: which rows does the store have, in the form in which the log commits to them?"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, select

from monitor.domain.errors import StoreError
from storage.tables import (
    AttemptRow,
    AuditBodyRow,
    AuditRow,
    DeliveryRow,
    HitRow,
    KeptCopyRow,
    RegroupedRow,
    RulingRow,
    TextRow,
    VersionRow,
)

from ..audit_export.folder import Material
from ..audit_export.rules import Entry
from . import heads
from .audit import canonical, entry_hash, entry_text

AUDIT: Table = AuditRow.__table__  # type: ignore[attr-defined]
BODY: Table = AuditBodyRow.__table__  # type: ignore[attr-defined]
HIT: Table = HitRow.__table__  # type: ignore[attr-defined]
VERSION: Table = VersionRow.__table__  # type: ignore[attr-defined]
DELIVERY: Table = DeliveryRow.__table__  # type: ignore[attr-defined]
ATTEMPT: Table = AttemptRow.__table__  # type: ignore[attr-defined]
RULING: Table = RulingRow.__table__  # type: ignore[attr-defined]
REGROUPED: Table = RegroupedRow.__table__  # type: ignore[attr-defined]
TEXT: Table = TextRow.__table__  # type: ignore[attr-defined]
COPY: Table = KeptCopyRow.__table__  # type: ignore[attr-defined]

#: The columns of a delivery that never change, and are committed to.
DELIVERY_FIXED = ("id", "hit", "item", "topic", "edition", "channel", "recipient", "source", "form", "created_at")
PAGE = 5000
WORDS = ("hit", "version", "delivery", "copy", "attempt", "end", "ruling", "regrouped")  # the tables of `told`


def entries(connection: Connection) -> Iterator[Entry]:
    """All entries in order with their bodies, their hashes computed anew."""
    for seq, at, actor, kind, commit, prev, hashed, salt, body in _stored_entries(connection):
        digest = entry_hash(seq, at, actor, kind, commit, prev)
        written = body.encode("utf-8", "surrogatepass") if body is not None else None
        yield Entry(seq, at, kind, commit, prev, hashed, bytes(salt) if salt is not None else None, written, digest)


def _stored_entries(connection: Connection) -> Iterator[Any]:
    a, b = AUDIT.c, BODY.c
    query = (
        select(a.seq, a.at, a.actor, a.kind, a.body_commit, a.prev, a.hash, b.salt, b.body)
        .outerjoin(BODY, b.seq == a.seq)
        .order_by(a.seq)
    )
    for rows in connection.execution_options(yield_per=PAGE).execute(query).partitions(PAGE):
        yield from rows


def material(connection: Connection, at: str, texts: bool = False, copies: Iterable[Path] = ()) -> Material:
    """What an export is made of, read from one snapshot. Raises StoreError when no head was signed yet."""
    name = heads.origin(connection)
    if name is None:
        raise StoreError(
            "no head of the log was signed yet, and no key is here to sign one: run `monitor run --once` first"
        )
    rows = ((word, one) for word in WORDS for one in told(connection, word))
    return Material(
        name, at, _lines(connection), rows, heads.after(connection, 0),
        _texts(connection) if texts else (), copies,
    )  # fmt: skip


def _lines(connection: Connection) -> Iterator[tuple[str, str, bytes | None, str | None]]:
    for seq, at, actor, kind, commit, prev, hashed, salt, body in _stored_entries(connection):
        yield entry_text(seq, at, actor, kind, commit, prev), hashed, bytes(salt) if salt is not None else None, body


def _texts(connection: Connection) -> Iterator[tuple[str, bytes]]:
    for row in connection.execution_options(yield_per=200).execute(_texts_of_hits()):
        yield row.sha256, zlib.decompress(row.content)


def told(connection: Connection, name: str) -> Iterator[str]:
    """The canonical JSON of each row of a table, as entries commit to it; in the order of its numbers."""
    if name == "delivery":
        fixed = select(*(DELIVERY.c[column] for column in DELIVERY_FIXED)).order_by(DELIVERY.c.id)
        return map(_canonical, _streamed(connection, fixed))
    if name == "version":
        judged = select(VERSION).where(VERSION.c.item.is_not(None)).order_by(VERSION.c.id)
        return map(_canonical, _streamed(connection, judged))
    table = {"hit": HIT, "copy": COPY, "ruling": RULING}.get(name)
    if table is not None:
        return map(_canonical, _streamed(connection, select(table).order_by(table.c.id)))
    if name == "regrouped":
        return map(_canonical, _streamed(connection, select(REGROUPED).order_by(REGROUPED.c.version)))
    if name == "attempt":
        ended = select(ATTEMPT.c.message, ATTEMPT.c.number, ATTEMPT.c.outcome).where(ATTEMPT.c.outcome.is_not(None))
        return map(_canonical, _streamed(connection, ended.order_by(ATTEMPT.c.message, ATTEMPT.c.number)))
    ends = select(DELIVERY.c.id, DELIVERY.c.state, DELIVERY.c.message).order_by(DELIVERY.c.id)
    return map(_canonical, _streamed(connection, ends))


def committed(connection: Connection, name: str) -> Iterator[tuple[int, str]]:
    """(number, commitment) of each row of a table that the log commits to."""
    sha256 = hashlib.sha256
    for text in told(connection, name):
        yield json.loads(text)["id"], sha256(text.encode()).hexdigest()


def values(connection: Connection, name: str) -> Iterator[dict[str, Any]]:
    """The rows of a table as JSON values."""
    return (json.loads(text) for text in told(connection, name))


def altered_texts(connection: Connection) -> Iterator[str]:
    """The keys of stored texts of hits that are no longer what their versions (and so the log) commit to."""
    for row in connection.execution_options(yield_per=200).execute(_texts_of_hits()):
        try:
            fits = hashlib.sha256(zlib.decompress(row.content)).hexdigest() == row.sha256
        except zlib.error:
            fits = False
        if not fits:
            yield row.sha256


def _texts_of_hits() -> Any:
    of_hits = select(VERSION.c.text).where(VERSION.c.item.is_not(None))
    return select(TEXT.c.sha256, TEXT.c.content).where(TEXT.c.sha256.in_(of_hits))


def _canonical(row: RowMapping) -> str:
    return canonical(dict(row))


def _streamed(connection: Connection, query: Any) -> Iterator[RowMapping]:
    yield from connection.execution_options(yield_per=PAGE).execute(query).mappings()
