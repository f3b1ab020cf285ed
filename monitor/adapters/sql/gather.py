"""gather: which of the deliveries that are due go together into one message, and which of them wait?

What waits keeps its row, its reason and its end; nothing is dropped. In this order: stories, and what waited before, go
into a digest; so does all of a channel with a `when`; a channel with a `group` tells the first at once and gathers what
comes within its window; a source over its hourly budget, and a channel over its hourly rate, are told in one digest
at the end of that hour.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from sqlalchemy import Connection, Table, func, select, update

from monitor.domain.audit import AuditNote
from monitor.domain.delivery import Channel, Form, MessageKind, Routing
from monitor.pipeline import route
from storage.tables import DeliveryRow, MessageRow

from .rows import AnyRow
from .silences import UNMUTED
from .writer import Tx

MESSAGE: Table = MessageRow.__table__  # type: ignore[attr-defined]
DELIVERY: Table = DeliveryRow.__table__  # type: ignore[attr-defined]

ACTOR = "monitor"
HOUR = timedelta(hours=1)
IN_ONE_ALERT = 5  # hits of a window that one alert tells in full; more are a digest
CHAT_RATE = 60  # messages an hour to one recipient of a chat service, where the channel names no `rate`
OVER_BUDGET = "over the hourly budget of its source"
OVER_RATE = "over the hourly rate of its channel"
IN_WINDOW = "gathered with what came shortly before"
WAITED = {OVER_BUDGET: "late", OVER_RATE: "rate", UNMUTED: "muted"}


@dataclass(frozen=True, slots=True)
class Bundle:
    """Deliveries that one message tells."""

    kind: MessageKind
    channel: str
    recipient: str
    members: Sequence[AnyRow]


def gather(tx: Tx, routing: Routing, rows: Iterable[AnyRow], now: datetime) -> list[Bundle]:
    """The bundles of what is told now; what has to wait is given its reason and its end."""
    channels = {channel.key: channel for channel in routing.channels}
    room = _Budget(tx.connection, routing, now)
    groups: dict[tuple[str, str, str], list[AnyRow]] = defaultdict(list)
    for row in rows:
        groups[row.channel, row.recipient, _sort(row, channels.get(row.channel), room)].append(row)
    bundles = []
    for (key, recipient, sort), members in groups.items():
        channel = channels.get(key)
        if sort.startswith("storm:"):
            until = _wakes(channel, room.ends(members[0].source))
            _hold(tx, members, until, OVER_BUDGET, now, "more alerts in an hour than the budget of the source")
        elif sort == "fast":
            until = _wakes(channel, room.hour_of(key, recipient) + HOUR)
            _hold(tx, members, until, OVER_RATE, now, "more messages in an hour than the rate of the channel")
        elif sort == "window" and channel is not None and (opened := room.window(channel, recipient)):
            _wait(tx.connection, members, _wakes(channel, opened + timedelta(seconds=channel.group)), IN_WINDOW)
        else:
            bundles.append(Bundle(_kind(sort, len(members)), key, recipient, members))
    return bundles


def _sort(row: AnyRow, channel: Channel | None, room: _Budget) -> str:
    if row.form == Form.STORY.value:
        return "digest"
    if row.reason in WAITED:
        return f"{WAITED[row.reason]}:{row.source if row.reason == OVER_BUDGET else ''}"
    if channel is not None and channel.when != "now":
        return "group"
    if channel is not None and channel.group:
        return "window"
    if not room.has(row):
        return f"storm:{row.source}"
    return f"one:{row.id}" if room.takes(row, channel) else "fast"


def _kind(sort: str, members: int) -> MessageKind:
    alone = sort.startswith("one:") or (sort == "window" and members <= IN_ONE_ALERT)
    return MessageKind.ALERT if alone else MessageKind.DIGEST


def _wakes(channel: Channel | None, moment: datetime) -> datetime:
    """That moment, or the end of the channel's quiet hours it stands in."""
    return moment if channel is None else route.due(channel, moment, Form.NEW)


def _wait(connection: Connection, members: Sequence[AnyRow], until: datetime, reason: str) -> None:
    ids = [row.id for row in members]
    connection.execute(update(DELIVERY).where(DELIVERY.c.id.in_(ids)).values(due_at=until, reason=reason))


