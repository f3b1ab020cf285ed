"""attached: which notice does an attachment belong to, and what waits for it?

A notice page and its attachments are one item. What is owed of it waits until its attachments have been read, ten minutes at most;
what they say is then told with it. An attachment that comes later is told under the notice, as something that was added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, bindparam, or_, select, update

from monitor.domain.delivery import DeliveryState, Form, Routing
from monitor.domain.hit import Novelty
from monitor.pipeline import route
from storage.tables import DeliveryRow, DocumentRow, HitRow, LinkRow, VersionRow

from . import items
from .quick import Quick

DELIVERY: Table = DeliveryRow.__table__  # type: ignore[attr-defined]
DOCUMENT: Table = DocumentRow.__table__  # type: ignore[attr-defined]
HIT: Table = HitRow.__table__  # type: ignore[attr-defined]
LINK: Table = LinkRow.__table__  # type: ignore[attr-defined]
VERSION: Table = VersionRow.__table__  # type: ignore[attr-defined]

# Built once, because they are asked for every link.
SHOWN_BY = select(LINK.c.shown_by).where(LINK.c.id == bindparam("which"), LINK.c.attachment.is_(True))
OPEN = Quick(
    lambda _: (
        select(LINK.c.id)
        .where(LINK.c.shown_by == bindparam("notice"), LINK.c.state == "due", LINK.c.due_at.is_not(None))
        .limit(1)
    )
)
LONGEST = timedelta(minutes=10)
WAITS = "waits for its attachments"
PART = "an attachment of its notice"


@dataclass(frozen=True, slots=True)
class Part:
    """The item that an attachment becomes a part of, and how its hits are told."""

    item: int
    edition: int
    novelty: Novelty


def notice_of(connection: Connection, link: int | None) -> int | None:
    """The document that showed a link as its attachment; None for any other link."""
    if link is None:
        return None
    return connection.execute(SHOWN_BY, {"which": link}).scalar()


def part_of(connection: Connection, link: int | None) -> int | None:
    """The item of the notice that showed this attachment, or of another attachment of it; None while there is none."""
    notice = notice_of(connection, link)
    if notice is None:
        return None
    query = (
        select(VERSION.c.id)
        .join(DOCUMENT, DOCUMENT.c.id == VERSION.c.document)
        .where(_of_notice(notice), VERSION.c.item.is_not(None))
        .order_by(DOCUMENT.c.id != notice, VERSION.c.id)
        .limit(1)
    )
    version = connection.execute(query).scalar()
    return None if version is None else items.item_of(connection, version)


def is_told(connection: Connection, item: int) -> bool:
    """Whether anybody was sent a message about this item, or one is on its way."""
    query = select(DELIVERY.c.id).where(DELIVERY.c.item == item, DELIVERY.c.message.is_not(None))
    return connection.execute(query.limit(1)).first() is not None


def novelty_of(connection: Connection, part: Part, topic: str) -> Novelty:
    """A topic that the item did not have is new, whoever names it."""
    query = select(HIT.c.id).where(HIT.c.item == part.item, HIT.c.topic == topic).limit(1)
    return part.novelty if connection.execute(query).first() is not None else Novelty.NEW


def settle(
    connection: Connection, link: int | None, owed: Mapping[int, Sequence[int]], at: datetime, routing: Routing
) -> None:
    """What was just owed (by document) waits while attachments of its notice are still to be read.

    `link` is what was read: when it was the last of its notice's attachments, nothing waits for them any more.
    """
    notice = notice_of(connection, link)
    for document, made in owed.items():
        if made and _are_open(connection, document if notice is None else notice):
            late = at + LONGEST
            waiting = update(DELIVERY).where(DELIVERY.c.id.in_(made), _owed(), DELIVERY.c.due_at < late)
            connection.execute(waiting.values(due_at=late, reason=WAITS))
    if notice is not None and not _are_open(connection, notice):
        _release(connection, notice, at, routing)


def release_all(connection: Connection, now: datetime) -> None:
    """Nothing waits any longer: the service is about to end (`--once`)."""
    connection.execute(update(DELIVERY).where(_owed(), DELIVERY.c.reason == WAITS).values(due_at=now, reason=None))


def _release(connection: Connection, notice: int, at: datetime, routing: Routing) -> None:
    query = (
        select(DELIVERY.c.id, DELIVERY.c.channel, DELIVERY.c.form)
        .join(HIT, HIT.c.id == DELIVERY.c.hit)
        .join(VERSION, VERSION.c.id == HIT.c.version)
        .join(DOCUMENT, DOCUMENT.c.id == VERSION.c.document)
        .where(_of_notice(notice), _owed(), DELIVERY.c.reason == WAITS)
    )
    channels = {channel.key: channel for channel in routing.channels}
    for row in connection.execute(query).all():
        channel = channels.get(row.channel)
        due = at if channel is None else route.due(channel, at, Form(row.form), routing.digest)
        connection.execute(update(DELIVERY).where(DELIVERY.c.id == row.id).values(due_at=due, reason=None))


def _owed() -> Any:
    return (DELIVERY.c.state == DeliveryState.OWED.value) & DELIVERY.c.message.is_(None)


def _of_notice(notice: int) -> Any:
    """The notice and the documents that were read from its attachments."""
    parts = select(LINK.c.id).where(LINK.c.shown_by == notice)
    return or_(DOCUMENT.c.id == notice, DOCUMENT.c.link.in_(parts))


def _are_open(connection: Connection, notice: int) -> bool:
    return bool(OPEN.all(connection, {"notice": notice}))
