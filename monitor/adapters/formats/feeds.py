"""feeds: which entries does a feed hold, whatever dialect it speaks and however broken it is?"""

from __future__ import annotations

import hashlib
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from monitor.domain.document import Extracted, Harvest, Origin
from monitor.domain.errors import ReadError
from monitor.domain.link import FoundLink

from ..charset import clean, decode
from . import dates, html, links, plainfeed, walls
from .base import Budget, Caps, Format
from .markup import Page, to_text

_DECLARATION = re.compile(r"""(<\?xml[^>]*?)\s+encoding\s*=\s*(["'])[^"']*\2""")
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?")
_ITEM = re.compile(r"<(?:[a-zA-Z][\w.-]{0,30}:)?(?:item|entry)(?=[\s>/])", re.IGNORECASE)
_ZONE = re.compile(r"(?:Z|[+-]\d\d:?\d\d|\b[A-Z]{2,4})\s*$")
# what the parser wrote under exactly this name, or None: its own `get` also looks under older names, at ten times the price
_told: Callable[[dict[str, Any], str], Any] = dict.get
_BLANK_IDS = {"", "0", "null", "none", "undefined"}


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as a dialect tells it, before it has a place of its own."""

    id: str
    url: str
    title: str
    text: str
    published: datetime | None = None
    author: str = ""
    language: str | None = None
    attachments: tuple[FoundLink, ...] = ()


def read(body: bytes, origin: Origin, caps: Caps) -> Harvest:
    """Every entry as a text of its own. Raises ReadError("not a feed") and says what was found instead."""
    decoded = decode(body, origin.charset)
    start = decoded.text.lstrip("\ufeff \t\r\n")
    if start.startswith(("{", "[")) or start == "null":
        from .jsonfeed import entries

        told, title, language, count, more = entries(decoded.text, origin, caps)
        harvest = gathered("json feed", told, title, language, origin, caps, count, decoded.warnings)
        return replace(harvest, more=more)
    return _xml(decoded.text, decoded.warnings, origin, caps)


def _xml(text: str, warnings: tuple[str, ...], origin: Origin, caps: Caps) -> Harvest:
    text, count = _bounded(text, caps.entries)
    text = _REFERENCE.sub(_possible, _DECLARATION.sub(r"\1", text, count=1).replace("\x00", ""))
    found = plainfeed.read(text) or _parsed(text)
    if not found.version and not found.entries and not looks(text[:4_000].encode("utf-8", "replace")):
        raise _no_feed(text, origin.url)
    zone = _zone(origin)
    base = links.absolute(_text(found.feed.get("link")), origin.url) or origin.url
    told = [_entry(entry, base, zone) for entry in found.entries[: caps.entries]]
    title = to_text(_text(found.feed.get("title")))
    harvest = gathered(
        found.version or "feed",
        told,
        title,
        found.feed.get("language"),
        origin,
        caps,
        max(count, len(found.entries)),
        warnings,
    )
    return replace(harvest, more=_older(found.feed, origin.url))


def _parsed(text: str) -> plainfeed.Feed:
    """A feed of any dialect, however broken, by feedparser."""
    import feedparser

    # no content-location: links are made absolute here, which costs less than at every element
    headers = {"content-type": "application/xml; charset=utf-8"}
    # always a stream: a body given as str or bytes would be opened as an address or a file name
    stream = io.BytesIO(text.encode("utf-8", "replace"))
    try:
        feed = feedparser.parse(stream, sanitize_html=False, resolve_relative_uris=False, response_headers=headers)
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        IndexError,
        OverflowError,
        AssertionError,
        RecursionError,
    ) as error:
        raise ReadError("unreadable", f"the feed cannot be parsed: {error}") from error
    return plainfeed.Feed(feed.get("version") or "", feed.feed, feed.entries)


def _older(feed: Mapping[str, Any], base: str) -> tuple[str, ...]:
    """Where older entries stand (RFC 5005): the next page of a paged feed, the archive before this one."""
    for wanted in ("next", "prev-archive"):
        for link in feed.get("links", ()):
            if link.get("rel") == wanted and (url := links.absolute(_text(link.get("href")), base)):
                return (url,)
    return ()


def gathered(
    format: str,
    entries: Sequence[Entry],
    title: str,
    language: object,
    origin: Origin,
    caps: Caps,
    count: int,
    warnings: Iterable[str] = (),
) -> Harvest:
    """Entries of any dialect as one harvest: each with its own place, cut to the caps, what was cut told."""
    budget = Budget(caps.text)
    texts: list[Extracted] = []
    spoken = _text(language)[:35] or None
    for entry, place in zip(entries, places(entries), strict=True):
        was_cut = budget.cut
        text = budget.take(entry.text)
        texts.append(
            Extracted(
                place=place,
                url=entry.url or origin.url,
                title=entry.title,
                text=text,
                published=entry.published,
                author=entry.author,
                language=entry.language or spoken or html.guessed_language(f"{entry.title}\n{text}"),
                format="feed",
                truncated=budget.cut and (not was_cut or text != entry.text),
                attachments=entry.attachments,
            )
        )
    told = list(warnings)
    if count > caps.entries:
        told.append(f"read {len(texts)} of {count} entries")
    if budget.cut:
        told.append(f"text cut at {caps.text} bytes")
    return Harvest(
        format="feed",
        texts=tuple(texts),
        title=title,
        language=spoken,
        entries=len(texts),
        truncated=budget.cut or count > caps.entries,
        warnings=tuple(told),
        meta={"feed": format},
    )


def places(entries: Sequence[Entry]) -> list[str]:
    """A name for each entry that stays the same at the next poll, though ids are missing, equal or both.

    The id if it is the entry's own; else the id and what tells it apart: its address, its title and date, its text.
    """
    ids = Counter(entry.id for entry in entries)
    urls = Counter((entry.id, entry.url) for entry in entries)
    heads = Counter((entry.id, entry.url, entry.title, entry.published) for entry in entries)
    seen: Counter[str] = Counter()
    found: list[str] = []
    for entry in entries:
        if entry.id.lower() not in _BLANK_IDS and ids[entry.id] == 1:
            place = entry.id
        elif entry.url and urls[entry.id, entry.url] == 1:
            place = f"{entry.id} {entry.url}".strip()
        elif heads[entry.id, entry.url, entry.title, entry.published] == 1 and entry.title:
            place = f"{entry.id} {entry.url} {_short(entry.title, str(entry.published))}".strip()
        else:
            place = f"{entry.id} {entry.url} {_short(entry.title, str(entry.published), entry.text)}".strip()
        seen[place] += 1
        found.append(place if seen[place] == 1 else f"{place} #{seen[place]}")
    return found


def _short(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()[:16]


def _entry(entry: dict[str, Any], base: str, zone: ZoneInfo | None) -> Entry:
    link = _text(_told(entry, "link"))
    own = links.absolute(link, base)
    url = own or _alternate(entry, base)
    pieces = _pieces(entry)
    shown = [
        (address, _told(one, "rel") == "enclosure", one)
        for one in _told(entry, "links") or ()
        if (address := own if (href := _text(_told(one, "href"))) == link else links.absolute(href, base))
    ]
    return Entry(
        id=_text(_told(entry, "id")),
        url=url or "",
        title=" ".join(to_text(_text(_told(entry, "title"))).split()),
        text=_whole([to_text(piece) for piece in pieces]),
        published=_published(entry, zone),
        author=to_text(_text(_told(entry, "author")))[:200],
        attachments=_attached(shown, pieces, url, base),
    )


def _attached(
    shown: Sequence[tuple[str, bool, dict[str, Any]]], pieces: Sequence[str], url: str | None, base: str
) -> tuple[FoundLink, ...]:
    """The documents that an entry links to, those enclosed before others, and those that its text links to."""
    files = [one for one in shown if one[0] != url and links.is_attachment(one[0])]
    enclosed_files = [one for one in files if one[1]]
    others = [one for one in shown if one[1] or one in files]
    found = [links.found(address, _text(_told(one, "title")), True) for address, _, one in (*enclosed_files, *others)]
    for piece in pieces:
        if links.may_be_attachment(piece):
            inside = (
                (links.absolute(href, base), words) for href, words in Page(piece).links(wanted=links.may_be_attachment)
            )
            found.extend(
                links.found(address, words, True)
                for address, words in inside
                if address and links.is_attachment(address)
            )
    return links.distinct(found, 100)[0] if found else ()


def _pieces(entry: dict[str, Any]) -> list[str]:
    """The contents of an entry and its summary, the contents first, as the feed writes them."""
    contents = [_text(_told(part, "value")) for part in _told(entry, "content") or () if isinstance(part, dict)]
    return [piece for piece in [*contents, _text(_told(entry, "summary"))] if piece]


def _whole(texts: Sequence[str]) -> str:
    """The texts one after the other, those left out that an earlier one begins with or holds."""
    kept: list[str] = []
    for text in texts:
        if text and not any(text in other or text.rstrip(" .…[]") in other for other in kept):
            kept.append(text)
    return "\n".join(kept)


def _alternate(entry: dict[str, Any], base: str) -> str | None:
    for link in _told(entry, "links") or ():
        if dict.get(link, "rel", "alternate") == "alternate":
            return links.absolute(_text(_told(link, "href")), base)
    return None


def _published(entry: dict[str, Any], zone: ZoneInfo | None) -> datetime | None:
    for name in ("published", "updated", "created"):
        raw, parsed = _text(_told(entry, name)), _told(entry, f"{name}_parsed")
        if not raw and not parsed:
            continue
        moment: datetime | None
        try:
            moment = datetime(*parsed[:6]).replace(tzinfo=UTC) if parsed else dates.parse(raw)
        except (ValueError, TypeError, OverflowError):
            moment = None
        moment = dates.sensible(moment)
        if moment is not None:
            local = zone is not None and not _ZONE.search(raw)
            return moment.replace(tzinfo=zone).astimezone(UTC) if local else moment
    return None


def _zone(origin: Origin) -> ZoneInfo | None:
    name = origin.options.get("timezone")
    try:
        return ZoneInfo(name) if isinstance(name, str) else None
    except (OSError, ValueError):
        return None


def _text(value: object) -> str:
    return clean(value).strip() if isinstance(value, str) else ""


def _possible(found: re.Match[str]) -> str:
    """A character reference that stands for a character, U+FFFD for one that cannot."""
    digits = (found[1] or found[2]).lstrip("0") or "0"
    number = int(digits, 16 if found[1] else 10) if len(digits) <= 8 else 0x110000
    ok = number in {9, 10, 13} or 32 <= number < 0xD800 or 0xE000 <= number < 0x110000
    return found[0] if ok else "\ufffd"


def _bounded(text: str, limit: int) -> tuple[str, int]:
    """The feed up to the limit's entry, and how many it has: a flood is not parsed to be thrown away."""
    starts = [found.start() for found in _ITEM.finditer(text)]
    return (text, len(starts)) if len(starts) <= limit else (text[: starts[limit]], len(starts))


