"""Rows A61-A72 of the bad-input catalogue: PDF and zip files that want to hang, burst or escape."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from monitor.adapters.process import ChildLimits, ChildRoom
from monitor.domain.document import Origin, Reading
from monitor.domain.errors import ChildDied, ReadError
from monitor.domain.topic import Ruleset, Term, Topic
from tests.fakes import bodies
from tests.fakes import hostile_bodies as made
from tests.fakes.clock import FakeClock

pytestmark = pytest.mark.asyncio(loop_scope="module")

RULES = Ruleset(id="r", topics=(Topic("qiming", "Qiming", terms=(Term("Qiming Program"),)),))
LIMITS = ChildLimits(cpu=1.0, wall=5.0, memory=256_000_000)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def room() -> AsyncIterator[ChildRoom]:
    made = ChildRoom(FakeClock(), b"k" * 32, children=1, limits=LIMITS)
    await made.use(RULES)
    yield made
    await made.close()


async def read(room: ChildRoom, body: bytes, url: str = "https://h.example/x") -> Reading:
    return await room.read(body, Origin("s", "document", url))


async def survived(room: ChildRoom, body: bytes) -> str:
    """What became of a body: its state in a word; the next body is read in any case, and soon."""
    began = time.monotonic()
    try:
        reading = await read(room, body)
        state = reading.harvest.warnings[0] if reading.harvest.warnings else "read"
    except ReadError as error:
        state = error.reason
    assert time.monotonic() - began < 2 * LIMITS.wall + 3
    after = await read(room, bodies.pdf(bodies.words("Qiming Program")))
    assert after.prepared[0].extracted.text == "Qiming Program"
    return state


async def test_a61_flate_in_flate_in_flate_is_stopped(room: ChildRoom) -> None:
    assert await survived(room, made.packed_twice()) in {"unreadable", "needs-ocr"}


async def test_a63_a_circular_table_of_objects_ends(room: ChildRoom) -> None:
    for body in (made.circular_table(), made.circular_outline()):
        assert await survived(room, body) in {"read", "unreadable"}


async def test_a64_an_inline_image_without_end_ends(room: ChildRoom) -> None:
    assert await survived(room, made.endless_image()) in {"needs-ocr", "unreadable"}


async def test_a65_a_huge_size_in_the_trailer_reserves_nothing(room: ChildRoom) -> None:
    assert await survived(room, made.huge_size()) in {"read", "unreadable"}


async def test_a66_a_reader_that_dies_is_told_and_the_next_body_is_read(room: ChildRoom) -> None:
    question = asyncio.create_task(read(room, made.slow_page()))
    for _ in range(2):  # the body is tried once more, alone in a new child
        await asyncio.sleep(0.1)
        while not (victims := children()):
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.3)
        for victim in victims:
            os.kill(victim, signal.SIGSEGV)
    with pytest.raises(ChildDied) as error:
        await question
    assert error.value.reason == "unreadable"
    assert (await read(room, bodies.pdf(bodies.words("Qiming Program")))).prepared[0].hits


async def test_a67_a_page_of_a_million_paths_costs_at_most_itself(room: ChildRoom) -> None:
    assert await survived(room, made.million_paths()) in {"needs-ocr", "unreadable"}


async def test_a68_a_page_without_text_says_so_and_many_pages_are_told(room: ChildRoom) -> None:
    reading = await read(room, bodies.pdf(b""))
    assert reading.harvest.warnings == ("needs-ocr",) and reading.prepared[0].extracted.text == ""
    many = ChildRoom(FakeClock(), b"k", children=1)
    try:
        reading = await read(many, bodies.pdf(bodies.words("word"), pages=10_000))
    finally:
        await many.close()
    assert reading.harvest.truncated and "read 2000 of 10000 pages" in reading.harvest.warnings


async def test_a68_an_empty_body_is_no_document(room: ChildRoom) -> None:
    with pytest.raises(ReadError) as error:
        await read(room, b"")
    assert error.value.reason == "empty"


async def test_a69_a_word_file_that_unpacks_without_end_is_refused(room: ChildRoom) -> None:
    assert await survived(room, made.word_bomb()) == "too large"


async def test_a69_thousands_of_members_are_refused(room: ChildRoom) -> None:
    assert await survived(room, made.many_members()) == "too large"


async def test_a70_members_that_overlap_are_refused(room: ChildRoom) -> None:
    assert await survived(room, bodies.overlapping_zip()) == "unreadable"


async def test_a71_an_external_entity_in_a_word_file_opens_nothing(room: ChildRoom) -> None:
    assert await survived(room, made.outside_docx()) == "unreadable"


async def test_a72_names_that_lead_out_of_the_file_write_nothing(room: ChildRoom, tmp_path: Path) -> None:
    outside = tmp_path / "outside.xml"
    assert (await read(room, made.climbing_docx(f"{tmp_path}/outside"))).prepared[0].extracted.text == "inside"
    assert not outside.exists() and list(tmp_path.iterdir()) == []


def children() -> list[int]:
    """The processes that this one started."""
    found = Path(f"/proc/self/task/{os.getpid()}/children")
    if found.exists():
        return [int(number) for number in found.read_text().split()]
    return [
        int(stat.parent.name)
        for stat in Path("/proc").glob("[0-9]*/stat")
        if stat.read_text().rpartition(")")[2].split()[1] == str(os.getpid())
    ]
