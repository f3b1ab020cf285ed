"""messages: how do deliveries become messages, and how do attempts end?"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, and_, func, insert, or_, select, update

from monitor.domain.audit import AuditNote
from monitor.domain.delivery import (
    AttemptOutcome,
    DeliveryState,
    Draft,
    Form,
    Frozen,
    MessageKind,
    Routing,
    Telling,
)
from monitor.domain.errors import LeaseLost
from monitor.domain.hit import HitView
from monitor.domain.intent import Claim, Lease, MessageClaim, SettleIntent, StartIntent
from storage.tables import AttemptRow, DeliveryRow, LinkRow, MessageRow, SourceRow

from . import attached, gather, late, notices, promises, silences, slots
from .rows import AnyRow
from .writer import Tx

MESSAGE: Table = MessageRow.__table__  # type: ignore[attr-defined]
DELIVERY: Table = DeliveryRow.__table__  # type: ignore[attr-defined]
ATTEMPT: Table = AttemptRow.__table__  # type: ignore[attr-defined]
SOURCE: Table = SourceRow.__table__  # type: ignore[attr-defined]
LINK: Table = LinkRow.__table__  # type: ignore[attr-defined]

ACTOR = "monitor"
BASELINE_WAIT = timedelta(hours=24)
MOST_A_MESSAGE = 500
FRESH = timedelta(minutes=10)


def assemble(tx: Tx, routing: Routing, now: datetime, flush: bool) -> int:
    """Puts what is due into messages; returns how many were made."""
    promises.owe_ruled(tx, routing, now)
    late.owe(tx, routing, now)
    silences.release(tx, routing, now)
    if flush:
        attached.release_all(tx.connection, now)
    made = notices.tell(tx, routing, now) + _baselines(tx, now, flush)
    rows = tx.connection.execute(
        select(DELIVERY)
        .where(DELIVERY.c.state == DeliveryState.OWED.value, DELIVERY.c.due_at <= now, DELIVERY.c.message.is_(None))
        .order_by(DELIVERY.c.id)
        .limit(5000)
    ).all()
    bundles = gather.gather(tx, routing, rows, now)
    for bundle in bundles:
        made += _make(tx, bundle.kind, bundle.channel, bundle.recipient, bundle.members, now)
    told = [(one.channel, one.recipient) for one in bundles if one.kind is MessageKind.DIGEST]
    return made + slots.due(tx, routing, now, told)


def _baselines(tx: Tx, now: datetime, flush: bool) -> int:
    """One message for each source, channel and recipient when all links of the first reading have ended."""
    rows = tx.connection.execute(
        select(DELIVERY)
        .where(DELIVERY.c.state == DeliveryState.HELD.value, DELIVERY.c.form == Form.BASELINE.value)
        .order_by(DELIVERY.c.id)
        .limit(20_000)
    ).all()
    groups: dict[tuple[str, str, str], list[AnyRow]] = defaultdict(list)
    for row in rows:
        groups[row.source, row.channel, row.recipient].append(row)
    made = 0
    ready = {source for source in {key[0] for key in groups} if flush or _is_read(tx.connection, source, now)}
    for (source, channel, recipient), members in groups.items():
        if source in ready:
            made += _make(tx, MessageKind.BASELINE, channel, recipient, members, now, source)
    return made


def _is_read(connection: Connection, source: str, now: datetime) -> bool:
    began = connection.execute(select(SOURCE.c.first_success_at).where(SOURCE.c.key == source)).scalar()
    if began is not None and began < now - BASELINE_WAIT:
        return True
    waiting = (
        select(LINK.c.id)
        .where(LINK.c.source == source, LINK.c.state == "due", LINK.c.baseline.is_(True), LINK.c.due_at.is_not(None))
        .limit(1)
    )
    return connection.execute(waiting).first() is None


def _make(
    tx: Tx, kind: MessageKind, channel: str, recipient: str, members: Sequence[AnyRow], now: datetime, source: str = ""
) -> int:
    made = 0
    for low in range(0, len(members), MOST_A_MESSAGE):
        some = members[low : low + MOST_A_MESSAGE]
        number = uuid.uuid4().hex
        due = max((row.due_at for row in some if row.due_at is not None), default=now)
        tx.connection.execute(
            insert(MESSAGE),
            {"id": number, "kind": kind.value, "channel": channel, "recipient": recipient, "source": source,
             "state": "open", "due_at": due, "created_at": now},
        )  # fmt: skip
        tx.connection.execute(
            update(DELIVERY)
            .where(DELIVERY.c.id.in_([row.id for row in some]))
            .values(message=number, state=DeliveryState.SENDING.value)
        )
        made += 1
    return made


def claim(connection: Connection, wanted: Claim) -> list[AnyRow]:
    """Leases due messages, oldest first."""
    query = (
        select(MESSAGE)
        .where(
            MESSAGE.c.state == "open",
            MESSAGE.c.due_at <= wanted.now,
            or_(MESSAGE.c.lease_until.is_(None), MESSAGE.c.lease_until < wanted.now),
        )
        .order_by(MESSAGE.c.due_at, MESSAGE.c.created_at)
        .limit(wanted.limit)
    )
    if connection.dialect.name == "postgresql":
        query = query.with_for_update(skip_locked=True)
    rows = list(connection.execute(query))
    if rows:
        connection.execute(
            update(MESSAGE)
            .where(MESSAGE.c.id.in_([row.id for row in rows]))
            .values(lease_until=wanted.until, lease_worker=wanted.worker, lease_no=MESSAGE.c.lease_no + 1)
        )
    return rows


def claim_of(row: AnyRow, worker: str, tellings: Sequence[Telling]) -> MessageClaim:
    """The claim of a leased row, with what it tells."""
    draft = Draft(
        id=row.id,
        kind=MessageKind(row.kind),
        channel=row.channel,
        recipient=row.recipient,
        created_at=row.created_at,
        tellings=tuple(tellings),
        subject=row.subject,
        body=row.body,
        source=row.source,
    )
    frozen = None
    if row.payload is not None:
        frozen = Frozen(row.id, row.channel, row.recipient, row.content_type, bytes(row.payload), row.subject)
    return MessageClaim(
        draft=draft,
        lease=Lease(worker, row.lease_no + 1),
        attempts=row.attempts,
        rejects=row.rejects,
        first_tried_at=row.first_tried_at,
        frozen=frozen,
    )


def telling(row: AnyRow, hit: HitView) -> Telling:
    """One delivery with the hit it tells."""
    return Telling(delivery=row.id, form=Form(row.form), hit=hit)


def start(tx: Tx, intent: StartIntent) -> None:
    """Commits the bytes and that the attempt begins. Raises LeaseLost."""
    done = tx.connection.execute(
        update(MESSAGE)
        .where(_held(intent.message, intent.lease))
        .values(
            payload=func.coalesce(MESSAGE.c.payload, intent.payload or None),  # none: it could not be composed yet
            content_type=func.coalesce(MESSAGE.c.content_type, intent.content_type or None),
            subject=intent.subject,
            attempts=intent.number,
            first_tried_at=func.coalesce(MESSAGE.c.first_tried_at, intent.at),
        )
    )
    if done.rowcount != 1:
        raise LeaseLost(f"message {intent.message} was claimed anew")
    tx.connection.execute(
        insert(ATTEMPT),
        {"message": intent.message, "number": intent.number, "worker": intent.lease.worker, "started_at": intent.at},
    )


def settle(tx: Tx, intent: SettleIntent) -> None:
    """Commits how the attempt ended, what becomes of the message and its deliveries, and the entry. Raises LeaseLost."""
    result = intent.result
    delivered = result.outcome is AttemptOutcome.DELIVERED
    state = "delivered" if delivered else "dead" if intent.dead else "open"
    rejected = 1 if result.outcome is AttemptOutcome.REJECTED else 0
    done = tx.connection.execute(
        update(MESSAGE)
        .where(_held(intent.message, intent.lease))
        .values(
            state=state, due_at=intent.due_at, lease_until=None, lease_worker=None,
            rejects=MESSAGE.c.rejects + rejected,
        )
    )  # fmt: skip
    if done.rowcount != 1:
        raise LeaseLost(f"message {intent.message} was claimed anew")
    end_attempt(tx, intent.message, intent.number, intent.at, result.outcome, result.detail)
    if state != "open":
        ended = DeliveryState.DELIVERED if delivered else DeliveryState.DEAD
        tx.connection.execute(
            update(DELIVERY)
            .where(DELIVERY.c.message == intent.message)
            .values(state=ended.value, reason=None if delivered else result.detail[:500])
        )
    if state == "dead" or result.broken:
        _note_trouble(tx, intent)


def _note_trouble(tx: Tx, intent: SettleIntent) -> None:
    """What was given up, and a channel that is itself wrong, are events: the operator hears of them elsewhere."""
    message = tx.connection.execute(select(MESSAGE).where(MESSAGE.c.id == intent.message)).one()
    body: dict[str, object] = {
        "channel": message.channel,
        "recipient": message.recipient,
        "why": intent.result.detail[:300],
    }
    if intent.dead and message.kind != MessageKind.NOTICE.value:  # no notices about notices
        owed = select(func.count()).select_from(DELIVERY).where(DELIVERY.c.message == intent.message)
        body["deliveries"] = tx.connection.execute(owed).scalar_one()
        tx.note(AuditNote("message given up", ACTOR, intent.at, body))
    elif intent.result.broken and intent.number == 1 and not _is_known_broken(tx.connection, message):
        tx.note(AuditNote("channel broken", ACTOR, intent.at, body))


def _is_known_broken(connection: Connection, message: AnyRow) -> bool:
    """Whether another message already waits on this channel after a failure: then its trouble has been told."""
    waiting = select(MESSAGE.c.id).where(
        MESSAGE.c.channel == message.channel,
        MESSAGE.c.id != message.id,
        MESSAGE.c.state == "open",
        MESSAGE.c.attempts > 0,
    )
    return connection.execute(waiting.limit(1)).first() is not None


def end_attempt(
    tx: Tx, message: str, number: int, at: datetime, outcome: AttemptOutcome, detail: str, actor: str = ACTOR
) -> None:
    """Closes an attempt, with its audit entry."""
    tx.connection.execute(
        update(ATTEMPT)
        .where(ATTEMPT.c.message == message, ATTEMPT.c.number == number, ATTEMPT.c.outcome.is_(None))
        .values(ended_at=at, outcome=outcome.value, detail=detail[:1000])
    )
    deliveries = tx.connection.execute(select(DELIVERY.c.id).where(DELIVERY.c.message == message)).scalars().all()
    tx.note(
        AuditNote(
            "attempted", actor, at,
            {"message": message, "number": number, "outcome": outcome.value, "detail": detail[:300],
             "deliveries": list(deliveries)},
        )
    )  # fmt: skip


def end_open_attempts(tx: Tx, workers: Sequence[str], now: datetime) -> int:
    """Attempts of workers that are gone become `unknown`, their messages due at once; returns how many."""
    rows = tx.connection.execute(
        select(ATTEMPT.c.message, ATTEMPT.c.number).where(
            and_(ATTEMPT.c.outcome.is_(None), ATTEMPT.c.worker.in_(workers))
        )
    ).all()
    for row in rows:
        end_attempt(
            tx, row.message, row.number, now, AttemptOutcome.UNKNOWN,
            "the service ended while this was being sent: it may have arrived",
        )  # fmt: skip
        tx.connection.execute(
            update(MESSAGE)
            .where(
                MESSAGE.c.id == row.message,
                MESSAGE.c.state == "open",
                or_(MESSAGE.c.lease_worker.is_(None), MESSAGE.c.lease_worker.in_(workers)),  # else another sends it now
            )
            .values(due_at=now, lease_until=None, lease_worker=None)
        )
    return len(rows)


def hurry(tx: Tx, channel: str, recipient: str, now: datetime) -> int:
    """The channel is back: its backlog to this recipient need not sit out its waits; returns how many messages.

    What failed a moment ago keeps its wait, so that a message which alone is refused is not tried at every success.
    """
    fresh = select(ATTEMPT.c.message).where(ATTEMPT.c.message == MESSAGE.c.id, ATTEMPT.c.ended_at > now - FRESH)
    done = tx.connection.execute(
        update(MESSAGE)
        .where(
            MESSAGE.c.channel == channel, MESSAGE.c.recipient == recipient, MESSAGE.c.state == "open",
            MESSAGE.c.attempts > 0, MESSAGE.c.due_at > now, MESSAGE.c.lease_worker.is_(None), ~fresh.exists(),
        )
        .values(due_at=now)
    )  # fmt: skip
    return int(done.rowcount)


def retry(tx: Tx, deliveries: Sequence[int], now: datetime, actor: str) -> int:
    """Dead deliveries are owed again, in messages of their own; returns how many."""
    rows = tx.connection.execute(
        select(DELIVERY.c.id).where(
            DELIVERY.c.state == DeliveryState.DEAD.value,
            *([DELIVERY.c.id.in_(deliveries)] if deliveries else []),
        )
    ).scalars().all()  # fmt: skip
    if rows:
        tx.connection.execute(
            update(DELIVERY)
            .where(DELIVERY.c.id.in_(rows))
            .values(state=DeliveryState.OWED.value, message=None, due_at=now, reason=None)
        )
        tx.note(AuditNote("deliveries retried", actor, now, {"deliveries": list(rows)}))
    return len(rows)


def _held(message: str, lease: Lease) -> Any:
    return (
        (MESSAGE.c.id == message)
        & (MESSAGE.c.lease_no == lease.number)
        & (MESSAGE.c.lease_worker == lease.worker)
        & (MESSAGE.c.state == "open")
    )
