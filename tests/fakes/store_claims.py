"""Claims of the store in memory: which source, link or duty is due, and who has it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from monitor.domain.intent import Claim, Lease, LinkClaim, SourceClaim
from tests.fakes.store_base import StoreBase
from tests.fakes.store_queries import Row


def _standing(row: Row) -> dict[str, Any]:
    """What a claim tells of the source's health."""
    told: dict[str, Any] = {"entries": row.entries, "succeeded_at": row.succeeded_at}
    if (one := row.standing) is not None:
        told |= {
            "health": one.health, "health_since": one.since, "missing_since": one.missing_since,
            "blind_at": one.blind_at, "untrusted": one.untrusted,
        }  # fmt: skip
    return told


class ClaimTables(StoreBase):
    """Leases: one worker a row, one a host."""

    def _claim(self, rows: Sequence[Row], claim: Claim) -> list[Row]:
        due = min(claim.before or claim.now, claim.now)
        taken: Counter[str] = Counter()
        found: list[Row] = []
        for row in sorted(rows, key=lambda one: one.due_at):
            host = self._host(row.host)
            free = host.worker in (None, claim.worker) or host.until < claim.now
            asked = host.next_at is not None and host.next_at > claim.now
            leased = row.until is not None and row.until >= claim.now
            if row.due_at > due or leased or asked or not free or row.host in claim.busy:
                continue
            if len(found) < claim.limit and taken[row.host] < claim.a_host:
                taken[row.host] += 1
                found.append(row)
        for row in found:
            host = self._host(row.host)
            row.worker = host.worker = claim.worker
            row.until = host.until = claim.until
            row.number += 1
        return found

    async def claim_sources(self, claim: Claim) -> list[SourceClaim]:
        """As ports.Store."""
        with self._transaction() as t:
            rows = self._claim(
                [row for row in t.sources.values() if row.state == "active" and row.kind != "push"], claim
            )
            return [
                SourceClaim(
                    row.key, row.kind, row.address, row.host, Lease(claim.worker, row.number), row.due_at, row.every,
                    row.every_max, row.interval, row.pace, row.options, row.validators, row.failures, row.unchanged,
                    row.first_success_at is None, row.outcome, row.at, row.memory, **_standing(row),
                )
                for row in rows
            ]  # fmt: skip

    async def claim_links(self, claim: Claim) -> list[LinkClaim]:
        """As ports.Store."""
        with self._transaction() as t:
            live = [
                row for row in t.links.values()
                if row.due_at is not None and row.source in t.sources and t.sources[row.source].state == "active"
            ]  # fmt: skip
            return [self._link_claim(row, claim.worker) for row in self._claim(live, claim)]

    def _link_claim(self, row: Row, worker: str) -> LinkClaim:
        source = self.tables.sources[row.source]
        return LinkClaim(
            row.id, row.source, source.kind, row.address, row.url, row.host, row.title, row.attachment, row.baseline,
            Lease(worker, row.number), row.due_at, row.tries, row.misses, row.validators, source.pace, source.options,
            row.parent, row.visits, source.address,
        )  # fmt: skip

    async def claim_duties(
        self, slots: Mapping[str, datetime], worker: str, now: datetime, until: datetime
    ) -> list[str]:
        """As ports.Store."""
        due = []
        with self._transaction() as t:
            for key, slot in slots.items():
                row = t.duties.setdefault(key, Row(due_at=slot, worker=None, until=None))
                if row.due_at > now:
                    row.due_at = slot
                elif row.until is None or row.until < now:
                    row.worker, row.until = worker, until
                    due.append(key)
        return due

    async def finish_duty(self, key: str, worker: str, now: datetime, due_at: datetime, done: bool) -> None:
        """As ports.Store."""
        with self._transaction() as t:
            row = t.duties[key]
            if row.worker == worker:
                row.worker = row.until = None
                row.due_at = due_at

    def _leased(self) -> Iterator[Row]:
        t = self.tables
        yield from (*t.sources.values(), *t.links.values(), *t.messages.values(), *t.hosts.values(), *t.duties.values())

    async def release(self, worker: str) -> None:
        """As ports.Store."""
        with self._transaction():
            for row in self._leased():
                if row.worker == worker:
                    row.worker = row.until = None

    def _host(self, name: str) -> Row:
        return self.tables.hosts.setdefault(name, Row(name=name, next_at=None, worker=None, until=None))
