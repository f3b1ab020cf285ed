"""The real feeds and pages of the shared corpus, served from loopback, through the real service, twice."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from urllib.parse import quote

import pytest
from aiohttp import web

from monitor.config.settings import shipped_watchlists
from tests.e2e.world import Monitor, World

pytestmark = pytest.mark.quality


@pytest.mark.timeout(240)
async def test_every_source_ends_with_an_outcome_and_a_second_run_finds_nothing_new(
    corpus: Path, tmp_path: Path
) -> None:
    world = World(tmp_path)
    await world.start()
    site = web.Application()
    site.router.add_static("/", corpus)
    base = await world.serve(site)
    count = _write_watchlists(world, corpus, base)
    monitor = Monitor(world)
    try:
        assert await _once(monitor) == 0
        first = await _state(monitor)
        await asyncio.sleep(1.2)
        assert await _once(monitor) == 0
        second = await _state(monitor)
    finally:
        await world.stop()
    assert len(first["outcomes"]) == count and None not in first["outcomes"]
    assert set(second["outcomes"]) <= {"unchanged", "failed"}, "nothing changed, and no failure hides as unchanged"
    assert second["outcomes"].count("failed") == first["outcomes"].count("failed")
    assert second["hits"] == first["hits"] and second["alerts"] == first["alerts"] != []
    code, out = await monitor.ask("audit", "verify", "--json")
    assert code == 0 and json.loads(out)["status"] == "ok"


def _write_watchlists(world: World, corpus: Path, base: str) -> int:
    rows = [json.loads(line) for line in (corpus / "manifest.jsonl").read_text("utf-8").splitlines()]
    files = {row["file"]: row["kind"] for row in rows if row["kind"] in {"feed", "page"}}
    sources = "".join(
        f"  - source: s{number}\n    {kind}: {base}/{quote(file)}\n    every: 1 s\n"
        for number, (file, kind) in enumerate(files.items())
    )
    folder = world.folder / "watchlists"
    (folder / "all.yaml").write_text(
        f"sources:\n{sources}channels:\n  - channel: hook\n    url: env:TEST_HOOK\n", "utf-8"
    )
    topics = (shipped_watchlists() / "talent-programmes.yaml").read_bytes()
    (folder / "talent-programmes.yaml").write_bytes(topics)
    return len(files)


async def _once(monitor: Monitor) -> int | None:
    await monitor.start("run", "--once")
    assert monitor.process is not None
    return await monitor.process.wait()


async def _state(monitor: Monitor) -> dict[str, list[object]]:
    return {
        "outcomes": [one["outcome"] for one in await monitor.lines("source", "list", "--json")],
        "hits": [one["id"] for one in await monitor.lines("hits", "list", "--json")],
        "alerts": [one["id"] for one in await monitor.lines("alerts", "list", "--json")],
    }
