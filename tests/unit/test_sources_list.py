"""`monitor source list` on a terminal: one line where all is well, why and what to do where it is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from rich.console import Console

from monitor.cli import sources_list
from monitor.domain.source import SourceHealth

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def screen(*sources: SourceHealth, width: int = 80) -> list[str]:
    found = sources_list.rows(sources, [], NOW)
    console = Console(width=width, record=True, force_terminal=True, file=StringIO())
    console.print(sources_list.drawn(found, NOW))
    console.print(sources_list.summary(found))
    return [line.rstrip() for line in console.export_text().splitlines()]


def seen(
    key: str, health: str = "healthy", reason: str | None = None, due: float = 60, failures: int = 0
) -> SourceHealth:
    outcome = "failed" if health == "failing" else "unchanged"
    due_at, since = NOW + timedelta(seconds=due), NOW - timedelta(hours=3)
    return SourceHealth(
        key, "page", f"https://{key}.example/", "active", outcome, reason, NOW, NOW, NOW, due_at, 3, failures, 0, 900.0,
        health, since,
    )  # fmt: skip


@pytest.mark.parametrize("width", [80, 120])
def test_a_source_that_is_well_is_one_line_and_one_that_is_not_says_why_and_what_to_do(width: int) -> None:
    bad = seen(
        "a-source-with-a-name-that-is-longer-than-most-are", "failing", "http 404 not found: look for it", failures=4
    )
    lines = screen(bad, seen("good"), width=width)
    assert len(lines) == 7 and all(len(line) <= width for line in lines)
    assert lines[1].split()[1:5] == ["✗", "failing", "3", "h"] and "…" in lines[1]
    assert lines[2] == "  http 404 not found (4 in a row)"
    assert lines[3] == "  → look for the new address in a browser and correct the watchlist"
    assert lines[4].startswith("good") and lines[6] == "2 sources: 1 failing, 1 healthy"


def test_what_advice_repeats_is_not_told_twice() -> None:
    reason = "private address: 10.0.0.1 is not a public address; to allow it, name the host in MONITOR_ALLOW_PRIVATE"
    lines = screen(seen("inside", "failing", reason))
    assert lines[2] == "  private address: 10.0.0.1 is not a public address"
    assert lines[3] == "  → name it in MONITOR_ALLOW_PRIVATE if it is yours"


def test_when_the_service_is_not_there_it_is_told_once_and_not_for_each_source() -> None:
    lines = screen(*(seen(f"s{number}", due=-9_000) for number in range(20)), width=120)
    assert sum("monitor run" in line for line in lines) == 1
    assert sum(line.startswith("s1") for line in lines) == 11, "each in its line"


def test_a_source_that_shows_marks_of_a_terminal_shows_them_to_nobody() -> None:
    [_, line, *_] = screen(seen("a\x1b[31mb"))
    assert "\x1b" not in line and line.startswith("a [31mb")
