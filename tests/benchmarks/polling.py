"""How much of bare aiohttp's rate is left when unchanged polls are stored with state and outcome?

    python -m tests.benchmarks.polling [--sources 1000] [--rounds 5] [--profile]

1,000 feeds on loopback, served by another process and answered 304, pace 0, robots on. The whole service polls: rows are claimed,
fetched, and their states, outcomes and day counts stored in SQLite (synchronous FULL). Both clients run in turns in one process on
one core; CPU seconds of this process count (writer thread included), so that neighbours on the machine do not. Goal: 40 %.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import gc
import json
import os
import pstats
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
from sqlalchemy import text

from monitor import wiring
from monitor.config.settings import load_settings

from .fetching import ETAG, in_flight


def watchlist(port: int, sources: int) -> str:
    """The feeds as a watchlist."""
    rows = [
        f"  - source: s{n}\n    feed: http://127.0.0.1:{port}/feeds/{n}.xml\n    every: 1 h" for n in range(sources)
    ]
    topic = "topics:\n  - topic: qiming\n    name: Qiming\n    terms: [Qiming Program]\n"
    return topic + "sources:\n" + "\n".join(rows) + "\n"


async def measure(port: int, sources: int, rounds: int, folder: Path, profile: bool) -> dict[str, float]:
    """The service and the bare client in turns; the figures of the middle rounds."""
    (folder / "watchlists").mkdir()
    (folder / "watchlists" / "bench.yaml").write_text(watchlist(port, sources), "utf-8")
    wiring.configure_logging("warning", "json")
    settings = load_settings(
        {"HOME": str(folder)}, state=str(folder / "state"), watchlists=str(folder / "watchlists"),
        allow_private="127.0.0.0/8", host_pace=0, console="off",
    )  # fmt: skip
    app = await wiring.build(settings, {})
    await app.service.begin(spread=False)
    began = time.perf_counter()
    await app.service.polls.once(app.service.desk.now())
    first_wall = time.perf_counter() - began
    urls = [f"http://127.0.0.1:{port}/feeds/{number}.xml" for number in range(sources)]
    profiler = cProfile.Profile() if profile else None

    async def ours() -> tuple[float, float]:
        past = datetime.now(UTC) - timedelta(seconds=1)
        with app.store.database.write() as connection:
            connection.execute(text("UPDATE source SET due_at = :at"), {"at": past.strftime("%Y-%m-%d %H:%M:%S.%f")})
        gc.collect()
        wall, cpu = time.perf_counter(), time.process_time()
        if profiler:
            profiler.enable()
        await app.service.polls.once(app.service.desk.now())
        if profiler:
            profiler.disable()
        return time.process_time() - cpu, time.perf_counter() - wall

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def bare(url: str) -> None:
            async with session.get(url, headers={"If-None-Match": ETAG}) as response:
                await response.read()
                assert response.status == 304

        await in_flight(bare, urls)
        pairs = [(await in_flight(bare, urls), await ours()) for _ in range(rounds)]
    health = app.queries.sources()
    assert all(one.outcome == "unchanged" for one in health), "every poll has its outcome stored"
    assert sum(day.unchanged for day in app.queries.source_days(datetime.now(UTC).date())) == sources * rounds
    await app.abandon()
    if profiler:
        pstats.Stats(profiler).sort_stats("tottime").print_stats(35)
    bare_cpu = statistics.median(pair[0] for pair in pairs)
    our_cpu = statistics.median(pair[1][0] for pair in pairs)
    return {
        "sources": sources,
        "bare_per_cpu_second": round(sources / bare_cpu),
        "polls_per_cpu_second": round(sources / our_cpu),
        "polls_per_wall_second": round(sources / statistics.median(pair[1][1] for pair in pairs)),
        "share_of_bare": round(bare_cpu / our_cpu, 3),
        "first_polls_per_wall_second": round(sources / first_wall),
        "megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "megabytes_of_children": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024),
    }


def main() -> None:
    """Runs the benchmark and prints its figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sources", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--profile", action="store_true", help="print where the time goes")
    wanted = parser.parse_args()
    command = [sys.executable, "-m", "tests.benchmarks.fetching", "--serve"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None and server.stdin is not None
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
        with tempfile.TemporaryDirectory(prefix="monitor-bench-") as folder:
            port = int(server.stdout.readline())
            figures = asyncio.run(measure(port, wanted.sources, wanted.rounds, Path(folder), wanted.profile))
        server.stdin.close()
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
