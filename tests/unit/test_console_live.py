"""Live arrival: one look at the store for all pages, a line each, and an end when the service ends."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import aiohttp

from monitor.console import live
from monitor.console.app import ConsoleSettings, create_app, serve
from monitor.console.live import Arrivals
from tests.fakes.console_scene import hits_of_the_day
from tests.fakes.people import InMemoryPeople
from tests.fakes.queries import FakeQueries


class Counting(FakeQueries):
    """Counts how often it is asked for what came."""

    looks = 0

    def arrived(self, after: int, limit: int):  # type: ignore[no-untyped-def]
        self.looks += 1
        return super().arrived(after, limit)


async def first(arrivals: Arrivals, after: int) -> bytes:
    """The first event after the greeting."""
    events = arrivals.events(after, lambda one: "09:11")
    try:
        assert await anext(events) == b"retry: 5000\n\n"
        return await asyncio.wait_for(anext(events), 5)
    finally:
        await events.aclose()  # type: ignore[attr-defined]


async def test_a_page_hears_how_many_came_since_it_was_drawn() -> None:
    queries = Counting(all_hits=hits_of_the_day()[:4])
    waiting = asyncio.create_task(first(Arrivals(queries, time.monotonic), 4))
    await asyncio.sleep(0.1)
    queries.all_hits += [replace(queries.all_hits[0], id=5), replace(queries.all_hits[0], id=6, verdict="review")]
    assert await waiting == b'id: 6\nevent: hits\ndata: {"alert": 1, "review": 1, "all": 2, "at": "09:11"}\n\n'


async def test_a_connection_that_comes_again_hears_what_it_missed() -> None:
    queries = FakeQueries(all_hits=hits_of_the_day()[:6])
    assert b"id: 6\n" in await first(Arrivals(queries, time.monotonic), 3)


async def test_thirty_pages_are_one_look_a_second_and_none_when_nobody_listens() -> None:
    queries = Counting(all_hits=hits_of_the_day()[:2])
    arrivals = Arrivals(queries, time.monotonic)
    listening = [asyncio.create_task(first(arrivals, 2)) for _ in range(30)]
    await asyncio.sleep(1.6)
    assert queries.looks <= 4
    for task in listening:
        task.cancel()
    await asyncio.gather(*listening, return_exceptions=True)
    await asyncio.sleep(1.2)
    before = queries.looks
    await asyncio.sleep(1.2)
    assert queries.looks == before
    arrivals.end()


async def test_no_more_than_fifty_pages_listen() -> None:
    arrivals = Arrivals(FakeQueries(), time.monotonic)
    streams = [arrivals.events(0, lambda one: "") for _ in range(live.MOST)]
    for stream in streams:
        await anext(stream)
    assert arrivals.full
    for stream in streams:
        await stream.aclose()  # type: ignore[attr-defined]
    assert not arrivals.full
    arrivals.end()


async def test_the_server_stops_within_a_second_while_pages_listen() -> None:
    app = create_app(FakeQueries(), None, InMemoryPeople(), ConsoleSettings(setup=False))  # type: ignore[arg-type]
    server = serve(app, "127.0.0.1", 0)
    base = await server.start()
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
        await (await client.get(await app.state.door.link(base))).read()
        answer = await client.get(f"{base}/live?after=0")
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        assert await answer.content.readline() == b"retry: 5000\n"
        begun = time.monotonic()
        await server.stop()
        assert time.monotonic() - begun < 1.5
        assert b"hits" not in await answer.content.read()
