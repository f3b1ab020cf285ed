"""apply: how does one poll's intent become rows, all of them or none?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Table, bindparam, func, insert, select, update

from monitor.domain.audit import AuditNote
from monitor.domain.delivery import Form, Routing
from monitor.domain.hit import HitDraft, Novelty, Relation, Verdict
from monitor.domain.intent import Applied, PollIntent, VersionIntent
from monitor.pipeline import route
from monitor.pipeline.record import brings_news, clean, novelty_of
from storage.tables import (
    DocumentRow,
    HitRow,
    ItemRow,
    LinkRow,
    StoryRow,
    TextRow,
    VersionRow,
)

from . import attached, hostlines, items, kept, lookup, plain, polls, promises, rulings, search, vanishing
from .audit import row_commit
from .polls import upsert, upsert_in
from .quick import Quick, among, as_list
from .rows import dumps, hit_row, loads_list, text_row, version_row
from .silences import Silence, silence
from .writer import Tx, Undo

DOCUMENT: Table = DocumentRow.__table__  # type: ignore[attr-defined]
VERSION: Table = VersionRow.__table__  # type: ignore[attr-defined]
TEXT: Table = TextRow.__table__  # type: ignore[attr-defined]
ITEM: Table = ItemRow.__table__  # type: ignore[attr-defined]
STORY: Table = StoryRow.__table__  # type: ignore[attr-defined]
HIT: Table = HitRow.__table__  # type: ignore[attr-defined]
LINK: Table = LinkRow.__table__  # type: ignore[attr-defined]

# Built once: for a new text, building statements took more time than storing it.
STORED = Quick(
    lambda _: select(VERSION.c.id).where(
        VERSION.c.document == bindparam("of"), VERSION.c.text_hash == bindparam("hash")
    )
)
BEFORE = Quick(
    lambda _: select(func.max(VERSION.c.id)).where(
        VERSION.c.document == bindparam("of"), VERSION.c.id != bindparam("but")
    )
)
DOCUMENTS = Quick(
    lambda dialect: select(DOCUMENT.c.place, DOCUMENT.c.id).where(
        DOCUMENT.c.source == bindparam("at"), among(DOCUMENT.c.place, "places", dialect)
    )
)
NEW_DOCUMENT = Quick(lambda dialect: upsert_in(dialect, DOCUMENT).on_conflict_do_nothing())
NEW_TEXT = Quick(lambda dialect: _new_text(dialect, with_hit=False))
NEW_TEXT_WITH_HIT = Quick(lambda dialect: _new_text(dialect, with_hit=True))
GROW, GROW_AND_LEAD = Quick(lambda _: _grown()), Quick(lambda _: _grown().values(last_version=bindparam("last")))
EDITION = Quick(lambda _: select(ITEM.c.edition).where(ITEM.c.id == bindparam("which")))
NEXT_EDITION = Quick(lambda _: _next_edition())
NEW_VERSION = Quick(lambda _: insert(VERSION).returning(VERSION.c.id))
NEW_HIT = Quick(lambda _: insert(HIT).returning(HIT.c.id))
NEW_ITEM = Quick(lambda _: insert(ITEM).returning(ITEM.c.id))

ACTOR = "monitor"


def _next_edition() -> Any:
    more = update(ITEM).where(ITEM.c.id == bindparam("which")).values(edition=ITEM.c.edition + 1)
    return more.returning(ITEM.c.edition)


def _grown() -> Any:
    first = func.coalesce(ITEM.c.first_version, bindparam("first"))
    return update(ITEM).where(ITEM.c.id == bindparam("which")).values(first_version=first)


def _new_text(dialect: str, with_hit: bool) -> Any:
    """A text that is stored already is kept as long as its newest version, and as one with a hit once it had one."""
    new = upsert_in(dialect, TEXT)
    again = {"stored_at": new.excluded.stored_at} | ({"with_hit": True} if with_hit else {})
    return new.on_conflict_do_update(index_elements=["sha256"], set_=again)


def locks_of(intent: PollIntent) -> list[int]:
    """The keys that PostgreSQL locks first: those of every text with a hit."""
    return [
        key for one in intent.versions if one.prepared.hits for key in (*one.prepared.keys, one.prepared.fingerprint)
    ]


def apply(tx: Tx, intent: PollIntent, routing: Routing) -> Applied:
    """Stores the intent. Raises LeaseLost; raises Undo with the unjudged candidates when another worker was quicker."""
    return Application(tx, intent, routing).run()


class Application:
    """One intent on its way into the tables."""

    def __init__(self, tx: Tx, intent: PollIntent, routing: Routing) -> None:
        self.tx = tx
        self.connection = tx.connection
        self.intent = intent
        self.routing = routing
        self.log: dict[str, list[Any]] = {"versions": [], "hits": [], "deliveries": [], "removed": [], "copies": []}
        self.alerts = 0
        self.links = 0
        self.owed: dict[int, list[int]] = {}  # document → deliveries made of it
        self.fresh = 0  # versions that were not stored before
        self.placed: list[int] = []  # the version that each text of the intent is, or was already
        self.made: set[int] = set()  # documents that nobody knew before

    def run(self) -> Applied:
        """Everything, in the order in which one thing needs the other."""
        intent = self.intent
        if intent.source_update is not None:
            polls.settle_source(self.connection, intent.source_update)
        if intent.sight is not None:
            polls.keep_sight(self.connection, intent.source, intent.sight)
        if intent.gap:
            polls.count_gap(self.connection, intent.source, intent.at)
        if intent.link_update is not None:
            polls.settle_link(self.connection, intent.link_update)
        if intent.host_update is not None:
            polls.settle_host(self.connection, intent.host_update)
        self._versions()
        self._add_links()
        attached.settle(self.connection, intent.from_link, self.owed, intent.at, self.routing)
        if intent.pushed:
            polls.settle_pushed(self.connection, intent.source, intent.at, bool(self.fresh))
        self._write_log()
        for note in (*intent.notes, *vanishing.notes_of(self.connection, intent)):
            self.tx.note(note)
        return Applied(
            versions=len(self.log["versions"]),
            hits=len(self.log["hits"]),
            alerts=self.alerts,
            deliveries=len(self.log["deliveries"]),
            links=self.links,
        )

    def _versions(self) -> None:
        """All texts in their order; those of new documents in which nothing is watched together."""
        documents, versions = self._documents(), self.intent.versions
        together = set(plain.plain_ones(self.intent, documents, frozenset(self.made)))
        for number, one in enumerate(versions):
            if number in together:
                self.placed.append(plain.NOWHERE)
            else:
                self._version(one, documents[clean(one.prepared.extracted.place)])
        if together:
            ones = [versions[number] for number in sorted(together)]
            plain.store(self.connection, self.intent, ones, documents, NEW_TEXT)
            self.fresh += len(together)

    def _documents(self) -> dict[str, int]:
        """The document ids of all places of this intent, made where they are new."""
        places = {clean(one.prepared.extracted.place): one for one in self.intent.versions}
        if not places:
            return {}
        known = self._document_ids(places)
        new: list[dict[str, Any]] = [
            {"source": self.intent.source, "place": place, "url": clean(one.prepared.extracted.url),
             "link": self.intent.from_link, "first_seen_at": self.intent.at}
            for place, one in places.items() if place not in known
        ]  # fmt: skip
        if new:
            NEW_DOCUMENT.many(self.connection, new)
            made = self._document_ids({row["place"]: None for row in new})
            self.made.update(made.values())
            known |= made
        return known

    def _document_ids(self, places: Mapping[str, object]) -> dict[str, int]:
        ids: dict[str, int] = {}
        wanted = list(places)
        for low in range(0, len(wanted), 500):
            given = {"at": self.intent.source, "places": as_list(self.connection, wanted[low : low + 500])}
            ids |= dict(DOCUMENTS.all(self.connection, given))
        return ids

    def _version(self, one: VersionIntent, document: int) -> None:
        prepared = one.prepared
        is_first = document in self.made
        self.made.discard(document)
        known = None if is_first else STORED.value(self.connection, {"of": document, "hash": prepared.text_hash})
        if known is not None:
            self.placed.append(known)
            return
        if prepared.hits:
            self._demand_judged(one)
        if one.decision.to is not None and one.decision.to < 0:  # a text of the same intent, before this one
            one = replace(one, decision=replace(one.decision, to=self.placed[-one.decision.to - 1]))
        one = self._obey_rulings(one)
        part = self._part(one)
        if part is not None:
            one = replace(one, decision=replace(one.decision, reasons=(*one.decision.reasons, attached.PART)))
        text = text_row(prepared, self.intent.at)
        (NEW_TEXT_WITH_HIT if prepared.hits else NEW_TEXT).run(self.connection, text)
        item, edition = (part.item, part.edition) if part else self._item(one) if prepared.hits else (None, 1)
        decision = one.decision
        row = version_row(prepared, document, self.intent.at) | {
            "text": text["sha256"],
            "body_hash": one.body_hash,
            "item": item,
            "ruleset": self.intent.ruleset,
            "relation": decision.relation.value,
            "relation_to": decision.to,
            "relation_score": decision.score,
            "relation_reasons": dumps(list(decision.reasons)),
            "changes": dumps([list(pair) for pair in decision.changes]),
        }
        version = NEW_VERSION.value(self.connection, row)
        self.placed.append(version)
        self.fresh += 1
        if not is_first:
            self._note_removed_terms(document, version, prepared.hits)
        if item is None:
            return
        self._finish_item(item, version, one, leads=part is None)
        hostlines.count(self.connection, prepared, document)
        self.log["versions"].append({"version": version, "commit": row_commit({"id": version, **row})})
        lookup.remember(self.connection, prepared, version)
        if one.copy is not None:
            self.log["copies"].append(kept.store(self.connection, version, one.copy))
        promised = len(self.log["deliveries"])
        for hit in prepared.hits:
            novelty = attached.novelty_of(self.connection, part, hit.topic) if part else None
            self._hit(hit, one, version, item, edition, novelty)
        made = [one["delivery"] for one in self.log["deliveries"][promised:]]
        self.owed.setdefault(document, []).extend(made)

    def _demand_judged(self, one: VersionIntent) -> None:
        """Sends the intent back when a candidate stands in the store that nobody judged (another worker was quicker).

        Nothing can be more than the same, and a story silences nobody: other tellings send no text back. The texts of this
        intent were judged under their places in it.
        """
        if one.decision.unjudged or one.decision.relation is Relation.SAME:
            return
        found = lookup.candidate_ids(
            self.connection, self.intent.source, replace(one.prepared, story_keys=()), self.intent.at
        )
        fresh = set(found) - set(one.decision.judged) - set(self.placed)
        if fresh:
            raise Undo(Applied(unjudged=tuple(sorted(fresh))))

    def _obey_rulings(self, one: VersionIntent) -> VersionIntent:
        """A person may have split a pair after this text was judged: then it is told as new."""
        decision = one.decision
        if decision.to is None or decision.relation not in {Relation.SAME, Relation.REVISION}:
            return one
        apart = rulings.pins(self.connection, self.intent.source, one.prepared).apart
        if not apart or items.item_of(self.connection, decision.to) not in apart:
            return one
        reasons = (*decision.reasons, "ruled not the same meanwhile: told as new")
        return replace(one, decision=replace(decision, relation=Relation.DISTINCT, to=None, reasons=reasons))

    def _part(self, one: VersionIntent) -> attached.Part | None:
        """The item of its notice, for an attachment that is no copy or further edition of something else."""
        if not one.prepared.hits or self.intent.from_link is None:
            return None
        item = attached.part_of(self.connection, self.intent.from_link)
        if item is None or not self._is_part(one, item):
            return None
        if not attached.is_told(self.connection, item):
            edition = EDITION.value(self.connection, {"which": item})
            return attached.Part(item, int(edition), Novelty.SAME)
        return attached.Part(item, int(NEXT_EDITION.value(self.connection, {"which": item})), Novelty.REVISION)

    def _is_part(self, one: VersionIntent, item: int) -> bool:
        """Whether the judgement leaves it to the notice: not if it is the same as something, or this very file's next text."""
        decision = one.decision
        if decision.to is None or decision.relation not in {Relation.SAME, Relation.REVISION}:
            return True
        if decision.relation is Relation.SAME or items.item_of(self.connection, decision.to) != item:
            return False
        place = clean(one.prepared.extracted.place)
        before = select(DOCUMENT.c.place).join(VERSION, VERSION.c.document == DOCUMENT.c.id)
        return self.connection.execute(before.where(VERSION.c.id == decision.to)).scalar() != place

    def _item(self, one: VersionIntent) -> tuple[int, int]:
        """The item the version belongs to, and the edition its hits are told as."""
        decision = one.decision
        if decision.to is not None and decision.relation in {Relation.SAME, Relation.REVISION}:
            item = items.item_of(self.connection, decision.to)
            if item is not None:
                statement = NEXT_EDITION if decision.relation is Relation.REVISION else EDITION
                return item, int(statement.value(self.connection, {"which": item}))
        story = self._story(decision.to) if decision.relation is Relation.STORY and decision.to else None
        made = NEW_ITEM.value(self.connection, {"created_at": self.intent.at, "story": story})
        return int(made), 1

    def _story(self, version: int) -> int | None:
        """The story of that version's item, begun now if it had none."""
        item = items.item_of(self.connection, version)
        row = self.connection.execute(select(ITEM.c.id, ITEM.c.story).where(ITEM.c.id == item)).first()
        if row is None or row.story is not None:
            return row.story if row else None
        story = self.connection.execute(
            insert(STORY).returning(STORY.c.id), {"first_item": row.id, "created_at": self.intent.at}
        ).scalar_one()
        self.connection.execute(update(ITEM).where(ITEM.c.id == row.id).values(story=story))
        return int(story)

    def _finish_item(self, item: int, version: int, one: VersionIntent, leads: bool) -> None:
        if one.decision.relation is Relation.SAME or not leads:
            GROW.run(self.connection, {"which": item, "first": version})
        else:
            GROW_AND_LEAD.run(self.connection, {"which": item, "first": version, "last": version})

    def _note_removed_terms(self, document: int, version: int, hits: tuple[HitDraft, ...]) -> None:
        """An earlier text of this document had a topic that this one has no more: told, never silent."""
        previous = BEFORE.value(self.connection, {"of": document, "but": version})
        if previous is None:
            return
        for gone in vanishing.lost_topics(self.connection, previous, hits):
            self.log["removed"].append({"topic": gone.topic, "version": version, "document": document})
            self.tx.note(vanishing.term_removed(self.intent, gone, version, document))

    def _hit(
        self, hit: HitDraft, one: VersionIntent, version: int, item: int, edition: int, novelty: Novelty | None = None
    ) -> None:
        more = {
            "version": version,
            "item": item,
            "ruleset": self.intent.ruleset,
            "novelty": novelty.value if novelty else novelty_of(one.decision.relation),
            "edition": edition,
            "baseline": one.baseline,
            "source": self.intent.source,
            "first_seen_at": self.intent.at,
        }
        muted = silence(self.connection, hit.topic, self.intent.source, self.intent.at)
        if muted is not None:
            hit = replace(hit, reasons=(*hit.reasons, muted.words))
        row = hit_row(hit, one.prepared, more)
        number = NEW_HIT.value(self.connection, row)
        search.enter(self.connection, number, row, clean(one.prepared.extracted.text))
        self.log["hits"].append({"hit": number, "commit": row_commit({"id": number, **row})})
        self.alerts += hit.verdict is Verdict.ALERT
        if hit.verdict is not Verdict.SUPPRESSED:
            self._owe({"id": number, **row}, one, muted)

    def _owe(self, hit: Mapping[str, Any], one: VersionIntent, muted: Silence | None) -> None:
        """Promises the hit to everybody who should hear of it; what is muted waits."""
        novelty = Novelty(hit["novelty"])
        traits = route.Traits(
            hit["topic"], Verdict(hit["verdict"]), hit["kind"], hit["part"],
            self.routing.severities.get(hit["topic"], "medium"),
            hit["source"], one.prepared.extracted.language, novelty.value, one.prepared.facts,
        )  # fmt: skip
        told = route.audience(traits, self.routing.channels)
        news = novelty is Novelty.STORY and self._brings_news(hit, one)
        for channel, recipient in told:
            owed = promises.owed_already(self.connection, hit, channel.key, recipient)
            form = route.decide(Verdict.ALERT, novelty, owed, news, channel.novelties)
            if form is None:
                continue
            due = route.due(channel, self.intent.at, Form.BASELINE if one.baseline else form, self.routing.digest)
            made = promises.promise(
                self.connection, hit, (channel.key, recipient),
                Form.BASELINE if one.baseline and muted is None else form, due, self.intent.at, one.baseline, muted,
            )  # fmt: skip
            if made is not None:
                self.log["deliveries"].append(made)

    def _brings_news(self, hit: Mapping[str, Any], one: VersionIntent) -> bool:
        story = self.connection.execute(select(ITEM.c.story).where(ITEM.c.id == hit["item"])).scalar()
        if story is None:
            return True
        rows = self.connection.execute(
            select(HIT.c.topic, HIT.c.facts)
            .join(ITEM, ITEM.c.id == HIT.c.item)
            .where(ITEM.c.story == story, HIT.c.id != hit["id"])
            .limit(200)
        )
        return brings_news(hit["topic"], one.prepared.facts, [(row.topic, loads_list(row.facts)) for row in rows])

    def _add_links(self) -> None:
        links = {link.address: link for link in self.intent.links}
        if not links:
            return
        polls.add_hosts(self.connection, {link.host for link in links.values()})
        known: set[str] = set()
        wanted = list(links)
        for low in range(0, len(wanted), 500):
            query = select(LINK.c.address).where(
                LINK.c.source == self.intent.source, LINK.c.address.in_(wanted[low : low + 500])
            )
            known |= set(self.connection.execute(query).scalars())
        shown_by = self._document_ids({clean(link.shown_by): None for link in links.values() if link.shown_by})
        rows = [
            {"source": self.intent.source, "address": link.address, "url": link.url, "host": link.host,
             "title": clean(link.title[:500]), "attachment": link.attachment, "baseline": self.intent.baseline,
             "parent": self.intent.from_link, "state": "due", "due_at": self.intent.at, "found_at": self.intent.at,
             "stamp": link.stamp, "shown_by": shown_by.get(clean(link.shown_by))}
            for address, link in links.items() if address not in known
        ]  # fmt: skip
        if rows:
            self.connection.execute(upsert(self.connection, LINK).on_conflict_do_nothing(), rows)
        stamps = {address: links[address].stamp for address in known if links[address].stamp}
        self.links = len(rows) + polls.show_again(self.connection, self.intent.source, stamps, self.intent.at)

    def _write_log(self) -> None:
        """One entry for a poll that brought something; a poll that brought nothing is counted in its day."""
        if not any(self.log.values()) and not self.links:
            return
        body: dict[str, Any] = {"source": self.intent.source, "ruleset": self.intent.ruleset}
        body |= {name: found for name, found in self.log.items() if found}
        if self.links:
            body["links"] = self.links
        if self.intent.from_link is not None:
            body["link"] = self.intent.from_link
        self.tx.note(AuditNote("polled", ACTOR, self.intent.at, body))
