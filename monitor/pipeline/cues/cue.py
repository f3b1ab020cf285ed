"""cue: what is one piece of evidence for a kind?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ...domain.hit import Kind

_HAN: Final = re.compile(r"[㐀-鿿]")
_ANY_HAN: Final = "一-鿿"  # a class of all such characters asks for none of them in particular


@dataclass(frozen=True, slots=True)
class Cue:
    """A pattern that speaks for a kind, counted at most `most` times; `cased` ones see capital letters.

    `plain` is the pattern without the branches that ask for Chinese words: all that a text without any can match.
    """

    kind: Kind
    weight: float
    name: str
    pattern: re.Pattern[str]
    plain: re.Pattern[str] | None
    most: int = 1
    cased: bool = False

    def times(self, view: str, *, han: bool) -> int:
        """How often it stands in a view of a text, counted to `most`; `han` says that the text has Chinese words."""
        pattern = self.pattern if han else self.plain
        count = 0
        for _ in pattern.finditer(view) if pattern else ():
            count += 1
            if count >= self.most:
                break
        return count


def cue(kind: Kind, weight: float, name: str, *patterns: str, most: int = 1, cased: bool = False) -> Cue:
    """A cue from its patterns, any of which counts."""
    whole = "|".join(pattern for pattern in patterns if pattern)
    plain = [branch for branch in branches(whole) if not _HAN.search(branch.replace(_ANY_HAN, ""))]
    return Cue(kind, weight, name, re.compile(whole), re.compile("|".join(plain)) if plain else None, most, cased)


def branches(pattern: str) -> Iterator[str]:
    """The alternatives of a pattern: its pieces between the bars that stand in no bracket."""
    depth, first, at, inside = 0, 0, 0, False
    while at < len(pattern):
        char = pattern[at]
        if char == "\\":
            at += 1
        elif inside:
            inside = char != "]"
        elif char == "[":
            inside = True
            at += pattern[at + 1 : at + 2] in "^]" if pattern[at + 1 : at + 2] else 0
        elif char == "|" and not depth:
            yield pattern[first:at]
            first = at + 1
        else:
            depth += (char == "(") - (char == ")")
        at += 1
    yield pattern[first:]
