"""polls: which sources and links are due, and how did their polls end?"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table, bindparam, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from monitor.domain.errors import LeaseLost
from monitor.domain.intent import HostUpdate, Lease, LinkUpdate, SourceUpdate
from monitor.domain.source import Outcome
from storage.tables import HostRow, LinkRow, SightRow, SourceDayRow, SourceRow

from .quick import Quick

SOURCE: Table = SourceRow.__table__  # type: ignore[attr-defined]
LINK: Table = LinkRow.__table__  # type: ignore[attr-defined]
HOST: Table = HostRow.__table__  # type: ignore[attr-defined]
DAY: Table = SourceDayRow.__table__  # type: ignore[attr-defined]
SIGHT: Table = SightRow.__table__  # type: ignore[attr-defined]


def upsert(connection: Connection, table: Table) -> Any:
    """INSERT that knows ON CONFLICT on both databases."""
    return upsert_in(connection.dialect.name, table)


def upsert_in(dialect: str, table: Table) -> Any:
    """The same for a dialect's name, for statements that are built once."""
    return (sqlite.insert if dialect == "sqlite" else postgresql.insert)(table)


def settle_source(connection: Connection, one: SourceUpdate) -> None:
    """Stores how a poll ended, together with its validators. Raises LeaseLost when the row was claimed anew."""
    succeeded = one.outcome is not Outcome.FAILED
    values: dict[str, Any] = {
        "due_at": one.due_at,
        "interval": one.interval,
        "outcome": one.outcome.value,
        "reason": one.reason,
        "failures": one.failures,
        "unchanged": one.unchanged,
        "polled_at": one.polled_at,
        "lease_until": None,
        "lease_worker": None,
    }
    if one.quiet:
        del values["reason"]  # the body is that of last time, and so is what was told of it
    if succeeded:
        values["succeeded_at"] = one.polled_at
        values["first_success_at"] = one.polled_at  # if there was none
    if one.outcome is Outcome.CHANGED:
        values["changed_at"] = one.polled_at
    if one.validators is not None:
        values |= {
            "etag": one.validators.etag,
            "last_modified": one.validators.last_modified,
            "body_hash": one.validators.body_hash,
        }
    if one.entries is not None:
        values["entries"] = one.entries
    if one.moved_to is not None:
        values["moved_to"] = one.moved_to
    if one.memory is not None:
        values["memory"] = one.memory
    if one.standing is not None:
        values |= {
            "health": one.standing.health,
            "health_since": one.standing.since,
            "missing_since": one.standing.missing_since,
            "blind_at": one.standing.blind_at,
            "untrusted": int(one.standing.untrusted),
        }
    if not _settled(connection, SOURCE, one.key, one.lease, values):
        raise LeaseLost(f"source {one.key} was claimed anew")
    count_day(connection, [(one.key, one.polled_at, one.outcome.value)])
    count_skips(connection, one)


def settle_pushed(connection: Connection, key: str, at: datetime, changed: bool) -> None:
    """Counts a document that was sent to us as a poll of its source that succeeded."""
    outcome = Outcome.CHANGED if changed else Outcome.UNCHANGED
    values: dict[str, Any] = {
        "outcome": outcome.value,
        "reason": None,
        "failures": 0,
        "polled_at": at,
        "succeeded_at": at,
        "first_success_at": func.coalesce(SOURCE.c.first_success_at, at),
    }
    if changed:
        values["changed_at"] = at
    connection.execute(update(SOURCE).where(SOURCE.c.key == key).values(**values))
    count_day(connection, [(key, at, outcome.value)])


def show_again(connection: Connection, source: str, stamps: Mapping[str, str], at: datetime) -> int:
    """Makes links due of which the source says something else than last time; how many. One that is being read now stays."""
    due = 0
    for address, stamp in stamps.items():
        free = or_(LINK.c.lease_until.is_(None), LINK.c.lease_until < at)
        query = update(LINK).where(LINK.c.source == source, LINK.c.address == address, LINK.c.stamp != stamp, free)
        due += connection.execute(query.values(stamp=stamp, due_at=at)).rowcount
    return due


def settle_link(connection: Connection, one: LinkUpdate) -> None:
    """Stores how the reading of a link ended. Raises LeaseLost when the row was claimed anew."""
    values: dict[str, Any] = {
        "state": one.state.value,
        "reason": one.reason,
        "due_at": one.due_at,
        "read_at": one.read_at,
        "tries": one.tries,
        "misses": one.misses,
        "visits": one.visits,
        "lease_until": None,
        "lease_worker": None,
    }
    if one.validators is not None:
        values |= {
            "etag": one.validators.etag,
            "last_modified": one.validators.last_modified,
            "body_hash": one.validators.body_hash,
        }
    if not _settled(connection, LINK, one.id, one.lease, values):
        raise LeaseLost(f"link {one.id} of {one.source} was claimed anew")


