"""guess: what sort of source is this page, and which of its links are the notices?

Asked by `monitor source try`; what is guessed stands in the suggestion for the watchlist, where a person sees it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from monitor.domain.document import Harvest, Origin
from monitor.domain.errors import ReadError

from ..charset import decode
from ..formats import FORMATS, links, sniff
from ..formats.base import Caps
from ..formats.html import title_of
from ..formats.markup import Page
from . import sitemap
from .base import SourceKind

_LEAST_LINKS = 4  # that make a list
_LEAST_WORDS = 6.0  # code points of a notice's title, on average; Latin letters count half
_MOST_LINKS = 3_000
_CLIMB = 7  # elements from a link up to the list that holds it
_ROWS = frozenset({"li", "tr", "td", "dd", "dt", "p", "h2", "h3", "h4", "span", "div", "article"})
_NAME = re.compile(r"[A-Za-z_][\w-]{0,60}")
_MENUS = re.compile(r"nav|menu|foot|head|crumb|side|top|share|friend|page|link", re.IGNORECASE)
_DATED = re.compile(r"(?:19|20)\d\d[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}|[\[(（]\d\d-\d\d[\])）]")


@dataclass
class Group:
    """Links that stand in one list."""

    container: Any
    selector: str
    words: list[str] = field(default_factory=list)
    hrefs: list[str] = field(default_factory=list)

    @property
    def length(self) -> float:
        """How long its titles are on average; a hanzi says as much as two letters."""
        return sum(_weight(words) for words in self.words) / len(self.words)

    @property
    def score(self) -> float:
        """How much it looks like the list of notices."""
        dated = len(_DATED.findall((self.container.text(separator=" ") or "")[:20_000]))
        menu = 0.3 if _MENUS.search(self.selector) else 1.0
        return (
            menu
            * min(len(self.words), 60)
            * min(self.length, 25.0)
            * (1.0 + min(dated, len(self.words)) / len(self.words))
        )


def read(body: bytes, origin: Origin, caps: Caps) -> Harvest:
    """No text: `meta` tells the `kind`, the `follow` selector of a list, and a `feed` that the page offers."""
    found = sniff(body, origin, FORMATS)
    if found.key == "feed":
        return Harvest("guess", meta={"kind": "feed"})
    if _is_sitemap(body, origin, caps):
        return Harvest("guess", meta={"kind": "sitemap"})
    if found.key != "html":
        return Harvest("guess", meta={"kind": "page"})
    page = Page(decode(body, origin.charset).text)
    title = title_of(page)
    offered = page.attribute(
        "link[rel~=alternate][type*='rss'], link[rel~=alternate][type*='atom'], link[rel~=alternate][type*='feed+json']",
        "href",
    )
    meta = {"kind": "page", "feed": links.absolute(offered, origin.url) or ""}
    best = max(_groups(page, origin), key=lambda group: group.score, default=None)
    if best is not None and _is_list(page, best):
        meta |= {"kind": "listing", "follow": best.selector}
    return Harvest("guess", title=title, meta={name: value for name, value in meta.items() if value})


def _is_sitemap(body: bytes, origin: Origin, caps: Caps) -> bool:
    try:
        found = sitemap.read(body, origin, caps)
    except ReadError:
        return False
    return bool(found.links or found.more)


def _groups(page: Page, origin: Origin) -> list[Group]:
    """The lists of the page: links with words on the same site, by what holds them."""
    groups: dict[str, Group] = {}
    for node in page.tree.css("a[href]")[:_MOST_LINKS]:
        href = node.attributes.get("href") or ""
        words = " ".join((node.attributes.get("title") or node.text(separator=" ")).split())
        url = links.absolute(href, origin.url)
        if not words or url is None:
            continue
        container, selector = _container(node)
        group = groups.setdefault(selector, Group(container, selector))
        group.words.append(words)
        group.hrefs.append(href)
    return [group for group in groups.values() if len(group.words) >= _LEAST_LINKS and group.length >= _LEAST_WORDS]


def _container(link: Any) -> tuple[Any, str]:
    """What holds a link and its siblings, and a selector for the links in it."""
    rows: list[str] = []
    node = link.parent
    for _ in range(_CLIMB):
        if node is None or node.tag in ("body", "html"):
            break
        name = _named(node)
        if name and (node.tag not in ("li", "tr", "td", "dd", "dt") and rows):
            return node, " ".join((name, *_row(rows), "a"))
        if node.tag in _ROWS or node.tag in ("ul", "ol", "table", "tbody", "dl", "section", "main"):
            rows.append(node.tag)
        node = node.parent
    return (node if node is not None else link), " ".join((*_row(rows), "a"))


def _row(rows: Sequence[str]) -> list[str]:
    """The element of one row, where there is one: it keeps headings and paging out."""
    return (
        [next(tag for tag in rows if tag in ("li", "tr", "dd", "dt"))] if {"li", "tr", "dd", "dt"} & set(rows) else []
    )


def _named(node: Any) -> str:
    """An element by its id or its first class, if they are names that a person would write."""
    identity = node.attributes.get("id") or ""
    if _NAME.fullmatch(identity) and not any(sign.isdigit() for sign in identity):
        return f"#{identity}"
    classes = (node.attributes.get("class") or "").split()
    plain = next((one for one in classes if _NAME.fullmatch(one)), "")
    return f"{node.tag}.{plain}" if plain else ""


def _is_list(page: Page, group: Group) -> bool:
    """Whether the page is there for that list: its titles are no small part of what is not a link."""
    linked = sum(len(words) for words in group.words)
    every = sum(len((node.text(separator=" ") or "").strip()) for node in page.tree.css("a")[:_MOST_LINKS])
    body = page.tree.body
    whole = len(" ".join((body.text(separator=" ") if body is not None else "").split()))
    return linked >= 0.6 * max(0, whole - every)


def _weight(words: str) -> float:
    return sum(1.0 if "\u2e80" <= sign <= "\u9fff" else 0.5 for sign in words)


KIND = SourceKind(key="guess", options={}, read=read)
