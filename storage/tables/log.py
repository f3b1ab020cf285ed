"""log: the chained log, its heads, kept copies, and single values?"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Column, Index, LargeBinary
from sqlmodel import Field, SQLModel

from ..columns import number as _number
from ..columns import text as _text
from ..columns import time as _time
from .base import COUNTED


class AuditRow(SQLModel, table=True):
    """An entry of the chained log. `hash` = SHA-256 of the canonical JSON of all other columns."""

    __tablename__: ClassVar[Any] = "audit"
    seq: int = _number(key=True)
    at: str = _text()
    actor: str = _text()
    kind: str = _text()
    body_commit: str = _text()
    prev: str = _text()
    hash: str = _text()

    __table_args__ = (  # the log by kind, by actor, by day
        Index("ix_audit_kind", "kind", "seq"),
        Index("ix_audit_actor", "actor", "seq"),
        Index("ix_audit_at", "at"),
    )


class AuditBodyRow(SQLModel, table=True):
    """Text and names that an entry commits to with SHA-256(salt ‖ body): erasable, the chain still holds."""

    __tablename__: ClassVar[Any] = "audit_body"
    seq: int = _number(key=True)
    salt: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    body: str = _text()


class AuditHeadRow(SQLModel, table=True):
    """A signed head of the log: the note names its size and hash, so every column is vouched for by its signature."""

    __tablename__: ClassVar[Any] = "audit_head"
    size: int = _number(key=True)
    note: str = _text()


class KeptCopyRow(SQLModel, table=True):
    """Where the bytes lie that a version with a hit was read from: one gzip member of a WARC file. Never changes."""

    __tablename__: ClassVar[Any] = "kept_copy"
    id: int | None = _number(key=True, counted=True)
    version: int = _number()
    url: str = _text()
    content_type: str = _text(default="")
    sha256: str = _text()  # of the body
    file: str = _text()  # its name inside the evidence folder
    offset: int = _number()
    length: int = _number()
    record: str = _text()  # SHA-256 of those bytes of the file
    fetched_at: datetime = _time()

    __table_args__ = (Index("ix_kept_copy_version", "version"), COUNTED)


class MetaRow(SQLModel, table=True):
    """Single values of the whole store: the fingerprint key, the log's head."""

    __tablename__: ClassVar[Any] = "meta"
    name: str = _text(key=True)
    value: str = _text()
