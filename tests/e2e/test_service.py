"""The real command against a real web, mailbox and webhook on loopback."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.world import Monitor, World


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A web with six items, and its receivers."""
    world = World(tmp_path)
    await world.start()
    for _ in range(6):
        world.publish()
    yield world
    await world.stop()


async def _until(done: object, seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not done():  # type: ignore[operator]
        assert time.monotonic() < end, "it did not come in time"
        await asyncio.sleep(0.1)


async def test_once_reads_everything_tells_it_in_one_message_and_a_second_time_finds_nothing_new(world: World) -> None:
    monitor = Monitor(world)
    await monitor.start("run", "--once")
    assert await monitor.process.wait() == 0  # type: ignore[union-attr]
    sources = await monitor.lines("source", "list", "--json")
    assert {str(one["source"]): one["outcome"] for one in sources} == {"feed": "changed", "list": "changed"}
    wanted = {one.title for one in world.items if one.matches}
    assert set(world.told_titles()) == wanted
    assert [post["kind"] for post in world.posts] == ["baseline", "baseline"], "one for each source"
    assert len(world.mails) == 4, "two sources, two recipients"

    await asyncio.sleep(1.2)
    await monitor.start("run", "--once")
    assert await monitor.process.wait() == 0  # type: ignore[union-attr]
    sources = await monitor.lines("source", "list", "--json")
    assert {one["outcome"] for one in sources} == {"unchanged"}
    assert len(await monitor.lines("hits", "list", "--json")) == len(wanted)
    assert len(world.posts) == 2
    code, out = await monitor.ask("audit", "verify", "--json")
    assert code == 0 and '"status":"ok"' in out


async def test_sigterm_under_load_ends_within_ten_seconds_and_leaves_nothing_leased(world: World) -> None:
    """F13"""
    world.delay = 30.0  # every receiver hangs
    monitor = Monitor(world)
    await monitor.start()
    await _until(lambda: world.posts and world.mails)
    for _ in range(20):
        world.publish()
    began = time.monotonic()
    assert await monitor.terminate() == 0
    assert time.monotonic() - began < 10.5
    with sqlite3.connect(world.folder / "state" / "monitor.db") as base:
        for table in ("source", "link", "message", "host"):
            assert base.execute(f"SELECT count(*) FROM {table} WHERE lease_worker IS NOT NULL").fetchone() == (0,)
        assert base.execute("SELECT count(*) FROM attempt WHERE outcome IS NULL").fetchone()[0] >= 1, (
            "they stay started"
        )


async def test_a_second_service_on_one_file_is_refused_and_says_who_holds_it(world: World) -> None:
    """F16"""
    first, second = Monitor(world), Monitor(world)
    await first.start()
    await _until(lambda: world.posts)
    await second.start()
    assert await second.process.wait() == 2  # type: ignore[union-attr]
    assert "is in use by process" in (world.folder / "log.jsonl").read_text()
    assert await first.terminate() == 0


async def test_an_edit_acts_at_once_and_a_broken_one_leaves_the_last_good_version_in_force(world: World) -> None:
    file = world.folder / "watchlists" / "all.yaml"
    good = file.read_text()
    monitor = Monitor(world)
    await monitor.start()
    await _until(lambda: len(world.posts) >= 2)

    file.write_text(good.replace("terms: [Qiming Program]", "terms: [Qiming Program, Spring Garden scheme]"))
    await _until(lambda: (world.folder / "log.jsonl").read_text().count("watchlists in force") == 2)
    while (new := world.publish()).matches:
        pass
    await _until(lambda: new.title in world.told_titles())

    file.write_text(good.replace("topic: qiming", "topic: Qi ming!"))
    await _until(lambda: "watchlist refused" in (world.folder / "log.jsonl").read_text())
    while (later := world.publish()).matches:
        pass
    await _until(lambda: later.title in world.told_titles())
    assert await monitor.terminate() == 0


async def test_a_broken_channel_does_not_silence_the_others(world: World) -> None:
    """F54: the mail server is gone; the webhook hears everything, and the mails stay owed."""
    world.environ["TEST_MAIL"] = "mailto://127.0.0.1:9?from=m@example.org&to=a@example.org&mode=insecure"
    monitor = Monitor(world)
    await monitor.start("run", "--once")
    assert await monitor.process.wait() == 0  # type: ignore[union-attr]
    assert set(world.told_titles()) == {one.title for one in world.items if one.matches}
    mails = [one for one in await monitor.lines("alerts", "list", "--json") if one["channel"] == "mail"]
    assert mails
    for one in mails:
        assert one["state"] == "sending"
        assert [try_["outcome"] for try_ in one["attempts"]] == ["refused"]  # type: ignore[attr-defined]


async def test_a_folder_that_cannot_be_written_is_an_error_that_names_it(world: World) -> None:
    blocked = world.folder / "blocked"
    blocked.write_text("a file where a folder should be")
    world.environ["MONITOR_STATE"] = str(blocked / "state")
    monitor = Monitor(world)
    await monitor.start("run", "--once")
    assert await monitor.process.wait() == 2  # type: ignore[union-attr]
    log = (world.folder / "log.jsonl").read_text()
    assert str(blocked) in log and "Traceback" not in log
