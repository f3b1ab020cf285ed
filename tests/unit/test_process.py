"""The reading room's own housekeeping: who is started, replaced, sent home, and what a limit leaves behind."""

from __future__ import annotations

import asyncio
import gc
import os
import platform
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from monitor.adapters.process import ChildLimits, ChildRoom
from monitor.domain.document import Candidate, Origin
from monitor.domain.errors import ChildDied, ReadError
from monitor.domain.hit import Verdict
from monitor.domain.topic import Ruleset, Term, Topic
from tests.fakes.clock import FakeClock

RULES = Ruleset(id="r", topics=(Topic("qiming", "Qiming", terms=(Term("启明计划"),)),))
PAGE = Origin("s", "page", "https://h.example/x")
FINE = "<html><p>启明计划申报通知".encode()
# a tenth of a second to find the term in, many seconds to do the rest with
HEAVY = "<html><body><p>启明计划" + "".join(
    f"<p>第{n}段，2026年3月{n % 28 + 1}日，奖励{n}万元，每一段都不一样。</p>" for n in range(30_000)
)


@asynccontextmanager
async def opened(children: int = 1, **limits: float) -> AsyncIterator[ChildRoom]:
    room = ChildRoom(FakeClock(), b"k" * 32, children, ChildLimits(**limits))  # type: ignore[arg-type]
    await room.use(RULES)
    try:
        yield room
    finally:
        await room.close()


def living() -> set[int]:
    """Children of this process that run."""
    mine = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(parent) == os.getpid() and state != "Z":
            mine.add(int(stat.parent.name))
    return mine


async def test_a_limit_is_never_a_non_hit() -> None:
    async with opened(cpu=1.0, wall=8.0) as room:
        reading = await room.read(HEAVY.encode(), PAGE)
        (one,) = reading.prepared
        (hit,) = one.hits
        assert one.overran and "启明计划" in one.extracted.text
        assert (hit.topic, hit.verdict, hit.reasons, hit.counted) == ("qiming", Verdict.REVIEW, ("matcher overran",), 1)
        assert not (await room.read(FINE, PAGE)).prepared[0].overran


async def test_an_overrun_before_the_texts_came_is_an_error_and_no_reading() -> None:
    async with opened(wall=1.0) as room:
        began = time.monotonic()
        with pytest.raises(ChildDied, match="no answer within 1 s"):
            await room.read(b"<div>" * 400_000, PAGE)
        assert time.monotonic() - began < 6
        assert (await room.read(FINE, PAGE)).prepared[0].hits


async def test_a_child_is_replaced_after_its_share_of_bodies() -> None:
    async with opened(bodies=2) as room:
        seen = set()
        for _ in range(4):
            await room.read(FINE, PAGE)
            seen |= living()
        assert len(seen) >= 2
        await asyncio.sleep(0.3)
        assert len(living()) <= 1


async def test_a_child_that_has_grown_is_replaced() -> None:
    async with opened(rss=1) as room:
        before = living()
        await room.read(FINE, PAGE)
        await room.read(FINE, PAGE)
        assert living() - before


async def test_of_the_idle_children_one_stays() -> None:
    async with opened(children=3, idle=2.0) as room:
        await asyncio.gather(*(room.read(FINE, PAGE) for _ in range(6)))
        assert len(living()) == 3
        await asyncio.sleep(3.0)
        assert len(living()) == 1


async def test_polling_goes_on_while_a_new_ruleset_is_compiled() -> None:
    async with opened(children=2) as room:
        questions = [asyncio.create_task(room.read(FINE, PAGE)) for _ in range(8)]
        await room.use(Ruleset(id="r2"))
        answered = {reading.ruleset for reading in await asyncio.gather(*questions)}
        assert "r" in answered and (await room.read(FINE, PAGE)).ruleset == "r2"


async def test_a_cancelled_question_leaves_no_child_in_an_unknown_state() -> None:
    async with opened() as room:
        question = asyncio.create_task(room.read(HEAVY.encode(), PAGE))
        await asyncio.sleep(0.3)
        question.cancel()
        with pytest.raises(asyncio.CancelledError):
            await question
        assert (await room.read(FINE, PAGE)).prepared[0].extracted.text == "启明计划申报通知"


async def test_after_close_no_child_is_left() -> None:
    before = living()
    async with opened(children=2) as room:
        await asyncio.gather(room.read(FINE, PAGE), room.read(FINE, PAGE))
    assert living() <= before


async def test_a_child_has_no_environment_no_descriptor_and_no_way_out() -> None:
    secret = os.open("/dev/null", os.O_RDONLY)
    os.set_inheritable(secret, True)
    try:
        async with opened():
            (child,) = living()
            home = Path(f"/proc/{child}")
            assert home.joinpath("environ").read_bytes().strip(b"\0").partition(b"=")[0] in {b"", b"LC_CTYPE"}
            assert str(secret) not in {entry.name for entry in home.joinpath("fd").iterdir()} - {"0", "1", "2", "3"}
            limits = home.joinpath("limits").read_text()
            assert all(word in limits for word in ("Max file size", "Max core file size"))
            row = next(line for line in limits.splitlines() if line.startswith("Max file size"))
            assert row.split()[3:5] == ["0", "0"]
            if platform.machine() in {"x86_64", "aarch64"}:
                assert "Seccomp:\t2" in home.joinpath("status").read_text()
    finally:
        os.close(secret)


async def test_a_body_that_no_frame_can_hold_is_too_large() -> None:
    async with opened() as room:
        with pytest.raises(ReadError) as error:
            await room.read(b"x" * 13_000_000, PAGE)
        assert error.value.reason == "too large"
        assert (await room.read(FINE, PAGE)).prepared


async def test_hostile_bodies_do_not_make_the_service_grow() -> None:
    async with opened(cpu=1.0, wall=3.0, memory=128_000_000) as room:
        await room.read(FINE, PAGE)
        before = resident()
        for piece, times in (("<i>", 2_000_000), ("<p>words ", 100_000)):
            body = piece.encode() * times
            try:
                reading = await room.read(body, PAGE)
                assert sum(len(one.extracted.text.encode()) for one in reading.prepared) <= 5_000_000
                del reading
            except ReadError as error:
                assert error.reason == "unreadable"
            del body
        gc.collect()
        assert resident() - before < 20_000_000


async def test_text_beyond_the_cap_is_cut_and_told() -> None:
    async with opened(text=1_000) as room:
        reading = await room.read("<p>启明计划".encode() + "多".encode() * 5_000, PAGE)
        (one,) = reading.prepared
        assert len(one.extracted.text.encode()) <= 1_000
        assert one.extracted.truncated and reading.harvest.truncated and one.hits


async def test_a_judgement_that_overruns_is_told_as_such() -> None:
    async with opened(wall=0.05) as room:
        prepared = (await _patient(FINE)).prepared[0]
        stored = [
            Candidate(n, n, n, "s", f"https://h/{n}", "t", "启明计划。" * 50_000 + str(n), None, FakeClock().now())
            for n in range(3)
        ]
        with pytest.raises(ChildDied):
            await room.judge(prepared, stored)


async def _patient(body: bytes):  # type: ignore[no-untyped-def]
    async with opened() as room:
        return await room.read(body, PAGE)


def resident() -> int:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
