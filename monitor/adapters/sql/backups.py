"""backups: a safety copy while the service runs, and proof that it can be put back.

A copy is the database file, and beside it a folder `NAME.evidence` with the kept copies that it names. The key and the heads that
went outside are not in it: they are what a copy is held against.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from monitor.domain.audit import AuditNote, Verification
from monitor.domain.errors import StoreError
from storage.engine import Database, DatabaseError
from storage.migrate import upgrade

from ..audit_export.notes import find_heads, size_of
from ..signing import Signer
from . import audit, heads
from .verify import Trust, verify


@dataclass(frozen=True, slots=True)
class Copied:
    """A safety copy that was made: bytes of the database, files and bytes of kept copies."""

    size: int
    files: int
    evidence: int


@dataclass(frozen=True, slots=True)
class Drilled:
    """What a restore drill found. `newer` entries were signed after the copy was made and would be lost."""

    copy: Path
    problems: tuple[str, ...]
    verified: Verification
    newer: int

    @property
    def ok(self) -> bool:
        """Whether the copy can be relied on."""
        return not self.problems and self.verified.status == "ok"


def evidence_beside(copy: Path) -> Path:
    """Where the kept copies of a safety copy lie."""
    return copy.with_name(copy.name + ".evidence")


def back_up(database: Database, evidence: Path, target: Path) -> Copied:
    """Copies the database and then the kept copies: they were written before the commits that name them. Raises StoreError."""
    try:
        database.backup(target)
        files = sorted(evidence.glob("*.warc.gz")) if evidence.is_dir() else []
        beside = evidence_beside(target)
        for path in files:
            beside.mkdir(parents=True, exist_ok=True, mode=0o700)
            _copy(path, beside / path.name)
    except (DatabaseError, OSError) as error:
        raise StoreError(f"the safety copy {target} could not be made: {error}") from error
    return Copied(target.stat().st_size, len(files), sum(path.stat().st_size for path in files))


def put_back_evidence(copy: Path, evidence: Path) -> list[str]:
    """Brings back the files of kept copies that are gone or shorter than in the safety copy; their names."""
    brought = []
    for path in sorted(evidence_beside(copy).glob("*.warc.gz")):
        present = evidence / path.name
        if not present.exists() or present.stat().st_size < path.stat().st_size:
            evidence.mkdir(parents=True, exist_ok=True, mode=0o700)
            _copy(path, present)
            brought.append(path.name)
    return brought


def drill(copy: Path, signer: Signer | None, anchors: Sequence[Path]) -> Drilled:
    """Restores a copy to a temporary place, opens it there, checks its structure and holds its log against the anchors.

    Raises StoreError when it cannot be opened at all.
    """
    with tempfile.TemporaryDirectory(prefix="monitor-drill-") as folder:
        place = Path(folder) / "monitor.db"
        try:
            shutil.copyfile(copy, place)
            database = Database(f"sqlite:///{place}")
            upgrade(database)
        except (DatabaseError, OSError) as error:
            raise StoreError(f"{copy} cannot be restored: {error}") from error
        except Exception as error:
            if type(error).__module__.startswith(("sqlalchemy", "sqlite3")):
                raise StoreError(f"{copy} cannot be opened: {getattr(error, 'orig', error)}") from error
            raise
        try:
            problems = database.check()
            with database.read() as connection:
                return _held(connection, copy, problems, signer, anchors)
        finally:
            database.close()


def _held(
    connection: Connection, copy: Path, problems: list[str], signer: Signer | None, anchors: Sequence[Path]
) -> Drilled:
    size, _ = audit.head(connection)
    noted = [head for path in anchors if path.exists() for head in find_heads(path.read_text("utf-8", "replace"))]
    below = tuple(head for head in noted if size_of(head) <= size)
    beside = evidence_beside(copy)
    found = verify(connection, Trust(signer, below, (), beside if beside.is_dir() else None))
    return Drilled(copy, tuple(problems), found, max(0, max(map(size_of, noted), default=0) - size))


def newest_agreed(connection: Connection, anchors: Sequence[Path]) -> tuple[int, int]:
    """(entries that the log and the heads outside agree on, entries that the newest head outside vouches for)."""
    noted = [head for path in anchors if path.exists() for head in find_heads(path.read_text("utf-8", "replace"))]
    sizes = sorted({size_of(head): head for head in noted}.items(), reverse=True)
    agreed = next((size for size, head in sizes if size and heads.disagrees(connection, head) is None), 0)
    return agreed, sizes[0][0] if sizes else 0


def restored_note(size: int, signed: int, what: str, why: str) -> dict[str, object]:
    """The body of the entry that tells of a restore: what came after `size` entries and was signed then is lost."""
    return {"size": size, "signed": signed, "from": what, "why": why}


def append_note(database: Database, note: AuditNote, signer: Signer | None) -> None:
    """Appends one entry to the log of a store that nothing runs on, and seals it."""
    with database.write() as connection:
        audit.append(connection, [note], signer, note.at)


def _copy(source: Path, target: Path) -> None:
    """A whole copy or none."""
    part = target.with_name(target.name + ".part")
    shutil.copyfile(source, part)
    part.chmod(0o600)
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(target)
