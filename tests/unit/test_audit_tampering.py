"""An attacker with the database in his hands: is every change of what was recorded found, and told where?"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from monitor.adapters.sql import SqlQueries, SqlStore, open_database
from monitor.adapters.sql.audit import commit_body, entry_hash
from monitor.adapters.sql.verify import verify
from monitor.domain.audit import AuditNote
from monitor.domain.query import HitFilter
from storage.engine import Database
from tests.fakes.intents import Stage
from tests.fakes.intents import text as notice

ALL = HitFilter()


@pytest.fixture
async def stage(database_url: str) -> AsyncIterator[Stage]:
    """A store with three told hits and a handful of entries."""
    database = open_database(database_url)
    queries = SqlQueries(database)
    made = Stage(SqlStore(database, queries), queries)
    await made.store.open(made.worker, made.now)
    await made.watch("city")
    for title in ("first", "second", "third"):
        await made.poll("city", notice(title))
    for claim in await made.messages():
        await made.send(claim)
    yield made
    queries.close()
    await made.store.close()


def tamper(stage: Stage, *statements: str) -> None:
    """Changes rows as the owner of the database would: the fence is taken down first."""
    database: Database = stage.store.database  # type: ignore[attr-defined]
    with database.write() as connection:
        _take_down_the_fence(connection)
        for statement in statements:
            connection.execute(text(statement))


def _take_down_the_fence(connection: Connection) -> None:
    for table in ("audit", "audit_body", "audit_head", "hit", "kept_copy"):
        if connection.dialect.name == "sqlite":
            connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_update"))
            connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_delete"))
        else:
            connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_fence ON {table}"))


async def test_a_log_that_nobody_touched_is_ok(stage: Stage) -> None:
    found = stage.queries.verify()
    assert (found.status, found.findings, found.broken_at) == ("ok", (), None)
    assert found.entries == len(stage.kinds()) == 7
    assert found.head == list(stage.queries.audit())[-1].hash


async def test_an_empty_log_is_ok(database_url: str) -> None:
    database = open_database(database_url)
    queries = SqlQueries(database)
    assert queries.verify().status == "ok"
    assert queries.verify().entries == 0
    queries.close()
    database.close()


# name, what is done by hand, status, a word of what is told
TAMPERINGS: list[tuple[str, list[str], str, str]] = [
    ("an entry's actor edited", ["UPDATE audit SET actor='nobody' WHERE seq=3"], "broken", "entry 3"),
    ("an entry's time edited", ["UPDATE audit SET at='2020-01-01T00:00:00.000000Z' WHERE seq=2"], "broken", "entry 2"),
    ("an entry's kind edited", ["UPDATE audit SET kind='nothing' WHERE seq=4"], "broken", "entry 4"),
    ("an entry's hash edited", [f"UPDATE audit SET hash='{'0' * 64}' WHERE seq=4"], "broken", "entry 4"),
    ("the first entry deleted", ["DELETE FROM audit WHERE seq=1"], "broken", "entry 1 is missing"),
    ("a middle entry deleted", ["DELETE FROM audit WHERE seq=3"], "broken", "entry 3 is missing"),
    ("the last entry deleted", ["DELETE FROM audit WHERE seq=7"], "cut", "the end was cut"),
    ("the last three entries deleted with their bodies",
     ["DELETE FROM audit WHERE seq>4", "DELETE FROM audit_body WHERE seq>4"], "cut", "the log ends at entry 4"),
    ("the whole log deleted", ["DELETE FROM audit", "DELETE FROM audit_body"], "cut", "the log ends at entry 0"),
    ("the whole log and its head deleted",
     ["DELETE FROM audit", "DELETE FROM audit_body", "DELETE FROM meta WHERE name='audit-head'"],
     "broken", "hit 1 has no entry"),
    ("two entries swapped",
     ["UPDATE audit SET seq=99 WHERE seq=3", "UPDATE audit SET seq=3 WHERE seq=4", "UPDATE audit SET seq=4 WHERE seq=99"],
     "broken", "entry 3"),
    ("two bodies swapped",
     ["UPDATE audit_body SET seq=99 WHERE seq=2", "UPDATE audit_body SET seq=2 WHERE seq=3",
      "UPDATE audit_body SET seq=3 WHERE seq=99"], "broken", "the body of entry 2"),
    ("a body edited", ["UPDATE audit_body SET body='{}' WHERE seq=2"], "broken", "the body of entry 2 was altered"),
    ("a body deleted", ["DELETE FROM audit_body WHERE seq=3"], "broken", "the body of entry 3 is missing"),
    ("an entry added at the end",
     [f"INSERT INTO audit VALUES (8,'t','monitor','polled','{'1' * 64}','{'2' * 64}','{'3' * 64}')"], "broken", "entry 8"),
    ("a hit's verdict altered", ["UPDATE hit SET verdict='suppressed' WHERE id=2"], "broken", "hit 2 was altered"),
    ("a hit's passage altered", ["UPDATE hit SET passage='harmless' WHERE id=1"], "broken", "hit 1 was altered"),
    ("a hit's reasons altered", ["UPDATE hit SET reasons='[]' WHERE id=3"], "broken", "hit 3 was altered"),
    ("a hit deleted", ["DELETE FROM hit WHERE id=2"], "broken", "hit 2 stands in the log but not in the store"),
    ("a hit's topic altered", ["UPDATE hit SET topic='other' WHERE id=2"], "broken", "hit 2 was altered"),
    ("a version's address altered", ["UPDATE version SET url='https://x.example' WHERE id=1"], "broken", "version 1"),
    ("a version deleted", ["DELETE FROM version WHERE id=3"], "broken", "version 3"),
    ("a delivery's recipient altered", ["UPDATE delivery SET recipient='eve' WHERE id=1"], "broken", "delivery 1"),
    ("a delivery deleted", ["DELETE FROM delivery WHERE id=2"], "broken", "delivery 2 stands in the log"),
    ("an attempt's outcome altered", ["UPDATE attempt SET outcome='rejected'"], "broken", "is stored as rejected"),
    ("the attempts deleted", ["DELETE FROM attempt"], "broken", "attempt 1 of message"),
    ("a stored text altered", ["UPDATE text SET content=(SELECT content FROM text ORDER BY sha256 LIMIT 1)"],
     "broken", "text"),
    ("the stored texts deleted", ["DELETE FROM text"], "broken", "the text of version 1 is missing"),
    ("a delivery marked as delivered", ["UPDATE delivery SET state='dead' WHERE id=1"], "broken", "delivery 1"),
    ("a ruling added",
     ["INSERT INTO ruling (kind, actor, at, why, hit) VALUES ('wrong','lena','2026-03-02 08:00:00','',1)"],
     "broken", "ruling 1"),
    ("the head moved back", [f"UPDATE meta SET value='3 {'0' * 64}' WHERE name='audit-head'"], "broken", "its head says 3"),
]  # fmt: skip


async def test_every_tampering_is_found_and_told_where(stage: Stage) -> None:
    """F23. Each is tried in a transaction that is rolled back."""
    database: Database = stage.store.database  # type: ignore[attr-defined]
    for name, statements, status, told in TAMPERINGS:
        with database.writer.connect() as connection:
            _take_down_the_fence(connection)
            for statement in statements:
                connection.execute(text(statement))
            found = verify(connection)
            connection.rollback()
        assert found.status == status, (name, found)
        assert any(told in finding for finding in found.findings), (name, found)
    assert stage.queries.verify().status == "ok"


async def test_a_hit_that_was_never_logged_is_found(stage: Stage) -> None:
    tamper(
        stage,
        "CREATE TABLE copy AS SELECT * FROM hit WHERE id=1",
        "UPDATE copy SET id=77, topic='planted'",
        "INSERT INTO hit SELECT * FROM copy",
    )
    found = stage.queries.verify()
    assert (found.status, found.findings) == ("broken", ("hit 77 has no entry in the log",))


async def test_the_place_of_the_first_break_is_told(stage: Stage) -> None:
    tamper(stage, "UPDATE audit SET actor='x' WHERE seq IN (3, 5)")
    assert stage.queries.verify().broken_at == 3


async def test_a_body_that_is_no_json_is_a_finding_and_no_traceback(stage: Stage) -> None:
    """Even with its commitment made to fit."""
    salt, body = b"s" * 16, "not json"
    commit = commit_body(salt, body)
    tamper(stage, "UPDATE audit_body SET body='not json' WHERE seq=2")
    database: Database = stage.store.database  # type: ignore[attr-defined]
    with database.write() as connection:
        connection.execute(text("UPDATE audit_body SET salt=:s WHERE seq=2"), {"s": salt})
        connection.execute(text("UPDATE audit SET body_commit=:c WHERE seq=2"), {"c": commit})
        _chain_again(connection)
    found = stage.queries.verify()
    assert found.status == "broken"
    assert any("entry 2" in finding for finding in found.findings)


async def test_a_log_that_was_chained_again_still_contradicts_the_store(stage: Stage) -> None:
    """The attacker computes all hashes anew and moves the head: the rows give him away."""
    database: Database = stage.store.database  # type: ignore[attr-defined]
    tamper(stage, "UPDATE hit SET verdict='suppressed' WHERE id=2")
    with database.write() as connection:
        connection.execute(text("DELETE FROM audit WHERE seq=3"))
        connection.execute(text("DELETE FROM audit_body WHERE seq=3"))
        connection.execute(text("UPDATE audit SET seq=seq-1 WHERE seq>3"))
        connection.execute(text("UPDATE audit_body SET seq=seq-1 WHERE seq>3"))
        _chain_again(connection)
    found = stage.queries.verify()
    assert found.status == "broken"
    assert any("has no entry in the log" in finding for finding in found.findings)


def _chain_again(connection: Connection) -> None:
    prev, seq = "0" * 64, 0
    rows = connection.execute(text("SELECT * FROM audit ORDER BY seq")).all()
    for row in rows:
        digest = entry_hash(row.seq, row.at, row.actor, row.kind, row.body_commit, prev)
        connection.execute(
            text("UPDATE audit SET prev=:p, hash=:h WHERE seq=:s"), {"p": prev, "h": digest, "s": row.seq}
        )
        prev, seq = digest, row.seq
    connection.execute(text("UPDATE meta SET value=:v WHERE name='audit-head'"), {"v": f"{seq} {prev}"})


@pytest.mark.parametrize(
    "statement", ["UPDATE audit SET actor='x'", "DELETE FROM audit", "DELETE FROM audit WHERE seq=7"]
)
async def test_the_log_takes_no_update_and_no_delete(stage: Stage, statement: str) -> None:
    database: Database = stage.store.database  # type: ignore[attr-defined]
    with pytest.raises(DBAPIError, match="append-only"), database.write() as connection:
        connection.execute(text(statement))
    assert stage.queries.verify().status == "ok"


STRANGE: dict[str, str] = {
    "a lone surrogate": "half \ud83d of a pair",
    "NUL": "a\x00b",
    "emoji": "启明 👩‍🔬🇨🇳 plan",
    "beyond the basic plane": "𠮷𡈽 启明",
    "controls": "a\x01\x1b[31m\u202eb",
    "a line separator": "a\u2028b\rc",
    "very long": "启" * 20_000,
}


@pytest.mark.parametrize("name", list(STRANGE))
async def test_strange_texts_are_stored_and_the_log_still_verifies(stage: Stage, name: str) -> None:
    strange = STRANGE[name]
    await stage.poll(
        "city", notice(f"title {strange}", f"启明计划 {strange}", place=f"https://x.example/{strange[:40]}")
    )
    await stage.store.note([AuditNote("noted", strange[:100], stage.now, {"text": strange, "key": {"n": 2**60}})])
    assert stage.queries.verify().status == "ok"
    hit = next(iter(stage.queries.hits(ALL)))
    assert hit.text == "启明计划"
    assert (hit.start, len(hit.title)) == (len(f"title {strange}") + 1, len(f"title {strange}"))
    assert json.dumps(hit.passage).encode("ascii")
    found = stage.queries.version(hit.version)
    assert found is not None
    assert found.text is not None
    assert len(found.text) == len(f"启明计划 {strange}")


async def test_both_databases_agree_on_every_commitment(stage: Stage) -> None:
    """What is committed to is read back as the same values on both: floats, booleans, times, big numbers."""
    await stage.poll("city", notice("x", facts=[{"fact": "money", "low": 1e15, "high": 0.1, "currency": "CNY"}]))
    assert stage.queries.verify().status == "ok"
