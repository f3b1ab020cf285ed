"""texts: which texts are stored, and what was last judged of each? For preview, replay and rematch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Table, func, select

from monitor.domain.archive import StoredText
from storage.engine import Database
from storage.tables import DocumentRow, HitRow, RulesetRow, TextRow, VersionRow

from .rows import AnyRow

VERSION: Table = VersionRow.__table__  # type: ignore[attr-defined]
DOCUMENT: Table = DocumentRow.__table__  # type: ignore[attr-defined]
TEXT: Table = TextRow.__table__  # type: ignore[attr-defined]
HIT: Table = HitRow.__table__  # type: ignore[attr-defined]
RULESET: Table = RulesetRow.__table__  # type: ignore[attr-defined]

PAGE = 1_000  # versions a query
MOST_TEXTS, MOST_BYTES = 200, 400_000  # of compressed text in one batch
FURNITURE = '"page furniture"'  # among the reasons: it stood outside the text that is stored
COLUMNS = (
    VERSION.c.id, VERSION.c.url, VERSION.c.first_seen_at, VERSION.c.published, VERSION.c.kind, VERSION.c.item,
    VERSION.c.language, VERSION.c.format, DOCUMENT.c.source, DOCUMENT.c.place, TEXT.c.content,
)  # fmt: skip


class SqlArchive:
    """Implements `ports.Archive`; each page is read in a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def count(self, since: datetime | None) -> tuple[int, int]:
        """(versions whose text is there, versions whose text is gone) since then."""
        there: Any = select(func.count(VERSION.c.id), func.count(TEXT.c.sha256)).select_from(VERSION)
        query = _since(there.outerjoin(TEXT, TEXT.c.sha256 == VERSION.c.text), since)
        with self.database.read() as connection:
            versions, texts = connection.execute(query).one()
        return int(texts), int(versions - texts)

    def texts(self, since: datetime | None) -> Iterator[Sequence[StoredText]]:
        """All stored texts since then, newest first, in batches that are small to send."""
        query = _since(_texts(), since).order_by(VERSION.c.id.desc()).limit(PAGE)
        last: int | None = None
        while True:
            with self.database.read() as connection:
                rows = connection.execute(query if last is None else query.where(VERSION.c.id < last)).all()
            yield from _batches(rows)
            if len(rows) < PAGE:
                return
            last = rows[-1].id

    def text(self, version: int) -> StoredText | None:
        """The stored text of one version."""
        with self.database.read() as connection:
            row = connection.execute(_texts().where(VERSION.c.id == version)).first()
        return _stored(row) if row else None

    def verdicts(self, versions: Sequence[int]) -> dict[tuple[int, str], tuple[int, str, bool]]:
        """(version, topic) → (hit, verdict, whether only page furniture) of the latest judgement on each."""
        found: dict[tuple[int, str], tuple[int, str, bool]] = {}
        with self.database.read() as connection:
            for low in range(0, len(versions), 500):
                rows = connection.execute(
                    select(HIT.c.id, HIT.c.version, HIT.c.topic, HIT.c.verdict, HIT.c.reasons)
                    .where(HIT.c.version.in_(versions[low : low + 500]))
                    .order_by(HIT.c.id)
                )
                for row in rows:
                    found[row.version, row.topic] = (row.id, row.verdict, FURNITURE in row.reasons)
        return found

    def ruleset(self, prefix: str) -> tuple[str, str] | None:
        """(id, canonical JSON) of the ruleset whose id begins so, the newest first; None when there is none."""
        query = select(RULESET).where(RULESET.c.id.startswith(prefix, autoescape=True))
        with self.database.read() as connection:
            row = connection.execute(query.order_by(RULESET.c.created_at.desc())).first()
        return (row.id, row.canonical) if row else None

    def rulesets(self) -> list[tuple[str, datetime]]:
        """(id, when it came into force first) of all rulesets, newest first."""
        with self.database.read() as connection:
            rows = connection.execute(select(RULESET.c.id, RULESET.c.created_at).order_by(RULESET.c.created_at.desc()))
            return [(row.id, row.created_at) for row in rows]


def _texts() -> Select[Any]:
    return (
        select(*COLUMNS).join(DOCUMENT, DOCUMENT.c.id == VERSION.c.document).join(TEXT, TEXT.c.sha256 == VERSION.c.text)
    )


def _since(query: Select[Any], since: datetime | None) -> Select[Any]:
    return query if since is None else query.where(VERSION.c.first_seen_at >= since)


def _batches(rows: Sequence[AnyRow]) -> Iterator[list[StoredText]]:
    batch: list[StoredText] = []
    size = 0
    for row in rows:
        if batch and (len(batch) == MOST_TEXTS or size + len(row.content) > MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(_stored(row))
        size += len(row.content)
    if batch:
        yield batch


def _stored(row: AnyRow) -> StoredText:
    found = row.item is not None
    return StoredText(
        row.id, row.source, row.place, row.url, bytes(row.content), row.first_seen_at, row.published,
        row.kind if found else None, row.language, row.format, row.format == "html" and not found,
    )  # fmt: skip
