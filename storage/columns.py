"""columns: how are texts, times and numbers declared, so that both databases keep them alike?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Text
from sqlmodel import Field

from .types import Number, UTCDateTime


def text(*, nullable: bool = False, key: bool = False, default: str | None = None) -> Any:
    """A text of any length."""
    column: Column[str] = Column(Text, nullable=nullable, primary_key=key, server_default=default)
    return Field(sa_column=column)


def time(*, nullable: bool = False) -> Any:
    """A moment in UTC."""
    column: Column[datetime] = Column(UTCDateTime, nullable=nullable)
    return Field(sa_column=column)


def number(*, nullable: bool = False, key: bool = False, counted: bool = False, default: str | None = None) -> Any:
    """A 64-bit number; `counted` ones are given by the database."""
    column: Column[int] = Column(
        Number, nullable=nullable, primary_key=key, autoincrement=counted or False, server_default=default
    )
    return Field(sa_column=column)


def hashed() -> Any:
    """A signed 64-bit hash as the first part of a key."""
    return Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
