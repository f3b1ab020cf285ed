"""fold: which text do two spellings of one name share, and where did each character of it come from?

Every code point is folded by itself (case, width, accents, look-alikes, radicals, Traditional to Simplified), so the
way back to the original is a list of positions. White space, joiners, quotes and invisible characters are deleted;
`，。；：` and their like stay as walls.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

DATA = Path(__file__).parent / "data"
CODE_POINTS = 0x110000
# how Traditional characters are read, in brackets behind each, as copied pages have it: 計(jì)劃
_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü\u0300\u0301\u0304\u030c"
_SPELLED = rf"[a-z]{{0,4}}[{_TONED}][a-z]{{0,4}}\)"
READING = re.compile(rf"\({_SPELLED}")
_BEHIND_HAN = re.compile(rf"\((?<=[\u4e00-\u9fff]\(){_SPELLED}")  # the bracket first: it is skipped to at once
DELETED = 0  # NUL is deleted itself, so no kept character folds to it

_Codes = NDArray[np.uint32]
_Positions = NDArray[np.int64]


class _Table:
    """The shipped folding table, as arrays over all code points."""

    def __init__(self, lines: list[str]) -> None:
        self.codes: _Codes = np.arange(CODE_POINTS, dtype=np.uint32)
        self.spelled: list[str] = []  # foldings of several characters; code CODE_POINTS + i stands for the i-th
        numbers: dict[str, int] = {}
        begins, folds = [], []
        for line in lines:
            if line.startswith("#"):
                continue
            span, _, folded = line.partition("\t")
            code = self._code(folded, numbers)
            if "-" in span:
                first, _, last = span.partition("-")
                self.codes[int(first, 16) : int(last, 16) + 1] = code
            else:
                begins.append(int(span, 16))
                folds.append(code)
        self.codes[begins] = folds  # all at once: one by one costs ten times as much
        self.codes[DELETED] = DELETED
        self.ascii = bytes(int(code) if code else 0 for code in self.codes[:128]) + bytes(range(128, 256))
        self.ascii_deleted = bytes(code for code in range(128) if self.codes[code] == DELETED)
        self.lengths: _Positions = np.array([len(one) for one in self.spelled], dtype=np.int64)

    def _code(self, folded: str, numbers: dict[str, int]) -> int:
        if len(folded) <= 1:
            return ord(folded) if folded else DELETED
        if folded not in numbers:
            numbers[folded] = len(self.spelled)
            self.spelled.append(folded)
        return CODE_POINTS + numbers[folded]


@cache
def _table() -> _Table:
    return _Table((DATA / "fold.txt").read_text("utf-8").split("\n")[:-1])


class Folded:
    """A text with its folded form, and for each folded character the place it came from."""

    __slots__ = ("_index", "_places", "original", "text")

    def __init__(self, original: str) -> None:
        self.original = original
        self._index: memoryview | None = None
        self._places: _Positions | None = None  # of the code points that were kept; finding them is a part of folding
        table = _table()
        if original.isascii():
            self.text = original.encode("ascii").translate(table.ascii, table.ascii_deleted).decode("ascii")
        else:
            codes = table.codes.take(_encode(original), mode="clip")  # no code point is beyond; the check would be dear
            for found in _BEHIND_HAN.finditer(original):
                codes[found.start() : found.end()] = DELETED
            self._places = _not_deleted(codes)
            self.text = _decode(codes.take(self._places, mode="clip"), table)

    @property
    def index(self) -> memoryview:
        """For each folded character the code point of the original it came from."""
        if self._index is None:
            table = _table()
            places = self._places
            if places is None:
                places = _not_deleted(table.codes.take(_encode(self.original)))
            if places.size != len(self.text):
                kept = table.codes.take(_encode(self.original).take(places))
                places = np.repeat(places, _widths(kept, table))
            # one place is read from a view twice as fast as from the array
            self._index = places.data
        return self._index

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original [start, end) of a folded [start, end) that is not empty."""
        index = self.index
        return index[start], index[end - 1] + 1


def fold(text: str) -> str:
    """The folded form of a text alone: equal for all spellings of one name."""
    if len(text) == 1:
        code = int(_table().codes[ord(text)])
        if DELETED < code < 0xD800:
            return chr(code)
    return Folded(text).text


def _encode(text: str) -> _Codes:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def _not_deleted(codes: _Codes) -> _Positions:
    """Where a code point is kept."""
    places: _Positions = (codes != DELETED).nonzero()[0].astype(np.int64, copy=False)
    return places


def _widths(kept: _Codes, table: _Table) -> _Positions:
    widths = np.ones(kept.size, dtype=np.int64)
    several = kept >= CODE_POINTS
    widths[several] = table.lengths[kept[several] - CODE_POINTS]
    return widths


def _decode(kept: _Codes, table: _Table) -> str:
    try:
        return str(kept.data, "utf-32-le")
    except UnicodeDecodeError:  # a code beyond the last code point: some character is spelled out
        return _spell_out(kept, table)


def _spell_out(kept: _Codes, table: _Table) -> str:
    parts: list[str] = []
    begin = 0
    for place in np.flatnonzero(kept >= CODE_POINTS).tolist():
        parts.append(kept[begin:place].tobytes().decode("utf-32-le"))
        parts.append(table.spelled[int(kept[place]) - CODE_POINTS])
        begin = place + 1
    parts.append(kept[begin:].tobytes().decode("utf-32-le"))
    return "".join(parts)


def is_han(char: str) -> bool:
    """Whether the character is a Chinese one (radicals and extensions too)."""
    return (
        "\u4e00" <= char <= "\u9fff"
        or "\u3400" <= char <= "\u4dbf"
        or "\u2e80" <= char <= "\u2fdf"
        or char >= "\U00020000"
    )


def is_letter(char: str) -> bool:
    """Whether the character goes on a word of letters and digits: Han, kana and Hangul are borders instead."""
    return char.isalnum() and (char < "\u2e80" or "\uff10" <= char <= "\uff5a")


def is_invisible(char: str) -> bool:
    """Whether a reader sees nothing there: format characters, marks, controls that are no white space."""
    if char.isspace():
        return False
    return unicodedata.category(char) in {"Cf", "Mn", "Me", "Cc"}
