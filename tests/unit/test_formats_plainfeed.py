"""A plain feed says what feedparser makes of it, or is left to feedparser."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import Any

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.adapters.formats import Caps, feeds, markup, plainfeed
from monitor.domain.document import Origin
from tests.fakes import bodies

CORPUS = Path(os.environ.get("MONITOR_CORPUS") or Path(__file__).parents[3] / "shared" / "corpus")
SPACES = (
    "xmlns:content='http://purl.org/rss/1.0/modules/content/' xmlns:dc='http://purl.org/dc/elements/1.1/'"
    " xmlns:atom='http://www.w3.org/2005/Atom' xmlns:media='http://search.yahoo.com/mrss/'"
)
ITEM = "<title>启明计划</title><link>https://x.example/1</link><pubDate>Sun, 01 Nov 2026 08:00:00 +0800</pubDate>"


def by_feedparser(text: str) -> Any:
    headers = {"content-type": "application/xml; charset=utf-8"}
    stream = io.BytesIO(text.encode("utf-8", "replace"))
    return feedparser.parse(stream, sanitize_html=False, resolve_relative_uris=False, response_headers=headers)


def said(told: dict[str, Any]) -> dict[str, Any]:
    """What is read of a feed or an entry, wherever it comes from."""
    words = {name: dict.get(told, name) for name in ("title", "link", "id", "summary", "author", "language")}
    dates = {
        name: (dict.get(told, name), (dict.get(told, f"{name}_parsed") or ())[:6]) for name in ("published", "updated")
    }
    links = [(one.get("rel"), one.get("href"), one.get("title")) for one in dict.get(told, "links") or ()]
    contents = [one["value"] for one in dict.get(told, "content") or ()]
    return {**words, **dates, "links": links, "content": contents}


def agrees(text: str) -> bool:
    """Whether the text is read as a plain feed, and then as feedparser reads it."""
    found = plainfeed.read(text)
    if found is None:
        return False
    awaited = by_feedparser(text)
    assert found.version == awaited.version
    for name in ("title", "link", "language"):
        assert found.feed.get(name) == dict.get(awaited.feed, name)
    older = [(one.get("rel"), one.get("href") or None) for one in found.feed.get("links", ())]
    assert older == [(one.get("rel"), one.get("href") or None) for one in awaited.feed.get("links", ())]
    assert [said(entry) for entry in found.entries] == [said(entry) for entry in awaited.entries]
    return True


def rss(item: str, head: str = "") -> str:
    return f"<rss version='2.0' {SPACES}><channel><title>Notices</title>{head}<item>{item}</item></channel></rss>"


def atom(entry: str, head: str = "", attributes: str = "") -> str:
    space = "xmlns='http://www.w3.org/2005/Atom'"
    return f"<feed {space} {attributes}><title type='text'>N</title>{head}<entry>{entry}</entry></feed>"


PLAIN = {
    "a notice": rss(f"<guid>7</guid>{ITEM}<description>&lt;p&gt;申报&lt;/p&gt;</description>"),
    "content beside a summary": rss(f"{ITEM}<content:encoded><![CDATA[<p>a</p>]]></content:encoded><description>s</description>"),
    "content instead of a summary": rss(f"{ITEM}<content:encoded>c</content:encoded><dc:creator>Li</dc:creator>"),
    "an empty summary before content": rss("<description/><content:encoded>c</content:encoded>"),
    "an id that is the link": rss("<guid>https://x.example/7</guid><title>T</title>"),
    "an id that is not the link": rss("<guid isPermaLink='false'>x7</guid><title>T</title>"),
    "an id that stands behind an empty link": rss("<link/><guid>https://x.example/7</guid>"),
    "an enclosure": rss(f"{ITEM}<enclosure url='/a.pdf' type='application/PDF' length='1'/>"),
    "a feed with a picture and a next page": rss(
        ITEM, "<image><title>I</title><url>u</url><link>l</link></image><atom:link rel='next' href='/2'/><link>/l</link>"
    ),
    "Latin letters that were UTF-8": rss("<title>caf\u00c3\u00a9</title>"),
    "old RSS": "<rss version='0.92'><channel><item><title>T</title></item></channel></rss>",
    "RSS without a version": "<rss><channel><language>zh-cn</language></channel></rss>",
    "Atom": atom(
        "<id>tag:7</id><title type='html'>&lt;b&gt;T</title><link href='/7'/><updated>2026-11-01T08:00:00+08:00</updated>"
        "<author><name>Li</name><email>l@x.example</email></author><summary>S</summary><content type='html'>C</content>",
        "<id>urn:f</id><link rel='self' href='/f'/><author><name>N</name></author>", "xml:lang='zh_CN'",
    ),
    "Atom whose id is its only link": atom("<id>https://x.example/7</id><content>C</content><author/>"),
}  # fmt: skip
ODD = {
    "a document type": "<!DOCTYPE rss [<!ENTITY a 'b'>]><rss version='2.0'><channel/></rss>",
    "an undefined entity": rss("<title>a&nbsp;b</title>"),
    "a cut": rss(ITEM)[:-20],
    "mark-up of its own": atom("<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>x</div></content>"),
    "packed content": atom("<content type='image/png'>eA==</content>"),
    "a base": rss(ITEM).replace("<item>", "<item xml:base='https://y.example/'>"),
    "an element that is not listed": rss(f"{ITEM}<media:title>M</media:title>"),
    "a title that stands twice": rss(f"{ITEM}<title>U</title>"),
    "another form of date": rss("<pubDate>2026年11月1日</pubDate>"),
    "a day that is none": rss("<pubDate>Sun, 31 Feb 2026 08:00:00 GMT</pubDate>"),
    "an address with a reference in it": rss("<link>/?a=1&amp;amp;b=2</link>"),
    "signs of Windows": rss("<title>a&#x93;b</title>"),
    "an older dialect": rss(ITEM).replace("<rss ", "<rss xmlns:r='http://purl.org/rss/1.0/' "),
    "RDF": "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'/>",
    "no feed": "<html><body/></html>",
    "nothing": "",
    "a flood": f"<rss version='2.0'><channel>{'<a/>' * plainfeed.MOST}</channel></rss>",
}


@pytest.mark.parametrize("text", PLAIN.values(), ids=PLAIN)
def test_a_plain_feed_says_what_feedparser_makes_of_it(text: str) -> None:
    assert agrees(text)


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_what_is_not_plain_is_left_to_feedparser(text: str) -> None:
    assert plainfeed.read(text) is None


PARTS = [
    "<title>{}</title>", "<title type='html'>{}</title>", "<link>{}</link>", "<link href='{}'/>", "<guid>{}</guid>",
    "<guid isPermaLink='false'>{}</guid>", "<description>{}</description>", "<content:encoded>{}</content:encoded>",
    "<dc:creator>{}</dc:creator>", "<author>{}</author>", "<pubDate>{}</pubDate>", "<dc:date>{}</dc:date>",
    "<pubDate>Mon, 2 Nov 2026 23:59:00 -0330</pubDate>", "<dc:date>2026-11-01T00:30:00+08:00</dc:date>",
    "<atom:link rel='Alternate' type='text/html' href='{}'/>", "<atom:link rel='self' href='{}'/>", "<category>{}</category>",
    "<enclosure url='{}' type='a/b'/>", "<comments>{}</comments>", "<!-- {} -->", "{}", "<image><title>{}</title></image>",
    "<language>{}</language>", "<atom:summary>{}</atom:summary>", "<atom:content type='html'>{}</atom:content>",
    "<atom:id>{}</atom:id>", "<atom:author><atom:name>{}</atom:name></atom:author>", "<atom:updated>{}</atom:updated>",
]  # fmt: skip
WORDS = st.sampled_from(
    ["", " ", "/a", "启明计划", "a &lt;b&gt;", "https://x.example/?a=1&amp;b=2", "http:///x", "caf\u00c3\u00a9", "&#150;", "\u00a0x"]
) | st.text("<ab;&\u00e9\u4e00 :/", max_size=6).map(lambda text: text.replace("&", "&amp;").replace("<", "&lt;"))  # fmt: skip
SOME = st.lists(st.builds(str.format, st.sampled_from(PARTS), WORDS), max_size=6).map("".join)


@settings(max_examples=300, deadline=None)
@given(SOME, SOME, SOME)
def test_whatever_is_put_together_the_two_never_disagree(head: str, item: str, other: str) -> None:
    text = f"<rss version='2.0' {SPACES}><channel>{head}<item>{item}</item><item>{other}</item></channel></rss>"
    assert agrees(text) or plainfeed.read(text) is None


MARKS = [
    "<p>",
    "</p>",
    "<br>",
    "<BR/>",
    "</br>",
    "<p/>",
    "<p\n>",
    "</P >",
    " ",
    "\n",
    "a",
    "启明",
    "> x",
    "\t\u3000",
    "\x1e",
    "b\xa0c",
    "\ufeff",
]


@given(st.lists(st.sampled_from(MARKS), max_size=12).map("".join))
def test_bare_paragraphs_have_the_text_that_their_tree_has(html: str) -> None:
    assert markup.to_text(f"<p>{html}") == markup.Page(f"<p>{html}").text()


def test_every_feed_of_the_corpus_is_read_as_by_feedparser_and_most_real_ones_are_plain() -> None:
    if not CORPUS.exists():
        pytest.skip("shared corpus is absent: set MONITOR_CORPUS")
    rows = [json.loads(line) for line in (CORPUS / "manifest.jsonl").read_text().splitlines()]
    real = [row for row in rows if row["kind"] == "feed" and row["label"].get("family") == "real-site"]
    plain = sum(agrees((CORPUS / row["file"]).read_bytes().decode("utf-8", "replace")) for row in real)
    assert plain >= 0.75 * len(real)


def test_a_feed_that_is_plain_is_read_without_feedparser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feedparser, "parse", None)
    origin = Origin("s", "feed", "https://f.example/feed")
    (entry,) = feeds.read(bodies.rss(f"<item>{ITEM}</item>"), origin, Caps()).texts
    assert (entry.title, entry.url) == ("启明计划", "https://x.example/1")
