"""The running service and its alerts: a canary goes the whole way, and a channel's secrets leave no trace anywhere."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.world import Monitor, World

SECRET = "c4n4ryS3cret0fAChannel"
EXAMPLE = """topics:
  - topic: torch
    name: Torch Program
    terms: [Torch Program]
    must_match: [The Torch Program takes applications until June.]
"""


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A web with three items, and its receivers."""
    world = World(tmp_path)
    await world.start()
    for _ in range(3):
        world.publish()
    yield world
    await world.stop()


async def both(world: World, *arguments: str) -> str:
    """All that a command says, errors too."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "monitor", *arguments, env=world.environ, cwd=world.folder,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    return (await process.communicate())[0].decode()


async def test_a_canary_goes_the_whole_way_and_is_no_hit(world: World) -> None:
    (world.folder / "watchlists" / "torch.yaml").write_text(EXAMPLE, "utf-8")
    monitor = Monitor(world)
    await monitor.start()
    try:
        until = time.monotonic() + 30
        while not world.posts and time.monotonic() < until:
            await asyncio.sleep(0.1)
        code, out = await monitor.ask("alerts", "canary", "hook")
    finally:
        await monitor.terminate()
    assert (code, out) == (0, "hook → hook: delivered (204 No Content)\n")
    [canary] = [post for post in world.posts if post["kind"] == "canary"]
    assert canary["subject"] == "Canary: the whole way works"
    assert "known text of topic torch" in str(canary["body"])
    assert canary["tellings"] == []
    hits = await monitor.lines("hits", "list", "--json")
    assert {hit["topic"] for hit in hits} == {"qiming"}
    states = {str(one["channel"]): one for one in await monitor.lines("alerts", "channels", "--json")}
    assert states["hook"]["state"] == "working"


async def test_without_a_running_service_a_canary_says_that_it_waits(world: World) -> None:
    monitor = Monitor(world)
    code, out = await monitor.ask("alerts", "canary", "mail", "--wait", "0.1")
    assert code == 1
    assert out.count("not tried: does `monitor run` run?") == 2


async def test_a86_secrets_of_channels_stand_in_no_log_database_export_or_answer(world: World) -> None:
    hook = world.environ["TEST_HOOK"].removeprefix("json://")
    world.environ |= {
        "TEST_HOOK": f"json://u:{SECRET}@{hook}?secret={SECRET}&+X-Token={SECRET}&-key={SECRET}",
        "TEST_MAIL": world.environ["TEST_MAIL"].replace("mailto://", f"mailto://monitor:{SECRET}@"),
        "TEST_CHAT": f"ntfy://{SECRET}@127.0.0.1:1/{SECRET}",
        "MONITOR_LOG_LEVEL": "debug",
        "MONITOR_HEARTBEAT_URL": f"http://127.0.0.1:1/{SECRET}",
        "MONITOR_RETRY__FIRST": "1",
    }
    with (world.folder / "watchlists" / "all.yaml").open("a", encoding="utf-8") as file:
        file.write("  - channel: chat\n    url: env:TEST_CHAT\n    service: true\n")
    monitor = Monitor(world)
    await monitor.start("run", "--once")
    assert await monitor.process.wait() == 0  # type: ignore[union-attr]
    world.environ["TEST_HOOK"] = f"unheard://{SECRET}"
    said = ""
    export = ("audit", "export", str(world.folder / "export"))
    for command in (
        ("check",),
        ("alerts", "list", "--json"),
        ("alerts", "channels"),
        ("alerts", "test", "chat"),
        export,
    ):
        said += await both(world, *command)
    assert "refused" in said
    assert "unknown" in said
    assert SECRET not in said
    searched = [path for path in world.folder.rglob("*") if path.is_file()]
    assert {"monitor.db", "log.jsonl"} <= {path.name for path in searched}
    assert [path for path in searched if SECRET.encode() in path.read_bytes()] == []
