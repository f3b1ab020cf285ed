"""pieces: which things does a path hold - a folder, an archive of some sort, or one document?

Everything is a generator: 100,000 files are never a list, and one that is broken is a piece that says so.
"""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from monitor.domain.archive import Piece

from . import records
from .base import Caps, Origin

__all__ = ["Caps", "pieces"]

ENCRYPTED = 0x1
BY_ENDING: dict[str, Callable[[Origin, Caps], Iterator[Piece]]] = {
    ".warc": records.warc,
    ".mbox": records.mbox,
    ".mbx": records.mbox,
    ".jsonl": records.jsonl,
    ".ndjson": records.jsonl,
    ".urls": records.addresses,
}
PASSED_OVER = {".DS_Store", "Thumbs.db", ".git"}
LOOK = 65_536  # bytes at the beginning of a .txt file that tell whether it is a list of addresses


def pieces(paths: Sequence[Path], source: str, caps: Caps | None = None) -> Iterator[Piece]:
    """Everything that stands under these paths, in a fixed order; names are relative to the path that was given."""
    for path in paths:
        if path.is_dir():
            yield from _folder(path, path, source, caps or Caps())
        else:
            yield from _file(Origin(path, path.name, source), caps or Caps())


def _folder(folder: Path, root: Path, source: str, caps: Caps) -> Iterator[Piece]:
    """Files of a folder by name, then its folders; links to other places are not followed."""
    try:
        with os.scandir(folder) as found:
            entries = sorted(
                (one.name, one.is_dir(follow_symlinks=False), one.is_file(follow_symlinks=False)) for one in found
            )
    except OSError as error:
        name = str(folder.relative_to(root))
        yield Origin(folder, name, source).broken("", f"folder cannot be read: {error.strerror}")
        return
    for name, _, is_file in entries:
        if is_file and name not in PASSED_OVER:
            path = folder / name
            yield from _file(Origin(path, str(path.relative_to(root)), source), caps)
    for name, is_folder, _ in entries:
        if is_folder and name not in PASSED_OVER:
            yield from _folder(folder / name, root, source, caps)


def _file(origin: Origin, caps: Caps) -> Iterator[Piece]:
    ending = "".join(origin.path.suffixes[-2:]) if origin.path.suffix == ".gz" else origin.path.suffix
    ending = ending.lower().removesuffix(".gz")
    try:
        if ending in BY_ENDING:
            yield from BY_ENDING[ending](origin, caps)
        elif ending == ".zip":
            yield from _zip(origin, caps)
        elif ending == ".txt" and _lists_addresses(origin.path):
            yield from records.addresses(origin, caps)
        else:
            yield _document(origin, caps)
    except (
        OSError,
        EOFError,
        zlib.error,
    ) as error:  # gone meanwhile, no right to read it, a disk that fails, a cut gzip
        reason = getattr(error, "strerror", None) or "cut short or damaged"
        yield origin.broken("", f"cannot be read: {reason}")


def _document(origin: Origin, caps: Caps) -> Piece:
    with origin.path.open("rb") as file:
        state = os.fstat(file.fileno())
        if state.st_size > caps.body:
            return origin.broken("", f"larger than {caps.body:,} bytes")
        body = file.read(caps.body)
    return Piece(origin.name, origin.url(), body, fetched=datetime.fromtimestamp(int(state.st_mtime), UTC))


def _lists_addresses(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(LOOK).splitlines()[:200]
    words = [line.strip() for line in head if line.strip() and not line.strip().startswith(b"#")]
    return bool(words) and all(
        word.startswith((b"http://", b"https://")) and b" " not in word for word in words[:-1] or words
    )


def _zip(origin: Origin, caps: Caps) -> Iterator[Piece]:
    """The members of a ZIP archive, none of them ever written to disk; archives inside are read as documents."""
    try:
        archive = zipfile.ZipFile(origin.path)
    except (zipfile.BadZipFile, NotImplementedError) as error:
        yield origin.broken("", f"no ZIP archive, or damaged: {error}")
        return
    with archive:
        members = archive.infolist()
        for member in members[: caps.members]:
            if not member.is_dir() and not member.filename.startswith("__MACOSX/"):
                yield _member(archive, member, origin, caps)
        if len(members) > caps.members:
            yield origin.broken("", f"more than {caps.members:,} members: the rest was left out")


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, origin: Origin, caps: Caps) -> Piece:
    name = member.filename
    if member.flag_bits & ENCRYPTED:
        return origin.broken(name, "encrypted")
    try:
        with archive.open(member) as file:
            body = file.read(caps.body + 1)  # what it says of its size is not believed
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        return origin.broken(name, f"member damaged: {' '.join(str(error).split())[:120] or type(error).__name__}")
    if len(body) > caps.body:
        return origin.broken(name, f"larger than {caps.body:,} bytes")
    try:
        dated = datetime(*member.date_time, tzinfo=UTC)
    except ValueError:
        dated = None
    return Piece(f"{origin.name}!{name}", origin.url(name), body, fetched=dated)
