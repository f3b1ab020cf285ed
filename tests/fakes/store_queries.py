"""The tables of the in-memory store, and its queries: the same answers as the real ones, over lists."""

from __future__ import annotations

import copy
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from types import SimpleNamespace
from typing import TypeAlias

from monitor.domain.audit import AuditNote, Verification
from monitor.domain.document import Candidate, Prepared
from monitor.domain.evidence import KeptCopy
from monitor.domain.hit import HitView
from monitor.domain.query import (
    Arrival,
    AttemptView,
    AuditView,
    DeliveryView,
    HitDay,
    HitFilter,
    SourceDay,
    Tally,
    VersionView,
)
from monitor.domain.ruling import RULES_A_HIT, RulingKind
from monitor.domain.source import SourceHealth
from tests.fakes import store_lines, store_rulings
from tests.fakes.queries import fits

Row: TypeAlias = SimpleNamespace  # a row whose columns are asked for by name
STORY_WINDOW = timedelta(days=14)


@dataclass
class Tables:
    """Everything that is stored. Numbers of rows count up and are never used again."""

    sources: dict[str, Row] = field(default_factory=dict)
    hosts: dict[str, Row] = field(default_factory=dict)
    links: dict[int, Row] = field(default_factory=dict)
    documents: dict[int, Row] = field(default_factory=dict)
    versions: dict[int, Row] = field(default_factory=dict)
    items: dict[int, Row] = field(default_factory=dict)
    hits: dict[int, Row] = field(default_factory=dict)
    deliveries: dict[int, Row] = field(default_factory=dict)
    messages: dict[str, Row] = field(default_factory=dict)
    attempts: dict[tuple[str, int], Row] = field(default_factory=dict)
    rulings: list[Row] = field(default_factory=list)
    duties: dict[str, Row] = field(default_factory=dict)
    restored: list[int] = field(default_factory=list)
    days: dict[tuple[str, date], Counter[str]] = field(default_factory=dict)
    sights: dict[str, str] = field(default_factory=dict)
    closed_days: date | None = None
    rulesets: dict[str, str] = field(default_factory=dict)
    names: dict[str, tuple[str, str]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    past_files: dict[str, bytes] = field(default_factory=dict)  # SHA-256 -> bytes, of all that were in force
    log: list[AuditView] = field(default_factory=list)
    holder: str | None = None  # who has the run lock
    stories: int = 0
    head: str | None = None
    copies: list[KeptCopy] = field(default_factory=list)
    lines: set[tuple[str, int, int]] = field(default_factory=set)  # host, line at an edge, document that shows it

    def note(self, note: AuditNote) -> None:
        """Chains an entry to the log."""
        body = json.loads(json.dumps(note.body, default=_plain))
        at = note.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        prev = self.log[-1].hash if self.log else ""
        self.log.append(AuditView(len(self.log) + 1, at, note.actor, note.kind, _hash(prev, note, at, body), body))

    def copy(self) -> Tables:
        """All of it as it is now."""
        return copy.deepcopy(self)


def _plain(value: object) -> str:
    return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if isinstance(value, datetime) else str(value)


def _hash(prev: str, note: AuditNote | AuditView, at: str, body: object) -> str:
    told = json.dumps([prev, note.kind, note.actor, at, body], sort_keys=True)
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()


class InMemoryQueries:
    """Implements ports.Queries over the tables of an InMemoryStore."""

    def __init__(self, store: TablesHolder) -> None:
        self._store = store

    @property
    def t(self) -> Tables:
        """The tables as they are now."""
        return self._store.tables

    def known(self, source: str, pairs: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
        """As ports.Queries."""
        stored = {
            (self.t.documents[row.document].place, row.text_hash)
            for row in self.t.versions.values()
            if self.t.documents[row.document].source == source
        }
        return stored & set(pairs)

    def sight(self, source: str) -> str | None:
        """As ports.Queries."""
        return self.t.sights.get(source)

    def candidate_ids(self, source: str, prepared: Prepared, now: datetime) -> list[int]:
        """Version numbers, the most promising first."""
        shared: Counter[int] = Counter()
        tellers = []
        own = []
        for row in reversed(self.t.versions.values()):
            if row.item is None:
                continue
            document = self.t.documents[row.document]
            if (document.source, document.place) == (source, prepared.extracted.place):
                own.append(row.id)
            if count := len(row.keys & set(prepared.keys)):
                shared[row.id] = count
            if len(row.keys & set(prepared.story_keys)) > 1 and row.first_seen_at >= now - STORY_WINDOW:
                tellers.append(row.id)
        ranked = list(dict.fromkeys([*own[:2], *(number for number, _ in shared.most_common())]))[:12]
        return ranked + [number for number in tellers if number not in ranked][:6]

    def candidates(self, source: str, prepared: Prepared, now: datetime) -> list[Candidate]:
        """As ports.Queries."""
        apart, same = store_rulings.pins(self.t, source, prepared)
        found = self.candidate_ids(source, prepared, now)
        if same is not None:
            found = [same, *(number for number in found if number != same)]
        firsts = [self.t.items[self.t.versions[number].item].first for number in found]
        numbers = dict.fromkeys([*found, *firsts])
        rows = [self.t.versions[one] for one in numbers if self.t.versions[one].text is not None]
        own = prepared.extracted.url
        ruled = {row.id: RulingKind.THE_SAME for row in rows if row.id == same}
        ruled |= {row.id: RulingKind.NOT_THE_SAME for row in rows if row.item in apart}
        sites = [store_lines.shared(self.t, (own, row.url)) for row in rows]
        return [self._candidate(row, site, ruled.get(row.id)) for row, site in zip(rows, sites, strict=True)]

    def _candidate(self, row: Row, site: tuple[int, ...], ruled: RulingKind | None) -> Candidate:
        document, item = self.t.documents[row.document], self.t.items[row.item]
        return Candidate(
            row.id, row.item, row.document, document.source, row.url, row.title, row.text, row.published,
            row.first_seen_at, row.id == item.first, document.place, site, ruled,
        )  # fmt: skip

    def hits(self, wanted: HitFilter, limit: int | None = None, offset: int = 0) -> Iterator[HitView]:
        """As ports.Queries."""
        views = (self._view(row) for row in reversed(self.t.hits.values()))
        found = [view for view in views if fits(view, wanted, self.t.versions[view.version].text or "")]
        return islice(iter(found), offset, None if limit is None else offset + limit)

    def count_hits(self, wanted: HitFilter) -> int:
        """As ports.Queries."""
        return sum(1 for _ in self.hits(wanted))

    def count_up_to(self, wanted: HitFilter, most: int) -> int:
        """As ports.Queries."""
        return min(most, self.count_hits(wanted))

    def hit_days(self, since: date) -> list[HitDay]:
        """As ports.Queries."""
        views = [row.view for row in self.t.hits.values()]
        found = Counter((view["first_seen_at"].date(), view["topic"], view["verdict"]) for view in views)
        return [HitDay(*key, hits) for key, hits in sorted(found.items()) if key[0] >= since]

    def arrived(self, after: int, limit: int) -> list[Arrival]:
        """As ports.Queries."""
        rows = [row for row in self.t.hits.values() if row.id > after][:limit]
        return [Arrival(row.id, row.topic, row.view["verdict"], row.view["first_seen_at"]) for row in rows]

    def newest_hit(self) -> int:
        """As ports.Queries."""
        return max(self.t.hits, default=0)

    def entry_of(self, hit: int) -> int | None:
        """As ports.Queries."""
        for entry in self.t.log:
            hits = (entry.body or {}).get("hits")
            if isinstance(hits, list) and hit in hits:
                return entry.seq
        return None

    def hit(self, number: int) -> HitView | None:
        """As ports.Queries."""
        row = self.t.hits.get(number)
        return self._view(row) if row else None

    def _view(self, row: Row) -> HitView:
        name, severity = self.t.names.get(row.topic, (row.topic, "medium"))
        version = self.t.versions[row.version]
        copies = [
            one for one in self.t.versions.values()
            if one.item == row.item and (one.relation == "same" or "an attachment of its notice" in one.reasons)
        ]  # fmt: skip
        also = [one.url for one in reversed(copies) if one.id != row.version and one.url != row.view["url"]]
        restored = any(one.kind == "restored" and one.hit == row.id for one in self.t.rulings)
        ruled = [one for one in self.t.rulings if one.hit == row.id and one.kind in RULES_A_HIT][-1:]
        latest = ruled[0] if ruled and ruled[0].kind != "withdrawn" else None
        return HitView(
            **row.view, id=row.id, item=row.item, version=row.version, document=version.document,
            story=self.t.items[row.item].story, topic_name=name, severity=severity, restored=restored,
            also_at=tuple(also), changes=version.changes, relation_reasons=version.reasons,
            ruled=str(latest.kind) if latest else "", ruled_by=latest.actor if latest else "",
            ruled_at=latest.at if latest else None, ruled_why=latest.why if latest else "",
        )  # fmt: skip

    def version(self, number: int) -> VersionView | None:
        """As ports.Queries."""
        row = self.t.versions.get(number)
        if row is None:
            return None
        return VersionView(
            row.id, row.document, row.item or 0, self.t.documents[row.document].source, row.url, row.title, row.text,
            row.relation, row.to, row.reasons, row.changes, row.first_seen_at, row.language, row.format, row.kind,
        )  # fmt: skip

    def versions_of_item(self, item: int) -> list[VersionView]:
        """As ports.Queries."""
        found = (self.version(row.id) for row in self.t.versions.values() if row.item == item)
        return [view for view in found if view is not None]

    def deliveries(
        self, hit: int | None = None, states: Sequence[str] = (), channel: str = ""
    ) -> Iterator[DeliveryView]:
        """As ports.Queries."""
        for row in reversed(list(self.t.deliveries.values())):
            if hit in (None, row.hit) and (not states or row.state in states) and channel in ("", row.channel):
                yield self._delivery(row)

    def _delivery(self, row: Row) -> DeliveryView:
        tries = tuple(
            AttemptView(one.number, one.outcome or "started", one.ended_at or one.started_at, one.detail)
            for (message, _), one in sorted(self.t.attempts.items())
            if message == row.message
        )
        due = self.t.messages[row.message].due_at if row.message else row.due_at
        return DeliveryView(
            row.id, row.hit, row.channel, row.recipient, row.message, row.state, tries, row.topic,
            self.t.hits[row.hit].view["title"], row.form, due, row.created_at, row.reason,
        )  # fmt: skip

    def sources(self) -> list[SourceHealth]:
        """As ports.Queries."""
        rows = [row for row in self.t.sources.values() if row.state != "retired"]
        rows.sort(key=lambda row: (row.outcome != "failed", row.key))
        return [
            SourceHealth(
                row.key, row.kind, row.address, row.state, row.outcome, row.reason, row.polled_at, row.succeeded_at,
                row.changed_at, None if row.kind == "push" else row.due_at, row.entries, row.failures,
                sum(link.source == row.key and link.state == "due" for link in self.t.links.values()), row.every,
                *((row.standing.health, row.standing.since) if row.standing else ("", None)), row.pause,
                lost_links=sum(link.source == row.key and link.state == "given up" for link in self.t.links.values()),
            )
            for row in rows
        ]  # fmt: skip

    def source_days(self, since: date) -> list[SourceDay]:
        """As ports.Queries."""
        return [
            SourceDay(
                key, day, n["polled"] + n["skipped"], n["polled"], n["changed"], n["unchanged"], n["failed"],
                n["skipped"], n["gap"],
            )
            for (key, day), n in sorted(self.t.days.items()) if day >= since
        ]  # fmt: skip

    def tally(self, since: datetime | None = None) -> Tally:
        """As ports.Queries."""
        rows = [row.view for row in self.t.hits.values() if since is None or row.view["first_seen_at"] >= since]
        verdicts = Counter(view["verdict"] for view in rows)
        states = Counter(row.state for row in self.t.deliveries.values())
        active = [row for row in self.t.sources.values() if row.state == "active"]
        return Tally(
            verdicts["alert"], verdicts["review"], verdicts["suppressed"], len(self.t.documents), len(active),
            sum(row.outcome == "failed" for row in active),
            sum(link.state == "due" for link in self.t.links.values()),
            states["owed"] + states["held"] + states["sending"], states["dead"],
            dict(Counter(view["topic"] for view in rows if view["verdict"] == "alert")),
            max((row.polled_at for row in active if row.polled_at), default=None),
        )  # fmt: skip

    def audit(self, after: int = 0, limit: int | None = None) -> Iterator[AuditView]:
        """As ports.Queries."""
        return islice((entry for entry in self.t.log if entry.seq > after), limit)

    def verify(self) -> Verification:
        """As ports.Queries: the chain, and a hit for each that the log names."""
        prev, findings = "", []
        logged: set[object] = set()
        for entry in self.t.log:
            if entry.hash != _hash(prev, entry, entry.at, entry.body):
                findings.append(f"entry {entry.seq} was altered")
            prev = entry.hash
            body: Mapping[str, object] = entry.body or {}
            found = body.get("hits", ()) if entry.kind == "polled" else ()
            logged.update(found if isinstance(found, list) else ())
        findings += [f"hit {number} has no entry in the log" for number in self.t.hits.keys() - logged]
        return Verification("broken" if findings else "ok", len(self.t.log), prev, findings=tuple(findings))

    def copies(self, version: int) -> list[KeptCopy]:
        """As ports.Queries."""
        return [one for one in reversed(self.t.copies) if one.version == version]

    def signed_head(self) -> str | None:
        """As ports.Queries: the head that the last `seal` made, unsigned."""
        return self.t.head

    def current_files(self) -> dict[str, bytes]:
        """As ports.Queries."""
        return dict(self.t.files)

    def close(self) -> None:
        """Nothing to end."""


class TablesHolder:
    """Whoever has the tables."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
