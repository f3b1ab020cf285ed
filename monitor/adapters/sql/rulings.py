"""rulings: what did people decide of pairs of texts, and what follows from it?

`the same` joins the items of two versions, `not the same` splits the later one off, with what was stored as a copy or an
update of it. Nobody is left in silence by a split: the hits of what was split off are owed to those who would have
heard. A pair stays pinned: texts that come later to the same places, or say the same, are not judged against the other side.
The latest ruling on a pair counts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Table, and_, func, insert, or_, select, update

from monitor.domain.audit import AuditNote
from monitor.domain.document import Prepared
from monitor.domain.hit import Relation, Verdict
from monitor.domain.ruling import Ruling, RulingKind
from monitor.pipeline.record import clean
from storage.tables import DocumentRow, HitRow, ItemRow, RegroupedRow, RulingRow, VersionRow

from . import items, promises, quick, silences
from .polls import upsert
from .rows import AnyRow
from .writer import Tx

ITEM: Table = ItemRow.__table__  # type: ignore[attr-defined]
HIT: Table = HitRow.__table__  # type: ignore[attr-defined]
RULING: Table = RulingRow.__table__  # type: ignore[attr-defined]
VERSION: Table = VersionRow.__table__  # type: ignore[attr-defined]
DOCUMENT: Table = DocumentRow.__table__  # type: ignore[attr-defined]
REGROUPED: Table = RegroupedRow.__table__  # type: ignore[attr-defined]

PAIRS = (RulingKind.THE_SAME.value, RulingKind.NOT_THE_SAME.value)


@dataclass(frozen=True, slots=True)
class Pins:
    """What rulings say of a text that is to be judged: items it is kept apart from, and a version it is the same as."""

    apart: frozenset[int] = frozenset()
    same: int | None = None


NO_PINS = Pins()
ANY_PAIR = "SELECT id FROM ruling WHERE pair_low > 0 LIMIT 1"  # asked for every text with a hit


def store(tx: Tx, ruling: Ruling) -> None:
    """Stores a ruling with its entry, and does at once what follows from it."""
    low, high = sorted(ruling.pair) if ruling.pair else (None, None)
    row = {
        "kind": ruling.kind.value, "actor": ruling.actor, "at": ruling.at, "why": ruling.why,
        "hit": ruling.hit, "pair_low": low, "pair_high": high, "topic": ruling.topic,
        "source": ruling.source, "until": ruling.until,
    }  # fmt: skip
    number = tx.connection.execute(insert(RULING).returning(RULING.c.id), row).scalar_one()
    tx.note(AuditNote("ruled", ruling.actor, ruling.at, {"ruling": number, **row}))
    if ruling.kind is RulingKind.RESTORED and ruling.hit is not None:
        promises.remember(tx, promises.RESTORED, [ruling.hit], ruling.at)
    elif ruling.kind in {RulingKind.MUTED, RulingKind.UNMUTED}:
        silences.wake(tx, ruling)
    elif low is not None and high is not None and low != high:
        if ruling.kind is RulingKind.NOT_THE_SAME:
            _split(tx, low, high, number, ruling)
        elif ruling.kind is RulingKind.THE_SAME:
            _join(tx, low, high, number, ruling)


def store_once(tx: Tx, ruling: Ruling) -> bool:
    """Stores a ruling unless the same actor ruled the same before: a link in a mail is good for one. Whether it did."""
    asked = {
        "kind": ruling.kind.value, "actor": ruling.actor, "why": ruling.why, "hit": ruling.hit,
        "topic": ruling.topic, "source": ruling.source,
    }  # fmt: skip
    same = select(RULING.c.id).where(*(RULING.c[name].is_not_distinct_from(value) for name, value in asked.items()))
    if tx.connection.execute(same.limit(1)).first() is not None:
        return False
    store(tx, ruling)
    return True


def _split(tx: Tx, low: int, high: int, number: int, ruling: Ruling) -> None:
    """The later version leaves for an item of its own, with its copies, its updates and later texts of its place."""
    item = items.item_of(tx.connection, high)
    if item is None or item != items.item_of(tx.connection, low):
        return
    before = items.is_regrouped(tx.connection, item)
    together = items.members(tx.connection, item)
    place = next(row.document for row in together if row.id == high)
    leaving = {high}
    for row in together:
        if row.id > high and (row.relation_to in leaving or row.document == place):
            leaving.add(row.id)
    moved = [row for row in together if row.id in leaving]
    new = _new_item(tx.connection, item, moved, ruling.at)
    _move(tx, moved, new, number, ruling)
    _tidy(tx.connection, (item, new))
    silent = [row.id for row in together if row.id not in leaving and before and row.relation != Relation.DISTINCT]
    promises.remember(tx, promises.SPLIT, _alerts(tx.connection, [*leaving, *silent]), ruling.at)


def _join(tx: Tx, low: int, high: int, number: int, ruling: Ruling) -> None:
    """The younger item's versions join the older item, but for those that were ruled apart from one of it."""
    homes = [items.item_of(tx.connection, version) for version in (low, high)]
    if None in homes or homes[0] == homes[1]:
        return
    sides = sorted((items.members(tx.connection, home) for home in homes if home), key=lambda rows: rows[0].id)
    old, young = sides
    target = items.item_of(tx.connection, old[0].id)
    other = items.item_of(tx.connection, young[0].id)
    if target is None or other is None:
        return
    apart = _ruled_apart(tx.connection, items.ids(old), items.ids(young))
    _move(tx, [row for row in young if row.id not in apart], target, number, ruling)
    _tidy(tx.connection, (target, other))


