"""A clock's promises, on the system's and on the fake."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from monitor.adapters.clock import SystemClock
from monitor.ports import Clock
from tests.fakes.clock import FakeClock


@pytest.fixture(params=[SystemClock, FakeClock])
def clock(request: pytest.FixtureRequest) -> Clock:
    """Every clock there is."""
    made: Clock = request.param()
    return made


def test_the_wall_clock_is_in_utc_and_says_so(clock: Clock) -> None:
    assert clock.now().tzinfo is UTC


def test_seconds_only_grow(clock: Clock) -> None:
    looks = [clock.monotonic() for _ in range(100)]
    assert looks == sorted(looks)


def test_a_tick_moves_both_clocks_and_a_jump_only_the_wall() -> None:
    """F35 is played with this."""
    clock = FakeClock()
    wall, passed = clock.now(), clock.monotonic()
    clock.tick(10)
    clock.jump(-3600)
    assert clock.now() == wall + timedelta(seconds=10 - 3600)
    assert clock.monotonic() == passed + 10
    with pytest.raises(ValueError, match="jump"):
        clock.tick(-1)
