"""verify: was anything that was recorded altered, and does the state agree with the log?"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Table, select

from monitor.domain.audit import Verification
from monitor.domain.delivery import AttemptOutcome, DeliveryState
from storage.tables import (
    AttemptRow,
    AuditBodyRow,
    AuditRow,
    DeliveryRow,
    HitRow,
    RegroupedRow,
    RulingRow,
    TextRow,
    VersionRow,
)

from .audit import GENESIS, canonical, commit_body, entry_hash, head, row_commit

AUDIT: Table = AuditRow.__table__  # type: ignore[attr-defined]
BODY: Table = AuditBodyRow.__table__  # type: ignore[attr-defined]
HIT: Table = HitRow.__table__  # type: ignore[attr-defined]
VERSION: Table = VersionRow.__table__  # type: ignore[attr-defined]
DELIVERY: Table = DeliveryRow.__table__  # type: ignore[attr-defined]
ATTEMPT: Table = AttemptRow.__table__  # type: ignore[attr-defined]
RULING: Table = RulingRow.__table__  # type: ignore[attr-defined]
REGROUPED: Table = RegroupedRow.__table__  # type: ignore[attr-defined]
TEXT: Table = TextRow.__table__  # type: ignore[attr-defined]

MOST_FINDINGS = 50
#: The kinds of entries that commit to rows of hits, versions and deliveries.
OWING = {"polled", "restored hit owed", "split hit owed"}
#: The columns of a delivery that never change, and are committed to.
DELIVERY_FIXED = ("id", "hit", "item", "topic", "edition", "channel", "recipient", "source", "form", "created_at")


class _Walk:
    """What the log says, gathered while its chain is checked."""

    def __init__(self) -> None:
        self.count = 0
        self.prev = GENESIS
        self.broken_at: int | None = None
        self.findings: list[str] = []
        self.hits: dict[int, str] = {}
        self.versions: dict[int, str] = {}
        self.deliveries: dict[int, str] = {}
        self.attempts: dict[tuple[str, int], str] = {}
        self.rulings: dict[int, Any] = {}
        self.moved: dict[int, Any] = {}

    def find(self, text: str, seq: int | None = None) -> None:
        """Notes a finding; the first entry that is wrong is where the log is broken."""
        if seq is not None and self.broken_at is None:
            self.broken_at = seq
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(text)
        elif len(self.findings) == MOST_FINDINGS:
            self.findings.append("… and more")


def verify(connection: Connection) -> Verification:
    """`ok`, `broken` (an entry, a commitment or a row does not agree) or `cut` (the end of the log is missing)."""
    walk = _Walk()
    last_seq, last_hash = head(connection)
    _chain(connection, walk)
    cut = walk.broken_at is None and (walk.count < last_seq or (walk.count == last_seq and walk.prev != last_hash))
    if cut:
        walk.find(f"the log ends at entry {walk.count}, its head says {last_seq}: the end was cut")
    if walk.count > last_seq:
        walk.find(f"the log has {walk.count} entries, its head says {last_seq}", last_seq + 1)
    _reconcile(connection, walk)
    status = "cut" if cut else "broken" if walk.findings else "ok"
    return Verification(
        status=status,
        entries=walk.count,
        head=walk.prev if walk.count else "",
        broken_at=walk.broken_at,
        findings=tuple(walk.findings),
        unsealed=walk.count,
    )


def _chain(connection: Connection, walk: _Walk) -> None:
    rows = connection.execution_options(yield_per=2000).execute(
        select(AUDIT, BODY.c.salt, BODY.c.body).outerjoin(BODY, BODY.c.seq == AUDIT.c.seq).order_by(AUDIT.c.seq)
    )
    for row in rows:
        walk.count += 1
        if row.seq != walk.count:
            walk.find(f"entry {walk.count} is missing (found {row.seq})", walk.count)
            walk.count = row.seq
        if row.prev != walk.prev:
            walk.find(f"entry {row.seq} does not follow the one before it", row.seq)
        if entry_hash(row.seq, row.at, row.actor, row.kind, row.body_commit, row.prev) != row.hash:
            walk.find(f"entry {row.seq} was altered: its hash does not fit", row.seq)
        walk.prev = row.hash
        _body(walk, row)


def _body(walk: _Walk, row: Any) -> None:
    if row.body is None:
        walk.find(f"the body of entry {row.seq} is missing without an entry that purged it", row.seq)
        return
    if commit_body(bytes(row.salt), row.body) != row.body_commit:
        walk.find(f"the body of entry {row.seq} was altered", row.seq)
        return
    try:
        _remember(walk, row, json.loads(row.body))
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
    ) as error:  # its commitment fits, so it was forged as a whole
        walk.find(f"the body of entry {row.seq} does not say what a `{row.kind}` entry says: {error!r}", row.seq)


def _remember(walk: _Walk, row: Any, body: Any) -> None:
    """What the entry says of rows, for the reconciliation."""
    for kind, known, name in (
        ("hits", walk.hits, "hit"),
        ("versions", walk.versions, "version"),
        ("deliveries", walk.deliveries, "delivery"),
    ):
        for one in body.get(kind, ()) if row.kind in OWING else ():
            if one[name] in known:
                walk.find(f"{name} {one[name]} is entered twice (again in entry {row.seq})", row.seq)
            known[one[name]] = one["commit"]
    if row.kind == "attempted":
        walk.attempts[body["message"], body["number"]] = body["outcome"]
    elif row.kind == "ruled":
        walk.rulings[body["ruling"]] = body
    elif row.kind == "regrouped":
        walk.moved |= {one["version"]: one for one in body["moved"]}  # the latest ruling counts


def _reconcile(connection: Connection, walk: _Walk) -> None:
    """Every hit, judged version, delivery and ended attempt has exactly one entry, and the reverse."""
    _rows(walk, "hit", _committed(connection, HIT), walk.hits)
    judged = (row for row in _committed(connection, VERSION) if row["item"] is not None)
    _rows(walk, "version", judged, walk.versions)
    fixed = ({name: row[name] for name in DELIVERY_FIXED} for row in _committed(connection, DELIVERY))
    _rows(walk, "delivery", fixed, walk.deliveries)
    _attempts(connection, walk)
    _ends(connection, walk)
    _rulings(connection, walk)
    _moved(connection, walk)
    _texts(connection, walk)


def _attempts(connection: Connection, walk: _Walk) -> None:
    stored: dict[tuple[str, int], str] = {
        (row.message, row.number): row.outcome
        for row in connection.execute(select(ATTEMPT).where(ATTEMPT.c.outcome.is_not(None)))
    }
    for key, outcome in stored.items():
        if walk.attempts.get(key) != outcome:
            walk.find(
                f"attempt {key[1]} of message {key[0]} is stored as {outcome}, the log says {walk.attempts.get(key)}"
            )
    for key in walk.attempts.keys() - stored.keys():
        walk.find(f"attempt {key[1]} of message {key[0]} stands in the log but not in the store")


def _ends(connection: Connection, walk: _Walk) -> None:
    """A delivery is delivered when the log has an attempt that says so, and dead only when none says so."""
    tried = {message for message, _ in walk.attempts}
    heard = {message for (message, _), outcome in walk.attempts.items() if outcome == AttemptOutcome.DELIVERED.value}
    ended = select(DELIVERY.c.id, DELIVERY.c.state, DELIVERY.c.message).where(
        DELIVERY.c.state.in_([DeliveryState.DELIVERED.value, DeliveryState.DEAD.value])
    )
    for row in connection.execution_options(yield_per=2000).execute(ended):
        delivered = row.state == DeliveryState.DELIVERED.value
        if row.message not in tried or (row.message in heard) != delivered:
            walk.find(f"delivery {row.id} is stored as {row.state}, no attempt in the log ended so")


def _rulings(connection: Connection, walk: _Walk) -> None:
    left = dict(walk.rulings)
    for row in connection.execute(select(RULING).order_by(RULING.c.id)).mappings():
        said = left.pop(row["id"], None)
        stored = {("ruling" if name == "id" else name): value for name, value in row.items()}
        if said is None:
            walk.find(f"ruling {row['id']} has no entry in the log")
        elif canonical(stored) != canonical(said):
            walk.find(f"ruling {row['id']} was altered: it does not fit its entry")
    for number in sorted(left):
        walk.find(f"ruling {number} stands in the log but not in the store")


def _moved(connection: Connection, walk: _Walk) -> None:
    """A version stands in the item to which the last ruling moved it, and only a ruling moves one."""
    left = dict(walk.moved)
    for row in connection.execute(select(REGROUPED).order_by(REGROUPED.c.version)).mappings():
        if left.pop(row["version"], None) != dict(row):
            walk.find(f"version {row['version']} stands in item {row['item']}, no ruling in the log put it there")
    for number in sorted(left):
        walk.find(f"version {number} was moved by a ruling in the log, but not in the store")


def _texts(connection: Connection, walk: _Walk) -> None:
    """The text of a hit is the one whose SHA-256 its version (and so the log) names, while it is kept."""
    query = select(TEXT.c.sha256, TEXT.c.content).where(
        TEXT.c.sha256.in_(select(VERSION.c.text).where(VERSION.c.item.is_not(None)))
    )
    for row in connection.execution_options(yield_per=200).execute(query):
        try:
            fits = hashlib.sha256(zlib.decompress(row.content)).hexdigest() == row.sha256
        except zlib.error:
            fits = False
        if not fits:
            walk.find(f"the text {row.sha256[:12]} was altered: it is not what its version commits to")


def _committed(connection: Connection, table: Table) -> Iterable[Any]:
    return connection.execution_options(yield_per=2000).execute(select(table).order_by(table.c.id)).mappings()


def _rows(walk: _Walk, name: str, rows: Iterable[Mapping[str, Any]], logged: dict[int, str]) -> None:
    left = dict(logged)
    for row in rows:
        expected = left.pop(row["id"], None)
        if expected is None:
            walk.find(f"{name} {row['id']} has no entry in the log")
        elif row_commit(row) != expected:
            walk.find(f"{name} {row['id']} was altered: it does not fit its entry")
    for number in sorted(left):
        walk.find(f"{name} {number} stands in the log but not in the store")
