"""retention: which texts and copies are past their time, and what keeps some of them back?

A text without a hit goes first, one with a hit much later; above the budget the oldest without a hit go before their time.
Nothing goes that an open delivery still tells, or that a hit under review shows. What goes is counted in an entry; versions,
hashes and keys stay, so the log still holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, exists, func, or_, select, update

from monitor.domain.archive import Purge, Retention
from monitor.domain.audit import AuditNote
from monitor.domain.delivery import DeliveryState
from storage.tables import DeliveryRow, HitRow, JobRow, KeptCopyRow, RulingRow, TextRow, VersionRow

from . import search
from .audit import erasing
from .polls import upsert
from .writer import Tx

TEXT: Table = TextRow.__table__  # type: ignore[attr-defined]
VERSION: Table = VersionRow.__table__  # type: ignore[attr-defined]
HIT: Table = HitRow.__table__  # type: ignore[attr-defined]
DELIVERY: Table = DeliveryRow.__table__  # type: ignore[attr-defined]
RULING: Table = RulingRow.__table__  # type: ignore[attr-defined]
COPY: Table = KeptCopyRow.__table__  # type: ignore[attr-defined]
JOB: Table = JobRow.__table__  # type: ignore[attr-defined]

ACTOR = "monitor"
MOST_AT_ONCE = 5_000  # texts a transaction
OPEN = (DeliveryState.OWED.value, DeliveryState.HELD.value, DeliveryState.SENDING.value)
BYTES = func.length(TEXT.c.content)
#: A job for each span of a file whose bytes are still to be made unreadable; it is gone once they are.
BLANK = "blank-copy:"


def _needed() -> ColumnElement[bool]:
    """Whether a text is shown by a hit that is still owed to somebody, or that nobody has ruled on yet."""
    owed = exists().where(DELIVERY.c.hit == HIT.c.id, DELIVERY.c.state.in_(OPEN))
    ruled = exists().where(RULING.c.hit == HIT.c.id)
    needing = and_(VERSION.c.text == TEXT.c.sha256, HIT.c.version == VERSION.c.id)
    return exists().where(needing, or_(owed, and_(HIT.c.verdict == "review", ~ruled)))


def _past(policy: Retention, now: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """(texts without a hit, texts with one) that are past their time."""
    quiet = and_(TEXT.c.with_hit.is_(False), TEXT.c.stored_at < now - policy.unmatched)
    return quiet, and_(TEXT.c.with_hit.is_(True), TEXT.c.stored_at < now - policy.matched)


def plan(connection: Connection, policy: Retention, now: datetime) -> Purge:
    """What would go now, and why; changes nothing."""
    quiet, hit = _past(policy, now)
    needed = _needed()
    sums = [connection.execute(select(func.count(), func.coalesce(func.sum(BYTES), 0)).where(*where)).one()
            for where in ((quiet,), (hit, ~needed), (hit, needed))]  # fmt: skip
    held = int(connection.execute(select(func.coalesce(func.sum(BYTES), 0))).scalar_one())
    over = _over_budget(connection, policy, now, held - int(sums[0][1]) - int(sums[1][1]))
    copies = connection.execute(
        select(func.count(), func.coalesce(func.sum(COPY.c.length), 0)).where(_old_copies(policy, now))
    ).one()
    return Purge(
        int(sums[0][0]), int(sums[0][1]), int(sums[1][0]), int(sums[1][1]), len(over), sum(size for _, size in over),
        int(copies[0]), int(copies[1]), int(sums[2][0]), held, policy.budget,
    )  # fmt: skip


def _over_budget(connection: Connection, policy: Retention, now: datetime, left: int) -> list[tuple[str, int]]:
    """(text, bytes) of the oldest without a hit that must go so that what is left fits the budget."""
    found: list[tuple[str, int]] = []
    if left <= policy.budget:
        return found
    young = and_(TEXT.c.with_hit.is_(False), TEXT.c.stored_at >= now - policy.unmatched)
    query = select(TEXT.c.sha256, BYTES.label("size")).where(young).order_by(TEXT.c.stored_at, TEXT.c.sha256)
    for row in connection.execution_options(yield_per=1_000).execute(query):
        found.append((row.sha256, int(row.size)))
        left -= int(row.size)
        if left <= policy.budget:
            break
    return found


def run(tx: Tx, policy: Retention, now: datetime) -> int:
    """Takes away at most 5,000 texts past their time; returns how many. Again until it is none."""
    quiet, hit = _past(policy, now)
    wanted = select(TEXT.c.sha256, TEXT.c.with_hit).where(or_(quiet, and_(hit, ~_needed()))).limit(MOST_AT_ONCE)
    rows = tx.connection.execute(wanted).all()
    removed = _remove(tx, [row.sha256 for row in rows])
    if removed:
        gone = sorted(
            row.sha256 for row in rows if row.with_hit
        )  # the log names them: without this they would be missing
        tx.note(AuditNote("purged", ACTOR, now, {"texts": removed, **({"gone": gone} if gone else {})}))
    return removed


def run_budget(tx: Tx, policy: Retention, now: datetime) -> int:
    """Takes away the oldest texts without a hit that are over the budget, at most 5,000; the operator is told."""
    held = int(tx.connection.execute(select(func.coalesce(func.sum(BYTES), 0))).scalar_one())
    over = _over_budget(tx.connection, policy, now, held)[:MOST_AT_ONCE]
    removed = _remove(tx, [sha256 for sha256, _ in over])
    if removed:
        freed = sum(size for _, size in over)
        body = {"texts": removed, "bytes": freed, "held": held, "budget": policy.budget}
        tx.note(AuditNote("text budget reached", ACTOR, now, body))
    return removed


def _remove(tx: Tx, gone: Sequence[str]) -> int:
    removed = 0
    for low in range(0, len(gone), 500):
        some = gone[low : low + 500]
        search.forget_texts(tx.connection, some)
        quiet = and_(VERSION.c.text.in_(some), VERSION.c.item.is_(None))  # others name theirs in the log for ever
        tx.connection.execute(update(VERSION).where(quiet).values(text=None))
        removed += tx.connection.execute(delete(TEXT).where(TEXT.c.sha256.in_(some))).rowcount
    return removed


def _old_copies(policy: Retention, now: datetime) -> ColumnElement[bool]:
    """Copies past their time, of versions whose text is gone or going."""
    text_stays = exists().where(
        VERSION.c.id == COPY.c.version, TEXT.c.sha256 == VERSION.c.text,
        or_(TEXT.c.stored_at >= now - policy.matched, _needed()),
    )  # fmt: skip
    return and_(COPY.c.fetched_at < now - policy.matched, ~text_stays)


def run_copies(tx: Tx, policy: Retention, now: datetime) -> int:
    """Takes away copies past their time, at most 5,000; their bytes go when the transaction is through (`blank`)."""
    rows = tx.connection.execute(select(COPY).where(_old_copies(policy, now)).limit(MOST_AT_ONCE)).all()
    shared = {(row.file, row.offset) for row in rows}
    still = {
        (row.file, row.offset)
        for row in tx.connection.execute(
            select(COPY.c.file, COPY.c.offset).where(
                COPY.c.file.in_({file for file, _ in shared}), COPY.c.id.not_in([row.id for row in rows])
            )
        )
    }
    gone = [row for row in rows if (row.file, row.offset) not in still]
    if gone:
        forget_copies(tx, [row.id for row in gone], {(row.file, row.offset, row.length) for row in gone}, now)
        body = {"copies": [{"copy": row.id, "commit": None} for row in gone], "why": "past their time"}
        tx.note(AuditNote("erased", ACTOR, now, body))
    return len(gone)


def forget_copies(tx: Tx, numbers: Sequence[int], spans: set[tuple[str, int, int]], now: datetime) -> None:
    """Deletes rows of kept copies and remembers the spans of their files as jobs; the caller logs it as `erased`."""
    with erasing(tx.connection):
        for low in range(0, len(numbers), 500):
            tx.connection.execute(delete(COPY).where(COPY.c.id.in_(numbers[low : low + 500])))
    rows = [{"id": f"{BLANK}{file}:{offset}:{length}", "due_at": now} for file, offset, length in sorted(spans)]
    if rows:
        tx.connection.execute(upsert(tx.connection, JOB).on_conflict_do_nothing(), rows)


def to_blank(connection: Connection) -> list[tuple[str, int, int]]:
    """(file, offset, length) of each copy that is named no more and whose bytes are still to go."""
    found = []
    for job in connection.execute(select(JOB.c.id).where(JOB.c.id.startswith(BLANK))).scalars():
        file, offset, length = job.removeprefix(BLANK).rsplit(":", 2)
        found.append((file, int(offset), int(length)))
    return found


def blanked(tx: Tx, span: tuple[str, int, int]) -> None:
    """The bytes of this span are gone."""
    tx.connection.execute(delete(JOB).where(JOB.c.id == f"{BLANK}{span[0]}:{span[1]}:{span[2]}"))
