"""links: which addresses does a page show, and which of them are documents?"""

from __future__ import annotations

import re
from collections.abc import Iterable

from yarl import URL

from monitor.domain.link import FoundLink
from monitor.pipeline.dedupe import canonical_url

ATTACHMENTS = (".pdf", ".doc", ".docx", ".xls", ".xlsx", ".wps", ".et", ".odt", ".ods", ".rtf", ".zip", ".ofd")
_LONGEST = 2_048
# an address that is whole and as canonical as it will ever be: names in small letters, no port, no sign to be quoted
_LABEL = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
_WHOLE = re.compile(rf"https?://{_LABEL}(?:\.{_LABEL})+(?:/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+/?(?:\?[A-Za-z0-9_=&.-]+)?")
_NAMED = re.compile("|".join(re.escape(ending) for ending in ATTACHMENTS), re.IGNORECASE)


def absolute(href: str, base: str) -> str | None:
    """The absolute http(s) address of a link as it stands on a page, None for anything else.

    On a page from the disk (`file:`), which is no place to fetch from, relative addresses stay as they are.
    """
    href = "".join(href.split()) if "\n" in href or "\t" in href else href.strip()
    if not href or len(href) > _LONGEST or href.startswith("#"):
        return None
    if _WHOLE.fullmatch(href):
        return href
    try:
        given = URL(href)
        if base.startswith("file:") and not given.is_absolute() and not given.scheme:
            return str(given.with_fragment(None)) or None
        url = URL(base).join(given) if base else given
        if url.scheme not in {"http", "https"} or not url.host:
            return None
        return str(url.with_fragment(None))
    except (ValueError, TypeError):
        return None


def may_be_attachment(href: str) -> bool:
    """Whether a document's ending stands anywhere in it: a quick question before `is_attachment`."""
    return _NAMED.search(href) is not None


def is_attachment(url: str) -> bool:
    """Whether the address (or a file name in its query) ends like a document."""
    try:
        parts = URL(url)
        names = [parts.path, *parts.query.values()]
    except ValueError:
        return False
    return any(name.lower().endswith(ATTACHMENTS) for name in names)


def found(url: str, title: str = "", attachment: bool | None = None) -> FoundLink:
    """A link as the store keeps it: canonical address, what will be fetched, `name:port` of its host."""
    parts = URL(url)
    return FoundLink(
        address=canonical_url(url),
        url=url,
        host=f"{parts.host}:{parts.port}" if parts.host else "",
        title=" ".join(title.split())[:300],
        attachment=is_attachment(url) if attachment is None else attachment,
    )


def distinct(links: Iterable[FoundLink], limit: int) -> tuple[tuple[FoundLink, ...], bool]:
    """Each address once, the longest title with it, in order; and whether the limit cut some."""
    kept: dict[str, FoundLink] = {}
    for link in links:
        known = kept.get(link.address)
        if known is None:
            if len(kept) == limit:
                return tuple(kept.values()), True
            kept[link.address] = link
        elif len(link.title) > len(known.title):
            kept[link.address] = link
    return tuple(kept.values()), False
