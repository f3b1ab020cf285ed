"""jsonfeed: which entries does a JSON Feed hold?"""

from __future__ import annotations

import json
from collections.abc import Mapping

from monitor.domain.document import Origin
from monitor.domain.errors import ReadError
from monitor.domain.link import FoundLink

from ..charset import clean
from . import dates, links
from .base import Caps
from .feeds import Entry
from .markup import to_text


def entries(text: str, origin: Origin, caps: Caps) -> tuple[list[Entry], str, object, int, tuple[str, ...]]:
    """(entries, title, language, how many there are, where it goes on). Raises ReadError("not a feed") for any other JSON."""
    try:
        data = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise ReadError("not a feed", f"JSON that cannot be read: {str(error)[:200]}") from error
    if not isinstance(data, dict) or "jsonfeed.org/version" not in str(data.get("version", ""))[:100]:
        raise ReadError("not a feed", f"JSON without a JSON Feed version ({type(data).__name__})")
    items = data.get("items")
    if not isinstance(items, list):
        raise ReadError("not a feed", "a JSON Feed whose items are not a list")
    base = links.absolute(_text(data, "home_page_url"), origin.url) or origin.url
    told = [_entry(item, base) for item in items[: caps.entries] if isinstance(item, dict)]
    following = links.absolute(_text(data, "next_url"), origin.url)
    return told, _text(data, "title"), data.get("language"), len(items), (following,) if following else ()


def _entry(item: Mapping[str, object], base: str) -> Entry:
    marked = to_text(_text(item, "content_html"))
    plain = _text(item, "content_text")
    authors = item.get("authors") if isinstance(item.get("authors"), list) else [item.get("author")]
    names = (
        [_text(author, "name") for author in authors if isinstance(author, dict)] if isinstance(authors, list) else []
    )
    identity = item.get("id")
    return Entry(
        id=_text(item, "id")
        or (str(identity) if isinstance(identity, int | float) and not isinstance(identity, bool) else ""),
        url=links.absolute(_text(item, "url") or _text(item, "external_url"), base) or "",
        title=" ".join(_text(item, "title").split()),
        text=marked or plain or _text(item, "summary"),
        published=dates.parse(_text(item, "date_published")) or dates.parse(_text(item, "date_modified")),
        author=", ".join(name for name in names if name)[:200],
        language=_text(item, "language") or None,
        attachments=_attachments(item, base),
    )


def _attachments(item: Mapping[str, object], base: str) -> tuple[FoundLink, ...]:
    given = item.get("attachments")
    found = [
        links.found(address, _text(part, "title"), True)
        for part in (given if isinstance(given, list) else [])
        if isinstance(part, dict) and (address := links.absolute(_text(part, "url"), base))
    ]
    return links.distinct(found, 100)[0]


def _text(data: Mapping[str, object], key: str) -> str:
    value = data.get(key)
    return clean(value).strip() if isinstance(value, str) else ""
