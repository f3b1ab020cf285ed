"""queries: what do people and programs ask of the store?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, Table, and_, case, func, or_, select

from monitor.domain.audit import Verification
from monitor.domain.desk import Pause
from monitor.domain.document import Candidate, Prepared
from monitor.domain.evidence import KeptCopy
from monitor.domain.hit import HitView
from monitor.domain.link import LinkState
from monitor.domain.query import (
    AttemptView,
    AuditView,
    DeliveryView,
    HitFilter,
    SourceDay,
    Tally,
    VersionView,
)
from monitor.domain.source import SourceHealth
from monitor.pipeline.record import clean
from storage.engine import Database
from storage.tables import (
    AttemptRow,
    AuditBodyRow,
    AuditRow,
    DeliveryRow,
    DocumentRow,
    HitRow,
    ItemRow,
    LinkRow,
    MessageRow,
    RulesetRow,
    RulingRow,
    SourceDayRow,
    SourceRow,
    TextRow,
    VersionRow,
    WatchlistCurrentRow,
    WatchlistFileRow,
)

from . import heads, items, kept, lookup, polls, rulings, search, tallies, verify
from .alert_reads import AlertReads
from .attached import PART
from .desk_reads import DeskReads
from .hit_reads import HitReads
from .rows import AnyRow, loads_list, pairs, split_text, texts, unpack

HIT: Table = HitRow.__table__  # type: ignore[attr-defined]
VERSION: Table = VersionRow.__table__  # type: ignore[attr-defined]
DOCUMENT: Table = DocumentRow.__table__  # type: ignore[attr-defined]
ITEM: Table = ItemRow.__table__  # type: ignore[attr-defined]
TEXT: Table = TextRow.__table__  # type: ignore[attr-defined]
DELIVERY: Table = DeliveryRow.__table__  # type: ignore[attr-defined]
MESSAGE: Table = MessageRow.__table__  # type: ignore[attr-defined]
ATTEMPT: Table = AttemptRow.__table__  # type: ignore[attr-defined]
SOURCE: Table = SourceRow.__table__  # type: ignore[attr-defined]
LINK: Table = LinkRow.__table__  # type: ignore[attr-defined]
DAY: Table = SourceDayRow.__table__  # type: ignore[attr-defined]
RULESET: Table = RulesetRow.__table__  # type: ignore[attr-defined]
RULING: Table = RulingRow.__table__  # type: ignore[attr-defined]
AUDIT: Table = AuditRow.__table__  # type: ignore[attr-defined]
BODY: Table = AuditBodyRow.__table__  # type: ignore[attr-defined]
FILE: Table = WatchlistFileRow.__table__  # type: ignore[attr-defined]
CURRENT: Table = WatchlistCurrentRow.__table__  # type: ignore[attr-defined]
PAGE = 500  # hits read at once when all are asked for


class SqlQueries(AlertReads, DeskReads, HitReads):
    """Reads on connections of their own; implements `ports.Queries`."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.trust = verify.Trust()  # what the log is held against; whoever opens the store knows
        self.names: dict[str, tuple[str, str]] = {}  # topic -> (name, severity), of the ruleset in force

    def name_topics(self) -> None:
        """Takes names and severities of topics from the newest ruleset; the running service sets its own."""
        with self.database.read() as connection:
            newest = select(RULESET.c.canonical).order_by(RULESET.c.created_at.desc()).limit(1)
            canonical = connection.execute(newest).scalar()
        topics = json.loads(canonical) if canonical else []
        self.names = {topic["key"]: (topic["name"], topic["severity"]) for topic in topics}

    def known(self, source: str, pairs: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
        """Which (place, text_hash) of a source are stored already."""
        wanted = {(clean(place), digest): (place, digest) for place, digest in pairs}
        places = sorted({place for place, _ in wanted})
        found: set[tuple[str, str]] = set()
        with self.database.read() as connection:
            for low in range(0, len(places), 500):
                rows = connection.execute(
                    select(DOCUMENT.c.place, VERSION.c.text_hash)
                    .join(VERSION, VERSION.c.document == DOCUMENT.c.id)
                    .where(DOCUMENT.c.source == source, DOCUMENT.c.place.in_(places[low : low + 500]))
                )
                found |= {wanted[pair] for row in rows if (pair := (row.place, row.text_hash)) in wanted}
        return found

    def sight(self, source: str) -> str | None:
        """What a source showed at its last changed poll."""
        with self.database.read() as connection:
            found = connection.execute(select(polls.SIGHT.c.body).where(polls.SIGHT.c.source == source)).scalar()
        return None if found is None else str(found)

    def candidates(self, source: str, prepared: Prepared, now: datetime) -> list[Candidate]:
        """Stored versions that may be the same, with their texts."""
        with self.database.read() as connection:
            return lookup.candidates(connection, source, prepared, now)

    def hits(self, wanted: HitFilter, limit: int | None = None, offset: int = 0) -> Iterator[HitView]:
        """Hits, newest first; read in pages, so that a long list holds neither memory nor a transaction."""
        last: int | None = None
        left = limit
        while left is None or left > 0:
            size = PAGE if left is None else min(PAGE, left)
            with self.database.read() as connection:
                numbers = search.ids(connection, wanted, size, 0 if last is not None else offset, last)
                views = self.views(connection, numbers)
            yield from (views[number] for number in numbers)
            if len(numbers) < size:
                return
            last = numbers[-1]
            left = None if left is None else left - len(numbers)

    def count_hits(self, wanted: HitFilter) -> int:
        """How many hits the filter lets through."""
        with self.database.read() as connection:
            return search.count(connection, wanted)

    def hit(self, number: int) -> HitView | None:
        """One hit, or None."""
        with self.database.read() as connection:
            rows = connection.execute(_hit_query().where(HIT.c.id == number)).all()
            views = self._views(connection, rows)
        return views[0] if views else None

    def views(self, connection: Connection, numbers: Sequence[int]) -> dict[int, HitView]:
        """The hits of these numbers, on a connection that is open already."""
        found: dict[int, HitView] = {}
        for low in range(0, len(numbers), PAGE):
            rows = connection.execute(_hit_query().where(HIT.c.id.in_(numbers[low : low + PAGE]))).all()
            found |= {view.id: view for view in self._views(connection, rows)}
        return found

    def _views(self, connection: Connection, rows: Sequence[AnyRow]) -> list[HitView]:
        if not rows:
            return []
        judged = search.rulings_on(connection, [row.id for row in rows])
        also = _also_at(connection, {row.item_now for row in rows})
        ruled = rulings.words(connection, {row.version for row in rows})
        return [
            self._view(row, judged.get(row.id, search.UNRULED), also.get(row.item_now, []), ruled.get(row.version, ()))
            for row in rows
        ]

    def _view(
        self, row: AnyRow, judged: search.Standing, also: list[tuple[int, str]], ruled: tuple[str, ...]
    ) -> HitView:
        name, severity = self.names.get(row.topic, (row.topic, "medium"))
        return HitView(
            id=row.id, topic=row.topic, verdict=row.verdict, novelty=row.novelty, item=row.item_now, url=row.url,
            source=row.source, title=row.title, text=row.text, start=row.start, end=row.end, passage=row.passage,
            passage_start=row.passage_start, matches=tuple(loads_list(row.matches)), kind=row.kind, part=row.part,
            facts=tuple(loads_list(row.facts)), reasons=texts(loads_list(row.reasons)), ruleset=row.ruleset,
            first_seen_at=row.first_seen_at, topic_name=name, severity=severity, term=row.term, form=row.form,
            published=row.published, language=row.language, format=row.format, version=row.version,
            document=row.document, story=row.story, edition=row.edition, restored=judged.restored,
            also_at=tuple(url for version, url in also if version != row.version and url != row.url),
            changes=pairs(row.changes), relation_reasons=(*texts(loads_list(row.relation_reasons)), *ruled),
            warnings=texts(loads_list(row.warnings)), ruled=judged.kind, ruled_by=judged.actor, ruled_at=judged.at,
            ruled_why=judged.why,
        )  # fmt: skip

    def version(self, number: int) -> VersionView | None:
        """One version with its text, or None."""
        with self.database.read() as connection:
            row = connection.execute(_version_query().where(VERSION.c.id == number)).first()
        return _version_view(row) if row else None

    def versions_of_item(self, item: int) -> list[VersionView]:
        """All versions of an item, oldest first."""
        with self.database.read() as connection:
            rows = connection.execute(
                _version_query().where(items.belongs(connection, [item])).order_by(VERSION.c.id)
            ).all()
        return [_version_view(row) for row in rows]

    def deliveries(
        self, hit: int | None = None, states: Sequence[str] = (), channel: str = ""
    ) -> Iterator[DeliveryView]:
        """Deliveries with their attempts, newest first."""
        query = (
            select(DELIVERY, HIT.c.title, MESSAGE.c.due_at.label("message_due"))
            .join(HIT, HIT.c.id == DELIVERY.c.hit)
            .outerjoin(MESSAGE, MESSAGE.c.id == DELIVERY.c.message)
            .order_by(DELIVERY.c.id.desc())
        )
        if hit is not None:
            query = query.where(DELIVERY.c.hit == hit)
        if states:
            query = query.where(DELIVERY.c.state.in_(states))
        if channel:
            query = query.where(DELIVERY.c.channel == channel)
        last: int | None = None
        while True:
            page = query.limit(PAGE) if last is None else query.where(DELIVERY.c.id < last).limit(PAGE)
            with self.database.read() as connection:
                rows = connection.execute(page).all()
                tries = _attempts(connection, {row.message for row in rows if row.message})
            for row in rows:
                yield _delivery_view(row, tries.get(row.message or "", ()))
            if len(rows) < PAGE:
                return
            last = rows[-1].id

    def sources(self) -> list[SourceHealth]:
        """All sources, those in trouble first."""
        lost = LINK.c.state == LinkState.GIVEN_UP.value
        links = (
            select(LINK.c.source, func.count().filter(~lost).label("n"), func.count().filter(lost).label("lost"))
            .where(or_(and_(LINK.c.state == LinkState.DUE.value, LINK.c.due_at.is_not(None)), lost))
            .group_by(LINK.c.source)
            .subquery()
        )
        query = (
            select(SOURCE, links.c.n, links.c.lost)
            .outerjoin(links, links.c.source == SOURCE.c.key)
            .where(SOURCE.c.state != "retired")
            .order_by(case((SOURCE.c.outcome == "failed", 0), else_=1), SOURCE.c.key)
        )
        with self.database.read() as connection:
            rows = connection.execute(query).all()
        return [_health(row) for row in rows]

    def source_days(self, since: date) -> list[SourceDay]:
        """The days of all sources since then."""
        with self.database.read() as connection:
            rows = connection.execute(select(DAY).where(DAY.c.day >= since).order_by(DAY.c.source, DAY.c.day)).all()
        return [
            SourceDay(
                source=row.source, day=row.day, due=row.polled + row.skipped, polled=row.polled, changed=row.changed,
                unchanged=row.unchanged, failed=row.failed, skipped=row.skipped, gap=row.gap,
            )
            for row in rows
        ]  # fmt: skip

    def tally(self, since: datetime | None = None) -> Tally:
        """Counts for a start page and a summary."""
        with self.database.read() as connection:
            return tallies.tally(connection, since)

    def audit(self, after: int = 0, limit: int | None = None) -> Iterator[AuditView]:
        """Entries of the log in order."""
        last, left = after, limit
        while left is None or left > 0:
            size = PAGE if left is None else min(PAGE, left)
            query = (
                select(AUDIT, BODY.c.body)
                .outerjoin(BODY, BODY.c.seq == AUDIT.c.seq)
                .where(AUDIT.c.seq > last)
                .order_by(AUDIT.c.seq)
                .limit(size)
            )
            with self.database.read() as connection:
                rows = connection.execute(query).all()
            for row in rows:
                body = json.loads(row.body) if row.body is not None else None
                yield AuditView(row.seq, row.at, row.actor, row.kind, row.hash, body)
            if len(rows) < size:
                return
            last = rows[-1].seq
            left = None if left is None else left - len(rows)

    def verify(self, anchors: Sequence[str] = (), progress: verify.Progress | None = None) -> Verification:
        """Walks the chain, recomputes every commitment, reconciles state with log, holds both against signed heads.

        `anchors` are texts with heads that were noted outside, besides those that this installation keeps.
        """
        with self.database.read() as connection:
            return verify.verify(connection, self.trust.also(anchors), progress)

    def signed_head(self) -> str | None:
        """The newest signed head of the log as a note of a few lines, None before there is one."""
        with self.database.read() as connection:
            return heads.newest(connection)

    def copies(self, version: int) -> list[KeptCopy]:
        """The kept copies of a version, the newest first."""
        with self.database.read() as connection:
            return kept.of_version(connection, version)

    def copies_end(self) -> dict[str, int]:
        """Where in each file of the evidence folder the last record ends that the store names."""
        with self.database.read() as connection:
            return kept.ends(connection)

    def signed_heads(self, after: int) -> list[str]:
        """The signed heads of more than that many entries, oldest first."""
        with self.database.read() as connection:
            return heads.after(connection, after)

    def disagrees(self, head: str) -> str | None:
        """In words, that the log is not what that signed head says; None when it is. One entry is looked at."""
        with self.database.read() as connection:
            return heads.disagrees(connection, head)

    def current_files(self) -> dict[str, bytes]:
        """The watchlist files in force, by name."""
        with self.database.read() as connection:
            rows = connection.execute(
                select(CURRENT.c.name, FILE.c.content).join(FILE, FILE.c.sha256 == CURRENT.c.sha256)
            )
            return {row.name: bytes(row.content) for row in rows}

    def close(self) -> None:
        """Ends the readers' connections."""
        self.database.reader.dispose()


def _hit_query() -> Select[Any]:
    return (
        select(
            HIT, VERSION.c.document, VERSION.c.language, VERSION.c.format, VERSION.c.published, VERSION.c.changes,
            VERSION.c.relation_reasons, VERSION.c.warnings, ITEM.c.story, ITEM.c.id.label("item_now"),
        )
        .join(VERSION, VERSION.c.id == HIT.c.version)
        .outerjoin(items.REGROUPED, items.REGROUPED.c.version == VERSION.c.id)
        .join(ITEM, ITEM.c.id == items.NOW)
    )  # fmt: skip


def _also_at(connection: Connection, wanted: set[int]) -> dict[int, list[tuple[int, str]]]:
    """Where else the versions of these items stand: (version, url), the newest 20 of each."""
    ruled = items.REGROUPED.c.version.is_not(None)  # a person put it there
    attachment = VERSION.c.relation_reasons.contains(PART)
    rows = connection.execute(
        select(items.NOW.label("item"), VERSION.c.id, VERSION.c.url)
        .select_from(VERSION)
        .outerjoin(items.REGROUPED, items.REGROUPED.c.version == VERSION.c.id)
        .where(items.belongs(connection, wanted), or_(VERSION.c.relation == "same", ruled, attachment))
        .order_by(VERSION.c.id.desc())
        .limit(20 * len(wanted))
    )
    also: dict[int, list[tuple[int, str]]] = {}
    for row in rows:
        also.setdefault(row.item, []).append((row.id, row.url))
    return also


def _version_query() -> Select[Any]:
    return (
        select(VERSION, DOCUMENT.c.source, TEXT.c.content, items.NOW.label("item_now"))
        .join(DOCUMENT, DOCUMENT.c.id == VERSION.c.document)
        .outerjoin(items.REGROUPED, items.REGROUPED.c.version == VERSION.c.id)
        .outerjoin(TEXT, TEXT.c.sha256 == VERSION.c.text)
    )


def _version_view(row: AnyRow) -> VersionView:
    return VersionView(
        id=row.id, document=row.document, item=row.item_now or 0, source=row.source, url=row.url, title=row.title,
        text=split_text(unpack(row.content))[1] if row.content is not None else None, relation=row.relation,
        to=row.relation_to, reasons=texts(loads_list(row.relation_reasons)), changes=pairs(row.changes),
        first_seen_at=row.first_seen_at, language=row.language, format=row.format, kind=row.kind,
    )  # fmt: skip


def _attempts(connection: Connection, messages: set[str]) -> dict[str, tuple[AttemptView, ...]]:
    if not messages:
        return {}
    rows = connection.execute(
        select(ATTEMPT).where(ATTEMPT.c.message.in_(messages)).order_by(ATTEMPT.c.message, ATTEMPT.c.number)
    )
    tries: dict[str, tuple[AttemptView, ...]] = {}
    for row in rows:
        view = AttemptView(row.number, row.outcome or "started", row.ended_at or row.started_at, row.detail)
        tries[row.message] = (*tries.get(row.message, ()), view)
    return tries


def _delivery_view(row: AnyRow, attempts: tuple[AttemptView, ...]) -> DeliveryView:
    return DeliveryView(
        id=row.id, hit=row.hit, channel=row.channel, recipient=row.recipient, message=row.message, state=row.state,
        attempts=attempts, topic=row.topic, title=row.title, form=row.form,
        due_at=row.message_due if row.message else row.due_at, created_at=row.created_at, reason=row.reason,
    )  # fmt: skip


def _health(row: AnyRow) -> SourceHealth:
    return SourceHealth(
        source=row.key, kind=row.kind, address=row.address, state=row.state, outcome=row.outcome, reason=row.reason,
        polled_at=row.polled_at, succeeded_at=row.succeeded_at, changed_at=row.changed_at,
        due_at=None if row.kind == "push" else row.due_at,
        entries=row.entries, failures=row.failures, open_links=row.n or 0, every=row.every, health=row.health,
        since=row.health_since, pause=Pause.of(json.loads(row.paused)) if row.paused else None, name=row.name,
        lost_links=row.lost or 0,
    )  # fmt: skip
