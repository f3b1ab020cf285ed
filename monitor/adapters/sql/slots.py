"""slots: which messages come by the clock, whether or not anything was found?

A digest channel hears at each of its slots that nothing was found, a service channel once a day; a channel may ask for a
weekly overview and a daily canary. A slot is a row of table `job`: told late if it was missed, never twice.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Table, delete, insert, select, update

from monitor.domain.audit import AuditNote
from monitor.domain.delivery import Channel, MessageKind, Routing
from monitor.pipeline import route
from storage.tables import JobRow, MessageRow

from .polls import upsert
from .rows import AnyRow
from .writer import Tx

JOB: Table = JobRow.__table__  # type: ignore[attr-defined]
MESSAGE: Table = MessageRow.__table__  # type: ignore[attr-defined]
PREFIX = "slot:"
MOMENT = timedelta(microseconds=1)
CANARY_LATE = timedelta(hours=6)  # a canary that has not arrived by then is told


@dataclass(frozen=True, slots=True)
class Slot:
    """What comes again: its row's id, what it is for whom, and when."""

    id: str
    kind: MessageKind
    channel: Channel
    recipient: str
    when: str


def due(tx: Tx, routing: Routing, now: datetime, told: Sequence[tuple[str, str]] = ()) -> int:
    """Makes the messages whose slot has come; returns how many. `told` are those whose digest of hits was made just now:
    it says all that a heartbeat would.
    """
    slots = {slot.id: slot for channel in routing.channels for slot in _of(channel, routing)}
    rows = {row.id: row for row in tx.connection.execute(select(JOB).where(JOB.c.id.like(f"{PREFIX}%")))}
    gone = [key for key in rows if key not in slots]
    if gone:
        tx.connection.execute(delete(JOB).where(JOB.c.id.in_(gone)))
    fresh = [{"id": slot.id, "due_at": _next(slot, now)} for slot in slots.values() if slot.id not in rows]
    if fresh:
        tx.connection.execute(upsert(tx.connection, JOB).on_conflict_do_nothing(), fresh)
    return sum(_come(tx, slots[key], row, now, told) for key, row in sorted(rows.items()) if key in slots)


def canaries(tx: Tx, routing: Routing, channel: str | None, now: datetime) -> list[str]:
    """Makes a canary for each recipient of a channel (of all of them: None) now; the ids of the messages."""
    wanted = [one for one in routing.channels if channel in (None, one.key)]
    return [_make(tx.connection, MessageKind.CANARY, one, who, now, now) for one in wanted for who in one.recipients]


def _of(channel: Channel, routing: Routing) -> Iterator[Slot]:
    wanted = {
        MessageKind.DIGEST: _heartbeat(channel, routing),
        MessageKind.OVERVIEW: channel.options.get("overview", ""),
        MessageKind.CANARY: channel.options.get("canary", ""),
    }
    for kind, when in wanted.items():
        for recipient in channel.recipients if when else ():
            yield Slot(f"{PREFIX}{kind.value}:{channel.key}:{recipient}:{when}", kind, channel, recipient, when)


def _heartbeat(channel: Channel, routing: Routing) -> str:
    """When the channel hears that nothing happened: what it says itself, else a digest's own slots or once a day."""
    said = channel.options.get("heartbeat", "")
    if said:
        return "" if said == "off" else said
    if channel.when.startswith(("daily", "weekly", "cron")):
        return channel.when
    return routing.digest if channel.service else ""


def _next(slot: Slot, now: datetime) -> datetime:
    when = route.parse_when(slot.when)
    assert when is not None, "a checked watchlist has no `now` here"
    return when.after(now)


def _come(tx: Tx, slot: Slot, row: AnyRow, now: datetime, told: Sequence[tuple[str, str]]) -> int:
    """Makes the message of a slot that has come, and moves the row to the next one."""
    following = _next(slot, now + MOMENT)
    if row.due_at > now:
        if row.due_at > following:  # the clock was put back
            tx.connection.execute(update(JOB).where(JOB.c.id == row.id).values(due_at=following))
        return 0
    mine = (JOB.c.id == row.id) & (JOB.c.due_at == row.due_at)  # another worker may have taken the slot
    if tx.connection.execute(update(JOB).where(mine).values(due_at=following, done_at=now)).rowcount != 1:
        return 0
    if slot.kind is MessageKind.DIGEST and (slot.channel.key, slot.recipient) in told:
        return 0
    if slot.kind is MessageKind.CANARY:
        _look_back(tx, slot, now)
    due_at = route.parse_quiet(slot.channel.quiet).until(now) if slot.channel.quiet else now
    _make(tx.connection, slot.kind, slot.channel, slot.recipient, now, due_at)
    return 1


def _look_back(tx: Tx, slot: Slot, now: datetime) -> None:
    """A canary that did not arrive is an event: service channels hear of it, on another channel if there is one."""
    lost = tx.connection.execute(
        select(MESSAGE.c.state, MESSAGE.c.created_at)
        .where(
            MESSAGE.c.kind == MessageKind.CANARY.value,
            MESSAGE.c.channel == slot.channel.key,
            MESSAGE.c.recipient == slot.recipient,
        )
        .order_by(MESSAGE.c.created_at.desc())
        .limit(1)
    ).first()
    if lost is not None and lost.state != "delivered" and lost.created_at < now - CANARY_LATE:
        body = {"channel": slot.channel.key, "recipient": slot.recipient, "sent": lost.created_at, "state": lost.state}
        tx.note(AuditNote("canary lost", "monitor", now, body))


def _make(
    connection: Connection, kind: MessageKind, channel: Channel, recipient: str, now: datetime, due_at: datetime
) -> str:
    number = uuid.uuid4().hex
    row = {"id": number, "kind": kind.value, "channel": channel.key, "recipient": recipient, "source": "",
           "state": "open", "due_at": due_at, "created_at": now}  # fmt: skip
    connection.execute(insert(MESSAGE), row)
    return number
