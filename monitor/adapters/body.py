"""body: is what arrives still within bounds, and is it whole?"""

from __future__ import annotations

import hashlib
import zlib

RATIO = 100  # output to input; real pages stay below 30
RATIO_FROM = 1 << 20  # a small page of blanks may be packed as tightly as it likes
STEP = 65_536  # bytes unpacked at once


class Overflow(Exception):
    """The body is over its cap; the text says in which way."""


class Damaged(Exception):
    """The packed body is broken or ends early."""


class Body:
    """Counts, unpacks and hashes a body as it arrives; never holds more than the cap and one step."""

    __slots__ = ("_cap", "_digest", "_inflater", "_parts", "_received", "_size")

    def __init__(self, cap: int, packed: bool) -> None:
        self._cap = cap
        self._inflater = zlib.decompressobj(wbits=31) if packed else None
        self._parts: list[bytes] = []
        self._digest = hashlib.sha256()
        self._received = 0
        self._size = 0

    def feed(self, data: bytes) -> None:
        """Takes what arrived. Raises Overflow or Damaged."""
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

    def whole(self) -> tuple[bytes, str]:
        """The body and the SHA-256 of it, in hex. Raises Damaged when it ends early."""
        if self._inflater is not None and self._received and not self._inflater.eof:
            raise Damaged("the gzip body ends early")
        return self.so_far(), self._digest.hexdigest()

    def so_far(self) -> bytes:
        """What was kept until now."""
        return self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)

    def _keep(self, piece: bytes) -> None:
        if not piece:
            return
        room = self._cap - self._size
        self._size += len(piece)
        if self._size > self._cap:
            self._parts.append(piece[:room])
            raise Overflow(f"more than {self._cap:,} bytes came")
        if self._inflater is not None and self._size > max(RATIO_FROM, self._received * RATIO):
            raise Overflow(f"unpacks to more than {RATIO} times its size")
        self._parts.append(piece)
        self._digest.update(piece)
