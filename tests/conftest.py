"""What all tests share: databases of both sorts, and where the corpus is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

CORPUS = Path(os.environ.get("MONITOR_CORPUS") or Path(__file__).resolve().parents[2] / "shared" / "corpus")


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of the shared corpus; the test is skipped with a word where it is absent."""
    if not CORPUS.is_dir():
        pytest.skip("shared corpus is absent: set MONITOR_CORPUS")
    return CORPUS


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real PostgreSQL server from a wheel, on a socket of its own; its URL without a database name."""
    from tests.fakes.postgres import running_server

    with running_server(tmp_path_factory.mktemp("pg")) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh database: once a SQLite file, once on the PostgreSQL server."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'monitor.db'}"
    from tests.fakes.postgres import fresh_database

    return fresh_database(request.getfixturevalue("postgres_server"))
