"""silences: what is muted, by whom, why and until when, and what waits for its end?

A muted hit is stored and owed like any other; its deliveries are `held` with the reason until the silence ends or is
lifted, and are then told in one digest. The latest ruling on the same topic and source counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, and_, bindparam, func, or_, select, true, update

from monitor.domain.delivery import DeliveryState, Form, Routing
from monitor.domain.query import MuteView
from monitor.domain.ruling import Ruling, RulingKind
from monitor.pipeline import route
from storage.tables import DeliveryRow, RulingRow

from .quick import Quick
from .rows import AnyRow
from .writer import Tx

RULING: Table = RulingRow.__table__  # type: ignore[attr-defined]
DELIVERY: Table = DeliveryRow.__table__  # type: ignore[attr-defined]
MUTED = "muted "  # how the reason of a delivery that waits begins
UNMUTED = "its silence is over"
MOST_AT_ONCE = 5_000
KINDS = (RulingKind.MUTED.value, RulingKind.UNMUTED.value)

COVERED = and_(
    or_(*(RULING.c.kind == kind for kind in KINDS)),
    RULING.c.hit.is_(None),
    or_(RULING.c.topic == bindparam("of_topic"), RULING.c.topic.is_(None)),
    or_(RULING.c.source == bindparam("of_source"), RULING.c.source.is_(None)),
)
RULED = select(RULING).where(COVERED).order_by(RULING.c.id.desc())
ANY_RULED = Quick(lambda _: select(RULING.c.id).where(COVERED).limit(1))  # asked for every hit, and nearly always none


@dataclass(frozen=True, slots=True)
class Silence:
    """Why nobody is told now, in words, and until when (None: until it is lifted)."""

    words: str
    until: datetime | None


def silence(connection: Connection, topic: str, source: str, now: datetime) -> Silence | None:
    """The silence over this topic from this source, the one that lasts longest; None when people are told."""
    asked = {"of_topic": topic, "of_source": source}
    if ANY_RULED.value(connection, asked) is None:
        return None
    live = [row for row in _latest(connection.execute(RULED, asked)) if _on(row, now)]
    if not live:
        return None
    row = max(live, key=lambda one: (one.until is None, one.until or now))
    until = f"until {row.until:%Y-%m-%d %H:%M} UTC" if row.until else "for good"
    return Silence(f"{MUTED}by {row.actor} {until}: {row.why or 'no reason given'}", row.until)


def wake(tx: Tx, ruling: Ruling) -> None:
    """A new ruling on silence: what waits is looked at again with the next `release`."""
    tx.connection.execute(
        update(DELIVERY).where(_waits(), _covers(ruling.topic, ruling.source)).values(due_at=ruling.at)
    )


def release(tx: Tx, routing: Routing, now: datetime) -> None:
    """What waited for the end of a silence is owed now; what another silence covers waits for that one's end."""
    rows = tx.connection.execute(
        select(DELIVERY.c.id, DELIVERY.c.topic, DELIVERY.c.source, DELIVERY.c.channel)
        .where(_waits(), DELIVERY.c.due_at <= now)
        .order_by(DELIVERY.c.id)
        .limit(MOST_AT_ONCE)
    ).all()
    channels = {channel.key: channel for channel in routing.channels}
    for (topic, source, key), ids in _grouped(rows).items():
        still = silence(tx.connection, topic, source, now)
        if still is not None:
            values: dict[str, Any] = {"due_at": still.until, "reason": still.words}
        else:
            due = route.due(channels[key], now, Form.NEW, routing.digest) if key in channels else now
            values = {"due_at": due, "reason": UNMUTED, "state": DeliveryState.OWED.value}
        tx.connection.execute(update(DELIVERY).where(DELIVERY.c.id.in_(ids)).values(**values))


def live(connection: Connection, now: datetime) -> list[MuteView]:
    """The silences in force, the one that ends first at the top, each with how many deliveries wait for it."""
    rows = connection.execute(select(RULING).where(RULING.c.kind.in_(KINDS)).order_by(RULING.c.id.desc()))
    found = [
        MuteView(
            row.topic, row.source, row.actor, row.why, row.at, row.until,
            int(
                connection.execute(
                    select(func.count()).select_from(DELIVERY).where(_waits(), _covers(row.topic, row.source))
                ).scalar_one()
            ),
        )
        for row in _latest(rows)
        if _on(row, now)
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.until is None, one.until or now, one.topic or "", one.source or ""))


def _latest(rows: Iterable[AnyRow]) -> list[AnyRow]:
    """Of rulings, newest first, the newest on each (topic, source)."""
    latest: dict[tuple[str | None, str | None], AnyRow] = {}
    for row in rows:
        latest.setdefault((row.topic, row.source), row)
    return list(latest.values())


def _on(row: AnyRow, now: datetime) -> bool:
    return row.kind == RulingKind.MUTED.value and (row.until is None or row.until > now)


def _waits() -> Any:
    return and_(DELIVERY.c.state == DeliveryState.HELD.value, DELIVERY.c.reason.startswith(MUTED))


def _covers(topic: str | None, source: str | None) -> Any:
    asked = ((DELIVERY.c.topic, topic), (DELIVERY.c.source, source))
    return and_(true(), *(column == value for column, value in asked if value is not None))


def _grouped(rows: Iterable[AnyRow]) -> dict[tuple[str, str, str], list[int]]:
    groups: dict[tuple[str, str, str], list[int]] = {}
    for row in rows:
        groups.setdefault((row.topic, row.source, row.channel), []).append(row.id)
    return groups
