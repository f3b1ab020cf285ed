"""plainfeed: what does a feed say that is written as most are - well-formed, every element one that we know?

feedparser reads every dialect ever spoken, at some thirty steps an element; nearly all feeds speak plain RSS 2.0 or
Atom. Those are read here, at a tenth of the price, into the same words under the same names as feedparser's. Whatever
is not plain (an element, attribute or date that is not listed, one that stands twice, a document type, a fault in the
XML) is left to feedparser, as a whole. tests/unit/test_formats_plainfeed.py holds the two together.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError, XMLParser

MOST: Final = 400_000  # tags, twice what 5,000 entries have: a flood of elements is not put into a tree

_ATOM: Final = "{http://www.w3.org/2005/Atom}"
_DC: Final = "{http://purl.org/dc/elements/1.1/}"
_CONTENT: Final = "{http://purl.org/rss/1.0/modules/content/}encoded"
_SY: Final = "{http://purl.org/rss/1.0/modules/syndication/}"
_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_VERSIONS: Final = {"0.91": "rss091u", "0.92": "rss092", "0.93": "rss093", "0.94": "rss094"}
_TYPES: Final = {"", "text", "html", "text/plain", "text/html"}  # neither to be unpacked nor mark-up of its own
_PAGES: Final = {"html", "text/html", "xhtml", "application/xhtml+xml"}
_ROOT: Final = re.compile(r"<\w[^>]*")
# before or in the root: a document type, or a namespace that feedparser takes a dialect from
_ODD: Final = re.compile(r"<!DOCTYPE|purl\.org/rss/1\.0/[\"']|my\.netscape\.com|userland\.com", re.IGNORECASE)
_MENDED: Final = re.compile("[\x80-\x9f]")  # feedparser takes these for signs of Windows
_RFC822: Final = re.compile(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?(\d\d?) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\d{4})"
    r" (\d\d):(\d\d):(\d\d) (?:GMT|([+-])(\d\d)(\d\d))",
    re.ASCII,
)
_W3C: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:Z|([+-])(\d\d):(\d\d))", re.ASCII)
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NAMES: Final = {
    "title": "title", "link": "link", "guid": "id", "pubDate": "published", "description": "summary", "author": "author",
    "enclosure": "enclosure", _CONTENT: "content", f"{_DC}creator": "author", f"{_DC}date": "updated",
    f"{_ATOM}title": "title", f"{_ATOM}link": "link", f"{_ATOM}id": "id", f"{_ATOM}published": "published",
    f"{_ATOM}updated": "updated", f"{_ATOM}summary": "summary", f"{_ATOM}content": "content", f"{_ATOM}author": "author",
}  # fmt: skip
_IGNORED: Final = {
    "category", "comments", f"{_DC}subject", f"{_ATOM}category", "{http://purl.org/rss/1.0/modules/slash/}comments",
    "{http://wellformedweb.org/CommentAPI/}commentRss", "{http://rssnamespace.org/feedburner/ext/1.0}origLink",
}  # fmt: skip
_OF_FEED: Final = {
    "title": "title", "link": "link", "language": "language", f"{_DC}language": "language",
    f"{_ATOM}title": "title", f"{_ATOM}link": "link", f"{_ATOM}id": "id",
}  # fmt: skip
_IGNORED_OF_FEED: Final = {
    "description", "pubDate", "lastBuildDate", "generator", "ttl", "docs", "copyright", "managingEditor", "webMaster",
    "category", f"{_DC}date", f"{_DC}rights", f"{_SY}updatePeriod", f"{_SY}updateFrequency", f"{_ATOM}updated",
    f"{_ATOM}subtitle", f"{_ATOM}rights", f"{_ATOM}generator", f"{_ATOM}icon", f"{_ATOM}logo", f"{_ATOM}category",
}  # fmt: skip
_OF_IMAGE: Final = {"title", "link", "url", "width", "height", "description"}
_HARMLESS: Final = {"type", "domain", "term", "scheme", "label", "uri", "version"}


class _Odd(Exception):
    """Something that is left to feedparser."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed's dialect, what it tells of itself, and its entries, under feedparser's names."""

    version: str
    feed: Mapping[str, Any]
    entries: list[dict[str, Any]] = field(default_factory=list)


def read(text: str) -> Feed | None:
    """The feed, or None when it is not plain. Linear; never raises."""
    root = _ROOT.search(text)
    if root is None or _ODD.search(text, 0, root.end()) or text.count("<") > MOST:
        return None
    try:
        parser = XMLParser()  # noqa: S314 - without a document type there is no entity that could grow
        parser.feed(text)
        return _feed(parser.close())
    except (ParseError, _Odd, ValueError, OverflowError):
        return None


def _feed(root: Element) -> Feed:
    if root.tag == "rss" and len(root) == 1 and root[0].tag == "channel" and not root[0].attrib:
        version = root.get("version", "")
        dialect = _VERSIONS.get(version) or ("rss20" if version.startswith("2.") else "rss")
        told, entries = _parts(root[0], "item")
    elif root.tag == f"{_ATOM}feed":
        dialect = "atom10"
        told, entries = _parts(root, f"{_ATOM}entry")
    else:
        raise _Odd(root.tag)
    _only(root, {"version", _LANG})
    if root.get(_LANG):
        told.setdefault("language", root.attrib[_LANG].replace("_", "-"))
    return Feed(dialect, told, entries)


