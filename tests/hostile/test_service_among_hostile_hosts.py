"""A whole service, its sources hostile but for one: none may crash or stall it, fill its memory or lead it inside."""

from __future__ import annotations

import asyncio
import gzip
import io
import os
import socket
import sys
import zipfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from monitor import wiring
from monitor.config.settings import load_settings
from monitor.config.watchlists import load_files
from monitor.domain.query import HitFilter
from tests.fakes import bodies
from tests.fakes.web import Web, answer, bomb

MOST_GROWTH = 20_000_000  # bytes of the parent
NOTICE = "<html><title>通知</title><p>现组织申报启明计划，申报人须在海外工作三年以上，请于月底前报送材料。</p></html>"
LOGIN = "<title>登录</title><form><input type=password></form>"
LAUGHS = (
    '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "' + "&a;" * 100 + '"><!ENTITY c "' + "&b;" * 100 + '"><!ENTITY d "' + "&c;" * 100
    + '"]><rss><channel><item><title>&d;</title></item></channel></rss>'
)  # fmt: skip
_watched: list[list[tuple[object, ...]]] = []


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect" and _watched:
        _watched[-1].append(arguments)


sys.addaudithook(_hook)


@pytest.fixture
def dialled() -> Iterator[list[object]]:
    """Addresses that this process connects to meanwhile."""
    _watched.append([])
    found: list[object] = []
    yield found
    _watched.pop()


def memory() -> int:
    """Resident bytes of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.fixture
async def inside() -> AsyncIterator[Web]:
    """A host of the private network: on loopback too, but at an address that is not allowed."""
    async with Web() as web:
        server = await asyncio.start_server(web._serve, "127.0.0.2", web.port)
        yield web
        server.close()


def archive(**members: bytes) -> bytes:
    """A zip file with these members, deflated."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in members.items():
            out.writestr(name, data)
    return made.getvalue()


