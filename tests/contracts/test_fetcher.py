"""What every Fetcher promises: the real one over a loopback web and the fake one over a dict."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

import pytest

from monitor.adapters.http import HttpFetcher
from monitor.domain.source import Blame, Failed, Fetched, Request, Unchanged, Validators
from monitor.ports import Fetcher
from tests.fakes.fetcher import FakeFetcher, Page
from tests.fakes.web import Web

BODY = b"<p>notice</p>"


class Site(Protocol):
    """A fetcher and the one host it can reach."""

    fetcher: Fetcher

    def url(self, path: str) -> str: ...

    def put(self, path: str, body: bytes, etag: str | None = '"1"') -> None: ...

    def fail(self, path: str, status: int, retry_after: int | None = None) -> None: ...


@dataclass
class RealSite:
    web: Web
    fetcher: Fetcher

    def url(self, path: str) -> str:
        return self.web.url(path)

    def put(self, path: str, body: bytes, etag: str | None = '"1"') -> None:
        self.web.page(path, body, etag)

    def fail(self, path: str, status: int, retry_after: int | None = None) -> None:
        self.web.status(path, status, {"Retry-After": str(retry_after)} if retry_after else None)


@dataclass
class FakeSite:
    fetcher: FakeFetcher

    def url(self, path: str) -> str:
        return f"http://site.example{path}"

    def put(self, path: str, body: bytes, etag: str | None = '"1"') -> None:
        self.fetcher.put(self.url(path), Page(body, etag=etag))

    def fail(self, path: str, status: int, retry_after: int | None = None) -> None:
        self.fetcher.fail(self.url(path), status, retry_after)


@pytest.fixture(params=["real", "fake"])
async def site(request: pytest.FixtureRequest) -> AsyncIterator[Site]:
    if request.param == "fake":
        yield FakeSite(FakeFetcher())
        return
    async with Web() as web:
        fetcher = HttpFetcher("mention-monitor/0.1", ["127.0.0.0/8"], 0.0)
        yield RealSite(web, fetcher)
        await fetcher.close()


async def test_a_body_comes_whole_with_its_hash_type_and_validators(site: Site) -> None:
    site.put("/a", BODY)
    result = await site.fetcher.fetch(Request(site.url("/a")))
    expected = Fetched(site.url("/a"), BODY, hashlib.sha256(BODY).hexdigest(), "text/html", "utf-8", '"1"')
    assert result == expected


async def test_what_it_gave_makes_the_next_request_conditional(site: Site) -> None:
    site.put("/a", BODY)
    first = await site.fetcher.fetch(Request(site.url("/a")))
    assert isinstance(first, Fetched)
    validators = Validators(first.etag, first.last_modified, first.body_hash)
    assert await site.fetcher.fetch(Request(site.url("/a"), validators)) == Unchanged(site.url("/a"), validators)
    site.put("/a", b"<p>changed</p>", '"2"')
    again = await site.fetcher.fetch(Request(site.url("/a"), validators))
    assert isinstance(again, Fetched) and again.etag == '"2"'


async def test_f44_the_same_bytes_are_unchanged_whatever_the_etag_says(site: Site) -> None:
    site.put("/a", BODY, '"2"')
    body_hash = hashlib.sha256(BODY).hexdigest()
    result = await site.fetcher.fetch(Request(site.url("/a"), Validators('"1"', None, body_hash)))
    assert result == Unchanged(site.url("/a"), Validators('"2"', None, body_hash))


async def test_a_server_without_validators_is_compared_by_its_bytes(site: Site) -> None:
    site.put("/a", BODY, None)
    first = await site.fetcher.fetch(Request(site.url("/a")))
    assert isinstance(first, Fetched) and first.etag is None
    result = await site.fetcher.fetch(Request(site.url("/a"), Validators(None, None, first.body_hash)))
    assert isinstance(result, Unchanged)


@pytest.mark.parametrize("status", [404, 410])
async def test_what_is_gone_is_told_as_gone(site: Site, status: int) -> None:
    site.put("/here", BODY)
    site.fail("/a", status)
    result = await site.fetcher.fetch(Request(site.url("/a")))
    assert isinstance(result, Failed)
    assert (result.gone, result.status, result.blame) == (True, status, Blame.ADDRESS)


async def test_an_unknown_path_of_a_known_host_is_gone(site: Site) -> None:
    site.put("/here", BODY)
    result = await site.fetcher.fetch(Request(site.url("/nowhere")))
    assert isinstance(result, Failed) and result.reason == "http 404 not found"


@pytest.mark.parametrize("status", [429, 503])
async def test_f42_a_host_that_asks_for_a_pause_is_blamed(site: Site, status: int) -> None:
    site.fail("/a", status, 120)
    result = await site.fetcher.fetch(Request(site.url("/a")))
    assert isinstance(result, Failed)
    assert (result.blame, result.retry_after, result.gone) == (Blame.HOST, 120.0, False)


async def test_what_is_over_its_cap_is_not_kept(site: Site) -> None:
    site.put("/a", b"x" * 1001)
    result = await site.fetcher.fetch(Request(site.url("/a"), cap=1000))
    assert isinstance(result, Failed) and result.reason == "too large"
    assert isinstance(await site.fetcher.fetch(Request(site.url("/a"), cap=1001)), Fetched)


@pytest.mark.parametrize("address", ["file:///etc/passwd", "http://127.1/", "http://a\\@b.example/", "nonsense"])
async def test_a_bad_address_is_a_value_too(site: Site, address: str) -> None:
    result = await site.fetcher.fetch(Request(address))
    assert isinstance(result, Failed) and result.reason == "bad address"


async def test_a_name_that_does_not_exist_is_told(site: Site) -> None:
    result = await site.fetcher.fetch(Request("http://nowhere.invalid/"))
    assert isinstance(result, Failed) and result.reason in ("no such host", "no answer from dns")


async def test_credentials_are_never_in_an_answer(site: Site) -> None:
    site.put("/a", BODY)
    site.fail("/b", 500)
    for path in ("/a", "/b"):
        result = await site.fetcher.fetch(Request(site.url(path).replace("http://", "http://user:secret@")))
        assert "secret" not in repr(result)
        assert result.url == site.url(path)


async def test_cancellation_is_passed_on(site: Site) -> None:
    site.put("/a", BODY)
    task = asyncio.create_task(site.fetcher.fetch(Request(site.url("/a"))))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_closed_fetcher_fetches_no_more_and_closing_twice_is_harmless(site: Site) -> None:
    await site.fetcher.close()
    await site.fetcher.close()
    with pytest.raises(RuntimeError, match="closed"):
        await site.fetcher.fetch(Request(site.url("/a")))
