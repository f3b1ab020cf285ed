"""How much memory do 10,000 sources take at rest, with their idle child, and how soon is the service ready?

    python -m tests.benchmarks.resting [--sources 10000]

The whole service begins, its watchlist of so many feeds is put in force and its children are up; nothing is due. Resident
memory of this process and its children is read from /proc. Goal: 250 MB, ready within 3 s.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
import time
from pathlib import Path

from monitor import wiring
from monitor.config.settings import load_settings


def resident(pid: int) -> float:
    """Resident megabytes of a process."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def children() -> list[int]:
    """The processes that this one has begun."""
    found = Path("/proc/self/task").glob("*/children")
    return [int(pid) for file in found for pid in file.read_text().split()]


async def measure(sources: int, folder: Path) -> dict[str, float]:
    """Begins the service and lets it rest a moment."""
    (folder / "watchlists").mkdir()
    rows = "".join(
        f"  - source: s{n}\n    feed: https://feed{n}.example.org/news/feed.xml\n    every: 1 h\n"
        for n in range(sources)
    )
    topics = "topics:\n  - topic: qiming\n    name: Qiming\n    terms: [启明计划, Qiming Program]\n"
    (folder / "watchlists" / "bench.yaml").write_text(f"{topics}sources:\n{rows}", "utf-8")
    wiring.configure_logging("warning", "json")
    settings = load_settings(
        {"HOME": str(folder)}, state=str(folder / "state"), watchlists=str(folder / "watchlists"), console="off"
    )
    app = await wiring.build(settings, {})
    await app.service.begin()
    await asyncio.sleep(2)
    own, others = resident(os.getpid()), [resident(pid) for pid in children()]
    # a second beginning is what a start costs: the first one has written 10,000 rows
    await app.abandon()
    began = time.perf_counter()
    again = await wiring.build(settings, {})
    await again.service.begin()
    ready = time.perf_counter() - began
    await again.abandon()
    return {
        "sources": sources,
        "megabytes": round(own + sum(others)),
        "megabytes_of_parent": round(own),
        "children": len(others),
        "ready_after_seconds": round(ready, 1),
    }


def main() -> None:
    """Runs the benchmark and prints its figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sources", type=int, default=10_000)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as folder:
        print(json.dumps(asyncio.run(measure(wanted.sources, Path(folder))), indent=2))


if __name__ == "__main__":
    main()