def _hold(tx: Tx, members: Sequence[AnyRow], until: datetime, reason: str, now: datetime, why: str) -> None:
    """Waits, and the operator hears of it."""
    _wait(tx.connection, members, until, reason)
    first = members[0]
    body = {
        "source": first.source, "channel": first.channel, "recipient": first.recipient,
        "deliveries": [row.id for row in members], "until": until, "why": why,
    }  # fmt: skip
    tx.note(AuditNote("alerts held", ACTOR, now, body))


class _Budget:
    """What was sent in the last hour: of each source, and to each recipient of a channel."""

    def __init__(self, connection: Connection, routing: Routing, now: datetime) -> None:
        self._connection = connection
        self._budget = routing.budget
        self._now = now

    @cached_property
    def _spent(self) -> dict[tuple[str, str, str], int]:
        return defaultdict(int, {(row.source, row.channel, row.recipient): row.n for row in self._recent})

    @cached_property
    def _began(self) -> dict[str, datetime]:
        began: dict[str, datetime] = {}
        for row in self._recent:
            began[row.source] = min(row.began, began.get(row.source, row.began))
        return began

    @cached_property
    def _recent(self) -> list[AnyRow]:
        query = (
            select(
                DELIVERY.c.source, DELIVERY.c.channel, DELIVERY.c.recipient,
                func.count(func.distinct(MESSAGE.c.id)).label("n"), func.min(MESSAGE.c.created_at).label("began"),
            )
            .join(MESSAGE, MESSAGE.c.id == DELIVERY.c.message)
            .where(MESSAGE.c.created_at.between(self._now - HOUR, self._now))
            .where(MESSAGE.c.kind == MessageKind.ALERT.value)
            .group_by(DELIVERY.c.source, DELIVERY.c.channel, DELIVERY.c.recipient)
        )  # fmt: skip
        return list(self._connection.execute(query).all())

    @cached_property
    def _sent(self) -> dict[tuple[str, str], AnyRow]:
        """(channel, recipient) → how many messages of the last hour, and when the first was made."""
        query = (
            select(
                MESSAGE.c.channel, MESSAGE.c.recipient, func.count().label("n"),
                func.min(MESSAGE.c.created_at).label("began"),
            )
            .where(MESSAGE.c.created_at.between(self._now - HOUR, self._now))
            .group_by(MESSAGE.c.channel, MESSAGE.c.recipient)
        )  # fmt: skip
        return {(row.channel, row.recipient): row for row in self._connection.execute(query)}

    @cached_property
    def _taken(self) -> dict[tuple[str, str], int]:
        return defaultdict(int, {place: row.n for place, row in self._sent.items()})

    def has(self, row: AnyRow) -> bool:
        """Takes one alert from the budget of this source and recipient, if there is one left."""
        if not self._budget:
            return True
        place = (row.source, row.channel, row.recipient)
        self._spent[place] += 1
        return self._spent[place] <= self._budget

    def takes(self, row: AnyRow, channel: Channel | None) -> bool:
        """Whether the channel's own rate has room for one more message to this recipient."""
        rate = rate_of(channel) if channel is not None else 0
        if not rate:
            return True
        self._taken[row.channel, row.recipient] += 1
        return self._taken[row.channel, row.recipient] <= rate

    def ends(self, source: str) -> datetime:
        """When the hour of this source is over."""
        return self._began.get(source, self._now) + HOUR

    def hour_of(self, channel: str, recipient: str) -> datetime:
        """When the hour began in which the recipient got its messages."""
        row = self._sent.get((channel, recipient))
        return row.began if row is not None else self._now

    def window(self, channel: Channel, recipient: str) -> datetime | None:
        """When the last alert or digest was made, if that is within the channel's window."""
        query = select(func.max(MESSAGE.c.created_at)).where(
            MESSAGE.c.channel == channel.key,
            MESSAGE.c.recipient == recipient,
            MESSAGE.c.kind.in_([MessageKind.ALERT.value, MessageKind.DIGEST.value]),
            MESSAGE.c.created_at > self._now - timedelta(seconds=channel.group),
            MESSAGE.c.created_at <= self._now,
            select(DELIVERY.c.id).where(DELIVERY.c.message == MESSAGE.c.id).exists(),
        )
        found: datetime | None = self._connection.execute(query).scalar()
        return found


def rate_of(channel: Channel) -> int:
    """Messages an hour that the channel takes for one recipient; 0 is any number."""
    return int(channel.options.get("rate", CHAT_RATE if channel.kind == "apprise" else 0))
