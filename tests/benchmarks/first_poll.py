"""How many feeds of 20 entries are read at their first poll, matched and stored, beside reader 3.x?

    python -m tests.benchmarks.first_poll [--feeds 200] [--hit-every 1] [--reader PYTHON] [--profile]

The feeds stand on loopback, served by another process. Ours polls them with all it does: robots, children with walls,
matching, dedupe, storing with synchronous FULL. `--reader` names an interpreter that has reader installed (it is no
dependency of this project; without one the comparison is left out): it adds the same feeds to a file database and
updates them with as many workers as there are cores. Wall and CPU seconds of all processes count. Goal: twice reader's.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import json
import os
import pstats
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from monitor import wiring
from monitor.config.settings import load_settings

from .fetching import whole

READER = """
import json, os, resource, sys, time
from reader import make_reader
import reader
port, feeds, path = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
store = make_reader(path)
for number in range(feeds):
    store.add_feed(f"http://127.0.0.1:{port}/feeds/{number}.xml")
began = time.perf_counter()
store.update_feeds(workers=os.cpu_count())
wall = time.perf_counter() - began
use = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"version": reader.__version__, "wall": wall, "cpu": use.ru_utime + use.ru_stime,
                  "entries": store.get_entry_counts().total}))
"""


WORDS = [
    "河道", "路灯", "图书", "校舍", "码头", "农机", "茶园", "渔港", "桥梁", "水库", "苗圃", "冷链", "园区", "粮仓", "社区", "医院",
    "harbour", "library", "turbine", "orchard", "archive", "ferry", "kiln", "meadow", "depot", "quarry", "viaduct", "nursery",
]  # fmt: skip


def feed(number: int, every: int = 1) -> bytes:
    """A feed of 20 entries in Chinese and English, no two alike; one feed in `every` has an entry with a hit."""
    chance = random.Random(number)
    items = []
    for n in range(20):
        pick = [chance.choice(WORDS) + str(chance.randint(100, 99_999)) for _ in range(12)]
        hit = f"启明计划支持{pick[10]}方向的申报人。" if n == 7 and number % every == 0 else ""
        told = (
            f"&lt;p&gt;{pick[0]}与{pick[1]}的养护由{pick[2]}承担，{pick[3]}在月底前完成，{pick[4]}另行通知。{hit}&lt;/p&gt;"
            f"&lt;p&gt;The {pick[5]} near {pick[6]} closes for repairs of its {pick[7]}; see {pick[8]} and {pick[9]}.&lt;/p&gt;"
        )
        items.append(
            f"<item><guid>{number}-{n}</guid><title>{pick[10]}与{pick[11]}公告</title>"
            f"<link>https://feed{number}.example/{n}.html</link><pubDate>Sun, 01 Nov 2026 08:{n:02}:00 GMT</pubDate>"
            f"<description>{told}</description></item>"
        )
    head = f"<rss version='2.0'><channel><title>区{number}</title><link>https://feed{number}.example/</link>"
    return f"{head}{''.join(items)}</channel></rss>".encode()


class Server(asyncio.Protocol):
    """Serves /feeds/N.xml, made before the clock runs; anything else is 404."""

    def __init__(self, answers: list[bytes]) -> None:
        self._answers = answers

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps the way back."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answers one request; the clients here send each in one piece."""
        path = data.split(b" ", 2)[1]
        if not path.startswith(b"/feeds/"):
            self._transport.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            return
        self._transport.write(self._answers[int(path[7:-4])])


async def serve(feeds: int, every: int) -> None:
    """Serves until the parent goes; prints its port first."""
    answers = [whole(feed(number, every)) for number in range(feeds)]
    server = await asyncio.get_running_loop().create_server(lambda: Server(answers), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)


