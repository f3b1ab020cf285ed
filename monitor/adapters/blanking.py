"""blanking: how do the bytes of an erased copy go, and the file that they lay in stays a WARC file?"""

from __future__ import annotations

import fcntl
import os
import zlib
from pathlib import Path

_RECORD = (
    b"WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000000>\r\n"
    b"WARC-Date: 1970-01-01T00:00:00Z\r\nContent-Type: text/plain\r\nContent-Length: 8\r\n\r\nerased\r\n\r\n\r\n"
)
_COMMENT = 0x10  # the flag of a gzip member with a comment


def blank(folder: Path, file: str, offset: int, length: int) -> None:
    """Puts one gzip member of the same length in place of those bytes, synced; what it holds says `erased`.

    Raises OSError, and FileNotFoundError when there is no such file; a span beyond its end is left alone.
    """
    path = folder / Path(file).name
    handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if offset + length <= os.fstat(handle).st_size:
            os.pwrite(handle, _member(length), offset)
            os.fsync(handle)
    finally:
        os.close(handle)


def _member(length: int) -> bytes:
    """A gzip member of exactly that many bytes, filled up by its comment; zeros where none is so short."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    for content in (_RECORD, b""):
        body = packer.compress(content) + packer.flush()
        tail = zlib.crc32(content).to_bytes(4, "little") + len(content).to_bytes(4, "little")
        room = length - 10 - 1 - len(body) - len(tail)
        if room >= 0:
            head = bytes((0x1F, 0x8B, 8, _COMMENT, 0, 0, 0, 0, 0, 255))
            return head + b" " * room + b"\0" + body + tail
        packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return bytes(length)
