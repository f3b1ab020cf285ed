"""source: what is polled, and how did it go?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeAlias

from .desk import Pause


class SourceState(StrEnum):
    """Whether a source is polled at all."""

    ACTIVE = "active"
    PAUSED = "paused"
    RETIRED = "retired"


class Outcome(StrEnum):
    """How one poll or one reading of a link ended."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    FAILED = "failed"


class Health(StrEnum):
    """How well a source is seen. `late` is told when asked: its turn came and nobody polled."""

    HEALTHY = "healthy"
    LATE = "late"
    FAILING = "failing"
    BLIND = "blind"  # it answers, and shows nothing, or nothing new for longer than its habit
    GONE = "gone"  # 404 or 410 on two days


class Blame(StrEnum):
    """Who waits after a failure: the whole host (429, 503, refused connections) or only this address."""

    HOST = "host"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Source:
    """A source as a watchlist names it. `every` and `every_max` are seconds between polls."""

    key: str
    kind: str  # feed, page, listing: the keys of the SourceKinds that wiring lists
    address: str
    every: float = 900.0
    every_max: float | None = None  # given: the interval adapts between the two
    options: Mapping[str, object] = field(default_factory=dict)
    pace: float | None = None  # seconds between requests to its host, None: the setting
    name: str = ""
    formerly: tuple[str, ...] = ()
    at: str = ""  # polled at these times only, written as a channel's `when`: cron 30 9 * * 1-5 Asia/Shanghai


@dataclass(frozen=True, slots=True)
class Validators:
    """What lets the next request ask "anything new?": saved only with all that they vouch for."""

    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """One conditional GET. `accept` is the Accept header; validators None means unconditional."""

    url: str
    validators: Validators = field(default_factory=Validators)
    accept: str = "*/*"
    cap: int = 10_000_000  # bytes of body, after decompression
    deadline: float = 60.0  # seconds in all, redirects included; waiting for the host's turn is not counted
    pace: float | None = None  # seconds between requests to this host, None: the setting
    old_tls: bool = False  # speak to servers that know only old TLS rules
    folder: str = ""  # a folder of this machine that files may be read in; empty: none
    subfolders: bool = False


class Bytes(Protocol):
    """The bytes of a body, wherever they lie: in memory, or large ones in a file. A slice of them is `bytes`."""

    def __len__(self) -> int:
        """How many there are."""

    def __getitem__(self, part: slice, /) -> bytes:
        """Those of this part, in memory."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A whole body. `url` is where it was found in the end, `moved_to` a permanent new address."""

    url: str
    body: Bytes
    body_hash: str
    content_type: str = ""
    charset: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    moved_to: str | None = None
    status: int = 200


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The server said so (304), or the bytes are those of last time."""

    url: str
    validators: Validators = field(default_factory=Validators)


@dataclass(frozen=True, slots=True)
class Failed:
    """No body. `reason` is one short phrase for tables, `retry_after` seconds the server asked for."""

    url: str
    reason: str
    detail: str = ""
    status: int | None = None
    blame: Blame = Blame.ADDRESS
    gone: bool = False  # 404 or 410
    retry_after: float | None = None


FetchResult: TypeAlias = Fetched | Unchanged | Failed


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """One row of `monitor source list`."""

    source: str
    kind: str
    address: str
    state: str
    outcome: str | None
    reason: str | None
    polled_at: datetime | None
    succeeded_at: datetime | None
    changed_at: datetime | None
    due_at: datetime | None
    entries: int | None
    failures: int
    open_links: int
    every: float
    health: str = ""  # a Health; "" before the first poll
    since: datetime | None = None  # when that health began
    pause: Pause | None = None
    name: str = ""
    lost_links: int = 0  # given up: too large, unreadable, refused; each with its reason in the log
