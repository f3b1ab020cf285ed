"""What a ruling on a pair does in the store in memory: it joins two items, or splits the later text off."""

from __future__ import annotations

from tests.fakes.store_queries import Row, Tables


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
    t.items[number] = Row(id=number, first=high, story=old.story, edition=old.edition)
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
