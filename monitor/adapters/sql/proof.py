"""proof: which entries of the log tell of one hit, and which signed heads vouch for them?"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, or_, select

from monitor.domain.errors import StoreError

from ..audit_export.bundle import Proof
from . import heads, reconcile
from .audit import entry_text
from .reconcile import AUDIT, BODY, COPY, DELIVERY, HIT, RULING, TEXT, VERSION
from .rows import AnyRow

Run = tuple[int, int]


def of_hit(connection: Connection, hit: int) -> Proof:
    """The proof of a hit. Raises StoreError when the log is not sealed up to its newest entry: seal it first."""
    name = heads.origin(connection)
    row = connection.execute(select(HIT.c.version).where(HIT.c.id == hit)).first()
    if name is None or row is None:
        raise StoreError(f"there is no hit {hit}, or no signed head yet")
    telling = _telling(connection, hit, row.version)
    runs, notes = _runs(connection, [one.seq for one in telling])
    bodies = {one.seq for one in telling}
    entries = [line for run in runs for line in _lines(connection, run, bodies)]
    text = select(TEXT.c.sha256, TEXT.c.content).join(VERSION, VERSION.c.text == TEXT.c.sha256)
    texts = [
        (one.sha256, zlib.decompress(one.content))
        for one in connection.execute(text.where(VERSION.c.id == row.version))
    ]
    told = [{"seq": one.seq, "at": one.at, "kind": one.kind, "hash": one.hash} for one in telling]
    return Proof(name, entries, told, notes, list(_rows(connection, hit, row.version)), texts)


def _telling(connection: Connection, hit: int, version: int) -> list[AnyRow]:
    """The entries whose bodies name the hit, its version, its deliveries, or the attempts to deliver them."""
    owed = connection.execute(select(DELIVERY.c.id, DELIVERY.c.message).where(DELIVERY.c.hit == hit)).all()
    words = [f'"hit":{hit}}}', f'"hit":{hit},', f'"version":{version}}}']
    words += [f'"delivery":{one.id}}}' for one in owed]
    words += [f'"message":{json.dumps(one.message)}' for one in owed if one.message]
    named = or_(*(BODY.c.body.contains(word, autoescape=True) for word in words))
    query = select(AUDIT.c.seq, AUDIT.c.at, AUDIT.c.kind, AUDIT.c.hash).join(BODY, BODY.c.seq == AUDIT.c.seq)
    return list(connection.execute(query.where(named).order_by(AUDIT.c.seq)).all())


def _runs(connection: Connection, seqs: Sequence[int]) -> tuple[list[Run], list[str]]:
    """Runs from these entries to the heads that vouch for them, joined where they meet; and those heads."""
    runs: list[Run] = []
    notes: list[str] = []
    for seq in seqs:
        if runs and seq <= runs[-1][1]:
            continue
        found = connection.execute(
            select(heads.HEAD).where(heads.HEAD.c.size >= seq).order_by(heads.HEAD.c.size).limit(1)
        ).first()
        if found is None:
            raise StoreError(
                f"entry {seq} is vouched for by no signed head yet: the service signs one within five minutes"
            )
        if runs and runs[-1][1] + 1 == seq:
            runs[-1] = (runs[-1][0], found.size)
        else:
            runs.append((seq, found.size))
        notes.append(found.note)
    return runs, notes


def _lines(connection: Connection, run: Run, bodies: set[int]) -> Iterable[tuple[str, str, bytes | None, str | None]]:
    query = select(AUDIT, BODY.c.salt, BODY.c.body).outerjoin(BODY, BODY.c.seq == AUDIT.c.seq)
    for row in connection.execute(query.where(AUDIT.c.seq.between(*run)).order_by(AUDIT.c.seq)):
        shown = row.seq in bodies and row.body is not None
        told = entry_text(row.seq, row.at, row.actor, row.kind, row.body_commit, row.prev)
        yield told, row.hash, bytes(row.salt) if shown else None, row.body if shown else None


def _rows(connection: Connection, hit: int, version: int) -> Iterable[tuple[str, str]]:
    """The rows of the hit as the log commits to them."""
    wanted: dict[str, Any] = {
        "hit": HIT.c.id == hit,
        "version": VERSION.c.id == version,
        "delivery": DELIVERY.c.hit == hit,
        "copy": COPY.c.version == version,
        "ruling": RULING.c.hit == hit,
    }
    for word, where in wanted.items():
        for _, told in reconcile.told_where(connection, word, where):
            yield word, told