def _no_feed(text: str, url: str) -> ReadError:
    """What was found where a feed was awaited, in words for the operator."""
    if html.looks(text[:4_000].encode("utf-8", "replace")):
        page = Page(text[:500_000])
        title = html.title_of(page)
        door = walls.told(page, text[:500_000], title, page.text(), url)
        if "door" in door:
            return ReadError(door["door"], door["door_why"])
    return ReadError("not a feed", _instead(text))


def _instead(text: str) -> str:
    if not text.strip():
        return "the body is empty"
    if html.looks(text[:4_000].encode("utf-8", "replace")):
        page = Page(text[:500_000])
        offered = [
            node.attributes.get("href") or ""
            for node in page.tree.css(
                "link[rel=alternate][type*='rss'], link[rel=alternate][type*='atom'], link[rel=alternate][type*='feed']"
            )
        ]
        hint = f"; it offers {offered[0]}" if offered else ""
        return f"an HTML page{f' titled {title!r}' if (title := html.title_of(page)[:80]) else ''}{hint}"
    return f"text that begins {' '.join(clean(text[:200]).split())[:60]!r}"


_ROOTS = re.compile(rb"<(?:[a-zA-Z][\w.-]{0,30}:)?(?:rss|feed|rdf|channel)[\s>]", re.IGNORECASE)


def looks(body: bytes) -> bool:
    """Whether the root element is that of a feed (or it is a JSON feed)."""
    start = body[:4_000].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if start.startswith(b"{"):
        return b"jsonfeed.org/version" in start
    if b"<html" in start.lower():
        return False
    return _ROOTS.search(start) is not None


FORMAT = Format(
    key="feed",
    types=(
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/feed+json",
        "application/x-cdf",
    ),
    endings=(".rss", ".atom", ".rdf", ".cdf"),
    read=read,
    looks=looks,
)
