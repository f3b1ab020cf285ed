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
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from monitor.domain.audit import AuditNote
from monitor.domain.delivery import AttemptOutcome, Routing
from monitor.domain.desk import Pause
from monitor.domain.errors import StoreBusy
from monitor.domain.intent import Applied, PollIntent
from monitor.domain.ruling import Ruling
from monitor.domain.source import Source, Validators
from monitor.domain.topic import Ruleset
from monitor.pipeline.fetch import place_of
from tests.fakes import store_rulings
from tests.fakes.store_apply import Application, Unjudged
from tests.fakes.store_claims import ClaimTables
from tests.fakes.store_messages import MessageTables
from tests.fakes.store_queries import Row
from tests.fakes.store_upkeep import UpkeepTables


class InMemoryStore(ClaimTables, MessageTables, UpkeepTables):
    """Implements ports.Store; `queries` answers for it."""

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

    async def close(self) -> None:
        """As ports.Store."""
        self.closed = True
        self.tables.holder = None
