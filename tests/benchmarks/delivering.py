"""How many deliveries a second do the senders make, to a mail server and a webhook on loopback?

    python -m tests.benchmarks.delivering [--deliveries 10000] [--at-once 16]

The servers run in a process of their own. Each delivery is a message of one hit to one recipient:
composed, frozen and sent; the run fails if one of them is not accepted.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import time
from multiprocessing.connection import Connection

from monitor.adapters.notifier import Senders, channel_kinds, inspect
from monitor.domain.delivery import AttemptOutcome, Channel
from monitor.domain.secret import Secret
from tests.fakes.drafts import draft, hit
from tests.fakes.smtp import MailServer
from tests.fakes.webhook import Receiver


def main() -> None:
    """Prints one JSON line for each way of delivering."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--deliveries", type=int, default=10_000)
    asked.add_argument("--at-once", type=int, default=16)
    given = asked.parse_args()
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    servers = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs,), daemon=True)
    servers.start()
    urls: dict[str, str] = ours.recv()
    for name, url in urls.items():
        print(json.dumps(asyncio.run(measure(name, url, given.deliveries, given.at_once))))
    servers.terminate()


def serve(pipe: Connection) -> None:
    """Runs both servers until it is ended; tells their URLs first."""
    asyncio.run(_serve(pipe))


async def _serve(pipe: Connection) -> None:
    async with MailServer() as mail, Receiver() as hook:
        pipe.send({"mail": mail.url("lena@example.org"), "webhook": hook.url("secret=s")})
        while True:
            await asyncio.sleep(0.2)


async def measure(name: str, url: str, deliveries: int, at_once: int) -> dict[str, object]:
    """One way of delivering: rate, latency of one delivery, outcomes."""
    kinds = channel_kinds()
    kind, recipients = inspect(name, Secret(url), kinds)
    senders = Senders({name: Channel(name, Secret(url), kind, recipients)}, kinds=kinds)
    took: list[float] = []
    outcomes: dict[str, int] = {}
    numbers = iter(range(deliveries))

    async def deliver() -> None:
        for number in numbers:
            began = time.perf_counter()
            frozen = senders.freeze(draft(hit(number), id=f"m{number}", channel=name, recipient=recipients[0]))
            result = await senders.send(frozen)
            took.append(time.perf_counter() - began)
            outcomes[result.outcome.value] = outcomes.get(result.outcome.value, 0) + 1

    began = time.perf_counter()
    await asyncio.gather(*(deliver() for _ in range(at_once)))
    seconds = time.perf_counter() - began
    await senders.close()
    took.sort()
    assert set(outcomes) == {AttemptOutcome.DELIVERED.value}, outcomes
    return {
        "benchmark": "delivering",
        "to": name,
        "deliveries": deliveries,
        "per_second": round(deliveries / seconds, 1),
        "p50_ms": round(took[len(took) // 2] * 1000, 2),
        "p99_ms": round(took[int(len(took) * 0.99)] * 1000, 2),
    }


if __name__ == "__main__":
    main()
