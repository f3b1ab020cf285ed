"""How much of bare aiohttp's rate is left when the fetcher does all it promises?

    python -m tests.benchmarks.fetching [--addresses 1000] [--rounds 10]

1,000 addresses on loopback, served by another process, conditional GETs that are answered 304, robots.txt
on, pace 0, 50 in flight. Both clients run in turns in one process on one core; CPU seconds of this
process count, so that neighbours on the machine do not. Goal: at least 75 %.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable

import aiohttp

from monitor.adapters.http import HttpFetcher
from monitor.domain.source import Fetched, Request, Unchanged, Validators

IN_FLIGHT = 50
ETAG = '"v1"'
NOTHING_NEW = b'HTTP/1.1 304 Not Modified\r\nETag: "v1"\r\nDate: Mon, 02 Mar 2026 08:00:00 GMT\r\n\r\n'
BODY = b"<rss><channel><title>feed</title></channel></rss>" * 400
ROBOTS = b"User-agent: *\nDisallow: /private/\nDisallow: /*?session=\n"


def whole(body: bytes) -> bytes:
    """A 200 with its validators."""
    return b'HTTP/1.1 200 OK\r\nETag: "v1"\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n' % len(body) + body


class Server(asyncio.Protocol):
    """The cheapest server there is: it looks for a validator and answers at once."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps the way back."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answers one request; the clients here send each in one piece."""
        if b"/robots.txt" in data[:40]:
            self._transport.write(whole(ROBOTS))
        elif b"If-None-Match" in data:
            self._transport.write(NOTHING_NEW)
        else:
            self._transport.write(whole(BODY))


async def serve() -> None:
    """Serves until the parent goes; prints its port first."""
    server = await asyncio.get_running_loop().create_server(Server, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)


async def in_flight(ask: Callable[[str], Awaitable[None]], urls: list[str]) -> float:
    """Asks for all addresses, 50 at a time; CPU seconds of this process."""
    waiting = iter(urls)

    async def worker() -> None:
        for url in waiting:
            await ask(url)

    gc.collect()
    began = time.process_time()
    await asyncio.gather(*(worker() for _ in range(IN_FLIGHT)))
    return time.process_time() - began


async def measure(port: int, addresses: int, rounds: int) -> dict[str, float]:
    """Both clients in turns; the figures of the middle rounds."""
    urls = [f"http://127.0.0.1:{port}/feeds/{number}.xml" for number in range(addresses)]
    fetcher = HttpFetcher("mention-monitor/bench (+https://example.org)", ["127.0.0.0/8"], pace=0.0)
    known: dict[str, Validators] = {}

    async def first(url: str) -> None:
        result = await fetcher.fetch(Request(url))
        assert isinstance(result, Fetched), result
        known[url] = Validators(result.etag, result.last_modified, result.body_hash)

    async def ours(url: str) -> None:
        result = await fetcher.fetch(Request(url, known[url]))
        assert isinstance(result, Unchanged), result

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def bare(url: str) -> None:
            async with session.get(url, headers={"If-None-Match": ETAG}) as response:
                await response.read()
                assert response.status == 304

        first_cpu = await in_flight(first, urls)
        await in_flight(bare, urls)
        pairs = [(await in_flight(bare, urls), await in_flight(ours, urls)) for _ in range(rounds)]
    await fetcher.close()
    bare_cpu, our_cpu = (statistics.median(column) for column in zip(*pairs, strict=True))
    return {
        "addresses": addresses,
        "bare_per_cpu_second": round(addresses / bare_cpu),
        "fetcher_per_cpu_second": round(addresses / our_cpu),
        "share_of_bare": round(bare_cpu / our_cpu, 3),
        "first_fetch_per_cpu_second": round(addresses / first_cpu),
        "megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def main() -> None:
    """Runs the benchmark and prints its figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--addresses", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.serve:
        asyncio.run(serve())
        return
    command = [sys.executable, "-m", "tests.benchmarks.fetching", "--serve"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None and server.stdin is not None
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
        figures = asyncio.run(measure(int(server.stdout.readline()), wanted.addresses, wanted.rounds))
        server.stdin.close()
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
