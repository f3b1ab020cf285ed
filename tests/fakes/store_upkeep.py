"""Upkeep of the store in memory: days are closed, texts fall due, pauses end, clocks that ran ahead are mended."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from typing import Any

from monitor.domain.audit import AuditNote
from monitor.pipeline.schedule import next_slot
from tests.fakes.store_base import StoreBase
from tests.fakes.store_queries import Row

DAY = timedelta(days=1)


class UpkeepTables(StoreBase):
    """What duties do to the tables."""

    async def seal(self, now: datetime) -> None:
        """As ports.Store: a head without a signature."""
        with self._transaction() as t:
            t.head = f"mention-monitor/fake\n{len(t.log)}\n{t.log[-1].hash}\n" if t.log else None

    async def upkeep(self, now: datetime) -> None:
        """As ports.Store."""
        with self._transaction() as t:
            self._close_days(now)
            self._purge(now)
            self._end_pauses(now)
            late: list[tuple[dict[Any, Row], timedelta]] = [
                (t.sources, DAY * 1.1), (t.links, DAY * 99), (t.messages, DAY * 8), (t.deliveries, DAY * 400)
            ]  # fmt: skip
            for table, longest in late:
                for row in table.values():
                    made = getattr(row, "created_at", now)
                    most = max(now + longest, next_slot(row.at, now)) if getattr(row, "at", "") else now + longest
                    if row.due_at is not None and (row.due_at > most or made > now + DAY):
                        row.due_at = min(row.due_at, now)
            for host in t.hosts.values():
                if host.next_at is not None and host.next_at > now + DAY * 1.1:
                    host.next_at = now

    def _end_pauses(self, now: datetime) -> None:
        for row in self.tables.sources.values():
            if row.pause is not None and row.pause.until is not None and row.pause.until <= now:
                row.state, row.pause, row.due_at = "active", None, now
                body = {"source": row.key, "why": "its pause is over"}
                self.tables.note(AuditNote("source resumed", "monitor", now, body))

    def _close_days(self, now: datetime) -> None:
        t = self.tables
        sums: dict[Any, Counter[str]] = defaultdict(Counter)
        for (_, day), counts in t.days.items():
            if day < now.date() and (t.closed_days is None or day >= t.closed_days):
                sums[day].update(counts)
        for day in sorted(sums):
            names = ("polled", "changed", "unchanged", "failed")
            t.note(AuditNote("day closed", "monitor", now, {"day": day, **{name: sums[day][name] for name in names}}))
        t.closed_days = now.date()

    def _purge(self, now: datetime) -> None:
        newest: dict[str, datetime] = {}
        kept: dict[str, timedelta] = defaultdict(lambda: DAY * 30)
        rows = [row for row in self.tables.versions.values() if row.text is not None]
        for row in rows:
            newest[row.text] = max(newest.get(row.text, row.first_seen_at), row.first_seen_at)
            if row.item is not None:
                kept[row.text] = DAY * 800
        gone = {text for text, at in newest.items() if at < now - kept[text]} - self._needed()
        for row in rows:
            if row.text in gone:
                row.text = None
        if gone:
            self.tables.note(AuditNote("purged", "monitor", now, {"texts": len(gone)}))

    def _needed(self) -> set[str | None]:
        """Texts that an open delivery tells, or a hit under review shows."""
        t = self.tables
        ruled = {row.hit for row in t.rulings}
        owed = {row.hit for row in t.deliveries.values() if row.state in {"owed", "held", "sending"}}
        shown = {
            row.version for number, row in t.hits.items()
            if number in owed or (row.view["verdict"] == "review" and number not in ruled)
        }  # fmt: skip
        return {t.versions[number].text for number in shown}
