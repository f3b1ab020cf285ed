"""sitemap: a source that lists the addresses of a site with the dates of their changes."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from monitor.domain.document import Harvest, Origin
from monitor.domain.errors import ReadError

from ..charset import clean, decode
from ..formats import dates, links
from ..formats.base import Caps
from .base import SourceKind
from .rules import MATCHING, OLD_TLS, LinkRules

_GZIP = b"\x1f\x8b"
_UNPACKED = 50_000_000  # bytes; the protocol's own limit of one sitemap
_MOST = 50_000  # addresses that are looked at; the protocol's own limit
_EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """One `url` or `sitemap` of a file: its address, what it says of its last change, and its title in the news form."""

    address: str
    changed: str = ""
    title: str = ""

    @property
    def moment(self) -> datetime:
        """When it says that it changed; what says nothing comes last."""
        return dates.parse(self.changed) or _EARLIEST


def read(body: bytes, origin: Origin, caps: Caps) -> Harvest:
    """The addresses of a urlset as links, those of an index as further pages, the newest first. Raises ReadError.

    A `lastmod` is the stamp of its link, so that a page that is said to have changed is read again.
    """
    body = _unpacked(body)
    head = body[:2_000].lstrip(b"\xef\xbb\xbf \t\r\n")
    index, places = (False, _plain(body, origin)) if not head.startswith(b"<") else _parsed(body)
    told = sorted(places[:_MOST], key=lambda place: place.moment, reverse=True)
    warnings = [f"looked at {_MOST} of {len(places)} addresses"] if len(places) > _MOST else []
    if index:
        more = [url for place in told if (url := links.absolute(place.address, origin.url))]
        return Harvest("sitemap", more=tuple(dict.fromkeys(more)), warnings=tuple(warnings), entries=len(more))
    rules = LinkRules.of(origin.options)
    wanted = (
        replace(links.found(url, place.title, False), stamp=place.changed[:64])
        for place in told
        if (url := links.absolute(place.address, origin.url)) and rules.wants(url)
    )
    listed, cut = links.distinct(wanted, caps.links)
    if cut:
        warnings.append(f"more than {caps.links} addresses: only the newest are read")
    if not listed:
        warnings.append("no addresses found" + (" that the patterns let through" if told else ""))
    return Harvest("sitemap", links=listed, entries=len(told), truncated=bool(cut), warnings=tuple(warnings))


def _unpacked(body: bytes) -> bytes:
    """The body without its gzip, never more than a sitemap may have."""
    if not body.startswith(_GZIP):
        return body
    unpacker = zlib.decompressobj(wbits=31)
    try:
        text = unpacker.decompress(body, _UNPACKED)
    except zlib.error as error:
        raise ReadError("unreadable", f"damaged gzip: {error}") from error
    if unpacker.unconsumed_tail:
        raise ReadError("too large", f"unpacks to more than {_UNPACKED:,} bytes")
    return text


def _plain(body: bytes, origin: Origin) -> list[Place]:
    """A text file with an address a line. Raises ReadError for any other text."""
    lines = [line.strip() for line in decode(body, origin.charset).text.splitlines() if line.strip()]
    if not lines or not lines[0].startswith(("http://", "https://")):
        start = " ".join(lines[:1])[:60]
        raise ReadError("not a sitemap", f"text that begins {start!r}" if start else "the body is empty")
    return [Place(line) for line in lines if line.startswith(("http://", "https://"))]


def _parsed(body: bytes) -> tuple[bool, list[Place]]:
    """(whether it is an index, its places). No entity is resolved and nothing is loaded."""
    from lxml import etree

    events = etree.iterparse(
        io.BytesIO(body), events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False,
        recover=True, huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    root = ""
    places: list[Place] = []
    try:
        for name, element in _named(events):
            if not root:
                root = name
                if root not in {"urlset", "sitemapindex"}:
                    raise ReadError("not a sitemap", f"the root element is <{clean(root)[:40]}>")
            elif name in {"url", "sitemap"} and element is not None:
                places += _place(element)
                element.clear()
    except etree.XMLSyntaxError as error:
        if not places:
            raise ReadError("not a sitemap", f"XML that cannot be read: {str(error)[:200]}") from error
    return root == "sitemapindex", places


def _named(events: Any) -> Iterator[tuple[str, Any]]:
    """The local name of each element: of the root when it starts, of all others when they are whole."""
    first = True
    for event, element in events:
        if isinstance(element.tag, str) and (first or event == "end"):
            yield element.tag.rpartition("}")[2].lower(), None if first else element
        first = False


def _place(element: Any) -> list[Place]:
    told: dict[str, str] = {}
    for child in element.iter():
        if isinstance(child.tag, str) and child.text:
            told.setdefault(child.tag.rpartition("}")[2].lower(), clean(child.text).strip())
    address = told.get("loc", "")
    return [Place(address, told.get("lastmod", ""), told.get("title", "")[:300])] if address else []


KIND = SourceKind(
    key="sitemap",
    options={
        **MATCHING,
        "files": {
            "type": "integer",
            "minimum": 1,
            "maximum": 50,
            "default": 10,
            "description": "How many files of a sitemap index are looked at, the newest first.",
        },
        **OLD_TLS,
    },
    read=read,
    accept="application/xml, text/xml, application/gzip, text/plain;q=0.8, */*;q=0.5",
    summary="a sitemap or sitemap index whose pages are read, again when their lastmod changes",
)
