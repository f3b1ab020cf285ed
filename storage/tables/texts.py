"""texts: documents, versions, texts, items, stories and the keys that find them again?"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Column, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from ..columns import hashed as _hash
from ..columns import number as _number
from ..columns import text as _text
from ..columns import time as _time
from .base import COUNTED


class DocumentRow(SQLModel, table=True):
    """One thing at one place inside one source."""

    __tablename__: ClassVar[Any] = "document"
    id: int | None = _number(key=True, counted=True)
    source: str = _text()
    place: str = _text()
    url: str = _text()
    link: int | None = _number(nullable=True)
    first_seen_at: datetime = _time()
    gone_at: datetime | None = _time(nullable=True)

    __table_args__ = (
        UniqueConstraint("source", "place"),
        Index("ix_document_link", "link"),  # what was read from a link?
        COUNTED,
    )


class VersionRow(SQLModel, table=True):
    """One text of a document, and how it stands to what was stored before."""

    __tablename__: ClassVar[Any] = "version"
    id: int | None = _number(key=True, counted=True)
    document: int = _number()
    text_hash: str = _text()
    text: str | None = _text(nullable=True)  # key of the text row
    fingerprint: int = Field(sa_column=Column(BigInteger, nullable=False))
    body_hash: str = _text()
    url: str = _text()
    title: str = _text()
    language: str | None = _text(nullable=True)
    format: str = _text(default="")
    kind: str = _text(default="other")
    part: str | None = _text(nullable=True)
    published: datetime | None = _time(nullable=True)
    first_seen_at: datetime = _time()
    item: int | None = _number(nullable=True)
    relation: str = _text(default="new")
    relation_to: int | None = _number(nullable=True)
    relation_score: float = Field(default=0.0)
    relation_reasons: str = _text(default="[]")
    changes: str = _text(default="[]")
    warnings: str = _text(default="[]")
    truncated: bool = Field(default=False)
    ruleset: str = _text()

    __table_args__ = (
        UniqueConstraint("document", "text_hash"),
        Index("ix_version_item", "item"),  # what belongs to one item?
        Index("ix_version_fingerprint", "fingerprint"),  # is this text here already?
        COUNTED,
    )


class TextRow(SQLModel, table=True):
    """The title, a line end and the body of a version, compressed; one row for equal texts."""

    __tablename__: ClassVar[Any] = "text"
    sha256: str = _text(key=True)
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    length: int = _number()  # code points
    stored_at: datetime = _time()
    with_hit: bool = Field(default=False)


class ItemRow(SQLModel, table=True):
    """Versions judged same or revision: what a person calls one notice."""

    __tablename__: ClassVar[Any] = "item"
    id: int | None = _number(key=True, counted=True)
    first_version: int | None = _number(nullable=True)
    last_version: int | None = _number(nullable=True)
    story: int | None = _number(nullable=True)
    edition: int = _number(default="1")
    created_at: datetime = _time()

    __table_args__ = (Index("ix_item_story", "story"), COUNTED)


class StoryRow(SQLModel, table=True):
    """Items that tell one event."""

    __tablename__: ClassVar[Any] = "story"
    id: int | None = _number(key=True, counted=True)
    first_item: int = _number()
    created_at: datetime = _time()

    __table_args__ = (COUNTED,)


class DedupKeyRow(SQLModel, table=True):
    """A candidate key of a version with a hit."""

    __tablename__: ClassVar[Any] = "dedup_key"
    key: int = _hash()
    version: int = _number(key=True)

    __table_args__ = {"sqlite_with_rowid": False}


class StoryKeyRow(SQLModel, table=True):
    """A rare fact of a version with a hit, kept for the 14 days in which a story is told."""

    __tablename__: ClassVar[Any] = "story_key"
    key: int = _hash()
    version: int = _number(key=True)

    __table_args__ = {"sqlite_with_rowid": False}


class HostLineRow(SQLModel, table=True):
    """A line at the edge of a document of a host, by its hash: on several documents it is the site's own.

    Rows are only added, one for each document, so that no two workers wait for each other.
    """

    __tablename__: ClassVar[Any] = "host_line"
    host: str = _text(key=True)
    line: int = _hash()
    document: int = _number(key=True)

    __table_args__ = {"sqlite_with_rowid": False}


class RegroupedRow(SQLModel, table=True):
    """A version that a ruling moved: `item` is where it belongs now, `home` what its own row says."""

    __tablename__: ClassVar[Any] = "regrouped"
    version: int = _number(key=True)
    item: int = _number()
    home: int = _number()
    ruling: int = _number()

    __table_args__ = (Index("ix_regrouped_item", "item"), Index("ix_regrouped_home", "home"))
