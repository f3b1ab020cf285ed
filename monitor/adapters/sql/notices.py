"""notices: what must the operator hear of, on the channels that take service notices?

Events are audit entries: this looks at those that came since it looked last, so that a crash between event and notice loses none.
Where no channel has `service: true` they stand in `source list`, the console and the log.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, insert, select

from monitor.domain.delivery import Channel, Form, MessageKind, Routing
from monitor.pipeline import route
from storage.tables import AuditBodyRow, AuditRow, MessageRow, MetaRow

from .audit import head
from .polls import upsert
from .writer import Tx

AUDIT: Table = AuditRow.__table__  # type: ignore[attr-defined]
BODY: Table = AuditBodyRow.__table__  # type: ignore[attr-defined]
META: Table = MetaRow.__table__  # type: ignore[attr-defined]
MESSAGE: Table = MessageRow.__table__  # type: ignore[attr-defined]
POSITION = "notices-after"
MOST_LINES = 50  # in one notice; what is more is counted


def _source_failed(body: Mapping[str, Any]) -> str:
    return f"Source {body['source']} cannot be read: {body['reason'] or 'no reason was given'}"


def _source_recovered(body: Mapping[str, Any]) -> str:
    since = (
        f" (it was {body['was']} since {str(body['since'])[:16].replace('T', ' ')} UTC)" if body.get("since") else ""
    )
    return f"Source {body['source']} is read again{since}"


def _held(body: Mapping[str, Any]) -> str:
    return (
        f"Source {body['source']} brings more alerts than its hourly budget: {len(body['deliveries'])} to "
        f"{body['recipient']} wait until {body['until']} and are then told in one message"
    )


def _refused(body: Mapping[str, Any]) -> str:
    return "A watchlist edit is not in force, the last good version is: " + "; ".join(body["problems"])


def _waits(body: Mapping[str, Any]) -> str:
    why = "; ".join(body["why"])
    return f"A watchlist edit waits for `monitor watchlist apply`, the last good version is in force: {why}"


def _over_budget(body: Mapping[str, Any]) -> str:
    return (
        f"Stored texts reached their budget of {body['budget'] / 1e9:.1f} GB: {body['texts']:,} of the oldest without a hit "
        f"({body['bytes'] / 1e6:.0f} MB) were taken away before their time"
    )


def _given_up(body: Mapping[str, Any]) -> str:
    return f"Channel {body['channel']} gave up {body['deliveries']} deliveries to {body['recipient']}: {body['why']}"


def _broken(body: Mapping[str, Any]) -> str:
    return (
        f"Channel {body['channel']} is broken: {body['why']}. What it owes waits; mend its URL or the service behind it"
    )


def _source_gone(body: Mapping[str, Any]) -> str:
    return f"Source {body['source']} is gone: {body['reason']}. What to do: {body['advice']}"


def _source_blind(body: Mapping[str, Any]) -> str:
    return f"Source {body['source']} answers but is blind: {body['reason']}. What to do: {body['advice']}"


def _source_warned(body: Mapping[str, Any]) -> str:
    return f"Source {body['source']}: {body['warning']}"


def _gap(body: Mapping[str, Any]) -> str:
    since = f" since {str(body['since'])[:16].replace('T', ' ')} UTC" if body.get("since") else ""
    return (
        f"Gap in {body['source']}: none of the {body['before']} things it showed last is still listed, so some may have "
        f"come and gone{since}; it is polled sooner for a while, a shorter `every` would help"
    )


def _vanished(body: Mapping[str, Any]) -> str:
    name = f" “{body['title']}”" if body.get("title") else ""
    return f"A page of {body['source']} has vanished{name}: {body['url']} ({body.get('reason') or 'gone'})"


def _returned(body: Mapping[str, Any]) -> str:
    return f"A page of {body['source']} that had vanished is back: {body['url']}"


def _term_removed(body: Mapping[str, Any]) -> str:
    rules = " (the rules changed meanwhile too)" if body.get("rules_changed") else ""
    return f"“{body['title']}” of {body['source']} no longer names {body['topic']}{rules}: {body['url']}"


def _jumped(body: Mapping[str, Any]) -> str:
    return f"The clock of this machine jumped by {body['seconds']} seconds"


def _anchor_lost(body: Mapping[str, Any]) -> str:
    return f"Signed heads of the audit log do not get out: {body['what']}"


def _anchor_regained(body: Mapping[str, Any]) -> str:
    return f"Signed heads of the audit log get out again: {body['what']}"


def _rolled_back(body: Mapping[str, Any]) -> str:
    return f"The audit log is not what was signed: {body['what']}. Run `monitor audit verify`"


def _mended(body: Mapping[str, Any]) -> str:
    return f"Kept copies: {body['what']}"


def _canary_failed(body: Mapping[str, Any]) -> str:
    return f"The canary's known text of topic {body['topic']} was not found: {body['why']}. New notices may be missed"


def _canary_lost(body: Mapping[str, Any]) -> str:
    return f"The canary of {body['sent']} to {body['recipient']} on channel {body['channel']} is {body['state']}"


ABOUT_CHANNELS = frozenset({"message given up", "channel broken", "canary lost"})


WORDS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "source failed": _source_failed,
    "source recovered": _source_recovered,
    "alerts held": _held,
    "watchlist refused": _refused,
    "watchlist waits": _waits,
    "text budget reached": _over_budget,
    "message given up": _given_up,
    "channel broken": _broken,
    "source blind": _source_blind,
    "source gone": _source_gone,
    "source warned": _source_warned,
    "gap seen": _gap,
    "document vanished": _vanished,
    "document returned": _returned,
    "term removed": _term_removed,
    "clock jumped": _jumped,
    "canary failed": _canary_failed,
    "canary lost": _canary_lost,
    "anchor lost": _anchor_lost,
    "anchor regained": _anchor_regained,
    "rollback found": _rolled_back,
    "evidence mended": _mended,
}


def tell(tx: Tx, routing: Routing, now: datetime) -> int:
    """Makes one message for each service channel and recipient of what happened since; returns how many."""
    newest, _ = head(tx.connection)
    after = _position(tx.connection)
    if after == newest:
        return 0
    _move(tx.connection, newest)
    if after is None:  # nobody is told of what happened before there was a channel for it
        return 0
    made = 0
    for channel, lines in _told(routing, _events(tx.connection, after)):
        made += sum(_make(tx, channel, recipient, lines, now) for recipient in channel.recipients)
    return made


def _told(routing: Routing, events: Sequence[Event]) -> list[tuple[Channel, list[str]]]:
    """Which channel is told of what. The trouble of a channel is told on the others: on service channels, and where the
    only one of them is the one in trouble, on the first channel that is another. A broken channel is told there even
    where no channel takes service notices; what was given up for one recipient then stands in the lists alone.
    """
    service = [channel for channel in routing.channels if channel.service]
    told: dict[str, list[str]] = {}
    for event in events:
        others = [one for one in service if one.key != event.channel]
        if event.channel and not others and (service or event.kind != "message given up"):
            others = [one for one in routing.channels if one.key != event.channel][:1]
        for channel in others:
            told.setdefault(channel.key, []).append(event.words)
    return [(channel, _cut(told[channel.key])) for channel in routing.channels if channel.key in told]


def _position(connection: Connection) -> int | None:
    value = connection.execute(select(META.c.value).where(META.c.name == POSITION)).scalar()
    return None if value is None else int(value)


def _move(connection: Connection, seq: int) -> None:
    row = upsert(connection, META).values(name=POSITION, value=str(seq))
    connection.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": str(seq)}))


@dataclass(frozen=True, slots=True)
class Event:
    """Something that the operator hears of, and the channel it is about, if it is about one."""

    kind: str
    words: str
    channel: str = ""


def _events(connection: Connection, after: int) -> list[Event]:
    rows = connection.execute(
        select(AUDIT.c.kind, BODY.c.body)
        .join(BODY, BODY.c.seq == AUDIT.c.seq)
        .where(AUDIT.c.seq > after, AUDIT.c.kind.in_(WORDS))
        .order_by(AUDIT.c.seq)
    ).all()
    return [_event(row.kind, json.loads(row.body)) for row in rows]


def _event(kind: str, body: Mapping[str, Any]) -> Event:
    return Event(kind, WORDS[kind](body), str(body["channel"]) if kind in ABOUT_CHANNELS else "")


def _cut(lines: list[str]) -> list[str]:
    if len(lines) <= MOST_LINES:
        return lines
    return [*lines[:MOST_LINES], f"… and {len(lines) - MOST_LINES} more: see `monitor audit list`"]


def _make(tx: Tx, channel: Channel, recipient: str, lines: Sequence[str], now: datetime) -> int:
    subject = lines[0] if len(lines) == 1 else f"{len(lines)} things about the service, first: {lines[0]}"
    tx.connection.execute(
        insert(MESSAGE),
        {"id": uuid.uuid4().hex, "kind": MessageKind.NOTICE.value, "channel": channel.key, "recipient": recipient,
         "source": "", "subject": subject[:200], "body": "\n".join(f"- {line}" for line in lines), "state": "open",
         "due_at": route.due(channel, now, Form.NEW), "created_at": now},
    )  # fmt: skip
    return 1
