"""edits: which watchlist edit waits for a person, and was it accepted?

Both stand in `meta` under a digest of all files together, so a further edit waits anew; the log has who accepted what, and why.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Table, delete, func, select

from monitor.domain.audit import AuditNote
from monitor.domain.plan import WaitingEdit
from storage.engine import Database
from storage.tables import HitRow, MetaRow

from .polls import upsert
from .writer import Tx, Writer

META: Table = MetaRow.__table__  # type: ignore[attr-defined]
HIT: Table = HitRow.__table__  # type: ignore[attr-defined]
WAITING, ACCEPTED = "watchlist-waiting", "watchlist-accepted"
HEARD = ("alert", "review")
RECENT = timedelta(days=30)


class SqlEdits:
    """Remembers the edit that waits, and the last one that was accepted."""

    def __init__(self, database: Database, writer: Writer) -> None:
        self.database = database
        self.writer = writer

    def waiting(self) -> WaitingEdit | None:
        """The edit that waits for `monitor watchlist apply`, or None."""
        text = self._value(WAITING)
        if text is None:
            return None
        row = json.loads(text)
        return WaitingEdit(
            row["digest"], tuple(row["why"]), tuple(row["topics"]), tuple(row["sources"]),
            datetime.fromisoformat(row["since"]),
        )  # fmt: skip

    def accepted(self) -> str | None:
        """The digest of the files that a person accepted last."""
        return self._value(ACCEPTED)

    def recent_hits(self, topics: Sequence[str]) -> dict[str, int]:
        """How many alerts and reviews these topics had in the last 30 days; those with none are left out."""
        since = datetime.now(UTC) - RECENT
        query = (
            select(HIT.c.topic, func.count())
            .where(HIT.c.topic.in_(topics), HIT.c.verdict.in_(HEARD), HIT.c.first_seen_at >= since)
            .group_by(HIT.c.topic)
        )
        with self.database.read() as connection:
            return {topic: int(count) for topic, count in connection.execute(query)} if topics else {}

    async def wait(self, edit: WaitingEdit | None, now: datetime) -> None:
        """This edit waits from now on (an entry, so that the operator is told); None: nothing waits any more."""

        def work(tx: Tx) -> None:
            before = tx.connection.execute(select(META.c.value).where(META.c.name == WAITING)).scalar()
            if edit is None:
                if before is not None:
                    tx.connection.execute(delete(META).where(META.c.name == WAITING))
                return
            if before is not None and json.loads(before)["digest"] == edit.digest:
                return
            body = {
                "digest": edit.digest,
                "why": list(edit.why),
                "topics": list(edit.topics),
                "sources": list(edit.sources),
            }
            _put(tx, WAITING, json.dumps({**body, "since": now.isoformat()}, ensure_ascii=False))
            tx.note(AuditNote("watchlist waits", "operator", now, body))

        await self.writer.run(work)

    async def accept(self, edit: WaitingEdit, actor: str, why: str, now: datetime) -> None:
        """A person accepts the edit: whoever runs the service puts it in force."""

        def work(tx: Tx) -> None:
            _put(tx, ACCEPTED, edit.digest)
            body = {"digest": edit.digest, "topics": list(edit.topics), "sources": list(edit.sources), "why": why}
            tx.note(AuditNote("watchlist applied", actor, now, body))

        await self.writer.run(work)

    def _value(self, name: str) -> str | None:
        with self.database.read() as connection:
            return connection.execute(select(META.c.value).where(META.c.name == name)).scalar()


def _put(tx: Tx, name: str, value: str) -> None:
    row = upsert(tx.connection, META).values(name=name, value=value)
    tx.connection.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": value}))
