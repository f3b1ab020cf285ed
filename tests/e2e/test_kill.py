"""kill -9 at any moment: nothing is lost, and only an attempt marked `unknown` may have repeated an alert (F01-F08, F17)."""

from __future__ import annotations

import asyncio
import os
import random
import time
from pathlib import Path

import pytest

from tests.e2e.world import Monitor, World

KILLS = 20 if os.environ.get("MONITOR_SOAK") else 4


@pytest.mark.timeout(600)
async def test_killed_at_random_moments_every_matching_item_has_one_hit_and_a_delivered_alert(tmp_path: Path) -> None:
    world = World(tmp_path, delay=0.05)
    await world.start()
    monitor = Monitor(world)
    publishing = asyncio.create_task(_publish(world))
    chance = random.Random(time.time())
    try:
        for _ in range(KILLS):
            await monitor.start()
            await asyncio.sleep(chance.uniform(0.5, 6.0))
            await monitor.kill()
        publishing.cancel()
        await monitor.start()
        await _calm(world)
        assert await monitor.terminate() == 0
        await _check(world, monitor)
    finally:
        publishing.cancel()
        if monitor.process is not None and monitor.process.returncode is None:
            await monitor.kill()
        await world.stop()


async def _publish(world: World) -> None:
    while True:
        world.publish()
        await asyncio.sleep(0.4)


async def _calm(world: World) -> None:
    """Waits until every matching title has been told and nothing more arrives."""
    wanted = {one.title for one in world.items if one.matches}
    end = time.monotonic() + 90
    while time.monotonic() < end:
        count = len(world.posts) + len(world.mails)
        await asyncio.sleep(3)
        if wanted <= set(world.told_titles()) and count == len(world.posts) + len(world.mails):
            return


async def _check(world: World, monitor: Monitor) -> None:
    hits = await monitor.lines("hits", "list", "--json")
    deliveries = await monitor.lines("alerts", "list", "--json")
    wanted = sorted(one.title for one in world.items if one.matches)
    assert sorted(str(hit["title"]) for hit in hits) == wanted, "each matching item has exactly one hit"
    states = {str(one["state"]) for one in deliveries}
    assert states == {"delivered"}, f"every promise is kept: {states}"
    assert len(deliveries) == 3 * len(wanted), "one for each recipient: the webhook and two mail addresses"
    told = world.told_titles()
    assert set(told) == set(wanted), "and arrived"
    unknown = {
        str(one["message"])
        for one in deliveries
        for try_ in one["attempts"]
        if try_["outcome"] == "unknown"  # type: ignore[attr-defined]
    }
    repeats = len(world.keys) - len(set(world.keys))
    assert repeats <= len(unknown), f"{repeats} repeats after {len(unknown)} unknown attempts"
    code, out = await monitor.ask("audit", "verify")
    assert code == 0, out
    print(f"{KILLS} kills: {len(wanted)} hits, {len(deliveries)} deliveries, {len(unknown)} unknown, {repeats} repeats")
