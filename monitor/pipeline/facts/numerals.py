"""numerals: which number do these characters write?

Chinese numerals (small and banker's), full-width and ASCII digits, grouped thousands, 万 and 亿, k, m, bn
and English number words. Pure, linear, never an exception: what is no number is None.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from ..later import later

LONGEST: Final = 40  # code points; nothing a person wrote as one number is longer

_DIGITS: Final = {
    **{char: value for value, char in enumerate("〇一二三四五六七八九")},
    **{char: value for value, char in enumerate("零壹贰叁肆伍陆柒捌玖")},
    **{"○": 0, "两": 2, "兩": 2, "貳": 2, "貮": 2, "叄": 3, "參": 3, "陸": 6, "幺": 1, "弌": 1},
}
_SMALL: Final = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "廿": 20, "卅": 30}
_LARGE: Final = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8, "兆": 10**12}
_LATIN: Final = {
    "k": 10**3,
    "thousand": 10**3,
    "m": 10**6,
    "mn": 10**6,
    "mln": 10**6,
    "mio": 10**6,
    "million": 10**6,
    "millions": 10**6,
    "b": 10**9,
    "bn": 10**9,
    "bln": 10**9,
    "billion": 10**9,
    "tn": 10**12,
    "trillion": 10**12,
}
_ONES: Final = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
_TEENS: Final = ["eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS: Final = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
WORDS: Final = {
    **{word: value for value, word in enumerate(_ONES + _TEENS)},
    **{word: 20 + 10 * place for place, word in enumerate(_TENS)},
}

ARABIC: Final = r"(?:\d{1,3}(?:,\d{3}){1,6}|\d{1,18})(?:\.\d{1,8})?"
"""Regex of an ASCII number, grouped or not; put `(?<![\\d.,])` before and `(?!\\d)` behind it."""

HAN: Final = "[" + "".join((*_DIGITS, *_SMALL)) + "]{1,12}"
"""Regex of a Chinese numeral below ten thousand, or of a row of Chinese digits."""

SCALE: Final = r"(?:[百千佰仟]?[万萬亿億]{1,2})"
"""Regex of the Chinese words that multiply: 万, 百万, 千万, 亿, 万亿."""

_FULL: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_FULL[0x3000] = 0x20
for _kept in "，；！？":  # punctuation stays: a full-width comma ends a clause, an ASCII one groups digits
    del _FULL[ord(_kept)]
_FULL_FORM: Final = later("[\uff01-\uff5e\u3000]")
_FULL_COMMA: Final = later(r"(?<=[０-９])，(?=[０-９]{3}(?![０-９]))")
_SPACES: Final = later(r"[\s_]+")
_PIECE: Final = later(rf"({ARABIC})([十百千佰仟]?)([万萬亿億]{{0,2}})")
_LATIN_NUMBER: Final = later(rf"({ARABIC})(?:-|\s?)({'|'.join(sorted(_LATIN, key=len, reverse=True))})?", re.I)
_HAN_ONLY: Final = later("[" + "".join((*_DIGITS, *_SMALL, *_LARGE)) + "]+")
_YEAR: Final = later(r"([12]\d{3}|[一二][〇零○一二三四五六七八九]{3})")


def narrow(text: str) -> str:
    """The text with full-width letters, digits and signs as ASCII, code point for code point (spans hold)."""
    if _FULL_FORM.search(text) is None:
        return text
    return _FULL_COMMA.sub(",", text).translate(_FULL)


def number(text: str) -> Decimal | None:
    """The value of a whole numeral such as 三百万, １.２亿, 1,386.5, 85m or twenty-five; None when it is none."""
    if len(text) > LONGEST:
        return None
    plain = narrow(text).strip()
    squeezed = _SPACES.sub("", plain)
    if not squeezed:
        return None
    latin = _LATIN_NUMBER.fullmatch(plain)
    if latin is not None:
        return _arabic(latin[1]) * _LATIN.get((latin[2] or "").lower(), 1)
    if _HAN_ONLY.fullmatch(squeezed):
        value = _han(squeezed)
        return None if value is None else Decimal(value)
    mixed = _mixed(squeezed)
    return mixed if mixed is not None else _words(plain.lower())


def year_digits(text: str) -> int | None:
    """The year in a text such as 二〇二四年, ２０２４年 or 2024; None unless four such digits stand there."""
    found = _YEAR.match(narrow(text[:LONGEST]).strip())
    if found is None:
        return None
    digits = found[1]
    return int(digits) if digits.isdecimal() else int("".join(str(_DIGITS[char]) for char in digits))


def scale(word: str) -> int | None:
    """What a word multiplies by: 万 10,000, 百万 1,000,000, bn 10**9; None when it does not multiply."""
    latin = _LATIN.get(word.lower())
    if latin is not None:
        return latin
    factor = 1
    for char in word:
        step = _LARGE.get(char) or _SMALL.get(char)
        if step is None:
            return None
        factor *= step
    return factor if word else None


def _arabic(digits: str) -> Decimal:
    return Decimal(digits.replace(",", ""))


def _han(text: str) -> int | None:
    """Chinese numerals by the schoolbook: digits times ten, hundred, thousand, then 万 and 亿."""
    if all(char in _DIGITS for char in text):
        return int("".join(str(_DIGITS[char]) for char in text)) if len(text) > 1 else _DIGITS[text]
    total = section = digit = 0
    for char in text:
        if char in _DIGITS:
            if digit:
                return None  # 三五百: a vague range, no number
            digit = _DIGITS[char]
        elif char in _SMALL:
            step = _SMALL[char]
            section += step if step in (20, 30) else (digit or 1) * step
            digit = 0
        elif section + digit:
            total += (section + digit) * _LARGE[char]
            section = digit = 0
        elif total:
            total *= _LARGE[char]  # 四万亿
        else:
            return None  # 万 alone
    return total + section + digit


def _mixed(text: str) -> Decimal | None:
    """ASCII digits with Chinese multipliers: 3百万, 1亿2000万."""
    total, at, last = Decimal(0), 0, 10**17
    for piece in _PIECE.finditer(text):
        factor = scale(piece[2] + piece[3]) or 1
        if piece.start() != at or factor >= last:
            return None
        total, at, last = total + _arabic(piece[1]) * factor, piece.end(), factor
    return total if at and at == len(text) else None


def _words(text: str) -> Decimal | None:
    """English number words below a thousand, with a multiplier: two, twenty-five, three hundred, four million."""
    total = Decimal(0)
    seen = False
    for word in re.split(r"[\s-]+", text):
        if word in WORDS:
            total, seen = total + WORDS[word], True
        elif word == "hundred" and seen:
            total *= 100
        elif word in _LATIN and len(word) > 3 and seen:
            total *= _LATIN[word]
        elif word not in ("a", "and"):
            return None
    return total if seen else None
