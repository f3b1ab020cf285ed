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


_VARIANTS = dict(zip(map(ord, "衞敍枱痺簷粧糭衹顎汚吿栢峯羣"), "卫叙台痹檐妆粽只腭污告柏峰群", strict=True))
SIGNS = _Signs(_VARIANTS | _QUOTES | _DASHES | _SPACES | _GONE | _LINES)
THOUSANDS = re.compile(r",(?<=\d,)(?=\d{3}(?!\d))")
DAY_LAST = re.compile(  # begins with a set of signs, so that all others are skipped
    r"([JFMASOND](?<=\b.)(?:(?<=J)(?:an(?:uary)?|une?|uly?)|(?<=F)eb(?:ruary)?|(?<=M)a(?:r(?:ch)?|y)|(?<=A)(?:pr(?:il)?|ug(?:ust)?)|"
    r"(?<=S)ept?(?:ember)?|(?<=O)ct(?:ober)?|(?<=N)ov(?:ember)?|(?<=D)ec(?:ember)?))\.? (\d{1,2})(?:st|nd|rd|th)?\b(?![.:%]\d|%),?"
)
MONTH_FIRST = re.compile(r"[JFMASOND](?:an|eb|ar|pr|ay|un|ul|ug|ep|ct|ov|ec)[a-z]{0,6}\.? \d")  # stands in DAY_LAST
NTH = re.compile(r"(\d)(?:st|nd|rd|th)\b")
LONE_SURROGATES = re.compile("[\ud800-\udfff]")
READING = re.compile(r"\([a-zɡü]{0,5}[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ][a-zɡü]{0,4}\)")  # how a character is read, behind it
CHINESE_YEAR = re.compile(r"([一二][〇零○Ｏ0一二三四五六七八九]{3})(?=\s*(?:年|[-至]))")
YEAR_DIGITS = str.maketrans("〇零○Ｏ一二三四五六七八九", "0000123456789")


def normalise(text: str) -> str:
    """One spelling for what typography varies: width, script, quotes, dashes, invisible signs, years in Chinese.

    Never raises; lone surrogates become U+FFFD. Line ends are kept as `\\n`.
    """
    if text.isascii():
        text = text.translate(SIGNS)
    else:
        text = _plain(text)
        if "(" in text:
            text = READING.sub("", text)
        if "年" in text or "〇" in text:
            text = CHINESE_YEAR.sub(lambda found: found[1].translate(YEAR_DIGITS), text)
    if MONTH_FIRST.search(text):
        text = DAY_LAST.sub(r"\2 \1", text)  # June 30th, 2024 and 30 June 2024 are one date
    text = NTH.sub(r"\1", text)
    return THOUSANDS.sub("", text) if "," in text else text


def _plain(text: str) -> str:
    """NFKC and SIGNS, character by character where none of them joins with the one before."""
    wide = text.translate(_WIDE)
    if JOINS not in wide:
        return wide
    return unicodedata.normalize("NFKC", LONE_SURROGATES.sub("\ufffd", text)).translate(SIGNS)


class _Wide(dict[int, str]):
    """NFKC and SIGNS of single characters, learned one by one; at most as many as Unicode has.

    Combining marks, letters made of parts and lone surrogates become JOINS: they ask for the whole text.
    """

    def __missing__(self, code: int) -> str:
        char = chr(code)
        parts = unicodedata.normalize("NFKD", char)
        joins = any("\u1100" <= part <= "\u11ff" or unicodedata.category(part)[0] == "M" for part in parts)
        lone = "\ud800" <= char <= "\udfff"
        self[code] = JOINS if joins or lone else unicodedata.normalize("NFKC", char).translate(SIGNS)
        return self[code]


JOINS = "\U0010ffff"  # no character
_WIDE = _Wide()


def units(text: str) -> int:
    """How much a text weighs: a CJK character counts 2, any other 1."""
    if text.isascii():
        return len(text)
    return len(text) + (len(text.encode("utf-8", "replace")) - len(text)) // 2  # three bytes a CJK character


COMPACT = re.compile(
    r"[^\W\d_]+|\d[\d.,:/]*\d%?|\d%?|[$£€¥]|(?<![\w%)\]])[-+](?=[\d.])|(?<=[A-Za-z])[+#]+(?![A-Za-z])", re.UNICODE
)
# The signs that COMPACT keeps: those of a figure, and behind a letter. Begins with a set, so that all others are skipped.
KEPT = re.compile(
    r"[.,:/%$+#-](?:(?<=\d[.,:/])[.,:/]*(?=\d)|(?<=\d%)|(?<=\$)|(?<![\w%)\]][-+])(?<=[-+])(?=[\d.])"
    r"|(?<=[A-Za-z][+#])[+#]*(?![A-Za-z]))"
)
_LOW = bytes(range(256)).lower()
_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalnum())


def compact(text: str) -> str:
    """Letters and figures only, case folded: what two copies share whatever their typography and line breaks.

    Decimal points, percent, currency and leading signs stay, because they are meaning.
    """
    if text.isascii() and KEPT.search(text) is None:
        return text.encode().translate(_LOW, _NO_LETTERS).decode()
    return "".join(COMPACT.findall(text)).casefold()


def has_digit(text: str) -> bool:
    """Whether any character is a digit in some script."""
    if DIGIT.search(text) is not None:
        return True
    return not text.isascii() and any(map(str.isdigit, text))


DIGIT = re.compile(r"\d")
