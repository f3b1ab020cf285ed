"""listing: a source whose page lists links to notices, each of which is read by itself."""

from __future__ import annotations

from monitor.domain.document import Harvest, Origin
from monitor.domain.errors import ReadError

from ..charset import decode
from ..formats import links, sniff, walls
from ..formats.base import Caps
from ..formats.html import guessed_language, title_of
from ..formats.markup import Page
from .base import SourceKind
from .paging import next_page
from .rules import MATCHING, OLD_TLS, LinkRules

_EVERY = "a[href]"
FEW = 5  # links that a door may show: help, privacy, register


def read(body: bytes, origin: Origin, caps: Caps) -> Harvest:
    """The links that `follow` finds (all without it), each once, the list's own pages left out. No texts.

    `more` is where the list goes on.
    """
    found = sniff(body, origin)
    if found.key != "html":
        raise ReadError("not a list page", f"found {found.key}")
    decoded = decode(body, origin.charset)
    page = Page(decoded.text)
    base = links.absolute(page.attribute("base[href]", "href"), origin.url) or origin.url
    selector = _text(origin, "follow") or _EVERY
    rules = LinkRules.of(origin.options)
    more = next_page(page, decoded.text, origin.url, base, _text(origin, "next")) if origin.url else ()
    shown = [(links.absolute(href, base), words) for href, words in page.links(selector)]
    own = {links.found(url).address for url in (origin.url, *more) if url}
    listed, cut = links.distinct(
        (
            link
            for url, words in shown
            if url and rules.wants(url) and (link := links.found(url, words, False)).address not in own
        ),
        caps.links,
    )
    title = title_of(page)
    meta = walls.told(page, decoded.text, title, page.text(), origin.url) if len(listed) < FEW else {}
    if "door" in meta:
        raise ReadError(meta["door"], meta["door_why"])
    warnings = list(decoded.warnings)
    if not listed:
        warnings.append(f"no links found for follow {selector!r}")
    if cut:
        warnings.append(f"more than {caps.links} links: the rest was left out")
    return Harvest(
        format="html",
        links=listed,
        title=title,
        language=page.attribute("html", "lang")[:35] or guessed_language(title),
        truncated=cut,
        warnings=tuple(warnings),
        more=more,
        meta={"doubt": meta["doubt"]} if "doubt" in meta else {},
    )


def _text(origin: Origin, name: str) -> str | None:
    value = origin.options.get(name)
    return value if isinstance(value, str) and value.strip() else None


KIND = SourceKind(
    key="listing",
    options={
        "follow": {
            "type": "string",
            "format": "css-selector",
            "description": "CSS selector of the links to notices; every link without it",
        },
        **MATCHING,
        "next": {
            "type": "string",
            "format": "css-selector",
            "description": "CSS selector of the link to the next page; found by itself without it",
        },
        "pages": {
            "type": "integer",
            "minimum": 1,
            "maximum": 50,
            "default": 3,
            "description": "How many pages of the list are looked at.",
        },
        **OLD_TLS,
    },
    read=read,
    accept="text/html, application/xhtml+xml, */*;q=0.8",
    summary="a list page whose linked notices and attachments are read",
)
