"""What the contract tests of stores share: a fresh Stage on every store there is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.intents import Stage
from tests.fakes.store import InMemoryStore


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
async def stage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stage]:
    """A store opened by worker w1, with its queries."""
    if request.param == "memory":
        store = InMemoryStore()
        made = Stage(store, store.queries)
        await store.open(made.worker, made.now)
        yield made
        return
    from monitor.adapters.sql import SqlQueries, SqlStore, open_database

    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'monitor.db'}"
    else:
        from tests.fakes.postgres import fresh_database

        url = fresh_database(request.getfixturevalue("postgres_server"))
    database = open_database(url)
    queries = SqlQueries(database)
    made = Stage(SqlStore(database, queries), queries)
    await made.store.open(made.worker, made.now)
    yield made
    queries.close()
    await made.store.close()
