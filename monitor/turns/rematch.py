"""rematch: which stored texts does the ruleset in force judge otherwise than they were judged, and who is told?

Only what differs is recorded, each hit with the words `found-late` among its reasons; the round is told as one summary when
it ends. Running it again records nothing twice, and a round that was cut short goes on where it stood.
"""

from __future__ import annotations

import asyncio
import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from ..domain.archive import HEARD, Change, Comparison, LateIntent, Progress, Rematched, StoredText
from ..domain.audit import AuditNote
from ..domain.document import Origin, Prepared
from ..domain.errors import ReadError
from ..domain.hit import Decision, HitDraft, Verdict
from ..domain.intent import Applied
from ..pipeline import poll as deciding
from ..ports import Archive, Comparer, LateHits
from .desk import Desk
from .poll import ROUNDS, judge
from .preview import Tell, compared

log = structlog.get_logger()
FOUND_LATE = "found-late"
NO_MORE = "nothing of the topic stands there under this ruleset; it takes the place of hit"


async def rematch(
    desk: Desk,
    archive: Archive,
    comparer: Comparer,
    late: LateHits,
    run: str,
    since: datetime | None,
    actor: str = "operator",
    tell: Tell | None = None,
) -> Rematched:
    """Judges every stored text since then under `desk.ruleset` and records where that differs from what is stored.

    `comparer` answers under that ruleset with nothing before it. Raises StoreError; what was recorded by then stands.
    """
    began = time.monotonic()
    total, missing = await asyncio.to_thread(archive.count, since)
    work = _Round(desk, archive, late, run)
    begun = {"run": run, "ruleset": desk.ruleset, "since": since, "texts": total}
    await desk.store.note([AuditNote("rematch begun", actor, desk.now(), begun)])
    async for texts, found in compared(archive, comparer, since):
        await work.batch(texts, found)
        if tell is not None:
            tell(Progress(work.sums.texts, total, "", {"hits": work.sums.hits, "lost": work.sums.lost}))
    sums = replace(work.sums, run=run, missing=missing, seconds=round(time.monotonic() - began, 1))
    ended = {"run": run, "texts": sums.texts, "hits_found": sums.hits, "alerts": sums.alerts, "lost": sums.lost}
    await late.end(run, desk.now(), AuditNote("rematch ended", actor, desk.now(), ended))
    return sums


class _Round:
    """One rematch under way, and what it came to so far."""

    def __init__(self, desk: Desk, archive: Archive, late: LateHits, run: str) -> None:
        self.desk, self.archive, self.late, self.run = desk, archive, late, run
        self.sums = Rematched()

    async def batch(self, texts: Sequence[StoredText], found: Comparison) -> None:
        """Records what differs in some texts, oldest first, so that what came first is what others are copies of."""
        self.sums = replace(self.sums, texts=self.sums.texts + len(texts), unjudged=self.sums.unjudged + found.damaged)
        stored = await asyncio.to_thread(self.archive.verdicts, [one.version for one in texts])
        fresh: dict[int, dict[str, Change]] = {}
        for change in found.changes:
            fresh.setdefault(change.version, {})[change.topic] = change
        for text in reversed(texts):
            if text.version in found.damaged:
                continue
            now = fresh.get(text.version, {})
            before = {topic: known for (version, topic), known in stored.items() if version == text.version}
            differ = {
                topic: change
                for topic, change in now.items()
                if topic not in before or before[topic][1] != change.after
            }
            lost = {
                topic: number for topic, (number, verdict, furniture) in sorted(before.items())
                if topic not in now and verdict in HEARD and not furniture
            }  # fmt: skip
            if differ or lost:
                await self._version(text, differ, lost)

    async def _version(self, text: StoredText, differ: Mapping[str, Change], lost: Mapping[str, int]) -> None:
        prepared = await self._prepared(text, differ, lost)
        if prepared is None:
            self.sums = replace(self.sums, unjudged=(*self.sums.unjudged, text.version))
            return
        applied = await self._record(text, prepared, tuple(lost.values()))
        verdicts = [hit.verdict for hit in prepared.hits] if applied.hits else []
        self.sums = replace(
            self.sums,
            versions=self.sums.versions + 1,
            hits=self.sums.hits + applied.hits,
            alerts=self.sums.alerts + verdicts.count(Verdict.ALERT),
            reviews=self.sums.reviews + verdicts.count(Verdict.REVIEW),
            suppressed=self.sums.suppressed + verdicts.count(Verdict.SUPPRESSED) - (len(lost) if verdicts else 0),
            lost=self.sums.lost + (len(lost) if verdicts else 0),
        )

    async def _prepared(
        self, text: StoredText, differ: Mapping[str, Change], lost: Mapping[str, int]
    ) -> Prepared | None:
        """The text with the judgements that are to be recorded; one that no longer holds is a suppressed hit that says so."""
        try:
            reading = await self.desk.room.read(zlib.decompress(text.content), stored_origin(text))
        except ReadError as error:
            log.warning("stored text not judged", version=text.version, detail=str(error)[:300])
            return None
        prepared = reading.prepared[0]
        found = [
            replace(hit, verdict=Verdict(differ[hit.topic].after or hit.verdict))
            for hit in prepared.hits
            if hit.topic in differ
        ]
        gone = [
            HitDraft(topic, Verdict.SUPPRESSED, (), (f"{NO_MORE} {number}",), 0.0) for topic, number in lost.items()
        ]
        return replace(prepared, kind=text.kind or prepared.kind, hits=(*found, *gone))

    async def _record(self, text: StoredText, prepared: Prepared, lost: tuple[int, ...]) -> Applied:
        """Judged and stored; judged again when another text came in between, a bounded number of times."""
        desk = self.desk
        why = (
            f"{FOUND_LATE}: the text came on {text.first_seen_at:%Y-%m-%d}, "
            f"a rematch of {desk.now():%Y-%m-%d} judged it under ruleset {desk.ruleset[:12]}"
        )
        judged = text.kind is None and bool(prepared.hits)
        for number in range(ROUNDS + 1):
            decision: Decision | None = await judge(desk, text.source, prepared) if judged else None
            if decision is not None and number == ROUNDS:
                decision = deciding.left_unjudged(decision)
            intent = LateIntent(text.version, prepared, decision, desk.ruleset, desk.now(), self.run, why, lost)
            applied = await self.late.record(intent)
            if not applied.unjudged:
                break
        return applied


def stored_origin(text: StoredText) -> Origin:
    """What the reading child is told of a stored text."""
    published = text.published.isoformat() if text.published else ""
    known = {"place": text.place, "published": published, "language": text.language or "", "format": text.format}
    return Origin(text.source, "stored", text.url, options=known)
