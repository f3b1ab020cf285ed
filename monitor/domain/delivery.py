"""delivery: who is promised what, and what became of it?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from .hit import HitView
from .overview import Overview
from .rates import Rates
from .secret import Secret


class DeliveryState(StrEnum):
    """Where a promise stands. `held` waits (first poll, digest, quiet hours), `dead` gave up."""

    OWED = "owed"
    HELD = "held"
    SENDING = "sending"
    DELIVERED = "delivered"
    DEAD = "dead"


class Form(StrEnum):
    """How a delivery is told."""

    NEW = "new"
    UPDATED = "updated"
    STORY = "story"
    BASELINE = "baseline"


class MessageKind(StrEnum):
    """What a message is."""

    ALERT = "alert"
    BASELINE = "baseline"
    DIGEST = "digest"
    NOTICE = "notice"
    OVERVIEW = "overview"
    CANARY = "canary"
    TEST = "test"


class AttemptOutcome(StrEnum):
    """How an attempt ended; one without an outcome is still `started`."""

    DELIVERED = "delivered"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Channel:
    """Where alerts go. Empty `topics`, `kinds`, `parts` … mean all.

    `url` is an Apprise URL; `recipients` are the mail addresses of a mailto channel, or one name for
    the channel itself; never a token, so that a new token is not a new recipient.
    """

    key: str
    url: Secret
    kind: str  # a ChannelKind key: mail, webhook, apprise
    recipients: tuple[str, ...]
    topics: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    novelties: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    places: tuple[str, ...] = ()  # provinces and cities: 浙江, Zhejiang, CN-ZJ, Wenzhou
    verdicts: tuple[str, ...] = ()  # empty: alerts only
    when: str = "now"
    quiet: str | None = None
    group: float = 0.0
    service: bool = False
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Routing:
    """What decides who is told: the channels, the topics' severities, the digest's slot, the hourly budget a source."""

    channels: tuple[Channel, ...] = ()
    severities: Mapping[str, str] = field(default_factory=dict)
    digest: str = "daily 08:00 UTC"
    budget: int = 20


@dataclass(frozen=True, slots=True)
class Telling:
    """One delivery inside a message: its number, its form, the hit it tells, and signed links to judge it by."""

    delivery: int
    form: Form
    hit: HitView
    right: str = ""
    wrong: str = ""
    mute: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a message is put together from. `id` is stable: Message-ID and keys come from it."""

    id: str
    kind: MessageKind
    channel: str
    recipient: str
    created_at: datetime
    tellings: tuple[Telling, ...] = ()
    subject: str = ""  # of notices and tests; alerts make their own
    body: str = ""
    source: str = ""  # of a baseline message
    console: str = ""  # address of the console, if it is open
    rates: Rates | None = None  # the operator's own; None is the shipped table
    overview: Overview | None = None  # of digests: how things stand besides the hits
    takes: str = ""  # what the channel takes, in words, for the foot


@dataclass(frozen=True, slots=True)
class Frozen:
    """A message as it will leave, byte for byte, at every attempt."""

    id: str
    channel: str
    recipient: str
    content_type: str
    payload: bytes
    subject: str


@dataclass(frozen=True, slots=True)
class SendResult:
    """How one attempt ended. Only `unknown` may lead to a repeat; `refused` never left us."""

    outcome: AttemptOutcome
    detail: str = ""
    retry_after: float | None = None
    permanent: bool = False  # of rejected and refused: a retry cannot help
    broken: bool = False  # the channel itself is wrong (401, 404, bad password), not this message
