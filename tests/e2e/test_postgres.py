"""Several machines, one PostgreSQL: leases say who works, and a dead worker's work is taken over."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from tests.e2e.world import Monitor, World
from tests.fakes.postgres import fresh_database


@pytest.mark.timeout(240)
async def test_two_services_share_one_database_and_survive_each_other(tmp_path: Path, postgres_server: str) -> None:
    """F16, F29 in part: nothing told twice but after `unknown`, nothing lost when one is killed."""
    world = World(tmp_path, delay=0.05)
    await world.start()
    world.environ["MONITOR_DATABASE_URL"] = fresh_database(postgres_server)
    first, second = Monitor(world), Monitor(world)
    try:
        for _ in range(8):
            world.publish()
        await first.start()
        await _told(world)
        await second.start()
        for _ in range(12):
            world.publish()
            await asyncio.sleep(0.3)
        await first.kill()
        for _ in range(8):
            world.publish()
            await asyncio.sleep(0.2)
        await _told(world, seconds=90)
        assert await second.terminate() == 0
        await _check(world, second)
    finally:
        for one in (first, second):
            if one.process is not None and one.process.returncode is None:
                await one.kill()
        await world.stop()


async def _told(world: World, seconds: float = 60) -> None:
    wanted = {one.title for one in world.items if one.matches}
    end = time.monotonic() + seconds
    while not wanted <= set(world.told_titles()):
        assert time.monotonic() < end, f"never told: {sorted(wanted - set(world.told_titles()))}"
        await asyncio.sleep(0.2)


async def _check(world: World, monitor: Monitor) -> None:
    hits = await monitor.lines("hits", "list", "--json")
    wanted = sorted(one.title for one in world.items if one.matches)
    assert sorted(str(hit["title"]) for hit in hits) == wanted, "each matching item has exactly one hit"
    deliveries = await monitor.lines("alerts", "list", "--json")
    unknown = {
        str(one["message"])
        for one in deliveries
        if any(try_["outcome"] == "unknown" for try_ in one["attempts"])  # type: ignore[attr-defined]
    }
    assert len(world.keys) - len(set(world.keys)) <= len(unknown)
    code, out = await monitor.ask("audit", "verify")
    assert code == 0, out
