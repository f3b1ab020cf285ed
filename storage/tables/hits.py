"""hits: hits, rulings and the rulesets they were judged under?"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import Column, Date, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from ..columns import number as _number
from ..columns import text as _text
from ..columns import time as _time
from .base import COUNTED


class HitRow(SQLModel, table=True):
    """The judgement on one version and topic under one ruleset. Never changes; the audit log commits to every column."""

    __tablename__: ClassVar[Any] = "hit"
    id: int | None = _number(key=True, counted=True)
    version: int = _number()
    item: int = _number()
    topic: str = _text()
    ruleset: str = _text()
    verdict: str = _text()
    novelty: str = _text()
    edition: int = _number(default="1")
    baseline: bool = Field(default=False)
    source: str = _text()
    url: str = _text()
    title: str = _text()
    kind: str = _text()
    part: str | None = _text(nullable=True)
    term: str = _text()
    form: str = _text()
    text: str = _text()
    start: int = _number()
    end: int = _number()
    passage: str = _text()
    passage_start: int = _number()
    matches: str = _text()
    facts: str = _text(default="[]")
    reasons: str = _text()
    score: float = Field(default=0.0)
    first_seen_at: datetime = _time()

    __table_args__ = (
        UniqueConstraint("version", "topic", "ruleset"),
        Index("ix_hit_topic", "topic", "verdict", "id"),  # the list of one programme
        Index("ix_hit_item", "item"),
        Index("ix_hit_seen", "first_seen_at", "verdict", "topic"),  # how many of a time, without their rows?
        COUNTED,
    )


class HitDayRow(SQLModel, table=True):
    """Hits of a day that is over, counted; `meta` has the number up to which they were."""

    __tablename__: ClassVar[Any] = "hit_day"
    day: date = Field(sa_column=Column(Date, primary_key=True))
    topic: str = _text(key=True)
    verdict: str = _text(key=True)
    hits: int = _number(default="0")


class RulingRow(SQLModel, table=True):
    """What a person decided. Never changes; the latest counts."""

    __tablename__: ClassVar[Any] = "ruling"
    id: int | None = _number(key=True, counted=True)
    kind: str = _text()
    actor: str = _text()
    at: datetime = _time()
    why: str = _text(default="")
    hit: int | None = _number(nullable=True)
    pair_low: int | None = _number(nullable=True)
    pair_high: int | None = _number(nullable=True)
    topic: str | None = _text(nullable=True)
    source: str | None = _text(nullable=True)
    until: datetime | None = _time(nullable=True)

    __table_args__ = (Index("ix_ruling_hit", "hit"), Index("ix_ruling_pair", "pair_low", "pair_high"), COUNTED)


class RulesetRow(SQLModel, table=True):
    """Compiled topics, for ever."""

    __tablename__: ClassVar[Any] = "ruleset"
    id: str = _text(key=True)
    canonical: str = _text()
    created_at: datetime = _time()


class WatchlistFileRow(SQLModel, table=True):
    """The bytes of each accepted file, for ever."""

    __tablename__: ClassVar[Any] = "watchlist_file"
    sha256: str = _text(key=True)
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    accepted_at: datetime = _time()


class WatchlistCurrentRow(SQLModel, table=True):
    """Which accepted bytes are in force under a file name."""

    __tablename__: ClassVar[Any] = "watchlist_current"
    name: str = _text(key=True)
    sha256: str = _text()
    since: datetime = _time()
