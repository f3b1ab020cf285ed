"""database: is the schema current, is the file whole, and where is its safety copy?"""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from .context import opened, settings_now

app = typer.Typer(no_args_is_help=True, help="Upgrade, check, back up and restore the database.")


@app.command("upgrade")
def upgrade_database() -> None:
    """Creates the database or brings its schema to the newest revision, in one transaction."""
    from .. import wiring

    before, after = wiring.upgrade_database(settings_now())
    print(f"the database is at revision {after}" + ("" if before == after else f" (was {before or 'empty'})"))


@app.command("check")
def check_database() -> None:
    """Checks the structure of the database file and the chain of the log. Exits 1 when something is wrong."""
    with opened() as (store, queries):
        problems = store.database.check()
        verified = queries.verify()
    for problem in problems:
        print(problem)
    print(f"structure: {'ok' if not problems else 'damaged'}; log: {verified.status}, {verified.entries} entries")
    if problems or verified.status != "ok":
        raise typer.Exit(1)


@app.command("backup")
def backup_database(
    target: Annotated[Path, typer.Argument(help="The file to write; it must not exist.")],
) -> None:
    """Copies a SQLite database to a file while the service runs. For PostgreSQL use pg_dump.

    Example: monitor database backup /var/backups/monitor-2026-11-22.db
    """
    with opened() as (store, _):
        if not store.database.is_sqlite:
            print("monitor: this is PostgreSQL: use pg_dump --format=custom", file=sys.stderr)
            raise typer.Exit(2)
        if target.exists():
            print(f"monitor: {target} is there already: name another file", file=sys.stderr)
            raise typer.Exit(2)
        source = f"{store.database.path.resolve().as_uri()}?mode=ro"
        with closing(sqlite3.connect(source, uri=True)) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)
            found = copy.execute("PRAGMA integrity_check").fetchone()[0]
    print(f"{target}: {target.stat().st_size} bytes, integrity {found}")
    if found != "ok":
        raise typer.Exit(1)


@app.command("restore")
def restore_database(
    copy: Annotated[Path, typer.Argument(help="A file made by `monitor database backup`.", exists=True)],
) -> None:
    """Puts a safety copy in place of the SQLite database; the present file is kept beside it. Stop the service first."""
    from .. import wiring

    kept = wiring.restore_database(settings_now(), copy)
    print(f"{copy} is in place" + (f"; what was there is kept as {kept}" if kept else ""))
    print("run `monitor database check` and `monitor audit verify` next")
