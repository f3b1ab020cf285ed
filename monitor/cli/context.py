"""context: what do most commands need - settings and an open store?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..adapters.sql import SqlQueries, SqlStore
    from ..config.settings import Settings


def settings_now(watchlists: Path | None = None) -> Settings:
    """The settings of this environment. Raises SettingsError."""
    from ..config.settings import load_settings

    return load_settings(watchlists=watchlists)


@contextmanager
def opened(settings: Settings | None = None) -> Iterator[tuple[SqlStore, SqlQueries]]:
    """The store, open for one command; topics' names are those of the watchlists that were last in force."""
    from .. import wiring

    store, queries = wiring.open_store(settings or settings_now())
    try:
        queries.name_topics()
        yield store, queries
    finally:
        queries.close()
        store.database.close()


def now() -> datetime:
    """The time of a command."""
    return datetime.now(UTC)
