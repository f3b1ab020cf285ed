"""How fast do alerts leave: senders alone, the whole way from the commit of a hit, and the claim beside a long queue?

    python -m tests.benchmarks.delivering [--deliveries 10000] [--at-once 16] [--whole 2000] [--open 100000]

The servers run in a process of their own, on loopback. One JSON line for each measurement:
- `senders`: composed, frozen and sent, to a mail server and to a webhook; the run fails if one is not accepted.
- `whole way`: hits committed by polls into a SQLite file on disk; a message turn puts them together, freezes, stores,
  sends and settles them (three commits a message).
- `commit to acceptance`: one hit at a time, the channel is free; from the end of its commit to the server's reply.
- `claim beside a queue`: looking for due work while that many deliveries and messages are open and not due, and while
  16 of them are.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import insert

from monitor.adapters.notifier import Senders, channel_kinds, inspect
from monitor.adapters.sql import SqlQueries, SqlStore, open_database
from monitor.adapters.sql.messages import DELIVERY, MESSAGE
from monitor.domain.delivery import AttemptOutcome, Channel, Frozen, Routing, SendResult
from monitor.domain.secret import Secret
from monitor.turns import Desk, Limits
from monitor.turns.messages import MessageLoop
from tests.fakes.drafts import draft, hit
from tests.fakes.fetcher import FakeFetcher
from tests.fakes.intents import Stage, text
from tests.fakes.scene import LineRoom
from tests.fakes.smtp import MailServer
from tests.fakes.webhook import Receiver

ONE_BY_ONE = 300  # hits whose latency is taken
ROUNDS = 50


def main() -> None:
    """Prints one JSON line for each measurement."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, usual in (("deliveries", 10_000), ("at-once", 16), ("whole", 2_000), ("open", 100_000)):
        asked.add_argument(f"--{name}", type=int, default=usual)
    given = asked.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    servers = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs,), daemon=True)
    servers.start()
    urls: dict[str, str] = ours.recv()
    for name, url in urls.items():
        say(asyncio.run(senders_alone(name, url, given.deliveries, given.at_once)))
    for name, url in urls.items():
        say(asyncio.run(whole_way(name, url, given.whole)))
        say(asyncio.run(commit_to_acceptance(name, url)))
    servers.terminate()
    say(asyncio.run(beside_a_queue(given.open)))


def say(line: dict[str, object]) -> None:
    """Prints a measurement."""
    print(json.dumps({"benchmark": "delivering", **line}), flush=True)


def serve(pipe: Connection) -> None:
    """Runs both servers until it is ended; tells their URLs first."""
    asyncio.run(_serve(pipe))


async def _serve(pipe: Connection) -> None:
    async with MailServer() as mail, Receiver() as hook:
        pipe.send({"mail": mail.url("lena@example.org"), "webhook": hook.url("secret=s")})
        while True:
            await asyncio.sleep(0.2)


def channel_of(name: str, url: str) -> tuple[Channel, Senders]:
    """A channel of that URL and the senders for it."""
    kinds = channel_kinds()
    kind, recipients = inspect(name, Secret(url), kinds)
    channel = Channel(name, Secret(url), kind, recipients)
    return channel, Senders({name: channel}, kinds=kinds)


async def senders_alone(name: str, url: str, deliveries: int, at_once: int) -> dict[str, object]:
    """One way of sending: rate, time of one delivery."""
    channel, senders = channel_of(name, url)
    took: list[float] = []
    outcomes: dict[str, int] = {}
    numbers = iter(range(deliveries))

    async def deliver() -> None:
        for number in numbers:
            began = time.perf_counter()
            owed = draft(hit(number), id=f"m{number}", channel=name, recipient=channel.recipients[0])
            result = await senders.send(senders.freeze(owed))
            took.append(time.perf_counter() - began)
            outcomes[result.outcome.value] = outcomes.get(result.outcome.value, 0) + 1

    began = time.perf_counter()
    await asyncio.gather(*(deliver() for _ in range(at_once)))
    seconds = time.perf_counter() - began
    await senders.close()
    assert set(outcomes) == {AttemptOutcome.DELIVERED.value}, outcomes
    return {"what": "senders", "to": name, "deliveries": deliveries, "per_second": round(deliveries / seconds, 1)} | (
        quantiles(took)
    )


class Timed(Senders):
    """Senders that remember when each message was accepted."""

    accepted: list[float]

    async def send(self, frozen: Frozen) -> SendResult:
        """As Senders."""
        result = await super().send(frozen)
        assert result.outcome is AttemptOutcome.DELIVERED, result.detail
        self.accepted.append(time.perf_counter())
        return result


Work = Callable[[Stage, MessageLoop, Timed], Awaitable[dict[str, object]]]


async def on_stage(name: str, url: str, work: Work) -> dict[str, object]:
    """The work on a store in a file, with a message loop and a channel of that URL."""
    channel, plain = channel_of(name, url)
    await plain.close()
    senders = Timed({name: channel})
    senders.accepted = []
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{Path(folder) / 'monitor.db'}")
        store = SqlStore(database, SqlQueries(database))
        stage = Stage(store, store.queries, routing=Routing((channel,), budget=0))
        await store.open(stage.worker, stage.now)
        await stage.watch("city")
        desk = Desk(
            stage.clock, FakeFetcher(), LineRoom(), senders, store, store.queries, "sender", Limits(),
            routing=stage.routing,
        )  # fmt: skip
        found = await work(stage, MessageLoop(desk), senders)
        await senders.close()
        await store.close()
    return found


