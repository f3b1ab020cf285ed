"""When the disk, the folder or another process is in the way: does the store say so, and is nothing half stored?"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text as sql

from monitor.adapters.sql import SqlQueries, SqlStore, open_database
from monitor.domain.errors import StoreBusy, StoreError
from monitor.domain.query import HitFilter
from storage import engine
from storage.engine import Database
from tests.fakes.intents import Stage, text

ALL = HitFilter()


def url_of(path: Path) -> str:
    """The address of a SQLite file."""
    return f"sqlite:///{path}"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """An open store in a SQLite file."""
    database = open_database(url_of(tmp_path / "monitor.db"))
    queries = SqlQueries(database)
    made = Stage(SqlStore(database, queries), queries)
    await made.store.open(made.worker, made.now)
    await made.watch("city")
    yield made
    queries.close()
    await made.store.close()


def database_of(stage: Stage) -> Database:
    """The database under the store."""
    database: Database = stage.store.database  # type: ignore[attr-defined]
    return database


def test_a_folder_that_cannot_be_made_is_refused_with_the_reason(tmp_path: Path) -> None:
    """F26."""
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="cannot make the folder"):
        open_database(url_of(tmp_path / "file" / "state" / "monitor.db"))


def test_a_folder_that_cannot_be_written_is_refused_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F26. The superuser may write anywhere, so the answer of the system is played."""
    monkeypatch.setattr(engine.os, "access", lambda path, mode: False)
    with pytest.raises(StoreError, match="MONITOR_STATE"):
        open_database(url_of(tmp_path / "monitor.db"))


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    path.write_bytes(b"this is somebody's diary, not a database" * 100)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="not a database"):
        open_database(url_of(path))
    assert path.read_bytes() == before


def test_a_folder_in_the_file_s_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "monitor.db").mkdir()
    with pytest.raises(StoreError, match=r"cannot open|unable to open"):
        open_database(url_of(tmp_path / "monitor.db"))


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs"])
def test_a_network_file_system_is_refused(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """F26: locks that do not hold between machines."""
    mounts = f"/dev/sda1 / ext4 rw 0 0\nserver:/share {tmp_path} {kind} rw 0 0\n"
    real = Path.read_text

    def read(path: Path, *arguments: str, **named: str) -> str:
        return mounts if str(path) == "/proc/mounts" else real(path, *arguments, **named)

    monkeypatch.setattr(Path, "read_text", read)
    with pytest.raises(StoreError, match=f"network file system \\({kind}\\)"):
        open_database(url_of(tmp_path / "monitor.db"))


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("mysql://u:secret@h/d", "only sqlite and postgresql"),
        ("sqlite://", "in memory"),
        ("sqlite:///:memory:", "in memory"),
        ("not a url secret", "is not a database URL"),
    ],
)
def test_a_database_that_cannot_be_used_is_refused_without_its_password(url: str, told: str) -> None:
    """A86."""
    with pytest.raises(StoreError, match=told) as refused:
        open_database(url)
    assert "secret" not in str(refused.value)


def test_a_server_that_is_not_there_is_told_without_the_password() -> None:
    with pytest.raises(StoreError, match="cannot be opened") as refused:
        open_database("postgresql://me:secret@127.0.0.1:1/none")
    assert "secret" not in str(refused.value)


async def test_a_second_run_on_one_file_is_refused_and_told_who_holds_it(stage: Stage) -> None:
    """F16."""
    path = database_of(stage).path
    other = open_database(url_of(path))
    queries = SqlQueries(other)
    second = SqlStore(other, queries)
    with pytest.raises(StoreBusy, match=f"process {os.getpid()}"):
        await second.open("w2", stage.now)
    queries.close()
    await second.close()
    assert (await stage.poll("city", text("a notice"))).hits == 1


async def test_a_command_beside_a_running_service_may_write(stage: Stage) -> None:
    other = open_database(url_of(database_of(stage).path))
    queries = SqlQueries(other)
    beside = SqlStore(other, queries)
    assert await beside.poll_now("city", "ann", stage.now)
    queries.close()
    await beside.close()
    assert (await stage.poll("city", text("a notice"))).hits == 1


