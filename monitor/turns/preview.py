"""preview: what would an edit have caught and lost over the stored texts?

The real matcher judges in child processes; this keeps them busy and counts. Nothing is stored.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from ..domain.archive import Change, Comparison, Preview, Progress, Row, Sample, StoredText
from ..domain.errors import ChildDied
from ..ports import Archive, Comparer

log = structlog.get_logger()
Tell = Callable[[Progress], None]
AT_ONCE = 4  # batches under way: two children at work, and the next question of each read meanwhile
SAMPLES = 3  # of each topic and direction


async def preview(
    archive: Archive,
    comparer: Comparer,
    since: datetime | None,
    tell: Tell | None = None,
    samples: int = SAMPLES,
    version: int | None = None,
) -> Preview:
    """What the comparer's ruleset finds in the stored texts since then, against the one before it.

    `version` asks for one stored text only. `tell` hears how far it has come. Cancelling it leaves nothing behind.
    """
    began = time.monotonic()
    tally = _Tally(samples)
    total, missing = await asyncio.to_thread(archive.count, since) if version is None else (1, 0)
    async for texts, found in compared(archive, comparer, since, version):
        tally.add(texts, found)
        if tell is not None:
            tell(Progress(tally.texts, total, "", {"gained": tally.gained, "lost": tally.lost}))
    return replace(tally.result(), since=since, missing=missing, seconds=time.monotonic() - began)


async def compared(
    archive: Archive, comparer: Comparer, since: datetime | None, version: int | None = None
) -> AsyncIterator[tuple[Sequence[StoredText], Comparison]]:
    """Every batch of stored texts with what comparing it gave, in the order of the texts; a bounded number under way."""
    batches = archive.texts(since) if version is None else iter(_one(archive, version))
    waiting: list[asyncio.Task[tuple[Sequence[StoredText], Comparison]]] = []
    try:
        while True:
            batch = await asyncio.to_thread(next, batches, None) if len(waiting) < AT_ONCE else None
            if batch is not None:
                waiting.append(asyncio.create_task(_judged(comparer, batch)))
                continue
            if not waiting:
                return
            yield await waiting.pop(0)
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


def _one(archive: Archive, version: int) -> list[Sequence[StoredText]]:
    found = archive.text(version)
    return [[found]] if found else []


async def _judged(comparer: Comparer, texts: Sequence[StoredText]) -> tuple[Sequence[StoredText], Comparison]:
    return texts, await _halved(comparer, texts)


async def _halved(comparer: Comparer, texts: Sequence[StoredText]) -> Comparison:
    """The comparison; when a child dies of a batch, of its halves, down to the one text that is to blame."""
    try:
        return await comparer.compare(texts)
    except ChildDied as error:
        if len(texts) == 1:
            log.warning("stored text not judged", version=texts[0].version, detail=str(error)[:300])
            return Comparison(damaged=(texts[0].version,))
    middle = len(texts) // 2
    first, second = await _halved(comparer, texts[:middle]), await _halved(comparer, texts[middle:])
    return Comparison(first.changes + second.changes, first.topics or second.topics, first.damaged + second.damaged)


class _Tally:
    """Counts as batches come; bounded by topics and sources, not by texts."""

    def __init__(self, samples: int) -> None:
        self.most = samples
        self.texts = 0
        self.gained = 0
        self.lost = 0
        self.topics: tuple[str, ...] = ()
        self.counts: Counter[tuple[str, str, str]] = Counter()
        self.samples: dict[tuple[str, str], list[Sample]] = {}
        self.unjudged: list[int] = []

    def add(self, texts: Sequence[StoredText], found: Comparison) -> None:
        """One batch."""
        self.texts += len(texts)
        self.topics = found.topics or self.topics
        self.unjudged += found.damaged
        by_version = {one.version: one for one in texts}
        for change in found.changes:
            text = by_version[change.version]
            sort = _sort(change)
            self.gained += change.gained
            self.lost += change.lost
            self.counts[change.topic, text.source, sort] += 1
            shown = self.samples.setdefault((change.topic, sort), [])
            if len(shown) < self.most:
                shown.append(Sample(change, text.source, text.url, text.first_seen_at, text.whole_page))

    def result(self) -> Preview:
        """What was counted."""
        places = sorted({(topic, source) for topic, source, _ in self.counts})
        rows = [Row(topic, source, *(self.counts[topic, source, sort] for sort in SORTS)) for topic, source in places]
        rows.sort(key=lambda row: (-(row.alerts + row.reviews), -row.lost, row.topic, row.source))
        samples = tuple(one for key in sorted(self.samples) for one in self.samples[key])
        return Preview(
            None, self.texts, unjudged=tuple(self.unjudged), rows=tuple(rows), samples=samples, topics=self.topics
        )


SORTS = ("alert", "review", "lost", "moved", "suppressed")


def _sort(change: Change) -> str:
    if change.gained:
        return change.after or ""
    if change.lost:
        return "lost"
    return "suppressed" if change.after == "suppressed" or change.before == "suppressed" else "moved"
