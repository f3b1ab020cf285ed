"""Many workers with near copies of the same notices, killed at random: is each notice told, and told once (F01, F06, F16)?

Run as a script (`python test_many_workers.py URL WORKERS LANES KILLS`) this file is a nursery: it forks workers, each a
process with a store and real turns of its own, kills one at a random moment with kill -9, starts another in its place, and
ends when no source is due. PostgreSQL has eight processes at once; on SQLite one process holds the run lock, with eight lanes.
`MONITOR_SOAK` is how many copies the long form stores (1: 10,000).
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from html import escape
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from monitor.adapters.clock import SystemClock
from monitor.adapters.formats import Caps
from monitor.adapters.reader import read_body
from monitor.adapters.sql import SqlQueries, SqlStore, open_database
from monitor.adapters.sql.polls import SOURCE
from monitor.domain.delivery import Channel, Routing
from monitor.domain.document import Origin, Reading
from monitor.domain.query import HitFilter
from monitor.domain.source import Fetched, FetchResult, Request, Source
from monitor.domain.topic import Ruleset, Term, Topic
from monitor.pipeline.match import compile_ruleset
from monitor.turns.desk import Desk, Limits
from monitor.turns.poll import work_on
from tests.e2e.world import Item, item
from tests.fakes.intents import channel
from tests.fakes.notifier import FakeNotifier
from tests.fakes.reading import FakeReadingRoom

A_NOTICE = 8  # near copies
TAKEN = 3  # at a time by one lane
RULES = Ruleset("r1", (Topic("qiming", "Qiming Program", terms=(Term("Qiming Program"),)),))
COMPILED = compile_ruleset(RULES)
ROUTING = Routing((channel("desk"), channel("mail", "lena@example.org")), {"qiming": "high"}, budget=0)


def notice(number: int) -> Item:
    """The notice of that number; all of them name the programme."""
    return item(3 * number, random.Random(number))


def page(number: int, copy: int) -> str:
    """A near copy: a dressing of its own, another headline suffix, now and then without its last sentence."""
    one = notice(number)
    sentences = one.body.split(". ")
    if copy % 3 == 2:
        sentences = sentences[:-1]
    shown = "".join(f"<p>{escape(sentence.rstrip('.'))}.</p>" for sentence in sentences)
    title = escape(one.title)
    return (
        f"<html><head><title>{title}</title></head><body><nav>Home News Site {copy}</nav><article><h1>{title}</h1>"
        f"<p>Published: 2026-03-{copy + 1:02d} 10:{copy:02d}</p>{shown}</article><footer>Copyright {copy}</footer></body></html>"
    )


class Room(FakeReadingRoom):
    """The reading room, with its ruleset compiled once."""

    async def read(self, body: bytes, origin: Origin) -> Reading:
        """What the child would answer."""
        return read_body(body, origin, Caps(), COMPILED, self.key, lambda harvest, counts: None)


class Silence(FakeNotifier):
    """Sends nothing: what is owed is what counts here."""

    def use(self, channels: Mapping[str, Channel]) -> None:
        """Takes them all."""


class Web:
    """Serves the page that an address names."""

    async def fetch(self, request: Request) -> FetchResult:
        """A whole body, after a moment."""
        await asyncio.sleep(0)
        number, copy = request.url.rsplit("/", 1)[1].removesuffix(".html").split("-")
        body = page(int(number), int(copy)).encode()
        return Fetched(request.url, body, sha256(body).hexdigest(), "text/html", "utf-8")

    async def close(self) -> None:
        """Nothing to close."""


def sources(copies: int) -> list[Source]:
    """One page source for each copy; copies of one notice are due together."""
    return [
        Source(
            f"n{at // A_NOTICE:05d}-{at % A_NOTICE}", "page",
            f"https://h{at}.example.org/{at // A_NOTICE}-{at % A_NOTICE}.html", every=86_400.0,
        )
        for at in range(copies)
    ]  # fmt: skip


async def prepare(url: str, copies: int) -> None:
    """All sources are due and were read before: nothing is held back as baseline."""
    database = open_database(url)
    store = SqlStore(database, SqlQueries(database))
    await store.sync_sources(sources(copies), datetime.now(UTC), spread=False)
    with database.write() as connection:
        connection.execute(update(SOURCE).values(first_success_at=datetime(2026, 1, 1, tzinfo=UTC)))
    await store.close()


async def work(url: str, name: str, lanes: int) -> None:
    """A worker's life: takes what is due until nothing is."""
    database = open_database(url)
    queries = SqlQueries(database)
    store = SqlStore(database, queries)
    clock = SystemClock()
    await store.open(name, clock.now())
    room = Room(clock)
    limits = Limits(claim=TAKEN, pace=0.0, lease=600.0)
    desks = [
        Desk(
            clock,
            Web(),
            room,
            Silence(),
            store,
            queries,
            f"{name}.{lane}" if lane else name,
            limits,
            ROUTING,
            "r1",
        )
        for lane in range(lanes)
    ]
    await asyncio.gather(*(_lane(desk) for desk in desks))
    await store.close()


