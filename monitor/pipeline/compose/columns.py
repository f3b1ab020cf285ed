"""columns: how wide is a text on a screen of fixed columns, and where may its lines end?"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

WIDTH = 72
_TOKENS = re.compile(
    r"\s+|[\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60\U00020000-\U0003ffff]|[^\s\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60\U00020000-\U0003ffff]+"
)
_NOT_FIRST = frozenset("。，、；：？！）】〕》」』”’…％.,;:?!)]}")
_NOT_LAST = frozenset("（【〔《「『“‘([{")


def width(text: str) -> int:
    """Columns the text takes: wide and full-width characters take two, combining ones none."""
    return len(text) if text.isascii() else sum(map(_char_width, text))


@lru_cache(maxsize=20_000)
def _char_width(char: str) -> int:
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
    line, used, empty = first, width(first), True
    for word in _words(text):
        if not empty and used + width(word.rstrip()) > limit:
            lines.append(line.rstrip())
            line, used, empty = indent, width(indent), True
        shown = word.lstrip() if empty else word
        line, used, empty = line + shown, used + width(shown), empty and not shown
    return [*lines, line.rstrip()]


def _words(text: str) -> Iterable[str]:
    """What no line may end inside: a word, or a character with the marks that belong to it."""
    held = ""
    for token in _TOKENS.findall(text):
        if token.isspace():
            yield held + " "
            held = ""
        elif held and token[0] not in _NOT_FIRST and held[-1] not in _NOT_LAST:
            yield held
            held = token
        else:
            held += token
    if held:
        yield held
