"""What lists, sitemaps, folders, feeds and pushed documents say that they hold."""

from __future__ import annotations

import gzip
import json

import pytest

from monitor.adapters.formats import Caps
from monitor.adapters.kinds import KINDS, READERS
from monitor.domain.document import Harvest, Origin
from monitor.domain.errors import ReadError

SITE = "https://city.example.org"


def read(kind: str, body: str | bytes, url: str = f"{SITE}/notices/", media: str = "", **options: object) -> Harvest:
    content = body.encode() if isinstance(body, str) else body
    return READERS[kind].read(content, Origin("s", kind, url, media, options=options), Caps())


def page(*links: str, more: str = "") -> str:
    return f"<html><body><ul>{''.join(f'<li>{link}</li>' for link in links)}</ul>{more}</body></html>"


def anchor(href: str, words: str = "Notice") -> str:
    return f"<a href='{href}'>{words}</a>"


@pytest.mark.parametrize("kind", KINDS, ids=[kind.key for kind in KINDS])
def test_every_kind_says_what_it_is_and_refuses_what_it_cannot_read(kind) -> None:  # type: ignore[no-untyped-def]
    assert kind.summary and kind.address in {"url", "path", "name"}
    with pytest.raises(ReadError):
        kind.read(b"\x89PNG\r\n\x1a\n\x00\x01", Origin("s", kind.key, SITE, "image/png"), Caps())


@pytest.mark.parametrize(
    ("own", "more", "following"),
    [
        ("", "<link rel=next href='?page=2'>", "?page=2"),
        ("", anchor("index_1.html", "下一页"), "index_1.html"),
        ("", anchor("/notices/list2.htm", "下页 &gt;"), "list2.htm"),
        ("", anchor("p2", "Next »"), "p2"),
        ("", anchor("p2", "›"), "p2"),
        ("", anchor("?page=2", "2") + anchor("?page=3", "3"), "?page=2"),
        ("?page=2", anchor("?page=1", "1") + anchor("?page=3", "3"), "?page=3"),
        ("index_1.html", anchor("index.html", "1") + anchor("index_2.html", "3"), "index_2.html"),
        ("", "<script>createPageHTML(3, 0, 'index', 'html');</script>", "index_1.html"),
        ("index_1.html", '<script>createPageHTML("page_div", 3, 1, "index", "shtml", 60)</script>', "index_2.shtml"),
        ("index_2.html", "<script>createPageHTML(3, 2, 'index', 'html');</script>", None),
        ("", anchor("javascript:go(2)", "下一页"), None),
        ("", anchor("https://elsewhere.example/2", "下一页"), None),  # A18
        ("", anchor("", "下一页"), None),  # A52
        ("", anchor("/art/2.html", "2"), None),
        ("", anchor("last", ">>"), None),
    ],
)
def test_a_list_says_where_it_goes_on(own: str, more: str, following: str | None) -> None:
    found = read("listing", page(anchor("/art/9.html"), more=more), f"{SITE}/notices/{own}")
    assert found.more == ((f"{SITE}/notices/{following}",) if following else ())


def test_the_link_to_the_next_page_is_no_notice() -> None:
    found = read("listing", page(anchor("/art/1.html"), more=anchor("?page=2", "下一页")))
    assert [link.url for link in found.links] == [f"{SITE}/art/1.html"]


def test_an_operator_names_the_link_to_the_next_page() -> None:
    body = page(anchor("/art/1.html"), more=anchor("?page=2", "下一页") + "<i class=older><a href='?page=7'>…</a></i>")
    assert read("listing", body, next=".older").more == (f"{SITE}/notices/?page=7",)
    with pytest.raises(ReadError, match="bad selector"):
        read("listing", body, next="a[[")


def test_plain_patterns_say_which_links_are_read() -> None:
    body = page(anchor("/art/1.html"), anchor("/en/art/2.html"), anchor("/art/3.PDF"), anchor("/about"))
    found = read("listing", body, follow_matching=["/art/*.html", ".pdf"], skip_matching=["/en/"])
    assert [link.url for link in found.links] == [f"{SITE}/art/1.html", f"{SITE}/art/3.PDF"]


def test_a_pattern_of_many_stars_costs_nothing() -> None:
    address = "/" + "a" * 2_000
    assert read("listing", page(anchor(address)), follow_matching=["*a" * 200 + "b"]).links == ()


SITEMAP = """<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://city.example.org/art/1.html</loc><lastmod>2026-11-01</lastmod></url>
<url><loc> https://city.example.org/art/2.html </loc><lastmod>2026-11-03T08:00:00+08:00</lastmod>
 <news:news><news:title>关于 启明计划</news:title></news:news></url>
<url><loc>/art/3.html</loc></url><url><loc>ftp://city.example.org/</loc></url><url></url></urlset>"""