def _ruled_apart(connection: Connection, old: Collection[int], young: Collection[int]) -> set[int]:
    """Those of `young` whose latest ruling with one of `old` says that they are not the same."""
    latest: dict[tuple[int, int], str] = {}
    rows = connection.execute(select(RULING).where(RULING.c.pair_low > 0).order_by(RULING.c.id))
    for row in rows:
        latest[row.pair_low, row.pair_high] = row.kind
    pairs = [pair for pair, kind in latest.items() if kind == RulingKind.NOT_THE_SAME.value]
    stay = set(old)
    return {
        one for low, high in pairs for one, facing in ((low, high), (high, low)) if one in set(young) and facing in stay
    }


def _new_item(connection: Connection, old: int, moved: Iterable[AnyRow], at: datetime) -> int:
    """An item for what was split off, in the same story; its edition goes on from the hits it brings."""
    story = connection.execute(select(ITEM.c.story).where(ITEM.c.id == old)).scalar()
    numbers = [row.id for row in moved]
    edition = connection.execute(select(func.max(HIT.c.edition)).where(HIT.c.version.in_(numbers))).scalar() or 1
    made = {"created_at": at, "story": story, "edition": edition}
    return int(connection.execute(insert(ITEM).returning(ITEM.c.id), made).scalar_one())


def _move(tx: Tx, moved: Iterable[AnyRow], item: int, number: int, ruling: Ruling) -> None:
    """Writes where the versions belong now; the entry says the same, so that `verify` can hold them together."""
    rows = [{"version": row.id, "item": item, "home": row.home, "ruling": number} for row in moved]
    if not rows:
        return
    put = upsert(tx.connection, REGROUPED)
    put = put.on_conflict_do_update(
        index_elements=["version"], set_={"item": put.excluded.item, "ruling": put.excluded.ruling}
    )
    tx.connection.execute(put, rows)
    tx.note(AuditNote("regrouped", ruling.actor, ruling.at, {"ruling": number, "moved": rows}))


def _tidy(connection: Connection, touched: Iterable[int]) -> None:
    """First and last version of the items are those of their members."""
    for item in touched:
        numbers = items.ids(items.members(connection, item))
        if numbers:
            ends = {"first_version": numbers[0], "last_version": numbers[-1]}
            connection.execute(update(ITEM).where(ITEM.c.id == item).values(**ends))


def _alerts(connection: Connection, versions: Collection[int]) -> list[int]:
    query = select(HIT.c.id).where(HIT.c.version.in_(versions), HIT.c.verdict == Verdict.ALERT.value)
    return list(connection.execute(query.order_by(HIT.c.id)).scalars())


