"""inbox: what becomes of a document that somebody sends to us?

It goes the way of any other: read by a child, judged, stored with its hits and what is owed of them. The answer is known after
the commit, and the same document sent twice is stored once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from ..domain.document import Origin, Reading
from ..domain.errors import MonitorError, ReadError
from ..domain.source import Fetched, Source
from .desk import Desk
from .poll import take

log = structlog.get_logger()
KIND = "push"
JSON = "application/json"


class UnknownSender(MonitorError):
    """The watchlists have no `push:` source of that name; the text says which there are."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A document as it came: JSON, or a file with its media type. What is empty was not said."""

    body: bytes
    content_type: str = JSON
    charset: str | None = None
    source: str = ""
    url: str = ""
    title: str = ""
    published: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was made of it, committed. `outcome` is stored, or known when the same was there already."""

    outcome: str
    source: str
    document: str
    hits: int = 0
    alerts: int = 0
    deliveries: int = 0
    links: int = 0
    warnings: tuple[str, ...] = ()


class Inbox:
    """Takes documents for the `push:` sources in force, which `sources` tells."""

    def __init__(self, desk: Desk, sources: Callable[[], Sequence[Source]]) -> None:
        self._desk = desk
        self._sources = sources

    async def take(self, sent: Sent) -> Receipt:
        """Reads and stores a document. Raises UnknownSender, ReadError for what cannot be read, StoreError."""
        digest = hashlib.sha256(sent.body).hexdigest()
        url = sent.url or f"push:{digest[:32]}"
        reading = await self._read(sent, url)
        source = self._source(sent.source, reading.harvest.meta.get("push:source", ""))
        fetched = Fetched(url, sent.body, digest, sent.content_type, sent.charset)
        fresh, applied = await take(self._desk, source, reading, fetched)
        texts = reading.prepared
        log.info("pushed", source=source, hits=applied.hits, fresh=fresh)
        return Receipt(
            "stored" if fresh else "known", source, texts[0].extracted.url if texts else url, applied.hits,
            applied.alerts, applied.deliveries, applied.links, tuple(reading.harvest.warnings),
        )  # fmt: skip

    async def _read(self, sent: Sent, url: str) -> Reading:
        options = {"published": sent.published} if sent.published else {}
        origin = Origin(sent.source or KIND, KIND, url, sent.content_type, sent.charset, options, sent.title)
        reading = await self._desk.room.read(sent.body, origin)
        if not any(one.extracted.text or one.extracted.title for one in reading.prepared):
            raise ReadError("no text", "; ".join(reading.harvest.warnings))
        return reading

    def _source(self, asked: str, told: str) -> str:
        """The key of the source that the document belongs to. Raises UnknownSender."""
        known = [source.key for source in self._sources() if source.kind == KIND]
        name = asked or told
        if name in known and told in ("", name):
            return name
        if not name and len(known) == 1:
            return known[0]
        if not known:
            raise UnknownSender("no source takes documents: write one with push: and a few words into the watchlists")
        listed = ", ".join(sorted(known))
        if asked and told and asked != told:
            raise UnknownSender(f"it names two sources, {asked[:80]!r} and {told[:80]!r}")
        raise UnknownSender(
            f"there is no push source {name[:80]!r}; known: {listed}" if name else f"name its source: {listed}"
        )
