"""What do kinds, facts and masks cost? MB of UTF-8 a second on one core, beside the extraction of the same text.

Run: python -m tests.benchmarks.facts   (MONITOR_CORPUS names the shared corpus)
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import trafilatura

from monitor.adapters.formats import Caps, html
from monitor.domain.document import Origin
from monitor.pipeline.classify import classify
from monitor.pipeline.facts import facts
from monitor.pipeline.mask import mask

CORPUS = Path(os.environ.get("MONITOR_CORPUS") or Path(__file__).resolve().parents[2].parent / "shared" / "corpus")
SECONDS = 2.0


def speed(step: Callable[[str], object], texts: list[str]) -> float:
    """MB a second of CPU time, over whole rounds of the texts."""
    size = sum(len(text.encode()) for text in texts)
    done = 0
    started = time.process_time()
    while time.process_time() - started < SECONDS:
        for text in texts:
            step(text)
        done += size
    return done / 1e6 / (time.process_time() - started)


def page(text: str) -> str:
    """The text as a plain page, for the extractor to take apart again."""
    paragraphs = "".join(f"<p>{line}</p>" for line in text.splitlines() if line.strip())
    return f"<html><head><title>t</title></head><body><nav>a b c</nav><main>{paragraphs}</main></body></html>"


def on_pages() -> None:
    """Seconds of CPU for the real pages of the corpus: extraction as the product does it, then kinds and facts of what it gave."""
    bodies = [path.read_bytes() for path in sorted((CORPUS / "pages").rglob("*.html"))]
    started = time.process_time()
    plain = [html.read(body, Origin("s", "page", "https://x.example/"), Caps()) for body in bodies]
    refined = [
        html.refine(body, Origin("s", "page", "https://x.example/"), Caps(), harvest)
        for body, harvest in zip(bodies, plain, strict=True)
    ]
    middle = time.process_time()
    alone = [trafilatura.extract(body) or "" for body in bodies]
    end = time.process_time()
    texts = [text.text for harvest in refined for text in harvest.texts]
    for text in texts:
        classify("", text)
    kinds = time.process_time()
    for text in texts:
        facts(text)
    done = time.process_time()
    size = sum(len(text.encode()) for text in texts) / 1e6
    print(
        f"{len(bodies)} real pages, {size:.2f} MB of text: extraction {middle - started:.2f} s ({len(alone)} by trafilatura "
        f"alone {end - middle:.2f} s), kinds {kinds - end:.2f} s, facts {done - kinds:.2f} s"
    )


def main() -> None:
    """Prints one line a step."""
    on_pages()
    names = (CORPUS / "facts.jsonl", CORPUS / "texts" / "passages.jsonl")
    texts = [json.loads(line)["text"] for name in names for line in name.read_text(encoding="utf-8").splitlines()]
    long = ["\n".join(texts) * 4]
    rows: list[tuple[str, Callable[[str], object]]] = [
        ("extraction (trafilatura)", lambda text: trafilatura.extract(page(text))),
        ("kind", lambda text: classify("", text)),
        ("facts", facts),
        ("kind and facts", lambda text: (classify("", text), facts(text))),
        ("mask", mask),
    ]
    for what, step in rows:
        print(f"{what:26} short texts {speed(step, texts):6.2f} MB/s   one long text {speed(step, long):6.2f} MB/s")
    digits = "7" * 10_000_000
    for what, step in rows[1:]:
        started = time.process_time()
        step(digits)
        print(f"{what:26} 10 MB of digits in {time.process_time() - started:5.2f} s")


if __name__ == "__main__":
    main()
