"""web: a small web on loopback that keeps publishing, for the service to watch."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import quote, unquote

from aiohttp import web

from . import documents, pages
from .pages import Post
from .site import Expectation, Piece, first_pieces, later_pieces

MIRROR = "mirror"  # the place that stands on the second host
SHOWN = 20  # entries in a feed or list


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the demo's sources stand; `mirror` is another host (another port of loopback)."""

    notices: str
    news: str
    science: str
    agency: str
    mirror: str


@dataclass(frozen=True, slots=True)
class Published:
    """What just appeared, where, and what should come of it."""

    key: str
    title: str
    place: str
    url: str
    expects: tuple[Expectation, ...]


@dataclass(frozen=True, slots=True)
class Resource:
    """Bytes under an address, with the validators that honest servers send."""

    body: bytes
    content_type: str
    changed: datetime

    @property
    def etag(self) -> str:
        """A strong entity tag: equal bytes, equal tag."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:20]}"'


class DemoWeb:
    """Two loopback servers with a notice list, an Atom feed, two RSS feeds and an agency's page.

    `now` gives the time of publication, with its zone.
    """

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now
        self._posts: dict[str, Post] = {}  # by key of the first piece under the address
        self._latest = later_pieces()
        self._resources: dict[tuple[bool, str], Resource] = {}
        self._runners: list[web.AppRunner] = []
        self._bases = {False: "", True: ""}
        self.published: list[Published] = []
        self.requests = 0
        self.unchanged = 0

    async def start(self) -> Addresses:
        """Binds both servers to free ports and publishes what stands there from the beginning."""
        for mirror in (False, True):
            self._bases[mirror] = await self._serve(mirror)
        for piece in first_pieces():
            self._publish(piece)
        main, mirror_base = self._bases[False], self._bases[True]
        return Addresses(
            notices=f"{main}/notices/",
            news=f"{main}/news/atom.xml",
            science=f"{main}/science/rss.xml",
            agency=f"{main}/agency/",
            mirror=f"{mirror_base}/rss.xml",
        )

    def publish_next(self) -> Published:
        """Publishes the next piece; there is always one more."""
        return self._publish(next(self._latest))

    def expected(self) -> list[Published]:
        """All that was published so far, in order, with what should come of each."""
        return list(self.published)

    async def stop(self) -> None:
        """Ends both servers."""
        for runner in self._runners:
            await runner.cleanup()
        self._runners.clear()

    async def _serve(self, mirror: bool) -> str:
        app = web.Application()

        async def handle(request: web.Request) -> web.Response:
            return self._answer(request, mirror)

        app.router.add_get("/{path:.*}", handle)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        self._runners.append(runner)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    def _answer(self, request: web.Request, mirror: bool) -> web.Response:
        """200 with validators, 304 where they still hold, 404 for what is not there."""
        self.requests += 1
        found = self._resources.get((mirror, quote(unquote(request.path))))
        if found is None:
            return web.Response(status=404, text="Not found\n")
        headers = {
            "ETag": found.etag,
            "Last-Modified": format_datetime(found.changed, usegmt=True),
            "Cache-Control": "no-cache",
        }
        if _still_holds(request, found):
            self.unchanged += 1
            return web.Response(status=304, headers=headers)
        return web.Response(body=found.body, headers={**headers, "Content-Type": found.content_type})

    def _publish(self, piece: Piece) -> Published:
        now = self._now().astimezone(UTC).replace(microsecond=0)
        if piece.replaces:
            post = replace(self._posts[piece.replaces], piece=piece, updated=now)
            self._posts[piece.replaces] = post
        else:
            at = now + timedelta(days=piece.days)
            post = Post(piece, _path(piece), f"tag:demo.example,2026:{piece.key}", at, at)
            self._posts[piece.key] = post
        url = self._draw(post, now)
        told = Published(piece.key, piece.title, piece.place, url, piece.expects)
        self.published.append(told)
        return told

    def _draw(self, post: Post, now: datetime) -> str:
        """Redraws the page of a post and the list or feed that shows it; answers where its text stands."""
        mirror = post.piece.place == MIRROR
        base = self._bases[mirror]
        self._put(mirror, post.path, pages.article(post), "text/html; charset=utf-8", now)
        self._put(mirror, "/robots.txt", "User-agent: *\nAllow: /\n", "text/plain; charset=utf-8", now)
        self._draw_list(post.piece.place, now)
        attached = post.piece.attachment
        if attached is None:
            return base + post.path
        write = documents.pdf if attached.form == "pdf" else documents.docx
        kind = "application/pdf" if attached.form == "pdf" else _DOCX_TYPE
        path = pages.attachment_path(post)
        self._resources[mirror, path] = Resource(write(attached.title, attached.paragraphs), kind, now)
        return base + path

    def _draw_list(self, place: str, now: datetime) -> None:
        posts = sorted(
            (post for post in self._posts.values() if post.piece.place == place),
            key=lambda post: post.updated,
            reverse=True,
        )[:SHOWN]
        mirror = place == MIRROR
        base = self._bases[mirror]
        if place == "notices":
            self._put(mirror, "/notices/", pages.listing(posts), "text/html; charset=utf-8", now)
        elif place == "news":
            self._put(mirror, "/news/atom.xml", pages.atom(place, posts, base, now), "application/atom+xml", now)
        elif place != "agency":
            path = "/rss.xml" if mirror else f"/{place}/rss.xml"
            self._put(mirror, path, pages.rss(place, posts, base), "application/rss+xml; charset=utf-8", now)

    def _put(self, mirror: bool, path: str, text: str, content_type: str, now: datetime) -> None:
        body = text.encode("utf-8")
        old = self._resources.get((mirror, path))
        if old is None or old.body != body:
            self._resources[mirror, path] = Resource(body, content_type, now)


_DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _path(piece: Piece) -> str:
    if piece.place == "agency":
        return "/agency/"
    if piece.place == "notices":
        return f"/notices/art/{piece.key}.html"
    return f"/{piece.place}/{piece.key}.html"


def _still_holds(request: web.Request, found: Resource) -> bool:
    """RFC 9110: the entity tag decides; the date counts only where no tag is asked for."""
    if tags := request.headers.get("If-None-Match"):
        return found.etag in [tag.strip() for tag in tags.split(",")]
    if since := request.headers.get("If-Modified-Since"):
        try:
            return found.changed <= parsedate_to_datetime(since)
        except (TypeError, ValueError):
            return False  # a date nobody can read is no date
    return False
