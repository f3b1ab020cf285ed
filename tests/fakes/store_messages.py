"""Messages of the store in memory: what is owed becomes messages, which are claimed, begun and settled."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from monitor.domain.audit import AuditNote
from monitor.domain.delivery import AttemptOutcome, Channel, Draft, Form, Frozen, MessageKind, Routing, Telling
from monitor.domain.errors import LeaseLost
from monitor.domain.intent import Claim, Lease, MessageClaim, SettleIntent, StartIntent
from monitor.pipeline import route
from tests.fakes import store_attached as attached
from tests.fakes.store_apply import owe, silence
from tests.fakes.store_base import StoreBase
from tests.fakes.store_queries import Row

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class MessageTables(StoreBase):
    """The half of ports.Store that senders use."""

    async def assemble(self, routing: Routing, now: datetime, flush: bool = False) -> int:
        """As ports.Store."""
        with self._transaction() as t:
            self._owe_restored(routing, now)
            self._release(now)
            if flush:
                attached.release_all(t, now)
            groups: dict[tuple[str, str, MessageKind, object], list[Row]] = defaultdict(list)
            grouped = {one.key for one in routing.channels if one.group or one.when != "now"}
            spent = self._spent(now)
            for row in t.deliveries.values():
                if row.state == "held" and row.muted:
                    continue
                if row.state == "held" and (flush or self._is_read(row.source, now)):
                    groups[row.channel, row.recipient, MessageKind.BASELINE, row.source].append(row)
                elif row.state == "owed" and row.due_at <= now:
                    self._sort(row, groups, grouped, spent, routing, now)
            for (channel, recipient, kind, place), rows in groups.items():
                self._make(kind, channel, recipient, str(place) if kind is MessageKind.BASELINE else "", rows, now)
            return len(groups)

    def _sort(self, row: Row, groups: Any, grouped: set[str], spent: Any, routing: Routing, now: datetime) -> None:
        place = (row.source, row.channel, row.recipient)
        if row.form == "story" or row.late or row.muted:
            groups[row.channel, row.recipient, MessageKind.DIGEST, row.late and row.source].append(row)
            return
        if row.channel in grouped:
            channel = next(one for one in routing.channels if one.key == row.channel)
            opened = self._window(row, channel, now)
            if opened is not None:
                row.due_at = opened + timedelta(seconds=channel.group)
                return
            kind = MessageKind.ALERT if channel.when == "now" else MessageKind.DIGEST
            groups[row.channel, row.recipient, kind, "group"].append(row)
            return
        spent[place].append(now)
        if routing.budget and len(spent[place]) > routing.budget:
            until = min(spent[place]) + HOUR
            wakes = [route.due(one, until, Form.NEW) for one in routing.channels if one.key == row.channel]
            row.due_at, row.late = (wakes or [until])[0], True
            held = {"source": row.source, "deliveries": [row.id], "until": row.due_at}
            self.tables.note(AuditNote("alerts held", "monitor", now, held))
        else:
            groups[row.channel, row.recipient, MessageKind.ALERT, row.id].append(row)

    def _window(self, row: Row, channel: Channel, now: datetime) -> datetime | None:
        """When the last message to this recipient was made, within the channel's window."""
        since = now - timedelta(seconds=channel.group)
        made = [
            one.created_at for one in self.tables.messages.values()
            if (one.channel, one.recipient) == (row.channel, row.recipient) and since < one.created_at <= now
        ]  # fmt: skip
        return max(made, default=None) if channel.when == "now" else None

    def _release(self, now: datetime) -> None:
        """What waited for the end of a silence is owed, unless another one covers it."""
        for row in self.tables.deliveries.values():
            if row.state == "held" and row.muted and row.due_at is not None and row.due_at <= now:
                still = silence(self.tables, row.topic, row.source, now)
                row.state, row.due_at = ("held", still[1]) if still else ("owed", now)

    def _spent(self, now: datetime) -> dict[tuple[str, str, str], list[datetime]]:
        spent: dict[tuple[str, str, str], list[datetime]] = defaultdict(list)
        for row in self.tables.deliveries.values():
            message = self.tables.messages.get(row.message or "")
            if message and message.kind is MessageKind.ALERT and now - HOUR <= message.created_at <= now:
                spent[row.source, row.channel, row.recipient].append(message.created_at)
        return spent

    def _is_read(self, source: str, now: datetime) -> bool:
        began = self.tables.sources[source].first_success_at if source in self.tables.sources else None
        if began is not None and began < now - DAY:
            return True
        return not any(
            link.source == source and link.state == "due" and link.baseline for link in self.tables.links.values()
        )

    def _make(
        self, kind: MessageKind, channel: str, recipient: str, source: str, rows: list[Row], now: datetime
    ) -> None:
        number = uuid.uuid4().hex
        self.tables.messages[number] = Row(
            id=number, kind=kind, channel=channel, recipient=recipient, source=source, created_at=now,
            due_at=max(row.due_at for row in rows), state="open", worker=None, until=None, number=0, attempts=0,
            rejects=0, first_tried_at=None, frozen=None,
        )  # fmt: skip
        for row in rows:
            row.message, row.state = number, "sending"

    def _owe_restored(self, routing: Routing, now: datetime) -> None:
        t = self.tables
        for number in t.restored:
            hit = t.hits[number]
            made = owe(t, hit, t.versions[hit.version].language, routing, now)
            t.note(AuditNote("restored hit owed", "monitor", now, {"hit": number, "deliveries": made}))
        t.restored.clear()

    async def claim_messages(self, claim: Claim) -> list[MessageClaim]:
        """As ports.Store."""
        with self._transaction() as t:
            rows = [
                row for row in t.messages.values()
                if row.state == "open" and row.due_at <= claim.now and (row.until is None or row.until < claim.now)
            ]  # fmt: skip
            rows = sorted(rows, key=lambda row: (row.due_at, row.created_at))[: claim.limit]
            for row in rows:
                row.worker, row.until, row.number = claim.worker, claim.until, row.number + 1
            return [self._message_claim(row, claim.worker) for row in rows]

    def _message_claim(self, row: Row, worker: str) -> MessageClaim:
        told = []
        for one in self.tables.deliveries.values():
            hit = self.queries.hit(one.hit) if one.message == row.id else None
            if hit is not None:
                told.append(Telling(one.id, Form(one.form), hit))
        draft = Draft(row.id, row.kind, row.channel, row.recipient, row.created_at, tuple(told), source=row.source)
        lease = Lease(worker, row.number)
        return MessageClaim(draft, lease, row.attempts, row.rejects, row.first_tried_at, row.frozen)

    def _held(self, message: str, lease: Lease) -> Row:
        row = self.tables.messages[message]
        if (row.number, row.worker, row.state) != (lease.number, lease.worker, "open"):
            raise LeaseLost(f"message {message} was claimed anew")
        return row

    async def start(self, intent: StartIntent) -> None:
        """As ports.Store."""
        with self._transaction() as t:
            row = self._held(intent.message, intent.lease)
            row.attempts, row.first_tried_at = intent.number, row.first_tried_at or intent.at
            if row.frozen is None and intent.payload:
                row.frozen = Frozen(
                    row.id, row.channel, row.recipient, intent.content_type, intent.payload, intent.subject
                )
            t.attempts[intent.message, intent.number] = Row(
                message=intent.message, number=intent.number, worker=intent.lease.worker, started_at=intent.at,
                ended_at=None, outcome=None, detail="",
            )  # fmt: skip

    async def settle(self, intent: SettleIntent) -> None:
        """As ports.Store."""
        with self._transaction() as t:
            row = self._held(intent.message, intent.lease)
            outcome = intent.result.outcome
            row.rejects += outcome is AttemptOutcome.REJECTED
            row.due_at, row.worker, row.until = intent.due_at, None, None
            row.state = "delivered" if outcome is AttemptOutcome.DELIVERED else "dead" if intent.dead else "open"
            attempt = t.attempts[intent.message, intent.number]
            self._end_attempt(attempt, intent.at, outcome, intent.result.detail)
            for one in t.deliveries.values():
                if one.message == intent.message and row.state != "open":
                    one.state = row.state

    def _end_attempt(self, row: Row, at: datetime, outcome: AttemptOutcome, detail: str) -> None:
        row.ended_at, row.outcome, row.detail = at, outcome.value, detail
        body = {"message": row.message, "number": row.number, "outcome": outcome.value}
        self.tables.note(AuditNote("attempted", "monitor", at, body))

    async def canaries(self, routing: Routing, channel: str | None, now: datetime) -> list[str]:
        """As ports.Store."""
        with self._transaction() as t:
            before = set(t.messages)
            for one in routing.channels:
                for who in one.recipients if channel in (None, one.key) else ():
                    self._make(MessageKind.CANARY, one.key, who, "", [Row(due_at=now)], now)
            return [number for number in t.messages if number not in before]

    async def hurry(self, channel: str, recipient: str, now: datetime) -> int:
        """As ports.Store."""
        with self._transaction() as t:
            fresh = {
                message for (message, _), one in t.attempts.items() if one.ended_at and one.ended_at > now - HOUR / 6
            }
            rows = [
                row for row in t.messages.values()
                if (row.channel, row.recipient, row.state) == (channel, recipient, "open") and row.attempts
                and row.due_at > now and row.worker is None and row.id not in fresh
            ]  # fmt: skip
            for row in rows:
                row.due_at = now
            return len(rows)

    async def retry(self, deliveries: Sequence[int], now: datetime, actor: str = "operator") -> int:
        """As ports.Store."""
        with self._transaction() as t:
            rows = [
                row for row in t.deliveries.values()
                if row.state == "dead" and (not deliveries or row.id in deliveries)
            ]  # fmt: skip
            for row in rows:
                row.state, row.message, row.due_at = "owed", None, now
            if rows:
                t.note(AuditNote("deliveries retried", actor, now, {"deliveries": [row.id for row in rows]}))
            return len(rows)
