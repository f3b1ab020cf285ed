"""claims: which sources and links are due, and whose are they now?

The statements are built once: building one took longer than running it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table, bindparam, or_, select, update

from monitor.domain.intent import Claim, Lease, LinkClaim, SourceClaim
from monitor.domain.source import Validators
from storage.tables import HostRow, LinkRow, SourceRow

from .rows import AnyRow

SOURCE: Table = SourceRow.__table__  # type: ignore[attr-defined]
LINK: Table = LinkRow.__table__  # type: ignore[attr-defined]
HOST: Table = HostRow.__table__  # type: ignore[attr-defined]
S, L = SOURCE.c, LINK.c
OF_SOURCES = (
    S.key, S.kind, S.address, S.host, S.every, S.every_max, S.interval, S.pace, S.options, S.due_at, S.lease_no, S.etag,
    S.last_modified, S.body_hash, S.failures, S.unchanged, S.first_success_at.is_(None).label("first"), S.outcome, S.at,
    S.memory, S.health, S.health_since, S.missing_since, S.blind_at, S.untrusted, S.entries, S.succeeded_at,
)  # fmt: skip
OF_LINKS = (
    L.id, L.source, L.address, L.url, L.host, L.title, L.attachment, L.baseline, L.lease_no, L.due_at, L.tries, L.misses,
    L.visits, L.etag, L.last_modified, L.body_hash, L.parent,
)  # fmt: skip
THEIR_SOURCES = select(S.key, S.kind, S.address, S.pace, S.options).where(S.key.in_(bindparam("keys", expanding=True)))


def claim_sources(connection: Connection, claim: Claim) -> list[SourceClaim]:
    """Leases due sources, at most `a_host` of one host."""
    return [_source_claim(row, claim.worker) for row in _claim(connection, SOURCE, claim)]


def claim_links(connection: Connection, claim: Claim) -> list[LinkClaim]:
    """Leases due links, at most `a_host` of one host, with what their source says of them."""
    rows = _claim(connection, LINK, claim)
    if not rows:
        return []
    found = connection.execute(THEIR_SOURCES, {"keys": list({row.source for row in rows})})
    sources = {row.key: row for row in found}
    return [_link_claim(row, sources[row.source], claim.worker) for row in rows]


@lru_cache
def _due(table: Table, without: bool, locks: bool) -> Any:
    """Due rows whose host may be asked and is not another worker's; `without`: but for some hosts."""
    if table is SOURCE:
        columns: tuple[Any, ...] = OF_SOURCES
        only: Any = (S.state == "active") & (S.kind != "push")
    else:
        columns = OF_LINKS
        only = L.source.in_(select(S.key).where(S.state == "active"))
    now = bindparam("now", type_=table.c.due_at.type)
    query = (
        select(*columns, HOST.c.next_allowed_at.label("held_until"), HOST.c.reason.label("held_reason"))
        .join(HOST, HOST.c.name == table.c.host)
        .where(
            only,
            table.c.due_at <= bindparam("due", type_=table.c.due_at.type),
            or_(table.c.lease_until.is_(None), table.c.lease_until < now),
            or_(HOST.c.next_allowed_at.is_(None), HOST.c.next_allowed_at <= now),
            or_(HOST.c.lease_worker.is_(None), HOST.c.lease_worker == bindparam("worker"), HOST.c.lease_until < now),
        )
        .order_by(table.c.due_at)
        .limit(bindparam("most"))
    )
    if without:
        query = query.where(table.c.host.not_in(bindparam("busy", expanding=True)))
    return query.with_for_update(skip_locked=True) if locks else query


@lru_cache
def _leased(table: Table) -> Any:
    key = S.key if table is SOURCE else L.id
    return (
        update(table)
        .where(key.in_(bindparam("rows", expanding=True)))
        .values(lease_until=bindparam("until"), lease_worker=bindparam("worker"), lease_no=table.c.lease_no + 1)
    )


HOSTS_LEASED = (
    update(HOST)
    .where(HOST.c.name.in_(bindparam("names", expanding=True)))
    .values(lease_until=bindparam("until"), lease_worker=bindparam("worker"))
)


def _claim(connection: Connection, table: Table, claim: Claim) -> list[AnyRow]:
    """Selects due rows and leases them."""
    most = _window(claim)
    found = _ask(connection, table, claim, claim.busy, most)
    rows = _capped(found, claim)
    if len(rows) < claim.limit and len(found) == most:
        rows = _fair(connection, table, claim, rows, most)
    if rows:
        given = {"until": claim.until, "worker": claim.worker}
        connection.execute(_leased(table), {"rows": [row[0] for row in rows], **given})
        connection.execute(HOSTS_LEASED, {"names": list({row.host for row in rows}), **given})
    return rows


def _ask(connection: Connection, table: Table, claim: Claim, busy: frozenset[str], most: int) -> Sequence[AnyRow]:
    due = claim.now if claim.before is None else min(claim.before, claim.now)
    given: dict[str, Any] = {"now": claim.now, "due": due, "worker": claim.worker, "most": most}
    if busy:
        given["busy"] = list(busy)
    return connection.execute(_due(table, bool(busy), connection.dialect.name == "postgresql"), given).all()


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


def _fair(connection: Connection, table: Table, claim: Claim, rows: list[AnyRow], most: int) -> list[AnyRow]:
    """One slow host with a long queue must not hide the due rows of all others: ask again without the full ones."""
    full = frozenset(host for host, count in Counter(row.host for row in rows).items() if count >= claim.a_host)
    more = _ask(connection, table, claim, claim.busy | full, most) if full else []
    seen = {row[0] for row in rows}
    return _capped([*rows, *(row for row in more if row[0] not in seen)], claim)


def _source_claim(row: AnyRow, worker: str) -> SourceClaim:
    return SourceClaim(
        row.key, row.kind, row.address, row.host, Lease(worker, row.lease_no + 1), row.due_at, row.every, row.every_max,
        row.interval, row.pace, row.options, Validators(row.etag, row.last_modified, row.body_hash), row.failures,
        row.unchanged, bool(row.first), row.outcome, row.at, row.memory, row.health, row.health_since,
        row.missing_since, row.blind_at, bool(row.untrusted), row.entries, row.held_until, row.held_reason,
        row.succeeded_at,
    )  # fmt: skip


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
