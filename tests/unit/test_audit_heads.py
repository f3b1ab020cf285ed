"""Signed heads in the store: when are they made, whom do they trust, and what is told of odd but honest logs?"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from monitor.adapters.audit_export.notes import parse_head
from monitor.adapters.signing import Signer
from monitor.adapters.sql import SqlQueries, SqlStore, open_database
from monitor.adapters.sql.audit import erasing
from monitor.adapters.sql.verify import Trust
from monitor.domain.audit import AuditNote, Verification
from storage.engine import Database
from tests.fakes.intents import Stage
from tests.fakes.intents import text as notice


def signer() -> Signer:
    """A fresh key."""
    return Signer(Ed25519PrivateKey.generate())


@pytest.fixture
async def stage(database_url: str) -> AsyncIterator[Stage]:
    """A store with a key and one told hit; nothing is signed yet."""
    database = open_database(database_url)
    queries = SqlQueries(database)
    store = SqlStore(database, queries)
    store.writer.signer = signer()
    queries.trust = Trust(store.writer.signer)
    made = Stage(store, queries)
    await store.open(made.worker, made.now)
    await made.watch("city")
    await made.poll("city", notice("first"))
    yield made
    queries.close()
    await store.close()


def parts(stage: Stage) -> tuple[SqlStore, SqlQueries, Database]:
    """The store, its queries and the database under them."""
    assert isinstance(stage.store, SqlStore)
    assert isinstance(stage.queries, SqlQueries)
    return stage.store, stage.queries, stage.store.database


def verified(stage: Stage, *anchors: str) -> Verification:
    """What verifying says, held against heads from outside."""
    return parts(stage)[1].verify(anchors)


async def log(stage: Stage, count: int) -> None:
    """That many entries, one commit each batch."""
    await stage.store.note([AuditNote("noted", "monitor", stage.now, {"n": n}) for n in range(count)])


async def test_the_first_head_introduces_the_key_and_vouches_for_all_there_is(stage: Stage) -> None:
    assert stage.queries.signed_head() is None
    await stage.store.seal(stage.now)
    head = parse_head(stage.queries.signed_head() or "")
    entries = list(stage.queries.audit())
    assert (head.size, head.root, head.after) == (len(entries), entries[-1].hash, 0)
    assert entries[-1].kind == "audit key introduced"
    found = verified(stage)
    assert (found.status, found.unsealed, found.sealed, found.anchored) == ("ok", 0, len(entries), 0)


async def test_nothing_new_makes_no_new_head(stage: Stage) -> None:
    """F09: no two heads for one size, however often sealing is begun."""
    for _ in range(3):
        await stage.store.seal(stage.now)
    assert len(parts(stage)[1].signed_heads(0)) == 1


async def test_a_head_is_signed_with_the_entry_that_passes_a_multiple_of_256(stage: Stage) -> None:
    rung: list[int] = []
    store, queries, _ = parts(stage)
    store.writer.on_sealed = lambda: rung.append(1)
    before = len(stage.kinds())
    await log(stage, 255 - before)
    assert (queries.signed_heads(0), rung) == ([], [])
    await log(stage, 1)
    assert [parse_head(one).size for one in queries.signed_heads(0)] == [257]  # the key's own entry came with it
    await log(stage, 600)
    await log(stage, 1)
    assert [parse_head(one).size for one in queries.signed_heads(0)] == [257, 857]
    assert len(rung) == 2
    assert verified(stage).status == "ok"


async def test_a_store_without_a_key_signs_nothing_and_says_so(stage: Stage) -> None:
    store, _, _ = parts(stage)
    store.writer.signer = None
    await stage.store.seal(stage.now)
    found = verified(stage)
    assert stage.queries.signed_head() is None
    assert found.unsealed == found.entries
    assert any("unsealed tail" in note for note in found.notes)


async def test_a_lost_key_is_told_and_the_new_one_vouches_for_the_old(stage: Stage) -> None:
    """F61."""
    store, queries, _ = parts(stage)
    await stage.store.seal(stage.now)
    first = stage.queries.signed_head() or ""
    store.writer.signer = signer()
    queries.trust = Trust(store.writer.signer)
    await log(stage, 3)
    await stage.store.seal(stage.now)
    found = verified(stage, first)
    assert (found.status, found.unsealed, found.anchored) == ("ok", 0, parse_head(first).size)
    assert any("more than one key signed" in note for note in found.notes)


async def test_a_head_by_a_key_that_nothing_vouches_for_is_broken(stage: Stage) -> None:
    """Whoever rewrites the log and signs it with a key of his own is found by the key of this installation."""
    store, queries, _ = parts(stage)
    store.writer.signer, own = signer(), store.writer.signer
    await stage.store.seal(stage.now)
    queries.trust = Trust(own)
    found = verified(stage)
    assert found.status == "broken"
    assert any("does not know this installation's key" in finding for finding in found.findings)


@pytest.mark.parametrize("change", ["signature", "size", "nothing", "other log"])
async def test_an_anchor_that_cannot_be_used_is_unknown_and_never_ok(stage: Stage, change: str) -> None:
    await stage.store.seal(stage.now)
    head = stage.queries.signed_head() or ""
    told = {
        "signature": head[:-9] + "AAAAAAA" + head[-2:],
        "size": head.replace(f"\n{parse_head(head).size}\n", "\n1\n", 1),
        "nothing": "not a head at all",
        "other log": head.replace(parse_head(head).origin, "mention-monitor/0000000000000000"),
    }[change]
    found = verified(stage, told)
    assert found.status == "unknown"
    assert found.findings


async def test_a_clock_that_was_put_back_is_told_and_breaks_nothing(stage: Stage) -> None:
    """F35: order is by number, not by time."""
    await stage.store.seal(stage.now)
    await stage.store.note([AuditNote("noted", "monitor", stage.now - timedelta(days=400))])
    await stage.store.seal(stage.now - timedelta(days=400))
    await log(stage, 1)
    found = verified(stage, stage.queries.signed_head() or "")
    assert found.status == "ok"
    assert any("the clock went back 1 times" in note for note in found.notes)


async def test_two_databases_put_together_are_told(stage: Stage, tmp_path: Path) -> None:
    """Heads and entries of another log do not pass for those of this one."""
    _, _, database = parts(stage)
    await stage.store.seal(stage.now)
    other = open_database(f"sqlite:///{tmp_path / 'other' / 'monitor.db'}")
    queries = SqlQueries(other)
    strange = SqlStore(other, queries)
    strange.writer.signer = signer()
    await strange.note([AuditNote("noted", "monitor", stage.now) for _ in range(20)])
    await strange.seal(stage.now)
    with other.read() as source, database.write() as target:
        size = target.execute(text("SELECT max(seq) FROM audit")).scalar_one()
        for table in ("audit", "audit_body"):
            rows = source.execute(text(f"SELECT * FROM {table} WHERE seq>:s"), {"s": size}).mappings().all()
            names = ", ".join(rows[0])
            target.execute(
                text(f"INSERT INTO {table} ({names}) VALUES ({', '.join(f':{n}' for n in rows[0])})"),
                [dict(r) for r in rows],
            )
        head = source.execute(text("SELECT size, note FROM audit_head")).mappings().one()
        target.execute(text("INSERT INTO audit_head VALUES (:size, :note)"), dict(head))
    queries.close()
    await strange.close()
    found = verified(stage)
    assert (found.status, found.broken_at) == ("broken", size + 1)
    assert any("put together from two" in finding for finding in found.findings)
    assert any("is of another log" in finding for finding in found.findings)


async def test_an_erased_body_leaves_a_trace_and_one_without_an_entry_is_broken(stage: Stage) -> None:
    _, _, database = parts(stage)
    await log(stage, 2)
    last = len(stage.kinds())
    with database.write() as connection, erasing(connection):
        connection.execute(text("DELETE FROM audit_body WHERE seq=:s"), {"s": last})
    found = verified(stage)
    assert (found.status, found.broken_at) == ("broken", last)
    await stage.store.note([AuditNote("erased", "operator", stage.now, {"bodies": [last], "why": "asked for"})])
    found = verified(stage)
    assert found.status == "ok"
    assert any("1 bodies were erased" in note for note in found.notes)


@pytest.mark.parametrize("table", ["audit", "audit_body", "audit_head", "hit", "kept_copy"])
async def test_what_never_changes_takes_no_update_and_no_delete(stage: Stage, table: str) -> None:
    _, _, database = parts(stage)
    await stage.store.seal(stage.now)
    values = {"kept_copy": "INSERT INTO kept_copy (version, url, sha256, file, \"offset\", length, record, fetched_at) "
                           "VALUES (1, 'u', 's', 'f', 0, 1, 'r', '2026-03-02 08:00:00')"}  # fmt: skip
    with database.write() as connection:
        if table in values:
            connection.execute(text(values[table]))
    column = {"audit_head": "note", "hit": "title", "kept_copy": "url"}.get(
        table, "seq" if table == "audit" else "body"
    )
    for statement in (f"UPDATE {table} SET {column}={column}", f"DELETE FROM {table}"):
        with pytest.raises(DBAPIError, match="append-only"), database.write() as connection:
            connection.execute(text(statement))
    with pytest.raises(DBAPIError, match="append-only"), database.write() as connection, erasing(connection):
        connection.execute(text("DELETE FROM audit"))
    with database.write() as connection:
        assert connection.execute(text("SELECT count(*) FROM meta WHERE name='erasing'")).scalar_one() == 0
