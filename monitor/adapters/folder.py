"""folder: which files does a folder hold, and what is in one of them?

A folder answers like a web site: its list of files is a body, each file is another, dates and sizes are the ETags. Only what
stands in the folder itself is read, whatever a name or a link in it says (A14).
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import mimetypes
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ..domain.source import Failed, Fetched, FetchResult, Request, Unchanged, Validators
from ..pipeline.fetch import BAD_ADDRESS, failed, too_large
from ..ports import Clock, Fetcher

LISTED = "application/x-folder+json"
SETTLED = 2.0  # seconds; a file that changed less long ago may still be being written
MOST_FILES = 20_000  # looked at in one poll
DEEPEST = 8  # folders below the one that is watched
_UNFINISHED = (".part", ".tmp", ".crdownload", ".swp")


class Folders:
    """The Fetcher of folders and their files. `clock` says what has just been written."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def fetch(self, request: Request) -> FetchResult:
        """The list of a folder's files, or one file of `request.folder`. Every failure is a `Failed` value."""
        return await asyncio.to_thread(self._fetch, request)

    async def close(self) -> None:
        """Nothing is held."""

    def _fetch(self, request: Request) -> FetchResult:
        try:
            root = Path(request.folder).resolve(strict=True)
            if request.url == request.folder:
                return self._list(request, root)
            return _file(request, root)
        except FileNotFoundError:
            missing = "no such folder" if request.url == request.folder else "no such file"
            return Failed(request.url, missing, "look whether it was moved, and correct the watchlist", gone=True)
        except (OSError, ValueError) as error:
            return failed(request, "unreadable", getattr(error, "strerror", None) or str(error)[:200])

    def _list(self, request: Request, root: Path) -> FetchResult:
        newest = self._clock.now().timestamp() - SETTLED
        files: list[tuple[int, str, str]] = []
        left_out = False
        for entry in _entries(root, DEEPEST if request.subfolders else 0):
            found = entry.stat(follow_symlinks=False)
            if (
                not stat.S_ISREG(found.st_mode)
                or _is_unfinished(entry.name)
                or newest < found.st_mtime <= newest + SETTLED
            ):
                continue
            if len(files) == MOST_FILES:
                left_out = True
                break
            files.append((found.st_mtime_ns, Path(entry.path).as_uri(), _stamp(found)))
        files.sort(reverse=True)
        told = {
            "files": [{"url": url, "stamp": stamp} for _, url, stamp in files],
            "warnings": [f"more than {MOST_FILES} files: the rest was left out"] if left_out else [],
        }
        return _answer(request, json.dumps(told).encode(), LISTED, None)


def _entries(folder: Path, depth: int) -> Iterator[os.DirEntry[str]]:
    """The files of a folder, and of those below it; links to elsewhere and hidden things are passed over."""
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        if entry.name.startswith((".", "~$")) or entry.is_symlink():
            continue
        if entry.is_dir(follow_symlinks=False):
            if depth:
                yield from _entries(Path(entry.path), depth - 1)
        else:
            yield entry


def _is_unfinished(name: str) -> bool:
    return name.lower().endswith(_UNFINISHED)


def _file(request: Request, root: Path) -> FetchResult:
    parts = urlsplit(request.url)
    if parts.scheme != "file" or parts.netloc:
        return failed(request, BAD_ADDRESS, "only files of the folder are read")
    path = Path(unquote(parts.path, errors="surrogateescape")).resolve(strict=True)
    if not path.is_relative_to(root):
        return failed(request, BAD_ADDRESS, f"it does not stand in {root}")
    # what was a file when the folder was looked at may be a link or a pipe by now
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            return failed(request, BAD_ADDRESS, "it is no file")
        if found.st_size > request.cap:
            return too_large(request, f"{found.st_size:,} bytes")
        tag = f'"{_stamp(found)}"'
        if request.validators.etag == tag:
            return Unchanged(request.url, request.validators)
        body = file.read(request.cap + 1)
    media = mimetypes.guess_type(path.name)[0] or ""
    return _answer(request, body, media, tag)


def _answer(request: Request, body: bytes, media: str, tag: str | None) -> FetchResult:
    body_hash = hashlib.sha256(body).hexdigest()
    if body_hash == request.validators.body_hash:
        return Unchanged(request.url, Validators(tag, None, body_hash))
    return Fetched(request.url, body, body_hash, media, None, tag)


def _stamp(found: os.stat_result) -> str:
    return f"{found.st_mtime_ns:x}-{found.st_size:x}"


class Places:
    """The Fetcher of everything that is watched: folders by the one fetcher, the web by the other."""

    def __init__(self, web: Fetcher, folders: Fetcher) -> None:
        self._web = web
        self._folders = folders

    async def fetch(self, request: Request) -> FetchResult:
        """As both. Files are read for requests that name their folder, and for no others."""
        return await (self._folders if request.folder else self._web).fetch(request)

    async def close(self) -> None:
        """Ends both."""
        await self._web.close()
        await self._folders.close()
