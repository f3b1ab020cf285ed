"""What the in-memory store knows of attachments: the notice they belong to, and what waits for them."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.domain.delivery import Form, Routing
from monitor.domain.hit import Relation
from monitor.domain.intent import VersionIntent
from monitor.pipeline import route
from tests.fakes.store_queries import Tables

LONGEST = timedelta(minutes=10)


def notice_of(t: Tables, link: int) -> tuple[int, bool]:
    """The notice's link, and whether this one is an attachment of it."""
    row = t.links[link]
    return (row.parent, True) if row.attachment and row.parent is not None else (link, False)


def part_of(t: Tables, link: int | None, one: VersionIntent, related: int | None) -> int | None:
    """The item of its notice, for an attachment that is no copy or further edition of something else."""
    if link is None or not one.prepared.hits:
        return None
    notice, is_part = notice_of(t, link)
    if not is_part:
        return None
    versions = [
        row for row in t.versions.values()
        if row.item is not None and (origin := t.documents[row.document].link) is not None
        and notice_of(t, origin)[0] == notice
    ]  # fmt: skip
    if not versions:
        return None
    item = int(min(versions, key=lambda row: (t.documents[row.document].link != notice, row.id)).item)
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


def settle(t: Tables, link: int, made: list[int], at: datetime, routing: Routing) -> None:
    """What was just owed waits for attachments that are still to be read; after the last nothing waits."""
    notice, is_part = notice_of(t, link)
    open_ones = [
        row for row in t.links.values() if row.parent == notice and row.attachment and row.state == "due" and row.due_at
    ]
    if open_ones:
        for number in made:
            row = t.deliveries[number]
            if row.state == "owed" and row.due_at < at + LONGEST:
                row.due_at, row.waits = at + LONGEST, True
    elif is_part:
        for row in t.deliveries.values():
            origin = t.documents[t.versions[t.hits[row.hit].version].document].link
            if row.waits and row.message is None and origin is not None and notice_of(t, origin)[0] == notice:
                channel = next((one for one in routing.channels if one.key == row.channel), None)
                row.due_at = at if channel is None else route.due(channel, at, Form(row.form))
                row.waits = False


def release_all(t: Tables, now: datetime) -> None:
    """Nothing waits any longer."""
    for row in t.deliveries.values():
        if row.waits and row.message is None:
            row.due_at, row.waits = now, False