async def whole_way(name: str, url: str, deliveries: int) -> dict[str, object]:
    """Hits that were committed in polls of 100 are all told, each in a message of its own."""

    async def work(stage: Stage, loop: MessageLoop, senders: Timed) -> dict[str, object]:
        for low in range(0, deliveries, 100):
            await stage.poll("city", *(text(f"notice {number}") for number in range(low, low + 100)))
        began = time.perf_counter()
        while len(senders.accepted) < deliveries:  # an assembly puts at most 5,000 together
            await loop.round()
            await loop.drain()
        seconds = time.perf_counter() - began
        return {"what": "whole way", "to": name, "deliveries": deliveries, "per_second": round(deliveries / seconds, 1)}

    return await on_stage(name, url, work)


async def commit_to_acceptance(name: str, url: str) -> dict[str, object]:
    """One hit after the other: its commit rings the bell, the loop that waits on it sends."""

    async def work(stage: Stage, loop: MessageLoop, senders: Timed) -> dict[str, object]:
        bell = loop.desk.bells.messages
        took = []

        async def listen() -> None:
            while True:
                await bell.wait()
                bell.clear()
                await loop.round()

        listening = asyncio.create_task(listen())
        for number in range(ONE_BY_ONE):
            await stage.poll("city", text(f"single notice {number}"))
            committed = time.perf_counter()
            bell.set()
            while len(senders.accepted) <= number:
                await asyncio.sleep(0.0005)
            took.append(senders.accepted[-1] - committed)
            await loop.drain()
        listening.cancel()
        return {"what": "commit to acceptance", "to": name, "hits": ONE_BY_ONE, **quantiles(took)}

    return await on_stage(name, url, work)


async def beside_a_queue(waiting: int) -> dict[str, object]:
    """What a look for due work costs while so many deliveries and messages wait for a later time."""
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{Path(folder) / 'monitor.db'}")
        store = SqlStore(database, SqlQueries(database))
        stage = Stage(store, store.queries, routing=Routing((Channel("ops", Secret("json://x"), "webhook", ("ops",)),)))
        await store.open(stage.worker, stage.now)
        await stage.watch("city")
        await stage.poll("city", text("a notice"))
        await stage.messages()
        await store.writer.run(lambda tx: fill(tx.connection, waiting, stage.now))
        idle_assemble, idle_claim = [], []
        for _ in range(ROUNDS):
            idle_assemble.append(await timed(store.assemble(stage.routing, stage.now)))
            idle_claim.append(await timed(store.claim_messages(stage.claim("sender", limit=16))))
        busy_assemble, busy_claim = [], []
        for number in range(ROUNDS):
            await stage.poll("city", *(text(f"notice {number}-{one}") for one in range(16)))
            busy_assemble.append(await timed(store.assemble(stage.routing, stage.now)))
            busy_claim.append(await timed(store.claim_messages(stage.claim("sender", limit=16))))
        await store.close()
    return {
        "what": "claim beside a queue", "open": waiting, "nothing_due_assemble": quantiles(idle_assemble),
        "nothing_due_claim": quantiles(idle_claim), "16_due_assemble": quantiles(busy_assemble),
        "16_due_claim": quantiles(busy_claim),
    }  # fmt: skip


def fill(connection: Any, waiting: int, now: datetime) -> None:
    """That many deliveries owed later, and as many messages that are tried again later."""
    later = now + timedelta(hours=5)
    for low in range(0, waiting, 10_000):
        numbers = range(low + 1_000_000, low + 1_000_000 + min(10_000, waiting - low))
        owed = [
            {"id": n, "hit": 1, "item": n, "topic": "qiming", "edition": 1, "channel": "ops", "recipient": "ops",
             "form": "new", "source": "city", "state": "owed", "due_at": later, "created_at": now}
            for n in numbers
        ]  # fmt: skip
        made = [
            {"id": f"m{n}", "kind": "alert", "channel": "ops", "recipient": "ops", "state": "open", "due_at": later,
             "attempts": 1, "created_at": now - timedelta(hours=n % 60)}
            for n in numbers
        ]  # fmt: skip
        connection.execute(insert(DELIVERY), owed)
        connection.execute(insert(MESSAGE), made)


async def timed(work: Awaitable[object]) -> float:
    """Seconds that it took."""
    began = time.perf_counter()
    await work
    return time.perf_counter() - began


def quantiles(took: Sequence[float]) -> dict[str, float]:
    """The middle and the slow end, in milliseconds."""
    ordered = sorted(took)
    return {
        "p50_ms": round(ordered[len(ordered) // 2] * 1000, 2),
        "p99_ms": round(ordered[int(len(ordered) * 0.99)] * 1000, 2),
    }


if __name__ == "__main__":
    main()
