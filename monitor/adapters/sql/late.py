"""late: how are hits recorded on versions that are stored already, and when are those of a longer round told?

A round (a rematch, an import) records hits as it goes and owes none of them: each stands as a job `late:RUN:HIT` that is due far
ahead. When the round ends they become due, and the next `assemble` owes them all, as one summary for each channel and recipient.
A round that died is told when its jobs fall due by themselves.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, and_, delete, func, select, update

from monitor.domain.archive import ImportEntry, LateIntent
from monitor.domain.audit import AuditNote
from monitor.domain.delivery import Form, Routing
from monitor.domain.hit import Decision, Novelty, Relation, Verdict
from monitor.domain.intent import Applied, PollIntent, VersionIntent
from monitor.pipeline import route
from monitor.pipeline.record import clean
from storage.tables import DocumentRow, HitRow, ImportRow, JobRow, RulingRow, TextRow, VersionRow

from . import apply as applying
from . import hostlines, items, lookup, promises
from .audit import row_commit
from .polls import upsert
from .rows import AnyRow, dumps, loads_list
from .silences import silence
from .writer import Tx, Writer

DOCUMENT: Table = DocumentRow.__table__  # type: ignore[attr-defined]
IMPORT: Table = ImportRow.__table__  # type: ignore[attr-defined]
HIT: Table = HitRow.__table__  # type: ignore[attr-defined]
JOB: Table = JobRow.__table__  # type: ignore[attr-defined]
RULING: Table = RulingRow.__table__  # type: ignore[attr-defined]
TEXT: Table = TextRow.__table__  # type: ignore[attr-defined]
VERSION: Table = VersionRow.__table__  # type: ignore[attr-defined]

ACTOR = "monitor"
LATE = "late:"
PATIENCE = timedelta(hours=6)  # after which the hits of a round that never ended are told
NOBODY = Routing()


class SqlLateHits:
    """Implements `ports.LateHits` and `ports.Imports`."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer

    async def record(self, intent: LateIntent) -> Applied:
        """Stores the hits of one stored version with their entry."""
        keys = [*intent.prepared.keys, intent.prepared.fingerprint]
        return await self.writer.run(lambda tx: _record(tx, intent), keys)

    async def add(self, intent: PollIntent, run: str, entry: ImportEntry) -> Applied:
        """Stores a piece of an import as any poll's, with its entry; nobody is told before the round ends."""
        return await self.writer.run(lambda tx: _add(tx, intent, run, entry), applying.locks_of(intent))

    async def tidy(self) -> None:
        """Moves what was written ahead into the database file."""
        await asyncio.to_thread(self.writer.database.checkpoint)

    async def skip(self, entry: ImportEntry) -> None:
        """Stores that a piece was broken."""
        await self.writer.run(lambda tx: _enter(tx, entry, Applied()))

    def done(self, source: str, pieces: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
        """Which (place, digest) an earlier import of this source brought to an end."""
        with self.writer.database.read() as connection:
            rows = connection.execute(
                select(IMPORT.c.place, IMPORT.c.digest).where(
                    IMPORT.c.source == source, IMPORT.c.place.in_({clean(place) for place, _ in pieces})
                )
            )
            found = {(row.place, row.digest) for row in rows}
        return {pair for pair in pieces if (clean(pair[0]), pair[1]) in found}

    async def end(self, run: str, now: datetime, note: AuditNote | None = None) -> int:
        """Ends a round: its hits are owed with the next `assemble`. Returns how many."""

        def work(tx: Tx) -> int:
            mine = JOB.c.id.startswith(f"{LATE}{run}:", autoescape=True)
            if note is not None:
                tx.note(note)
            return int(tx.connection.execute(update(JOB).where(mine).values(due_at=now)).rowcount)

        return await self.writer.run(work)


class _Late(applying.Application):
    """One stored version on its way to further hits."""

    def store(self, row: AnyRow, late: LateIntent, one: VersionIntent) -> None:
        """The hits, and where the version had none before, its item and keys."""
        if late.decision is None:
            item = items.item_of(self.connection, row.id) or row.item
            edition = self.connection.execute(
                select(applying.ITEM.c.edition).where(applying.ITEM.c.id == item)
            ).scalar_one()
        else:
            self._demand_judged(one)
            one = self._obey_rulings(one)
            item, edition = self._item(one)
            self._begin_item(row.id, item, one)
            self._finish_item(item, row.id, one, leads=True)
        for hit in one.prepared.hits:
            self._hit(hit, one, row.id, item, edition)

    def _begin_item(self, version: int, item: int | None, one: VersionIntent) -> None:
        """A version without a hit was not committed to: now that it has one, its row is completed and entered."""
        decision, prepared = one.decision, one.prepared
        known = {
            "item": item, "kind": prepared.kind, "part": prepared.part, "relation": decision.relation.value,
            "relation_to": decision.to, "relation_score": decision.score,
            "relation_reasons": dumps(list(decision.reasons)),
            "changes": dumps([list(pair) for pair in decision.changes]),
        }  # fmt: skip
        self.connection.execute(update(VERSION).where(VERSION.c.id == version).values(**known))
        row = self.connection.execute(select(VERSION).where(VERSION.c.id == version)).mappings().one()
        self.connection.execute(update(TEXT).where(TEXT.c.sha256 == row["text"]).values(with_hit=True))
        self.log["versions"].append({"version": version, "commit": row_commit(dict(row))})
        hostlines.count(self.connection, prepared, int(row["document"]))
        lookup.remember(self.connection, prepared, version)


def _record(tx: Tx, late: LateIntent) -> Applied:
    row = tx.connection.execute(
        select(VERSION, DOCUMENT.c.source)
        .join(DOCUMENT, DOCUMENT.c.id == VERSION.c.document)
        .where(VERSION.c.id == late.version)
    ).first()
    if row is None:
        return Applied()
    if row.item is not None and late.decision is not None:
        late = replace(late, decision=None)  # somebody else was here meanwhile
    known = set(
        tx.connection.execute(
            select(HIT.c.topic).where(HIT.c.version == late.version, HIT.c.ruleset == late.ruleset)
        ).scalars()
    )
    fresh = tuple(
        replace(hit, reasons=(*hit.reasons, late.why)) for hit in late.prepared.hits if hit.topic not in known
    )
    if not fresh:
        return Applied()
    prepared = replace(late.prepared, hits=fresh)
    decision = late.decision or Decision(Relation(row.relation), row.relation_to)
    one = VersionIntent(prepared, decision, row.body_hash)
    work = _Late(tx, PollIntent(row.source, late.at, late.ruleset, versions=(one,)), NOBODY)
    work.store(row, late, one)
    body: dict[str, Any] = {"run": late.run, "ruleset": late.ruleset, "version": late.version}
    body |= {name: found for name, found in work.log.items() if found}
    if late.lost:
        body["lost"] = list(late.lost)
    tx.note(AuditNote("rematched", ACTOR, late.at, body))
    _wait(tx, late.run, [one["hit"] for one in work.log["hits"]], late.at)
    return Applied(versions=len(work.log["versions"]), hits=len(work.log["hits"]), alerts=work.alerts)


def _add(tx: Tx, intent: PollIntent, run: str, entry: ImportEntry) -> Applied:
    work = applying.Application(tx, intent, NOBODY)
    applied = work.run()
    _enter(tx, entry, applied)
    if run:
        _wait(tx, run, [one["hit"] for one in work.log["hits"]], intent.at)
    return applied


def _enter(tx: Tx, entry: ImportEntry, applied: Applied) -> None:
    row = {
        "source": entry.source, "place": clean(entry.place), "digest": entry.digest, "outcome": entry.outcome,
        "reason": clean(entry.reason), "versions": applied.versions, "hits": applied.hits, "published": entry.published,
        "fetched_at": entry.fetched, "imported_at": entry.at, "run": entry.run,
    }  # fmt: skip
    tx.connection.execute(upsert(tx.connection, IMPORT).on_conflict_do_nothing(), row)


def _wait(tx: Tx, run: str, hits: Sequence[int], now: datetime) -> None:
    rows = [{"id": f"{LATE}{run}:{hit}", "due_at": now + PATIENCE} for hit in hits] if run else []
    if rows:
        tx.connection.execute(upsert(tx.connection, JOB).on_conflict_do_nothing(), rows)


def owe(tx: Tx, routing: Routing, now: datetime) -> None:
    """Owes the hits of all rounds that have ended to those who would have heard; one entry a round."""
    wanted = select(JOB.c.id).where(JOB.c.id.startswith(LATE), JOB.c.due_at <= now)
    jobs = list(tx.connection.execute(wanted).scalars())
    rounds: dict[str, list[int]] = {}
    for job in jobs:
        run, _, hit = job.removeprefix(LATE).rpartition(":")
        rounds.setdefault(run, []).append(int(hit))
    for run, hits in sorted(rounds.items()):
        made = []
        for low in range(0, len(hits), 500):
            for row in _hits(tx.connection, sorted(hits)[low : low + 500]):
                made += _promise(tx.connection, row, run, routing, now)
        tx.note(AuditNote("late hits owed", ACTOR, now, {"run": run, "hits_of_run": len(hits), "deliveries": made}))
    for low in range(0, len(jobs), 500):
        tx.connection.execute(delete(JOB).where(JOB.c.id.in_(jobs[low : low + 500])))


def _hits(connection: Connection, numbers: Sequence[int]) -> list[Mapping[str, Any]]:
    """The hits that may be told, with the item each belongs to now; what was ruled wrong before is told to nobody."""
    earlier = HIT.alias("earlier")
    wrong = (
        select(RULING.c.id)
        .join(earlier, earlier.c.id == RULING.c.hit)
        .where(and_(earlier.c.version == HIT.c.version, earlier.c.topic == HIT.c.topic, RULING.c.kind == "wrong"))
        .exists()
    )
    query = (
        select(HIT, VERSION.c.language, func.coalesce(items.NOW, HIT.c.item).label("item_now"))
        .join(VERSION, VERSION.c.id == HIT.c.version)
        .outerjoin(items.REGROUPED, items.REGROUPED.c.version == VERSION.c.id)
        .where(HIT.c.id.in_(numbers), HIT.c.verdict != Verdict.SUPPRESSED.value, ~wrong)
        .order_by(HIT.c.id)
    )
    return [{**row, "item": row["item_now"]} for row in connection.execute(query).mappings()]


def _promise(
    connection: Connection, hit: Mapping[str, Any], run: str, routing: Routing, now: datetime
) -> list[dict[str, Any]]:
    muted = silence(connection, hit["topic"], hit["source"], now)
    novelty, severity = Novelty(hit["novelty"]), routing.severities.get(hit["topic"], "medium")
    traits = route.Traits(
        hit["topic"], Verdict(hit["verdict"]), hit["kind"], hit["part"], severity, hit["source"], hit["language"],
        novelty.value, loads_list(hit["facts"]),
    )  # fmt: skip
    made = []
    for channel, recipient in route.audience(traits, routing.channels):
        owed = promises.owed_already(connection, hit, channel.key, recipient)
        form = route.decide(Verdict.ALERT, novelty, owed, True, channel.novelties)
        if form is None:
            continue
        due = route.due(channel, now, Form.BASELINE, routing.digest)
        told = hit if muted else {**hit, "source": f"@{run}"}  # one summary for the round, whatever the sources
        as_form = form if muted else Form.BASELINE
        made.append(promises.promise(connection, told, (channel.key, recipient), as_form, due, now, True, muted))
    return [one for one in made if one is not None]
