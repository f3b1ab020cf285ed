"""What robots.txt lets us do (RFC 9309; catalogue A105), against real servers on loopback."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from itertools import pairwise

import pytest

from monitor.adapters import robots
from monitor.adapters.http import HttpFetcher
from monitor.domain.source import Blame, Failed, Fetched, FetchResult, Request
from tests.fakes.clock import FakeClock
from tests.fakes.web import Asked, Web, answer

AGENT = "mention-monitor/0.1 (+https://contact.example)"


@pytest.fixture
async def web() -> AsyncIterator[Web]:
    async with Web() as web:
        web.page("/public", b"public")
        web.page("/private/x", b"private")
        yield web


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def fetcher(clock: FakeClock) -> AsyncIterator[HttpFetcher]:
    fetcher = HttpFetcher(AGENT, ["127.0.0.0/8"], 0.0, clock)
    yield fetcher
    await fetcher.close()


async def get(fetcher: HttpFetcher, web: Web, path: str) -> FetchResult:
    return await fetcher.fetch(Request(web.url(path)))


async def test_a_file_that_forbids_a_path_forbids_only_that(fetcher: HttpFetcher, web: Web) -> None:
    web.robots("User-agent: *\nDisallow: /private/\n")
    refused = await get(fetcher, web, "/private/x")
    assert isinstance(refused, Failed)
    assert (refused.reason, refused.blame) == ("robots: disallowed", Blame.ADDRESS)
    assert isinstance(await get(fetcher, web, "/public"), Fetched)
    assert web.paths() == ["/robots.txt", "/public"]


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("", True),
        ("User-agent: *\nDisallow:\n", True),
        ("User-agent: *\nDisallow: /\nAllow: /private/x$\n", True),
        ("User-agent: *\nDisallow: /pri*x\n", False),
        ("User-agent: other\nDisallow: /\n", True),
        ("User-agent: Mention-Monitor\nDisallow: /\n\nUser-agent: *\nDisallow:\n", False),
        ("User-agent: mention-monitor\nAllow: /\n\nUser-agent: *\nDisallow: /\n", True),
        ("\ufeffUser-agent: *\r\nDisallow: /private\r\n", False),
        ("<html><body>Disallow: /</body></html>", True),
    ],
)
async def test_the_most_specific_rule_for_us_counts(fetcher: HttpFetcher, web: Web, text: str, allowed: bool) -> None:
    web.robots(text)
    assert isinstance(await get(fetcher, web, "/private/x"), Fetched) is allowed


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
async def test_a105_no_file_allows_everything(fetcher: HttpFetcher, web: Web, status: int) -> None:
    web.status("/robots.txt", status)
    assert isinstance(await get(fetcher, web, "/private/x"), Fetched)


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a105_an_error_forbids_everything_and_blames_the_host(
    fetcher: HttpFetcher, web: Web, status: int
) -> None:
    web.status("/robots.txt", status, {"Retry-After": "120"})
    failed = await get(fetcher, web, "/public")
    assert isinstance(failed, Failed)
    assert (failed.reason, failed.blame, failed.retry_after) == ("robots: unavailable", Blame.HOST, 120.0)
    assert web.paths() == ["/robots.txt"]


async def test_a_file_that_never_comes_forbids_everything(clock: FakeClock, web: Web) -> None:
    web.raw("/robots.txt", b"", hang_up=True)
    fetcher = HttpFetcher(AGENT, ["127.0.0.0/8"], 0.0, clock)
    failed = await get(fetcher, web, "/public")
    await fetcher.close()
    assert isinstance(failed, Failed) and failed.reason == "connection reset"
    assert "/public" not in web.paths()


@pytest.mark.parametrize(
    "damaged",
    [
        b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 3\r\n\r\nxyz",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\x1f\x8b\x08",
        b"HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\nUser-agent: *\n",
    ],
)
async def test_a_damaged_file_is_no_permission(fetcher: HttpFetcher, web: Web, damaged: bytes) -> None:
    web.raw("/robots.txt", damaged)
    assert isinstance(await get(fetcher, web, "/public"), Failed)
    assert "/public" not in web.paths()


async def test_a105_600_kb_are_read_as_far_as_500_kib(fetcher: HttpFetcher, web: Web) -> None:
    filler = "Disallow: /none/0123456789/0123456789/0123456789\n"
    early = "User-agent: *\nDisallow: /private/\n" + filler * 13_000
    assert len(early) > 600_000
    web.robots(early + "Disallow: /public\n")
    assert isinstance(await get(fetcher, web, "/private/x"), Failed)
    assert isinstance(await get(fetcher, web, "/public"), Fetched)


async def test_a105_five_redirects_are_followed_and_the_sixth_counts_as_no_file(fetcher: HttpFetcher, web: Web) -> None:
    web.page("/r5", b"User-agent: *\nDisallow: /private\n")
    for hop in range(1, 5):
        web.redirect(f"/r{hop}", f"/r{hop + 1}")
    web.redirect("/robots.txt", "/r1")
    assert isinstance(await get(fetcher, web, "/private/x"), Failed)
    async with Web() as other:
        for hop in range(1, 7):
            other.redirect(f"/r{hop}", f"/r{hop + 1}")
        other.redirect("/robots.txt", "/r1")
        other.page("/private/x", b"x")
        assert isinstance(await get(fetcher, other, "/private/x"), Fetched)
        assert other.paths().count("/r6") == 0


async def test_a105_binary_is_no_rule(fetcher: HttpFetcher, web: Web) -> None:
    web.page("/robots.txt", random.Random(5).randbytes(100_000))
    assert isinstance(await get(fetcher, web, "/private/x"), Fetched)


async def test_a105_a_redirect_to_a_private_host_is_refused(web: Web) -> None:
    fetcher = HttpFetcher(AGENT, ["127.0.0.1"], 0.0)
    web.redirect("/robots.txt", "http://127.0.0.2:1/robots.txt")
    failed = await get(fetcher, web, "/public")
    await fetcher.close()
    assert isinstance(failed, Failed) and failed.reason == "private address"


async def test_a_host_is_asked_once_for_all_who_wait(fetcher: HttpFetcher, web: Web) -> None:
    async def slowly(_: Asked, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.1)
        writer.write(answer(200, b"User-agent: *\nDisallow: /private\n"))

    web.on("/robots.txt", slowly)
    results = await asyncio.gather(*(get(fetcher, web, "/public") for _ in range(30)))
    assert all(isinstance(result, Fetched) for result in results)
    assert web.paths().count("/robots.txt") == 1


async def test_one_who_stops_waiting_does_not_stop_the_others(fetcher: HttpFetcher, web: Web) -> None:
    async def slowly(_: Asked, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.1)
        writer.write(answer(404))

    web.on("/robots.txt", slowly)
    first, second = (asyncio.create_task(get(fetcher, web, "/public")) for _ in range(2))
    await asyncio.sleep(0.03)
    first.cancel()
    assert isinstance(await second, Fetched)
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_a_file_holds_for_a_day(fetcher: HttpFetcher, web: Web, clock: FakeClock) -> None:
    web.robots("User-agent: *\nDisallow: /private\n")
    await get(fetcher, web, "/public")
    clock.tick(86_000)
    await get(fetcher, web, "/public")
    assert web.paths().count("/robots.txt") == 1
    clock.tick(800)
    web.robots("")
    assert isinstance(await get(fetcher, web, "/private/x"), Fetched)
    assert web.paths().count("/robots.txt") == 2


async def test_a_host_without_an_answer_is_asked_again_soon(fetcher: HttpFetcher, web: Web, clock: FakeClock) -> None:
    web.status("/robots.txt", 500)
    for _ in range(5):
        assert isinstance(await get(fetcher, web, "/public"), Failed)
    assert web.paths() == ["/robots.txt"]
    clock.tick(301)
    web.robots("")
    assert isinstance(await get(fetcher, web, "/public"), Fetched)


async def test_the_last_rules_hold_on_while_the_file_cannot_be_reached(
    fetcher: HttpFetcher, web: Web, clock: FakeClock
) -> None:
    web.robots("User-agent: *\nDisallow: /private\n")
    await get(fetcher, web, "/public")
    clock.tick(90_000)
    web.status("/robots.txt", 500)
    assert isinstance(await get(fetcher, web, "/public"), Fetched)
    assert isinstance(await get(fetcher, web, "/private/x"), Failed)
    assert web.paths().count("/robots.txt") == 2


async def test_a_crawl_delay_is_the_pace_of_its_host(web: Web) -> None:
    web.robots("User-agent: *\nCrawl-delay: 0.2\n")
    fetcher = HttpFetcher(AGENT, ["127.0.0.0/8"], 0.01)
    host = f"127.0.0.1:{web.port}"
    assert fetcher.pace_of(host) == 0.01
    for _ in range(3):
        await get(fetcher, web, "/public")
    await fetcher.close()
    assert fetcher.pace_of(host) == 0.2
    times = [asked.at for asked in web.asked if asked.path == "/public"]
    assert all(later - earlier >= 0.19 for earlier, later in pairwise(times))


async def test_without_robots_the_file_is_not_asked_for(web: Web) -> None:
    web.robots("User-agent: *\nDisallow: /\n")
    fetcher = HttpFetcher(AGENT, ["127.0.0.0/8"], 0.0, robots=False)
    assert isinstance(await get(fetcher, web, "/public"), Fetched)
    await fetcher.close()
    assert web.paths() == ["/public"]


async def test_few_files_are_kept_parsed_and_all_are_obeyed(
    fetcher: HttpFetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(robots, "PARSED_TEXT", 60)
    webs = [await Web().__aenter__() for _ in range(4)]
    for number, web in enumerate(webs):
        web.robots(f"User-agent: *\nDisallow: /{number}\n")
        for path in range(8):
            web.page(f"/{path}", b"x")
    for path in range(4):
        for number, web in enumerate(webs):
            assert isinstance(await get(fetcher, web, f"/{path}"), Failed) is (path == number)
    for web in webs:
        await web.__aexit__(None, None, None)
