"""pauses: which source rests or is polled at once, by whose word, and until when?"""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import Table, select, update

from monitor.domain.audit import AuditNote
from monitor.domain.desk import Pause
from storage.tables import SourceRow

from .writer import Tx

SOURCE: Table = SourceRow.__table__  # type: ignore[attr-defined]


def pause(tx: Tx, key: str, wanted: Pause) -> bool:
    """The source rests from now on; False when there is none of that name in force."""
    state = tx.connection.execute(select(SOURCE.c.state).where(SOURCE.c.key == key)).scalar()
    if state not in ("active", "paused"):
        return False
    told = json.dumps(wanted.body(), ensure_ascii=False)
    tx.connection.execute(update(SOURCE).where(SOURCE.c.key == key).values(state="paused", paused=told))
    body = {"source": key, "why": wanted.why, "until": wanted.until}
    tx.note(AuditNote("source paused", wanted.actor, wanted.since, body))
    return True


def resume(tx: Tx, key: str, actor: str, why: str, now: datetime) -> bool:
    """The source is polled again, at once; False when it does not rest."""
    state = tx.connection.execute(select(SOURCE.c.state).where(SOURCE.c.key == key)).scalar()
    if state != "paused":
        return False
    tx.connection.execute(update(SOURCE).where(SOURCE.c.key == key).values(state="active", paused="", due_at=now))
    tx.note(AuditNote("source resumed", actor, now, {"source": key, "why": why}))
    return True


def poll_now(tx: Tx, key: str, actor: str, now: datetime) -> bool:
    """The source is due at once; False when there is none of that name in force."""
    mine = (SOURCE.c.key == key) & (SOURCE.c.state == "active")
    if not tx.connection.execute(update(SOURCE).where(mine).values(due_at=now)).rowcount:
        return False
    tx.note(AuditNote("poll asked for", actor, now, {"source": key}))
    return True


def end_overdue(tx: Tx, now: datetime) -> None:
    """Sources whose pause is over are polled again."""
    rows = tx.connection.execute(select(SOURCE.c.key, SOURCE.c.paused).where(SOURCE.c.state == "paused")).all()
    for row in rows:
        told = Pause.of(json.loads(row.paused)) if row.paused else None
        if told is not None and told.until is not None and told.until <= now:
            resume(tx, row.key, "monitor", "its pause is over", now)
