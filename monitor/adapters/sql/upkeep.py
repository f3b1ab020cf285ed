"""upkeep: what is past its time, and what did a jump of the clock leave wrong?"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Table, delete, func, insert, select, update

from monitor.domain.archive import Retention
from monitor.domain.audit import AuditNote
from monitor.pipeline.schedule import next_slot
from storage.tables import JobRow, SourceDayRow, StoryKeyRow, TextRow, VersionRow

from . import hit_reads, pauses, polls, retention, search
from .lookup import STORY_WINDOW
from .messages import DELIVERY, MESSAGE
from .polls import LINK, SOURCE
from .writer import Tx

JOB: Table = JobRow.__table__  # type: ignore[attr-defined]
DAY: Table = SourceDayRow.__table__  # type: ignore[attr-defined]
TEXT: Table = TextRow.__table__  # type: ignore[attr-defined]
STORY_KEY: Table = StoryKeyRow.__table__  # type: ignore[attr-defined]
VERSION: Table = VersionRow.__table__  # type: ignore[attr-defined]

LONGEST_WAIT = timedelta(hours=24) * 1.1  # no back-off and no server may ask for more
REVISIT_WAIT = timedelta(days=90) * 1.1
ACTOR = "monitor"
POLICY = Retention()


def run(tx: Tx, now: datetime, policy: Retention = POLICY) -> None:
    """Closes days, purges texts, counts and indexes hits, mends due times."""
    if _close_days(tx, now):
        _forget_facts(tx, now)
    retention.run(tx, policy, now)
    hit_reads.count_days(tx, now)
    search.go_on(tx)
    _mend(tx, now)
    pauses.end_overdue(tx, now)


def _close_days(tx: Tx, now: datetime) -> bool:
    """Each day that is over becomes one entry with the sums of its polls. Tells whether a new day began."""
    done = tx.connection.execute(select(JOB.c.done_at).where(JOB.c.id == "close-day")).scalar()
    after = done.date() if done is not None else date.min
    rows = tx.connection.execute(
        select(
            DAY.c.day,
            *(func.sum(DAY.c[name]).label(name) for name in ("polled", "changed", "unchanged", "failed", "skipped")),
            func.count().label("sources"),
        )
        .where(DAY.c.day >= after, DAY.c.day < now.date())
        .group_by(DAY.c.day)
        .order_by(DAY.c.day)
    ).all()
    for row in rows:
        body = {
            name: int(getattr(row, name)) for name in ("polled", "changed", "unchanged", "failed", "skipped", "sources")
        }
        tx.note(AuditNote("day closed", ACTOR, now, {"day": row.day, **body}))
    today = datetime.combine(now.date(), datetime.min.time(), now.tzinfo)
    if done is None:
        tx.connection.execute(insert(JOB), {"id": "close-day", "due_at": today + timedelta(days=1), "done_at": today})
    elif rows or done.date() < now.date():
        tx.connection.execute(
            update(JOB).where(JOB.c.id == "close-day").values(due_at=today + timedelta(days=1), done_at=today)
        )
    return done is None or done.date() < now.date()


def _forget_facts(tx: Tx, now: datetime) -> None:
    """Rare facts of versions behind the story window go, once a day: nobody asks for them any more."""
    old = select(VERSION.c.id).where(VERSION.c.first_seen_at < now - STORY_WINDOW).order_by(VERSION.c.id.desc())
    last = tx.connection.execute(old.limit(1)).scalar()
    if last is not None:
        tx.connection.execute(delete(STORY_KEY).where(STORY_KEY.c.version <= last))


def _latest(row: Any, now: datetime, longest: timedelta) -> datetime:
    """The latest that a source can be due in truth: its next fixed time, or a long interval from now."""
    if row.at:
        return max(next_slot(row.at, now), now + longest)
    return now + max(longest, timedelta(seconds=(row.every_max or row.every) * 1.2))


def _mend(tx: Tx, now: datetime) -> None:
    """A due time further ahead than any interval is a clock that jumped: it counts as due."""
    for table, column, longest in (
        (SOURCE, SOURCE.c.due_at, LONGEST_WAIT),
        (LINK, LINK.c.due_at, REVISIT_WAIT),
        (MESSAGE, MESSAGE.c.due_at, timedelta(days=8)),
        (polls.HOST, polls.HOST.c.next_allowed_at, LONGEST_WAIT),
    ):
        wanted: Any = column > now + longest
        if table is SOURCE:
            rows = tx.connection.execute(
                select(SOURCE.c.key, SOURCE.c.due_at, SOURCE.c.every_max, SOURCE.c.every, SOURCE.c.at).where(wanted)
            )
            late = [
                row.key for row in rows
                if row.due_at > _latest(row, now, longest)
            ]  # fmt: skip
            wanted = SOURCE.c.key.in_(late)
            if not late:
                continue
        tx.connection.execute(update(table).where(wanted).values({column.name: now}))
    tx.connection.execute(  # a digest may be far ahead, so what tells is when it was promised
        update(DELIVERY)
        .where(DELIVERY.c.created_at > now + LONGEST_WAIT, DELIVERY.c.message.is_(None), DELIVERY.c.due_at > now)
        .values(due_at=now)
    )
