"""people: rows of the console's accounts, sessions, links, keys and saved views.

Nothing here is a secret that works: passwords are argon2id hashes, sessions, links and keys are SHA-256 digests of random values.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Boolean, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from .columns import number as _number
from .columns import text as _text
from .columns import time as _time
from .tables import COUNTED


class PersonRow(SQLModel, table=True):
    """A local account; rows are disabled, never deleted, since rulings name them."""

    __tablename__: ClassVar[Any] = "person"
    name: str = _text(key=True)
    role: str = _text()
    password: str | None = _text(nullable=True)
    created_at: datetime = _time()
    disabled_at: datetime | None = _time(nullable=True)
    seen_until: datetime | None = _time(nullable=True)
    keys: bool = Field(default=True, sa_column=Column(Boolean, nullable=False, default=True))


class SessionRow(SQLModel, table=True):
    """A browser that is signed in."""

    __tablename__: ClassVar[Any] = "session"
    id: str = _text(key=True)
    person: str = _text()
    opened_at: datetime = _time()
    ends_at: datetime = _time()
    agent: str = _text(default="")

    __table_args__ = (Index("ix_session_person", "person"),)


class InviteRow(SQLModel, table=True):
    """A link that opens one session of a person, once."""

    __tablename__: ClassVar[Any] = "invite"
    id: str = _text(key=True)
    person: str = _text()
    ends_at: datetime = _time()


class ApiTokenRow(SQLModel, table=True):
    """A key for programs, with the rights it carries."""

    __tablename__: ClassVar[Any] = "api_token"
    id: str = _text(key=True)
    label: str = _text()
    person: str = _text()
    rights: str = _text()
    created_at: datetime = _time()
    ends_at: datetime | None = _time(nullable=True)
    used_at: datetime | None = _time(nullable=True)


class SavedViewRow(SQLModel, table=True):
    """A filter of the hit list that a person named."""

    __tablename__: ClassVar[Any] = "saved_view"
    id: int | None = _number(key=True, counted=True)
    person: str = _text()
    name: str = _text()
    query: str = _text()

    __table_args__ = (UniqueConstraint("person", "name"), COUNTED)
