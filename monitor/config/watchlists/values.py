"""values: how are durations, dates, hours and keys written?

Every parser takes text and raises ValueError with what to write instead.
"""

from __future__ import annotations

import ipaddress
import posixpath
import re
from datetime import date
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from ...pipeline.route import parse_quiet, parse_when


class Hidden(ValueError):
    """As ValueError, of a value that may hold a secret and is not to be shown."""


SYSTEM_FOLDERS = ("/bin", "/boot", "/dev", "/etc", "/lib", "/proc", "/run", "/sbin", "/sys", "/usr")
DAY = 86_400.0
LONGEST = 31 * DAY

_UNITS = {
    "ms": 0.001,
    **dict.fromkeys(("s", "sec", "second", "seconds"), 1.0),
    **dict.fromkeys(("m", "min", "minute", "minutes"), 60.0),
    **dict.fromkeys(("h", "hour", "hours"), 3600.0),
    **dict.fromkeys(("d", "day", "days"), DAY),
}
_DURATION = re.compile(r"([0-9]{1,7}(?:\.[0-9]{1,3})?)\s*([a-z]+)?", re.IGNORECASE)
_KEY = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_HOST = re.compile(r"[^\s/?#@\\\x00-\x20\x7f<>\"{}|^`]+")


def key(text: str) -> str:
    """A key: lower-case letters, digits and inner hyphens, 64 at most."""
    if not _KEY.fullmatch(text):
        plain = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:64].strip("-")
        raise ValueError(f"write lower-case letters, digits and hyphens, such as {plain or 'my-key'}")
    return text


def seconds(text: str, low: float = 1.0, high: float = LONGEST) -> float:
    """A duration with its unit, such as 15 min, in seconds."""
    found = _DURATION.fullmatch(text)
    unit = (found[2] or "").lower() if found else ""
    if not found or (unit and unit not in _UNITS):
        raise ValueError("write a number and a unit, such as 90 s, 15 min, 2 h or 1 day")
    if not unit:
        raise ValueError(f"the unit is missing: write {text} s or {text} min")
    value = float(found[1]) * _UNITS[unit]
    if not low <= value <= high:
        raise ValueError(f"write something from {told(low)} to {told(high)}")
    return value


def told(value: float) -> str:
    """Seconds as a person writes them: 15 min, 2 h, 1 day."""
    for size, unit in ((DAY, "days"), (3600.0, "h"), (60.0, "min")):
        if value >= size and value % size == 0:
            count = int(value // size)
            return "1 day" if unit == "days" and count == 1 else f"{count} {unit}"
    return f"{value:g} s"


def every(text: str) -> tuple[float, float | None]:
    """`15 min` is kept, `5 min..2 h` adapts between the two."""
    first, dots, last = (part.strip() for part in text.partition(".."))
    if not dots:
        return seconds(first), None
    low, high = seconds(first), seconds(last)
    if low > high:
        raise ValueError(f"the shorter one comes first: write {told(high)}..{told(low)}")
    return low, high if high > low else None


def pace(text: str) -> float | None:
    """Seconds between requests to a host; a bare number is seconds, 0 means no pause."""
    return seconds(text if re.search(r"[a-zA-Z]", text) else f"{text} s", 0.0, 3600.0)


def group(text: str) -> float:
    """How long a channel gathers, at most a day."""
    return seconds(text, 1.0, DAY)


def iso_date(text: str) -> date:
    """A day as 2025-12-31."""
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ValueError("write a date as 2025-12-31")


def zone(text: str) -> str:
    """An IANA time zone."""
    try:
        return ZoneInfo(text).key
    except (KeyError, ValueError, OSError):
        raise ValueError("this is no IANA time zone: write one such as Europe/Berlin or Asia/Shanghai") from None


def when(text: str) -> str:
    """`now`, `every 2 h`, `daily 08:00 Asia/Shanghai` or a cron line with its zone, with single spaces."""
    parse_when(text)
    return " ".join(text.split())


def at(text: str) -> str:
    """Fixed times as `30 9 * * 1-5 Asia/Shanghai` or `daily 09:30 Asia/Shanghai`, with single spaces."""
    words = text.split()
    line = " ".join(words if words[:1] in (["daily"], ["cron"]) else ["cron", *words])
    try:
        parse_when(line)
    except ValueError:
        raise ValueError("write a cron line with its zone, such as 30 9 * * 1-5 Asia/Shanghai") from None
    return line


def digest(text: str) -> str:
    """As `when`, but never now."""
    if parse_when(text) is None:
        raise ValueError("write a time that comes again, such as daily 08:00 Asia/Shanghai")
    return " ".join(text.split())


def slot_or_off(text: str) -> str:
    """As `digest`, or off."""
    return "off" if text.strip().lower() == "off" else digest(text)


def quiet(text: str) -> str | None:
    """`22:00-07:00 Europe/Berlin`, with single spaces."""
    parse_quiet(text)
    return " ".join(text.split())


def language(text: str) -> str:
    """A language code such as zh or en."""
    if not _LANGUAGE.fullmatch(text):
        raise ValueError("write a language code such as zh or en")
    return text


def address(text: str) -> str:
    """An http or https address with a host, without a password (A14, A15)."""
    from ...pipeline.fetch import BadAddress, read_address  # commands that read topics only need no URL library

    example = "write an address such as https://example.org/notices/"
    scheme = text.partition(":")[0].lower() if ":" in text else ""
    if scheme not in ("http", "https"):
        raise ValueError(f"only http and https are fetched; {example}")
    if re.search(r"[\x00-\x20\x7f\\]", text):
        raise ValueError("spaces, backslashes and control characters cannot stand in an address: encode them")
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError(f"its host or port cannot be read; {example}") from None
    if not host or not _HOST.fullmatch(host) or port == 0 or host.strip(".") == "":
        raise ValueError(f"it has no host; {example}")
    if parts.username is not None or parts.password is not None:
        raise Hidden("an address must not carry a user or password: delete them")
    try:
        read_address(text)  # what cannot be fetched is refused here: numbers as hosts, two ways to read it (A08)
    except BadAddress as error:
        raise ValueError(f"it {error}; {example}" if str(error).startswith("has") else f"{error}; {example}") from None
    return text


def folder(text: str) -> str:
    """The absolute path of a folder that holds documents, not the system's own files (A14)."""
    path = posixpath.normpath(text)
    if not text.startswith("/") or "\x00" in text:
        raise ValueError("write the whole path of a folder, such as /srv/notices")
    if path in ("/", "//") or any(path == one or path.startswith(f"{one}/") for one in SYSTEM_FOLDERS):
        raise ValueError("this folder is the system's own: write one that holds documents, such as /srv/notices")
    return path


def sender(text: str) -> str:
    """Who sends documents, in a few words."""
    if len(text) > 200:
        raise ValueError("write in a few words who sends, such as feed bridge")
    return " ".join(text.split())


def network(text: str) -> str:
    """A host name, an address or a network such as 127.0.0.0/8."""
    try:
        return str(ipaddress.ip_network(text, strict=False)) if "/" in text else str(ipaddress.ip_address(text))
    except ValueError:
        if "/" not in text and re.fullmatch(r"[a-zA-Z0-9_](?:[a-zA-Z0-9._-]*[a-zA-Z0-9_])?", text):
            return text.lower()
        raise ValueError("write a host name, an address or a network such as 127.0.0.0/8") from None
