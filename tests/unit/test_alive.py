"""An outside watcher is told that all is well only while polling really works."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.adapters.beat import beat
from monitor.domain.errors import MonitorError
from monitor.domain.secret import Secret
from monitor.domain.source import SourceHealth
from monitor.pipeline.alive import trouble
from monitor.turns.heartbeat import heartbeat
from tests.fakes.queries import FakeQueries
from tests.fakes.webhook import Receiver

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
GOOD = SourceHealth("city", "feed", "", "active", "unchanged", None, NOW, NOW, NOW, NOW, 3, 0, 0, 900.0)


def test_polling_works_while_some_source_is_read_in_time() -> None:
    assert trouble([], NOW) == ""
    assert trouble([GOOD], NOW) == ""
    assert trouble([GOOD, replace(GOOD, outcome="failed")], NOW) == ""
    assert "not" not in trouble([GOOD], NOW + timedelta(minutes=39))
    assert trouble([GOOD], NOW + timedelta(minutes=41)).startswith("nothing was polled since")
    assert trouble([replace(GOOD, polled_at=None)], NOW) == "no source was polled yet"
    assert trouble([replace(GOOD, outcome="failed")], NOW) == "every source fails"
    assert trouble([replace(GOOD, state="paused", polled_at=None)], NOW) == ""


@dataclass
class Desk:
    """What the duty needs of a desk."""

    queries: FakeQueries = field(default_factory=FakeQueries)


async def test_no_beat_leaves_while_polling_does_not_work() -> None:
    desk, beats = Desk(), []

    async def once() -> None:
        beats.append(1)

    duty = heartbeat(desk, 60, once)  # type: ignore[arg-type]
    desk.queries.all_sources = [GOOD]
    await duty.work(NOW)
    await duty.work(NOW + timedelta(days=1))
    assert len(beats) == 1


async def test_a_beat_is_one_get_and_its_address_is_in_no_error() -> None:
    async with Receiver() as receiver:
        url = Secret(f"http://127.0.0.1:{receiver.port}/ping/canary-secret")
        await beat(url)
        assert [(one.method, one.path) for one in receiver.requests] == [("GET", "/ping/canary-secret")]
        receiver.answers = ["302 Location=/else", "500", "garbage"]
        for _ in range(3):
            with pytest.raises(MonitorError) as caught:
                await beat(url)
            assert "canary-secret" not in str(caught.value)
            assert caught.value.__cause__ is None
        assert len(receiver.requests) == 4
