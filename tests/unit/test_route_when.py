"""When does a channel want to hear? (F36: daylight saving time in twelve zones)"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.delivery import Channel, Form
from monitor.domain.secret import Secret
from monitor.pipeline.route import due, parse_quiet, parse_when

ZONES = (
    "Asia/Shanghai",
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/St_Johns",
    "America/Sao_Paulo",
    "America/Santiago",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Pacific/Apia",
)
INSTANTS = st.datetimes(datetime(2010, 1, 1), datetime(2030, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))
TIMES = st.tuples(st.integers(0, 23), st.integers(0, 59)).map(lambda pair: f"{pair[0]:02}:{pair[1]:02}")


def channel(when: str = "now", quiet: str | None = None, **options: str) -> Channel:
    return Channel("a", Secret("x"), "mail", ("a@x.org",), when=when, quiet=quiet, options=options)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def test_now_is_now() -> None:
    now = at("2026-11-24T07:31:00+00:00")
    assert due(channel(), now, Form.NEW) == now


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("clock", ["00:00", "02:30", "08:00"])
def test_f36_a_daily_slot_comes_once_for_each_date_of_its_zone(zone: str, clock: str) -> None:
    daily = parse_when(f"daily {clock} {zone}")
    assert daily is not None
    now, dates = at("2026-01-01T00:00:00+00:00"), []
    while now < at("2027-01-02T00:00:00+00:00"):
        now = daily.after(now)
        dates.append(now.astimezone(ZoneInfo(zone)).date())
        now += timedelta(seconds=1)
    assert len(dates) == len(set(dates)), "a date had two slots"
    assert all(later - earlier == timedelta(days=1) for earlier, later in pairwise(dates))


@settings(max_examples=300, deadline=None)
@given(INSTANTS, TIMES, st.sampled_from(ZONES))
def test_f36_a_slot_is_never_in_the_past_and_at_most_two_days_away(now: datetime, clock: str, zone: str) -> None:
    slot = due(channel(f"daily {clock} {zone}"), now, Form.NEW)
    assert timedelta(0) <= slot - now <= timedelta(hours=49)
    assert due(channel(f"daily {clock} {zone}"), slot, Form.NEW) == slot


@settings(max_examples=300, deadline=None)
@given(INSTANTS, TIMES, TIMES, st.sampled_from(ZONES))
def test_f36_quiet_hours_end_outside_themselves(now: datetime, start: str, end: str, zone: str) -> None:
    if start == end:
        return
    quiet = parse_quiet(f"{start}-{end} {zone}")
    free = quiet.until(now)
    assert timedelta(0) <= free - now <= timedelta(hours=49)
    assert quiet.until(free) == free


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-03-28T21:30:00+01:00", "2026-03-28T21:30:00+01:00"),
        ("2026-03-28T22:00:00+01:00", "2026-03-29T07:00:00+02:00"),
        ("2026-10-25T02:30:00+01:00", "2026-10-25T07:00:00+01:00"),
        ("2026-10-25T07:00:00+01:00", "2026-10-25T07:00:00+01:00"),
    ],
)
def test_quiet_hours_hold_what_comes_until_their_end(now: str, then: str) -> None:
    assert due(channel(quiet="22:00-07:00 Europe/Berlin"), at(now), Form.NEW) == at(then)


def test_a_digest_that_falls_into_quiet_hours_waits_for_their_end() -> None:
    late = channel("daily 06:00 Europe/Berlin", "22:00-07:00 Europe/Berlin")
    assert due(late, at("2026-06-01T05:00:00+02:00"), Form.NEW) == at("2026-06-01T07:00:00+02:00")


def test_every_two_hours_has_the_same_slots_for_everyone() -> None:
    assert due(channel("every 2 h"), at("2026-11-24T07:31:00+00:00"), Form.NEW) == at("2026-11-24T08:00:00+00:00")
    assert due(channel("every 2 h"), at("2026-11-24T08:00:00+00:00"), Form.NEW) == at("2026-11-24T08:00:00+00:00")


def test_a_cron_line_is_read_in_its_zone() -> None:
    working_days = channel("cron 0 8 * * 1-5 Asia/Shanghai")
    assert due(working_days, at("2026-11-21T12:00:00+08:00"), Form.NEW) == at("2026-11-23T08:00:00+08:00")


def test_a_story_waits_for_the_next_digest() -> None:
    now = at("2026-11-24T07:31:00+00:00")
    assert due(channel(), now, Form.STORY) == at("2026-11-24T08:00:00+00:00")
    assert due(channel(digest="daily 18:00 Asia/Shanghai"), now, Form.STORY) == at("2026-11-24T10:00:00+00:00")
    assert due(channel(), now, Form.STORY, "daily 09:00 UTC") == at("2026-11-24T09:00:00+00:00")
    assert due(channel("every 1 d"), now, Form.STORY) == at("2026-11-25T00:00:00+00:00")


@pytest.mark.parametrize(
    "text", ["soon", "daily 08:00", "daily 25:00 UTC", "daily 08:00 Mars/Base", "every 0 h", "cron 0 0 31 2 * UTC", ""]
)
def test_a_time_that_cannot_be_read_says_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match="write"):
        parse_when(text)


@pytest.mark.parametrize("text", ["22:00-07:00", "22:00 Europe/Berlin", "22-07 Europe/Berlin", "08:00-08:00 UTC"])
def test_quiet_hours_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"quiet|time of day"):
        parse_quiet(text)


def test_a_weekly_slot_comes_once_a_week_on_its_day_of_the_zone() -> None:
    weekly = parse_when("weekly Mon 08:00 Europe/Berlin")
    assert weekly is not None
    tuesday = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    first = weekly.after(tuesday)
    assert first == datetime(2026, 11, 30, 7, 0, tzinfo=UTC)
    assert weekly.after(first) == first
    assert weekly.after(first + timedelta(seconds=1)) == datetime(2026, 12, 7, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["weekly 08:00 UTC", "weekly Noday 08:00 UTC", "weekly Mon UTC", "weekly Mon 25:00 UTC"]
)
def test_a_weekly_time_that_cannot_be_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match="write"):
        parse_when(text)
