"""What the in-memory store knows of attachments: the notice they belong to, and what waits for them."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.domain.delivery import Form, Routing
from monitor.domain.hit import Relation
from monitor.domain.intent import VersionIntent
from monitor.pipeline import route
from tests.fakes.store_queries import Row, Tables

LONGEST = timedelta(minutes=10)


def notice_of(t: Tables, link: int | None) -> int | None:
    """The document that showed this link as its attachment."""
    return t.links[link].shown_by if link is not None else None


def _notice_of_document(t: Tables, document: int) -> int:
    found = notice_of(t, t.documents[document].link)
    return document if found is None else found


def part_of(t: Tables, link: int | None, one: VersionIntent, related: int | None) -> int | None:
    """The item of its notice, for an attachment that is no copy or further edition of something else."""
    notice = notice_of(t, link)
    if notice is None or not one.prepared.hits:
        return None
    versions = [
        row for row in t.versions.values() if row.item is not None and _notice_of_document(t, row.document) == notice
    ]
    if not versions:
        return None
    item = int(min(versions, key=lambda row: (row.document != notice, row.id)).item)
    if one.decision.relation is Relation.SAME:
        return None
    if one.decision.relation is Relation.REVISION and related is not None:
        other = t.versions[related]
        if other.item != item or t.documents[other.document].place == one.prepared.extracted.place:
            return None
    return item


def is_told(t: Tables, item: int) -> bool:
    """Whether a message about the item was made."""
    return any(row.item == item and row.message is not None for row in t.deliveries.values())


def settle(t: Tables, link: int | None, made: list[int], at: datetime, routing: Routing) -> None:
    """What was just owed waits for attachments that are still to be read; after the last nothing waits."""
    for number in made:
        row = t.deliveries[number]
        if _are_open(t, _notice_of(t, row)) and row.state == "owed" and row.due_at < at + LONGEST:
            row.due_at, row.waits = at + LONGEST, True
    notice = notice_of(t, link)
    if notice is None or _are_open(t, notice):
        return
    for row in t.deliveries.values():
        if row.waits and row.message is None and _notice_of(t, row) == notice:
            channel = next((one for one in routing.channels if one.key == row.channel), None)
            row.due_at = at if channel is None else route.due(channel, at, Form(row.form))
            row.waits = False


def _notice_of(t: Tables, delivery: Row) -> int:
    return _notice_of_document(t, t.versions[t.hits[delivery.hit].version].document)


def _are_open(t: Tables, notice: int) -> bool:
    return any(row.shown_by == notice and row.state == "due" and row.due_at for row in t.links.values())


def release_all(t: Tables, now: datetime) -> None:
    """Nothing waits any longer."""
    for row in t.deliveries.values():
        if row.waits and row.message is None:
            row.due_at, row.waits = now, False
