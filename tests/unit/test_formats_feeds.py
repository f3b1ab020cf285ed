"""Which entries a feed holds, in each of its dialects."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from monitor.adapters.formats import Caps, feeds
from monitor.domain.document import Extracted, Harvest, Origin
from monitor.domain.errors import ReadError
from tests.fakes import bodies


def read(body: bytes | str, **options: object) -> Harvest:
    data = body.encode() if isinstance(body, str) else body
    return feeds.read(data, Origin("s", "feed", "https://f.example/feeds/all", options=options), Caps())


def one(item: str, **options: object) -> Extracted:
    return read(bodies.rss(f"<item>{item}</item>"), **options).texts[0]


@pytest.mark.parametrize(
    "body",
    [
        "<rss version='2.0'><channel><item><title>T</title><link>/a</link><description>D</description></item></channel></rss>",
        "<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>T</title><link href='/a'/><summary>D</summary></entry></feed>",
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'>"
        "<item><title>T</title><link>/a</link><description>D</description></item></rdf:RDF>",
        "<channel><item href='/a'><title>T</title><abstract>D</abstract></item></channel>",
        json.dumps(
            {"version": "https://jsonfeed.org/version/1.1", "items": [{"url": "/a", "title": "T", "content_text": "D"}]}
        ),
    ],
    ids=["rss", "atom", "rdf", "cdf", "json"],
)
def test_every_dialect_gives_title_text_and_an_absolute_address(body: str) -> None:
    (entry,) = read(body).texts
    assert (entry.title, entry.text, entry.url) == ("T", "D", "https://f.example/a")


def test_markup_becomes_text_and_the_summary_is_not_told_twice() -> None:
    space = "xmlns:content='http://purl.org/rss/1.0/modules/content/'"
    long = f"<content:encoded {space}><![CDATA[<p>启<b>明</b>计划</p><p>more</p>]]></content:encoded>"
    assert one(f"<title>a &amp;amp; b</title><description>启明计划</description>{long}").text == "启明计划\nmore"
    assert one("<title>x &lt; y</title>").title == "x < y"


def test_enclosures_and_linked_documents_are_attachments() -> None:
    shown = "&lt;a href='/list.xlsx'&gt;list&lt;/a&gt; &lt;a href='/n2'&gt;n&lt;/a&gt;"
    item = f"<link>/n</link><enclosure url='/form.doc' type='x'/><description>{shown}</description>"
    assert [link.url for link in one(item).attachments] == ["https://f.example/form.doc", "https://f.example/list.xlsx"]


def test_a_feed_body_that_names_a_file_or_an_address_opens_neither() -> None:
    for body in ("/etc/hostname", "http://127.0.0.1:9/feed", "file:///etc/hostname"):
        with pytest.raises(ReadError, match="not a feed"):
            read(body)


def test_dates_without_a_zone_take_that_of_the_source() -> None:
    item = "<title>t</title><pubDate>2026-11-01 08:00:00</pubDate>"
    assert one(item).published == datetime(2026, 11, 1, 8, tzinfo=UTC)
    assert one(item, timezone="Asia/Shanghai").published == datetime(2026, 11, 1, 0, tzinfo=UTC)
    zoned = "<title>t</title><pubDate>Sun, 01 Nov 2026 08:00:00 +0800</pubDate>"
    assert one(zoned, timezone="Europe/Berlin").published == datetime(2026, 11, 1, 0, tzinfo=UTC)
    assert one("<title>t</title><pubDate>2026年11月1日</pubDate>").published == datetime(2026, 11, 1, tzinfo=UTC)


def test_a_declared_encoding_that_lies_does_not_spoil_the_text() -> None:
    item = "<rss version='2.0'><channel><item><title>启明计划申报通知</title></item></channel></rss>"
    body = "<?xml version='1.0' encoding='{}'?>" + item
    for declared, real in (("gb2312", "gb18030"), ("iso-8859-1", "utf-8"), ("utf-8", "gb18030"), ("utf-8", "utf-16")):
        assert read(body.format(declared).encode(real)).texts[0].title == "启明计划申报通知", (declared, real)


def test_an_empty_feed_is_a_feed() -> None:
    harvest = read(bodies.rss(""))
    assert harvest.entries == 0 and harvest.title == "Notices"


def test_text_beyond_the_budget_is_cut_and_told_entry_by_entry() -> None:
    items = "".join(f"<item><guid>{n}</guid><description>{'x' * 400}</description></item>" for n in range(4))
    harvest = feeds.read(bodies.rss(items), Origin("s", "feed", "https://f.example/"), Caps(text=1_000))
    assert [len(text.text) for text in harvest.texts] == [400, 400, 200, 0]
    assert [text.truncated for text in harvest.texts] == [False, False, True, True]
    assert harvest.truncated and "text cut at 1000 bytes" in harvest.warnings
