"""promises: to whom is a hit owed, and what keeps it from being owed?

A promise is a delivery row; the columns that never change are committed to by the audit log. A restored hit is remembered as
a job, because who rules does not know the channels: the next `assemble` does, and owes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, or_, select

from monitor.domain.audit import AuditNote
from monitor.domain.delivery import Form, Routing
from monitor.domain.hit import Verdict
from monitor.domain.ruling import RulingKind
from monitor.pipeline import route
from storage.tables import DeliveryRow, HitRow, JobRow, RulingRow, VersionRow

from .audit import row_commit
from .polls import upsert
from .writer import Tx

DELIVERY: Table = DeliveryRow.__table__  # type: ignore[attr-defined]
HIT: Table = HitRow.__table__  # type: ignore[attr-defined]
JOB: Table = JobRow.__table__  # type: ignore[attr-defined]
RULING: Table = RulingRow.__table__  # type: ignore[attr-defined]
VERSION: Table = VersionRow.__table__  # type: ignore[attr-defined]
RESTORED = "restored:"
MOST_AT_ONCE = 200


def promise(
    connection: Connection,
    hit: Mapping[str, Any],
    to: tuple[str, str],
    form: Form,
    due: datetime,
    at: datetime,
    held: bool = False,
) -> dict[str, Any] | None:
    """Owes the hit to (channel, recipient); gives what the log says of it, None when this edition is owed already."""
    row = {
        "hit": hit["id"], "item": hit["item"], "topic": hit["topic"], "edition": hit["edition"],
        "channel": to[0], "recipient": to[1], "source": hit["source"], "form": form.value, "created_at": at,
    }  # fmt: skip
    number = connection.execute(
        upsert(connection, DELIVERY)
        .values(**row, state="held" if held else "owed", due_at=due)
        .on_conflict_do_nothing()
        .returning(DELIVERY.c.id)
    ).scalar()
    return None if number is None else {"delivery": number, "commit": row_commit({"id": number, **row})}


def owed_already(connection: Connection, hit: Mapping[str, Any], channel: str, recipient: str) -> bool:
    """Whether a version of this item owes this topic to this recipient."""
    query = select(DELIVERY.c.id).where(
        DELIVERY.c.item == hit["item"],
        DELIVERY.c.topic == hit["topic"],
        DELIVERY.c.channel == channel,
        DELIVERY.c.recipient == recipient,
    )
    return connection.execute(query.limit(1)).first() is not None


def mute(connection: Connection, topic: str, source: str, now: datetime) -> str | None:
    """Why nobody is told of this topic from this source now, None when it is not muted. The latest ruling counts."""
    rows = connection.execute(
        select(RULING)
        .where(
            RULING.c.kind == RulingKind.MUTED.value,
            RULING.c.hit.is_(None),
            or_(RULING.c.topic == topic, RULING.c.topic.is_(None)),
            or_(RULING.c.source == source, RULING.c.source.is_(None)),
        )
        .order_by(RULING.c.id.desc())
    ).all()
    latest: dict[tuple[str | None, str | None], Any] = {}
    for row in rows:
        latest.setdefault((row.topic, row.source), row)
    for row in latest.values():
        if row.until is None or row.until > now:
            until = f"until {row.until:%Y-%m-%d %H:%M} UTC" if row.until else "for good"
            return f"muted by {row.actor} {until}: {row.why or 'no reason given'}"
    return None


def remember_restored(tx: Tx, hit: int, now: datetime) -> None:
    """The next `assemble` owes this hit to those who would have heard."""
    row = {"id": f"{RESTORED}{hit}", "due_at": now}
    tx.connection.execute(upsert(tx.connection, JOB).values(**row).on_conflict_do_nothing())


def owe_restored(tx: Tx, routing: Routing, now: datetime) -> None:
    """Owes restored hits to those who would have heard and were not told, each with its audit entry."""
    jobs = tx.connection.execute(select(JOB.c.id).where(JOB.c.id.like(f"{RESTORED}%")).limit(MOST_AT_ONCE)).scalars()
    numbers = [int(job.removeprefix(RESTORED)) for job in jobs]
    if not numbers:
        return
    rows = tx.connection.execute(
        select(HIT, VERSION.c.language).join(VERSION, VERSION.c.id == HIT.c.version).where(HIT.c.id.in_(numbers))
    ).mappings()
    for hit in rows.all():
        made = _owe(tx.connection, dict(hit), routing, now)
        if made:
            tx.note(AuditNote("restored hit owed", "monitor", now, {"hit": hit["id"], "deliveries": made}))
    tx.connection.execute(delete(JOB).where(JOB.c.id.in_([f"{RESTORED}{number}" for number in numbers])))


def _owe(connection: Connection, hit: Mapping[str, Any], routing: Routing, now: datetime) -> list[dict[str, Any]]:
    severity = routing.severities.get(hit["topic"], "medium")
    told = route.audience(
        hit["topic"], Verdict.ALERT, hit["kind"], hit["part"], severity, hit["source"], hit["language"], "new",
        routing.channels,
    )  # fmt: skip
    made = [
        promise(connection, hit, (channel.key, recipient), Form.NEW, route.due(channel, now, Form.NEW), now)
        for channel, recipient in told
        if not owed_already(connection, hit, channel.key, recipient)
    ]
    return [one for one in made if one is not None]
