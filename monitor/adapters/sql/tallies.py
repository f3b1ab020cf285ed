"""tallies: what are the counts of a start page, in a store of any size?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection, Table, and_, case, func, select

from monitor.domain.query import Tally
from storage.tables import DeliveryRow, DocumentRow, HitRow, LinkRow, SourceRow

from . import hit_reads

HIT: Table = HitRow.__table__  # type: ignore[attr-defined]
DOCUMENT: Table = DocumentRow.__table__  # type: ignore[attr-defined]
DELIVERY: Table = DeliveryRow.__table__  # type: ignore[attr-defined]
SOURCE: Table = SourceRow.__table__  # type: ignore[attr-defined]
LINK: Table = LinkRow.__table__  # type: ignore[attr-defined]
UNDONE = ("owed", "held", "sending", "dead")


def tally(connection: Connection, since: datetime | None) -> Tally:
    """Counts of everything, or of the hits since then, as things stand now."""
    counts = _counts(connection, since)
    verdicts: Counter[str] = Counter()
    for (_, verdict), hits in counts.items():
        verdicts[verdict] += hits
    topics = {topic: hits for (topic, verdict), hits in sorted(counts.items()) if verdict == "alert"}
    states = _states(connection)
    sources = connection.execute(
        select(
            func.count(),
            func.coalesce(func.sum(case((SOURCE.c.outcome == "failed", 1), else_=0)), 0),
            func.max(SOURCE.c.polled_at),
        ).where(SOURCE.c.state == "active")
    ).one()
    links = connection.execute(
        select(func.count()).select_from(LINK).where(and_(LINK.c.state == "due", LINK.c.due_at.is_not(None)))
    ).scalar_one()
    return Tally(
        alerts=verdicts["alert"], reviews=verdicts["review"], suppressed=verdicts["suppressed"],
        documents=_documents(connection), sources=sources[0], sources_failing=int(sources[1]), open_links=links,
        deliveries_open=sum(states.get(state, 0) for state in ("owed", "held", "sending")),
        deliveries_dead=states.get("dead", 0), by_topic=topics, last_poll_at=_aware(sources[2]),
    )  # fmt: skip


def _states(connection: Connection) -> dict[str, int]:
    """Deliveries that are not delivered, by state: those that are, are too many to be counted each time."""
    state = DELIVERY.c.state
    rows = connection.execute(select(state, func.count()).where(state.in_(UNDONE)).group_by(state))
    return {name: int(count) for name, count in rows}


def _counts(connection: Connection, since: datetime | None) -> Mapping[tuple[str, str], int]:
    """(topic, verdict) → hits since then, or of all times."""
    if since is None:
        return hit_reads.totals(connection)
    columns = (HIT.c.topic, HIT.c.verdict)
    rows = connection.execute(select(*columns, func.count()).where(HIT.c.first_seen_at >= since).group_by(*columns))
    return {(topic, verdict): hits for topic, verdict, hits in rows}


def _documents(connection: Connection) -> int:
    """How many documents are stored: rows are never deleted, and SQLite gives their numbers without a gap."""
    if connection.dialect.name == "sqlite":
        return int(connection.execute(select(func.max(DOCUMENT.c.id))).scalar() or 0)
    return int(connection.execute(select(func.count()).select_from(DOCUMENT)).scalar_one())


def _aware(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment
