"""walk: the further pages of a source, and where the links of a search lead; what of it must be asked of the web."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from dataclasses import dataclass, replace
from typing import Protocol

import structlog

from ..domain.document import Prepared, Reading
from ..domain.errors import ReadError
from ..domain.intent import SourceClaim
from ..domain.source import Failed, Fetched, FetchResult, Request, Unchanged
from ..pipeline import pages, poll, redirects
from ..pipeline.pages import FIRST, Known, Memory, Page
from ..ports import Fetcher, Queries, ReadingRoom
from .desk import Limits

log = structlog.get_logger()


class Around(Protocol):
    """What a walk needs of the desk: a trial has no more."""

    @property
    def fetcher(self) -> Fetcher:
        """Gets pages."""

    @property
    def room(self) -> ReadingRoom:
        """Reads them."""

    @property
    def limits(self) -> Limits:
        """How large and how slow they may be."""

    @property
    def queries(self) -> Queries:
        """Knows what is stored."""


@dataclass(frozen=True, slots=True)
class Walked:
    """What a poll read in all. `partial`: pages that were unchanged are not in the reading."""

    fetched: Fetched
    reading: Reading
    memory: str
    partial: bool = False
    pages: tuple[Page, ...] = ()  # each with what was read of it


async def whole(desk: Around, claim: SourceClaim, first: Fetched | Unchanged, reading: Reading | None) -> Walked | None:
    """The source with its further pages; None when none of them brought anything.

    `reading` is that of a first page that changed. A further page that fails is told, and asked again at the next poll.
    """
    if reading is None and (claim.kind == "feed" or claim.memory == "{}"):
        return None
    walk = _Walk(desk, claim, first, reading)
    if walk.most > 1:
        await walk.go()
    if not walk.read:
        return None
    found = pages.together(walk.read, walk.warnings)
    found, ways = await _resolved(desk, claim, found, walk.before)
    fetched = first if isinstance(first, Fetched) else pages.stand_in(claim, first)
    partial = walk.skipped or not isinstance(first, Fetched)
    return Walked(fetched, found, pages.kept(Memory(walk.known, ways)), partial, tuple(walk.read))


class _Walk:
    """From page to page, none twice, as far as the source's limit."""

    def __init__(self, desk: Around, claim: SourceClaim, first: Fetched | Unchanged, reading: Reading | None) -> None:
        self.desk, self.claim, self.first = desk, claim, first
        self.most = pages.limit(claim)
        self.before = pages.recall(claim.memory)
        self.read: list[Page] = []
        self.known: dict[str, Known] = {}
        self.warnings: list[str] = []
        self.skipped = False  # an unchanged page is not in the reading
        if isinstance(first, Fetched) and reading is not None:
            self.read.append(Page(first, reading))
        if self.most > 1 and claim.kind != "feed":
            self.known[FIRST] = Known(more=pages.leads_on(claim, first, reading, self.before))
        self.moved = bool(self.read)
        self.queue = deque(pages.leads_on(claim, first, reading, self.before))

    async def go(self) -> None:
        """Asks page after page."""
        asked = 1
        seen = {pages.name_of(self.claim.address), pages.name_of(self.first.url)} if self.queue else set()
        while self.queue and asked < self.most and await self._wanted():
            url = self.queue.popleft()
            if pages.name_of(url) in seen:
                continue
            seen.add(pages.name_of(url))
            if not pages.same_host(url, self.first.url):
                self.warnings.append(f"a further page on another host is not asked for: {url[:200]}")
                continue
            asked += 1
            await self._page(url, asked)
        if self.queue and self.claim.kind == "sitemap":
            self.warnings.append(f"{len(self.queue)} older files of the index are not looked at")

    async def _wanted(self) -> bool:
        """Whether it goes on. A feed does at its first poll, and while nothing on the page before is known."""
        if self.claim.kind != "feed" or self.claim.first_success:
            return True
        texts = self.read[-1].reading.prepared if self.read else ()
        pairs = [(one.extracted.place, one.text_hash) for one in texts]
        return bool(pairs) and not await asyncio.to_thread(self.desk.queries.known, self.claim.key, pairs)

    async def _page(self, url: str, number: int) -> None:
        asked = pages.validators(self.claim, self.before, url, self.moved)
        limits = self.desk.limits
        result = await self.desk.fetcher.fetch(
            replace(poll.source_request(self.claim, limits.body, limits.deadline), url=url, validators=asked)
        )
        if isinstance(result, Fetched):
            result = await self._read(url, result)
        known = self.before.pages.get(url)
        if isinstance(result, Failed):
            if not (result.gone and self.claim.kind == "listing"):  # a list that got shorter has no such page
                self.warnings.append(f"page {number} not read: {result.reason}")
                if known is not None and self.claim.kind != "feed":
                    self.known[url] = known
        elif isinstance(result, Unchanged) and known is not None:
            self.skipped = True
            self.known[url] = known
            self.queue.extend(known.more)

    async def _read(self, url: str, fetched: Fetched) -> FetchResult:
        try:
            reading = await self.desk.room.read(fetched.body, poll.source_origin(self.claim, fetched))
        except ReadError as error:
            log.warning("further page unreadable", source=self.claim.key, url=url, reason=error.reason)
            return Failed(url, error.reason)
        page = Page(fetched, reading)
        self.read.append(page)
        if self.claim.kind != "feed":
            self.known[url] = pages.known_of(page)
        self.queue.extend(reading.harvest.more)
        return fetched


async def _resolved(
    desk: Around, claim: SourceClaim, reading: Reading, before: Memory
) -> tuple[Reading, dict[str, str | None]]:
    """The texts of a search under the addresses that their links lead to, where they have a hit; and the ways known now."""
    if claim.kind != "feed":
        return reading, {}
    search = bool(json.loads(claim.options).get("search"))
    ways: dict[str, str | None] = {}
    prepared = []
    for one in reading.prepared:
        url = one.extracted.url
        leads_on = bool(one.hits) and redirects.is_redirect(url, claim.address, search)
        if leads_on and url not in ways:
            ways[url] = before.ways[url] if url in before.ways else await _way(desk, claim, url)
        prepared.append(_placed(one, ways[url]) if leads_on else one)
    return replace(reading, prepared=tuple(prepared)) if ways else reading, ways


async def _way(desk: Around, claim: SourceClaim, url: str) -> str | None:
    """Where a redirect leads: by its own words, else by asking; None when nobody can tell."""
    told = redirects.told_target(url)
    if told is not None:
        return told
    limits = desk.limits
    result = await desk.fetcher.fetch(Request(url, cap=limits.body, deadline=limits.deadline, pace=claim.pace))
    found = result.url if isinstance(result, Fetched) else url
    return found if redirects.leads_away(url, found) else None


def _placed(one: Prepared, way: str | None) -> Prepared:
    if way is None:
        marked = (*one.extracted.warnings, redirects.UNRESOLVED)
        return replace(one, extracted=replace(one.extracted, warnings=marked))
    return replace(one, extracted=replace(one.extracted, place=way, url=way))
