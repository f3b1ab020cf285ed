"""A web with a page for every row of catalogue A that touches fetching, feeds, HTML, PDF, Office and archives.

Each row is a source of its own with what an operator is to read of it in the end. `small` serves the same tricks in a
size that a suite has time for.
"""

from __future__ import annotations

import asyncio
import gzip
import os
import random
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from tests.fakes import bodies
from tests.fakes import hostile_bodies as made
from tests.fakes.web import Asked, Web, answer, bomb

PDF = {"Content-Type": "application/pdf"}
FEED = {"Content-Type": "application/rss+xml"}
WORD = {"Content-Type": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}
OK = b"HTTP/1.1 200 OK\r\n"
SECRET = "启明计划 secret of the inside"


@dataclass(frozen=True, slots=True)
class Row:
    """One source: the rows of the catalogue, what a watchlist says of it, and what is to be read of it afterwards."""

    key: str
    source: str  # "page: http://…", further options on further lines
    outcome: str  # failed, read (changed or not), either
    words: str = ""  # a pattern in the reason or the advice; "" where there is to be none
    entries: int | None = None  # how many it shows, where that is the point

    @property
    def rows(self) -> list[str]:
        """The rows of the catalogue that its key names: "a43-a44-surrogate" → A43, A44."""
        return [part.upper() for part in self.key.split("-") if part[:1] == "a" and part[1:].isdigit()]


@dataclass(frozen=True, slots=True)
class BadFile:
    """A watchlist file that must be refused alone: its name tells the rows, `words` what its author reads."""

    name: str
    text: str
    words: str


