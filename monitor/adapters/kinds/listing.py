"""listing: a source whose page lists links to notices, each of which is read by itself."""

from __future__ import annotations

from monitor.domain.document import Harvest, Origin
from monitor.domain.errors import ReadError

from ..charset import decode
from ..formats import links, sniff
from ..formats.base import Caps
from ..formats.html import guessed_language, title_of
from ..formats.markup import Page
from .base import SourceKind

_EVERY = "a[href]"


def read(body: bytes, origin: Origin, caps: Caps) -> Harvest:
    """The links that `follow` finds (all without it), each once, the list page itself left out. No texts."""
    found = sniff(body, origin)
    if found.key != "html":
        raise ReadError("not a list page", f"found {found.key}")
    decoded = decode(body, origin.charset)
    page = Page(decoded.text)
    base = links.absolute(page.attribute("base[href]", "href"), origin.url) or origin.url
    follow = origin.options.get("follow")
    selector = follow if isinstance(follow, str) and follow.strip() else _EVERY
    shown = [(links.absolute(href, base), words) for href, words in page.links(selector)]
    own = links.found(origin.url).address if origin.url else ""
    listed, cut = links.distinct(
        (link for url, words in shown if url and (link := links.found(url, words, False)).address != own), caps.links
    )
    warnings = list(decoded.warnings)
    if not listed:
        warnings.append(f"no links found for follow {selector!r}")
    if cut:
        warnings.append(f"more than {caps.links} links: the rest was left out")
    title = title_of(page)
    return Harvest(
        format="html",
        links=listed,
        title=title,
        language=page.attribute("html", "lang")[:35] or guessed_language(title),
        truncated=cut,
        warnings=tuple(warnings),
    )


KIND = SourceKind(
    key="listing",
    options={
        "follow": {
            "type": "string",
            "format": "css-selector",
            "description": "CSS selector of the links to notices; every link without it",
        }
    },
    read=read,
    accept="text/html, application/xhtml+xml, */*;q=0.8",
    summary="a list page whose linked notices and attachments are read",
)
