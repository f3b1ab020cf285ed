"""poll: one source or link, from its claim to the stored intent."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

import structlog

from ..domain.document import Prepared, Reading
from ..domain.errors import LeaseLost, MonitorError, ReadError, StoreError
from ..domain.hit import Decision
from ..domain.intent import Applied, LinkClaim, PollIntent, SourceClaim, VersionIntent
from ..domain.source import Failed, Fetched, Unchanged
from ..pipeline import poll, ruled, sight
from ..pipeline.pages import Page
from . import copies, walk
from .desk import Desk

log = structlog.get_logger()
ROUNDS = 12  # of judging, before a text is stored as new and flagged; with 3, eight workers told 1 of 250 notices twice
JUDGES = 4  # texts of one body judged at once
Work: TypeAlias = SourceClaim | LinkClaim


async def poll_source(desk: Desk, claim: SourceClaim) -> Applied:
    """Polls one source and stores what came of it. Raises LeaseLost and StoreError."""
    result = await desk.fetcher.fetch(poll.source_request(claim, desk.limits.body, desk.limits.deadline))
    now = desk.now()
    if isinstance(result, Failed) or (isinstance(result, Unchanged) and claim.memory == "{}"):
        return await _store(desk, poll.source_without_body(claim, result, now, desk.ruleset))
    try:
        reading = await _body(desk, claim, result)
    except ReadError as error:
        log.warning("source unreadable", source=claim.key, reason=error.reason, detail=str(error)[:300])
        return await _store(desk, poll.source_misread(claim, str(error)[:300], now, desk.ruleset))
    walked = await walk.whole(desk, claim, result, reading)
    if walked is None:
        assert isinstance(result, Unchanged)
        return await _store(desk, poll.source_without_body(claim, result, now, desk.ruleset))
    before = await _sight(desk, claim)
    found = _looked(claim, before, walked, now)
    if found.refusal:
        log.warning("source is not itself", source=claim.key, reason=found.refusal)
        return await _store(desk, poll.source_misread(claim, found.refusal, now, desk.ruleset))
    first = claim.first_success
    versions = await _versions(desk, claim.key, found.reading, walked.fetched, baseline=first, is_new=first)
    versions = await copies.keep(desk, claim.key, versions, walked.pages)
    intent = poll.source_harvested(claim, walked.fetched, found.reading, versions, desk.now(), found)
    return await _store(desk, poll.walked(intent, walked.memory, walked.partial))


async def _sight(desk: Desk, claim: SourceClaim) -> sight.Sight:
    """What the source showed last; nothing before its first success, and nobody needs to ask the store."""
    return sight.Sight() if claim.first_success else sight.load(await asyncio.to_thread(desk.queries.sight, claim.key))


async def _body(desk: Desk, claim: SourceClaim, result: Fetched | Unchanged) -> Reading | None:
    """What the first page says, None when it is unchanged. Raises ReadError."""
    if isinstance(result, Unchanged):
        return None
    return await desk.room.read(result.body, poll.source_origin(claim, result))


def _looked(claim: SourceClaim, before: sight.Sight, walked: walk.Walked, now: datetime) -> sight.Look:
    """The comparison with the last time; none where only some of the pages were read again."""
    if walked.partial:
        return sight.Look(before, walked.reading, blind_at=claim.blind_at)
    return sight.look(claim, before, walked.reading, now)


async def read_link(desk: Desk, claim: LinkClaim) -> Applied:
    """Reads one link and stores what came of it. Raises LeaseLost and StoreError."""
    result = await desk.fetcher.fetch(poll.link_request(claim, desk.limits.body, desk.limits.deadline))
    now = desk.now()
    if not isinstance(result, Fetched):
        return await _store(desk, poll.link_without_body(claim, result, now, desk.ruleset))
    try:
        reading = await desk.room.read(result.body, poll.link_origin(claim, result))
    except ReadError as error:
        log.warning("link unreadable", source=claim.source, url=claim.url, reason=error.reason)
        if error.reason in poll.DOORS:  # what stands in front of it today may stand open tomorrow
            door = Failed(claim.url, error.reason, str(error).partition(": ")[2][:300])
            return await _store(desk, poll.link_without_body(claim, door, now, desk.ruleset))
        return await _store(desk, poll.link_misread(claim, str(error)[:300], now, desk.ruleset))
    baseline = claim.baseline and claim.visits == 0
    versions = await _versions(desk, claim.source, reading, result, baseline)
    versions = await copies.keep(desk, claim.source, versions, (Page(result, reading),))
    return await _store(desk, poll.link_harvested(claim, result, reading, versions, desk.now()))


async def take(desk: Desk, source: str, reading: Reading, fetched: Fetched) -> tuple[int, Applied]:
    """Stores a document that was sent to us; (versions that were not known, what was stored). Raises StoreError."""
    versions = await _versions(desk, source, reading, fetched, baseline=False)
    return len(versions), await _store(desk, poll.pushed(source, reading, versions, desk.now()))


async def _versions(
    desk: Desk, source: str, reading: Reading, fetched: Fetched, baseline: bool, *, is_new: bool = False
) -> list[VersionIntent]:
    """The texts that are not stored yet, each judged against what is. Of a source that `is_new` none are."""
    texts = {(one.extracted.place, one.text_hash): one for one in reading.prepared}
    known = await asyncio.to_thread(desk.queries.known, source, list(texts)) if texts and not is_new else set()
    fresh = [one for pair, one in texts.items() if pair not in known]
    decisions = await _judged(desk, source, fresh)
    return [
        poll.version(prepared, decision, fetched, baseline) for prepared, decision in zip(fresh, decisions, strict=True)
    ]


async def _judged(desk: Desk, source: str, texts: Sequence[Prepared]) -> list[Decision]:
    """A decision for each text of one body, a few at a time."""
    if not any(prepared.hits for prepared in texts):
        return [poll.DISTINCT] * len(texts)
    gate = asyncio.Semaphore(JUDGES)

    async def one(place: int, prepared: Prepared) -> Decision:
        async with gate:
            return await judge(desk, source, prepared, texts[:place])

    asked = {place: one(place, prepared) for place, prepared in enumerate(texts) if prepared.hits}
    told = dict(zip(asked, await asyncio.gather(*asked.values()), strict=True))
    return [told.get(place, poll.DISTINCT) for place in range(len(texts))]


async def judge(desk: Desk, source: str, prepared: Prepared, before: Sequence[Prepared] = ()) -> Decision:
    """same, revision, story or distinct; a judge that overruns leaves the text to be told as new.

    `before` are the texts that stand before it in the same body and are stored with it.
    """
    now = desk.now()
    stored = await asyncio.to_thread(desk.queries.candidates, source, prepared, now)
    mates = poll.mates(source, prepared, before, now)
    candidates = [*stored[: poll.MOST_MATES], *mates, *stored[poll.MOST_MATES :]]
    decision = ruled.decided(candidates)
    if decision is not None:
        return decision
    asked = ruled.open_ones(candidates)
    if not asked:
        return ruled.with_rulings(poll.DISTINCT, candidates)
    try:
        decision = await desk.room.judge(prepared, asked)
    except ReadError as error:
        log.warning("judge overran", source=source, place=prepared.extracted.place, detail=str(error)[:300])
        return replace(poll.UNJUDGED, reasons=(f"the judge ended without an answer ({error}): told as new",))
    return ruled.with_rulings(decision, candidates)


async def _store(desk: Desk, intent: PollIntent) -> Applied:
    """Applies the intent; judges again what another text brought meanwhile, a bounded number of times.

    Those that judge again do so one after the other: together each of them would unsettle all the others, and a hundred
    near copies that come at once were judged twelve times each.
    """
    applied = await desk.store.apply(intent, desk.routing)
    if applied.unjudged:
        async with desk.judging_again:
            applied = await _until_settled(desk, intent)
    _tell(desk, intent, applied)
    return applied


async def _until_settled(desk: Desk, intent: PollIntent) -> Applied:
    """The intent with each text judged against what is stored by now; the last time whether or not that is all."""
    for _ in range(ROUNDS - 1):
        intent = replace(intent, versions=tuple(await _rejudged(desk, intent)), tries=intent.tries + 1)
        applied = await desk.store.apply(intent, desk.routing)
        if not applied.unjudged:
            return applied
    last = tuple(
        replace(one, decision=poll.left_unjudged(one.decision)) if one.prepared.hits else one for one in intent.versions
    )
    return await desk.store.apply(replace(intent, versions=last), desk.routing)


async def _rejudged(desk: Desk, intent: PollIntent) -> Sequence[VersionIntent]:
    decisions = await _judged(desk, intent.source, [one.prepared for one in intent.versions])
    return [replace(one, decision=decision) for one, decision in zip(intent.versions, decisions, strict=True)]


def _tell(desk: Desk, intent: PollIntent, applied: Applied) -> None:
    if applied.deliveries:
        desk.bells.messages.set()
    if applied.links:
        desk.bells.polls.set()
    if applied.versions or applied.links:
        log.info(
            "polled", source=intent.source, hits=applied.hits, alerts=applied.alerts, links=applied.links,
            deliveries=applied.deliveries,
        )  # fmt: skip
    elif intent.source_update is not None and intent.source_update.reason:
        log.debug("polled", source=intent.source, reason=intent.source_update.reason)


async def work_on(desk: Desk, claim: Work) -> Applied | None:
    """One claim, whatever becomes of it: the loop outlives its work. None when nothing was stored."""
    try:
        if isinstance(claim, SourceClaim):
            return await poll_source(desk, claim)
        return await read_link(desk, claim)
    except LeaseLost:
        log.info("came late", claim=_name(claim))
    except StoreError as error:  # nothing can be written: the lease ends by itself, and the row is due again
        log.error("turn not stored", claim=_name(claim), problem=str(error))
    except Exception as error:
        log.exception("turn failed", claim=_name(claim))
        await _give_back(desk, claim, f"internal error: {type(error).__name__}")
    return None


async def _give_back(desk: Desk, claim: Work, reason: str) -> None:
    """A fault of our own is a failure of this row too: seen in its state, and tried again with back-off."""
    now = desk.now()
    if isinstance(claim, SourceClaim):
        intent = poll.source_misread(claim, reason, now, desk.ruleset)
    else:
        intent = poll.link_without_body(claim, Failed(claim.url, reason), now, desk.ruleset)
    try:
        await desk.store.apply(intent, desk.routing)
    except MonitorError as error:
        log.error("turn not stored", claim=_name(claim), problem=str(error))


def _name(claim: Work) -> str:
    return claim.key if isinstance(claim, SourceClaim) else claim.url


class PollLoop:
    """Keeps a bounded number of claims in work; `before` bounds a single round (`--once`)."""

    def __init__(self, desk: Desk, state_folder: Path | None = None) -> None:
        self.desk = desk
        self.state_folder = state_folder
        self.tasks: set[asyncio.Task[Applied | None]] = set()
        self.hosts: dict[str, int] = {}
        self.done = 0
        self._freed = asyncio.Event()

    async def round(self, before: datetime | None = None, sources_before: datetime | None = None) -> None:
        """Claims and works until nothing is due that was due by then; then returns, work in flight or not."""
        while not self.desk.stopping:
            room = self.desk.limits.in_flight - len(self.tasks)
            if room < max(1, self.desk.limits.in_flight // 2):  # a claim costs the same for one row and for sixty
                await self._some_end()
                continue
            claims = await self._claims(room, before, sources_before)
            for claim in claims:
                self._begin(claim)
            if not claims:
                return

    async def drain(self) -> None:
        """Waits until everything in work has ended."""
        while self.tasks:
            await self._some_end()

    async def once(self, start: datetime) -> None:
        """Each source due at `start` once, and the links that follow, until both have ended."""
        rung = self.desk.bells.polls
        while not self.desk.stopping:
            rung.clear()
            await self.round(sources_before=start)
            if not self.tasks:
                return
            while (
                self.tasks and not rung.is_set()
            ):  # nothing else can be due before a task brings it, or all have ended
                await self._some_end()

    async def _claims(self, room: int, before: datetime | None, sources_before: datetime | None) -> list[Work]:
        busy = frozenset(self.hosts) if self.desk.limits.pace > 0 else frozenset()
        store = self.desk.store
        links = await store.claim_links(self.desk.claim(room, before, busy))
        if len(links) >= room:
            return list(links)
        taken = busy | {link.host for link in links} if self.desk.limits.pace > 0 else busy
        claim = self.desk.claim(room - len(links), sources_before or before, taken)
        return [*links, *await store.claim_sources(claim)]

    def _begin(self, claim: Work) -> None:
        self.hosts[claim.host] = self.hosts.get(claim.host, 0) + 1
        task = asyncio.create_task(work_on(self.desk, claim))
        self.tasks.add(task)
        task.add_done_callback(lambda ended: self._end(ended, claim.host))

    def _end(self, task: asyncio.Task[Applied | None], host: str) -> None:
        self.tasks.discard(task)
        self.done += 1
        self.hosts[host] -= 1
        if not self.hosts[host]:
            del self.hosts[host]
            if self.desk.limits.pace > 0:
                self.desk.bells.polls.set()  # its next rows may be claimed now
        self._freed.set()

    async def _some_end(self) -> None:
        self._freed.clear()
        if self.tasks:
            await self._freed.wait()
