"""alert reads: what do digests, reports and commands about alerts ask of the store?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, and_, case, func, select

from monitor.domain.delivery import AttemptOutcome, MessageKind
from monitor.domain.hit import HitView, Verdict
from monitor.domain.overview import (
    ChannelState,
    HitCount,
    Judged,
    MessageView,
    Overview,
    SourceTrouble,
    TopicCount,
)
from monitor.domain.query import DeliveryView, MuteView
from monitor.domain.ruling import RULES_A_HIT, RulingKind
from storage.engine import Database
from storage.tables import AttemptRow, DeliveryRow, HitRow, MessageRow, RulingRow, SourceRow

from . import silences
from .rows import AnyRow

HIT: Table = HitRow.__table__  # type: ignore[attr-defined]
DELIVERY: Table = DeliveryRow.__table__  # type: ignore[attr-defined]
MESSAGE: Table = MessageRow.__table__  # type: ignore[attr-defined]
ATTEMPT: Table = AttemptRow.__table__  # type: ignore[attr-defined]
RULING: Table = RulingRow.__table__  # type: ignore[attr-defined]
SOURCE: Table = SourceRow.__table__  # type: ignore[attr-defined]

DAYS = 14  # of the chart
WEEKS = 8  # of the mean
SHOWN = 5  # reviews that are named
DAY = timedelta(days=1)
JUDGED = tuple(kind.value for kind in RULES_A_HIT)
MUTES = (RulingKind.MUTED.value, RulingKind.UNMUTED.value)


class AlertReads:
    """A part of SqlQueries: implements `ports.AlertQueries`."""

    database: Database
    names: dict[str, tuple[str, str]]

    def views(self, connection: Connection, numbers: Sequence[int]) -> dict[int, HitView]:
        """The hits of these numbers, as SqlQueries gives them."""
        raise AssertionError("SqlQueries has its own")

    def delivery(self, number: int) -> DeliveryView | None:
        """One delivery without its attempts, or None."""
        query = select(DELIVERY, HIT.c.title).join(HIT, HIT.c.id == DELIVERY.c.hit).where(DELIVERY.c.id == number)
        with self.database.read() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        return DeliveryView(
            row.id, row.hit, row.channel, row.recipient, row.message, row.state, (), row.topic, row.title, row.form,
            row.due_at, row.created_at, row.reason,
        )  # fmt: skip

    def owed(self, hit: int) -> set[tuple[str, str]]:
        """The (channel, recipient) that another version of the hit's item owes the same topic."""
        with self.database.read() as connection:
            one = connection.execute(select(HIT.c.item, HIT.c.topic).where(HIT.c.id == hit)).first()
            if one is None:
                return set()
            query = select(DELIVERY.c.channel, DELIVERY.c.recipient).where(
                DELIVERY.c.item == one.item, DELIVERY.c.topic == one.topic, DELIVERY.c.hit != hit
            )
            return {(row.channel, row.recipient) for row in connection.execute(query)}

    def mutes(self, now: datetime) -> list[MuteView]:
        """The silences in force, those that end first at the top."""
        with self.database.read() as connection:
            return silences.live(connection, now)

    def messages(self, numbers: Sequence[str]) -> list[MessageView]:
        """The messages of these ids, by channel and recipient."""
        query = (
            select(MESSAGE, ATTEMPT.c.outcome, ATTEMPT.c.detail)
            .outerjoin(ATTEMPT, and_(ATTEMPT.c.message == MESSAGE.c.id, ATTEMPT.c.number == MESSAGE.c.attempts))
            .where(MESSAGE.c.id.in_(numbers))
            .order_by(MESSAGE.c.channel, MESSAGE.c.recipient)
        )
        with self.database.read() as connection:
            rows = connection.execute(query).all()
        return [
            MessageView(
                row.id, row.kind, row.channel, row.recipient, row.state, row.attempts, row.outcome, row.detail or ""
            )
            for row in rows
        ]

    def channel_states(self, now: datetime) -> list[ChannelState]:
        """Every recipient that a message was ever made for, by channel."""
        with self.database.read() as connection:
            counts = connection.execute(_counts(now)).all()
            last = _last_attempts(connection)
        return [_channel_state(row, last.get((row.channel, row.recipient))) for row in counts]

    def hit_counts(self, since: datetime) -> list[HitCount]:
        """How many hits of each topic, term, source and verdict since then."""
        columns = (HIT.c.topic, HIT.c.term, HIT.c.source, HIT.c.verdict)
        query = select(*columns, func.count().label("n")).where(HIT.c.first_seen_at >= since).group_by(*columns)
        with self.database.read() as connection:
            rows = connection.execute(query.order_by(*columns)).all()
        return [HitCount(row.topic, row.term, row.source, row.verdict, row.n) for row in rows]

    def judged(self, since: datetime) -> list[Judged]:
        """Hits since then that people ruled on, each with its latest ruling, newest hit first. Restored counts as right."""
        query = (
            select(RULING)
            .join(HIT, HIT.c.id == RULING.c.hit)
            .where(RULING.c.kind.in_(JUDGED), HIT.c.first_seen_at >= since)
            .order_by(RULING.c.id)
        )
        with self.database.read() as connection:
            latest = {row.hit: row for row in connection.execute(query)}
            views = self.views(connection, sorted(latest, reverse=True))
        return [
            Judged(view, row.kind != RulingKind.WRONG.value, row.actor, row.why, row.at)
            for number, view in sorted(views.items(), reverse=True)
            if (row := latest[number]).kind != RulingKind.WITHDRAWN.value
        ]

    def ruled_on(self, hit: int) -> list[tuple[str, str, datetime]]:
        """(kind, actor, time) of each ruling on a hit, oldest first."""
        query = select(RULING.c.kind, RULING.c.actor, RULING.c.at).where(RULING.c.hit == hit).order_by(RULING.c.id)
        with self.database.read() as connection:
            return [(row.kind, row.actor, row.at) for row in connection.execute(query)]

    def overview(self, since: datetime, now: datetime) -> Overview:
        """What happened since then, and how things stand now."""
        with self.database.read() as connection:
            waiting, newest = _waiting(connection, now)
            made, arrived, given_up = _messages(connection, since)
            active, failing = _sources(connection)
            found = Overview(
                since, now, self._topics(connection, since, now), _days(connection, now), waiting,
                sources=active, sources_read=active - len(failing), failing=failing,
                messages=made, messages_delivered=arrived, given_up=given_up,
                muted=tuple(silences.live(connection, now)),
            )  # fmt: skip
            views = self.views(connection, newest)
        return replace(found, waiting=tuple(views[number] for number in newest if number in views))

    def _topics(self, connection: Connection, since: datetime, now: datetime) -> tuple[TopicCount, ...]:
        """Every topic in force and every one with a hit; the most alerts first."""
        rows = connection.execute(
            select(
                HIT.c.topic, HIT.c.verdict, func.count().label("n"),
                func.sum(case((HIT.c.first_seen_at >= since, 1), else_=0)).label("fresh"),
            )
            .where(HIT.c.first_seen_at >= min(since, now - WEEKS * 7 * DAY), HIT.c.verdict != Verdict.SUPPRESSED.value)
            .group_by(HIT.c.topic, HIT.c.verdict)
        ).all()  # fmt: skip
        fresh: dict[str, Counter[str]] = defaultdict(Counter)
        long: Counter[str] = Counter()
        for row in rows:
            fresh[row.topic][row.verdict] = int(row.fresh)
            long[row.topic] += row.n if row.verdict == Verdict.ALERT.value else 0
        counted = [
            TopicCount(
                topic, self.names.get(topic, (topic, ""))[0], fresh[topic]["alert"], fresh[topic]["review"],
                round(long[topic] / WEEKS, 1),
            )
            for topic in {**self.names, **fresh}
        ]  # fmt: skip
        return tuple(sorted(counted, key=lambda one: (-one.alerts, -one.reviews, -one.a_week, one.name)))


