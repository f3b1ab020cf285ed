"""database: how is the database opened, upgraded, restored and checked?"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ..domain.errors import StoreError

if TYPE_CHECKING:
    from ..adapters.signing import Signer
    from ..adapters.sql import SqlQueries, SqlStore
    from ..adapters.sql.verify import Trust
    from ..config.settings import Settings


def open_store(settings: Settings) -> tuple[SqlStore, SqlQueries]:
    """The store, created or upgraded. Raises StoreError."""
    from ..adapters import signing
    from ..adapters.sql import SqlQueries, SqlStore, open_database

    database = open_database(settings.database.reveal())
    queries = SqlQueries(database)
    store = SqlStore(database, queries)
    store.writer.signer = signing.load(settings.keys)
    queries.trust = trust_of(settings, store.writer.signer)
    return store, queries


def trust_of(settings: Settings, signer: Signer | None) -> Trust:
    """What the log of this installation is held against: its key, the heads that went out to files, the kept copies."""
    from ..adapters import anchors
    from ..adapters.sql.verify import Trust

    to = anchors.target(settings.audit_to)
    outside = (to.file,) if to is not None and to.file is not None else ()
    return Trust(signer, (), (settings.state / anchors.FILE, *outside), settings.evidence)


def upgrade_database(settings: Settings) -> tuple[str | None, str]:
    """Brings the schema to the newest revision; (before, after). Raises StoreError."""
    from storage.engine import Database, DatabaseError
    from storage.migrate import upgrade

    try:
        database = Database(settings.database.reveal())
        revisions = upgrade(database)
        database.close()
    except DatabaseError as error:
        raise StoreError(str(error)) from error
    return revisions


def restore_database(settings: Settings, copy: Path) -> Path | None:
    """Puts a safety copy in the SQLite file's place; returns where the present file is kept. Raises StoreError."""
    from storage.engine import Database, DatabaseError

    try:
        database = Database(settings.database.reveal())
        if not database.is_sqlite:
            raise StoreError("this is PostgreSQL: use pg_restore")
        database.hold("restore")
        kept = database.restore(copy)
        database.close()
    except DatabaseError as error:
        raise StoreError(str(error)) from error
    return kept


def check_database(settings: Settings) -> list[str]:
    """What keeps the database from being opened; empty when it opens. For `monitor check`."""
    try:
        store, queries = open_store(settings)
    except StoreError as error:
        return [str(error)]
    from ..adapters.sql.edits import SqlEdits

    waiting = SqlEdits(store.database, store.writer).waiting()
    queries.close()
    store.database.close()
    words = "warning: a watchlist edit waits for `monitor watchlist apply`, the last good version is in force"
    told = [f"{words}: {'; '.join(waiting.why)}"] if waiting else []
    return told + anchors_out_of_reach(settings)


def anchors_out_of_reach(settings: Settings) -> list[str]:
    """A warning when the file of MONITOR_AUDIT_TO cannot be written."""
    from ..adapters.anchors import target

    to = target(settings.audit_to)
    if to is None or to.file is None:
        return []
    place = to.file if to.file.exists() else next(one for one in to.file.absolute().parents if one.exists())
    if place.is_dir() != (place == to.file) and os.access(place, os.W_OK):
        return []
    return [
        f"warning: MONITOR_AUDIT_TO: {place} cannot be written: signed heads of the audit log will not get out there"
    ]
