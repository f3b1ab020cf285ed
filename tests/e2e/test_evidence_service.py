"""The real service on a real web: is what it found kept, signed, sent outside, and provable by somebody else?"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from monitor.adapters.audit_export.notes import find_heads
from tests.e2e.world import Monitor, World

FIRST = 9  # texts that are there at the start; two of three name the programme


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A web with some notices."""
    made = World(tmp_path)
    await made.start()
    for _ in range(FIRST):
        made.publish()
    yield made
    await made.stop()


async def test_every_hit_has_its_copy_the_heads_go_outside_and_a_stranger_can_check_it(world: World) -> None:
    outside = world.folder / "other disk" / "heads.txt"
    world.environ["MONITOR_AUDIT_TO"] = str(outside)
    monitor = Monitor(world)
    await monitor.start("run", "--once")
    assert await monitor.process.wait() == 0  # type: ignore[union-attr]
    with closing(sqlite3.connect(world.folder / "state" / "monitor.db")) as database:
        bare = database.execute(
            "SELECT hit.id FROM hit LEFT JOIN kept_copy ON kept_copy.version = hit.version WHERE kept_copy.id IS NULL"
        ).fetchall()
        hits = [row[0] for row in database.execute("SELECT id FROM hit ORDER BY id")]
    assert hits
    assert bare == []
    assert find_heads(outside.read_text("utf-8")) == find_heads(
        (world.folder / "state" / "heads.txt").read_text("utf-8")
    )
    code, out = await monitor.ask("audit", "verify", "--json")
    assert (code, '"status":"ok"' in out, '"unsealed":0' in out) == (0, True, True), out
    code, out = await monitor.ask("audit", "export", str(world.folder / "export"), "--texts", "--copies")
    assert code == 0, out
    code, out = await monitor.ask("hits", "export", "--bundle", str(hits[0]), str(world.folder / "bundle"))
    assert code == 0, out
    for folder, words in (("export", [str(outside)]), ("bundle", [])):
        command = [sys.executable, "-I", "-S", str(world.folder / folder / "verify.py"), *words]
        stranger = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        told, _ = await stranger.communicate()
        assert stranger.returncode == 0, told.decode()
        assert told.decode().startswith("ok: ")
