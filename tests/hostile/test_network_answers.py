"""Servers that lie, stall, flood and break off (catalogue A21 to A35, faults F39 to F44), on loopback."""

from __future__ import annotations

import asyncio
import gzip
import resource
import ssl
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from monitor.adapters.http import HttpFetcher
from monitor.domain.source import Blame, Failed, Fetched, FetchResult, Request, Unchanged, Validators
from tests.fakes.clock import FakeClock
from tests.fakes.web import Web, answer, bomb

TLS = Path(__file__).parent.parent / "fakes" / "tls"
OK = b"HTTP/1.1 200 OK\r\n"


@pytest.fixture
async def web() -> AsyncIterator[Web]:
    async with Web() as web:
        yield web


@pytest.fixture
async def fetcher() -> AsyncIterator[HttpFetcher]:
    fetcher = HttpFetcher("mention-monitor/0.1", ["127.0.0.0/8"], 0.0, robots=False)
    yield fetcher
    await fetcher.close()


async def failure(fetcher: HttpFetcher, request: Request) -> Failed:
    result = await fetcher.fetch(request)
    assert isinstance(result, Failed), result
    return result


def megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def test_a21_redirect_loops_end_as_failures_and_the_source_stays(fetcher: HttpFetcher, web: Web) -> None:
    web.redirect("/self", "/self", 301)
    web.redirect("/a", "/b")
    web.redirect("/b", "/a")
    for hop in range(20):
        web.redirect(f"/{hop}", f"/{hop + 1}")
    assert (await failure(fetcher, Request(web.url("/self")))).reason == "redirect loop"
    assert (await failure(fetcher, Request(web.url("/a")))).reason == "redirect loop"
    assert (await failure(fetcher, Request(web.url("/0")))).reason == "too many redirects"
    assert web.paths().count("/5") == 1 and web.paths().count("/6") == 0


async def test_a_permanent_move_is_told_and_a_temporary_one_is_not(fetcher: HttpFetcher, web: Web) -> None:
    web.page("/new", b"x")
    web.redirect("/old", "/new", 301)
    web.redirect("/older", "/old", 308)
    web.redirect("/today", "/new", 302)
    web.redirect("/mixed", "/today", 301)
    moves = {}
    for path in ("/old", "/older", "/today", "/mixed"):
        result = await fetcher.fetch(Request(web.url(path)))
        assert isinstance(result, Fetched) and result.url == web.url("/new")
        moves[path] = result.moved_to and result.moved_to.removeprefix(web.url(""))
    assert moves == {"/old": "/new", "/older": "/new", "/today": None, "/mixed": "/today"}


async def test_a23_a_gzip_bomb_neither_fills_memory_nor_stalls(fetcher: HttpFetcher, web: Web) -> None:
    web.status("/bomb", 200, {"Content-Encoding": "gzip"}, bomb(300_000_000))
    before, began = megabytes(), time.perf_counter()
    failed = await failure(fetcher, Request(web.url("/bomb")))
    assert failed.reason == "too large"
    assert megabytes() - before < 20
    assert time.perf_counter() - began < 2


@pytest.mark.parametrize("coding", ["br", "zstd", "deflate", "gzip, gzip", ", ".join(["gzip"] * 50)])
async def test_a24_a25_only_one_gzip_is_taken(fetcher: HttpFetcher, web: Web, coding: str) -> None:
    web.status("/x", 200, {"Content-Encoding": coding}, b"x" * 100)
    assert (await failure(fetcher, Request(web.url("/x")))).reason == "unasked coding"
    assert web.asked[0].headers["accept-encoding"] == "gzip"


async def test_a_packed_body_is_unpacked(fetcher: HttpFetcher, web: Web) -> None:
    web.status("/x", 200, {"Content-Encoding": "gzip"}, gzip.compress("人才".encode() * 1000))
    result = await fetcher.fetch(Request(web.url("/x")))
    assert isinstance(result, Fetched) and result.body == "人才".encode() * 1000


