"""polls: which sources and links are due, and how did their polls end?"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from monitor.domain.errors import LeaseLost
from monitor.domain.intent import Claim, HostUpdate, Lease, LinkClaim, LinkUpdate, SourceClaim, SourceUpdate
from monitor.domain.source import Outcome, Validators
from storage.tables import HostRow, LinkRow, SightRow, SourceDayRow, SourceRow

from .rows import AnyRow

SOURCE: Table = SourceRow.__table__  # type: ignore[attr-defined]
LINK: Table = LinkRow.__table__  # type: ignore[attr-defined]
HOST: Table = HostRow.__table__  # type: ignore[attr-defined]
DAY: Table = SourceDayRow.__table__  # type: ignore[attr-defined]
SIGHT: Table = SightRow.__table__  # type: ignore[attr-defined]
GONE_AFTER = 2  # days on which a page answered 404 or 410 before it counts as vanished


def upsert(connection: Connection, table: Table) -> Any:
    """INSERT that knows ON CONFLICT on both databases."""
    return upsert_in(connection.dialect.name, table)


def upsert_in(dialect: str, table: Table) -> Any:
    """The same for a dialect's name, for statements that are built once."""
    return (sqlite.insert if dialect == "sqlite" else postgresql.insert)(table)


def claim_sources(connection: Connection, claim: Claim) -> list[SourceClaim]:
    """Leases due sources, at most `a_host` of one host."""
    polled = (SOURCE.c.state == "active") & (SOURCE.c.kind != "push")
    rows = _claim(connection, SOURCE, SOURCE.c.key, claim, polled)
    return [_source_claim(row, claim.worker) for row in rows]


def claim_links(connection: Connection, claim: Claim) -> list[LinkClaim]:
    """Leases due links, at most `a_host` of one host, with what their source says of them."""
    live = select(SOURCE.c.key).where(SOURCE.c.state == "active")
    rows = _claim(connection, LINK, LINK.c.id, claim, LINK.c.source.in_(live))
    if not rows:
        return []
    keys = {row.source for row in rows}
    sources = {
        row.key: row
        for row in connection.execute(
            select(SOURCE.c.key, SOURCE.c.kind, SOURCE.c.address, SOURCE.c.pace, SOURCE.c.options).where(
                SOURCE.c.key.in_(keys)
            )
        )
    }
    return [_link_claim(row, sources[row.source], claim.worker) for row in rows]


def _claim(connection: Connection, table: Table, key: Any, claim: Claim, only: Any) -> list[AnyRow]:
    """Selects and leases due rows whose host may be asked and is not another worker's."""
    due = claim.now if claim.before is None else min(claim.before, claim.now)
    query = (
        select(table, HOST.c.next_allowed_at.label("held_until"), HOST.c.reason.label("held_reason"))
        .join(HOST, HOST.c.name == table.c.host)
        .where(
            only,
            table.c.due_at <= due,
            or_(table.c.lease_until.is_(None), table.c.lease_until < claim.now),
            or_(HOST.c.next_allowed_at.is_(None), HOST.c.next_allowed_at <= claim.now),
            or_(HOST.c.lease_worker.is_(None), HOST.c.lease_worker == claim.worker, HOST.c.lease_until < claim.now),
        )
        .order_by(table.c.due_at)
        .limit(_window(claim))
    )
    if claim.busy:
        query = query.where(table.c.host.not_in(claim.busy))
    if connection.dialect.name == "postgresql":
        query = query.with_for_update(skip_locked=True)
    found = connection.execute(query).all()
    rows = _capped(found, claim)
    if len(rows) < claim.limit and len(found) == _window(claim):
        rows = _fair(connection, table, claim, query, rows)
    if rows:
        _lease(connection, table, key, claim, rows)
    return rows


def _window(claim: Claim) -> int:
    """How many due rows are looked at: more than are wanted where one host may give only a few of them."""
    return claim.limit if claim.a_host >= claim.limit else claim.limit * 4


def _capped(found: Sequence[AnyRow], claim: Claim) -> list[AnyRow]:
    taken: Counter[str] = Counter()
    rows: list[AnyRow] = []
    for row in found:
        if len(rows) == claim.limit:
            break
        if taken[row.host] < claim.a_host:
            taken[row.host] += 1
            rows.append(row)
    return rows


def _fair(connection: Connection, table: Table, claim: Claim, query: Any, rows: list[AnyRow]) -> list[AnyRow]:
    """One slow host with a long queue must not hide the due rows of all others: ask again without the full ones."""
    full = {host for host, count in Counter(row.host for row in rows).items() if count >= claim.a_host}
    more = connection.execute(query.where(table.c.host.not_in(full))).all() if full else []
    seen = {row[0] for row in rows}
    return _capped([*rows, *(row for row in more if row[0] not in seen)], claim)


def _lease(connection: Connection, table: Table, key: Any, claim: Claim, rows: Sequence[AnyRow]) -> None:
    connection.execute(
        update(table)
        .where(key.in_([getattr(row, key.name) for row in rows]))
        .values(lease_until=claim.until, lease_worker=claim.worker, lease_no=table.c.lease_no + 1)
    )
    connection.execute(
        update(HOST)
        .where(HOST.c.name.in_({row.host for row in rows}))
        .values(lease_until=claim.until, lease_worker=claim.worker)
    )


