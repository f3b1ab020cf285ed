"""kept: which kept copies does the store name?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select

from monitor.domain.evidence import KeptCopy
from monitor.pipeline.record import clean
from storage.tables import KeptCopyRow

from .audit import row_commit
from .quick import Quick
from .rows import AnyRow

COPY: Table = KeptCopyRow.__table__  # type: ignore[attr-defined]
NEW = Quick(lambda _: insert(COPY).returning(COPY.c.id))


def store(connection: Connection, version: int, copy: KeptCopy) -> dict[str, Any]:
    """Names the copy that a version was read from; returns what its audit entry says of it."""
    row = {
        "version": version,
        "url": clean(copy.url),
        "content_type": clean(copy.content_type),
        "sha256": copy.sha256,
        "file": copy.file,
        "offset": copy.offset,
        "length": copy.length,
        "record": copy.record,
        "fetched_at": copy.fetched_at,
    }
    number = NEW.value(connection, row)
    return {"copy": number, "commit": row_commit({"id": number, **row})}


def of_version(connection: Connection, version: int) -> list[KeptCopy]:
    """The copies of a version, the newest first."""
    rows = connection.execute(select(COPY).where(COPY.c.version == version).order_by(COPY.c.id.desc()))
    return [_copy(row) for row in rows]


def all_of_them(connection: Connection) -> Iterator[KeptCopy]:
    """Every copy once, as it lies on the disk: by file and offset."""
    last = None
    query = select(COPY).order_by(COPY.c.file, COPY.c.offset, COPY.c.id)
    for row in connection.execution_options(yield_per=2000).execute(query):
        if (row.file, row.offset) != last:
            yield _copy(row)
        last = (row.file, row.offset)


def ends(connection: Connection) -> dict[str, int]:
    """Where in each file the last record ends that the store names."""
    query = select(COPY.c.file, func.max(COPY.c.offset + COPY.c.length)).group_by(COPY.c.file)
    return {file: int(end) for file, end in connection.execute(query)}


def _copy(row: AnyRow) -> KeptCopy:
    return KeptCopy(
        row.url, row.content_type, row.sha256, row.file, row.offset, row.length, row.record, row.fetched_at, row.id,
        row.version,
    )  # fmt: skip
