"""migrate: is the schema the one this code knows, and how does it become so?"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from .engine import Database, DatabaseError

#: The newest revision in migrations/versions; a test holds it to that folder.
HEAD = "0015"
SCRIPTS = Path(__file__).parent / "migrations"


def current(connection: Connection) -> str | None:
    """The revision the database is at; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    value = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return str(value) if value is not None else None


def upgrade(database: Database) -> tuple[str | None, str]:
    """Brings the schema to HEAD in one transaction; returns (before, after).

    A crash half way leaves the old schema. Raises DatabaseError when the database is newer than this code.
    """
    with database.write() as connection:
        before = current(connection)
        if before == HEAD:
            return before, before
        _refuse_newer(before)
        _run(connection)
        after = current(connection)
    return before, after or ""


def _refuse_newer(before: str | None) -> None:
    known = {path.name.split("_")[0] for path in (SCRIPTS / "versions").glob("[0-9]*.py")}
    if before is not None and before not in known:
        raise DatabaseError(
            f"the database is at revision {before}, this version of mention-monitor knows only up to {HEAD}: "
            "install the newer version again, or restore the backup made before the upgrade"
        )


def _run(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