async def ours(port: int, feeds: int, folder: Path, profile: bool) -> dict[str, float]:
    """The whole service, from the claim to the commit."""
    (folder / "watchlists").mkdir()
    rows = "".join(
        f"  - source: s{n}\n    feed: http://127.0.0.1:{port}/feeds/{n}.xml\n    every: 1 h\n" for n in range(feeds)
    )
    topics = "topics:\n  - topic: qiming\n    name: Qiming\n    terms: [启明计划, Qiming Program]\n"
    (folder / "watchlists" / "bench.yaml").write_text(f"{topics}sources:\n{rows}", "utf-8")
    wiring.configure_logging("warning", "json")
    settings = load_settings(
        {"HOME": str(folder)}, state=str(folder / "state"), watchlists=str(folder / "watchlists"),
        allow_private="127.0.0.0/8", host_pace=0, console="off",
    )  # fmt: skip
    app = await wiring.build(settings, {})
    await app.service.begin(spread=False)
    profiler = cProfile.Profile(time.thread_time) if profile else None
    before = _children()
    own, wall = time.process_time(), time.perf_counter()
    if profiler:
        profiler.enable()
    await app.service.polls.once(app.service.desk.now())
    if profiler:
        profiler.disable()
    wall, own = time.perf_counter() - wall, time.process_time() - own
    tally = app.queries.tally()
    failed = [one for one in app.queries.sources() if one.outcome != "changed"]
    assert tally.documents == feeds * 20 and not failed, (tally.documents, failed[:1])
    await app.abandon()
    if profiler:
        pstats.Stats(profiler).sort_stats("tottime").print_stats(30)
    return {"wall": wall, "parent_cpu": own, "children_cpu": _children() - before}


def _children() -> float:
    """CPU seconds of all children that have ended, theirs too."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def theirs(python: str | None, port: int, feeds: int, folder: Path) -> dict[str, float | str] | None:
    """reader on the same feeds, or None without one."""
    if python is None:
        return None
    done = subprocess.run(
        [python, "-c", READER, str(port), str(feeds), str(folder / "reader.db")], capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        print(done.stderr[-400:], file=sys.stderr)
        return None
    found: dict[str, float | str] = json.loads(done.stdout)
    return found


def main() -> None:
    """Runs the benchmark and prints its figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--feeds", type=int, default=200)
    parser.add_argument("--reader", help="an interpreter that has reader 3.x installed")
    parser.add_argument("--hit-every", type=int, default=1, help="one feed in so many has an entry with a hit")
    parser.add_argument("--profile", action="store_true", help="print where the time goes in the parent")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.serve:
        asyncio.run(serve(wanted.feeds, wanted.hit_every))
        return
    told = ["--feeds", str(wanted.feeds), "--hit-every", str(wanted.hit_every)]
    command = [sys.executable, "-m", "tests.benchmarks.first_poll", "--serve", *told]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None and server.stdin is not None
        port = int(server.stdout.readline())
        with tempfile.TemporaryDirectory(prefix="monitor-bench-") as folder:
            other = theirs(wanted.reader, port, wanted.feeds, Path(folder))
            own = asyncio.run(ours(port, wanted.feeds, Path(folder), wanted.profile))
        server.stdin.close()
    figures: dict[str, object] = {
        "feeds": wanted.feeds, "one_with_a_hit_in": wanted.hit_every, "cores": os.cpu_count(),
        "feeds_per_second": round(wanted.feeds / own["wall"], 1),
        "feeds_per_cpu_second": round(wanted.feeds / (own["parent_cpu"] + own["children_cpu"]), 1),
        "parent_ms_per_feed": round(own["parent_cpu"] / wanted.feeds * 1000, 1),
        "children_ms_per_feed": round(own["children_cpu"] / wanted.feeds * 1000, 1),
    }  # fmt: skip
    if other is None:
        figures["reader"] = "absent: --reader names an interpreter that has it"
    else:
        assert other["entries"] == wanted.feeds * 20
        wall, cpu = float(other["wall"]), float(other["cpu"])
        figures |= {
            "reader": other["version"], "reader_feeds_per_second": round(wanted.feeds / wall, 1),
            "reader_feeds_per_cpu_second": round(wanted.feeds / cpu, 1), "times_reader": round(wall / own["wall"], 2),
        }  # fmt: skip
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