def hostile(web: Web, secret: str) -> dict[str, str]:
    """Serves one of each sort; source key → what a watchlist says of it."""
    inner = (
        f"<atom:link rel='next' href='{secret}/next'/><atom:link rel='hub' href='{secret}/hub'/>"
        f"<image><url>{secret}/favicon.ico</url></image><link>{secret}/</link>"
    )
    entry = (
        f"<item><guid>1</guid><title>启明计划</title><link>{secret}/entry</link><enclosure url='{secret}/annex.pdf'/>"
        f"<description>&lt;img src='{secret}/pixel'&gt;&lt;link rel=canonical href='{secret}/c'&gt;启明计划"
        "申报通知</description></item>"
    )
    head = "<rss version='2.0' xmlns:atom='http://www.w3.org/2005/Atom'><channel><title>f</title>"
    web.page(
        "/second-order.xml", f"{head}{inner}{entry}</channel></rss>".encode(), headers={"Content-Type": "text/xml"}
    )
    web.page("/laughs.xml", LAUGHS.encode(), headers={"Content-Type": "text/xml"})
    xxe = f'<!DOCTYPE r [<!ENTITY x SYSTEM "{secret}/xxe"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    web.page("/xxe.xml", f"{xxe}<rss><channel><item><title>&x;&f;</title></item></channel></rss>".encode())
    loop = f"<urlset><url><loc>{web.url('/loop.xml')}</loc></url><url><loc>{web.url('/deep.html')}</loc></url></urlset>"
    web.page("/loop.xml", loop.encode(), headers={"Content-Type": "text/xml"})
    index = "<sitemapindex><sitemap><loc>{0}</loc></sitemap><sitemap><loc>{1}</loc></sitemap></sitemapindex>"
    web.page("/index.xml", index.format(web.url("/index.xml"), web.url("/index2.xml")).encode())
    web.page("/index2.xml", index.format(web.url("/index.xml"), f"{secret}/map.xml").encode())
    again = f"<link rel='next' href='{web.url('/again.xml')}'/>"
    round_and_round = f"<feed xmlns='http://www.w3.org/2005/Atom'><title>f</title>{again}</feed>"
    web.page("/again.xml", round_and_round.encode(), headers={"Content-Type": "application/atom+xml"})
    web.page("/deep.html", b"<div>" * 2_000 + b"deep")
    web.page("/login.html", LOGIN.encode())
    web.redirect("/inside.html", f"{secret}/page")
    web.redirect("/round.html", web.url("/round.html"))
    web.raw("/bomb.html", answer(200, bomb(200_000_000), {"Content-Encoding": "gzip", "Content-Type": "text/html"}))
    web.raw("/twice.html", answer(200, gzip.compress(gzip.compress(b"x")), {"Content-Encoding": "gzip, gzip"}))
    web.endless("/endless.html")
    web.raw("/short.html", b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n<html>")
    web.raw("/noise.html", os.urandom(2000))
    web.page("/pdf", bodies.pdf(b" " * 50_000_000, filters=2), headers={"Content-Type": "application/pdf"})
    web.page(
        "/docx",
        archive(**{"word/document.xml": b"<w>" + b" " * 120_000_000}),
        headers={"Content-Type": "application/zip"},
    )
    web.page("/overlap", bodies.overlapping_zip(), headers={"Content-Type": "application/zip"})
    links = f"<a href='{secret}/a'>a</a><a href='{web.url('/login.html')}'>b</a><a href='javascript:alert(1)'>c</a><a href='file:///etc/passwd'>d</a>"
    web.page("/list.html", f"<html><title>list</title>{links}</html>".encode())
    pages = ("deep", "login", "inside", "round", "bomb", "twice", "endless", "short", "noise")
    return {
        **{name: f"page: {web.url(f'/{name}.html')}" for name in pages},
        **{name: f"page: {web.url(f'/{name}')}" for name in ("pdf", "docx", "overlap")},
        **{name: f"feed: {web.url(f'/{name}.xml')}" for name in ("second-order", "laughs", "xxe", "again")},
        **{name: f"sitemap: {web.url(f'/{name}.xml')}" for name in ("loop", "index")},
        "list": f"listing: {web.url('/list.html')}",
        "direct": f"page: {secret}/page", "metadata": "page: http://169.254.169.254/latest/meta-data/",
    }  # fmt: skip


async def test_none_of_them_costs_more_than_itself(tmp_path: Path, inside: Web, dialled: list[object]) -> None:
    """A01, A02, A11, A18, A23, A25, A27, A30, A34, A38, A42, A52, A54, A61, A69, A70: all at once, and one that is well."""
    async with Web() as web:
        secret = f"http://127.0.0.2:{inside.port}"
        sources = hostile(web, secret)
        web.page("/good.html", NOTICE.encode())
        folder = tmp_path / "watchlists"
        folder.mkdir()
        rows = "".join(f"  - source: {key}\n    {told}\n" for key, told in sources.items())
        topics = "topics:\n  - topic: qiming\n    name: Qiming\n    terms: [启明计划]\n"
        good = f"sources:\n  - source: good\n    page: {web.url('/good.html')}\n    every: 1 min\n"
        (folder / "all.yaml").write_text(topics + good, "utf-8")
        settings = load_settings(
            {"HOME": str(tmp_path)}, state=str(tmp_path / "state"), watchlists=str(folder),
            allow_private="127.0.0.1/32", host_pace=0, console="off", child={"cpu": 1, "wall": 4},
        )  # fmt: skip
        app = await wiring.build(settings, {})
        try:
            await app.service.begin(spread=False)
            await app.service.polls.once(app.service.desk.now())
            before = memory()
            (folder / "all.yaml").write_text(topics + good + rows, "utf-8")
            plan = await wiring.FolderWatchlists(settings, {}).changed({})
            assert plan is not None
            await app.service.adopt(plan, spread=False)
            await app.service.polls.once(app.service.desk.now())
            grown = memory() - before
            health = {one.source: one for one in app.queries.sources()}
            assert set(health) == {"good", *sources}
            assert [key for key, one in health.items() if one.outcome is None] == [], "each has its outcome"
            wrong = (
                "login",
                "inside",
                "round",
                "bomb",
                "twice",
                "endless",
                "short",
                "docx",
                "direct",
                "metadata",
                "overlap",
            )
            assert {key: health[key].outcome for key in wrong} == dict.fromkeys(wrong, "failed")
            assert health["good"].outcome == "changed"
            assert app.queries.count_hits(HitFilter(sources=("good",))) == 1
            assert grown <= MOST_GROWTH, f"the parent grew by {grown:,} bytes"
        finally:
            await app.abandon()
    assert inside.asked == [], "nothing inside was asked for anything"
    addresses = {arguments[1][0] for arguments in _watched[-1] if isinstance(arguments[1], tuple)}  # type: ignore[index]
    assert addresses <= {"127.0.0.1"}, "no socket was opened to any other address"


def test_a17_an_address_to_send_to_comes_from_settings_and_never_from_a_watchlist() -> None:
    """A17: who writes a watchlist cannot make the service post to a host inside."""
    for url in ("json://169.254.169.254/latest", "jsons://10.0.0.1/hook", "mailto://127.0.0.1:25?from=a@b.c&to=d@e.f"):
        text = f"topics: [{{topic: q, name: Q, terms: [启明计划]}}]\nchannels:\n  - channel: c\n    url: {url}\n"
        loaded = load_files({"a.yaml": text.encode()}, environ={}, check_examples=False)
        assert loaded.channels == () and loaded.problems, url


def test_a60_a_selector_is_css_and_reaches_nothing_outside_its_page() -> None:
    """A60: there is no XPath and no jq whose functions could read files or the environment."""
    for selector in ("//a[unparsed-text('file:///etc/passwd')]", "json-doc('file:///etc/passwd')", ".[] | env"):
        text = f'sources:\n  - source: s\n    listing: https://example.org/\n    follow: "{selector}"\n'
        loaded = load_files({"a.yaml": text.encode()}, environ={}, check_examples=False)
        assert loaded.sources == () or loaded.problems, selector


def test_sockets_to_other_addresses_would_be_seen(dialled: list[object]) -> None:
    """The measurement above measures something."""
    with socket.socket() as one:
        one.settimeout(0.1)
        with pytest.raises(OSError):
            one.connect(("127.0.0.3", 1))
    assert [arguments[1] for arguments in _watched[-1]] == [("127.0.0.3", 1)]