def _parts(parent: Element, entry: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What a feed tells of itself, and its entries."""
    told: dict[str, Any] = {}
    entries: list[dict[str, Any]] = []
    for part in parent:
        name = _OF_FEED.get(part.tag)
        if part.tag == entry:
            entries.append(_entry(part))
        elif name is not None:
            _tell(told, name, part)
        elif part.tag == "image" and not part.attrib:
            _leaves(part, _OF_IMAGE)
        elif part.tag == f"{_ATOM}author" and not part.attrib:
            _author(part)
        else:
            _pass(part, _IGNORED_OF_FEED)
    return told, entries


def _entry(parent: Element) -> dict[str, Any]:
    _only(parent, ())
    told: dict[str, Any] = {}
    for part in parent:
        name = _NAMES.get(part.tag)
        if name is not None:
            _tell(told, name, part)
        else:
            _pass(part, _IGNORED)
    if "content" in told:
        told.setdefault("summary", told["content"][0]["value"])
    return told


def _tell(told: dict[str, Any], name: str, part: Element) -> None:
    """Adds what one element says. Raises _Odd for one that feedparser would weigh against another."""
    if name == "link":
        _link(told, part)
        return
    if name == "enclosure":
        told.setdefault("links", []).append(_enclosed(part))
        return
    if name in told:
        raise _Odd(name)
    if name == "author" and len(part) and not part.attrib:
        told[name] = _author(part)
        return
    if len(part):
        raise _Odd("mark-up")
    text = _clean(part.text)
    if name == "id":
        _identify(told, _address(text), part)
        return
    if part.attrib:
        _only(part, {"type"} if name in {"title", "summary", "content"} else ())
        if part.attrib["type"].lower() not in _TYPES:
            raise _Odd("type")
    told[name] = [{"value": text}] if name == "content" else text
    if name in {"published", "updated"}:
        told[f"{name}_parsed"] = _moment(text)


def _identify(told: dict[str, Any], text: str, part: Element) -> None:
    """An id is the link too where none has been told before, unless it says that it is none."""
    _only(part, {"isPermaLink"})
    told["id"] = text
    if part.get("isPermaLink", "true") == "true":
        told.setdefault("link", text)


def _link(told: dict[str, Any], part: Element) -> None:
    """A link as an element of RSS, with the address as its text, or of Atom, with the address as an attribute."""
    _only(part, {"href", "rel", "type", "title", "hreflang", "length"})
    links = told.setdefault("links", [])
    if not part.attrib:
        if any("of_text" in link for link in links):
            raise _Odd("link")
        text = _address(_clean(part.text))
        links.append({"rel": "alternate", "href": text, "of_text": True} if text else {"rel": "alternate"})
        told["link"] = text
        return
    link = dict(part.attrib)
    rel = link["rel"] = link.get("rel", "alternate").lower()
    href = _address(link.get("href", ""))
    if not href:
        raise _Odd("link")
    links.append(link)
    if rel == "alternate" and link.get("type", "text/html").lower() in _PAGES:
        told["link"] = href


def _enclosed(part: Element) -> dict[str, Any]:
    _only(part, {"url", "type", "length", "title"})
    if len(part) or not part.get("url"):
        raise _Odd("enclosure")
    return {"rel": "enclosure", "href": part.attrib["url"], "title": part.get("title")}


def _pass(part: Element, ignored: Container[str]) -> None:
    """Lets an element pass that feedparser keeps where nobody looks."""
    if part.tag not in ignored or len(part):
        raise _Odd(part.tag)
    _only(part, _HARMLESS)


def _only(part: Element, allowed: Container[str]) -> None:
    if part.attrib and not all(name in allowed for name in part.attrib):
        raise _Odd("attributes")


def _author(part: Element) -> str:
    """Name and mail address of an author in parts, as feedparser joins them."""
    if not part.tag.startswith(_ATOM) or (part.text or "").strip():
        raise _Odd("author")
    said = _leaves(part, {f"{_ATOM}name", f"{_ATOM}uri", f"{_ATOM}email"})
    name, mail = said.get(f"{_ATOM}name", ""), said.get(f"{_ATOM}email", "")
    return f"{name} ({mail})" if name and mail else name or mail


def _leaves(parent: Element, allowed: Container[str]) -> dict[str, str]:
    """The texts of elements that hold nothing else, each once."""
    said: dict[str, str] = {}
    for part in parent:
        if part.tag not in allowed or part.tag in said or part.attrib or len(part) or (part.tail or "").strip():
            raise _Odd(part.tag)
        said[part.tag] = (part.text or "").strip()
    return said


def _clean(text: str | None) -> str:
    """The text as feedparser gives it: stripped, and UTF-8 that had been taken for Latin put right."""
    text = (text or "").strip()
    if text.isascii():
        return text
    with contextlib.suppress(UnicodeError):
        text = text.encode("iso-8859-1").decode("utf-8")
    if _MENDED.search(text):
        raise _Odd("signs of Windows")
    return text


def _address(text: str) -> str:
    """An address that feedparser leaves as it is."""
    if ";" in text or ":///" in text:
        raise _Odd("address")
    return text


def _moment(text: str) -> tuple[int, ...] | None:
    """Year to second in UTC of a date in one of the two usual forms."""
    if not text:
        return None
    if found := _RFC822.fullmatch(text):
        day, month, year, hour, minute, second, sign, hours, minutes = found.groups()
        moment = datetime(int(year), _MONTHS.index(month) + 1, int(day), int(hour), int(minute), int(second))
    elif found := _W3C.fullmatch(text):
        year, month, day, hour, minute, second, sign, hours, minutes = found.groups()
        moment = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second))
    else:
        raise _Odd("date")
    if sign:
        offset = timedelta(hours=int(hours), minutes=int(minutes))
        moment += -offset if sign == "+" else offset
    return moment.timetuple()[:6]