@pytest.mark.parametrize("packed", [False, True])
def test_a_sitemap_gives_its_addresses_the_newest_first_with_their_dates(packed: bool) -> None:
    body = gzip.compress(SITEMAP.encode()) if packed else SITEMAP.encode()
    found = read("sitemap", body, f"{SITE}/sitemap.xml")
    assert [(link.url.removeprefix(SITE), link.stamp, link.title) for link in found.links] == [
        ("/art/2.html", "2026-11-03T08:00:00+08:00", "关于 启明计划"),
        ("/art/1.html", "2026-11-01", ""),
        ("/art/3.html", "", ""),
    ]


def test_a_sitemap_index_leads_to_its_files_the_newest_first() -> None:
    body = (
        "<sitemapindex><sitemap><loc>/a.xml.gz</loc><lastmod>2026-01-01</lastmod></sitemap>"
        "<sitemap><loc>/b.xml</loc><lastmod>2026-11-01</lastmod></sitemap></sitemapindex>"
    )
    assert read("sitemap", body, f"{SITE}/sitemap.xml").more == (f"{SITE}/b.xml", f"{SITE}/a.xml.gz")


def test_a_sitemap_may_be_a_text_with_an_address_a_line() -> None:
    found = read("sitemap", f"{SITE}/1\n\n{SITE}/2\nnonsense\n", f"{SITE}/sitemap.txt", "text/plain")
    assert [link.url for link in found.links] == [f"{SITE}/1", f"{SITE}/2"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not a sitemap"),
        (b"<html><body>404</body></html>", "not a sitemap"),
        (b"<rss version='2.0'><channel/></rss>", "not a sitemap"),
        (b"hello", "not a sitemap"),
        (b"\x1f\x8b\x08broken", "unreadable"),
        (gzip.compress(bytes(60_000_000)), "too large"),  # a bomb
        (b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><urlset><url><loc>&x;</loc></url>", None),  # A42
        (b"<urlset>" + b"<a>" * 5_000, None),  # A40
    ],
)
def test_what_is_no_sitemap_is_told_and_nothing_is_opened(body: bytes, reason: str | None) -> None:
    if reason is None:
        try:
            found = read("sitemap", body, f"{SITE}/sitemap.xml")
        except ReadError as error:
            assert error.reason == "not a sitemap"
        else:
            assert found.links == ()
        return
    with pytest.raises(ReadError) as told:
        read("sitemap", body, f"{SITE}/sitemap.xml")
    assert told.value.reason == reason


def test_a_feed_says_where_older_entries_are() -> None:
    atom = "<feed xmlns='http://www.w3.org/2005/Atom'><title>t</title><link rel='{}' href='{}'/><entry><id>1</id></entry></feed>"
    assert read("feed", atom.format("next", "?page=2")).more == (f"{SITE}/notices/?page=2",)
    assert read("feed", atom.format("prev-archive", "/2026/10.atom")).more == (f"{SITE}/2026/10.atom",)
    assert read("feed", atom.format("self", "/feed")).more == ()
    told = {"version": "https://jsonfeed.org/version/1.1", "title": "t", "next_url": f"{SITE}/2.json", "items": []}
    assert read("feed", json.dumps(told)).more == (f"{SITE}/2.json",)


def test_a_pushed_document_may_be_called_by_the_names_that_other_tools_use() -> None:
    told = {
        "link": f"{SITE}/1",
        "subject": " A  notice ",
        "content_html": "<p>启明计划</p>",
        "date_published": "2026-11-01",
    }
    (text,) = read("push", json.dumps(told), "push:1", "application/json").texts
    assert (text.place, text.title, text.text) == (f"{SITE}/1", "A notice", "启明计划")
    assert str(text.published).startswith("2026-11-01")


def test_what_came_over_old_tls_rules_says_so() -> None:
    from monitor.adapters.reader import read_body
    from monitor.domain.topic import Ruleset
    from monitor.pipeline.match import compile_ruleset

    compiled = compile_ruleset(Ruleset("r1", ()))
    for url, marked in ((f"{SITE}/1.html", True), ("http://city.example.org/1.html", False)):
        origin = Origin("s", "document", url, "text/html", options={"old_tls": True})
        (one,) = read_body(page("a").encode(), origin, Caps(), compiled, b"k", lambda harvest, counts: None).prepared
        assert ("read over old TLS rules" in one.extracted.warnings) is marked
