"""promises: to whom is a hit owed, and what keeps it from being owed?

A promise is a delivery row; the columns that never change are committed to by the audit log. What a ruling restores or splits
off is remembered as a job, because who rules does not know the channels: the next `assemble` does, and owes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, select

from monitor.domain.audit import AuditNote
from monitor.domain.delivery import Form, Routing
from monitor.domain.hit import Novelty, Verdict
from monitor.pipeline import route
from storage.tables import DeliveryRow, HitRow, JobRow, VersionRow

from . import items
from .audit import row_commit
from .polls import upsert, upsert_in
from .quick import Quick
from .rows import loads_list
from .silences import Silence, silence
from .writer import Tx

DELIVERY: Table = DeliveryRow.__table__  # type: ignore[attr-defined]
HIT: Table = HitRow.__table__  # type: ignore[attr-defined]
JOB: Table = JobRow.__table__  # type: ignore[attr-defined]
VERSION: Table = VersionRow.__table__  # type: ignore[attr-defined]
RESTORED = "restored:"
SPLIT = "split:"
MOST_AT_ONCE = 200

# Built once, because they are asked for every hit.
OWED = (
    select(DELIVERY.c.id)
    .where(
        DELIVERY.c.topic == bindparam("of_topic"),
        DELIVERY.c.channel == bindparam("to_channel"),
        DELIVERY.c.recipient == bindparam("to_recipient"),
    )
    .limit(1)
)
OWED_BY_ITEM = Quick(lambda _: OWED.where(DELIVERY.c.item == bindparam("by_item")))
NEW_DELIVERY = Quick(lambda dialect: upsert_in(dialect, DELIVERY).on_conflict_do_nothing().returning(DELIVERY.c.id))


def promise(
    connection: Connection,
    hit: Mapping[str, Any],
    to: tuple[str, str],
    form: Form,
    due: datetime,
    at: datetime,
    held: bool = False,
    muted: Silence | None = None,
) -> dict[str, Any] | None:
    """Owes the hit to (channel, recipient); gives what the log says of it, None when this edition is owed already.

    `held`: it waits for the end of a first reading; `muted`: for the end of that silence.
    """
    row = {
        "hit": hit["id"], "item": hit["item"], "topic": hit["topic"], "edition": hit["edition"],
        "channel": to[0], "recipient": to[1], "source": hit["source"], "form": form.value, "created_at": at,
    }  # fmt: skip
    state: dict[str, Any] = {"state": "held" if held else "owed", "due_at": due, "reason": None}
    if muted is not None:
        state = {"state": "held", "due_at": muted.until, "reason": muted.words}
    number = NEW_DELIVERY.value(connection, row | state)
    return None if number is None else {"delivery": number, "commit": row_commit({"id": number, **row})}


def owed_already(connection: Connection, hit: Mapping[str, Any], channel: str, recipient: str) -> bool:
    """Whether a version of this item owes this topic to this recipient. What rulings moved counts where it stands now."""
    item = hit["item"]
    given = {"of_topic": hit["topic"], "to_channel": channel, "to_recipient": recipient}
    if not items.is_regrouped(connection, item):
        return bool(OWED_BY_ITEM.all(connection, {**given, "by_item": item}))
    query = OWED.join(HIT, HIT.c.id == DELIVERY.c.hit).join(VERSION, VERSION.c.id == HIT.c.version)
    return connection.execute(query.where(items.belongs(connection, [item])), given).first() is not None


def remember(tx: Tx, duty: str, hits: Sequence[int], now: datetime) -> None:
    """The next `assemble` owes these hits to those who would have heard; `duty` is RESTORED or SPLIT."""
    rows = [{"id": f"{duty}{hit}", "due_at": now} for hit in hits]
    if rows:
        tx.connection.execute(upsert(tx.connection, JOB).on_conflict_do_nothing(), rows)


def owe_ruled(tx: Tx, routing: Routing, now: datetime) -> None:
    """Owes what rulings restored or split off to those who would have heard and were not told, each with its entry."""
    for duty, entry in ((RESTORED, "restored hit owed"), (SPLIT, "split hit owed")):
        wanted = select(JOB.c.id).where(JOB.c.id.like(f"{duty}%")).limit(MOST_AT_ONCE)
        jobs = list(tx.connection.execute(wanted).scalars())
        for hit in _hits(tx.connection, sorted(int(job.removeprefix(duty)) for job in jobs)):
            made = _owe(tx.connection, hit, routing, now, duty == RESTORED)
            if made:
                tx.note(AuditNote(entry, "monitor", now, {"hit": hit["id"], "deliveries": made}))
        if jobs:
            tx.connection.execute(delete(JOB).where(JOB.c.id.in_(jobs)))


def _hits(connection: Connection, numbers: Sequence[int]) -> list[dict[str, Any]]:
    """The hits, oldest first, each with the item it belongs to now."""
    if not numbers:
        return []
    query = (
        select(HIT, VERSION.c.language, items.NOW.label("item_now"))
        .join(VERSION, VERSION.c.id == HIT.c.version)
        .outerjoin(items.REGROUPED, items.REGROUPED.c.version == VERSION.c.id)
        .where(HIT.c.id.in_(numbers))
        .order_by(HIT.c.id)
    )
    return [{**row, "item": row["item_now"]} for row in connection.execute(query).mappings()]


def _owe(
    connection: Connection, hit: Mapping[str, Any], routing: Routing, now: datetime, restored: bool
) -> list[dict[str, Any]]:
    """Promises a hit as if it came now. A person restored it in spite of a silence; what was split off is new, and waits."""
    muted = None if restored else silence(connection, hit["topic"], hit["source"], now)
    novelty = Novelty(hit["novelty"]) if restored else Novelty.NEW
    severity = routing.severities.get(hit["topic"], "medium")
    traits = route.Traits(
        hit["topic"], Verdict.ALERT, hit["kind"], hit["part"], severity, hit["source"], hit["language"], novelty.value,
        loads_list(hit["facts"]),
    )  # fmt: skip
    told = route.audience(traits, routing.channels)
    made = []
    for channel, recipient in told:
        owed = owed_already(connection, hit, channel.key, recipient)
        if owed and novelty in {Novelty.NEW, Novelty.STORY}:
            continue
        form = route.decide(Verdict.ALERT, novelty, owed, True, channel.novelties)
        if form is not None:
            due = route.due(channel, now, form, routing.digest)
            made.append(promise(connection, hit, (channel.key, recipient), form, due, now, muted=muted))
    return [one for one in made if one is not None]
