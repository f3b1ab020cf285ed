"""tables: what is one row, what makes it unique, and which question does each index serve?

SQLModel classes, used through Core statements (`Table.__table__`): validation happens in the domain, before a row is made.
Times are UTC. JSON stands in text columns in canonical form, so that hashes over rows can be computed again.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Column, Date, Index, LargeBinary, MetaData, UniqueConstraint
from sqlmodel import Field, SQLModel

from .columns import hashed as _hash
from .columns import number as _number
from .columns import text as _text
from .columns import time as _time

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata: MetaData = SQLModel.metadata
COUNTED: Any = {"sqlite_autoincrement": True}  # no number is given twice


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


class HitRow(SQLModel, table=True):
    """The judgement on one version and topic under one ruleset. Never changes; the audit log commits to every column."""

    __tablename__: ClassVar[Any] = "hit"
    id: int | None = _number(key=True, counted=True)
    version: int = _number()
    item: int = _number()
    topic: str = _text()
    ruleset: str = _text()
    verdict: str = _text()
    novelty: str = _text()
    edition: int = _number(default="1")
    baseline: bool = Field(default=False)
    source: str = _text()
    url: str = _text()
    title: str = _text()
    kind: str = _text()
    part: str | None = _text(nullable=True)
    term: str = _text()
    form: str = _text()
    text: str = _text()
    start: int = _number()
    end: int = _number()
    passage: str = _text()
    passage_start: int = _number()
    matches: str = _text()
    facts: str = _text(default="[]")
    reasons: str = _text()
    score: float = Field(default=0.0)
    first_seen_at: datetime = _time()

    __table_args__ = (
        UniqueConstraint("version", "topic", "ruleset"),
        Index("ix_hit_topic", "topic", "verdict", "id"),  # the list of one programme
        Index("ix_hit_item", "item"),
        Index("ix_hit_seen", "first_seen_at", "verdict", "topic"),  # how many of a time, without their rows?
        COUNTED,
    )


class HitDayRow(SQLModel, table=True):
    """Hits of a day that is over, counted; `meta` has the number up to which they were."""

    __tablename__: ClassVar[Any] = "hit_day"
    day: date = Field(sa_column=Column(Date, primary_key=True))
    topic: str = _text(key=True)
    verdict: str = _text(key=True)
    hits: int = _number(default="0")


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


class DeliveryRow(SQLModel, table=True):
    """One hit owed to one recipient on one channel: the promise."""

    __tablename__: ClassVar[Any] = "delivery"
    id: int | None = _number(key=True, counted=True)
    hit: int = _number()
    item: int = _number()
    topic: str = _text()
    edition: int = _number()
    channel: str = _text()
    recipient: str = _text()
    form: str = _text()
    source: str = _text()
    state: str = _text(default="owed")
    reason: str | None = _text(nullable=True)
    due_at: datetime | None = _time(nullable=True)
    message: str | None = _text(nullable=True)
    created_at: datetime = _time()

    __table_args__ = (
        UniqueConstraint("item", "topic", "edition", "channel", "recipient"),
        Index("ix_delivery_due", "state", "due_at"),  # what is to be put into messages?
        Index("ix_delivery_message", "message"),
        Index("ix_delivery_hit", "hit"),
        COUNTED,
    )


class MessageRow(SQLModel, table=True):
    """One mail or post with its frozen bytes."""

    __tablename__: ClassVar[Any] = "message"
    id: str = _text(key=True)
    kind: str = _text()
    channel: str = _text()
    recipient: str = _text()
    source: str = _text(default="")
    subject: str = _text(default="")
    body: str = _text(default="")
    state: str = _text(default="open")  # open, delivered, dead
    due_at: datetime | None = _time(nullable=True)
    lease_until: datetime | None = _time(nullable=True)
    lease_worker: str | None = _text(nullable=True)
    lease_no: int = _number(default="0")
    attempts: int = _number(default="0")
    rejects: int = _number(default="0")
    content_type: str | None = _text(nullable=True)
    payload: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    created_at: datetime = _time()
    first_tried_at: datetime | None = _time(nullable=True)

    __table_args__ = (
        Index("ix_message_due", "state", "due_at"),  # which messages are due?
        Index("ix_message_made", "created_at"),  # which were made in the last hour?
    )


class AttemptRow(SQLModel, table=True):
    """One try to send a message; without an outcome it is `started`."""

    __tablename__: ClassVar[Any] = "attempt"
    message: str = _text(key=True)
    number: int = _number(key=True)
    worker: str = _text()
    started_at: datetime = _time()
    ended_at: datetime | None = _time(nullable=True)
    outcome: str | None = _text(nullable=True)
    detail: str = _text(default="")

    __table_args__ = (Index("ix_attempt_open", "outcome", "worker"),)  # which were found open?


class RulesetRow(SQLModel, table=True):
    """Compiled topics, for ever."""

    __tablename__: ClassVar[Any] = "ruleset"
    id: str = _text(key=True)
    canonical: str = _text()
    created_at: datetime = _time()


class WatchlistFileRow(SQLModel, table=True):
    """The bytes of each accepted file, for ever."""

    __tablename__: ClassVar[Any] = "watchlist_file"
    sha256: str = _text(key=True)
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    accepted_at: datetime = _time()


class WatchlistCurrentRow(SQLModel, table=True):
    """Which accepted bytes are in force under a file name."""

    __tablename__: ClassVar[Any] = "watchlist_current"
    name: str = _text(key=True)
    sha256: str = _text()
    since: datetime = _time()


class RulingRow(SQLModel, table=True):
    """What a person decided. Never changes; the latest counts."""

    __tablename__: ClassVar[Any] = "ruling"
    id: int | None = _number(key=True, counted=True)
    kind: str = _text()
    actor: str = _text()
    at: datetime = _time()
    why: str = _text(default="")
    hit: int | None = _number(nullable=True)
    pair_low: int | None = _number(nullable=True)
    pair_high: int | None = _number(nullable=True)
    topic: str | None = _text(nullable=True)
    source: str | None = _text(nullable=True)
    until: datetime | None = _time(nullable=True)

    __table_args__ = (Index("ix_ruling_hit", "hit"), Index("ix_ruling_pair", "pair_low", "pair_high"), COUNTED)


class RegroupedRow(SQLModel, table=True):
    """A version that a ruling moved: `item` is where it belongs now, `home` what its own row says."""

    __tablename__: ClassVar[Any] = "regrouped"
    version: int = _number(key=True)
    item: int = _number()
    home: int = _number()
    ruling: int = _number()

    __table_args__ = (Index("ix_regrouped_item", "item"), Index("ix_regrouped_home", "home"))


class JobRow(SQLModel, table=True):
    """A recurring duty with its due time and lease."""

    __tablename__: ClassVar[Any] = "job"
    id: str = _text(key=True)
    due_at: datetime = _time()
    done_at: datetime | None = _time(nullable=True)
    lease_until: datetime | None = _time(nullable=True)
    lease_worker: str | None = _text(nullable=True)


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


class MetaRow(SQLModel, table=True):
    """Single values of the whole store: the fingerprint key, the log's head."""

    __tablename__: ClassVar[Any] = "meta"
    name: str = _text(key=True)
    value: str = _text()
