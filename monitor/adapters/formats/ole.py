"""ole: which streams lie in a compound file, the box that legacy Office files come in?"""

from __future__ import annotations

import struct

from monitor.domain.errors import ReadError

from .base import Caps

MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST = 0xFFFFFFFA  # from here on a sector number is a mark, not a place
_ENTRY = 128


class Compound:
    """The streams of a compound file by name. Chains that run in circles or out of the file raise ReadError."""

    def __init__(self, body: bytes, caps: Caps) -> None:
        if not body.startswith(MARK) or len(body) < 512:
            raise ReadError("unreadable", "not a whole compound file")
        self._body = body
        self._most = caps.unpacked
        shift, mini_shift = struct.unpack_from("<HH", body, 30)
        if shift not in {9, 12} or mini_shift != 6:
            raise ReadError("unreadable", "a compound file with odd sector sizes")
        self._size, self._mini_size = 1 << shift, 1 << mini_shift
        self._fat = self._numbers(self._table_sectors())
        directory = self._chain(struct.unpack_from("<I", body, 48)[0])
        self._entries = dict(_entries(directory))
        if not self._entries:
            raise ReadError("unreadable", "a compound file without a directory")
        self._cutoff, first_mini = struct.unpack_from("<II", body, 56)
        self._mini_fat = self._numbers_of(self._chain(first_mini)) if first_mini < _LAST else []
        root = self._entries.get("Root Entry", (0, 0))
        self._mini = self._chain(root[0]) if root[0] < _LAST and self._mini_fat else b""

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def stream(self, name: str) -> bytes:
        """The bytes of a stream. Raises ReadError when there is none of that name."""
        if name not in self._entries:
            raise ReadError("unreadable", f"no stream {name} in the compound file")
        start, size = self._entries[name]
        if size >= self._cutoff:
            return self._chain(start)[:size]
        step = self._mini_size
        numbers = self._walk(start, self._mini_fat)
        return b"".join(self._mini[number * step : (number + 1) * step] for number in numbers)[:size]

    def _table_sectors(self) -> list[int]:
        sectors = list(struct.unpack_from("<109I", self._body, 76))
        further = struct.unpack_from("<I", self._body, 68)[0]
        seen: set[int] = set()
        while further < _LAST and further not in seen:
            seen.add(further)
            numbers = self._numbers([further])
            if not numbers:
                break
            sectors += numbers[:-1]
            further = numbers[-1]
        return [sector for sector in sectors if sector < _LAST]

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        return self._body[start : start + self._size]

    def _numbers(self, sectors: list[int]) -> list[int]:
        return self._numbers_of(b"".join(self._sector(number) for number in sectors))

    def _numbers_of(self, data: bytes) -> list[int]:
        return list(struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4]))

    def _chain(self, start: int) -> bytes:
        return b"".join(self._sector(number) for number in self._walk(start, self._fat))

    def _walk(self, start: int, table: list[int]) -> list[int]:
        path: list[int] = []
        seen: set[int] = set()
        while start < _LAST:
            if start in seen or start >= len(table) or len(path) * self._mini_size > self._most:
                raise ReadError("unreadable", "a chain of the compound file runs in a circle or out of it")
            seen.add(start)
            path.append(start)
            start = table[start]
        return path


def _entries(directory: bytes) -> list[tuple[str, tuple[int, int]]]:
    found: list[tuple[str, tuple[int, int]]] = []
    for place in range(0, len(directory) - _ENTRY + 1, _ENTRY):
        length, kind = struct.unpack_from("<HB", directory, place + 64)
        if kind in {2, 5} and 2 <= length <= 64:
            name = directory[place : place + length - 2].decode("utf-16-le", "replace")
            start, size = struct.unpack_from("<II", directory, place + 116)
            found.append((name, (start, size)))
    return found