def _counts(now: datetime) -> Any:
    recent = MESSAGE.c.created_at >= now - DAY
    return (
        select(
            MESSAGE.c.channel, MESSAGE.c.recipient,
            func.sum(case((and_(recent, MESSAGE.c.state == "delivered"), 1), else_=0)).label("delivered"),
            func.sum(case((MESSAGE.c.state == "open", 1), else_=0)).label("waiting"),
            func.sum(case((MESSAGE.c.state == "dead", 1), else_=0)).label("dead"),
            func.min(case((MESSAGE.c.state == "open", MESSAGE.c.due_at))).label("due_at"),
        )
        .group_by(MESSAGE.c.channel, MESSAGE.c.recipient)
        .order_by(MESSAGE.c.channel, MESSAGE.c.recipient)
    )  # fmt: skip


def _last_attempts(connection: Connection) -> dict[tuple[str, str], AnyRow]:
    """Of each recipient the attempt that ended last, with when one was delivered at last."""
    newest = (
        select(
            MESSAGE.c.channel, MESSAGE.c.recipient, func.max(ATTEMPT.c.ended_at).label("ended_at"),
            func.max(case((ATTEMPT.c.outcome == AttemptOutcome.DELIVERED.value, ATTEMPT.c.ended_at))).label("good_at"),
        )
        .join(MESSAGE, MESSAGE.c.id == ATTEMPT.c.message)
        .group_by(MESSAGE.c.channel, MESSAGE.c.recipient)
        .subquery()
    )  # fmt: skip
    rows = connection.execute(
        select(newest, ATTEMPT.c.outcome, ATTEMPT.c.detail)
        .join(MESSAGE, and_(MESSAGE.c.channel == newest.c.channel, MESSAGE.c.recipient == newest.c.recipient))
        .join(ATTEMPT, and_(ATTEMPT.c.message == MESSAGE.c.id, ATTEMPT.c.ended_at == newest.c.ended_at))
    )
    return {(row.channel, row.recipient): row for row in rows}


