"""intent: the frozen value in which a turn ends, and that the store applies in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from .audit import AuditNote
from .delivery import Draft, Frozen, SendResult
from .document import Prepared
from .evidence import KeptCopy
from .hit import Decision
from .link import FoundLink, LinkState
from .source import Outcome, Validators


@dataclass(frozen=True, slots=True)
class Lease:
    """A claim on a row: who works, and the number that makes a late result harmless."""

    worker: str
    number: int


@dataclass(frozen=True, slots=True)
class Claim:
    """What a worker asks for: at most `limit` due rows, leased until `until`.

    `before`: only what was due by then (`--once`). `busy` hosts are left out: this worker asks them already.
    `paced` hosts give at most `a_host` rows a claim, so that no lease ends while rows wait for their host's pace.
    """

    worker: str
    now: datetime
    until: datetime
    limit: int = 200
    before: datetime | None = None
    busy: frozenset[str] = frozenset()
    a_host: int = 200


@dataclass(frozen=True, slots=True)
class MessageClaim:
    """A message that is due, leased to this worker; `frozen` if it was attempted before."""

    draft: Draft
    lease: Lease
    attempts: int
    rejects: int
    first_tried_at: datetime | None
    frozen: Frozen | None = None


@dataclass(frozen=True, slots=True)
class SourceClaim:
    """A source that is due, leased to this worker, with the state the poll needs."""

    key: str
    kind: str
    address: str
    host: str
    lease: Lease
    due_at: datetime
    every: float
    every_max: float | None
    interval: float
    pace: float | None
    options: str  # canonical JSON
    validators: Validators
    failures: int
    unchanged: int  # polls in a row
    first_success: bool  # nothing was ever read: what it shows now is baseline
    outcome: str | None = None  # of the poll before
    at: str = ""  # fixed times of its polls; empty: an interval
    memory: str = "{}"  # what the last poll left for this one, see pipeline/pages
    health: str = ""
    health_since: datetime | None = None
    missing_since: datetime | None = None  # it answers 404 or 410 since then
    blind_at: datetime | None = None  # from then on silence is longer than its habit
    untrusted: bool = False  # its ETag and dates were caught lying: they are neither sent nor kept
    entries: int | None = None
    held_until: datetime | None = None  # its host was to be left alone until then, and why
    held_reason: str | None = None
    succeeded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LinkClaim:
    """A link that is due, leased to this worker."""

    id: int
    source: str
    source_kind: str
    address: str
    url: str
    host: str
    title: str
    attachment: bool
    baseline: bool
    lease: Lease
    due_at: datetime
    tries: int
    misses: int
    validators: Validators
    pace: float | None
    options: str
    parent: int | None = None
    visits: int = 0  # readings that succeeded
    source_address: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How well the source is seen after a poll, and since when. None in its place: as before."""

    health: str
    since: datetime
    missing_since: datetime | None = None
    blind_at: datetime | None = None
    untrusted: bool = False


@dataclass(frozen=True, slots=True)
class SourceUpdate:
    """How a poll ended and when the next one is due. `validators` None leaves those stored."""

    key: str
    lease: Lease
    outcome: Outcome
    polled_at: datetime
    due_at: datetime
    interval: float
    reason: str | None = None
    validators: Validators | None = None
    entries: int | None = None
    failures: int = 0
    unchanged: int = 0
    moved_to: str | None = None
    memory: str | None = None  # None leaves what is stored
    standing: Standing | None = None
    skipped: tuple[tuple[date, int], ...] = ()  # turns that came and went before this poll, by day, and why
    skip_reason: str = ""

    @property
    def quiet(self) -> bool:
        """Whether nothing came and nothing about the source is another: what was told of its last body still holds."""
        return self.outcome is Outcome.UNCHANGED and self.standing is None and self.reason is None


@dataclass(frozen=True, slots=True)
class LinkUpdate:
    """How the reading of a link ended. A `due` state is a retry, told by its reason."""

    id: int
    source: str
    lease: Lease
    state: LinkState
    read_at: datetime
    due_at: datetime | None
    reason: str | None = None
    validators: Validators | None = None
    tries: int = 0
    misses: int = 0
    visits: int = 0


@dataclass(frozen=True, slots=True)
class HostUpdate:
    """The host is to be left alone until then."""

    name: str
    next_allowed_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class VersionIntent:
    """One text to store with its hits and how it stands to what is stored already."""

    prepared: Prepared
    decision: Decision
    body_hash: str
    baseline: bool = False
    parent_link: int | None = None
    copy: KeptCopy | None = None  # of the body it stood in, when it has a hit: on the disk before this is stored


@dataclass(frozen=True, slots=True)
class PollIntent:
    """All that one fetched body comes to: stored whole or not at all."""

    source: str
    at: datetime
    ruleset: str
    source_update: SourceUpdate | None = None
    link_update: LinkUpdate | None = None
    host_update: HostUpdate | None = None
    versions: tuple[VersionIntent, ...] = ()
    links: tuple[FoundLink, ...] = ()
    baseline: bool = False
    from_link: int | None = None
    notes: tuple[AuditNote, ...] = ()
    tries: int = 0  # rounds of judging so far
    sight: str | None = None  # what the source showed, for the next changed poll
    dropped: tuple[str, ...] = ()  # places or addresses that were taken out though older things stay
    gap: bool = False  # nothing of what the source showed last is still shown
    gone: bool = False  # the page itself answered 404 or 410 on two days: its documents have vanished
    pushed: bool = False  # nobody polled: the document was sent to us


@dataclass(frozen=True, slots=True)
class StartIntent:
    """The first byte is about to leave: the attempt is `started`, the payload frozen with it."""

    message: str
    lease: Lease
    number: int
    at: datetime
    payload: bytes
    content_type: str
    subject: str


@dataclass(frozen=True, slots=True)
class SettleIntent:
    """How an attempt ended, and when the message is due again (None: never)."""

    message: str
    lease: Lease
    number: int
    at: datetime
    result: SendResult
    due_at: datetime | None
    dead: bool = False


@dataclass(frozen=True, slots=True)
class Applied:
    """What the store made of a PollIntent."""

    versions: int = 0
    hits: int = 0
    alerts: int = 0
    deliveries: int = 0
    links: int = 0
    unjudged: tuple[int, ...] = field(default=())  # candidates nobody judged: judge and come again