def settle_host(connection: Connection, one: HostUpdate) -> None:
    """The host is left alone until then; a later time that stands already is kept."""
    connection.execute(
        update(HOST)
        .where(
            HOST.c.name == one.name,
            or_(HOST.c.next_allowed_at.is_(None), HOST.c.next_allowed_at < one.next_allowed_at),
        )
        .values(next_allowed_at=one.next_allowed_at, reason=one.reason)
    )


def _settled(connection: Connection, table: Table, of: object, lease: Lease, values: Mapping[str, Any]) -> bool:
    """Updates these columns of one row, as long as its lease is held; whether it was."""
    given = {f"v_{name}": value for name, value in values.items()}
    held = {"of": of, "number": lease.number, "worker": lease.worker}
    return bool(_settle(table, tuple(values)).run(connection, held | given).rowcount == 1)


@lru_cache
def _settle(table: Table, names: tuple[str, ...]) -> Quick:
    """The first success stays what it was."""
    values: dict[str, Any] = {name: bindparam(f"v_{name}", type_=table.c[name].type) for name in names}
    if "first_success_at" in values:
        values["first_success_at"] = func.coalesce(table.c.first_success_at, values["first_success_at"])
    held = (table.c.lease_no == bindparam("number")) & (table.c.lease_worker == bindparam("worker"))
    (key,) = table.primary_key
    statement = update(table).where((key == bindparam("of")) & held).values(values)
    return Quick(lambda _: statement)


def add_hosts(connection: Connection, names: set[str]) -> None:
    """Makes sure that each host has its row."""
    if names:
        rows = [{"name": name} for name in sorted(names)]
        connection.execute(upsert(connection, HOST).on_conflict_do_nothing(), rows)


def count_day(connection: Connection, polls: Sequence[tuple[str, datetime, str]]) -> None:
    """Adds polls to the days of their sources."""
    for outcome in {poll[2] for poll in polls}:
        rows = [{"s": key, "d": at.date()} for key, at, ended in sorted(polls) if ended == outcome]
        _one_more(outcome).many(connection, rows)


@lru_cache
def _one_more(outcome: str) -> Quick:
    def counted(dialect: str) -> Any:
        statement = upsert_in(dialect, DAY).values(source=bindparam("s"), day=bindparam("d"), polled=1, **{outcome: 1})
        return statement.on_conflict_do_update(
            index_elements=["source", "day"], set_={"polled": DAY.c.polled + 1, outcome: DAY.c[outcome] + 1}
        )

    return Quick(counted)


def count_skips(connection: Connection, one: SourceUpdate) -> None:
    """Adds turns that nobody took to the days they were due on, with the reason."""
    for day, number in one.skipped:
        here = (DAY.c.source == one.key) & (DAY.c.day == day)
        known = connection.execute(select(DAY.c.skips).where(here)).scalar()
        reasons: dict[str, int] = json.loads(known) if known else {}
        reasons[one.skip_reason] = reasons.get(one.skip_reason, 0) + number
        told = json.dumps(reasons, ensure_ascii=False, sort_keys=True)
        row = upsert(connection, DAY).values(source=one.key, day=day, skipped=number, skips=told)
        connection.execute(
            row.on_conflict_do_update(
                index_elements=["source", "day"], set_={"skipped": DAY.c.skipped + number, "skips": told}
            )
        )


def count_gap(connection: Connection, key: str, at: datetime) -> None:
    """Adds a gap to the source's day."""
    row = upsert(connection, DAY).values(source=key, day=at.date(), gap=1)
    connection.execute(row.on_conflict_do_update(index_elements=["source", "day"], set_={"gap": DAY.c.gap + 1}))


def keep_sight(connection: Connection, key: str, sight: str) -> None:
    """Stores what the source showed, for the next changed poll."""
    KEPT_SIGHT.run(connection, {"source": key, "body": sight})


def _kept_sight(dialect: str) -> Any:
    new = upsert_in(dialect, SIGHT)
    return new.on_conflict_do_update(index_elements=["source"], set_={"body": new.excluded.body})


KEPT_SIGHT = Quick(_kept_sight)


def options_of(text: str) -> dict[str, object]:
    """The options of a source row."""
    value = json.loads(text)
    return value if isinstance(value, dict) else {}
