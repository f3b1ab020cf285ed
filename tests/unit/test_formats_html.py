"""What a page says: its text, its own part of it, its date, its links."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.adapters.formats import Caps, dates, html, links
from monitor.adapters.formats.markup import to_text
from monitor.adapters.kinds import READERS
from monitor.domain.document import Extracted, Harvest, Origin
from monitor.domain.errors import ReadError


def read(body: str, kind: str = "page", url: str = "https://city.example/art/1.html", **options: object) -> Harvest:
    return READERS[kind].read(body.encode(), Origin("s", kind, url, options=options), Caps())


def page(body: str, **options: object) -> Extracted:
    return read(body, "page", **options).texts[0]


def test_inline_elements_do_not_tear_words_and_blocks_do_not_glue_them() -> None:
    assert to_text(
        "<p>启<b>明</b>计<span>划</span></p><p>Pro<i>gram</i></p>one<br>two<table><tr><td>a</td><td>b</td></table>"
    ) == ("启明计划\nProgram\none\ntwo\na\nb")


def test_scripts_styles_and_comments_are_no_text() -> None:
    assert to_text("<style>p{}</style><script>var x='启明计划'</script><!-- c --><p>t</p><noscript>n</noscript>") == "t"


def test_select_takes_a_block_and_ignore_leaves_one_out() -> None:
    body = "<div id=a><p>in</p><p class=clock>12:00</p></div><div>out</div>"
    assert page(body, select="#a", ignore=".clock").text == "in"
    assert page(body, ignore=".clock").text == "in\nout"
    nothing = page(body, select="#none")
    assert nothing.text == "" and "nothing found for select '#none'" in nothing.warnings


def test_a_selector_that_cannot_be_read_is_an_error_that_shows_it() -> None:
    with pytest.raises(ReadError, match="a\\[\\["):
        read("<p>x", "listing", follow="a[[")
    with pytest.raises(ReadError, match="p\\[\\["):
        read("<p>x", select="p[[")


def test_the_title_is_the_heading_without_the_name_of_the_site() -> None:
    assert page("<title>申报通知_科技局_城市网</title><h1>申报通知</h1>").title == "申报通知"
    assert page("<title>New call for talents | City of Example</title><p>x").title == "New call for talents"
    assert page("<p>no title").title == ""


def test_a_canonical_address_counts_only_on_its_own_host() -> None:
    assert page("<link rel=canonical href='/b'>").canonical == "https://city.example/b"
    assert page("<link rel=canonical href='https://else.example/b'>").canonical is None


def test_what_a_page_tells_about_itself_is_kept() -> None:
    body = """<html lang=en><meta property="og:type" content="article"><meta name=author content="Ann Example">
    <script type="application/ld+json">
    {"@type": "JobPosting", "datePublished": "2026-10-05", "hiringOrganization": {"name": "Uni"}}</script><p>x"""
    harvest = read(body)
    assert harvest.meta["og:type"] == "article" and harvest.meta["schema:type"] == "JobPosting"
    assert harvest.meta["schema:hiringOrganization"] == "Uni"
    (text,) = harvest.texts
    assert (text.author, text.language, text.published) == ("Ann Example", "en", datetime(2026, 10, 5, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("发布时间：2026年11月1日", (2026, 11, 1)),
        ("发布日期: 2026-11-01 08:30", (2026, 11, 1)),
        ("成文日期：二〇二六年十一月二十三日", (2026, 11, 23)),
        ("發佈日期：二○二六年十月十日", (2026, 10, 10)),
        ("时间：2026/1/9 来源", (2026, 1, 9)),
        ("Published: 3 March 2026", (2026, 3, 3)),
        ("Posted on March 3, 2026", (2026, 3, 3)),
        ("报名时间：2026年12月1日", None),
        ("申报截止日期: 2026-12-31", None),
        ("Closing date: 3 March 2026", None),
    ],
)
def test_the_date_beside_its_label_is_read_in_any_script(text: str, day: tuple[int, int, int] | None) -> None:
    found = dates.labelled("导航\n" + text + "\n正文")
    assert (found.year, found.month, found.day) == day if found and day else day is None


def test_a_date_with_a_zone_is_told_in_utc_and_one_without_a_time_stays_that_day() -> None:
    assert dates.parse("2026-11-01T01:30:00+08:00") == datetime(2026, 10, 31, 17, 30, tzinfo=UTC)
    assert dates.parse("2026年11月1日") == datetime(2026, 11, 1, tzinfo=UTC)
    assert dates.parse("13/13/13") is None and dates.parse("2026-13-01") is None


def test_links_are_absolute_web_addresses_and_everything_else_is_inert() -> None:
    base = "https://city.example:8443/a/b.html"
    assert links.absolute("../c?x=1#y", base) == "https://city.example:8443/c?x=1"
    for href in ("javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "mailto:a@b", "#top", "", "http://"):
        assert links.absolute(href, base) is None
    assert links.found("https://city.example:8443/c").host == "city.example:8443"
    assert links.found("http://city.example/c").host == "city.example:80"


def test_documents_behind_links_are_attachments_however_they_are_named() -> None:
    assert links.is_attachment("https://x/附件.DOCX") and links.is_attachment("https://x/down?file=a.pdf&id=1")
    assert links.is_attachment("https://x/a.wps") and not links.is_attachment("https://x/a.html")


def test_a_listing_gives_each_notice_once_with_its_longest_title() -> None:
    body = "<a href='/n/1.html'>1</a><a href='/n/1.html#x'>关于申报的通知</a><a href='/n/2.pdf'>附件</a><a href='/art/1.html'>self</a>"
    found = read(body, "listing").links
    assert [(link.title, link.attachment) for link in found] == [("关于申报的通知", False), ("附件", False)]


def test_a_selector_may_name_the_block_that_holds_the_links() -> None:
    body = "<ul class=list><li><a href='/1'>a</a><li><a href='/2'>b</a></ul><a href='/3'>c</a>"
    assert [link.title for link in read(body, "listing", follow="ul.list").links] == ["a", "b"]
    empty = read(body, "listing", follow="ul.none a")
    assert empty.links == () and "no links found for follow 'ul.none a'" in empty.warnings


def test_furniture_is_what_stands_around_the_main_text() -> None:
    prose = "各有关单位：现组织申报二〇二六年度项目，请符合条件的人才通过用人单位申报，材料于月底前报送。"
    around = "<nav><a href=/>首页</a><a href=/x>启明计划专题</a></nav>{}<footer>版权所有</footer>"
    body = around.format(f"<article><h1>通知</h1><p>{prose}</p><p>{prose[::-1]}</p></article>")
    origin = Origin("s", "page", "https://city.example/art/1.html")
    (text,) = html.refine(body.encode(), origin, Caps(), html.read(body.encode(), origin, Caps())).texts
    assert (
        prose in text.text
        and "启明计划" not in text.text
        and "启明计划专题" in text.furniture
        and prose not in text.furniture
    )
