"""How the in-memory store applies one intent: the same way as the real one, over dicts."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from monitor.domain.audit import AuditNote
from monitor.domain.delivery import Form, Routing
from monitor.domain.document import Prepared
from monitor.domain.errors import LeaseLost
from monitor.domain.hit import Decision, HitDraft, Novelty, Relation, Verdict
from monitor.domain.intent import Applied, Lease, PollIntent, VersionIntent
from monitor.domain.source import Outcome, Validators
from monitor.pipeline import route
from monitor.pipeline.record import brings_news, novelty_of, one_line, passage, stored_span, stored_text, strongest
from tests.fakes import store_attached as attached
from tests.fakes import store_lines, store_rulings
from tests.fakes.store_queries import Row, Tables

if TYPE_CHECKING:
    from tests.fakes.store_queries import InMemoryQueries


class Unjudged(Exception):
    """Rolls the intent back: these versions were not judged."""

    def __init__(self, versions: tuple[int, ...]) -> None:
        super().__init__(versions)
        self.versions = versions


class Application:
    """One intent on its way into the tables."""

    def __init__(self, tables: Tables, queries: InMemoryQueries, intent: PollIntent, routing: Routing) -> None:
        self.t, self.queries, self.intent, self.routing = tables, queries, intent, routing
        self.placed: list[int] = []
        self.hits: list[int] = []
        self.deliveries: list[int] = []
        self.removed: list[dict[str, object]] = []
        self.novelty: Novelty | None = None
        self.stored = self.alerts = self.links = self.fresh = 0

    def run(self) -> Applied:
        """Everything or, when something raises, nothing."""
        self._source()
        self._link()
        host = self.intent.host_update
        if host is not None:
            row = self.t.hosts[host.name]
            row.next_at = max(host.next_allowed_at, row.next_at or host.next_allowed_at)
        for one in self.intent.versions:
            self._version(one)
        self._links()
        attached.settle(self.t, self.intent.from_link, self.deliveries, self.intent.at, self.routing)
        if self.intent.pushed:
            self._pushed()
        if self.hits or self.removed or self.links:
            body = {"source": self.intent.source, "hits": self.hits, "removed": self.removed, "links": self.links}
            self.t.note(AuditNote("polled", "monitor", self.intent.at, body))
        for note in self.intent.notes:
            self.t.note(note)
        return Applied(self.stored, len(self.hits), self.alerts, len(self.deliveries), self.links)

    def _source(self) -> None:
        one = self.intent.source_update
        if one is None:
            return
        row = _held(self.t.sources.get(one.key), one.lease)
        row.due_at, row.interval, row.outcome = one.due_at, one.interval, one.outcome.value
        row.reason = row.reason if one.quiet else one.reason
        row.failures, row.unchanged, row.polled_at = one.failures, one.unchanged, one.polled_at
        if one.outcome is not Outcome.FAILED:
            row.succeeded_at = one.polled_at
            row.first_success_at = row.first_success_at or one.polled_at
        if one.outcome is Outcome.CHANGED:
            row.changed_at = one.polled_at
        row.validators = one.validators or row.validators
        row.entries = row.entries if one.entries is None else one.entries
        row.memory = row.memory if one.memory is None else one.memory
        if one.standing is not None:
            row.standing = one.standing
        day = self.t.days.setdefault((one.key, one.polled_at.date()), Counter())
        day.update(["polled", one.outcome.value])
        if self.intent.gap:
            day.update(["gap"])
        for missed, number in one.skipped:
            self.t.days.setdefault((one.key, missed), Counter()).update({"skipped": number})
        if self.intent.sight is not None:
            self.t.sights[one.key] = self.intent.sight

    def _link(self) -> None:
        one = self.intent.link_update
        if one is None:
            return
        row = _held(self.t.links.get(one.id), one.lease)
        row.state, row.reason, row.due_at, row.tries = one.state.value, one.reason, one.due_at, one.tries
        row.misses, row.visits = one.misses, one.visits
        row.validators = one.validators or row.validators

    def _links(self) -> None:
        known = {row.address for row in self.t.links.values() if row.source == self.intent.source}
        for link in {link.address: link for link in self.intent.links if link.address not in known}.values():
            number = len(self.t.links) + 1
            self.t.hosts.setdefault(link.host, Row(name=link.host, next_at=None, worker=None, until=None))
            self.t.links[number] = Row(
                id=number, source=self.intent.source, address=link.address, url=link.url, host=link.host,
                title=link.title, attachment=link.attachment, baseline=self.intent.baseline, state="due", reason=None,
                parent=self.intent.from_link, due_at=self.intent.at, tries=0, misses=0, visits=0, number=0,
                worker=None, until=None, validators=Validators(), stamp=link.stamp,
                shown_by=self._shown_by(link.shown_by),
            )  # fmt: skip
            self.links += 1
        self._shown_again()

    def _shown_by(self, place: str) -> int | None:
        rows = self.t.documents.values()
        return next((row.id for row in rows if (row.source, row.place) == (self.intent.source, place)), None)

    def _shown_again(self) -> None:
        """Links of which the source says something else than last time are read again."""
        stamps = {link.address: link.stamp for link in self.intent.links if link.stamp}
        for row in self.t.links.values():
            stamp = stamps.get(row.address, "") if row.source == self.intent.source else ""
            if stamp and stamp != row.stamp and row.worker is None:
                row.stamp, row.due_at = stamp, self.intent.at
                self.links += 1

    def _pushed(self) -> None:
        row, at = self.t.sources[self.intent.source], self.intent.at
        outcome = Outcome.CHANGED if self.fresh else Outcome.UNCHANGED
        row.outcome, row.reason, row.failures, row.polled_at, row.succeeded_at = outcome.value, None, 0, at, at
        row.first_success_at = row.first_success_at or at
        self.t.days.setdefault((row.key, at.date()), Counter()).update(["polled", outcome.value])

    def _version(self, one: VersionIntent) -> None:
        t, prepared, decision = self.t, one.prepared, one.decision
        extracted = prepared.extracted
        document = self._document(extracted.place, extracted.url)
        texts = [row for row in t.versions.values() if row.document == document]
        for row in texts:
            if row.text_hash == prepared.text_hash:
                self.placed.append(row.id)
                return
        if prepared.hits:
            self._demand_judged(one)
        related = decision.to
        if related is not None and related < 0:
            related = self.placed[-related - 1]
        decision, related = self._obey_rulings(prepared, decision, related)
        self.novelty = None
        item = self._part(one, related) if prepared.hits else None
        if item is None and prepared.hits:
            item = self._item(decision.relation, related)
        reasons = (*decision.reasons, *(["an attachment of its notice"] if self.novelty else []))
        number = len(t.versions) + 1
        self.placed.append(number)
        self.fresh += 1
        t.versions[number] = Row(
            id=number, document=document, text_hash=prepared.text_hash, title=one_line(extracted.title),
            text=extracted.text, url=extracted.url, language=extracted.language, format=extracted.format,
            kind=prepared.kind, published=extracted.published, first_seen_at=self.intent.at, item=item,
            fingerprint=prepared.fingerprint, relation=decision.relation.value, to=related, reasons=reasons, changes=decision.changes,
            keys={*prepared.keys, *prepared.story_keys} if prepared.hits else set(),
        )  # fmt: skip
        if texts:
            before = {
                row.topic for row in t.hits.values()
                if row.version == texts[-1].id and row.view["verdict"] != "suppressed"
            }  # fmt: skip
            gone = before - {hit.topic for hit in prepared.hits}
            self.removed += [{"topic": topic, "version": number} for topic in sorted(gone)]
            for topic in sorted(gone):
                told = {"source": self.intent.source, "topic": topic, "url": extracted.url, "title": texts[-1].title}
                t.note(AuditNote("term removed", "monitor", self.intent.at, told))
        if item is not None:
            self.stored += 1
            t.items[item].first = t.items[item].first or number
            store_lines.count(t, prepared, document)
            if one.copy is not None:
                t.copies.append(replace(one.copy, id=len(t.copies) + 1, version=number))
            for hit in prepared.hits:
                self._hit(hit, one, number, item)

    def _document(self, place: str, url: str) -> int:
        for row in self.t.documents.values():
            if (row.source, row.place) == (self.intent.source, place):
                return int(row.id)
        number = len(self.t.documents) + 1
        self.t.documents[number] = Row(
            id=number, source=self.intent.source, place=place, url=url, link=self.intent.from_link
        )
        return number

    def _demand_judged(self, one: VersionIntent) -> None:
        if one.decision.unjudged or one.decision.relation is Relation.SAME:
            return
        found = self.queries.candidate_ids(self.intent.source, one.prepared, self.intent.at)
        fresh = set(found) - set(one.decision.judged) - set(self.placed)
        if fresh:
            raise Unjudged(tuple(sorted(fresh)))

    def _obey_rulings(self, prepared: Prepared, told: Decision, related: int | None) -> tuple[Decision, int | None]:
        """A person may have split a pair after this text was judged: then it is told as new."""
        if related is None or told.relation not in {Relation.SAME, Relation.REVISION}:
            return told, related
        apart, _ = store_rulings.pins(self.t, self.intent.source, prepared)
        if self.t.versions[related].item not in apart:
            return told, related
        reasons = (*told.reasons, "ruled not the same meanwhile: told as new")
        return replace(told, relation=Relation.DISTINCT, to=None, reasons=reasons), None

    def _part(self, one: VersionIntent, related: int | None) -> int | None:
        item = attached.part_of(self.t, self.intent.from_link, one, related)
        if item is not None:
            self.novelty = Novelty.REVISION if attached.is_told(self.t, item) else Novelty.SAME
            self.t.items[item].edition += self.novelty is Novelty.REVISION
        return item

    def _novelty(self, hit: HitDraft, one: VersionIntent, item: int) -> str:
        if self.novelty is None:
            return novelty_of(one.decision.relation)
        known = any(row.item == item and row.topic == hit.topic for row in self.t.hits.values())
        return self.novelty.value if known else Novelty.NEW.value

    def _item(self, relation: Relation, related: int | None) -> int:
        t = self.t
        item = t.versions[related].item if related is not None else None
        if item is not None and relation in {Relation.SAME, Relation.REVISION}:
            t.items[item].edition += relation is Relation.REVISION
            return int(item)
        story = None
        if item is not None and relation is Relation.STORY:
            if t.items[item].story is None:
                t.stories += 1
                t.items[item].story = t.stories
            story = t.items[item].story
        number = len(t.items) + 1
        t.items[number] = Row(id=number, first=None, story=story, edition=1)
        return number

    def _hit(self, hit: HitDraft, one: VersionIntent, version: int, item: int) -> None:
        extracted = one.prepared.extracted
        title = one_line(extracted.title)
        full = stored_text(title, extracted.text)
        match = strongest(hit)
        start, end = stored_span(match, title) if match else (len(title) + 1, len(title) + 1)
        words, words_start = passage(full, start, end)
        waits = self._mute(hit.topic)
        muted = waits[0] if waits else None
        number = len(self.t.hits) + 1
        row = Row(id=number, topic=hit.topic, version=version, item=item, facts=one.prepared.facts)
        row.view = {
            "topic": hit.topic, "verdict": hit.verdict.value, "novelty": self._novelty(hit, one, item),
            "url": extracted.url, "source": self.intent.source, "title": title, "text": full[start:end],
            "start": start, "end": end, "passage": words, "passage_start": words_start, "matches": (),
            "kind": one.prepared.kind, "part": one.prepared.part, "facts": tuple(one.prepared.facts),
            "reasons": (*hit.reasons, muted) if muted else hit.reasons, "ruleset": self.intent.ruleset,
            "first_seen_at": self.intent.at, "term": match.term if match else "", "form": match.form if match else "",
            "published": extracted.published, "language": extracted.language, "format": extracted.format,
            "edition": self.t.items[item].edition, "warnings": extracted.warnings,
        }  # fmt: skip
        self.t.hits[number] = row
        self.hits.append(number)
        self.alerts += hit.verdict is Verdict.ALERT
        if hit.verdict is not Verdict.SUPPRESSED:
            made = owe(self.t, row, extracted.language, self.routing, self.intent.at, one.baseline, waits, hit.verdict)
            self.deliveries += made

    def _mute(self, topic: str) -> Silence | None:
        return silence(self.t, topic, self.intent.source, self.intent.at)


Silence: TypeAlias = tuple[str, datetime | None]


def silence(t: Tables, topic: str, source: str, now: datetime) -> Silence | None:
    """Why nobody is told now, and until when."""
    latest = {}
    for row in t.rulings:
        if row.kind in ("muted", "unmuted") and row.topic in (None, topic) and row.source in (None, source):
            latest[row.topic, row.source] = row
    live = [row for row in latest.values() if row.kind == "muted" and (row.until is None or row.until > now)]
    live.sort(key=lambda row: (row.until is None, row.until or now))
    return (f"muted by {live[-1].actor} until {live[-1].until}: {live[-1].why}", live[-1].until) if live else None


def owe(
    t: Tables, hit: Row, language: str | None, routing: Routing, now: datetime, baseline: bool = False,
    muted: Silence | None = None, verdict: Verdict = Verdict.ALERT,
) -> list[int]:  # fmt: skip
    """Promises a hit to everybody who should hear of it; gives the numbers of the deliveries."""
    view, item = hit.view, t.items[hit.item]
    restored = view["verdict"] != "alert"
    novelty = Novelty.NEW if restored else Novelty(view["novelty"])
    traits = route.Traits(
        hit.topic, verdict, view["kind"], view["part"], routing.severities.get(hit.topic, "medium"),
        view["source"], language, novelty.value, hit.facts,
    )  # fmt: skip
    told = route.audience(traits, routing.channels)
    earlier = [(one.topic, one.facts) for one in t.hits.values() if t.items[one.item].story == item.story]
    news = novelty is Novelty.STORY and brings_news(hit.topic, hit.facts, earlier[:-1])
    made = []
    for channel, recipient in told:
        rows = [
            row for row in t.deliveries.values()
            if (row.item, row.topic, row.channel, row.recipient) == (hit.item, hit.topic, channel.key, recipient)
        ]  # fmt: skip
        form = route.decide(Verdict.ALERT, novelty, bool(rows), news, channel.novelties)
        if form is None or any(row.edition == item.edition for row in rows):
            continue
        due = muted[1] if muted else route.due(channel, now, form)
        number = len(t.deliveries) + 1
        t.deliveries[number] = Row(
            id=number, hit=hit.id, item=hit.item, topic=hit.topic, edition=item.edition, channel=channel.key,
            recipient=recipient, source=view["source"],
            form=(Form.BASELINE if baseline and not muted else form).value,
            state="held" if baseline or muted else "owed", due_at=due, message=None, created_at=now, late=False,
            muted=bool(muted), waits=False, reason=muted[0] if muted else None,
        )  # fmt: skip
        made.append(number)
    return made


def _held(row: Row | None, lease: Lease) -> Row:
    if row is None or (row.number, row.worker) != (lease.number, lease.worker):
        raise LeaseLost("the row was claimed anew")
    row.worker = row.until = None
    return row
