"""engine: how is the database opened, and who may write when?

SQLite: WAL, synchronous FULL, no automatic checkpoints; every writing transaction, checkpoint and close of any
process runs under one `flock` on a file beside the database, so that the WAL-reset fault of SQLite before 3.51.3
finds no instant in which two connections write. Readers open the file read-only. PostgreSQL: plain transactions;
workers hold an advisory lock on their id.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

#: File systems whose locks do not hold between machines.
NETWORK_FILE_SYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "afs", "glusterfs", "ceph"}
)
BUSY_SECONDS = 60


class DatabaseError(Exception):
    """The database cannot be opened or is not fit; the text says which, why, and what to do."""


class DatabaseHeld(DatabaseError):
    """Another process holds the run lock."""


class Database:
    """One database: a writing engine for one thread, a reading engine for all others, and its locks."""

    def __init__(self, url: str) -> None:
        self.url: URL = _parse(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._run_lock: int | None = None
        self._advisory: Connection | None = None
        self._write_file: int | None = None
        self._mutex = threading.Lock()
        if self.is_sqlite:
            self.path = Path(self.url.database or "")
            _check_folder(self.path)
            self.writer = _sqlite_engine(self.path, read_only=False)
            self.reader = _sqlite_engine(self.path, read_only=True)
        else:
            self.path = Path()
            self.writer = create_engine(self.url, pool_size=2, max_overflow=4, pool_pre_ping=True)
            self.reader = create_engine(
                self.url,
                pool_size=4,
                max_overflow=12,
                pool_pre_ping=True,
                isolation_level="REPEATABLE READ",  # a reading transaction is one snapshot, as on SQLite
                execution_options={"postgresql_readonly": True},
            )

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One writing transaction; on SQLite under the write lock of all processes."""
        with self._write_lock(), self.writer.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One reading transaction: a snapshot."""
        with self.reader.connect() as connection:
            yield connection

    @contextmanager
    def _write_lock(self) -> Iterator[None]:
        if not self.is_sqlite:
            yield
            return
        with self._mutex:  # flock is per open file: threads of one process need their own gate
            if self._write_file is None:
                self._write_file = _open_lock(self.path.with_name(self.path.name + ".lock"))
            fcntl.flock(self._write_file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._write_file, fcntl.LOCK_UN)

    def hold(self, worker: str) -> None:
        """Takes the run lock (SQLite: one `monitor run` a file; PostgreSQL: a lock on the worker's id).

        Raises DatabaseHeld when another process has it.
        """
        if self.is_sqlite:
            handle = _open_lock(self.path.with_name(self.path.name + ".run"))
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = os.pread(handle, 100, 0).decode("utf-8", "replace").strip() or "another process"
                os.close(handle)
                raise DatabaseHeld(
                    f"{self.path} is in use by {holder}: stop that `monitor run` first, or give this one another MONITOR_STATE"
                ) from None
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"process {os.getpid()}".encode(), 0)
            self._run_lock = handle
            return
        self._advisory = self.writer.connect().execution_options(isolation_level="AUTOCOMMIT")
        self._advisory.execute(text("SELECT pg_advisory_lock(hashtextextended(:w, 7))"), {"w": worker})

    def is_gone(self, worker: str, connection: Connection) -> bool:
        """Whether the worker that leased something no longer lives (its lock is free)."""
        if self.is_sqlite:
            return self._run_lock is not None  # we hold the only run lock: every other worker is gone
        free = connection.execute(
            text("SELECT pg_try_advisory_xact_lock(hashtextextended(:w, 7))"), {"w": worker}
        ).scalar_one()
        return bool(free)

    def checkpoint(self) -> None:
        """SQLite: moves the WAL into the database file, under the write lock. Elsewhere nothing."""
        if not self.is_sqlite:
            return
        with self._write_lock():
            raw = self.writer.raw_connection()
            try:
                raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                raw.close()

    def check(self) -> list[str]:
        """What is wrong with the database's own structure (SQLite integrity_check); empty is good."""
        with self.read() as connection:
            if not self.is_sqlite:
                connection.execute(text("SELECT 1"))
                return []
            rows = connection.execute(text("PRAGMA integrity_check(20)")).scalars().all()
        return [str(row) for row in rows if row != "ok"]

    def backup(self, target: Path) -> None:
        """SQLite: a consistent copy of the file while others write, checked and synced; whole or not there at all.

        Raises DatabaseError when the target is there already, cannot be written, or the copy is damaged.
        """
        if target.exists():
            raise DatabaseError(f"{target} is there already: name another file")
        part = target.with_name(target.name + ".part")
        part.unlink(missing_ok=True)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with (
                closing(sqlite3.connect(f"{self.path.resolve().as_uri()}?mode=ro", uri=True)) as live,
                closing(sqlite3.connect(part)) as copy,
            ):
                part.chmod(0o600)
                live.backup(copy)
                copy.execute("PRAGMA journal_mode=DELETE")
                found = copy.execute("PRAGMA integrity_check").fetchone()[0]
            if found != "ok":
                raise DatabaseError(f"the copy is damaged ({found}): run `monitor database check`")
            with part.open("rb") as file:
                os.fsync(file.fileno())
            part.replace(target)
        except (sqlite3.Error, OSError) as error:
            raise DatabaseError(f"{target} cannot be written: {error}") from error
        finally:
            part.unlink(missing_ok=True)

    def restore(self, copy: Path) -> Path | None:
        """SQLite: puts a checked copy in the file's place; returns where the present file is kept.

        Raises DatabaseError when the copy is not a whole database. Call `hold` first.
        """
        with closing(sqlite3.connect(f"{copy.resolve().as_uri()}?mode=ro", uri=True)) as opened:
            try:
                found = opened.execute("PRAGMA integrity_check").fetchone()[0]
            except sqlite3.DatabaseError as error:
                raise DatabaseError(f"{copy} is not a SQLite database: {error}") from error
        if found != "ok":
            raise DatabaseError(f"{copy} is damaged ({found}): use another copy")
        kept = None
        with self._write_lock():
            self.writer.dispose()
            if self.path.exists():
                kept = self.path.with_name(f"{self.path.name}.before-restore-{os.getpid()}")
                self.path.rename(kept)
            for suffix in ("-wal", "-shm"):  # they belong to the file that was moved aside
                beside = self.path.with_name(self.path.name + suffix)
                if beside.exists() and kept is not None:
                    beside.rename(kept.with_name(kept.name + suffix))
            shutil.copyfile(copy, self.path)
            self.path.chmod(0o600)
        return kept

    def close(self) -> None:
        """Checkpoints, ends all connections under the write lock, gives up the run lock."""
        self.reader.dispose()
        if self._advisory is not None:
            self._advisory.close()
            self._advisory = None
        if self.is_sqlite:
            if self.path.exists():
                self.checkpoint()
            with self._write_lock():
                self.writer.dispose()
            if self._write_file is not None:
                os.close(self._write_file)
                self._write_file = None
            if self._run_lock is not None:
                os.close(self._run_lock)
                self._run_lock = None
        else:
            self.writer.dispose()


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except SQLAlchemyError as error:
        raise DatabaseError(
            "MONITOR_DATABASE_URL is not a database URL: write sqlite:///FILE or postgresql://…"
        ) from error
    name = parsed.get_backend_name()
    if name not in {"sqlite", "postgresql"}:
        raise DatabaseError(f"MONITOR_DATABASE_URL names {name!r}: only sqlite and postgresql are supported")
    if name == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if not parsed.database or parsed.database == ":memory:":
        raise DatabaseError("MONITOR_DATABASE_URL: a database in memory would lose everything; name a file")
    return parsed


def _check_folder(path: Path) -> None:
    folder = path.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseError(f"cannot make the folder {folder} for the database: {error.strerror}") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise DatabaseError(
            f"the database folder {folder} cannot be written: give it to this user, or set MONITOR_STATE"
        )
    if path.exists() and not os.access(path, os.W_OK):
        raise DatabaseError(f"the database {path} cannot be written: check its owner and mode")
    system = _file_system(folder)
    if system in NETWORK_FILE_SYSTEMS:
        raise DatabaseError(
            f"{folder} is on a network file system ({system}), where SQLite's locks do not hold: use a local disk or PostgreSQL"
        )


def _file_system(folder: Path) -> str:
    """The type of the mount that holds `folder`, or an empty text where that cannot be told."""
    best, kind = "", ""
    try:
        mounts = Path("/proc/mounts").read_text("utf-8", "replace")
    except OSError:
        return ""
    where = str(folder.resolve())
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) > 2 and (where + "/").startswith(fields[1].rstrip("/") + "/") and len(fields[1]) >= len(best):
            best, kind = fields[1], fields[2]
    return kind


