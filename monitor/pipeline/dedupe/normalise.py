"""normalise: how is a text written when typography no longer counts?"""

from __future__ import annotations

import re
import unicodedata

from monitor.pipeline.match.fold import fold

CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f"
ANY_CJK = re.compile(f"[{CJK}]")

_QUOTES = dict.fromkeys(map(ord, "“”„‟«»『』「」〝〞"), '"') | dict.fromkeys(map(ord, "‘’‚‛′`"), "'")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−─━"), "-")
_SPACES = dict.fromkeys(map(ord, "\u00a0\u2002\u2003\u2009\u200a\u202f\u3000\t\x0b\x0c\x1c\x1d\x1e\x1f"), " ")
_GONE = dict.fromkeys([0, 0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF, *range(0x202A, 0x202F)])
_LINES = dict.fromkeys(map(ord, "\r\u0085\u2028\u2029"), "\n")


class _Signs(dict[int, "str | int | None"]):
    """A table for `str.translate` that learns each Chinese character when it first meets it."""

    def __missing__(self, code: int) -> str | int | None:
        char = chr(code)
        folded = (
            fold(char) if "\u3400" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff" or char >= "\U00020000" else char
        )
        self[code] = folded if len(folded) == 1 else char
        return self[code]


SIGNS = _Signs(_QUOTES | _DASHES | _SPACES | _GONE | _LINES)
THOUSANDS = re.compile(r",(?<=\d,)(?=\d{3}(?!\d))")
DAY_LAST = re.compile(
    r"\b(Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|"
    r"Nov(?:ember)?|Dec(?:ember)?)\.? (\d{1,2})(?:st|nd|rd|th)?\b(?![.:%]\d|%),?"
)
MONTH_FIRST = re.compile(r"[JFMASOND](?:an|eb|ar|pr|ay|un|ul|ug|ep|ct|ov|ec)[a-z]{0,6}\.? \d")  # stands in DAY_LAST
NTH = re.compile(r"(\d)(?:st|nd|rd|th)\b")
LONE_SURROGATES = re.compile("[\ud800-\udfff]")
CHINESE_YEAR = re.compile(r"([一二][〇零○Ｏ0一二三四五六七八九]{3})(?=\s*(?:年|[-至]))")
YEAR_DIGITS = str.maketrans("〇零○Ｏ一二三四五六七八九", "0000123456789")


def normalise(text: str) -> str:
    """One spelling for what typography varies: width, script, quotes, dashes, invisible signs, years in Chinese.

    Never raises; lone surrogates become U+FFFD. Line ends are kept as `\\n`.
    """
    if text.isascii():
        text = text.translate(SIGNS)
    else:
        text = LONE_SURROGATES.sub("\ufffd", text)
        text = text.translate(_WIDE) if _one_by_one(text) else unicodedata.normalize("NFKC", text).translate(SIGNS)
        if "年" in text or "〇" in text:
            text = CHINESE_YEAR.sub(lambda found: found[1].translate(YEAR_DIGITS), text)
    if MONTH_FIRST.search(text):
        text = DAY_LAST.sub(r"\2 \1", text)  # June 30th, 2024 and 30 June 2024 are one date
    text = NTH.sub(r"\1", text)
    return THOUSANDS.sub("", text) if "," in text else text


class _Wide(dict[int, str]):
    """NFKC and SIGNS of single characters, learned one by one; at most as many as Unicode has."""

    def __missing__(self, code: int) -> str:
        self[code] = unicodedata.normalize("NFKC", chr(code)).translate(SIGNS)
        return self[code]


_WIDE = _Wide()
_ALONE: set[str] = set()  # characters that never join with the one before


def _one_by_one(text: str) -> bool:
    """Whether NFKC of a text is NFKC of each of its characters: no combining marks, no letters made of parts."""
    for char in set(text) - _ALONE:
        parts = unicodedata.normalize("NFKD", char)
        if any("\u1100" <= part <= "\u11ff" or unicodedata.category(part)[0] == "M" for part in parts):
            return False
        _ALONE.add(char)
    return True


def units(text: str) -> int:
    """How much a text weighs: a CJK character counts 2, any other 1."""
    if text.isascii():
        return len(text)
    return len(text) + (len(text.encode("utf-8", "replace")) - len(text)) // 2  # three bytes a CJK character


COMPACT = re.compile(
    r"\d[\d.,:/]*\d%?|\d%?|[$£€¥]|(?<![\w%)\]])[-+](?=[\d.])|(?<=[A-Za-z])[+#]+(?![A-Za-z])|[^\W\d_]+", re.UNICODE
)


def compact(text: str) -> str:
    """Letters and figures only, case folded: what two copies share whatever their typography and line breaks.

    Decimal points, percent, currency and leading signs stay, because they are meaning.
    """
    return "".join(COMPACT.findall(text)).casefold()
