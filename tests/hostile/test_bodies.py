"""Rows A35-A72 of the bad-input catalogue that a body alone can act out, read in a real child.

Each must cost at most itself: the room answers for the next body, and the parent does not grow.
"""

from __future__ import annotations

import json
import resource
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from monitor.adapters.process import ChildLimits, ChildRoom
from monitor.domain.document import Origin, Reading
from monitor.domain.errors import ReadError
from monitor.domain.topic import Ruleset, Term, Topic
from tests.fakes import bodies
from tests.fakes import hostile_bodies as made
from tests.fakes.clock import FakeClock

pytestmark = pytest.mark.asyncio(loop_scope="module")

RULES = Ruleset(id="r", topics=(Topic("qiming", "Qiming", terms=(Term("启明计划"), Term("Qiming Program"))),))
LIMITS = ChildLimits(cpu=1.0, wall=5.0, memory=256_000_000)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def room() -> AsyncIterator[ChildRoom]:
    made = ChildRoom(FakeClock(), b"k" * 32, children=1, limits=LIMITS)
    await made.use(RULES)
    yield made
    await made.close()


async def read(room: ChildRoom, body: bytes | str, kind: str = "document", url: str = "https://h.example/x") -> Reading:
    body = body.encode() if isinstance(body, str) else body
    return await room.read(body, Origin("s", kind, url))


async def refused(room: ChildRoom, body: bytes | str, kind: str = "document") -> ReadError:
    with pytest.raises(ReadError) as error:
        await read(room, body, kind)
    assert (await read(room, "<html><p>fine")).prepared[0].extracted.text == "fine"
    return error.value


def texts(reading: Reading) -> list[str]:
    return [one.extracted.text for one in reading.prepared]


async def test_a35_a_pdf_sent_as_a_page_is_read_as_what_it_is(room: ChildRoom) -> None:
    body = bodies.pdf(bodies.words("Qiming Program"))
    reading = await room.read(body, Origin("s", "page", "https://h.example/x.html", "text/html"))
    assert reading.harvest.format == "pdf" and texts(reading) == ["Qiming Program"] and reading.prepared[0].hits


async def test_a35_a_page_where_a_feed_was_awaited_is_told_with_its_title(room: ChildRoom) -> None:
    error = await refused(room, made.PAGE_FOR_FEED, "feed")
    assert error.reason == "not a feed" and "Sign in" in str(error) and "/feed.xml" in str(error)


@pytest.mark.parametrize("codec", ["gb18030", "big5", "utf-16", "utf-7", "utf-8-sig", "shift_jis"])
async def test_a36_text_in_any_charset_is_decoded_though_the_header_lies(room: ChildRoom, codec: str) -> None:
    text = (
        "関係各位：人材計画の募集を開始します。締切は来月です。"
        if codec == "shift_jis"
        else "啟明計劃申報通知：請各單位組織申報，材料於月底前報送，逾期不予受理。"
    )
    text = text if codec != "gb18030" else "启明计划申报通知：请各单位组织申报，材料于月底前报送，逾期不予受理。"
    meta = "<meta charset=utf-7>" if codec == "utf-7" else ""
    body = meta.encode() + f"<html><body><p>{text}</p></body></html>".encode(codec)
    reading = await room.read(
        body, Origin("s", "page", "https://h.example/", "text/html", "iso-8859-1" if "utf" in codec else None)
    )
    assert texts(reading) == [text]


async def test_a36_a_late_meta_element_decides_and_a_guess_is_told(room: ChildRoom) -> None:
    assert texts(await read(room, made.LATE_META)) == [made.LATE_TEXT]
    warnings = (await read(room, made.NO_CHARSET)).harvest.warnings
    assert any(warning.startswith("encoding uncertain") for warning in warnings)


async def test_a37_nul_surrogates_and_overlong_bytes_become_harmless(room: ChildRoom) -> None:
    reading = await read(room, made.IMPOSSIBLE_BYTES)
    (text,) = texts(reading)
    assert "\x00" not in text and not any("\ud800" <= char <= "\udfff" for char in text)
    assert json.dumps(text).encode() and text.endswith("e")


async def test_a38_entity_bombs_do_not_unfold(room: ChildRoom) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        reading = await read(room, made.laughing_feed(), "feed")
        assert all(len(one.extracted.title) < 1_000 for one in reading.prepared)
    except ReadError as error:
        assert error.reason in {"unreadable", "not a feed"}
    assert (await refused(room, made.laughing_docx())).reason == "unreadable"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000


async def test_a39_a_huge_token_ends_within_the_limits(room: ChildRoom) -> None:
    began = time.monotonic()
    try:
        await read(room, made.huge_token(), "feed")
    except ReadError as error:
        assert error.reason in {"unreadable", "not a feed"}
    assert time.monotonic() - began < 2 * LIMITS.wall + 3


async def test_a40_deeply_nested_xml_costs_one_body(room: ChildRoom) -> None:
    try:
        await read(room, made.deep_feed(), "feed")
    except ReadError as error:
        assert error.reason in {"unreadable", "not a feed"}
    assert (await refused(room, made.deep_docx())).reason in {"unreadable", "too large"}
    assert texts(await read(room, "<html><p>fine")) == ["fine"]