async def _lane(desk: Desk) -> None:
    while True:
        claims = await desk.store.claim_sources(desk.claim(TAKEN, None, frozenset()))
        if not claims:
            return
        await asyncio.gather(*(work_on(desk, claim) for claim in claims))


def nursery(url: str, workers: int, lanes: int, kills: int) -> dict[str, object]:
    """Forks, kills, forks again, until every worker ended by itself. This process opens no database: forks share nothing."""
    chance = random.Random()
    begun = time.monotonic()
    live: dict[int, float] = {}
    born = killed = 0
    next_kill = begun + chance.uniform(0.2, 0.6)
    while True:
        while len(live) < workers and born < workers + killed:
            live[_fork(url, f"w{os.getpid()}-{born}", lanes)] = time.monotonic()
            born += 1
        time.sleep(0.02)
        if killed < kills and live and time.monotonic() > next_kill:
            victim = chance.choice(list(live))
            os.kill(victim, signal.SIGKILL)
            killed += 1
            next_kill = time.monotonic() + chance.uniform(0.1, 1.0)
        for child in list(live):
            ended, status = os.waitpid(child, os.WNOHANG)
            if not ended:
                continue
            del live[child]
            if os.WIFSIGNALED(status):
                continue
            if os.waitstatus_to_exitcode(status):
                raise SystemExit(f"a worker ended with {status}")
        if not live and born >= workers + killed:
            return {"born": born, "killed": killed, "seconds": round(time.monotonic() - begun, 1)}


def _fork(url: str, name: str, lanes: int) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        asyncio.run(work(url, name, lanes))
        code = 0
    finally:
        os._exit(code)


async def due(url: str) -> int:
    """How many sources nobody read."""
    database = open_database(url)
    with database.read() as connection:
        query = select(func.count()).select_from(SOURCE).where(SOURCE.c.polled_at.is_(None))
        left = int(connection.execute(query).scalar_one())
    database.close()
    return left


def _wanted() -> int:
    asked = os.environ.get("MONITOR_SOAK", "")
    return 10_000 if asked == "1" else int(asked or 96)


@pytest.mark.timeout(7200)
async def test_near_copies_through_eight_workers_killed_at_random_are_told_once(database_url: str) -> None:
    copies = _wanted()
    kills = max(3, copies // 100)
    postgres = database_url.startswith("postgresql")
    workers, lanes = (8, 1) if postgres else (1, 8)
    await prepare(database_url, copies)
    nurseries: list[dict[str, object]] = []
    while await due(database_url):  # a worker that died last left rows to the next nursery, without murder
        nurseries.append(await _nursery(database_url, workers, lanes, 0 if nurseries else kills))
    database = open_database(database_url)
    queries = SqlQueries(database)
    told = Counter((one.title, one.channel, one.recipient) for one in queries.deliveries())
    titles = {notice(number).title for number in range(copies // A_NOTICE)}
    unjudged = sum("could not be judged" in " ".join(hit.relation_reasons) for hit in queries.hits(HitFilter()))
    verified = queries.verify()
    stored = queries.count_hits(HitFilter())
    queries.close()
    database.close()
    twice = sum(count > 1 for count in told.values())
    print(f"{'PostgreSQL' if postgres else 'SQLite'}: {stored} copies of {len(titles)} notices, {nurseries}, {twice} told twice, "
          f"{len(titles) - len({title for title, _, _ in told})} untold, {unjudged} unjudged")  # fmt: skip
    assert stored == copies
    assert {title for title, _, _ in told} == titles, "every notice is told"
    assert twice == 0, "and told once"
    assert len(told) == 2 * len(titles), "to each recipient"
    assert verified.status == "ok", verified.findings


async def _nursery(url: str, workers: int, lanes: int, kills: int) -> dict[str, object]:
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    process = await asyncio.create_subprocess_exec(
        sys.executable, __file__, url, str(workers), str(lanes), str(kills), env=environ,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()[-3000:]
    found: dict[str, object] = json.loads(out.decode().splitlines()[-1])
    return found


if __name__ == "__main__":
    print(json.dumps(nursery(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))))
