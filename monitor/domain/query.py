"""query: what can be asked of the store, and what comes back?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class HitFilter:
    """Which hits: every given field must hold; empty means all."""

    topics: tuple[str, ...] = ()
    verdicts: tuple[str, ...] = ()
    novelties: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    text: str | None = None  # all its words, Chinese ones in twos, stand in the title, the passage or the stored text
    parts: tuple[str, ...] = ()
    min_amount: float | None = None  # some amount of money in the facts reaches it
    currency: str | None = None  # ISO 4217, of that same amount
    place: str | None = None  # 浙江, Zhejiang, CN-ZJ, 温州, Wenzhou: a province takes in its cities
    deadline_before: date | None = None
    deadline_after: date | None = None  # that day included
    states: tuple[str, ...] = ()  # of its latest ruling: unjudged, right, wrong, restored


@dataclass(frozen=True, slots=True)
class HitDay:
    """How many hits of a topic and verdict were first seen on a day (UTC)."""

    day: date
    topic: str
    verdict: str
    hits: int


@dataclass(frozen=True, slots=True)
class Arrival:
    """A hit in a few words, for those who wait for new ones."""

    hit: int
    topic: str
    verdict: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AttemptView:
    """One attempt of a message."""

    number: int
    outcome: str  # an AttemptOutcome, or `started`
    at: datetime
    detail: str = ""


@dataclass(frozen=True, slots=True)
class MuteView:
    """A silence in force: over a topic, a source or both (None: any), by whom, why, since when and until when (None: until
    it is lifted), and how many deliveries wait for its end."""

    topic: str | None
    source: str | None
    actor: str
    why: str
    since: datetime
    until: datetime | None
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """One row of `monitor alerts list`: one hit owed to one recipient on one channel."""

    id: int
    hit: int
    channel: str
    recipient: str
    message: str | None
    state: str
    attempts: tuple[AttemptView, ...]
    topic: str
    title: str
    form: str
    due_at: datetime | None
    created_at: datetime
    reason: str | None = None  # why it waits, or was given up


@dataclass(frozen=True, slots=True)
class VersionView:
    """A stored version: of which document and item, with its text while that is kept."""

    id: int
    document: int
    item: int
    source: str
    url: str
    title: str
    text: str | None
    relation: str
    to: int | None
    reasons: tuple[str, ...]
    changes: tuple[tuple[str, str], ...]
    first_seen_at: datetime
    language: str | None
    format: str
    kind: str


@dataclass(frozen=True, slots=True)
class AuditView:
    """An entry of the log with its body, if that is still kept."""

    seq: int
    at: str
    actor: str
    kind: str
    hash: str
    body: Mapping[str, object] | None


@dataclass(frozen=True, slots=True)
class SourceDay:
    """What one source did on one day (UTC)."""

    source: str
    day: date
    due: int = 0
    polled: int = 0
    changed: int = 0
    unchanged: int = 0
    failed: int = 0
    skipped: int = 0
    gap: int = 0


@dataclass(frozen=True, slots=True)
class Tally:
    """The figures of a start page, counted now."""

    alerts: int = 0
    reviews: int = 0
    suppressed: int = 0
    documents: int = 0
    sources: int = 0
    sources_failing: int = 0
    open_links: int = 0
    deliveries_open: int = 0
    deliveries_dead: int = 0
    by_topic: Mapping[str, int] = field(default_factory=dict)
    last_poll_at: datetime | None = None
