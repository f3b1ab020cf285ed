"""cue: what is one piece of evidence for a kind?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

from ...domain.hit import Kind

_HAN: Final = re.compile(r"[㐀-鿿]")
_ANY_HAN: Final = "一-鿿"  # a class of all such characters asks for none of them in particular
# an escape, a class, how often, where a group begins, characters that surely stand there, or one character
_PIECE: Final = re.compile(
    r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{[^}]*\}|\((?:\?(?:[:>=!]|<[=!]|P?<\w+>))?|[^][\\.^$*+?{}|()]+(?![?*{])|.",
    re.DOTALL,
)
_SIGNS: Final = frozenset(".^$*+?|()[{")
_MAYBE: Final = ("?", "*", "{0", "{,")  # what stands before may be absent
_FEW: Final = re.compile(r"\[[^\\^\]-]+\]")  # a class that lists its characters
_Words = frozenset[str]
_NOTHING: Final[_Words] = frozenset()


@dataclass(frozen=True, slots=True)
class Cue:
    """A pattern that speaks for a kind, counted at most `most` times; `cased` ones see capital letters.

    It is compiled when it is first asked for: most texts ask for few of them.
    """

    kind: Kind
    weight: float
    name: str
    pattern: str
    most: int = 1
    cased: bool = False

    def times(self, view: str, *, han: bool) -> int:
        """How often it stands in a view of a text, counted to `most`; `han` says that the text has Chinese words."""
        pattern = _compiled(self.pattern, han)
        count = 0
        for _ in pattern.finditer(view) if pattern else ():
            count += 1
            if count >= self.most:
                break
        return count


def cue(kind: Kind, weight: float, name: str, *patterns: str, most: int = 1, cased: bool = False) -> Cue:
    """A cue from its patterns, any of which counts."""
    return Cue(kind, weight, name, "|".join(pattern for pattern in patterns if pattern), most, cased)


@cache
def _compiled(pattern: str, han: bool) -> re.Pattern[str] | None:
    """The pattern; for a text without Chinese words only its branches that ask for none, None when all do."""
    if not han:
        pattern = "|".join(one for one in branches(pattern) if not _HAN.search(one.replace(_ANY_HAN, "")))
    return re.compile(pattern) if pattern else None


def branches(pattern: str) -> Iterator[str]:
    """The alternatives of a pattern: its pieces between the bars that stand in no bracket."""
    depth, branch = 0, ""
    for piece in _PIECE.findall(pattern):
        depth += piece.startswith("(") - (piece == ")")
        if piece == "|" and not depth:
            yield branch
            branch = ""
        else:
            branch += piece
    yield branch


def held(pattern: str) -> frozenset[str]:
    """Words of which one stands in whatever the pattern matches; none where that cannot be told."""
    outer: list[tuple[list[_Words], list[_Words], bool]] = []
    told: list[_Words] = []  # of each branch so far: words of which it asks for one
    asked: list[_Words] = []  # by the pieces of this branch
    run = ""
    pieces = _PIECE.findall(f"{pattern}|")
    for piece, behind in pairwise((*pieces, "")):
        surely = not behind.startswith(_MAYBE)
        if surely and (sign := _sign(piece)):
            run += sign
            continue
        if run:
            asked.append(frozenset({run}))
            run = ""
        if piece[0] == "(":
            outer.append((told, asked, piece == "(?:"))
            told, asked = [], []
        elif piece in "|)":
            told.append(max(asked, key=_telling, default=_NOTHING))
            asked = []
            if piece == ")":
                words = _any_of(told)
                told, asked, counts = outer.pop()
                asked += [words] * (counts and surely and bool(words))
        elif surely and _FEW.fullmatch(piece):
            asked.append(frozenset(piece[1:-1]))
    return _any_of(told)


def _sign(piece: str) -> str:
    """The characters that a piece stands for, if it does for no others."""
    if piece[0] == "\\":
        return "" if piece[1].isalnum() else piece[1]
    return "" if piece[0] in _SIGNS else piece


def _any_of(told: Iterable[_Words]) -> _Words:
    return frozenset().union(*told) if all(told) else _NOTHING


def _telling(words: _Words) -> tuple[int, int]:
    return min(map(len, words)), -len(words)
