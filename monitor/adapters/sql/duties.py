"""duties: which recurring work is due, and who does it?

A duty is a row of table `job`, so what was missed while nothing ran is done late, and two workers never do one slot twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Table, and_, select, update

from storage.tables import JobRow

from .polls import upsert
from .writer import Tx

JOB: Table = JobRow.__table__  # type: ignore[attr-defined]
PREFIX = "duty:"


def claim(tx: Tx, slots: Mapping[str, datetime], worker: str, now: datetime, until: datetime) -> list[str]:
    """Leases the duties that are due; their keys. `slots` tells the next slot of each, for those not yet due."""
    rows = [{"id": PREFIX + key, "due_at": slot} for key, slot in slots.items()]
    if not rows:
        return []
    tx.connection.execute(upsert(tx.connection, JOB).on_conflict_do_nothing(), rows)
    wanted = select(JOB).where(JOB.c.id.in_([row["id"] for row in rows])).order_by(JOB.c.id)
    if tx.connection.dialect.name == "postgresql":
        wanted = wanted.with_for_update(skip_locked=True)
    due: list[str] = []
    for row in tx.connection.execute(wanted).all():
        key = row.id.removeprefix(PREFIX)
        if row.due_at > now:
            if row.due_at != slots[key]:  # its time was changed, or the clock was
                tx.connection.execute(update(JOB).where(JOB.c.id == row.id).values(due_at=slots[key]))
        elif row.lease_until is None or row.lease_until < now:
            due.append(key)
    if due:
        tx.connection.execute(
            update(JOB)
            .where(JOB.c.id.in_([PREFIX + key for key in due]))
            .values(lease_worker=worker, lease_until=until)
        )
    return due


def finish(tx: Tx, key: str, worker: str, now: datetime, due_at: datetime, done: bool) -> bool:
    """Ends a lease: due again at `due_at`. False when the lease was another's by then."""
    values = {"lease_worker": None, "lease_until": None, "due_at": due_at, **({"done_at": now} if done else {})}
    mine = and_(JOB.c.id == PREFIX + key, JOB.c.lease_worker == worker)
    return bool(tx.connection.execute(update(JOB).where(mine).values(values)).rowcount)
