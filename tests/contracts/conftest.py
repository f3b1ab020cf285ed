"""What the contract tests of stores share: a fresh Stage on every store there is."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import make_url

from monitor.adapters.sql import SqlQueries, SqlStore, open_database
from tests.fakes.intents import Stage
from tests.fakes.postgres import fresh_database
from tests.fakes.store import InMemoryStore


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file at the newest schema, to be copied: migrating is what takes time."""
    path = tmp_path_factory.mktemp("migrated") / "monitor.db"
    open_database(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="session")
def migrated_database(postgres_server: str) -> str:
    """The URL of a PostgreSQL database at the newest schema, to be copied."""
    url = fresh_database(postgres_server)
    open_database(url).close()
    return url


def copied_database(template: str) -> str:
    """A copy of that database; its URL."""
    name, original = f"t_{uuid.uuid4().hex[:12]}", make_url(template)
    server = original.set(database="postgres").render_as_string(hide_password=False)
    copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(copy.format(sql.Identifier(name), sql.Identifier(original.database or "")))
    return original.set(database=name).render_as_string(hide_password=False)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
async def stage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stage]:
    """A store opened by worker w1, with its queries."""
    if request.param == "memory":
        store = InMemoryStore()
        made = Stage(store, store.queries)
        await store.open(made.worker, made.now)
        yield made
        return
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("migrated_file"), tmp_path / "monitor.db")
        url = f"sqlite:///{tmp_path / 'monitor.db'}"
    else:
        url = copied_database(request.getfixturevalue("migrated_database"))
    database = open_database(url)
    queries = SqlQueries(database)
    made = Stage(SqlStore(database, queries), queries)
    await made.store.open(made.worker, made.now)
    yield made
    queries.close()
    await made.store.close()
