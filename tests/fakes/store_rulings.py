"""What a ruling on a pair does in the store in memory: it joins two items, splits the later text off, and binds the judge."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

from monitor.domain.document import Prepared
from monitor.domain.ruling import RulingKind

if TYPE_CHECKING:
    from tests.fakes.store_queries import Tables


def pins(t: Tables, source: str, prepared: Prepared) -> tuple[set[int], int | None]:
    """The items that a text is ruled apart from, and the version it is ruled the same as.

    A text belongs to a side of a pair by its words, or by its place where both texts of the pair are equal.
    """
    latest = {tuple(sorted(row.pair)): row.kind for row in t.rulings if row.pair}
    apart: set[int] = set()
    same: int | None = None
    for pair, kind in latest.items():
        prints = [t.versions[number].fingerprint for number in pair]
        by_words = prints[0] != prints[1] and prepared.fingerprint in prints
        places = [t.documents[t.versions[number].document] for number in pair]
        here = [(one.source, one.place) == (source, prepared.extracted.place) for one in places]
        if not by_words and not any(here):
            continue
        own = prints.index(prepared.fingerprint) if by_words else 1 if here[1] else 0
        mine, other = (t.versions[pair[side]].item for side in (own, 1 - own))
        if kind == RulingKind.NOT_THE_SAME and mine != other:
            apart.add(other)
        elif kind == RulingKind.THE_SAME and by_words:
            same = pair[own]
    return apart, same


def split(t: Tables, low: int, high: int) -> list[int]:
    """The later version leaves with its copies and later texts of its place; gives the alerts that are owed now."""
    first, later = t.versions.get(low), t.versions.get(high)
    if first is None or later is None or first.item is None or first.item != later.item:
        return []
    together = [row for _, row in sorted(t.versions.items()) if row.item == later.item]
    leaving = {high}
    for row in together:
        if row.id > high and (row.to in leaving or row.document == later.document):
            leaving.add(row.id)
    old = t.items[first.item]
    number = max(t.items) + 1
    t.items[number] = SimpleNamespace(id=number, first=high, story=old.story, edition=old.edition)
    _move(t, leaving, number)
    return [hit.id for hit in t.hits.values() if hit.version in leaving and hit.view["verdict"] == "alert"]


def join(t: Tables, low: int, high: int) -> None:
    """The younger item's versions join the older item, but for those that were ruled apart from one of it."""
    homes = [t.versions[number].item for number in (low, high) if number in t.versions]
    if len(homes) < 2 or None in homes or homes[0] == homes[1]:
        return
    old, young = sorted(homes, key=lambda item: min(row.id for row in t.versions.values() if row.item == item))
    stay = {row.id for row in t.versions.values() if row.item == old}
    latest = {tuple(sorted(row.pair)): row.kind for row in t.rulings if getattr(row, "pair", None)}
    apart = {
        one
        for pair, kind in latest.items() if kind == "not the same"
        for one, facing in (pair, pair[::-1]) if facing in stay
    }  # fmt: skip
    _move(t, {row.id for row in t.versions.values() if row.item == young} - apart, old)


def _move(t: Tables, versions: set[int], item: int) -> None:
    """The versions and their hits belong to that item now; first texts follow."""
    for number in versions:
        t.versions[number].item = item
    for hit in t.hits.values():
        if hit.version in versions:
            hit.item = item
    for number, row in t.items.items():
        members = [version.id for version in t.versions.values() if version.item == number]
        row.first = min(members, default=row.first)
