"""vanishing: what that was told before is no longer there - a page, an entry, a term?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Table, exists, select, update

from monitor.domain.audit import AuditNote
from monitor.domain.hit import HitDraft, Verdict
from monitor.domain.intent import PollIntent
from monitor.domain.link import LinkState
from monitor.pipeline.read import FURNITURE
from storage.tables import DocumentRow, HitRow, LinkRow, VersionRow

from .rows import AnyRow

DOCUMENT: Table = DocumentRow.__table__  # type: ignore[attr-defined]
VERSION: Table = VersionRow.__table__  # type: ignore[attr-defined]
HIT: Table = HitRow.__table__  # type: ignore[attr-defined]
LINK: Table = LinkRow.__table__  # type: ignore[attr-defined]
ACTOR = "monitor"
AT_ONCE = 500


def lost_topics(connection: Connection, previous: int, hits: Sequence[HitDraft]) -> list[AnyRow]:
    """Hits of the previous text whose topic stands no more in this one's main text, one for each topic."""
    rows = connection.execute(
        select(HIT.c.id, HIT.c.topic, HIT.c.title, HIT.c.url, HIT.c.text, HIT.c.ruleset)
        .where(HIT.c.version == previous, HIT.c.verdict != Verdict.SUPPRESSED.value)
        .order_by(HIT.c.topic, HIT.c.id)
    ).all()
    stays = {hit.topic for hit in hits if FURNITURE not in hit.reasons}
    return list({row.topic: row for row in rows if row.topic not in stays}.values())


def term_removed(intent: PollIntent, lost: AnyRow, version: int, document: int) -> AuditNote:
    """The entry of a topic that a document's new text has no more; says so when the rules changed meanwhile too."""
    body = {
        "source": intent.source, "topic": lost.topic, "hit": lost.id, "version": version, "document": document,
        "url": lost.url, "title": lost.title, "text": lost.text, "rules_changed": lost.ruleset != intent.ruleset,
    }  # fmt: skip
    return AuditNote("term removed", ACTOR, intent.at, body)


def notes_of(connection: Connection, intent: PollIntent) -> list[AuditNote]:
    """Entries of documents with hits that vanished with this poll; links taken out of a list are due at once."""
    if intent.link_update is not None:
        if intent.link_update.state is LinkState.GONE and intent.link_update.due_at is None:
            _mark(connection, intent, DOCUMENT.c.link == intent.link_update.id)
        elif intent.link_update.state in {LinkState.READ, LinkState.UNCHANGED}:
            return _returned(connection, intent, DOCUMENT.c.link == intent.link_update.id)
        return []
    if intent.gone:
        return _vanished(connection, intent, DOCUMENT.c.link.is_(None), "the page answers 404 or 410 since yesterday")
    notes: list[AuditNote] = []
    for low in range(0, len(intent.dropped), AT_ONCE):
        places = intent.dropped[low : low + AT_ONCE]
        look_again(connection, intent, places)
        of_feed = DOCUMENT.c.place.in_(places) & DOCUMENT.c.link.is_(None)
        notes += _vanished(connection, intent, of_feed, "taken out of the feed, though older entries stay")
    return notes


def look_again(connection: Connection, intent: PollIntent, addresses: Sequence[str]) -> None:
    """Notices that were taken out of the middle of a list and have a hit are read again at once."""
    told = exists().where(
        DOCUMENT.c.link == LINK.c.id, VERSION.c.document == DOCUMENT.c.id, HIT.c.version == VERSION.c.id
    )
    connection.execute(
        update(LINK)
        .where(
            LINK.c.source == intent.source, LINK.c.address.in_(addresses),
            LINK.c.state.in_([LinkState.READ.value, LinkState.UNCHANGED.value]), told,
        )
        .values(due_at=intent.at + timedelta(seconds=1))
    )  # fmt: skip


def _vanished(connection: Connection, intent: PollIntent, which: Any, reason: str) -> list[AuditNote]:
    rows = _with_hits(connection, intent, which & DOCUMENT.c.gone_at.is_(None))
    _mark(connection, intent, DOCUMENT.c.id.in_([row.id for row in rows]))
    return [
        AuditNote("document vanished", ACTOR, intent.at, {
            "source": intent.source, "document": row.id, "url": row.url, "title": row.title, "topic": row.topic,
            "hit": row.hit, "reason": reason,
        })
        for row in rows
    ]  # fmt: skip


def _returned(connection: Connection, intent: PollIntent, which: Any) -> list[AuditNote]:
    """A page that had vanished and is read again."""
    rows = _with_hits(connection, intent, which & DOCUMENT.c.gone_at.is_not(None))
    if rows:
        connection.execute(update(DOCUMENT).where(DOCUMENT.c.id.in_([row.id for row in rows])).values(gone_at=None))
    return [
        AuditNote("document returned", ACTOR, intent.at, {"source": intent.source, "document": row.id, "url": row.url})
        for row in rows
    ]


def _with_hits(connection: Connection, intent: PollIntent, which: Any) -> list[AnyRow]:
    rows = connection.execute(
        select(DOCUMENT.c.id, DOCUMENT.c.url, HIT.c.title, HIT.c.topic, HIT.c.id.label("hit"))
        .join(VERSION, VERSION.c.document == DOCUMENT.c.id)
        .join(HIT, HIT.c.version == VERSION.c.id)
        .where(DOCUMENT.c.source == intent.source, which, HIT.c.verdict != Verdict.SUPPRESSED.value)
        .order_by(DOCUMENT.c.id, HIT.c.id)
    ).all()
    return list({row.id: row for row in rows}.values())


def _mark(connection: Connection, intent: PollIntent, which: Any) -> None:
    connection.execute(update(DOCUMENT).where(DOCUMENT.c.source == intent.source, which).values(gone_at=intent.at))
