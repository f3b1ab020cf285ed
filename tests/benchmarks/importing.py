"""How fast, and in how much memory, does an archive come in? `python -m tests.benchmarks.importing [--pieces 100000]`

A folder of JSON lines and pages is generated: invented notices, one in twelve names something watched, one in fifty is broken
(no JSON, no text, a scan without text, half a PDF, an encrypted member). It is imported twice: the second time nothing is left
to be done. Told are pieces a second, the greatest memory of this process and of a child, outcomes, and whether the log verifies.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from monitor.adapters.archive import pieces
from monitor.config.settings import shipped_watchlists
from monitor.domain.archive import Imported
from monitor.wiring import topics_only
from tests.benchmarks.preview import bodies
from tests.fakes.shelf import Shelf

IN_A_FILE = 5_000
BROKEN = ("{not json", '{"title":"no text"}', '{"id":"x","html":"%PDF-1.7 half of one"}', "[]")


def lines(count: int, chance: random.Random) -> Iterator[str]:
    """So many lines, some of them broken."""
    for number, (title, body, _) in enumerate(bodies(count, chance)):
        if number % 50 == 17:
            yield BROKEN[number // 50 % len(BROKEN)]
        elif number % 10 == 0:
            page = f"<html><head><title>{title}</title></head><body><p>{body}</p></body></html>"
            yield json.dumps({"url": f"https://a.example.org/{number}.html", "html": page}, ensure_ascii=False)
        else:
            row = {"url": f"https://a.example.org/{number}", "title": title, "text": body, "published": "2026-02-03"}
            yield json.dumps(row, ensure_ascii=False)


def fill(folder: Path, count: int) -> None:
    """The archive as files of 5,000 lines."""
    chance, made = random.Random(8), 0
    every = lines(count, chance)
    while made < count:
        with (folder / f"part-{made:07}.jsonl").open("w", encoding="utf-8") as file:
            for _ in range(min(IN_A_FILE, count - made)):
                file.write(next(every) + "\n")
        made += IN_A_FILE


async def measure(folder: Path, archive: Path) -> None:
    """Both imports."""
    shelf, rules = Shelf(folder), topics_only(shipped_watchlists())
    for name in ("first", "again"):
        began = time.perf_counter()
        found: Imported = await shelf.take(pieces([archive], "s"), rules, quiet=True, at_once=8)
        seconds = time.perf_counter() - began
        own, child = (
            resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        )
        print(
            f"{name}: {found.pieces:,} pieces in {seconds:,.0f} s, {found.pieces / seconds:,.0f} a second; {own:.0f} MB here, "
            f"{child:.0f} MB a child; stored {found.stored:,}, hits {found.hits:,}, broken {dict(found.broken)}, "
            f"done before {found.before:,}",
            flush=True,
        )
    verified = shelf.queries.verify()
    print(f"log: {verified.status}, {verified.entries:,} entries")
    await shelf.close()


def main() -> None:
    """Generates, then imports."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pieces", type=int, default=100_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store, archive = Path(folder) / "store", Path(folder) / "archive"
        store.mkdir()
        archive.mkdir()
        fill(archive, given.pieces)
        asyncio.run(measure(store, archive))


if __name__ == "__main__":
    main()
