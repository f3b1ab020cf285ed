"""trial: what would be read if this address were a source? Nothing is stored."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from ..domain.document import Origin, Reading
from ..domain.errors import ReadError
from ..domain.intent import Lease, LinkClaim, SourceClaim
from ..domain.link import FoundLink
from ..domain.source import Failed, Fetched, Source, Validators
from ..pipeline import poll
from ..pipeline.fetch import place_of
from ..ports import Fetcher, ReadingRoom
from . import walk
from .desk import Limits

NOW = datetime(2000, 1, 1, tzinfo=UTC)  # a trial has no schedule


@dataclass(frozen=True)
class Bench:
    """What a trial works with: the fetcher and the children of a service, and no store."""

    fetcher: Fetcher
    room: ReadingRoom
    limits: Limits = field(default_factory=Limits)
    queries: Any = None  # a first poll asks for nothing that is stored
    prepare: Callable[[], Awaitable[None]] | None = (
        None  # gets the children ready; not needed for what cannot be fetched
    )


@dataclass(frozen=True, slots=True)
class Sample:
    """One link of a list, read as the service would read it; or why it was not."""

    link: FoundLink
    reading: Reading | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """What an address gives as a source of this kind with these options. `asked` are the pages that were read."""

    source: Source
    found_at: str
    reading: Reading
    asked: int = 1
    samples: tuple[Sample, ...] = ()
    feed: str = ""  # an address of a feed that the page offers
    guessed: bool = False
    moved_to: str = ""  # where it has moved to for good


class Refused(Exception):
    """The address gives nothing; the text says why and what to do."""


async def attempt(bench: Bench, source: Source, samples: int = 1) -> Trial:
    """Fetches and reads an address as its kind, or as the one it looks like where it has none. Raises Refused."""
    claim = _claim(replace(source, kind=source.kind or "page"))
    result = await bench.fetcher.fetch(poll.source_request(claim, bench.limits.body, bench.limits.deadline))
    if not isinstance(result, Fetched):
        raise Refused(_why(result) if isinstance(result, Failed) else "it says that nothing changed")
    if bench.prepare is not None:
        await bench.prepare()
    told: Mapping[str, str] = {}
    if not source.kind:
        source, told = await _guessed(bench, source, result)
    claim = _claim(source)
    try:
        reading = await bench.room.read(result.body, poll.source_origin(claim, result))
    except ReadError as error:
        raise Refused(f"it cannot be read as a {source.kind}: {error}") from error
    walked = await walk.whole(bench, claim, result, reading)
    assert walked is not None  # the first page was read
    read = [await _sample(bench, source, link) for link in walked.reading.harvest.links[:samples]]
    feed, moved = told.get("feed", ""), result.moved_to or ""
    return Trial(source, result.url, walked.reading, len(walked.pages), tuple(read), feed, bool(told), moved)


async def _guessed(bench: Bench, source: Source, fetched: Fetched) -> tuple[Source, Mapping[str, str]]:
    origin = Origin(source.key, "guess", fetched.url, fetched.content_type, fetched.charset)
    try:
        told = (await bench.room.read(fetched.body, origin)).harvest.meta
    except ReadError as error:
        raise Refused(f"it cannot be read: {error}") from error
    kind = told.get("kind", "page")
    options = dict(source.options)
    if kind == "listing" and told.get("follow"):
        options.setdefault("follow", told["follow"])
    if source.options.get("follow"):
        kind = "listing"
    return replace(source, kind=kind, options=options), told


async def _sample(bench: Bench, source: Source, link: FoundLink) -> Sample:
    claim = LinkClaim(
        0, source.key, source.kind, link.address, link.url, link.host, link.title, link.attachment, False,
        Lease("trial", 0), NOW, 0, 0, Validators(), source.pace, _options(source), source_address=source.address,
    )  # fmt: skip
    result = await bench.fetcher.fetch(poll.link_request(claim, bench.limits.body, bench.limits.deadline))
    if not isinstance(result, Fetched):
        return Sample(link, problem=_why(result) if isinstance(result, Failed) else "unchanged")
    try:
        return Sample(link, await bench.room.read(result.body, poll.link_origin(claim, result)))
    except ReadError as error:
        return Sample(link, problem=str(error))


def _claim(source: Source) -> SourceClaim:
    return SourceClaim(
        key=source.key, kind=source.kind, address=source.address, host=place_of(source.kind, source.address),
        lease=Lease("trial", 0), due_at=NOW, every=source.every, every_max=None, interval=source.every,
        pace=source.pace, options=_options(source), validators=Validators(), failures=0, unchanged=0,
        first_success=True,
    )  # fmt: skip


def _options(source: Source) -> str:
    return json.dumps(dict(source.options), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _why(result: Failed) -> str:
    return f"{result.reason}: {result.detail}" if result.detail else result.reason
