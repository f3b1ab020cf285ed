"""Is the schema that migrations make the one that the code declares?"""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import inspect
from sqlalchemy.engine import Connection

from monitor.adapters.sql import open_database
from monitor.adapters.sql.lookup import short
from storage.engine import Database
from storage.migrate import HEAD, SCRIPTS, current, upgrade
from storage.tables import metadata


def shape(connection: Connection) -> dict[str, object]:
    """Every table with its columns, keys, unique constraints and indexes, in a form that can be compared."""
    look = inspect(connection)
    return {
        name: {
            "columns": [
                (one["name"], str(one["type"]), one["nullable"], str(one.get("default")).split("::")[0])
                for one in sorted(look.get_columns(name), key=lambda column: str(column["name"]))
            ],
            "key": look.get_pk_constraint(name)["constrained_columns"],
            "unique": sorted(
                (str(one["name"]), tuple(one["column_names"])) for one in look.get_unique_constraints(name)
            ),
            "indexes": sorted((str(one["name"]), str(one["column_names"])) for one in look.get_indexes(name)),
        }
        for name in sorted(look.get_table_names())
        if name != "alembic_version"
    }


def test_the_migrated_schema_is_the_declared_one(database_url: str, tmp_path: Path) -> None:
    migrated = open_database(database_url)
    with migrated.read() as connection:
        found = shape(connection)
    with migrated.write() as connection:
        metadata.drop_all(connection)
        metadata.create_all(connection)
        declared = shape(connection)
    migrated.close()
    assert found == declared


def test_upgrading_twice_changes_nothing(database_url: str) -> None:
    open_database(database_url).close()
    database = Database(database_url)
    assert upgrade(database) == (HEAD, HEAD)
    database.close()


def test_the_newest_revision_is_the_last_of_the_folder() -> None:
    assert sorted(path.name.split("_")[0] for path in (SCRIPTS / "versions").glob("[0-9]*.py"))[-1] == HEAD


def test_a_migration_that_breaks_half_way_leaves_the_old_schema(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F10: old or new, never between."""
    from alembic import op

    database = Database(database_url)

    def broken(*arguments: object, **named: object) -> None:
        raise RuntimeError("killed here")

    with monkeypatch.context() as patch:
        patch.setattr(op, "create_index", broken)
        with pytest.raises(RuntimeError, match="killed here"):
            upgrade(database)
    with database.write() as connection:
        assert inspect(connection).get_table_names() == []
        assert current(connection) is None
    assert upgrade(database) == (None, HEAD)
    database.close()


def test_texts_stored_with_whole_keys_are_found_by_short_ones(tmp_path: Path) -> None:
    """Revision 0015 on SQLite: the keys of a store filled before it are those that are asked for after it."""
    database = open_database(f"sqlite:///{tmp_path}/old.db")
    whole = [-(2**63), -(2**48) - 5, -1, 0, 7, 2**47, 2**63 - 1]
    with database.write() as connection:
        for table in ("dedup_key", "story_key"):
            for key in whole:
                connection.exec_driver_sql(f"INSERT INTO {table} VALUES (?, 1)", (key,))
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0014'")
    assert upgrade(database) == ("0014", HEAD)
    with database.read() as connection:
        for table in ("dedup_key", "story_key"):
            found = connection.exec_driver_sql(f"SELECT key FROM {table} WHERE version = 1").scalars()
            assert set(found) == set(short(whole))
    database.close()