async def test_a41_a_body_that_wants_too_much_memory_is_refused(room: ChildRoom) -> None:
    # 4 million elements of a few bytes each: some hundred bytes of memory for every one of them
    error = await refused(room, made.many_elements())
    assert error.reason == "unreadable"


async def test_a42_external_entities_open_nothing(room: ChildRoom) -> None:
    with open("/etc/hostname") as name:  # noqa: PTH123
        secret = name.read().strip()
    try:
        assert secret not in str(await read(room, made.outside_feed(), "feed"))
    except ReadError as error:
        assert secret not in str(error)


@pytest.mark.parametrize("reference", made.REFERENCES)
async def test_a43_a44_impossible_characters_cost_no_entry(room: ChildRoom, reference: str) -> None:
    feed = await read(room, made.impossible_feed(reference), "feed")
    titles = [one.extracted.title for one in feed.prepared]
    assert titles[0].startswith("one") and titles[1] == "two"


async def test_a45_nested_cdata_and_comments_leave_text_only(room: ChildRoom) -> None:
    (text,) = texts(await read(room, made.tricky_feed(), "feed"))
    assert "x" in text and "y" in text and "<" not in text and "alert" not in text


async def test_a46_a_malformed_doctype_is_an_answer_not_a_crash(room: ChildRoom) -> None:
    for start in made.HALF_DOCTYPES:
        try:
            await read(room, made.half_doctype(start), "feed")
        except ReadError as error:
            assert error.reason in {"not a feed", "unreadable"}


async def test_a47_of_fifty_thousand_entries_five_thousand_are_read_and_the_rest_told() -> None:
    room = ChildRoom(FakeClock(), b"k", children=1)
    try:
        reading = await read(room, made.long_feed(), "feed")
    finally:
        await room.close()
    assert len(reading.prepared) == reading.harvest.entries == 5_000
    assert reading.harvest.truncated and "read 5000 of 50000 entries" in reading.harvest.warnings


async def test_a48_entries_that_share_one_guid_are_all_kept(room: ChildRoom) -> None:
    reading = await read(room, made.one_guid(), "feed")
    again = await read(room, made.one_guid(), "feed")
    assert len({one.extracted.place for one in reading.prepared}) == 9
    assert [one.extracted.place for one in again.prepared] == [one.extracted.place for one in reading.prepared]


@pytest.mark.parametrize("guid", made.GUIDS)
async def test_a49_entries_without_a_guid_of_their_own_are_all_kept(room: ChildRoom, guid: str) -> None:
    places = [one.extracted.place for one in (await read(room, made.no_guid(guid), "feed")).prepared]
    assert len(set(places)) == 11


async def test_a49_an_entry_keeps_its_place_when_others_come_before_it(room: ChildRoom) -> None:
    old = "".join(f"<item><title>t{n}</title></item>" for n in range(3))
    before = {one.extracted.place for one in (await read(room, bodies.rss(old), "feed")).prepared}
    after = {
        one.extracted.place
        for one in (await read(room, bodies.rss("<item><title>new</title></item>" + old), "feed")).prepared
    }
    assert before < after


@pytest.mark.parametrize("date", made.DATES)
async def test_a50_impossible_dates_are_no_dates(room: ChildRoom, date: str) -> None:
    (one,) = (await read(room, made.dated(date), "feed")).prepared
    assert one.extracted.published is None


@pytest.mark.parametrize("body", made.BROKEN_JSON)
async def test_a51_a_broken_json_feed_is_a_visible_failure(room: ChildRoom, body: str) -> None:
    assert (await refused(room, body, "feed")).reason == "not a feed"


async def test_a51_wrong_types_in_one_item_cost_nothing_else(room: ChildRoom) -> None:
    reading = await read(room, made.wrong_types(), "feed")
    assert texts(reading) == ["", "启明计划"]


async def test_a53_a_hostile_base_shows_with_its_real_host(room: ChildRoom) -> None:
    urls = [one.extracted.url for one in (await read(room, made.hostile_base(), "feed")).prepared]
    assert urls[0] in {"https://evil.example/a", "https://h.example/a"} and urls[1] == "https://h.example/x"


@pytest.mark.parametrize("depth", [260, 600, 2_000])
async def test_a54_text_that_lies_deep_is_not_lost(room: ChildRoom, depth: int) -> None:
    (one,) = (await read(room, made.deep_page(depth))).prepared
    assert "启明计划" in one.extracted.text and one.hits


async def test_a55_a_million_nested_elements_cost_one_body(room: ChildRoom) -> None:
    assert (await refused(room, made.abyss())).reason == "unreadable"


@pytest.mark.parametrize("piece", made.UNFINISHED)
async def test_a56_unfinished_tags_end_within_the_limits(room: ChildRoom, piece: bytes) -> None:
    began = time.monotonic()
    try:
        await read(room, made.unfinished(piece))
    except ReadError as error:
        assert error.reason == "unreadable"
    assert time.monotonic() - began < 2 * LIMITS.wall + 3


async def test_a58_a_hit_in_hidden_text_is_marked_as_such(room: ChildRoom) -> None:
    (hit,) = (await read(room, made.HIDDEN)).prepared[0].hits
    assert "hidden text" in hit.reasons
    (hit,) = (await read(room, made.HIDDEN + "<p>另一个启明计划</p>")).prepared[0].hits
    assert "hidden text" not in hit.reasons
