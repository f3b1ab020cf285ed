"""A Store in memory, held to the same contract as the real one.

    store = InMemoryStore()
    await store.open("w1", now)
    store.queries.hits(...)                        # what stands in it
    store.refuse = 2                               # the next two writes raise StoreError: a full disk
    again = InMemoryStore(store.killed())          # the same tables after the process died: nothing was given back

One transaction is a copy of all tables that is put back when something raises.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from monitor.domain.audit import AuditNote
from monitor.domain.delivery import AttemptOutcome, Channel, Draft, Form, Frozen, MessageKind, Routing, Telling
from monitor.domain.desk import Pause
from monitor.domain.errors import LeaseLost, StoreBusy, StoreError
from monitor.domain.intent import (
    Applied,
    Claim,
    Lease,
    LinkClaim,
    MessageClaim,
    PollIntent,
    SettleIntent,
    SourceClaim,
    StartIntent,
)
from monitor.domain.ruling import Ruling
from monitor.domain.source import Source, Validators
from monitor.domain.topic import Ruleset
from monitor.pipeline import route
from monitor.pipeline.fetch import place_of
from monitor.pipeline.schedule import next_slot
from tests.fakes import store_attached as attached
from tests.fakes import store_rulings
from tests.fakes.alert_queries import InMemoryAlertQueries
from tests.fakes.store_apply import Application, Unjudged, owe, silence
from tests.fakes.store_queries import Row, Tables, TablesHolder

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def _standing(row: Row) -> dict[str, Any]:
    """What a claim tells of the source's health."""
    told: dict[str, Any] = {"entries": row.entries, "succeeded_at": row.succeeded_at}
    if (one := row.standing) is not None:
        told |= {
            "health": one.health, "health_since": one.since, "missing_since": one.missing_since,
            "blind_at": one.blind_at, "untrusted": one.untrusted,
        }  # fmt: skip
    return told


