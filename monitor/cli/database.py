"""database: is the schema current, is the file whole, and where is its safety copy?"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .context import now, opened, settings_now

if TYPE_CHECKING:
    from ..adapters.sql import SqlStore
    from ..config.settings import Settings
    from ..domain.audit import AuditNote

LAST = "last-backup.txt"  # in the state folder: where the last safety copy lies
OTHER_MEANS = "other means"

app = typer.Typer(no_args_is_help=True, help="Upgrade, check, back up and restore the database; drill the restore.")


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
    """Copies a SQLite database to a file while the service runs, and the kept copies beside it. For PostgreSQL use pg_dump.

    The key and the heads that went outside are not in it: a copy is held against them. Example:
    monitor database backup /var/backups/monitor-2026-11-22.db
    """
    from ..adapters.sql.backups import back_up, evidence_beside
    from ..domain.audit import AuditNote

    settings = settings_now()
    with opened(settings) as (store, _):
        _refuse_postgresql(store, "use pg_dump --format=custom, and copy the folder evidence/ of MONITOR_STATE")
        made = back_up(store.database, settings.evidence, target)
        note = AuditNote("backed up", "operator", now(), {"file": target.name, "bytes": made.size})
        asyncio.run(_note(store, note))
        (settings.state / LAST).write_text(f"{target.resolve()}\n", "utf-8")
    print(f"{target}: {made.size} bytes, integrity ok")
    if made.files:
        print(f"{evidence_beside(target)}: {made.files} files of kept copies, {made.evidence} bytes")


@app.command("restore")
def restore_database(
    copy: Annotated[Path, typer.Argument(help="A file made by `monitor database backup`.", exists=True)],
    why: Annotated[str, typer.Option("--why", help="The reason, for the log.")] = "",
) -> None:
    """Puts a safety copy in place of the SQLite database; the present file is kept beside it. Stop the service first.

    The log is held against the heads that went outside: what was signed after the copy was made is lost, and an entry says so.
    """
    from .. import wiring
    from ..adapters.sql.backups import put_back_evidence

    settings = settings_now()
    kept = wiring.restore_database(settings, copy)
    brought = put_back_evidence(copy, settings.evidence)
    print(f"{copy} is in place" + (f"; what was there is kept as {kept}" if kept else ""))
    if brought:
        print(f"kept copies brought back: {', '.join(brought)}")
    _tell_of_restore(settings, copy.name, why)


@app.command("restored")
def acknowledge_restore(
    why: Annotated[str, typer.Option("--why", help="The reason, for the log.")],
) -> None:
    """Tells the log that an older state was put back by other means (pg_restore, a snapshot). Stop the service first.

    From then on `audit verify` tells of it in a note instead of saying rollback or fork; the entry stays for ever.
    """
    _tell_of_restore(settings_now(), OTHER_MEANS, why)


@app.command("drill")
def drill_restore(
    copy: Annotated[
        Path | None, typer.Argument(help="A safety copy, or a folder of them; default: the last one made.")
    ] = None,
) -> None:
    """Restores the newest safety copy to a temporary place, opens and verifies it there, and tells. Exits 1 when it is not fit.

    Example for a timer: monitor database drill /var/backups
    """
    from ..adapters.sql.backups import drill
    from ..domain.audit import AuditNote

    settings = settings_now()
    chosen = _newest(copy, settings.state / LAST)
    with opened(settings) as (store, queries):
        found = drill(chosen, queries.trust.signer, queries.trust.files)
        body = {"file": chosen.name, "ok": found.ok, "entries": found.verified.entries, "status": found.verified.status}
        asyncio.run(_note(store, AuditNote("restore drilled", "operator", now(), body)))
    for problem in (*found.problems, *found.verified.findings):
        print(problem)
    age = datetime.now(UTC) - datetime.fromtimestamp(chosen.stat().st_mtime, UTC)
    print(f"{chosen}: {'fit' if found.ok else 'NOT fit'}; {found.verified.entries} entries, {found.verified.status}, anchored "
          f"up to {found.verified.anchored}; {age.total_seconds() / 3600:.1f} hours old")  # fmt: skip
    if found.newer:
        print(f"{found.newer} entries were signed after it was made: a restore would lose them")
    if not found.ok:
        raise typer.Exit(1)


def _newest(told: Path | None, last: Path) -> Path:
    """The copy that was named, the newest of a folder, or the last one made."""
    if told is None:
        told = Path(last.read_text("utf-8").strip()) if last.exists() else None
    if told is not None and told.is_dir():
        told = max(told.glob("*.db"), key=lambda path: path.stat().st_mtime, default=None)
    if told is None or not told.is_file():
        print("monitor: no safety copy is there: make one with `monitor database backup FILE`", file=sys.stderr)
        raise typer.Exit(1)
    return told


def _tell_of_restore(settings: Settings, what: str, why: str) -> None:
    from ..adapters.sql.audit import head
    from ..adapters.sql.backups import append_note, newest_agreed, restored_note
    from ..domain.audit import AuditNote

    with opened(settings) as (store, queries):
        with store.database.read() as connection:
            agreed, signed = newest_agreed(connection, queries.trust.files)
            count, _ = head(connection)
        size = agreed if what == OTHER_MEANS else count  # other means: the service may have gone on since
        note = AuditNote("restored", "operator", now(), restored_note(size, signed, what, why))
        append_note(store.database, note, queries.trust.signer)
        found = queries.verify()
    if signed > size:
        print(f"entries {size + 1} to {signed} were signed after it was made and are lost; an entry of the log says so")
    print(f"the log is {found.status}: {found.entries} entries, anchored up to {found.anchored}")
    for finding in found.findings:
        print(f"  {finding}")
    if found.status != "ok":
        raise typer.Exit(1)


def _refuse_postgresql(store: SqlStore, instead: str) -> None:
    if not store.database.is_sqlite:
        print(f"monitor: this is PostgreSQL: {instead}", file=sys.stderr)
        raise typer.Exit(2)


async def _note(store: SqlStore, note: AuditNote) -> None:
    await store.note([note])
    await store.writer.close()