def words(connection: Connection, versions: Collection[int]) -> dict[int, tuple[str, ...]]:
    """What people ruled of these versions beside others, oldest first, in words."""
    told: dict[int, tuple[str, ...]] = {}
    if not quick.rows(connection, ANY_PAIR, ()):
        return told
    asked = select(RULING).where(
        RULING.c.kind.in_(PAIRS), or_(RULING.c.pair_low.in_(versions), RULING.c.pair_high.in_(versions))
    )
    for row in connection.execute(asked.order_by(RULING.c.id)):
        why = f": {row.why}" if row.why else ""
        for own, other in ((row.pair_low, row.pair_high), (row.pair_high, row.pair_low)):
            line = f"{row.actor} ruled on {row.at:%Y-%m-%d} that it is {row.kind} as version {other}{why}"
            told[own] = (*told.get(own, ()), line)
    return told


def pins(connection: Connection, source: str, prepared: Prepared) -> Pins:
    """What rulings say of this text: it stands at a ruled version's place, or it is word for word a ruled text.

    Where both texts of a pair are equal, only their places can tell them apart, and further copies are left to the judge.
    """
    if not quick.rows(connection, ANY_PAIR, ()):
        return NO_PINS
    latest = {(row.pair_low, row.pair_high): row for row in _ruled_pairs(connection, source, prepared)}
    apart: set[int] = set()
    same: int | None = None
    for row in latest.values():
        own = _own_side(row, source, prepared)
        if own is None:
            continue
        mine, other = (row.low_item, row.high_item) if own == 0 else (row.high_item, row.low_item)
        if row.kind == RulingKind.NOT_THE_SAME.value:
            if mine != other:
                apart.add(other)
        elif row.low_print != row.high_print and prepared.fingerprint in (row.low_print, row.high_print):
            same = row.pair_low if own == 0 else row.pair_high
    return Pins(frozenset(apart), same)


def _own_side(row: AnyRow, source: str, prepared: Prepared) -> int | None:
    """Which side of the pair the text belongs to: 0 the older, 1 the later, None neither. Words speak before places."""
    if row.low_print != row.high_print and prepared.fingerprint in (row.low_print, row.high_print):
        return 0 if prepared.fingerprint == row.low_print else 1
    place = clean(prepared.extracted.place)
    if (row.high_source, row.high_place) == (source, place):
        return 1
    return 0 if (row.low_source, row.low_place) == (source, place) else None


def _ruled_pairs(connection: Connection, source: str, prepared: Prepared) -> list[AnyRow]:
    """Rulings on pairs that touch this text's place or words, oldest first. People rule few pairs: all of them are read."""
    low, high = VERSION.alias("low"), VERSION.alias("high")
    low_at, high_at = DOCUMENT.alias("low_at"), DOCUMENT.alias("high_at")
    low_now, high_now = REGROUPED.alias("low_now"), REGROUPED.alias("high_now")
    place = clean(prepared.extracted.place)
    query = (
        select(
            RULING.c.id, RULING.c.kind, RULING.c.pair_low, RULING.c.pair_high,
            low.c.fingerprint.label("low_print"), high.c.fingerprint.label("high_print"),
            low_at.c.source.label("low_source"), low_at.c.place.label("low_place"),
            high_at.c.source.label("high_source"), high_at.c.place.label("high_place"),
            func.coalesce(low_now.c.item, low.c.item).label("low_item"),
            func.coalesce(high_now.c.item, high.c.item).label("high_item"),
        )
        .select_from(RULING)
        .join(low, low.c.id == RULING.c.pair_low)
        .join(high, high.c.id == RULING.c.pair_high)
        .join(low_at, low_at.c.id == low.c.document)
        .join(high_at, high_at.c.id == high.c.document)
        .outerjoin(low_now, low_now.c.version == low.c.id)
        .outerjoin(high_now, high_now.c.version == high.c.id)
        .where(
            RULING.c.pair_low > 0,
            RULING.c.kind.in_(PAIRS),
            or_(
                low.c.fingerprint == prepared.fingerprint,
                high.c.fingerprint == prepared.fingerprint,
                and_(low_at.c.source == source, low_at.c.place == place),
                and_(high_at.c.source == source, high_at.c.place == place),
            ),
        )
        .order_by(RULING.c.id)
    )  # fmt: skip
    return list(connection.execute(query).all())
