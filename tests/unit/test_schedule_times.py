"""Sources that publish at fixed times: one poll a slot, on days when the clock changes as well."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from monitor.config.watchlists import load_files
from monitor.domain.intent import Lease, SourceClaim
from monitor.domain.source import Failed, Unchanged, Validators
from monitor.pipeline import schedule

ZONES = (
    "Europe/Berlin", "America/New_York", "America/Santiago", "Australia/Lord_Howe", "Pacific/Chatham", "Asia/Shanghai",
    "Africa/Cairo", "America/Havana", "Asia/Beirut", "Europe/Dublin", "America/Nuuk", "Asia/Kolkata",
)  # fmt: skip


def claim(at: str, **given: object) -> SourceClaim:
    usual: dict[str, object] = {
        "key": "s", "kind": "feed", "address": "https://a.example/", "host": "a.example:443", "lease": Lease("w", 1),
        "due_at": datetime(2026, 3, 1, tzinfo=UTC), "every": 900.0, "every_max": None, "interval": 900.0, "pace": None,
        "options": "{}", "validators": Validators(), "failures": 0, "unchanged": 0, "first_success": False, "at": at,
    }  # fmt: skip
    return SourceClaim(**{**usual, **given})  # type: ignore[arg-type]


def due(at: str, now: datetime) -> datetime:
    return schedule.after_poll(claim(at), Unchanged("https://a.example/"), now).due_at


def test_a_source_is_polled_at_its_time_in_its_zone_on_its_days() -> None:
    at = "cron 30 9 * * 1-5 Asia/Shanghai"
    friday = datetime(2026, 11, 20, 1, 30, 0, 5, tzinfo=UTC)
    assert due(at, friday) == datetime(2026, 11, 23, 1, 30, tzinfo=UTC)  # Monday, not Saturday
    assert due(at, friday - timedelta(seconds=1)) == datetime(2026, 11, 20, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("hour", [0, 1, 2, 3])
def test_each_day_of_a_year_has_one_slot_though_the_clock_changes(zone: str, hour: int) -> None:
    now, end = datetime(2026, 1, 1, 12, tzinfo=UTC), datetime(2027, 1, 1, 12, tzinfo=UTC)
    days = []
    while (now := schedule.next_slot(f"daily 0{hour}:30 {zone}", now)) < end:
        days.append(now.astimezone(ZoneInfo(zone)).date())
    assert len(days) == len(set(days)) in (364, 365, 366)
    assert all((later - sooner).days == 1 for sooner, later in pairwise(days))


@pytest.mark.parametrize("zone", ZONES)
def test_a_cron_line_comes_once_on_the_days_when_the_clock_changes(zone: str) -> None:
    now, end = datetime(2026, 1, 1, 12, tzinfo=UTC), datetime(2027, 1, 1, 12, tzinfo=UTC)
    slots = []
    while (now := schedule.next_slot(f"cron 30 2 * * * {zone}", now)) < end:
        slots.append(now)
    days = [slot.astimezone(ZoneInfo(zone)).date() for slot in slots]
    assert len(days) == len(set(days)) == 365


def test_a_slot_that_was_missed_is_one_late_poll() -> None:
    three_days_later = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
    assert due("daily 09:30 Asia/Shanghai", three_days_later) == datetime(2026, 11, 24, 1, 30, tzinfo=UTC)


def test_a_failed_poll_is_tried_again_before_the_next_fixed_time() -> None:
    now = datetime(2026, 11, 23, 1, 30, 5, tzinfo=UTC)
    turn = schedule.after_poll(claim("daily 09:30 Asia/Shanghai"), Failed("https://a.example/", "http 500"), now)
    assert now < turn.due_at < now + timedelta(minutes=20)
    late = schedule.after_poll(
        claim("daily 09:30 Asia/Shanghai", failures=20), Failed("https://a.example/", "http 500"), now
    )
    assert late.due_at <= datetime(2026, 11, 24, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("30 9 * * 1-5 Asia/Shanghai", "cron 30 9 * * 1-5 Asia/Shanghai"),
        ("cron  30 9 * * 1-5  Asia/Shanghai", "cron 30 9 * * 1-5 Asia/Shanghai"),
        ("daily 09:30 Asia/Shanghai", "daily 09:30 Asia/Shanghai"),
    ],
)
def test_fixed_times_are_written_as_a_cron_line_with_its_zone(written: str, kept: str) -> None:
    text = f"sources:\n  - source: s\n    feed: https://a.example/\n    at: '{written}'\n"
    loaded = load_files({"a.yaml": text.encode()}, environ={})
    assert loaded.problems == () and loaded.sources[0].at == kept


@pytest.mark.parametrize(
    "written", ["30 9 * * 1-5", "30 9 * * 1-5 Asia/Peking", "09:30", "now", "every 2 h", "61 9 * * * UTC"]
)
def test_other_times_are_refused_with_an_example(written: str) -> None:
    text = f"sources:\n  - source: s\n    feed: https://a.example/\n    at: '{written}'\n"
    (problem,) = load_files({"a.yaml": text.encode()}, environ={}).errors
    assert "30 9 * * 1-5 Asia/Shanghai" in problem.message and (problem.line, problem.column) == (4, 9)


def test_fixed_times_and_an_interval_are_not_both_kept() -> None:
    text = "sources:\n  - source: s\n    feed: https://a.example/\n    every: 5 min\n    at: daily 09:30 UTC\n"
    (problem,) = load_files({"a.yaml": text.encode()}, environ={}).errors
    assert "keep one of them" in problem.message
