"""dates: when does a page say that it was published?"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "Ｏ": 0, "O": 0}
_NUMBER = r"[〇零○一二三四五六七八九十]{1,3}|\d{1,2}"
_DATE = re.compile(
    rf"(?P<year>(?:19|20)\d\d|[二一][〇零○九Ｏ][〇零○一二三四五六七八九]{{2}})\s*(?P<mark>[年/.-])\s*"
    rf"(?P<month>{_NUMBER})\s*[月/.-]\s*(?P<day>{_NUMBER})(?!\d)\s*[日号號]?"
    r"(?:[\sT]*(?P<hour>[01]?\d|2[0-3])[:：](?P<minute>[0-5]\d)(?:[:：](?P<second>[0-5]\d))?)?"
)
_ISO_ZONE = re.compile(r"(?:\.\d+)?\s*(?P<zone>Z|[+-]\d\d:?\d\d)")
# a bare 时间 or 日期 counts only where no other word stands before it: 报名时间 and 截止日期 are not when it was published
_LABEL = re.compile(
    r"(?:发布|發布|發佈|发表|發表|刊登|印发|公开|更新|成文|上网|(?<![\u4e00-\u9fff]))(?:时间|時間|日期)\s*[:：]?\s*|发布于\s*|发表于\s*"
    r"|\b(?:published|posted|updated)(?:\s+on)?\s*[:：]?\s*|(?<![\w ])date\s*[:：]\s*",
    re.IGNORECASE,
)
_MONTHS = {
    name: i + 1
    for i, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"])
}
_ENGLISH = re.compile(
    r"(?:(?P<d1>\d{1,2})(?:st|nd|rd|th)?\s+(?P<m1>[A-Z][a-z]{2,8})\.?,?|(?P<m2>[A-Z][a-z]{2,8})\.?\s+(?P<d2>\d{1,2})(?:st|nd|rd|th)?,?)"
    r"\s+(?P<year>(?:19|20)\d\d)"
)
_EARLIEST, _LATEST = 1990, 2100


def parse(text: str) -> datetime | None:
    """The first date in a short text, in UTC. A date without a time of day is midnight UTC, so that it stays that date."""
    for found in _DATE.finditer(text[:2_000]):
        moment = _built(found, text)
        if moment is not None:
            return moment
    for found in _ENGLISH.finditer(text[:2_000]):
        month = _MONTHS.get((found["m1"] or found["m2"])[:3].lower())
        if month:
            return _moment(int(found["year"]), month, int(found["d1"] or found["d2"]))
    return None


def labelled(text: str) -> datetime | None:
    """The date that follows 发布时间：, 发布日期：, Published: and the like in the text of a page."""
    for label in _LABEL.finditer(text[:200_000]):
        rest = text[label.end() : label.end() + 40]
        found = _DATE.match(rest) or _ENGLISH.match(rest)
        if found:
            moment = parse(rest)
            if moment is not None:
                return moment
    return None


def sensible(moment: datetime | None) -> datetime | None:
    """The moment in UTC, or None for years in which no page was published: the first-seen time rules then."""
    if moment is None or not _EARLIEST <= moment.year <= _LATEST:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _built(found: re.Match[str], text: str) -> datetime | None:
    zone = _ISO_ZONE.match(text, found.end()) if found["hour"] else None
    return _moment(
        _year(found["year"]),
        _number(found["month"]),
        _number(found["day"]),
        int(found["hour"] or 0),
        int(found["minute"] or 0),
        int(found["second"] or 0),
        zone["zone"] if zone else "Z",
    )


def _moment(
    year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0, zone: str = "Z"
) -> datetime | None:
    offset = timedelta(0)
    if zone != "Z":
        digits = zone[1:].replace(":", "")
        offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:])) * (-1 if zone[0] == "-" else 1)
    try:
        return sensible(datetime(year, month, day, hour, minute, second, tzinfo=timezone(offset)))
    except (ValueError, OverflowError):
        return None


def _year(text: str) -> int:
    return int(text) if text.isdecimal() else int("".join(str(_DIGITS[c]) for c in text))


def _number(text: str) -> int:
    """1 to 31, in digits or as 二十三."""
    if text.isdecimal():
        return int(text)
    if "十" not in text:
        return int("".join(str(_DIGITS[c]) for c in text))
    tens, _, ones = text.partition("十")
    return (_DIGITS.get(tens, 1)) * 10 + (_DIGITS.get(ones, 0))
