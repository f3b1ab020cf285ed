"""when: at which moment does a channel want to hear?

`now`, `every 2 h`, `daily 08:00 Asia/Shanghai`, `weekly Mon 08:00 Asia/Shanghai` and `cron 0 8 * * 1-5 Asia/Shanghai`;
quiet hours `22:00-07:00 Europe/Berlin`. A daily slot exists once for each date of its zone: a time that the clock
skips is taken right after the gap, one that comes twice at its first coming.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from ...domain.delivery import Channel, Form

DIGEST = "daily 08:00 UTC"  # when stories are told on a channel that names no digest of its own
_UNITS = {"s": 1, "min": 60, "m": 60, "h": 3600, "d": 86400}
_HOURS = re.compile(r"(\d{1,2}):(\d{2})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Daily:
    """One slot for each date of the zone."""

    at: time
    zone: ZoneInfo

    def after(self, now: datetime) -> datetime:
        """The first slot at or after `now`, in UTC."""
        today = now.astimezone(self.zone).date()
        slots = (_instant(today + _DAY * offset, self.at, self.zone) for offset in (-1, 0, 1, 2))
        return min(slot for slot in slots if slot >= now)


@dataclass(frozen=True, slots=True)
class Weekly:
    """One slot a week: on a day of the zone's week (0 is Monday)."""

    weekday: int
    at: time
    zone: ZoneInfo

    def after(self, now: datetime) -> datetime:
        """The first slot at or after `now`, in UTC."""
        today = now.astimezone(self.zone).date()
        days = (today + _DAY * offset for offset in range(-1, 9))
        slots = (_instant(day, self.at, self.zone) for day in days if day.weekday() == self.weekday)
        return min(slot for slot in slots if slot >= now)


@dataclass(frozen=True, slots=True)
class Every:
    """A slot every so many seconds, counted from the epoch so that every process has the same ones."""

    seconds: int

    def after(self, now: datetime) -> datetime:
        """The first slot at or after `now`, in UTC."""
        period = timedelta(seconds=self.seconds)
        return _EPOCH + -((_EPOCH - now) // period) * period


@dataclass(frozen=True, slots=True)
class Cron:
    """The slots of a cron line in a zone."""

    line: str
    zone: ZoneInfo

    def after(self, now: datetime) -> datetime:
        """The first slot at or after `now`, in UTC."""
        before = (now - timedelta(microseconds=1)).astimezone(self.zone)
        return next(CronSim(self.line, before)).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours in which nothing is sent: from `start` to `end` of the zone's clock, past midnight if need be."""

    start: time
    end: time
    zone: ZoneInfo

    def until(self, now: datetime) -> datetime:
        """`now` itself, or the end of the quiet hours that `now` stands in."""
        today = now.astimezone(self.zone).date()
        for day in (today - _DAY, today):
            opened = _instant(day, self.start, self.zone)
            closed = _instant(day if self.start < self.end else day + _DAY, self.end, self.zone)
            if opened <= now < closed:
                return closed
        return now


When: TypeAlias = Daily | Weekly | Every | Cron | None


def due(channel: Channel, now: datetime, form: Form, digest: str = DIGEST) -> datetime:
    """When a delivery of this form is due on the channel, in UTC; never before `now`.

    Stories wait for the next digest: `when` if that is no `now`, else the option `digest`, else
    the slot `digest`. Quiet hours move everything to their end. Raises ValueError on a `when` or `quiet`
    that `parse_when` and `parse_quiet` refuse; a checked watchlist has none.
    """
    when = parse_when(channel.when)
    if when is None and form is Form.STORY:
        when = parse_when(channel.options.get("digest", digest))
    slot = now if when is None else when.after(now)
    return parse_quiet(channel.quiet).until(slot) if channel.quiet else slot


@lru_cache(maxsize=256)
def parse_when(text: str) -> When:
    """Reads a channel's `when`; None means now. Raises ValueError that says what to write instead."""
    words = text.split()
    match words:
        case ["now"]:
            return None
        case ["every", *rest]:
            return Every(_seconds(" ".join(rest), text))
        case ["daily", hours, zone]:
            return Daily(_time(hours), _zone(zone))
        case ["weekly", day, hours, zone] if day.lower()[:3] in _WEEKDAYS:
            return Weekly(_WEEKDAYS.index(day.lower()[:3]), _time(hours), _zone(zone))
        case ["cron", *line, zone] if len(line) == 5:
            return _cron(" ".join(line), _zone(zone))
    raise ValueError(
        f"`{text}` is no time to send at: write `now`, `every 2 h`, `daily 08:00 Asia/Shanghai`, "
        "`weekly Mon 08:00 Asia/Shanghai` or `cron 0 8 * * 1-5 Asia/Shanghai`"
    )


@lru_cache(maxsize=256)
def parse_quiet(text: str) -> Quiet:
    """Reads quiet hours. Raises ValueError that says what to write instead."""
    match text.split():
        case [hours, zone] if hours.count("-") == 1:
            start, end = hours.split("-")
            if _time(start) == _time(end):
                raise ValueError(f"quiet hours `{hours}` begin and end at the same time: nothing would ever be sent")
            return Quiet(_time(start), _time(end), _zone(zone))
    raise ValueError(f"`{text}` are no quiet hours: write `22:00-07:00 Europe/Berlin`")


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The UTC instant of a wall-clock time; fold 0 puts a skipped time behind its gap."""
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def _seconds(text: str, whole: str) -> int:
    found = re.fullmatch(r"(\d{1,6})\s*(s|min|m|h|d)", text)
    seconds = int(found[1]) * _UNITS[found[2]] if found else 0
    if seconds <= 0:
        raise ValueError(f"`{whole}`: write a length of time such as `every 10 min`, `every 2 h` or `every 1 d`")
    return seconds


def _time(text: str) -> time:
    found = _HOURS.fullmatch(text)
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise ValueError(f"`{text}` is no time of day: write hours and minutes such as `08:00`")
    return time(int(found[1]), int(found[2]))


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"`{name}` is no time zone: write an IANA name such as `Europe/Berlin`") from error


def _cron(line: str, zone: ZoneInfo) -> Cron:
    cron = Cron(line, zone)
    try:
        cron.after(_EPOCH + timedelta(days=20_000))
    except (CronSimError, StopIteration) as error:
        raise ValueError(f"`{line}` is no cron line that ever comes: write e.g. `0 8 * * 1-5`") from error
    return cron