def _open_lock(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise DatabaseError(f"cannot open the lock file {path}: {error.strerror}") from error


def _sqlite_engine(path: Path, *, read_only: bool) -> Engine:
    mode = "ro" if read_only else "rwc"
    uri = f"{path.resolve().as_uri()}?mode={mode}"

    def connect() -> sqlite3.Connection:
        try:
            return sqlite3.connect(
                uri,
                uri=True,
                timeout=BUSY_SECONDS,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=256,
            )
        except sqlite3.OperationalError as error:
            raise DatabaseError(f"cannot open {path}: {error}") from error

    engine = create_engine(
        "sqlite+pysqlite://",
        creator=connect,
        poolclass=QueuePool,
        pool_size=8 if read_only else 1,
        max_overflow=16 if read_only else 0,
    )

    def configure(raw: Any, _record: Any) -> None:
        cursor = raw.cursor()
        cursor.execute("PRAGMA busy_timeout=60000")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA cache_size=-32000")
        if read_only:
            cursor.execute("PRAGMA query_only=ON")
        else:
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=FULL")
            cursor.execute("PRAGMA wal_autocheckpoint=0")
            cursor.execute("PRAGMA journal_size_limit=67108864")
        cursor.close()

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    event.listen(engine, "connect", configure)
    event.listen(engine, "begin", begin)
    return engine


def is_missing_table(error: OperationalError) -> bool:
    """Whether a query failed because the schema is not there yet."""
    return "no such table" in str(error) or "does not exist" in str(error)
