"""importing: how does an archive on disk go the way of everything else, in bounded memory, to be gone on with at any time?

Each piece is read in a child, judged and stored in one transaction with its own line of progress; what is broken is a line
with its reason. Nobody is told before the round ends; then all of it is one summary for each recipient.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count

import structlog

from ..domain.archive import Imported, ImportEntry, Piece, Progress
from ..domain.audit import AuditNote
from ..domain.document import Origin, Prepared
from ..domain.errors import ReadError, StoreError
from ..domain.intent import Applied, PollIntent, VersionIntent
from ..domain.source import Fetched, Request
from ..pipeline import poll as deciding
from ..ports import Imports
from .desk import Desk
from .poll import ROUNDS, judge
from .preview import Tell

log = structlog.get_logger()
AT_ONCE = 8  # pieces under way
TIDY_EVERY = 50  # groups
GROUP = 64  # pieces looked up at once: what an earlier run did is passed over quickly
EXAMPLES = 3  # places named for each reason


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be imported: for which source, under which name of the round, told or not, and who asks."""

    source: str
    run: str
    actor: str = "operator"
    quiet: bool = False
    why: str = ""  # of a quiet one
    at_once: int = AT_ONCE


async def import_pieces(
    desk: Desk,
    imports: Imports,
    pieces: Iterator[Piece],
    order: Order,
    tell: Tell | None = None,
    stop: Callable[[], str] | None = None,
) -> Imported:
    """Everything that `pieces` gives, stored. Never raises for what a piece holds.

    When the store refuses a change, or `stop` gives a reason, it ends there and says so in `stopped`; what was counted is
    stored, and the same call goes on from there.
    """
    work = _Import(desk, imports, order)
    began = time.monotonic()
    asked = {"run": order.run, "source": order.source, "quiet": order.quiet, "why": order.why}
    await desk.store.note([AuditNote("import begun", order.actor, desk.now(), asked)])
    stopped = await work.all(pieces, tell, stop)
    sums = replace(work.sums(), stopped=stopped, seconds=round(time.monotonic() - began, 1))
    if stopped:
        return sums
    body = {"run": order.run, "source": order.source, "pieces": sums.pieces, "stored": sums.stored, "known": sums.known,
            "broken": dict(sums.broken), "before": sums.before, "hits_found": sums.hits}  # fmt: skip
    note = AuditNote("import ended", order.actor, desk.now(), body)
    waiting = await imports.end(order.run, desk.now(), note)
    return replace(sums, waiting=waiting)


