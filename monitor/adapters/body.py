"""body: is what arrives still within bounds, is it whole, and where does it lie until it was read?"""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO

from ..domain.source import Bytes

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

RATIO = 100  # output to input; real pages stay below 30
RATIO_FROM = 1 << 20  # a small page of blanks may be packed as tightly as it likes
STEP = 65_536  # bytes unpacked at once
IN_MEMORY = 131_072  # bytes; a hundred bodies at a time wait for a reader, and what is larger waits in a file


class Overflow(Exception):
    """The body is over its cap; the text says in which way."""


class Damaged(Exception):
    """The packed body is broken or ends early."""


class NoRoom(Exception):
    """There is no disk space for a large body; the text says where."""


class Spooled:
    """A large body in a file without a name, which ends with it."""

    __slots__ = ("_file", "_size")

    def __init__(self, file: IO[bytes], size: int) -> None:
        self._file = file
        self._size = size

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, part: slice, /) -> bytes:
        start, stop, _ = part.indices(self._size)
        return os.pread(self._file.fileno(), max(0, stop - start), start)


class _Stream(io.RawIOBase):
    """A body as a file."""

    def __init__(self, body: Bytes) -> None:
        self._body = body
        self._at = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        room = memoryview(buffer).cast("B")
        piece = self._body[self._at : self._at + len(room)]
        room[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)


def pieces(body: Bytes) -> Iterator[bytes]:
    """A body bit by bit."""
    return (body[start : start + STEP] for start in range(0, len(body), STEP))


def opened(body: Bytes) -> BinaryIO:
    """A body as a file to read from its beginning."""
    return io.BufferedReader(_Stream(body), STEP)


class Body:
    """Counts, unpacks and hashes a body as it arrives; never more than the cap, nor much of it in memory.

    What is larger than `IN_MEMORY` goes to a file in `folder` (None: the system's temporary one).
    """

    __slots__ = ("_cap", "_digest", "_file", "_folder", "_inflater", "_parts", "_received", "_size")

    def __init__(self, cap: int, packed: bool, folder: Path | None = None) -> None:
        self._cap = cap
        self._folder = folder
        self._file: IO[bytes] | None = None
        self._inflater = zlib.decompressobj(wbits=31) if packed else None
        self._parts: list[bytes] = []
        self._digest = hashlib.sha256()
        self._received = 0
        self._size = 0

    def feed(self, data: bytes) -> None:
        """Takes what arrived. Raises Overflow, Damaged or NoRoom."""
        self._received += len(data)
        if self._inflater is None:
            self._keep(data)
            return
        try:
            while data:
                self._keep(self._inflater.decompress(data, STEP))
                data = self._inflater.unconsumed_tail
                if self._inflater.eof and self._inflater.unused_data.lstrip(b"\0"):
                    data = self._inflater.unused_data
                    self._inflater = zlib.decompressobj(wbits=31)  # gzip allows several members
        except zlib.error as error:
            raise Damaged(f"the gzip body is broken ({error})") from error

    def whole(self) -> tuple[Bytes, str]:
        """The body and the SHA-256 of it, in hex. Raises Damaged when it ends early."""
        if self._inflater is not None and self._received and not self._inflater.eof:
            raise Damaged("the gzip body ends early")
        return self.so_far(), self._digest.hexdigest()

    def so_far(self) -> Bytes:
        """What was kept until now."""
        if self._file is not None:
            self._file.flush()
            return Spooled(self._file, min(self._size, self._cap))
        return self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)

    def _keep(self, piece: bytes) -> None:
        if not piece:
            return
        room = self._cap - self._size
        self._size += len(piece)
        if self._size > self._cap:
            self._store(piece[:room])
            raise Overflow(f"more than {self._cap:,} bytes came")
        if self._inflater is not None and self._size > max(RATIO_FROM, self._received * RATIO):
            raise Overflow(f"unpacks to more than {RATIO} times its size")
        self._store(piece)
        self._digest.update(piece)

    def _store(self, piece: bytes) -> None:
        if self._file is None and self._size <= IN_MEMORY:
            self._parts.append(piece)
            return
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115 - it ends with the body
                self._file.writelines(self._parts)
                self._parts.clear()
            self._file.write(piece)
        except OSError as error:
            raise NoRoom(f"{self._folder or tempfile.gettempdir()}: {error.strerror or error}") from error