async def test_identity_is_a_coding_too(fetcher: HttpFetcher, web: Web) -> None:
    web.status("/x", 200, {"Content-Encoding": "identity"}, b"plain")
    result = await fetcher.fetch(Request(web.url("/x")))
    assert isinstance(result, Fetched) and result.body == b"plain"


async def test_a26_the_body_of_a_redirect_is_never_read(fetcher: HttpFetcher, web: Web) -> None:
    web.endless("/flood", b"HTTP/1.1 302 Found\r\nLocation: /end\r\nContent-Encoding: gzip\r\n\r\n")
    web.page("/end", b"end")
    before = megabytes()
    assert isinstance(await fetcher.fetch(Request(web.url("/flood"))), Fetched)
    assert megabytes() - before < 20


async def test_a27_an_endless_body_is_cut_at_its_cap_and_not_kept(fetcher: HttpFetcher, web: Web) -> None:
    web.endless("/x")
    assert (await failure(fetcher, Request(web.url("/x"), cap=1_000_000))).reason == "too large"
    web.endless("/chunked", OK + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFF\r\n")
    assert (await failure(fetcher, Request(web.url("/chunked"), cap=1_000_000))).reason == "too large"


@pytest.mark.parametrize("path", ["/drip", "/silent", "/half-head"])
async def test_a28_the_deadline_holds_for_all_of_it(fetcher: HttpFetcher, web: Web, path: str) -> None:
    web.drip("/drip", 0.01)
    web.silent("/silent")
    web.raw("/half-head", OK, *([b"X-A: b\r\n"] * 100), pause=0.01)
    began = time.perf_counter()
    assert (await failure(fetcher, Request(web.url(path), deadline=0.3))).reason == "timed out after 0.3 s"
    assert time.perf_counter() - began < 1


async def test_a28_a_body_in_chunks_of_one_byte_does_not_stall_the_others(fetcher: HttpFetcher, web: Web) -> None:
    crumbs = b"1\r\nx\r\n" * 10_000
    web.raw("/crumbs", OK + b"Transfer-Encoding: chunked\r\n\r\n", *([crumbs] * 20), b"0\r\n\r\n", hang_up=False)
    web.page("/x", b"x")
    crumbly = asyncio.create_task(fetcher.fetch(Request(web.url("/crumbs"))))
    await asyncio.sleep(0.01)
    began = time.perf_counter()
    assert isinstance(await fetcher.fetch(Request(web.url("/x"))), Fetched)
    assert time.perf_counter() - began < 1
    result = await crumbly
    assert isinstance(result, Fetched) and len(result.body) == 200_000


async def test_a28_redirects_share_one_deadline(fetcher: HttpFetcher, web: Web) -> None:
    for hop in range(5):
        web.raw(f"/{hop}", b"", answer(302, b"", {"Location": f"/{hop + 1}"}), pause=0.15)
    began = time.perf_counter()
    assert (await failure(fetcher, Request(web.url("/0"), deadline=0.4))).reason == "timed out after 0.4 s"
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(
    "head",
    [
        b"".join(b"X-%d: y\r\n" % number for number in range(100_000)),
        b"X-Big: " + b"y" * 1_000_000 + b"\r\n",
        b"".join(b"X-%d: %s\r\n" % (number, b"y" * 1000) for number in range(100)),
        b"X" * 1_000_000,
    ],
)
async def test_a29_heads_above_64_kb_are_refused(fetcher: HttpFetcher, web: Web, head: bytes) -> None:
    web.raw("/x", OK + head + b"Content-Length: 0\r\n\r\n")
    assert (await failure(fetcher, Request(web.url("/x")))).reason in ("headers too large", "bad answer")


async def test_a_site_that_sets_many_cookies_is_read_and_gets_none_back(fetcher: HttpFetcher, web: Web) -> None:
    web.page("/x", b"x", headers={"Set-Cookie": "a=" + "b" * 20_000})
    for _ in range(2):
        assert isinstance(await fetcher.fetch(Request(web.url("/x"))), Fetched)
    assert all("cookie" not in asked.headers for asked in web.asked)


@pytest.mark.parametrize(
    "pieces",
    [
        (OK + b"Content-Length: 100\r\n\r\n", b"only a part"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"5\r\nhello\r\n"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"5\r\nhe"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"zz\r\nhello\r\n0\r\n\r\n"),
        (OK + b"Content-Length: 5\r\nContent-Length: 9\r\n\r\n", b"hello"),
        (OK + b"Content-Length: -5\r\n\r\n", b"hello"),
        (OK + b"Content-Encoding: gzip\r\n\r\n", gzip.compress(b"x" * 5000)[:-9]),
        (OK + b"Content-Encoding: gzip\r\n\r\n", b"\x1f\x8bnot gzip"),
        (OK,),
        (b"",),
        (b"SSH-2.0-OpenSSH_9.2\r\n",),
    ],
)
async def test_a30_f41_a_body_that_is_not_whole_is_not_kept(
    fetcher: HttpFetcher, web: Web, pieces: tuple[bytes, ...]
) -> None:
    web.raw("/x", *pieces)
    failed = await failure(fetcher, Request(web.url("/x"), Validators('"1"', None, "aa"), deadline=5))
    assert failed.reason in ("cut off", "bad answer", "connection reset")


@pytest.mark.parametrize("length", [b"99999999999", b"-1", b"Mon, 02 Mar 2020 08:00:00 GMT"])
async def test_a31_retry_after_is_clamped(fetcher: HttpFetcher, web: Web, length: bytes) -> None:
    web.status("/x", 429, {"Retry-After": length.decode()})
    failed = await failure(fetcher, Request(web.url("/x")))
    assert failed.retry_after in (60.0, 86_400.0)


async def test_a32_max_age_for_ten_years_means_nothing(fetcher: HttpFetcher, web: Web) -> None:
    web.page("/x", b"x", '"1"', headers={"Cache-Control": "max-age=315360000, immutable"})
    for _ in range(2):
        assert isinstance(await fetcher.fetch(Request(web.url("/x"))), Fetched)
    assert len(web.asked) == 2


async def test_a33_a_304_to_an_unconditional_request_is_a_failure(fetcher: HttpFetcher, web: Web) -> None:
    web.status("/x", 304)
    assert (await failure(fetcher, Request(web.url("/x")))).reason == "304 unasked"


async def test_a34_a35_what_the_server_says_it_is_comes_along_unjudged(fetcher: HttpFetcher, web: Web) -> None:
    web.page("/feed", b"%PDF-1.7 ", headers={"Content-Type": "text/html"})
    result = await fetcher.fetch(Request(web.url("/feed")))
    assert isinstance(result, Fetched) and (result.content_type, result.body) == ("text/html", b"%PDF-1.7 ")


async def test_f39_a_name_server_that_does_not_answer_is_told_from_an_unknown_name() -> None:
    import socket

    def silent(host: str, port: int, family: int) -> list[object]:
        raise socket.gaierror(socket.EAI_AGAIN, "try again")

    def unknown(host: str, port: int, family: int) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    reasons = []
    for lookup in (silent, unknown):
        fetcher = HttpFetcher("mention-monitor/0.1", lookup=lookup)  # type: ignore[arg-type]
        reasons.append((await failure(fetcher, Request("http://a.example/"))).reason)
        await fetcher.close()
    assert reasons == ["no answer from dns", "no such host"]


async def test_f40_a_certificate_of_an_unknown_authority_is_refused(fetcher: HttpFetcher) -> None:
    async with Web(tls=server_side("valid.pem")) as web:
        web.page("/x", b"x")
        failed = await failure(fetcher, Request(web.url("/x", "localhost")))
        assert (failed.reason, web.asked) == ("tls: certificate self-signed", [])
    assert "authority" in failed.detail


@pytest.mark.parametrize(
    ("certificate", "reason"),
    [("expired.pem", "tls: certificate expired"), ("other-name.pem", "tls: certificate for another name")],
)
async def test_f40_a_trusted_certificate_must_be_in_date_and_name_the_host(certificate: str, reason: str) -> None:
    trust = ssl.create_default_context(cafile=TLS / certificate)
    fetcher = HttpFetcher("mention-monitor/0.1", ["127.0.0.0/8"], 0.0, robots=False, tls=trust)
    async with Web(tls=server_side(certificate)) as web:
        web.page("/x", b"x")
        assert (await failure(fetcher, Request(web.url("/x", "localhost")))).reason == reason
        assert web.asked == []
    await fetcher.close()


async def test_a_good_certificate_is_good() -> None:
    trust = ssl.create_default_context(cafile=TLS / "valid.pem")
    fetcher = HttpFetcher("mention-monitor/0.1", ["127.0.0.0/8"], 0.0, tls=trust)
    async with Web(tls=server_side("valid.pem")) as web:
        web.page("/x", b"x")
        assert isinstance(await fetcher.fetch(Request(web.url("/x", "localhost"))), Fetched)
        await fetcher.close()


async def test_f40_a_handshake_that_hangs_ends_at_the_deadline(fetcher: HttpFetcher) -> None:
    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    address = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    assert (await failure(fetcher, Request(address, deadline=0.3))).reason == "timed out after 0.3 s"
    server.close()


async def test_f40_https_to_a_server_without_tls_is_told(fetcher: HttpFetcher) -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(answer(400, b"this port speaks HTTP"))
        writer.close()

    server = await asyncio.start_server(plain, "127.0.0.1", 0)
    address = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    failed = await failure(fetcher, Request(address, deadline=5))
    assert (failed.reason, "http://" in failed.detail) == ("tls: not a tls server", True)
    server.close()


async def test_refused_connections_blame_the_host(fetcher: HttpFetcher) -> None:
    async with Web() as web:
        closed = web.url("/x")
    failed = await failure(fetcher, Request(closed))
    assert (failed.reason, failed.blame) == ("connection refused", Blame.HOST)


async def test_f42_after_429_the_whole_host_is_left_alone_for_as_long_as_it_asked(web: Web) -> None:
    clock = FakeClock()
    fetcher = HttpFetcher("mention-monitor/0.1", ["127.0.0.0/8"], 0.0, clock, robots=False)
    web.status("/busy", 429, {"Retry-After": "600"})
    web.page("/x", b"x")
    assert (await failure(fetcher, Request(web.url("/busy")))).retry_after == 600.0
    clock.tick(500)
    waiting = await failure(fetcher, Request(web.url("/x")))
    assert (waiting.reason, waiting.blame, waiting.retry_after) == ("host asked to wait", Blame.HOST, 100.0)
    clock.tick(101)
    assert isinstance(await fetcher.fetch(Request(web.url("/x"))), Fetched)
    assert web.paths() == ["/busy", "/x"]
    await fetcher.close()


async def test_f42_those_who_queue_for_a_host_are_sent_away_with_the_first(fetcher: HttpFetcher, web: Web) -> None:
    web.raw("/busy", b"", answer(503, b"", {"Retry-After": "600"}), pause=0.05, hang_up=False)
    results = await asyncio.gather(*(fetcher.fetch(Request(web.url("/busy"), pace=0.01)) for _ in range(10)))
    assert len(web.asked) == 1
    assert all(isinstance(result, Failed) and result.blame is Blame.HOST for result in results)


async def test_f44_a_new_etag_over_the_same_body_is_unchanged(fetcher: HttpFetcher, web: Web) -> None:
    web.page("/x", b"x", '"1"')
    first = await fetcher.fetch(Request(web.url("/x")))
    assert isinstance(first, Fetched)
    web.page("/x", b"x", '"2"')
    second = await fetcher.fetch(Request(web.url("/x"), Validators(first.etag, None, first.body_hash)))
    assert second == Unchanged(web.url("/x"), Validators('"2"', None, first.body_hash))


async def test_one_request_at_a_time_and_a_pause_for_each_host(web: Web) -> None:
    fetcher = HttpFetcher("mention-monitor/0.1", ["127.0.0.0/8"], 0.1, robots=False)
    web.page("/x", b"x")
    await asyncio.gather(*(fetcher.fetch(Request(web.url("/x"))) for _ in range(4)))
    await fetcher.close()
    times = sorted(asked.at for asked in web.asked)
    assert all(times[place + 1] - times[place] >= 0.1 for place in range(3))
    assert web.most_open == 1


async def test_a_slow_host_does_not_slow_another(fetcher: HttpFetcher, web: Web) -> None:
    web.silent("/slow")
    async with Web() as other:
        other.page("/x", b"x")
        slow = asyncio.create_task(fetcher.fetch(Request(web.url("/slow"), pace=5.0)))
        await asyncio.sleep(0.05)
        assert isinstance(await asyncio.wait_for(fetcher.fetch(Request(other.url("/x"), pace=5.0)), 1), Fetched)
        slow.cancel()
        with pytest.raises(asyncio.CancelledError):
            await slow


async def test_pace_0_means_up_to_64_at_once(fetcher: HttpFetcher, web: Web) -> None:
    web.raw("/x", b"", answer(200, b"x"), pause=0.1, hang_up=False)
    await asyncio.gather(*(fetcher.fetch(Request(web.url("/x"))) for _ in range(100)))
    assert web.most_open == 64


async def test_waiting_for_ones_turn_does_not_use_up_the_deadline(web: Web) -> None:
    fetcher = HttpFetcher("mention-monitor/0.1", ["127.0.0.0/8"], 0.2, robots=False)
    web.page("/x", b"x")
    requests = [Request(web.url("/x"), deadline=0.15) for _ in range(3)]
    results: list[FetchResult] = await asyncio.gather(*(fetcher.fetch(request) for request in requests))
    await fetcher.close()
    assert all(isinstance(result, Fetched) for result in results)


async def test_one_who_gives_up_waiting_does_not_block_the_lane(web: Web) -> None:
    fetcher = HttpFetcher("mention-monitor/0.1", ["127.0.0.0/8"], 0.1, robots=False)
    web.page("/x", b"x")
    await fetcher.fetch(Request(web.url("/x")))
    first, second = (asyncio.create_task(fetcher.fetch(Request(web.url("/x")))) for _ in range(2))
    await asyncio.sleep(0.02)
    first.cancel()
    assert isinstance(await asyncio.wait_for(second, 2), Fetched)
    await fetcher.close()


async def test_no_failure_leaves_a_descriptor_or_a_task_behind(fetcher: HttpFetcher, web: Web) -> None:
    web.endless("/endless")
    web.silent("/silent")
    web.redirect("/loop", "/loop")
    web.raw("/cut", OK + b"Content-Length: 100\r\n\r\n", b"x")
    web.raw("/nothing", b"")
    web.status("/bomb", 200, {"Content-Encoding": "gzip"}, bomb(5_000_000))
    web.page("/good", b"x")
    addresses = [web.url(path) for path in ("/endless", "/silent", "/loop", "/cut", "/nothing", "/bomb", "/good")]
    addresses += [web.url("/", "127.0.0.2"), "http://10.0.0.1/", "http://nowhere.invalid/", "http://127.1/"]
    tasks_before, open_before = len(asyncio.all_tasks()), len(list(Path("/dev/fd").iterdir()))
    for _ in range(10):
        requests = [Request(address, cap=100_000, deadline=0.2) for address in addresses]
        results = await asyncio.gather(*(fetcher.fetch(request) for request in requests))
        assert sum(isinstance(result, Fetched) for result in results) == 1
    await fetcher.close()
    await asyncio.sleep(0.1)
    kept_by_web = len(web._tasks)
    assert len(list(Path("/dev/fd").iterdir())) <= open_before + kept_by_web + 2
    assert len(asyncio.all_tasks()) <= tasks_before + kept_by_web + 1


def server_side(certificate: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / certificate)
    return context
