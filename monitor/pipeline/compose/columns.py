"""columns: how wide is a text on a screen of fixed columns, and where may its lines end?"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

WIDTH = 72
_TOKENS = re.compile(
    r"\s+|[\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60\U00020000-\U0003ffff]|[^\s\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60\U00020000-\U0003ffff]+"
)
_NOT_FIRST = frozenset("。，、；：？！）】〕》」』”’…％.,;:?!)]}")
_NOT_LAST = frozenset("（【〔《「『“‘([{")


def width(text: str) -> int:
    """Columns the text takes: wide and full-width characters take two, combining ones none."""
    return sum(_char_width(char) for char in text)


def _char_width(char: str) -> int:
    if char < "\u0300":
        return 1
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def wrap(text: str, limit: int = WIDTH, first: str = "", rest: str | None = None) -> list[str]:
    """The text in lines of at most `limit` columns; `first` and `rest` begin the first and other lines.

    Chinese breaks between any two characters but before closing and after opening marks; a word that
    is longer than a line stands alone and whole, so that addresses stay whole.
    """
    indent = first if rest is None else rest
    lines: list[str] = []
    line = first
    for word in _words(text):
        if width(line) + width(word.rstrip()) > limit and line.strip() and line not in {first, indent}:
            lines.append(line.rstrip())
            line = indent + word.lstrip()
        else:
            line += word if line not in {first, indent} else word.lstrip()
    return [*lines, line.rstrip()]


def _words(text: str) -> Iterable[str]:
    """What no line may end inside: a word, or a character with the marks that belong to it."""
    held = ""
    for token in _TOKENS.findall(text):
        glued = held and (token[0] in _NOT_FIRST or held[-1] in _NOT_LAST or _open_mark(held))
        if held and not glued:
            yield held
            held = ""
        held += token if not token.isspace() else " "
        if token.isspace():
            yield held
            held = ""
    if held:
        yield held


def _open_mark(held: str) -> bool:
    return held[-1] in _NOT_LAST
