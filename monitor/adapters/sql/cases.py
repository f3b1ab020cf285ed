"""cases: what is put together of one hit, for somebody who has nothing but a browser?"""

from __future__ import annotations

from sqlalchemy import select

from monitor.domain.errors import StoreError

from ..audit_export.bundle import Case
from ..evidence import WarcEvidence
from . import kept, proof
from .queries import SqlQueries
from .reconcile import RULING, TEXT, VERSION
from .rows import unpack


def case_of(queries: SqlQueries, evidence: WarcEvidence, number: int) -> Case:
    """All that is known of a hit. Raises StoreError when there is none, or when no head vouches for its entries yet."""
    hit = queries.hit(number)
    if hit is None:
        raise StoreError(f"there is no hit {number}")
    with queries.database.read() as connection:
        proved = proof.of_hit(connection, number)
        copies = kept.of_version(connection, hit.version)
        content = connection.execute(
            select(TEXT.c.content).join(VERSION, VERSION.c.text == TEXT.c.sha256).where(VERSION.c.id == hit.version)
        ).scalar()
        rulings = connection.execute(select(RULING).where(RULING.c.hit == number).order_by(RULING.c.id)).all()
    copy, record, body, missing = (copies[0] if copies else None), None, None, ""
    if copy is not None:
        try:
            record, body = evidence.record(copy), evidence.open(copy)
        except StoreError as error:
            missing = str(error)
    told = [
        f"{row.at:%Y-%m-%d %H:%M:%S} UTC {row.actor}: {row.kind}{f' ({row.why})' if row.why else ''}" for row in rulings
    ]
    return Case(
        hit, queries.versions_of_item(hit.item), list(queries.deliveries(number)), told,
        unpack(content) if content is not None else None, copy, record, body, missing, proved,
    )  # fmt: skip
