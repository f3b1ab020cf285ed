"""evidence: are the bytes that a hit was read from kept, so that anybody can look at them later?

WARC 1.1, one file a day in the evidence folder, a gzip member a record. A copy is on the disk, synced, before the commit that
names it: a crash leaves at most a record that nobody names, or half of one, which `mend` cuts off at the next start.
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import json
import os
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from ..domain.errors import StoreError
from ..domain.evidence import KeptCopy
from ..domain.source import Bytes, Fetched
from .body import opened, pieces

NAME = "monitor-{day:%Y-%m-%d}.warc.gz"
BLOCK = 1 << 20
_CONTROLS = dict.fromkeys(range(32), " ")


class EvidenceError(StoreError):
    """A copy cannot be kept or opened; says which one and what to check. A turn that cannot keep a copy stores nothing."""


class WarcEvidence:
    """The evidence folder; implements `ports.Evidence`. Several processes may write to one folder."""

    def __init__(self, folder: Path, software: str) -> None:
        self.folder = folder
        self._software = software
        self._mutex = threading.Lock()  # flock is per open file, threads need their own gate

    async def keep(self, fetched: Fetched, source: str, at: datetime) -> KeptCopy:
        """Writes and syncs the body with what is known of its headers. Raises EvidenceError (a full disk): nothing is kept then."""
        return await asyncio.to_thread(self._keep, fetched, source, at)

    def open(self, copy: KeptCopy) -> bytes:
        """The body, checked against both digests. Raises EvidenceError when it is missing or was altered."""
        return body_of(self.record(copy), copy)

    def _keep(self, fetched: Fetched, source: str, at: datetime) -> KeptCopy:
        name = NAME.format(day=at.astimezone(UTC))
        members = _members(fetched, source, at, self._software)
        try:
            with self._appending(name) as handle:
                offset = self._written(handle, name, members, at)
        except OSError as error:
            raise EvidenceError(
                f"the copy of {fetched.url} cannot be kept in {self.folder / name}: {error.strerror or error}; nothing of it is "
                "stored, it is read again later"
            ) from error
        return KeptCopy(
            fetched.url, fetched.content_type[:200], _digest(fetched.body), name, offset,
            len(members), hashlib.sha256(members).hexdigest(), at,
        )  # fmt: skip

    @contextmanager
    def _appending(self, name: str) -> Iterator[int]:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._mutex:
            handle = os.open(self.folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX)
                yield handle
            finally:
                os.close(handle)

    def _written(self, handle: int, name: str, members: bytes, at: datetime) -> int:
        """Appends the members, synced; returns where they begin. What was written of them is taken back on an error."""
        end = os.lseek(handle, 0, os.SEEK_END)
        fresh = end == 0
        head = _info(name, at, self._software) if fresh else b""
        try:
            _write_all(handle, head + members)
            os.fsync(handle)
        except OSError:
            os.ftruncate(handle, end)
            raise
        if fresh:
            _sync_folder(self.folder)
        return end + len(head)

    def record(self, copy: KeptCopy) -> bytes:
        """The bytes of the copy as they lie in the file. Raises EvidenceError when they are missing or were altered."""
        path = self.folder / copy.file
        try:
            with path.open("rb") as file:
                file.seek(copy.offset)
                raw = file.read(copy.length)
        except OSError as error:
            raise EvidenceError(f"copy {copy.id} of {copy.url} is missing: {path}: {error.strerror}") from error
        if len(raw) != copy.length:
            raise EvidenceError(f"copy {copy.id} of {copy.url} is missing: {path} ends before it")
        if hashlib.sha256(raw).hexdigest() != copy.record:
            raise EvidenceError(f"copy {copy.id} of {copy.url} was altered: {path} at {copy.offset}")
        return raw

    def mend(self, ends: Mapping[str, int]) -> list[str]:
        """Cuts half-written records off the ends of files; tells what it cut, and which files are shorter than what is named.

        `ends` says for each file where the last record ends that the store names: nothing before that is touched.
        """
        told = []
        for name, end in sorted(ends.items()):
            path = self.folder / name
            length = path.stat().st_size if path.exists() else -1
            if length < end:
                told.append(f"{path} is {'gone' if length < 0 else f'cut at {length}'}, copies up to {end} are named: "
                            "put it back from a backup")  # fmt: skip
        for path in sorted(self.folder.glob("*.warc.gz"))[-2:]:
            with self._appending(path.name) as handle:
                told += _cut_half(handle, path, ends.get(path.name, 0))
        return told

    def altered(self, copies: Iterable[KeptCopy], tell: Callable[[int], None] | None = None) -> Iterator[str]:
        """In words, each copy that is missing or is not what was kept. Order them by file and offset: then disks are quick."""
        for count, copy in enumerate(copies, 1):
            try:
                self.record(copy)
            except EvidenceError as error:
                yield str(error)
            if tell is not None and not count % 100:
                tell(count)


def body_of(raw: bytes, copy: KeptCopy) -> bytes:
    """The body out of the bytes of a copy. Raises EvidenceError when it is not what was fetched."""
    try:
        record = next(iter(ArchiveIterator(BytesIO(raw))))
        body = bytes(record.content_stream().read())
    except (ArchiveLoadFailed, StopIteration, zlib.error, ValueError) as error:
        raise EvidenceError(f"copy {copy.id} of {copy.url} is no WARC record: {error}") from error
    if hashlib.sha256(body).hexdigest() != copy.sha256:
        raise EvidenceError(f"copy {copy.id} of {copy.url} does not hold the body that was fetched")
    return body


def _digest(body: Bytes) -> str:
    digest = hashlib.sha256()
    for piece in pieces(body):
        digest.update(piece)
    return digest.hexdigest()


def _members(fetched: Fetched, source: str, at: datetime, software: str) -> bytes:
    """The response as it is known (decoded body, the headers that we keep), and what we know of it beyond that."""
    out = BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    date = _date(at)
    length = str(len(fetched.body))
    kept = (("Content-Type", fetched.content_type), ("ETag", fetched.etag), ("Last-Modified", fetched.last_modified))
    headers = [(name, value.translate(_CONTROLS)) for name, value in kept if value]
    status = StatusAndHeaders(f"{fetched.status} OK", [*headers, ("Content-Length", length)], protocol="HTTP/1.1")
    url = fetched.url.translate(_CONTROLS)
    if url.startswith(("http:", "https:")):
        response = writer.create_warc_record(
            url, "response", payload=opened(fetched.body), http_headers=status, warc_headers_dict={"WARC-Date": date}
        )
    else:  # a file, an import, what a program pushed: nobody answered a request, and readers look for no HTTP headers
        media = fetched.content_type.translate(_CONTROLS) or "application/octet-stream"
        response = writer.create_warc_record(
            url, "resource", payload=opened(fetched.body), length=len(fetched.body), warc_content_type=media,
            warc_headers_dict={"WARC-Date": date},
        )  # fmt: skip
    writer.write_record(response)
    told = {"source": source, "software": software, "body-sha256": fetched.body_hash, "moved-to": fetched.moved_to or "",
            "note": "the body is kept as it was read, transfer and content encodings undone"}  # fmt: skip
    payload = json.dumps(told, ensure_ascii=False).encode()
    links = {"WARC-Date": date, "WARC-Concurrent-To": response.rec_headers.get_header("WARC-Record-ID")}
    writer.write_record(
        writer.create_warc_record(
            url, "metadata", payload=BytesIO(payload), length=len(payload), warc_content_type="application/json",
            warc_headers_dict=links,
        )
    )  # fmt: skip
    return out.getvalue()


def _info(name: str, at: datetime, software: str) -> bytes:
    out = BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    writer.write_record(writer.create_warcinfo_record(name, {"software": software, "format": "WARC File Format 1.1"}))
    return out.getvalue()


def _date(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _cut_half(handle: int, path: Path, start: int) -> list[str]:
    """Cuts what stands behind the last whole gzip member after `start`."""
    length = os.lseek(handle, 0, os.SEEK_END)
    whole = start
    for end in _member_ends(handle, start):
        whole = end
    if whole >= length:
        return []
    os.ftruncate(handle, whole)
    os.fsync(handle)
    return [f"{path} ended in half a record ({length - whole} bytes): cut off, nothing names it"]


def _member_ends(handle: int, start: int) -> Iterator[int]:
    """Where each whole gzip member after `start` ends."""
    position, left = start, b""
    reader = zlib.decompressobj(zlib.MAX_WBITS | 16)
    while block := left or os.pread(handle, BLOCK, position):
        try:
            reader.decompress(block)
        except zlib.error:
            return
        left = reader.unused_data
        position += len(block) - len(left)
        if reader.eof:
            yield position
            reader = zlib.decompressobj(zlib.MAX_WBITS | 16)
