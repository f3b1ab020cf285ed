"""Rows A57, A59, A62, A75 and A76 of the bad-input catalogue: tricks that live in the text of a body, read in a real child."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from monitor.adapters.process import ChildLimits, ChildRoom
from monitor.domain.document import Candidate, Origin, Reading
from monitor.domain.errors import ReadError
from monitor.domain.hit import Relation
from monitor.domain.topic import Ruleset, Term, Topic
from tests.fakes import bodies
from tests.fakes import hostile_bodies as made
from tests.fakes.clock import FakeClock

pytestmark = pytest.mark.asyncio(loop_scope="module")
RULES = Ruleset(id="r", topics=(Topic("qiming", "Qiming", terms=(Term("启明计划"), Term("Qiming Program"))),))


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def room() -> AsyncIterator[ChildRoom]:
    made = ChildRoom(FakeClock(), b"k" * 32, children=1, limits=ChildLimits(cpu=8.0, wall=20.0))
    await made.use(RULES)
    yield made
    await made.close()


async def read(room: ChildRoom, body: str | bytes, kind: str = "page", url: str = "https://h.example/x") -> Reading:
    body = body.encode() if isinstance(body, str) else body
    return await room.read(body, Origin("s", kind, url))


@pytest.mark.parametrize("trick", made.MARKUP_TRICKS)
async def test_a57_markup_that_hides_in_markup_gives_text_and_never_a_script(room: ChildRoom, trick: str) -> None:
    reading = await read(room, f"<html><title>t</title><p>启明计划</p>{trick}<p>after</p></html>")
    text = reading.prepared[0].extracted.text
    assert text.startswith("启明计划") and "alert(1)</script>" not in text
    feed = f"<item><title>启明计划</title><description><![CDATA[<p>启明计划</p>{trick}]]></description></item>"
    [entry] = (await read(room, bodies.rss(feed), "feed")).prepared
    assert entry.extracted.text.startswith("启明计划") and "<script" not in entry.extracted.text


async def test_a59_clocks_counters_and_tokens_make_no_new_text(room: ChildRoom) -> None:
    """A59: two visits of one page, of which only what turns over is another, are one text."""
    first = await read(room, made.turning_page("a1", 2, 10, 104))
    again = await read(room, made.turning_page("b2", 3, 44, 977))
    one, other = first.prepared[0], again.prepared[0]
    if one.text_hash != other.text_hash:  # then the judge says that it is the same text, and nobody is told again
        seen = datetime(2026, 11, 2, tzinfo=UTC)
        text = one.extracted
        before = Candidate(1, 1, 1, "s", text.url, text.title, text.text, None, seen, True, text.place)
        assert (await room.judge(other, [before])).relation is Relation.SAME


async def test_a62_lzw_that_unpacks_without_end_costs_at_most_itself(room: ChildRoom) -> None:
    body = made.packed_by_lzw()
    assert len(body) < 2_000_000
    try:
        state = (await read(room, body, "document")).harvest.warnings[0]
    except ReadError as error:
        state = error.reason
    assert state in {"unreadable", "needs-ocr"}
    assert (await read(room, "<p>fine")).prepared[0].extracted.text == "fine"


async def test_a75_in_one_line_of_ten_megabytes_every_marker_within_the_cap_is_found(room: ChildRoom) -> None:
    """A75: what is over the cap is told as cut, and never a non-hit in silence."""
    line = made.one_line(60_000)
    assert len(line) > 10_000_000
    try:
        reading = await read(room, line, "document", "https://h.example/x.txt")
    except ReadError as error:
        assert error.reason == "unreadable"
        raise
    [one] = reading.prepared
    [hit] = one.hits
    assert len(hit.matches) + hit.counted >= 3 or one.overran
    assert one.extracted.truncated


@pytest.mark.parametrize("term", made.DISGUISES)
async def test_a76_a_term_in_disguise_is_found(room: ChildRoom, term: str) -> None:
    """A76: zero-width characters, soft hyphens, full width and quotes inside a term."""
    reading = await read(room, f"<html><p>现组织申报{term}，请报送材料。</p></html>")
    assert [hit.topic for hit in reading.prepared[0].hits] == ["qiming"]