class InMemoryStore(TablesHolder):
    """Implements ports.Store; `queries` answers for it."""

    def __init__(self, tables: Tables | None = None) -> None:
        super().__init__(tables or Tables())
        self.queries = InMemoryAlertQueries(self)
        self.refuse = 0
        self.closed = False

    def killed(self) -> Tables:
        """The tables as a killed process leaves them: the lock is free, the leases stand."""
        self.tables.holder = None
        self.closed = True
        return self.tables

    @contextmanager
    def _transaction(self) -> Iterator[Tables]:
        if self.closed:
            raise StoreError("the store is closed")
        if self.refuse:
            self.refuse -= 1
            raise StoreError("the database refused a change: the fake was told to")
        before = self.tables.copy()
        try:
            yield self.tables
        except BaseException:
            self.tables = before
            raise

    async def open(self, worker: str, now: datetime) -> int:
        """As ports.Store."""
        if self.tables.holder not in (None, worker):
            raise StoreBusy(f"the store is in use by {self.tables.holder}")
        self.tables.holder = worker
        return await self.reap(worker, now)

    async def reap(self, worker: str, now: datetime) -> int:
        """As ports.Store: there is only one run lock, so every other worker is gone."""
        with self._transaction() as t:
            for row in self._leased():
                if row.worker not in (None, worker):
                    row.worker = row.until = None
            found = [one for one in t.attempts.values() if one.outcome is None and one.worker != worker]
            for one in found:
                self._end_attempt(one, now, AttemptOutcome.UNKNOWN, "the service ended while this was being sent")
                t.messages[one.message].due_at = now
            return len(found)

    def _leased(self) -> Iterator[Row]:
        t = self.tables
        yield from (*t.sources.values(), *t.links.values(), *t.messages.values(), *t.hosts.values(), *t.duties.values())

    async def sync_sources(self, sources: Sequence[Source], now: datetime, spread: bool = True) -> None:
        """As ports.Store."""
        with self._transaction() as t:
            before = {key: (row.state, row.asked) for key, row in t.sources.items()}
            for source in sources:
                old = next((key for key in source.formerly if key in t.sources), None)
                if old is not None and source.key not in t.sources:
                    self._rename(old, source.key)
            for place, source in enumerate(sources):
                wait = min(source.every, 300.0) * place / len(sources) if spread and len(sources) >= 20 else 0.0
                self._put(source, now, now + timedelta(seconds=wait))
            for key in t.sources.keys() - {source.key for source in sources}:
                t.sources[key].state = "retired"
            if before != {key: (row.state, row.asked) for key, row in t.sources.items()}:
                t.note(AuditNote("sources changed", "operator", now, {"sources": [one.key for one in sources]}))

    def _rename(self, old: str, new: str) -> None:
        t = self.tables
        row = t.sources[new] = t.sources.pop(old)
        row.key = new
        for one in (*t.links.values(), *t.documents.values()):
            if one.source == old:
                one.source = new
        t.days |= {(new, day): t.days.pop((key, day)) for key, day in list(t.days) if key == old}

    def _put(self, source: Source, now: datetime, first: datetime) -> None:
        t = self.tables
        asked = (source.kind, source.address, repr(sorted(source.options.items())))
        row = t.sources.get(source.key)
        if row is None:
            t.sources[source.key] = row = Row(
                key=source.key, due_at=first, interval=source.every, validators=Validators(), outcome=None, reason=None,
                polled_at=None, succeeded_at=None, changed_at=None, first_success_at=None, entries=None, failures=0,
                unchanged=0, number=0, worker=None, until=None, asked=asked, state="active", memory="{}", standing=None, pause=None,
            )  # fmt: skip
        elif row.state == "retired" or row.asked != asked or row.every != source.every:
            row.due_at = now
            if row.asked != asked:
                row.validators = Validators()
                row.memory = "{}"
        row.__dict__.update(
            asked=asked, state="paused" if row.state == "paused" else "active",
            kind=source.kind, address=source.address, host=place_of(source.kind, source.address),
            every=source.every, every_max=source.every_max, pace=source.pace, at=source.at,
            options=json.dumps(dict(source.options), sort_keys=True, ensure_ascii=False, separators=(",", ":")),
        )  # fmt: skip
        self._host(row.host)

    def _host(self, name: str) -> Row:
        return self.tables.hosts.setdefault(name, Row(name=name, next_at=None, worker=None, until=None))

    async def save_ruleset(self, ruleset: Ruleset, canonical: str, now: datetime) -> None:
        """As ports.Store."""
        with self._transaction() as t:
            topics = [topic.key for topic in ruleset.topics]
            if ruleset.id not in t.rulesets:
                t.note(AuditNote("ruleset adopted", "monitor", now, {"ruleset": ruleset.id, "topics": topics}))
            t.rulesets[ruleset.id] = canonical
            t.names = {topic.key: (topic.name, topic.severity.value) for topic in ruleset.topics}

    async def save_watchlist_file(self, name: str, content: bytes, now: datetime) -> None:
        """As ports.Store."""
        with self._transaction() as t:
            if t.files.get(name) != content:
                before, digest = t.files.get(name), hashlib.sha256(content).hexdigest()
                t.files[name] = t.past_files[digest] = content
                old = None if before is None else hashlib.sha256(before).hexdigest()
                body = {"file": name, "sha256": digest, "before": old}
                t.note(AuditNote("watchlist edited", "operator", now, body))

    async def keep_watchlist_files(self, names: Collection[str], now: datetime) -> None:
        """As ports.Store."""
        with self._transaction() as t:
            gone = sorted(t.files.keys() - set(names))
            for name in gone:
                del t.files[name]
            if gone:
                t.note(AuditNote("watchlist removed", "operator", now, {"files": gone}))

    async def note(self, notes: Sequence[AuditNote]) -> None:
        """As ports.Store."""
        with self._transaction() as t:
            for note in notes:
                t.note(note)

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

    async def release(self, worker: str) -> None:
        """As ports.Store."""
        with self._transaction():
            for row in self._leased():
                if row.worker == worker:
                    row.worker = row.until = None

    async def apply(self, intent: PollIntent, routing: Routing) -> Applied:
        """As ports.Store."""
        try:
            with self._transaction() as t:
                return Application(t, self.queries, intent, routing).run()
        except Unjudged as back:
            return Applied(unjudged=back.versions)

    async def poll_now(self, key: str, actor: str, now: datetime) -> bool:
        """As ports.Store."""
        with self._transaction() as t:
            row = t.sources.get(key)
            if row is None or row.state != "active":
                return False
            row.due_at = now
            t.note(AuditNote("poll asked for", actor, now, {"source": key}))
            return True

    async def pause(self, key: str, pause: Pause) -> bool:
        """As ports.Store."""
        with self._transaction() as t:
            row = t.sources.get(key)
            if row is None or row.state == "retired":
                return False
            row.state, row.pause = "paused", pause
            body = {"source": key, "why": pause.why, "until": pause.until}
            t.note(AuditNote("source paused", pause.actor, pause.since, body))
            return True

    async def resume(self, key: str, actor: str, why: str, now: datetime) -> bool:
        """As ports.Store."""
        with self._transaction() as t:
            row = t.sources.get(key)
            if row is None or row.state != "paused":
                return False
            row.state, row.pause, row.due_at = "active", None, now
            t.note(AuditNote("source resumed", actor, now, {"source": key, "why": why}))
            return True

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

    async def rule(self, ruling: Ruling) -> None:
        """As ports.Store."""
        with self._transaction() as t:
            body = asdict(ruling) | {"kind": ruling.kind.value}
            t.rulings.append(Row(**body))
            t.note(AuditNote("ruled", ruling.actor, ruling.at, body))
            if ruling.kind.value == "restored" and ruling.hit is not None:
                t.restored.append(ruling.hit)
            if ruling.pair and ruling.kind.value == "not the same":
                t.restored += store_rulings.split(t, *sorted(ruling.pair))
            elif ruling.pair and ruling.kind.value == "the same":
                store_rulings.join(t, *sorted(ruling.pair))
            for row in t.deliveries.values() if ruling.kind.value in ("muted", "unmuted") else ():
                if row.muted and ruling.topic in (None, row.topic) and ruling.source in (None, row.source):
                    row.due_at = ruling.at

    async def rule_once(self, ruling: Ruling) -> bool:
        """As ports.Store."""
        said = (ruling.kind, ruling.actor, ruling.why, ruling.hit, ruling.topic, ruling.source)
        for row in self.tables.rulings:
            if (row.kind, row.actor, row.why, row.hit, row.topic, row.source) == said:
                return False
        await self.rule(ruling)
        return True

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

    async def close(self) -> None:
        """As ports.Store."""
        self.closed = True
        self.tables.holder = None