def _channel_state(row: AnyRow, last: AnyRow | None) -> ChannelState:
    plain = ChannelState(
        row.channel, row.recipient, int(row.delivered), int(row.waiting), int(row.dead), due_at=_aware(row.due_at)
    )
    if last is None:
        return plain
    return replace(
        plain, last_outcome=last.outcome, last_at=_aware(last.ended_at), last_detail=last.detail,
        delivered_at=_aware(last.good_at),
    )  # fmt: skip


def _waiting(connection: Connection, now: datetime) -> tuple[int, list[int]]:
    """Reviews of the last 30 days that nobody judged: how many, and the numbers of the newest."""
    judged = select(RULING.c.id).where(RULING.c.hit == HIT.c.id, RULING.c.kind.in_(JUDGED)).exists()
    where = (HIT.c.verdict == Verdict.REVIEW.value, HIT.c.first_seen_at >= now - 30 * DAY, ~judged)
    count = connection.execute(select(func.count()).select_from(HIT).where(*where)).scalar_one()
    newest = connection.execute(select(HIT.c.id).where(*where).order_by(HIT.c.id.desc()).limit(SHOWN)).scalars()
    return int(count), list(newest)


def _messages(connection: Connection, since: datetime) -> tuple[int, int, int]:
    """Messages about hits made since then: how many, how many arrived, how many were given up."""
    about_hits = (MessageKind.ALERT.value, MessageKind.DIGEST.value, MessageKind.BASELINE.value)
    rows = connection.execute(
        select(MESSAGE.c.state, func.count().label("n"))
        .where(MESSAGE.c.created_at >= since, MESSAGE.c.kind.in_(about_hits))
        .where(select(DELIVERY.c.id).where(DELIVERY.c.message == MESSAGE.c.id).exists())
        .group_by(MESSAGE.c.state)
    ).all()
    states = {row.state: int(row.n) for row in rows}
    return sum(states.values()), states.get("delivered", 0), states.get("dead", 0)


def _sources(connection: Connection) -> tuple[int, tuple[SourceTrouble, ...]]:
    """How many sources are active, and which of them are not read, the longest first."""
    rows = connection.execute(
        select(SOURCE.c.key, SOURCE.c.outcome, SOURCE.c.reason, SOURCE.c.succeeded_at).where(SOURCE.c.state == "active")
    ).all()
    failing = [
        SourceTrouble(
            row.key, row.reason or ("not polled yet" if row.outcome is None else "no reason"), row.succeeded_at
        )
        for row in rows
        if row.outcome in (None, "failed")
    ]
    oldest = datetime.min.replace(tzinfo=UTC)
    return len(rows), tuple(sorted(failing, key=lambda one: (one.since or oldest, one.source)))


def _days(connection: Connection, now: datetime) -> tuple[int, ...]:
    """Alerts of each of the last days (UTC), today last."""
    first = now.date() - (DAYS - 1) * DAY
    moments = connection.execute(
        select(HIT.c.first_seen_at).where(
            HIT.c.verdict == Verdict.ALERT.value,
            HIT.c.first_seen_at >= datetime.combine(first, datetime.min.time(), UTC),
        )
    ).scalars()
    counts = Counter(moment.date() for moment in moments)
    return tuple(counts[first + offset * DAY] for offset in range(DAYS))


def _aware(moment: Any) -> datetime | None:
    """A moment that came out of an aggregate, where the column's type may be lost."""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    return moment.replace(tzinfo=UTC) if isinstance(moment, datetime) and moment.tzinfo is None else moment
