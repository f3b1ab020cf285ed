"""collecting: sources, hosts, links: what is watched and what became of it?"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import Column, Date, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from ..columns import number as _number
from ..columns import text as _text
from ..columns import time as _time
from .base import COUNTED


class SourceRow(SQLModel, table=True):
    """A source and its state. `due_at` is the schedule; the lease says who works on it."""

    __tablename__: ClassVar[Any] = "source"
    key: str = _text(key=True)
    kind: str = _text()
    address: str = _text()
    host: str = _text()
    name: str = _text(default="")
    every: float = Field(default=900.0)
    every_max: float | None = Field(default=None)
    interval: float = Field(default=900.0)
    pace: float | None = Field(default=None)
    options: str = _text(default="{}")
    state: str = _text(default="active")
    due_at: datetime = _time()
    lease_until: datetime | None = _time(nullable=True)
    lease_worker: str | None = _text(nullable=True)
    lease_no: int = _number(default="0")
    etag: str | None = _text(nullable=True)
    last_modified: str | None = _text(nullable=True)
    body_hash: str | None = _text(nullable=True)
    outcome: str | None = _text(nullable=True)
    reason: str | None = _text(nullable=True)
    entries: int | None = _number(nullable=True)
    failures: int = _number(default="0")
    unchanged: int = _number(default="0")
    polled_at: datetime | None = _time(nullable=True)
    succeeded_at: datetime | None = _time(nullable=True)
    changed_at: datetime | None = _time(nullable=True)
    first_success_at: datetime | None = _time(nullable=True)
    moved_to: str | None = _text(nullable=True)
    at: str = _text(default="")  # fixed times of its polls, as `when` of a channel
    memory: str = _text(default="{}")  # JSON: further pages with their validators, where redirects lead
    health: str = _text(default="")  # healthy, failing, blind, gone; "" before the first poll
    health_since: datetime | None = _time(nullable=True)
    missing_since: datetime | None = _time(nullable=True)  # it answers 404 or 410 since then
    blind_at: datetime | None = _time(nullable=True)  # from then on silence is longer than its habit
    untrusted: int = _number(default="0")  # 1: its ETag and dates were caught lying
    paused: str = _text(default="")  # JSON while a person paused it: by whom, why, since and until when

    __table_args__ = (Index("ix_source_due", "state", "due_at"),)  # which sources are due?


class SightRow(SQLModel, table=True):
    """What a source showed last, as the next changed poll compares it; see pipeline/sight."""

    __tablename__: ClassVar[Any] = "sight"
    source: str = _text(key=True)
    body: str = _text()


class HostRow(SQLModel, table=True):
    """A host (name and port): when it may be asked next, and which worker asks it."""

    __tablename__: ClassVar[Any] = "host"
    name: str = _text(key=True)
    next_allowed_at: datetime | None = _time(nullable=True)
    reason: str | None = _text(nullable=True)
    lease_until: datetime | None = _time(nullable=True)
    lease_worker: str | None = _text(nullable=True)


class LinkRow(SQLModel, table=True):
    """An address that a source showed. `due_at` NULL means it has ended."""

    __tablename__: ClassVar[Any] = "link"
    id: int | None = _number(key=True, counted=True)
    source: str = _text()
    address: str = _text()
    url: str = _text()
    host: str = _text()
    title: str = _text(default="")
    attachment: bool = Field(default=False)
    baseline: bool = Field(default=False)
    parent: int | None = _number(nullable=True)
    state: str = _text(default="due")
    reason: str | None = _text(nullable=True)
    due_at: datetime | None = _time(nullable=True)
    lease_until: datetime | None = _time(nullable=True)
    lease_worker: str | None = _text(nullable=True)
    lease_no: int = _number(default="0")
    tries: int = _number(default="0")
    misses: int = _number(default="0")
    missed_on: date | None = Field(default=None, sa_column=Column(Date, nullable=True))
    visits: int = _number(default="0")
    etag: str | None = _text(nullable=True)
    last_modified: str | None = _text(nullable=True)
    body_hash: str | None = _text(nullable=True)
    found_at: datetime = _time()
    read_at: datetime | None = _time(nullable=True)
    shown_by: int | None = _number(nullable=True)  # the document that an attachment belongs to
    stamp: str = _text(default="")  # what its source says of it: a date, a size; another one means: read it again

    __table_args__ = (
        UniqueConstraint("source", "address"),
        Index("ix_link_due", "due_at"),  # which links are due?
        Index("ix_link_open", "source", "state"),  # has a source's first reading ended?
        Index("ix_link_shown_by", "shown_by"),  # the attachments of a notice
        COUNTED,
    )


class SourceDayRow(SQLModel, table=True):
    """What a source did on one day (UTC), counted."""

    __tablename__: ClassVar[Any] = "source_day"
    source: str = _text(key=True)
    day: date = Field(sa_column=Column(Date, primary_key=True))
    polled: int = _number(default="0")
    changed: int = _number(default="0")
    unchanged: int = _number(default="0")
    failed: int = _number(default="0")
    skipped: int = _number(default="0")
    gap: int = _number(default="0")
    skips: str = _text(default="{}")  # JSON: why polls were skipped, and how many


class JobRow(SQLModel, table=True):
    """A recurring duty with its due time and lease."""

    __tablename__: ClassVar[Any] = "job"
    id: str = _text(key=True)
    due_at: datetime = _time()
    done_at: datetime | None = _time(nullable=True)
    lease_until: datetime | None = _time(nullable=True)
    lease_worker: str | None = _text(nullable=True)


class ImportRow(SQLModel, table=True):
    """What became of one piece of an archive: so an import goes on where it stood, and says what was broken."""

    __tablename__: ClassVar[Any] = "import_entry"
    id: int | None = _number(key=True, counted=True)
    source: str = _text()
    place: str = _text()
    digest: str = _text()  # SHA-256 of its bytes
    outcome: str = _text()
    reason: str = _text(default="")
    versions: int = _number(default="0")
    hits: int = _number(default="0")
    published: datetime | None = _time(nullable=True)
    fetched_at: datetime | None = _time(nullable=True)
    imported_at: datetime = _time()
    run: str = _text()

    __table_args__ = (UniqueConstraint("source", "place", "digest"), COUNTED)
