"""items: to which item does a version belong now?

Rows of versions and hits never change, because the audit log commits to every column of them. What a ruling moves stands in
`regrouped`, one row for each moved version, and whoever asks for an item looks there first. In a store without such
rulings that table is empty, and the look costs some microseconds.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, func, or_, select

from storage.tables import RegroupedRow, VersionRow

from .quick import Quick
from .rows import AnyRow

VERSION: Table = VersionRow.__table__  # type: ignore[attr-defined]
REGROUPED: Table = RegroupedRow.__table__  # type: ignore[attr-defined]

#: The item of a version now, in a query that joins `regrouped` from outside.
NOW: ColumnElement[int] = func.coalesce(REGROUPED.c.item, VERSION.c.item)

ITEM_OF = Quick(
    lambda _: (
        select(NOW)
        .select_from(VERSION)
        .outerjoin(REGROUPED, REGROUPED.c.version == VERSION.c.id)
        .where(VERSION.c.id == bindparam("version_id"))
    )
)
TOUCHED = Quick(
    lambda _: (
        select(REGROUPED.c.version)
        .where(or_(REGROUPED.c.item == bindparam("item_id"), REGROUPED.c.home == bindparam("item_id")))
        .limit(1)
    )
)


def item_of(connection: Connection, version: int) -> int | None:
    """The item a version belongs to; None for one without a hit, or for none at all."""
    item = ITEM_OF.value(connection, {"version_id": version})
    return None if item is None else int(item)


def members(connection: Connection, item: int) -> list[AnyRow]:
    """The versions of an item, oldest first: `id`, `document`, `relation`, `relation_to`, `home`."""
    query = select(
        VERSION.c.id, VERSION.c.document, VERSION.c.relation, VERSION.c.relation_to, VERSION.c.item.label("home")
    )
    return list(connection.execute(query.where(belongs(connection, [item])).order_by(VERSION.c.id)).all())


def belongs(connection: Connection, wanted: Collection[int]) -> ColumnElement[bool]:
    """Whether a version belongs to one of these items: born there and not moved, or moved there.

    The moved ones are few and stand in the condition as numbers, so that either database uses its indexes.
    """
    touched = or_(REGROUPED.c.item.in_(wanted), REGROUPED.c.home.in_(wanted))
    rows = connection.execute(select(REGROUPED.c.version, REGROUPED.c.item).where(touched)).all()
    born = VERSION.c.item.in_(wanted)
    if not rows:
        return born
    arrived = [row.version for row in rows if row.item in wanted]
    return or_(and_(born, VERSION.c.id.not_in([row.version for row in rows])), VERSION.c.id.in_(arrived))


def is_regrouped(connection: Connection, item: int) -> bool:
    """Whether a ruling ever moved a version into this item or out of it."""
    return bool(TOUCHED.all(connection, {"item_id": item}))


def ids(rows: Sequence[AnyRow]) -> list[int]:
    """The numbers of these versions."""
    return [int(row.id) for row in rows]
