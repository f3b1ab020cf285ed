"""A fetcher without a network, held to the same contract as the real one.

    fetcher = FakeFetcher({"https://a.example/feed": "<rss/>"})
    fetcher.put(url, "<rss>new</rss>")          # from now on
    fetcher.fail(url, 503, retry_after=120)     # from now on, until the next put
    fetcher.script(url, Failed(url, "timed out after 60 s"))   # only the next answers, in order
    assert fetcher.urls() == [...]

Bodies get an ETag made of their hash; a request that carries it, or the same body hash, gets Unchanged.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, replace

from monitor.domain.source import Blame, Failed, Fetched, FetchResult, Request, Unchanged, Validators
from monitor.pipeline.fetch import (
    BAD_ADDRESS,
    NO_HOST,
    PHRASES,
    TOO_LARGE,
    BadAddress,
    content_type_of,
    is_conditional,
    parse_address,
    without_credentials,
)


@dataclass(frozen=True)
class Page:
    """What an address serves. `etag` None: a server that knows no validators."""

    body: bytes
    content_type: str = "text/html; charset=utf-8"
    etag: str | None = None
    moved_to: str | None = None


class FakeFetcher:
    """Implements ports.Fetcher over a dict of pages; an unknown host is `no such host`, an unknown path 404."""

    def __init__(self, pages: Mapping[str, bytes | str | Page] | None = None, delay: float = 0.0) -> None:
        self.asked: list[Request] = []
        self.closed = False
        self.delay = delay
        self._pages: dict[str, Page | Failed] = {}
        self._next: dict[str, deque[FetchResult]] = defaultdict(deque)
        for url, page in (pages or {}).items():
            self.put(url, page)

    def put(self, url: str, page: bytes | str | Page, content_type: str = "text/html; charset=utf-8") -> None:
        """Serves this from now on."""
        if not isinstance(page, Page):
            body = page.encode() if isinstance(page, str) else page
            page = Page(body, content_type, f'"{hashlib.sha256(body).hexdigest()[:16]}"')
        self._pages[parse_address(url).text] = page

    def fail(self, url: str, status: int, retry_after: float | None = None) -> None:
        """Answers with this status from now on."""
        blame = Blame.HOST if status in (429, 503) else Blame.ADDRESS
        reason = f"http {status} {PHRASES.get(status, '')}".rstrip()
        gone = status in (404, 410)
        address = parse_address(url).text
        self._pages[address] = Failed(address, reason, "", status, blame, gone, retry_after)

    def script(self, url: str, *results: FetchResult) -> None:
        """The next answers of this address, in order, before what it serves."""
        self._next[parse_address(url).text].extend(results)

    def drop(self, url: str) -> None:
        """Serves this no longer: 404 from now on."""
        self.fail(url, 404)

    def urls(self) -> list[str]:
        """What was asked for, in order."""
        return [request.url for request in self.asked]

    async def fetch(self, request: Request) -> FetchResult:
        """As ports.Fetcher."""
        if self.closed:
            raise RuntimeError("the fetcher is closed")
        self.asked.append(request)
        await asyncio.sleep(self.delay)
        try:
            target = parse_address(request.url)
        except BadAddress as error:
            return Failed(without_credentials(request.url), BAD_ADDRESS, str(error))
        if self._next[target.text]:
            return self._next[target.text].popleft()
        page = self._pages.get(target.text)
        if page is None:
            return self._unknown(target.text, target.host)
        if isinstance(page, Failed):
            return replace(page, url=without_credentials(request.url))
        return _served(request, target.text, page)

    async def close(self) -> None:
        """As ports.Fetcher."""
        self.closed = True

    def _unknown(self, url: str, host: str) -> Failed:
        if any(parse_address(known).host == host for known in self._pages):
            return Failed(url, "http 404 not found", "", 404, gone=True)
        return Failed(url, NO_HOST, "the fake web has no such host")


def _served(request: Request, url: str, page: Page) -> FetchResult:
    if len(page.body) > request.cap:
        return Failed(url, TOO_LARGE, f"at most {request.cap:,} bytes are read")
    body_hash = hashlib.sha256(page.body).hexdigest()
    known = is_conditional(request.validators) and page.etag and request.validators.etag == page.etag
    if known:
        return Unchanged(url, replace(request.validators, etag=page.etag))
    if request.validators.body_hash == body_hash:
        return Unchanged(url, Validators(page.etag, None, body_hash))
    content_type, charset = content_type_of(page.content_type)
    return Fetched(url, page.body, body_hash, content_type, charset, page.etag, None, page.moved_to)
