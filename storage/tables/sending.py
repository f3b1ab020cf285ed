"""sending: deliveries, messages and their attempts?"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Column, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from ..columns import number as _number
from ..columns import text as _text
from ..columns import time as _time
from .base import COUNTED


class DeliveryRow(SQLModel, table=True):
    """One hit owed to one recipient on one channel: the promise."""

    __tablename__: ClassVar[Any] = "delivery"
    id: int | None = _number(key=True, counted=True)
    hit: int = _number()
    item: int = _number()
    topic: str = _text()
    edition: int = _number()
    channel: str = _text()
    recipient: str = _text()
    form: str = _text()
    source: str = _text()
    state: str = _text(default="owed")
    reason: str | None = _text(nullable=True)
    due_at: datetime | None = _time(nullable=True)
    message: str | None = _text(nullable=True)
    created_at: datetime = _time()

    __table_args__ = (
        UniqueConstraint("item", "topic", "edition", "channel", "recipient"),
        Index("ix_delivery_due", "state", "due_at"),  # what is to be put into messages?
        Index("ix_delivery_message", "message"),
        Index("ix_delivery_hit", "hit"),
        COUNTED,
    )


class MessageRow(SQLModel, table=True):
    """One mail or post with its frozen bytes."""

    __tablename__: ClassVar[Any] = "message"
    id: str = _text(key=True)
    kind: str = _text()
    channel: str = _text()
    recipient: str = _text()
    source: str = _text(default="")
    subject: str = _text(default="")
    body: str = _text(default="")
    state: str = _text(default="open")  # open, delivered, dead
    due_at: datetime | None = _time(nullable=True)
    lease_until: datetime | None = _time(nullable=True)
    lease_worker: str | None = _text(nullable=True)
    lease_no: int = _number(default="0")
    attempts: int = _number(default="0")
    rejects: int = _number(default="0")
    content_type: str | None = _text(nullable=True)
    payload: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    created_at: datetime = _time()
    first_tried_at: datetime | None = _time(nullable=True)

    __table_args__ = (
        Index("ix_message_due", "state", "due_at"),  # which messages are due?
        Index("ix_message_made", "created_at"),  # which were made in the last hour?
    )


class AttemptRow(SQLModel, table=True):
    """One try to send a message; without an outcome it is `started`."""

    __tablename__: ClassVar[Any] = "attempt"
    message: str = _text(key=True)
    number: int = _number(key=True)
    worker: str = _text()
    started_at: datetime = _time()
    ended_at: datetime | None = _time(nullable=True)
    outcome: str | None = _text(nullable=True)
    detail: str = _text(default="")

    __table_args__ = (Index("ix_attempt_open", "outcome", "worker"),)  # which were found open?
