"""spans: which words of one passage stand where other words stood?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from rapidfuzz.distance import Levenshtein

from .normalise import CJK
from .notation import one_notation

TOKEN = re.compile(
    r"(?<![^\W\d_])(?:[A-Za-z]{3,}[015][a-z]*|[A-Za-z]+[015][a-z]{2,})(?![^\W_])|"  # a word with a misread letter: counci1
    rf"\d[\d.,:/]*\d%?|\d%?|[$£€¥]|(?<![\w%)\]])[-+](?=[\d.])|[{CJK}]|(?:(?![{CJK}])[^\W\d_])+(?:'(?:s|t|re|ve|ll|d|m)\b)?[+#]*"
)

CURRENCIES = {
    word: sign
    for sign, words in (
        ("$", "dollar dollars usd"),
        ("€", "euro euros eur"),
        ("£", "pounds gbp"),
        ("¥", "yuan rmb cny"),
    )
    for word in words.split()
}
SIGNS = frozenset("$£€¥")
CURRENCIES |= {sign: sign for sign in SIGNS}
RANGES = ("to", "and")
SCALES = frozenset(("thousand", "million", "billion", "bn", "mn", "m", "k"))
SCALE_WORDS = {"k": "thousand", "m": "million", "mn": "million", "b": "billion", "bn": "billion"}


@dataclass(frozen=True, slots=True)
class Span:
    """Tokens of A and, in their place, tokens of B; either may be empty. `head` and `tail`: it touches that end."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    left: tuple[str, ...]  # up to two common tokens before it
    right: tuple[str, ...]  # up to two common tokens behind it
    head: bool
    tail: bool


@lru_cache(maxsize=1024)
def tokens(text: str) -> tuple[str, ...]:
    """Words, figures, currency signs and single CJK characters of a normalised text; `140 dollars` reads as `$140`."""
    found = tuple(TOKEN.findall(one_notation(text)))
    return found if CURRENCIES.keys().isdisjoint(map(str.lower, found)) else tuple(_scaled(_signs_first(found)))


def _scaled(words: list[str]) -> Iterator[str]:
    """The tokens with what multiplies an amount of money in one word: $5m, $5M and $5 million."""
    for place, word in enumerate(words):
        money = place >= 2 and words[place - 1][:1].isdigit() and words[place - 2] in SIGNS
        yield SCALE_WORDS.get(word.lower(), word) if money else word


def _signs_first(words: tuple[str, ...]) -> list[str]:
    """The tokens with the sign of a currency once before its figure or range, in whichever way it was written."""
    told: list[str] = []
    for place, word in enumerate(words):
        sign = CURRENCIES.get(word.lower())
        behind = len(told)
        while sign and behind and told[behind - 1].lower() in SCALES:
            behind -= 1
        if sign and behind and told[behind - 1][:1].isdigit() and word not in SIGNS:
            _put(told, behind - 1, sign)
        elif sign and words[place + 1 : place + 2] and words[place + 1][:1].isdigit():
            _put(told, len(told), sign)
        else:
            told.append(word)
    return told


def _put(told: list[str], at: int, sign: str) -> None:
    """Writes a sign before the figure at this place, or before the range that the figure ends, unless it stands there."""
    start = at
    if start and told[start - 1].lower() in RANGES:
        start -= 1
    if start and told[start - 1][:1].isdigit():
        start -= 1
        if start and told[start - 1] == sign:
            return
        if not start or told[start - 1] not in SIGNS:
            at = start
    if not at or told[at - 1] != sign:
        told.insert(at, sign)


@lru_cache(maxsize=1024)
def _folded(text: str) -> tuple[str, ...]:
    return tuple(map(str.casefold, tokens(text)))


def is_cjk(token: str) -> bool:
    """Whether a token is a CJK character."""
    return len(token) == 1 and "\u3400" <= token <= "\U0002fa1f" and not token.isascii()


def spans(a: str, b: str) -> list[Span]:
    """The substituted, added and dropped spans between two aligned passages, in order."""
    ta, tb = tokens(a), tokens(b)
    fa, fb = _folded(a), _folded(b)
    merged: list[list[int]] = []
    steps = cast("list[tuple[str, int, int, int, int]]", Levenshtein.opcodes(fa, fb).as_list())
    for tag, i1, i2, j1, j2 in steps:
        if tag == "equal":
            continue
        if merged and _belongs(ta, merged[-1], i1):
            merged[-1][1], merged[-1][3] = i2, j2
        else:
            merged.append([i1, i2, j1, j2])
    found = []
    for i1, i2, j1, j2 in (_to_the_edge(fa, fb, change) for change in _word_by_word(ta, tb, merged)):
        found.append(
            Span(
                ta[i1:i2],
                tb[j1:j2],
                ta[max(0, i1 - 2) : i1],
                ta[i2 : i2 + 2],
                i1 == 0 and j1 == 0,
                i2 == len(ta) and j2 == len(tb),
            )
        )
    return found


def _word_by_word(ta: tuple[str, ...], tb: tuple[str, ...], changes: list[list[int]]) -> list[list[int]]:
    """Runs of words in which each word resembles the one in its place are as many changes of one word."""
    split: list[list[int]] = []
    for i1, i2, j1, j2 in changes:
        if 1 < i2 - i1 == j2 - j1 and all(map(_alike, zip(ta[i1:i2], tb[j1:j2], strict=True))):
            split.extend([i1 + k, i1 + k + 1, j1 + k, j1 + k + 1] for k in range(i2 - i1))
        else:
            split.append([i1, i2, j1, j2])
    return split


def _to_the_edge(fa: tuple[str, ...], fb: tuple[str, ...], change: list[int]) -> list[int]:
    """An addition may be read a few words earlier or later; at the head or tail of the passage it tells more."""
    i1, i2, j1, j2 = change
    if (i1 == i2) == (j1 == j2):
        return change
    words, start, end = (fb, j1, j2) if i1 == i2 else (fa, i1, i2)
    left = 0
    while start - left > 0 and words[start - left - 1] == words[end - left - 1]:
        left += 1
    if left and start - left == 0:
        return [i1 - left, i2 - left, j1 - left, j2 - left] if min(i1, j1) >= left else change
    right = 0
    while end + right < len(words) and words[start + right] == words[end + right]:
        right += 1
    return [i1 + right, i2 + right, j1 + right, j2 + right] if right and end + right == len(words) else change


def _alike(words: tuple[str, str]) -> bool:
    one, other = words
    return not is_cjk(one) and not is_cjk(other) and Levenshtein.distance(one, other, score_cutoff=2) <= 2


def _belongs(ta: tuple[str, ...], last: list[int], start: int) -> bool:
    """Whether a change belongs to the one before: adjacent, or one CJK character between (words are not cut up)."""
    gap = start - last[1]
    return gap == 0 or (gap == 1 and is_cjk(ta[last[1]]))