class _Import:
    """One import under way, and what it came to so far."""

    def __init__(self, desk: Desk, imports: Imports, order: Order) -> None:
        self.desk, self.imports, self.order = desk, imports, order
        self.counts: Counter[str] = Counter()
        self.broken: Counter[str] = Counter()
        self.examples: dict[str, list[str]] = {}

    async def all(self, pieces: Iterator[Piece], tell: Tell | None, stop: Callable[[], str] | None) -> str:
        """Group after group; why it ended early, or nothing."""
        for number in count(1):
            if number % TIDY_EVERY == 0:
                await self.imports.tidy()
            reason = stop() if stop is not None else ""
            if reason:
                return f"{reason}; {self.counts['pieces']:,} pieces are done, the same command goes on from there"
            group = await asyncio.to_thread(_group, pieces)
            if not group:
                return ""
            refusal = await self._group(group)
            if tell is not None:
                counts = {"hits": self.counts["hits"], "broken": self.broken.total(), "before": self.counts["before"]}
                tell(Progress(self.counts["pieces"], 0, "", counts))
            if refusal:
                return refusal
        return ""

    async def _group(self, group: Sequence[tuple[Piece, str]]) -> str:
        """What was not done by an earlier run, some at once. A refusal of the store ends it, once all under way have ended."""
        asked = [(piece.place, digest) for piece, digest in group]
        done = await asyncio.to_thread(self.imports.done, self.order.source, asked)
        self.counts["before"] += len(done)
        self.counts["pieces"] += len(done)
        gate = asyncio.Semaphore(self.order.at_once)
        refusals: list[str] = []

        async def one(piece: Piece, digest: str) -> None:
            async with gate:
                if refusals:
                    return
                try:
                    await self._piece(piece, digest)
                except StoreError as error:
                    refusals.append(
                        f"{error}, at {piece.place}; {self.counts['pieces']:,} pieces are done, "
                        "the same command goes on from there"
                    )

        await asyncio.gather(*(one(piece, digest) for piece, digest in group if (piece.place, digest) not in done))
        return refusals[0] if refusals else ""

    async def _piece(self, piece: Piece, digest: str) -> None:
        if piece.problem:
            await self._end_broken(piece, digest, piece.problem)
            return
        fetched = await self._body(piece)
        if isinstance(fetched, str):
            self._count_broken(piece, fetched)  # not remembered: the next run asks that address again
            return
        try:
            reading = await self.desk.room.read(fetched.body, _origin(piece, fetched, self.order.source))
        except ReadError as error:
            await self._end_broken(piece, digest, error.reason, str(error))
            return
        texts = [_dated(one, piece) for one in reading.prepared if one.extracted.text.strip() or one.extracted.title]
        words = "; ".join((*reading.harvest.warnings, *(word for one in texts for word in one.extracted.warnings)))
        if not texts or ("needs-ocr" in words and not any(one.extracted.text.strip() for one in texts)):
            format = reading.harvest.format
            empty = "no entries (feed)" if format == "feed" else f"no text ({format})"
            await self._end_broken(piece, digest, "needs-ocr" if "needs-ocr" in words else empty, words or empty)
            return
        await self._store(piece, digest, fetched, texts)

    async def _body(self, piece: Piece) -> Fetched | str:
        """The bytes of a piece; an address is fetched, politely and guarded as any."""
        if piece.body is not None:
            digest = hashlib.sha256(piece.body).hexdigest()
            return Fetched(piece.url, piece.body, digest, piece.content_type, piece.charset)
        limits = self.desk.limits
        result = await self.desk.fetcher.fetch(Request(piece.url, cap=limits.body, deadline=limits.deadline))
        if isinstance(result, Fetched):
            return result
        return getattr(result, "reason", "") or "unchanged without a body"

    async def _store(self, piece: Piece, digest: str, fetched: Fetched, texts: Sequence[Prepared]) -> None:
        """Judged and stored with its line of progress; judged again when another text came in between."""
        desk, source = self.desk, self.order.source
        pairs = [(one.extracted.place, one.text_hash) for one in texts]
        known = await asyncio.to_thread(desk.queries.known, source, pairs)
        fresh = [one for one in texts if (one.extracted.place, one.text_hash) not in known]
        said, copy = self._why(piece), None
        if desk.evidence is not None and any(one.hits for one in fresh):
            copy = await desk.evidence.keep(fetched, source, desk.now())
        fresh = [replace(one, hits=tuple(replace(h, reasons=(*h.reasons, said)) for h in one.hits)) for one in fresh]
        for number in range(ROUNDS + 1):
            versions = [await self._version(one, fresh[:place], fetched, number) for place, one in enumerate(fresh)]
            versions = [replace(one, copy=copy) if one.prepared.hits else one for one in versions]
            entry = self._entry(piece, digest, "stored" if versions else "known", "")
            intent = PollIntent(source, desk.now(), desk.ruleset, versions=tuple(versions), baseline=True)
            applied: Applied = await self.imports.add(intent, "" if self.order.quiet else self.order.run, entry)
            if not applied.unjudged:
                break
        self.counts["pieces"] += 1
        self.counts[entry.outcome] += 1
        self.counts["versions"] += len(versions)
        self.counts["hits"] += applied.hits
        self.counts["alerts"] += applied.alerts

    async def _version(self, one: Prepared, before: Sequence[Prepared], fetched: Fetched, rounds: int) -> VersionIntent:
        decision = await judge(self.desk, self.order.source, one, before) if one.hits else deciding.DISTINCT
        if one.hits and rounds == ROUNDS:
            decision = deciding.left_unjudged(decision)
        return VersionIntent(one, decision, fetched.body_hash, baseline=True)

    def _why(self, piece: Piece) -> str:
        dated = f", fetched {piece.fetched:%Y-%m-%d}" if piece.fetched else ""
        quiet = f"; told to nobody: {self.order.why or 'a quiet import'}" if self.order.quiet else ""
        return f"imported from {piece.place}{dated}{quiet}"

    async def _end_broken(self, piece: Piece, digest: str, reason: str, detail: str = "") -> None:
        await self.imports.skip(self._entry(piece, digest, "broken", detail or reason))
        self._count_broken(piece, reason)

    def _count_broken(self, piece: Piece, reason: str) -> None:
        self.counts["pieces"] += 1
        short = reason.partition(":")[0][:80]
        self.broken[short] += 1
        named = self.examples.setdefault(short, [])
        if len(named) < EXAMPLES:
            named.append(piece.place)

    def _entry(self, piece: Piece, digest: str, outcome: str, reason: str) -> ImportEntry:
        return ImportEntry(
            self.order.source, piece.place, digest, outcome, reason[:500], piece.published, piece.fetched,
            self.desk.now(), self.order.run,
        )  # fmt: skip

    def sums(self) -> Imported:
        """What was counted."""
        counts = self.counts
        examples = tuple((reason, place) for reason, places in sorted(self.examples.items()) for place in places)
        return Imported(
            self.order.run, self.order.source, counts["pieces"], counts["stored"], counts["known"],
            dict(self.broken.most_common()), counts["before"], counts["versions"], counts["hits"], counts["alerts"],
            examples=examples,
        )  # fmt: skip


def _group(pieces: Iterator[Piece]) -> list[tuple[Piece, str]]:
    """The next pieces with the digests of their bytes; at most 32 MB of them."""
    group: list[tuple[Piece, str]] = []
    size = 0
    while len(group) < GROUP and size < 32_000_000:
        piece = next(pieces, None)
        if piece is None:
            break
        body = piece.body if piece.body is not None else (piece.problem or piece.url).encode("utf-8", "replace")
        size += len(body)
        group.append((piece, hashlib.sha256(body).hexdigest()))
    return list({(piece.place, digest): (piece, digest) for piece, digest in group}.values())


def _origin(piece: Piece, fetched: Fetched, source: str) -> Origin:
    published = piece.published.isoformat() if piece.published else ""
    options = {"place": piece.place, "published": published, "language": piece.language}
    return Origin(source, piece.kind, fetched.url, fetched.content_type, fetched.charset, options, piece.title)


def _dated(one: Prepared, piece: Piece) -> Prepared:
    """The text under the piece's place, with the date that the archive gives where it has none itself."""
    extracted = one.extracted
    published: datetime | None = extracted.published or piece.published
    return replace(one, extracted=replace(extracted, published=published))
