"""What every ReadingRoom promises, asked of the fake and of the children alike."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from monitor.adapters.process import ChildRoom
from monitor.domain.document import Candidate, Origin
from monitor.domain.errors import ReadError
from monitor.domain.hit import Relation, Verdict
from monitor.domain.topic import Ruleset, Term, Topic
from monitor.ports import ReadingRoom
from tests.fakes import bodies
from tests.fakes.clock import FakeClock
from tests.fakes.reading import FakeReadingRoom

pytestmark = pytest.mark.asyncio(loop_scope="module")

CLOCK = FakeClock()
RULES = Ruleset(id="r1", topics=(Topic("qiming", "Qiming Program", terms=(Term("启明计划"), Term("Qiming Program"))),))
ADDRESS = "https://city.example.org/art/1.html"
NOTICE = """<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>关于组织申报启明计划的通知_城市科技局</title></head>
<body><nav><a href="/">首页</a> <a href="/zt/">专题</a></nav><h1>关于组织申报启明计划的通知</h1>
<p>发布时间：2026年11月1日</p>
<article><p>各有关单位：根据工业和信息化部的部署，现组织申报二〇二六年度启明计划，请符合条件的海外高层次人才通过用人单位申报。</p>
<p>申报人应当具有博士学位，年龄不超过四十周岁，在海外知名高校、科研机构或者企业有三年以上的工作经历，全职回国工作。</p>
<p>申报材料请于2026年12月1日前报送市科技局人才处，逾期不予受理。联系人：张三，联系电话：0571-12345678。</p>
<p><a href="/files/form.docx">附件：申报书</a> <a href="javascript:alert(1)">打印</a></p></article>
<footer>版权所有 城市科技局</footer></body></html>"""


@pytest_asyncio.fixture(loop_scope="module", scope="module", params=["fake", "children"])
async def room(request: pytest.FixtureRequest) -> AsyncIterator[ReadingRoom]:
    made: ReadingRoom = FakeReadingRoom(CLOCK) if request.param == "fake" else ChildRoom(CLOCK, b"k" * 32, children=1)
    await made.use(RULES)
    yield made
    await made.close()


def page(url: str = ADDRESS, kind: str = "document", **options: object) -> Origin:
    return Origin("city", kind, url, "text/html", None, options)


async def test_a_notice_page_gives_its_hit_with_an_exact_span_and_its_attachment(room: ReadingRoom) -> None:
    reading = await room.read(NOTICE.encode(), page())
    (one,) = reading.prepared
    (hit,) = one.hits
    best = hit.matches[0]
    field = one.extracted.title if best.field == "title" else one.extracted.text
    assert (hit.topic, field[best.start : best.end]) == ("qiming", "启明计划")
    assert [link.url for link in one.extracted.attachments] == ["https://city.example.org/files/form.docx"]
    assert str(one.extracted.published).startswith("2026-11-01")
    assert reading.ruleset == "r1" and len(one.text_hash) == 64 and one.keys
    assert reading.harvest.texts == (one.extracted,)


async def test_a_text_without_a_term_has_no_hit_and_no_candidate_keys(room: ReadingRoom) -> None:
    reading = await room.read("<html><body><p>今天天气很好，大家去公园散步。</p>".encode(), page())
    (one,) = reading.prepared
    assert one.hits == () and one.keys == () and not one.overran


async def test_a_term_in_the_furniture_alone_is_suppressed_with_that_reason(room: ReadingRoom) -> None:
    body = NOTICE.replace("启明计划", "创新项目").replace('<a href="/zt/">专题</a>', '<a href="/zt/">启明计划专题</a>')
    (one,) = (await room.read(body.encode(), page())).prepared
    (hit,) = one.hits
    assert (hit.verdict, hit.reasons[0]) == (Verdict.SUPPRESSED, "page furniture")
    assert "启明计划" not in one.extracted.text and "启明计划" in one.extracted.furniture


async def test_a_feed_gives_each_entry_and_a_listing_its_links(room: ReadingRoom) -> None:
    feed = bodies.rss("<item><title>启明计划</title><link>/a</link></item><item><title>b</title></item>")
    reading = await room.read(feed, page("https://city.example.org/feed", "feed"))
    assert [len(one.hits) for one in reading.prepared] == [1, 0]
    listing = (
        "<ul><li><a href='/art/1.html'>通知一</a><li><a href='/art/2.html'>通知二</a><li><a href='/about'>关于</a></ul>"
    )
    reading = await room.read(listing.encode(), page("https://city.example.org/", "listing", follow="a[href*='/art/']"))
    assert [(link.url, link.host, link.title) for link in reading.harvest.links] == [
        ("https://city.example.org/art/1.html", "city.example.org:443", "通知一"),
        ("https://city.example.org/art/2.html", "city.example.org:443", "通知二"),
    ]


async def test_a_body_that_cannot_be_read_is_an_error_with_one_word_and_the_room_goes_on(room: ReadingRoom) -> None:
    with pytest.raises(ReadError) as error:
        await room.read(b"<html><title>Log in</title>", page("https://city.example.org/feed", "feed"))
    assert error.value.reason == "not a feed" and "Log in" in str(error.value)
    with pytest.raises(ReadError) as error:
        await room.read(b"", page(kind="no-such-kind"))
    assert error.value.reason == "unsupported"
    assert (await room.read(NOTICE.encode(), page())).prepared[0].hits


async def test_the_same_text_at_another_place_is_judged_same(room: ReadingRoom) -> None:
    (one,) = (await room.read(NOTICE.encode(), page("https://copy.example.net/2.html"))).prepared
    stored = Candidate(
        version=7,
        item=3,
        document=5,
        source="city",
        url=ADDRESS,
        title=one.extracted.title,
        text=one.extracted.text,
        published=one.extracted.published,
        first_seen_at=CLOCK.now() - timedelta(hours=1),
    )
    decision = await room.judge(one, [stored])
    assert (decision.relation, decision.to) == (Relation.SAME, 7)
    assert (await room.judge(one, [])).relation is Relation.DISTINCT


async def test_a_new_ruleset_holds_from_the_next_question_on(room: ReadingRoom) -> None:
    await room.use(Ruleset(id="r2", topics=(Topic("kunpeng", "Kunpeng", terms=(Term("海外高层次人才"),)),)))
    reading = await room.read(NOTICE.encode(), page())
    assert (reading.ruleset, [hit.topic for hit in reading.prepared[0].hits]) == ("r2", ["kunpeng"])
    await room.use(RULES)
    assert (await room.read(NOTICE.encode(), page())).ruleset == "r1"
