"""pages: which further pages of a list, a sitemap or a feed are asked for in this poll, and what is remembered of them?

A list is looked at whole: a notice may be put into its second page. Its further pages are asked at every poll, each with its own
validators; only where the first page changed they are asked for whole, because then the list has moved. A sitemap index is asked
file by file. A feed goes on only where something is missing: at its first poll, and while nothing on the page before is known.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from ..domain.document import Harvest, Reading
from ..domain.intent import SourceClaim
from ..domain.link import FoundLink
from ..domain.source import Fetched, Unchanged, Validators
from .dedupe.urls import canonical_url

FIRST = ""  # the first page's name in a memory
MOST_REDIRECTS = 500  # remembered ways of one source
_LIMITS = {"listing": ("pages", 3), "feed": ("pages", 3), "sitemap": ("files", 10)}
_MOST_PAGES = 50


@dataclass(frozen=True, slots=True)
class Known:
    """A page as it was last read: its validators, and where it leads on."""

    validators: Validators = field(default_factory=Validators)
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Memory:
    """What a poll leaves for the next: its pages by address, and where redirect links lead (None: nobody can tell)."""

    pages: Mapping[str, Known] = field(default_factory=dict)
    ways: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """One page that was read in this poll."""

    fetched: Fetched
    reading: Reading


def recall(stored: str) -> Memory:
    """The memory as it was stored; an empty one for any other text."""
    try:
        told = json.loads(stored)
        return Memory(
            {url: Known(Validators(*row[:3]), tuple(row[3])) for url, row in told.get("pages", {}).items()},
            dict(told.get("ways", {})),
        )
    except (ValueError, TypeError, AttributeError, IndexError):
        return Memory()


def kept(memory: Memory) -> str:
    """The memory as it is stored."""
    pages = {
        url: [one.validators.etag, one.validators.last_modified, one.validators.body_hash, list(one.more)]
        for url, one in memory.pages.items()
    }
    ways = dict(list(memory.ways.items())[-MOST_REDIRECTS:])
    told = {name: value for name, value in (("pages", pages), ("ways", ways)) if value}
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def limit(claim: SourceClaim) -> int:
    """How many pages of this source are asked for at most, the first one counted; 1 for kinds that have one."""
    if claim.kind not in _LIMITS:
        return 1
    name, usual = _LIMITS[claim.kind]
    wanted = json.loads(claim.options).get(name, usual)
    # an index is no page of addresses: its files are counted without it
    return min(int(wanted), _MOST_PAGES) + (claim.kind == "sitemap")


def leads_on(
    claim: SourceClaim, first: Fetched | Unchanged, reading: Reading | None, memory: Memory
) -> tuple[str, ...]:
    """Where the first page leads on; nowhere for a feed that says it is unchanged."""
    if reading is not None:
        return reading.harvest.more
    return () if claim.kind == "feed" else memory.pages.get(FIRST, Known()).more


def validators(claim: SourceClaim, memory: Memory, url: str, moved: bool) -> Validators:
    """What a further page is asked with. `moved`: the first page changed, so the whole list is wanted."""
    known = memory.pages.get(url, Known()).validators
    if claim.kind == "feed" or (moved and claim.kind == "listing"):
        return Validators()
    return Validators(body_hash=known.body_hash) if moved and claim.untrusted else known


def known_of(page: Page) -> Known:
    """What is remembered of a page that was read."""
    fetched = page.fetched
    return Known(Validators(fetched.etag, fetched.last_modified, fetched.body_hash), page.reading.harvest.more)


def name_of(url: str) -> str:
    """The name under which a page is known, so that none is asked for twice (A52)."""
    return canonical_url(url)


def same_host(one: str, other: str) -> bool:
    """Whether a page stands where its source does: no list leads us elsewhere (A18)."""
    return urlsplit(one).netloc.lower() == urlsplit(other).netloc.lower()


def stand_in(claim: SourceClaim, first: Unchanged) -> Fetched:
    """An unchanged first page as a body without bytes, for a poll that brought something on a further page."""
    told, before = first.validators, claim.validators
    return Fetched(
        first.url, b"", told.body_hash or before.body_hash or "", etag=told.etag or before.etag,
        last_modified=told.last_modified or before.last_modified,
    )  # fmt: skip


def together(pages: Sequence[Page], warnings: Sequence[str]) -> Reading:
    """The pages as one reading: each link and text once, what was odd told once."""
    first = pages[0].reading
    if len(pages) == 1 and not warnings:
        return first
    harvests = [page.reading.harvest for page in pages]
    links: dict[str, FoundLink] = {}
    for harvest in harvests:
        for link in harvest.links:
            links.setdefault(link.address, link)
    lists = {warning for harvest in harvests for warning in harvest.warnings if warning.startswith("no links found")}
    told = [warning for harvest in harvests for warning in harvest.warnings if not links or warning not in lists]
    whole = Harvest(
        format=harvests[0].format,
        texts=tuple(text for harvest in harvests for text in harvest.texts),
        links=tuple(links.values()),
        title=harvests[0].title,
        language=harvests[0].language,
        entries=sum(harvest.entries for harvest in harvests),
        truncated=any(harvest.truncated for harvest in harvests),
        warnings=tuple(dict.fromkeys((*told, *warnings))),
        meta=harvests[0].meta,
        more=harvests[0].more,
    )
    prepared = tuple(one for page in pages for one in page.reading.prepared)
    return replace(first, harvest=whole, prepared=prepared)
