"""reconcile: which rows does the store have, in the form in which the log commits to them?"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Boolean, Connection, Select, Table, select

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
from storage.types import UTCDateTime

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
PAGE = 2000
_quoted = json.encoder.encode_basestring
WORDS = ("hit", "version", "delivery", "copy", "attempt", "end", "ruling", "regrouped")  # the tables of `told`


def entries(connection: Connection) -> Iterator[Entry]:
    """All entries in order with their bodies, their hashes computed anew."""
    for seq, at, actor, kind, commit, prev, hashed, salt, body in _stored_entries(connection):
        try:
            digest = entry_hash(seq, at, actor, kind, commit, prev)
        except TypeError:  # SQLite keeps whatever somebody puts into a column
            digest = "of no text"
        yield Entry(seq, str(at), kind, commit, prev, hashed, _bytes(salt), _bytes(body), digest)


def _bytes(value: Any) -> bytes | None:
    if value is None or isinstance(value, bytes):
        return value
    if isinstance(value, memoryview):
        return bytes(value)
    return str(value).encode("utf-8", "surrogatepass")


def _stored_entries(connection: Connection) -> Iterator[Any]:
    a, b = AUDIT.c, BODY.c
    query = select(a.seq, a.at, a.actor, a.kind, a.body_commit, a.prev, a.hash, b.salt, b.body)
    return _fetched(connection, query.outerjoin(BODY, b.seq == a.seq).order_by(a.seq))


def _fetched(connection: Connection, query: Select[Any]) -> Iterator[Any]:
    """The rows of a query, streamed; on SQLite as the file holds them, past SQLAlchemy: that takes a third of the time."""
    if connection.dialect.name != "sqlite":
        for rows in connection.execution_options(yield_per=PAGE).execute(query).partitions(PAGE):
            yield from rows
        return
    told = str(query.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True}))
    connection.execute(select(1))  # the transaction has begun: one snapshot for all
    cursor = connection.connection.cursor()
    try:
        cursor.execute(told)
        while found := cursor.fetchmany(PAGE):
            yield from found
    finally:
        cursor.close()


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
    return (text for _, text in told_where(connection, name))


def committed(connection: Connection, name: str) -> Iterator[tuple[int, str]]:
    """(number, commitment) of each row of a table that the log commits to."""
    sha256 = hashlib.sha256
    for number, text in told_where(connection, name):
        yield number, sha256(text.encode("utf-8", "replace")).hexdigest()


def values(connection: Connection, name: str) -> Iterator[dict[str, Any]]:
    """The rows of a table as JSON values."""
    return (json.loads(text) for text in told(connection, name))


def told_where(connection: Connection, name: str, *more: Any) -> Iterator[tuple[Any, str]]:
    """(number, canonical JSON) of each row. A million rows come by, so the JSON is put together column by column."""
    columns, where, order = _asked(name)
    where = [*where, *more]
    columns = sorted(columns, key=lambda column: column.name)
    raw = connection.dialect.name == "sqlite"
    writers = [(f'"{column.name}":', RAW.get(type(column.type)) if raw else None) for column in columns]
    place = [column.name for column in columns].index(order[0].name)
    by_type = WRITTEN
    for row in _fetched(connection, select(*columns).where(*where).order_by(*order)):
        cells = [
            key + (write(value) if write is not None and value is not None else by_type[type(value)](value))
            for (key, write), value in zip(writers, row, strict=True)
        ]
        yield row[place], f"{{{','.join(cells)}}}"


def _asked(name: str) -> tuple[list[Any], list[Any], list[Any]]:
    """The columns, conditions and order of what the log commits to in a table."""
    if name == "delivery":
        return [DELIVERY.c[column] for column in DELIVERY_FIXED], [], [DELIVERY.c.id]
    if name == "end":
        return [DELIVERY.c.id, DELIVERY.c.state, DELIVERY.c.message], [], [DELIVERY.c.id]
    if name == "version":
        return list(VERSION.c), [VERSION.c.item.is_not(None)], [VERSION.c.id]
    if name == "attempt":
        a = ATTEMPT.c
        return [a.message, a.number, a.outcome], [a.outcome.is_not(None)], [a.message, a.number]
    if name == "regrouped":
        return list(REGROUPED.c), [], [REGROUPED.c.version]
    table = {"hit": HIT, "copy": COPY, "ruling": RULING}[name]
    return list(table.c), [], [table.c.id]


def _number(value: int) -> str:
    return str(value) if -(2**53) < value < 2**53 else f'"{value}"'


def _raw_time(value: Any) -> str:
    """A time as SQLite keeps it; what somebody put there instead fits no commitment, and breaks nothing here."""
    text = str(value)
    return _quoted(f"{text[:10]}T{text[11:]}Z")


def _raw_bool(value: Any) -> str:
    return {0: "false", 1: "true"}.get(value) or _quoted(str(value))


def _time(value: datetime) -> str:
    return f'"{value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")}"'


#: How a value of each type that rows have is written in canonical JSON; the rest is written by `canonical`.
WRITTEN: defaultdict[type, Callable[[Any], str]] = defaultdict(
    lambda: canonical,
    {
        str: _quoted,
        int: _number,
        bool: lambda value: "true" if value else "false",
        type(None): lambda value: "null",
        datetime: _time,  # rows come in UTC
    },
)
#: On SQLite, where values come as the file holds them: times and truth values are told by their column.
RAW: dict[type, Callable[[Any], str]] = {UTCDateTime: _raw_time, Boolean: _raw_bool}


def altered_texts(connection: Connection) -> Iterator[str]:
    """The keys of stored texts of hits that are no longer what their versions (and so the log) commit to."""
    for row in connection.execution_options(yield_per=200).execute(_texts_of_hits()):
        try:
            fits = hashlib.sha256(zlib.decompress(row.content)).hexdigest() == row.sha256
        except zlib.error:
            fits = False
        if not fits:
            yield row.sha256


def missing_texts(connection: Connection) -> Iterator[tuple[int, str]]:
    """(version, key) of each judged version whose text is not there."""
    query = select(VERSION.c.id, VERSION.c.text).outerjoin(TEXT, TEXT.c.sha256 == VERSION.c.text)
    named = (VERSION.c.item.is_not(None), VERSION.c.text.is_not(None), TEXT.c.sha256.is_(None))
    for row in connection.execution_options(yield_per=PAGE).execute(query.where(*named).order_by(VERSION.c.id)):
        yield row.id, row.text


def _texts_of_hits() -> Any:
    of_hits = select(VERSION.c.text).where(VERSION.c.item.is_not(None))
    return select(TEXT.c.sha256, TEXT.c.content).where(TEXT.c.sha256.in_(of_hits))
