"""hit reads: what do the console's lists, charts and open pages ask of a million hits?

Days that are over are counted once and for all by upkeep; what came since is counted at the time.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select, update

from monitor.domain.query import Arrival, HitDay, HitFilter
from storage.engine import Database
from storage.tables import AuditBodyRow, AuditRow, HitDayRow, HitRow, MetaRow

from . import search
from .polls import upsert
from .writer import Tx

HIT: Table = HitRow.__table__  # type: ignore[attr-defined]
HIT_DAY: Table = HitDayRow.__table__  # type: ignore[attr-defined]
META: Table = MetaRow.__table__  # type: ignore[attr-defined]
AUDIT: Table = AuditRow.__table__  # type: ignore[attr-defined]
BODY: Table = AuditBodyRow.__table__  # type: ignore[attr-defined]
COUNTED = "hits-counted"  # hits up to this number stand in hit_day
AT_ONCE = 50_000  # of them that one upkeep counts
ALL, FIRST = date(1, 1, 1), date(1, 1, 2)  # the row of all days together, and the first that is a day
NEAR = 500  # entries of one instant that are looked at


class HitReads:
    """A part of SqlQueries: implements `ports.HitQueries`."""

    database: Database

    def count_up_to(self, wanted: HitFilter, most: int) -> int:
        """How many hits the filter lets through, counted up to `most`."""
        with self.database.read() as connection:
            return search.count(connection, wanted, most)

    def hit_days(self, since: date) -> list[HitDay]:
        """Hits by day, topic and verdict since then."""
        with self.database.read() as connection:
            found = days(connection, since)
        return [HitDay(*key, hits) for key, hits in sorted(found.items())]

    def arrived(self, after: int, limit: int) -> list[Arrival]:
        """The first hits with a number above that one, in order."""
        query = select(HIT.c.id, HIT.c.topic, HIT.c.verdict, HIT.c.first_seen_at).where(HIT.c.id > after)
        with self.database.read() as connection:
            rows = connection.execute(query.order_by(HIT.c.id).limit(limit)).all()
        return [Arrival(row.id, row.topic, row.verdict, row.first_seen_at) for row in rows]

    def newest_hit(self) -> int:
        """The number of the newest hit, 0 before there is one."""
        with self.database.read() as connection:
            return int(connection.execute(select(func.max(HIT.c.id))).scalar() or 0)

    def entry_of(self, hit: int) -> int | None:
        """The number of the entry that commits to a hit: among those of the instant at which it was stored."""
        with self.database.read() as connection:
            at = connection.execute(select(HIT.c.first_seen_at).where(HIT.c.id == hit)).scalar()
            if at is None:
                return None
            query = (
                select(AUDIT.c.seq, BODY.c.body)
                .join(BODY, BODY.c.seq == AUDIT.c.seq)
                .where(
                    AUDIT.c.at == f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z", BODY.c.body.contains(f'"hit":{hit}')
                )
            )
            rows = connection.execute(query.order_by(AUDIT.c.seq).limit(NEAR)).all()
        return next((int(row.seq) for row in rows if _names(row.body, hit)), None)


def days(connection: Connection, since: date | None = None) -> Counter[tuple[date, str, str]]:
    """(day, topic, verdict) → hits since then, or of all times."""
    counted = _counted(connection)
    past = select(HIT_DAY).where(HIT_DAY.c.day >= (since or FIRST))
    found: Counter[tuple[date, str, str]] = Counter()
    if counted:
        for row in connection.execute(past):
            found[row.day, row.topic, row.verdict] += row.hits
    found += _live(connection, since, counted, None)
    return found


def totals(connection: Connection) -> Counter[tuple[str, str]]:
    """(topic, verdict) → hits, of all times."""
    counted = _counted(connection)
    found: Counter[tuple[str, str]] = Counter()
    if counted:
        for row in connection.execute(select(HIT_DAY).where(HIT_DAY.c.day == ALL)):
            found[row.topic, row.verdict] += row.hits
    here = (HIT.c.topic, HIT.c.verdict)
    for topic, verdict, hits in connection.execute(
        select(*here, func.count()).where(HIT.c.id > counted).group_by(*here)
    ):
        found[topic, verdict] += hits
    return found


def count_days(tx: Tx, now: datetime) -> None:
    """Counts hits of days that are over, at most 50,000 at once."""
    counted = _counted(tx.connection)
    today = datetime.combine(now.date(), time.min, UTC)
    over = select(HIT.c.id).where(HIT.c.id > counted, HIT.c.first_seen_at < today).order_by(HIT.c.id).limit(AT_ONCE)
    last = tx.connection.execute(select(func.max(over.subquery().c.id))).scalar()
    if last is None:
        return
    found = _live(tx.connection, None, counted, int(last))
    for (_, topic, verdict), hits in list(found.items()):
        found[ALL, topic, verdict] += hits
    for (day, topic, verdict), hits in sorted(found.items()):
        new = upsert(tx.connection, HIT_DAY).values(day=day, topic=topic, verdict=verdict, hits=hits)
        more: dict[str, Any] = {"hits": HIT_DAY.c.hits + new.excluded.hits}
        tx.connection.execute(new.on_conflict_do_update(index_elements=["day", "topic", "verdict"], set_=more))
    if counted:
        tx.connection.execute(update(META).where(META.c.name == COUNTED).values(value=str(last)))
    else:
        tx.connection.execute(delete(META).where(META.c.name == COUNTED))
        tx.connection.execute(insert(META), {"name": COUNTED, "value": str(last)})


def _live(connection: Connection, since: date | None, after: int, last: int | None) -> Counter[tuple[date, str, str]]:
    """Hits with a number above `after`, counted now."""
    where = [HIT.c.id > after]
    if last is not None:
        where.append(HIT.c.id <= last)
    if since is not None:
        where.append(HIT.c.first_seen_at >= datetime.combine(since, time.min, UTC))
    found: Counter[tuple[date, str, str]] = Counter()
    for at, topic, verdict in connection.execute(select(HIT.c.first_seen_at, HIT.c.topic, HIT.c.verdict).where(*where)):
        found[at.astimezone(UTC).date(), topic, verdict] += 1
    return found


def _counted(connection: Connection) -> int:
    return int(connection.execute(select(META.c.value).where(META.c.name == COUNTED)).scalar() or 0)


def _names(body: str, hit: int) -> bool:
    found = json.loads(body).get("hits")
    return isinstance(found, list) and any(isinstance(one, dict) and one.get("hit") == hit for one in found)
