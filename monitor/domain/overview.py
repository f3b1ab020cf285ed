"""overview: what happened in a while, how do the channels do, and what did people say of what was told?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .hit import HitView
from .query import MuteView


@dataclass(frozen=True, slots=True)
class TopicCount:
    """A topic's hits in the period; `a_week` is the mean of alerts a week over the eight weeks before its end."""

    topic: str
    name: str
    alerts: int
    reviews: int
    a_week: float


@dataclass(frozen=True, slots=True)
class SourceTrouble:
    """A source that is not read now: why, and since when (its last success; None: it was never read)."""

    source: str
    reason: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Overview:
    """What a digest says besides its hits. `days` are alerts a day (UTC), oldest first, the last one is today."""

    since: datetime
    until: datetime
    topics: tuple[TopicCount, ...] = ()
    days: tuple[int, ...] = ()
    reviews_waiting: int = 0
    waiting: tuple[HitView, ...] = ()  # the newest of the reviews that nobody judged
    sources: int = 0
    sources_read: int = 0
    failing: tuple[SourceTrouble, ...] = ()
    messages: int = 0
    messages_delivered: int = 0
    given_up: int = 0
    muted: tuple[MuteView, ...] = ()
    log_head: str | None = None  # the newest signed note of the log, if it is sealed

    @property
    def alerts(self) -> int:
        """Alerts of the period."""
        return sum(topic.alerts for topic in self.topics)

    @property
    def reviews(self) -> int:
        """Reviews of the period."""
        return sum(topic.reviews for topic in self.topics)


@dataclass(frozen=True, slots=True)
class ChannelState:
    """How sending to one recipient of a channel goes: messages of the last 24 h, what waits, and the last attempt."""

    channel: str
    recipient: str
    delivered: int
    waiting: int
    dead: int
    last_outcome: str | None = None
    last_at: datetime | None = None
    last_detail: str = ""
    delivered_at: datetime | None = None
    due_at: datetime | None = None  # of what waits

    @property
    def state(self) -> str:
        """One word for tables: unused, working, waiting (its last attempt failed) or broken (nothing since 24 h)."""
        if self.last_outcome is None:
            return "unused"
        if self.last_outcome == "delivered":
            return "working"
        return "waiting" if self.delivered else "broken"


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message: open, delivered or dead, and how its last attempt ended."""

    id: str
    kind: str
    channel: str
    recipient: str
    state: str
    attempts: int
    outcome: str | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class HitCount:
    """How many hits of a topic, term, source and verdict there were."""

    topic: str
    term: str
    source: str
    verdict: str
    count: int


@dataclass(frozen=True, slots=True)
class Judged:
    """A hit with the latest ruling on it: right or wrong, by whom and why."""

    hit: HitView
    right: bool
    actor: str
    why: str
    at: datetime
