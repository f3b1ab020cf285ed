"""notation: how are dates and clocks written when their notation no longer counts?

A copy writes 17:00 for 17时 and 2026-05-20 for 2026年5月20日. Only passages that are already paired are read this way.
"""

from __future__ import annotations

import re

from monitor.pipeline.facts.numerals import number

from .normalise import ANY_CJK, has_digit

MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
NUMERIC_DATE = re.compile(r"(?<![\d./-])((?:19|20)\d\d)([-/.])(\d{1,2})\2(\d{1,2})(?![\d/-]|\.\d)")
HAN_DATE = re.compile(r"([一二三四五六七八九十\d]{1,3})月([一二三四五六七八九十\d]{1,3})日")
CLOCK = re.compile(
    r"(上午|早上|下午|晚上|中午)?\s*(?<![\d.:])(\d{1,2})(?:[时点](?:(\d{1,2})分|(半)|整)?|:(\d\d))(?![\d:间])"
)
IN_NUMERIC_DATE = re.compile(r"[-/.](?<=\d\d\d\d.)\d")  # stands in whatever NUMERIC_DATE finds, and is found quickly
IN_CLOCK = re.compile(r"[时点:](?<=\d.)")
AFTER_NOON = frozenset(("下午", "晚上"))


def one_notation(text: str) -> str:
    """The text with its dates and Chinese clocks in one notation; English dates as `20 May 2026`."""
    if not has_digit(text) and "月" not in text:
        return text
    chinese = ANY_CJK.search(text) is not None
    if IN_NUMERIC_DATE.search(text):
        text = NUMERIC_DATE.sub(_han_date if chinese else _english_date, text)
    if not chinese:
        return text
    text = HAN_DATE.sub(_digits_of_date, text) if "月" in text else text
    return CLOCK.sub(_clock, text) if IN_CLOCK.search(text) else text


def _han_date(found: re.Match[str]) -> str:
    month, day = int(found[3]), int(found[4])
    return f"{found[1]}年{month}月{day}日" if 1 <= month <= 12 and 1 <= day <= 31 else found[0]


def _english_date(found: re.Match[str]) -> str:
    month, day = int(found[3]), int(found[4])
    return f"{day} {MONTH_NAMES[month - 1]} {found[1]}" if 1 <= month <= 12 and 1 <= day <= 31 else found[0]


def _digits_of_date(found: re.Match[str]) -> str:
    month, day = number(found[1]), number(found[2])
    return found[0] if month is None or day is None else f"{month:f}月{day:f}日"


def _clock(found: re.Match[str]) -> str:
    hour = int(found[2])
    if hour > 24:
        return found[0]
    if found[1] in AFTER_NOON and hour < 12:
        hour += 12
    return f"{hour}:{'30' if found[4] else (found[3] or found[5] or '00').zfill(2)}"