def _source_claim(row: AnyRow, worker: str) -> SourceClaim:
    return SourceClaim(
        key=row.key,
        kind=row.kind,
        address=row.address,
        host=row.host,
        lease=Lease(worker, row.lease_no + 1),
        due_at=row.due_at,
        every=row.every,
        every_max=row.every_max,
        interval=row.interval,
        pace=row.pace,
        options=row.options,
        validators=Validators(row.etag, row.last_modified, row.body_hash),
        failures=row.failures,
        unchanged=row.unchanged,
        first_success=row.first_success_at is None,
        outcome=row.outcome,
        at=row.at,
        memory=row.memory,
        health=row.health,
        health_since=row.health_since,
        missing_since=row.missing_since,
        blind_at=row.blind_at,
        untrusted=bool(row.untrusted),
        entries=row.entries,
        held_until=row.held_until,
        held_reason=row.held_reason,
        succeeded_at=row.succeeded_at,
    )


def _link_claim(row: AnyRow, source: AnyRow, worker: str) -> LinkClaim:
    return LinkClaim(
        id=row.id,
        source=row.source,
        source_kind=source.kind,
        source_address=source.address,
        address=row.address,
        url=row.url,
        host=row.host,
        title=row.title,
        attachment=bool(row.attachment),
        baseline=bool(row.baseline),
        lease=Lease(worker, row.lease_no + 1),
        due_at=row.due_at,
        tries=row.tries,
        misses=row.misses,
        visits=row.visits,
        validators=Validators(row.etag, row.last_modified, row.body_hash),
        pace=source.pace,
        options=source.options,
        parent=row.parent,
    )


_QUIET = (
    update(SOURCE)
    .where(SOURCE.c.key == bindparam("k"), SOURCE.c.lease_no == bindparam("n"), SOURCE.c.lease_worker == bindparam("w"))
    .values(
        due_at=bindparam("due"),
        interval=bindparam("every_now"),
        outcome="unchanged",
        reason=None,
        failures=0,
        unchanged=bindparam("streak"),
        polled_at=bindparam("moment"),
        succeeded_at=bindparam("moment"),
        etag=func.coalesce(bindparam("tag"), SOURCE.c.etag),
        last_modified=func.coalesce(bindparam("modified"), SOURCE.c.last_modified),
        lease_until=None,
        lease_worker=None,
    )
)


def settle_many(connection: Connection, updates: Sequence[SourceUpdate]) -> bool:
    """Stores many unchanged polls in two statements; False (and nothing stored) when one lost its lease."""
    savepoint = connection.begin_nested()
    rows = [
        {
            "k": one.key, "n": one.lease.number, "w": one.lease.worker, "due": one.due_at, "every_now": one.interval,
            "streak": one.unchanged, "moment": one.polled_at,
            "tag": one.validators.etag if one.validators else None,
            "modified": one.validators.last_modified if one.validators else None,
        }
        for one in updates
    ]  # fmt: skip
    result = connection.execute(_QUIET, rows)
    if result.rowcount != len(rows):
        savepoint.rollback()
        return False
    count_day(connection, [(one.key, one.polled_at, "unchanged") for one in updates])
    savepoint.commit()
    return True


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
    if succeeded:
        values["succeeded_at"] = one.polled_at
        values["first_success_at"] = func.coalesce(SOURCE.c.first_success_at, one.polled_at)
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
    done = connection.execute(update(SOURCE).where(_held(SOURCE, SOURCE.c.key == one.key, one.lease)).values(**values))
    if done.rowcount != 1:
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
    done = connection.execute(update(LINK).where(_held(LINK, LINK.c.id == one.id, one.lease)).values(**values))
    if done.rowcount != 1:
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


def _held(table: Table, which: Any, lease: Lease) -> Any:
    return which & (table.c.lease_no == lease.number) & (table.c.lease_worker == lease.worker)


def add_hosts(connection: Connection, names: set[str]) -> None:
    """Makes sure that each host has its row."""
    if names:
        rows = [{"name": name} for name in sorted(names)]
        connection.execute(upsert(connection, HOST).on_conflict_do_nothing(), rows)


def count_day(connection: Connection, polls: Sequence[tuple[str, datetime, str]]) -> None:
    """Adds polls to the days of their sources."""
    for outcome in {poll[2] for poll in polls}:
        statement = upsert(connection, DAY).values(source=bindparam("s"), day=bindparam("d"), polled=1, **{outcome: 1})
        statement = statement.on_conflict_do_update(
            index_elements=["source", "day"],
            set_={"polled": DAY.c.polled + 1, outcome: DAY.c[outcome] + 1},
        )
        connection.execute(
            statement, [{"s": key, "d": at.date()} for key, at, ended in sorted(polls) if ended == outcome]
        )


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
    row = upsert(connection, SIGHT).values(source=key, body=sight)
    connection.execute(row.on_conflict_do_update(index_elements=["source"], set_={"body": sight}))


def options_of(text: str) -> dict[str, object]:
    """The options of a source row."""
    value = json.loads(text)
    return value if isinstance(value, dict) else {}