@dataclass
class HostileTown:
    """The hosts: the hostile one, one inside that nobody may ask, and one that nobody has a reason to ask."""

    small: bool = True
    outside: str = "/nowhere"  # where a zip file wants to write to
    web: Web = field(default_factory=Web)
    inside: Web = field(default_factory=Web)  # on 127.0.0.2: private, and not allowed
    trap: Web = field(default_factory=Web)  # on 127.0.0.1: allowed, and only ever named where nothing may be fetched
    rows: list[Row] = field(default_factory=list)
    ports: list[int] = field(default_factory=list)  # of the hosts that have a robots.txt or a pace of their own
    _open: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def __aenter__(self) -> HostileTown:
        for one in (self.web, self.inside, self.trap):
            await self._open.enter_async_context(one)
        server = await asyncio.start_server(self.inside._serve, "127.0.0.2", self.inside.port)
        self._open.callback(server.close)
        self.inside.page("/secret", SECRET.encode())
        self.fill()
        await self._robots()
        return self

    def fill(self) -> None:
        """The rows of the hostile host."""
        for part in (self._addresses, self._answers, self._feeds, self._pages, self._documents, self._matching):
            part()

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

    @property
    def secret(self) -> str:
        """An address inside."""
        return f"http://127.0.0.2:{self.inside.port}"

    def names(self) -> dict[str, list[list[str]]]:
        """What the name server says: A09 has two records, A10 is another at the second look."""
        return {
            "metadata.test": [["169.254.169.254"]],
            "two.test": [["93.184.216.34", "127.0.0.2"]],
            "again.test": [["127.0.0.1"], ["127.0.0.2"]],
            "xn--pple-43d.test": [["127.0.0.2"]],
        }

    def add(
        self, key: str, outcome: str, words: str = "", *, url: str = "", kind: str = "page", entries: int | None = None,
        more: str = "",
    ) -> str:  # fmt: skip
        """A row whose page stands under its own key; returns its path."""
        self.rows.append(Row(key, f"{kind}: {url or self.web.url(f'/{key}')}{more}", outcome, words, entries))
        return f"/{key}"

    def serve(
        self, key: str, body: str | bytes, outcome: str, words: str = "", *, kind: str = "page",
        headers: Mapping[str, str] | None = None, entries: int | None = None, more: str = "",
    ) -> None:  # fmt: skip
        """A row whose page is this body."""
        path = self.add(key, outcome, words, kind=kind, entries=entries, more=more)
        sent = headers if headers is not None else (FEED if kind == "feed" else None)
        self.web.page(path, body.encode() if isinstance(body, str) else body, headers=sent)

    def bad_files(self) -> Sequence[BadFile]:
        """Files that must not come into force: addresses, selectors and terms that are more than they seem."""
        addresses = {
            "a08": "http://2130706433/", "a08-octal": "http://0177.0.0.1/", "a12": "http://a\\\\@127.0.0.1/",
            "a13": "http://[not-ip]/", "a14": "file:///etc/passwd", "a14-nested": "source:file:///etc/passwd",
            "a15": "gopher://127.0.0.1/", "a19": "http://user:hunter2@other.example/",
            "a15-data": "data:,x", "a20": "http://a.example/\\r\\nX-Y: z",
        }  # fmt: skip
        found = [
            BadFile(f"{name}.yaml", f'sources:\n  - source: {name}\n    page: "{address}"\n', "address|http")
            for name, address in addresses.items()
        ]
        found += [
            BadFile(
                f"a60-{place}.yaml",
                f"sources:\n  - source: a60-{place}\n    listing: https://example.org/\n    follow: \"{selector}\"\n",
                "selector|CSS",
            )
            for place, selector in enumerate(made.SELECTORS)
        ]  # fmt: skip
        forms = "{" + ", ".join(f"a{number}" for number in range(20)) + "}"
        found += [
            BadFile("a17.yaml", "channels:\n  - channel: a17\n    url: json://169.254.169.254/latest\n", "env:"),
            BadFile(
                "a73.yaml", "topics:\n  - topic: a73\n    name: A\n    terms: ['(a+)+$']\n", "match nearly everything"
            ),
            BadFile("a74.yaml", f"topics:\n  - topic: a74\n    name: A\n    terms: ['{forms * 5}']\n", "forms"),
        ]
        return found

    def _addresses(self) -> None:
        """A01 to A22: where an address leads."""
        port = self.inside.port
        inside = {
            "a01-loopback": f"{self.secret}/secret", "a01-v6": f"http://[::1]:{port}/secret",
            "a02-metadata": "http://169.254.169.254/latest/meta-data/", "a02-name": "http://metadata.test/",
            "a03-shared": "http://100.100.100.200/", "a04-mapped": f"http://[::ffff:127.0.0.2]:{port}/secret",
            "a04-compatible": f"http://[::127.0.0.2]:{port}/secret", "a05-nat64": "http://[64:ff9b::a9fe:a9fe]/",
            "a05-local-nat64": "http://[64:ff9b:1::a00:1]/", "a06-6to4": "http://[2002:7f00:2::]/",
            "a06-teredo": "http://[2001:0:7f00:2::]/", "a06-site": "http://[fec0::1]/", "a06-srv6": "http://[5f00::1]/",
            "a07-reserved": "http://240.0.0.1/", "a07-multicast": "http://224.0.0.1/", "a07-bench": "http://198.18.0.1/",
            "a07-zero": f"http://0.0.0.0:{port}/secret", "a09-two-records": f"http://two.test:{port}/secret",
            "a22-look-alike": f"http://аpple.test:{port}/secret",
        }  # fmt: skip
        for key, url in inside.items():
            self.add(key, "failed", "private address.*MONITOR_ALLOW_PRIVATE", url=url)
        again = f"http://again.test:{self.web.port}/a10"
        self.web.redirect("/a10", f"http://again.test:{port}/secret")
        self.add("a10-rebinding", "failed", "private address", url=again)
        for hop in range(1, 5):
            self.web.redirect(f"/a11-{hop}", f"/a11-{hop + 1}", (301, 302, 307, 308)[hop - 1])
        self.web.redirect("/a11-5", f"{self.secret}/secret")
        self.add("a11-redirect", "failed", "private address", url=self.web.url("/a11-1"))
        for key, location in (
            ("a12-redirect", "http://a\\@127.0.0.2/"), ("a13-redirect", "http://[not-ip]/"),
            ("a14-redirect", "file:///etc/passwd"), ("a15-redirect", "gopher://127.0.0.2/"),
        ):  # fmt: skip
            self.web.redirect(self.add(key, "failed", "bad address"), location)
        links = "".join(
            f"<li><a href='{url}'>通知 {place}</a></li>"
            for place, url in enumerate((
                f"{self.secret}/a.html", "javascript:alert(1)", "file:///etc/passwd", "data:text/html,x",
                self.web.url("/fine.html"),
            ))
        )  # fmt: skip
        self.web.page("/fine.html", made.NOTICE.encode())
        self.serve("a15-links", f"<html><title>list</title><ul>{links}</ul>", "read", kind="listing")
        self.web.redirect(self.add("a21-itself", "failed", "redirect loop"), "/a21-itself", 301)
        self.web.redirect(self.add("a21-two", "failed", "redirect loop"), "/a21-back")
        self.web.redirect("/a21-back", "/a21-two")
        self._second_order()

    def _second_order(self) -> None:
        """A18: a feed that names the inside wherever a feed can name anything."""
        secret = self.secret
        entry = (
            f"<item><guid>1</guid><title>启明计划</title><link>{secret}/entry</link>"
            f"<description>&lt;img src='{secret}/pixel'&gt;&lt;link rel=canonical href='{secret}/c'&gt;"
            f"启明计划申报通知</description><enclosure url='{secret}/annex.pdf' type='application/pdf'/></item>"
        )
        head = (
            f"<atom:link rel='next' href='{secret}/next'/><atom:link rel='hub' href='{secret}/hub'/>"
            f"<image><url>{secret}/favicon.ico</url></image><link>{secret}/</link>"
        )
        feed = (
            f"<rss version='2.0' xmlns:atom='http://www.w3.org/2005/Atom'><channel><title>f</title>{head}{entry}"
            "</channel></rss>"
        )
        self.serve("a18-second-order", feed, "read", "another host", kind="feed", entries=1)

    def _answers(self) -> None:
        """A23 to A35: how a server answers."""
        web = self.web
        member = bomb(10_000_000)
        packed = {"Content-Encoding": "gzip", "Content-Type": "text/html"}
        web.status(self.add("a23-bomb", "failed", "too large"), 200, packed, member * (20 if self.small else 1_000))
        for key, coding in (("a24-brotli", "br"), ("a24-zstd", "zstd"), ("a25-chain", ", ".join(["gzip"] * 50))):
            web.status(self.add(key, "failed", "unasked coding"), 200, {"Content-Encoding": coding}, b"x" * 100)
        web.endless(self.add("a26-redirect-body", "read"), b"HTTP/1.1 302 Found\r\nLocation: /fine.html\r\n\r\n")
        web.endless(self.add("a27-endless", "failed", "too large"))
        web.endless(self.add("a27-chunk", "failed", "too large"), OK + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFF\r\n")
        web.drip(self.add("a28-drip", "failed", "timed out"), 0.05)
        web.silent(self.add("a28-silent", "failed", "timed out"))
        web.raw(self.add("a28-head", "failed", "timed out"), OK, *([b"X-A: b\r\n"] * 2_000), pause=0.1)
        crumbs = b"1\r\nx\r\n" * 10_000
        chunked = OK + b"Content-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
        web.raw(self.add("a28-crumbs", "read"), chunked, *([crumbs] * 20), b"0\r\n\r\n", hang_up=False)
        fields = b"".join(b"X-%d: y\r\n" % number for number in range(100_000))
        for key, head in (("a29-many", fields), ("a29-long", b"X-Big: " + b"y" * 1_000_000 + b"\r\n")):
            path = self.add(key, "failed", "headers too large|bad answer")
            web.raw(path, OK + head + b"Content-Length: 0\r\n\r\n")
        for key, pieces in (
            ("a30-short", (OK + b"Content-Length: 100000\r\n\r\n", made.NOTICE.encode())),
            ("a30-chunk", (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"5\r\nhe")),
            ("a30-gzip", (OK + b"Content-Encoding: gzip\r\n\r\n", gzip.compress(b"x" * 5000)[:-9])),
            ("a30-two-lengths", (OK + b"Content-Length: 5\r\nContent-Length: 9\r\n\r\n", b"hello")),
            ("a30-nothing", (b"",)),
            ("a30-other-protocol", (b"SSH-2.0-OpenSSH_9.2\r\n",)),
            ("a30-noise", (random.Random(30).randbytes(2_000),)),
        ):  # fmt: skip
            web.raw(self.add(key, "failed", "cut off|bad answer|connection reset"), *pieces)
        self.serve("a32-max-age", made.NOTICE, "read", headers={"Cache-Control": "max-age=315360000, immutable"})
        ttl = bodies.rss("<ttl>1000000000</ttl><item><title>t</title></item>")
        self.serve("a32-ttl", ttl, "read", kind="feed", entries=1)
        web.status(self.add("a33-unasked-304", "failed", "304 unasked"), 304)
        self.serve("a34-login", made.LOGIN, "failed", "login page.*not got round")
        self.serve("a34-login-for-feed", made.LOGIN, "failed", "not a feed|login page", kind="feed")
        self.serve("a35-pdf-as-page", bodies.pdf(bodies.words("Qiming Program")), "read", headers={})
        self.serve("a35-page-as-feed", made.PAGE_FOR_FEED, "failed", "not a feed.*Sign in", kind="feed")

    def _feeds(self) -> None:
        """A36 to A53: what a feed says."""
        small = self.small
        self.serve("a38-laughs", made.laughing_feed(), "either", kind="feed")
        self.serve("a38-laughs-word", made.laughing_docx(), "failed", "unreadable", headers=WORD)
        self.serve("a39-token", made.huge_token(2_000_000 if small else 8_000_000), "either", kind="feed")
        self.serve("a40-deep-feed", made.deep_feed(), "either", kind="feed")
        self.serve("a40-deep-word", made.deep_docx(), "failed", "unreadable|too large", headers=WORD)
        self.serve("a42-entity", made.outside_feed(self.trap.url("/xxe")), "either", kind="feed")
        for place, reference in enumerate(made.REFERENCES):
            body = made.impossible_feed(reference)
            self.serve(f"a43-a44-reference-{place}", body, "read", kind="feed", entries=2)
        self.serve("a45-cdata", made.tricky_feed(), "read", kind="feed", entries=1)
        for place, start in enumerate(made.HALF_DOCTYPES):
            self.serve(f"a46-doctype-{place}", made.half_doctype(start), "either", kind="feed")
        number = 6_000 if small else 50_000
        self.serve("a47-long", made.long_feed(number), "read", f"read 5000 of {number}", kind="feed", entries=5_000)
        self.serve("a48-one-guid", made.one_guid(), "read", kind="feed", entries=9)
        for place, guid in enumerate(made.GUIDS):
            self.serve(f"a49-no-guid-{place}", made.no_guid(guid), "read", kind="feed", entries=11)
        for place, date in enumerate(made.DATES):
            self.serve(f"a50-date-{place}", made.dated(date), "read", kind="feed", entries=1)
        for place, broken in enumerate(made.BROKEN_JSON):
            self.serve(f"a51-json-{place}", broken, "failed", "not a feed", kind="feed")
        self.serve("a51-types", made.wrong_types(), "read", kind="feed", entries=2)
        loop = f"<urlset><url><loc>{self.web.url('/a52-sitemap')}</loc></url></urlset>"
        self.serve("a52-sitemap", loop, "read", kind="sitemap", headers={"Content-Type": "text/xml"})
        index = f"<sitemapindex><sitemap><loc>{self.web.url('/a52-index')}</loc></sitemap></sitemapindex>"
        self.serve("a52-index", index, "read", kind="sitemap", headers={"Content-Type": "text/xml"})
        again = f"<link rel='next' href='{self.web.url('/a52-next')}'/><entry><id>1</id><title>t</title></entry>"
        feed = f"<feed xmlns='http://www.w3.org/2005/Atom'><title>f</title>{again}</feed>"
        self.serve("a52-next", feed, "read", kind="feed", headers={"Content-Type": "application/atom+xml"})
        self.serve("a53-base", made.hostile_base(), "read", kind="feed", entries=2)

    def _pages(self) -> None:
        """A36, A37, A54 to A59: what a page says."""
        self.serve("a36-late-meta", made.LATE_META, "read", headers={"Content-Type": "text/html"})
        lie = {"Content-Type": "text/html; charset=iso-8859-1"}
        self.serve("a36-utf16", made.NOTICE.encode("utf-16"), "read", headers=lie)
        self.serve("a36-unsure", made.NO_CHARSET, "read", "encoding uncertain", headers={"Content-Type": "text/html"})
        self.serve("a37-bytes", made.IMPOSSIBLE_BYTES, "read", headers={"Content-Type": "text/html"})
        self.serve("a41-elements", made.many_elements(), "failed", "unreadable")
        for depth in (260, 2_000):
            self.serve(f"a54-deep-{depth}", made.deep_page(depth), "read")
        self.serve("a55-abyss", made.abyss(), "failed", "unreadable")
        times = 300_000 if self.small else 1_000_000
        for place, piece in enumerate(made.UNFINISHED[:1] if self.small else made.UNFINISHED):
            self.serve(f"a56-tags-{place}", made.unfinished(piece, times), "either")
        for place, trick in enumerate(made.MARKUP_TRICKS):
            self.serve(f"a57-markup-{place}", made.NOTICE + trick, "read")
        self.serve("a58-hidden", made.HIDDEN, "read")
        turns = iter(range(1, 1_000))

        async def turning(_: Asked, writer: asyncio.StreamWriter) -> None:
            number = next(turns)
            page = made.turning_page(f"t{number}", 1 + number % 28, number % 60, number * 7)
            writer.write(answer(200, page.encode(), {"Content-Type": "text/html; charset=utf-8"}))

        self.web.on(self.add("a59-turning", "read", more="\n    every: 1 s"), turning)

    def _documents(self) -> None:
        """A61 to A72: PDF, Word and zip."""
        small = self.small
        deflated = made.packed_twice(100_000_000 if small else 1_000_000_000)
        self.serve("a61-flate", deflated, "either", "unreadable|needs-ocr", headers=PDF)
        by_lzw = made.packed_by_lzw(20_000_000 if small else 400_000_000)
        self.serve("a62-lzw", by_lzw, "either", "unreadable|needs-ocr", headers=PDF)
        self.serve("a63-table", made.circular_table(), "either", headers=PDF)
        self.serve("a63-outline", made.circular_outline(), "either", headers=PDF)
        self.serve("a64-image", made.endless_image(), "either", "unreadable|needs-ocr", headers=PDF)
        self.serve("a65-size", made.huge_size(), "either", headers=PDF)
        paths = made.million_paths(100_000 if small else 955_000)
        self.serve("a67-paths", paths, "either", "unreadable|needs-ocr", headers=PDF)
        self.serve("a68-blank", bodies.pdf(b""), "read", "needs-ocr", headers=PDF)
        self.serve("a68-empty", b"", "failed", "empty", headers=PDF)
        pages = bodies.pdf(bodies.words("word"), pages=2_100 if small else 10_000)
        self.serve("a68-pages", pages, "read", "read 2000 of", headers=PDF)
        self.serve("a69-bomb", made.word_bomb(120 if small else 400), "failed", "too large", headers=WORD)
        self.serve("a69-members", made.many_members(), "failed", "too large", headers=WORD)
        self.serve("a70-overlap", bodies.overlapping_zip(), "failed", "unreadable", headers=WORD)
        self.serve("a71-entity", made.outside_docx(), "failed", "unreadable", headers=WORD)
        self.serve("a72-climbing", made.climbing_docx(self.outside), "read", headers=WORD)

    def _matching(self) -> None:
        """A75, A76: texts that are hard to match."""
        line = made.one_line(6_000 if self.small else 58_000)
        self.serve(
            "a75-line",
            line,
            "read",
            "" if self.small else "only the beginning was read",
            headers={"Content-Type": "text/plain"},
        )
        for place, term in enumerate(made.DISGUISES):
            self.serve(f"a76-disguise-{place}", f"<html><p>现组织申报{term}，请报送材料。</p></html>", "read")

    async def _host(self) -> Web:
        host = await self._open.enter_async_context(Web())
        self.ports.append(host.port)
        return host

    async def _robots(self) -> None:
        """A31 and A105, each on a host of its own: what they ask for is asked of the whole host."""
        for key, wait in (
            ("a31-huge", "99999999999"),
            ("a31-negative", "-1"),
            ("a31-past", "Mon, 02 Mar 2020 08:00:00 GMT"),
        ):
            host = await self._host()
            host.status("/x", 429, {"Retry-After": wait})
            self.add(key, "failed", "http 429.*(longer|pause)", url=host.url("/x"))
        down = await self._host()
        down.status("/robots.txt", 503)
        self.add("a105-503", "failed", "robots: unavailable.*asked again", url=down.url("/x"))
        large = await self._host()
        filler = "Disallow: /none/0123456789/0123456789/0123456789\n" * 13_000
        large.robots(f"User-agent: *\nDisallow: /x\n{filler}")
        self.add("a105-600-kb", "failed", "robots: disallowed", url=large.url("/x"))
        hops = await self._host()
        hops.redirect("/robots.txt", "/r1")
        for hop in range(1, 7):
            hops.redirect(f"/r{hop}", f"/r{hop + 1}")
        hops.page("/x", made.NOTICE.encode())
        self.add("a105-hops", "read", url=hops.url("/x"))
        binary = await self._host()
        binary.page("/robots.txt", os.urandom(100_000))
        binary.page("/x", made.NOTICE.encode())
        self.add("a105-binary", "read", url=binary.url("/x"))
