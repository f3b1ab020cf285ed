"""How many bodies a second are read: feeds, pages with and without a match, documents, and through the child's walls.

Run it: `python -m tests.benchmarks.reading`. Ratios within one run are what counts.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Callable
from pathlib import Path

from monitor.adapters.clock import SystemClock
from monitor.adapters.formats import Caps, feeds, html, sniff
from monitor.adapters.process import ChildRoom
from monitor.domain.document import Origin
from monitor.domain.errors import ReadError
from monitor.domain.topic import Ruleset, Term, Topic
from monitor.pipeline.match import compile_ruleset
from monitor.pipeline.read import prepare
from tests.fakes import bodies

CORPUS = Path(os.environ.get("MONITOR_CORPUS") or Path(__file__).parents[3] / "shared" / "corpus")
RULES = Ruleset("bench", (Topic("qiming", "Qiming", terms=(Term("启明计划"), Term("Qiming Program"))),))
FEED = Origin("s", "feed", "https://f.example/feed")
PAGE = Origin("s", "page", "https://p.example/page")


def timed(name: str, count: int, work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    each = (time.process_time() - began) / count
    print(f"{name:58} {each * 1000:9.2f} ms  {1 / each:9.0f} /s")
    return each


def twenty(number: int) -> bytes:
    text = "&lt;p&gt;各有关单位，现组织申报第{0}批项目，材料于月底前报送。&lt;/p&gt;"
    items = "".join(
        f"<item><guid>{number}-{n}</guid><title>通知 {number}-{n}</title><link>https://f.example/{number}/{n}</link>"
        f"<pubDate>Sun, 01 Nov 2026 08:00:00 GMT</pubDate><description>{text.format(n)}</description></item>"
        for n in range(20)
    )
    return bodies.rss(items)


def corpus(kind: str) -> list[bytes]:
    path = CORPUS / "manifest.jsonl"
    if not path.exists():
        print("shared corpus is absent: set MONITOR_CORPUS")
        return []
    told = [json.loads(line) for line in path.read_text().splitlines()]
    return [(CORPUS / row["file"]).read_bytes() for row in told if row["kind"] == kind]


def documents(files: list[bytes]) -> None:
    for body in files:
        try:
            sniff(body, PAGE).read(body, PAGE, Caps())
        except ReadError as error:
            if error.reason != "encrypted":
                raise


async def walls(made: list[bytes]) -> None:
    room = ChildRoom(SystemClock(), b"k" * 32, children=1)
    began = time.perf_counter()
    await room.use(RULES)
    print(f"{'a child is ready after':58} {(time.perf_counter() - began) * 1000:9.2f} ms")
    began = time.perf_counter()
    for body in made:
        await room.read(body, FEED)
    each = (time.perf_counter() - began) / len(made)
    print(f"{'feed of 20 entries through the child, wall time':58} {each * 1000:9.2f} ms  {1 / each:9.0f} /s")
    await room.close()


def main() -> None:
    import feedparser

    compiled = compile_ruleset(RULES)
    made = [twenty(number) for number in range(100)]
    timed("feed of 20 entries, feedparser with its defaults", 100, lambda: [feedparser.parse(body) for body in made])
    harvests = []
    timed("feed of 20 entries, read", 100, lambda: harvests.extend(feeds.read(body, FEED, Caps()) for body in made))
    timed("feed of 20 entries, matched and hashed", 100, lambda: [prepare(h, compiled, b"k") for h in harvests])
    asyncio.run(walls(made))
    pages = corpus("page")
    if pages:
        plain = []
        timed("page without a match", len(pages), lambda: plain.extend(html.read(body, PAGE, Caps()) for body in pages))
        pairs = list(zip(pages, plain, strict=True))
        timed(
            "page with a match, the main text besides",
            len(pages),
            lambda: [html.refine(b, PAGE, Caps(), h) for b, h in pairs],
        )
        files = corpus("document")
        for name, mark in (("PDF file", b"%PDF"), ("DOCX file", b"PK")):
            some = [body for body in files if body.startswith(mark)]
            timed(name, len(some), lambda some=some: documents(some))  # type: ignore[misc]


if __name__ == "__main__":
    main()
