"""erasure: how is what a hit shows erased, so that the log still verifies and says so?

With the hit go its version's text and title, every other hit on that text, the copies of the bodies it was read from and the
messages that told it. What stays are numbers, hashes, topics, verdicts, addresses and times. The entry `erased` commits to the
rows as they are from then on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, or_, select, update

from monitor.domain.archive import Erased
from monitor.domain.audit import AuditNote
from monitor.domain.errors import StoreError
from storage.tables import AuditBodyRow, AuditRow, MessageRow

from . import search
from .audit import erasing, row_commit
from .retention import COPY, DELIVERY, HIT, OPEN, TEXT, VERSION, forget_copies
from .rows import dumps
from .writer import Tx

MESSAGE: Table = MessageRow.__table__  # type: ignore[attr-defined]
AUDIT: Table = AuditRow.__table__  # type: ignore[attr-defined]
BODY: Table = AuditBodyRow.__table__  # type: ignore[attr-defined]

GONE = "[erased]"
#: Entries whose bodies hold nothing but what the log is checked by.
CHECKED_BY = frozenset({"attempted", "ruled", "regrouped", "erased", "audit key introduced", "restored"})


def erase_hit(tx: Tx, hit: int, actor: str, why: str, now: datetime) -> Erased:
    """Erases what the hit shows, with its entry. Raises StoreError when there is no such hit, or it is still owed."""
    version = tx.connection.execute(select(HIT.c.version).where(HIT.c.id == hit)).scalar()
    if version is None:
        raise StoreError(f"there is no hit {hit}")
    versions = _versions(tx, int(version))
    hits = tx.connection.execute(select(HIT).where(HIT.c.version.in_(versions)).order_by(HIT.c.id)).mappings().all()
    numbers = [int(row["id"]) for row in hits]
    _refuse_open(tx, numbers)
    if tx.is_sqlite:  # freed bytes of the file become zeros
        tx.connection.exec_driver_sql("PRAGMA secure_delete=ON")
    sha256s = set(tx.connection.execute(select(VERSION.c.text).where(VERSION.c.id.in_(versions))).scalars()) - {None}
    copies = _copies(tx, versions)
    body: dict[str, Any] = {"hit": hit, "why": why}
    search.forget(tx.connection, numbers, entirely=True)
    with erasing(tx.connection):
        body["hits"] = [_blank_hit(tx, row, now) for row in hits]
        body["versions"] = [_blank_version(tx, number) for number in versions]
        messages = _blank_messages(tx, numbers)
    texts = tx.connection.execute(delete(TEXT).where(TEXT.c.sha256.in_(sha256s))).rowcount
    spans = {(row["file"], row["offset"], row["length"]) for row in copies}
    forget_copies(tx, [row["id"] for row in copies], spans, now)
    body["copies"] = [{"copy": row["id"], "commit": None} for row in copies]
    tx.note(AuditNote("erased", actor, now, body))
    return Erased(tuple(numbers), tuple(versions), tuple(row["id"] for row in copies), texts, messages)


def _versions(tx: Tx, version: int) -> list[int]:
    """The version and those of the very same text elsewhere: their text is one row."""
    text = tx.connection.execute(select(VERSION.c.text).where(VERSION.c.id == version)).scalar()
    same = or_(VERSION.c.id == version, VERSION.c.text == text) if text else VERSION.c.id == version
    judged = select(VERSION.c.id).where(same, VERSION.c.item.is_not(None)).order_by(VERSION.c.id)
    return [int(number) for number in tx.connection.execute(judged).scalars()]


def _refuse_open(tx: Tx, hits: Sequence[int]) -> None:
    wanted = select(DELIVERY.c.id).where(DELIVERY.c.hit.in_(hits), DELIVERY.c.state.in_(OPEN)).limit(1)
    waiting = tx.connection.execute(wanted).scalar()
    if waiting is not None:
        raise StoreError(
            f"delivery {waiting} of it is still open: erase it when `monitor alerts list` says that it was delivered or is dead"
        )


def _copies(tx: Tx, versions: Sequence[int]) -> list[Mapping[str, Any]]:
    """All rows that name the bodies these versions were read from; a feed's body may be named by many."""
    own = tx.connection.execute(select(COPY.c.file, COPY.c.offset).where(COPY.c.version.in_(versions))).all()
    found: dict[int, Mapping[str, Any]] = {}
    for file, offset in own:
        rows = tx.connection.execute(select(COPY).where(COPY.c.file == file, COPY.c.offset == offset)).mappings()
        found |= {int(row["id"]): dict(row) for row in rows}
    return [found[number] for number in sorted(found)]


def _blank_hit(tx: Tx, row: Mapping[Any, Any], now: datetime) -> dict[str, object]:
    blank = {
        "title": GONE, "text": "", "start": 0, "end": 0, "passage": "", "passage_start": 0, "matches": "[]", "facts": "[]",
        "reasons": dumps([f"erased on {now:%Y-%m-%d}"]),
    }  # fmt: skip
    tx.connection.execute(update(HIT).where(HIT.c.id == row["id"]).values(**blank))
    return {"hit": row["id"], "commit": row_commit({**row, **blank})}


def _blank_version(tx: Tx, number: int) -> dict[str, object]:
    blank = {"title": GONE, "changes": "[]", "relation_reasons": "[]", "warnings": "[]"}
    tx.connection.execute(update(VERSION).where(VERSION.c.id == number).values(**blank))
    row = tx.connection.execute(select(VERSION).where(VERSION.c.id == number)).mappings().one()
    return {"version": number, "commit": row_commit(dict(row))}


def _blank_messages(tx: Tx, hits: Sequence[int]) -> int:
    """The bytes of ended messages that told one of the hits; what else such a message told is not in it any more either."""
    told = select(DELIVERY.c.message).where(DELIVERY.c.hit.in_(hits), DELIVERY.c.message.is_not(None))
    blank = update(MESSAGE).where(MESSAGE.c.id.in_(told), MESSAGE.c.state != "open")
    return int(tx.connection.execute(blank.values(payload=None, subject=GONE, body="")).rowcount)


def erase_body(tx: Tx, seq: int, actor: str, why: str, now: datetime) -> None:
    """Erases the text of one entry of the log, with its salt. Raises StoreError when the log is checked by it."""
    row = tx.connection.execute(
        select(AUDIT.c.kind, BODY.c.body).outerjoin(BODY, BODY.c.seq == AUDIT.c.seq).where(AUDIT.c.seq == seq)
    ).first()
    if row is None:
        raise StoreError(f"there is no entry {seq}")
    if row.body is None:
        raise StoreError(f"the body of entry {seq} is gone already")
    if row.kind in CHECKED_BY or '"commit":' in row.body:
        raise StoreError(
            f"entry {seq} ({row.kind}) holds what rows are checked by, and no text of a page: erase the hit instead"
        )
    with erasing(tx.connection):
        tx.connection.execute(delete(BODY).where(BODY.c.seq == seq))
    tx.note(AuditNote("erased", actor, now, {"bodies": [seq], "why": why}))