async def test_two_workers_on_one_postgresql_live_side_by_side(postgres_server: str) -> None:
    """F16: and only what a dead one held is taken over."""
    from tests.fakes.postgres import fresh_database

    url = fresh_database(postgres_server)
    stages = []
    for name in ("w1", "w2"):
        database = open_database(url)
        queries = SqlQueries(database)
        one = Stage(SqlStore(database, queries), queries, worker=name)
        await one.store.open(name, one.now)
        stages.append(one)
    first, second = stages
    await first.watch("city", "town")
    [held] = await first.sources(limit=1)
    assert await second.store.reap("w2", second.now) == 0
    assert held.key not in {claim.key for claim in await second.sources()}
    await second.store.release("w2")
    database_of(first).close()
    found: set[str] = set()
    for _ in range(50):  # the server ends a connection, and gives up its lock, in its own time
        await second.store.reap("w2", second.now)
        found |= {claim.key for claim in await second.sources()}
        if found == {"city", "town"}:
            break
        await asyncio.sleep(0.1)
    assert found == {"city", "town"}
    for one in stages:
        one.queries.close()
        await one.store.close()


def test_a_database_of_a_newer_version_is_refused_and_left_alone(database_url: str) -> None:
    database = open_database(database_url)
    with database.write() as connection:
        connection.execute(sql("UPDATE alembic_version SET version_num='9999'"))
    database.close()
    with pytest.raises(StoreError, match="install the newer version again"):
        open_database(database_url)


async def test_a_full_disk_stores_nothing_half_and_the_store_recovers_by_itself(stage: Stage) -> None:
    """F18: I4, I10."""
    await stage.poll("city", text("before"), etag='"1"')
    database = database_of(stage)
    _pages(database, limit=True)
    [claim] = await stage.sources()
    big = [text(f"notice {n}", "启明计划 " + os.urandom(4000).hex()) for n in range(60)]
    with pytest.raises(StoreError, match="full"):
        await stage.store.apply(stage.intent(claim, *big, etag='"2"'), stage.routing)
    assert stage.queries.count_hits(ALL) == 1
    assert stage.queries.verify().status == "ok"
    _pages(database, limit=False)
    applied = await stage.store.apply(stage.intent(claim, *big, etag='"2"'), stage.routing)
    assert applied.hits == 60
    assert stage.queries.verify().status == "ok"


async def test_on_a_full_disk_what_is_small_is_still_stored(stage: Stage) -> None:
    """F18: one intent that does not fit costs the others of its batch nothing."""
    import asyncio

    await stage.watch("city", "town")
    claims = {claim.key: claim for claim in await stage.sources()}
    _pages(database_of(stage), limit=True, spare=12)
    big = [text(f"notice {n}", "启明计划 " + os.urandom(4000).hex()) for n in range(60)]
    refused, stored = await asyncio.gather(
        stage.store.apply(stage.intent(claims["city"], *big), stage.routing),
        stage.store.apply(stage.intent(claims["town"], text("small")), stage.routing),
        return_exceptions=True,
    )
    assert isinstance(refused, StoreError)
    assert getattr(stored, "hits", stored) == 1
    assert [hit.title for hit in stage.queries.hits(ALL)] == ["small"]


def _pages(database: Database, limit: bool, spare: int = 0) -> None:
    """Lets the file grow no further than it is, or as far as it likes."""
    with database.writer.connect() as connection:
        pages = connection.execute(sql("PRAGMA page_count")).scalar_one()
        connection.execute(sql(f"PRAGMA max_page_count={int(pages) + spare if limit else 1_000_000}"))


async def test_a_store_that_was_closed_says_so(tmp_path: Path) -> None:
    database = open_database(url_of(tmp_path / "monitor.db"))
    store = SqlStore(database, SqlQueries(database))
    await store.close()
    with pytest.raises(StoreError, match="closed"):
        await store.poll_now("city", "ann", Stage(store, store.queries).now)


async def test_what_was_acknowledged_survives_a_copy_of_the_files_as_they_lie(stage: Stage, tmp_path: Path) -> None:
    """F21, in small: the files of the moment after an answer hold what was answered."""
    await stage.poll("city", text("a notice"))
    path = database_of(stage).path
    copy = tmp_path / "copy"
    copy.mkdir()
    for name in (path.name, f"{path.name}-wal"):
        (copy / name).write_bytes(path.with_name(name).read_bytes())
    with closing(sqlite3.connect(copy / path.name)) as opened:
        assert opened.execute("SELECT count(*) FROM hit").fetchone() == (1,)
        assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def test_a_damaged_file_is_found_by_its_check(stage: Stage) -> None:
    """F22, F23."""
    await stage.poll("city", *(text(f"notice {n}") for n in range(60)))
    database = database_of(stage)
    assert database.check() == []
    database.checkpoint()
    size = database.path.stat().st_size
    with database.path.open("r+b") as file:
        file.seek(size // 2)
        file.write(os.urandom(8192))
    other = Database(url_of(database.path))
    try:
        found: list[str] = other.check()
    except Exception as error:
        found = [str(error)]
    assert found
    other.reader.dispose()
