"""page: the text as the rules look at it - one alphabet, one script, every code point in its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from ..later import later
from .numerals import narrow
from .script import SIMPLIFIED

_LOWER: Final = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_SIGNS: Final = str.maketrans(
    {"￥": "¥", "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "﹣": "-", "～": "~", "〜": "~"}
    | {"∼": "~", "\u00a0": " ", "\u2002": " ", "\u2003": " ", "\u2009": " ", "\u202f": " ", "\u3000": " ", "’": "'"}
    | {"‘": "'", "［": "[", "］": "]", "﹝": "〔", "﹞": "〕", "\t": " ", "\r": "\n"}
)
_PLAIN: Final = SIMPLIFIED | _LOWER
MOST: Final = 400  # facts of one sort in a text; a table of a thousand amounts is told by its first rows
_LONG_RUN: Final = later(r"\d{41,}")  # nobody wrote that as one number: one step instead of one a digit
SENTENCE: Final = later(r"[。；;！!？?\n]|\.(?=\s|$)")
PHRASE: Final = later(r"[。；;！!？?\n，]|,(?!\d{3})|\.(?=\s|$)")
CLAUSE: Final = later(r"[。；;！!？?\n，、()|【】]|,(?!\d{3})|\.(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Near:
    """A slow pattern that is tried only round the places where a quick one stands, which each of its matches holds.

    `back` and `ahead` are how far a match with what it looks at may reach from there, in code points.
    """

    pattern: re.Pattern[str]
    sign: re.Pattern[str]
    back: int
    ahead: int

    def finditer(self, view: str) -> Iterator[re.Match[str]]:
        """The matches that the pattern has in the whole view."""
        low = high = -1
        for found in self.sign.finditer(view):
            if found.start() - self.back > high:
                if high > 0:
                    yield from self.pattern.finditer(view, low, high)
                low = max(0, found.start() - self.back)
            high = found.end() + self.ahead
        if high > 0:
            yield from self.pattern.finditer(view, low, high)


@dataclass(frozen=True, slots=True)
class Page:
    """A text under its three views: as given, `shape` (ASCII forms, case kept) and `plain` (lower, simplified).

    All three have the same code points at the same places, so a span found in one holds in all.
    """

    text: str
    shape: str
    plain: str
    published: date | None = None

    @classmethod
    def of(cls, text: str, published: date | None = None) -> Page:
        """The page of a text; linear, whatever the text is."""
        shape = _LONG_RUN.sub(lambda run: "_" * len(run[0]), narrow(text))
        if text.isascii():
            shape = shape.replace("\t", " ").replace("\r", "\n")
            return cls(text, shape, shape.lower(), published)
        shape = shape.translate(_SIGNS)
        return cls(text, shape, shape.translate(_PLAIN), published)

    def before(self, at: int, size: int, stop: re.Pattern[str] = CLAUSE) -> str:
        """At most `size` code points of `plain` that end at `at`, cut behind the last stop."""
        window = self.plain[max(0, at - size) : at]
        last = 0
        for found in stop.finditer(window):
            last = found.end()
        return window[last:]

    def after(self, at: int, size: int, stop: re.Pattern[str] = CLAUSE) -> str:
        """At most `size` code points of `plain` from `at` on, cut before the first stop."""
        window = self.plain[at : at + size]
        found = stop.search(window)
        return window[: found.start()] if found else window

    def fact(self, fact: str, start: int, end: int, /, **fields: object) -> dict[str, object]:
        """A flat fact with the words as they stand and their span."""
        return {"fact": fact, "text": self.text[start:end], "start": start, "end": end, **fields}
