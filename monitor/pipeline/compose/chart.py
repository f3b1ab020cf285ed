"""chart: how do a few numbers look as a picture that every mail program shows?

A PNG of columns in a palette of two colours with a transparent ground, so that it stands on light and dark pages alike.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

SCALE = 2  # pixels for each one that is shown: sharp on fine screens
WIDTH, HEIGHT = 552, 64  # as shown
_GAP = 6
_FLOOR = 2  # px of a day without any, so that it is seen to be there
_COLOURS = ((0, 0, 0, 0), (0x5B, 0x96, 0xB6, 255), (0xA7, 0xB1, 0xB9, 255))  # nothing, a bar, the ground line


def columns(numbers: Sequence[int]) -> bytes:
    """The PNG: one column for each number, on one scale; the same numbers give the same bytes."""
    width, height = WIDTH * SCALE, HEIGHT * SCALE
    count, most = max(1, len(numbers)), max([*numbers, 1])
    step = width / count
    heights = [max(_FLOOR * SCALE, round((height - SCALE) * number / most)) for number in numbers]
    row_of = [0] * width
    for index, tall in enumerate(heights):
        for x in range(round(index * step), round((index + 1) * step) - _GAP * SCALE):
            row_of[x] = tall if numbers[index] else -tall
    rows = bytearray()
    for y in range(height, 0, -1):
        rows.append(0)  # no filter
        rows += bytes(1 if tall >= y else 2 if -tall >= y else 0 for tall in row_of)
    return _png(width, height, bytes(rows))


def _png(width: int, height: int, rows: bytes) -> bytes:
    palette = b"".join(bytes(colour[:3]) for colour in _COLOURS)
    see_through = bytes(colour[3] for colour in _COLOURS)
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    pieces = ((b"IHDR", head), (b"PLTE", palette), (b"tRNS", see_through), (b"IDAT", zlib.compress(rows, 9)))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_piece(*piece) for piece in (*pieces, (b"IEND", b"")))


def _piece(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
