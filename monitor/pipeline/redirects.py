"""redirects: where does a link of a news search really lead?

Some say it in their address, some by an HTTP redirect when they are asked, some only by a script in a browser: those cannot be
followed, and what they tell of is marked.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

UNRESOLVED = "unresolved redirect"
# host (and whatever stands before it), path: addresses that only lead on
_REDIRECTORS = (
    ("news.google.com", "/rss/articles/"),
    ("news.google.com", "/articles/"),
    ("news.google.com", "/read/"),
    ("www.google.com", "/url"),
    ("bing.com", "/news/apiclick.aspx"),
    ("www.bing.com", "/ck/a"),
    ("baidu.com", "/link"),
    ("so.com", "/link"),
    ("sogou.com", "/link"),
    ("duckduckgo.com", "/l/"),
    ("yahoo.com", "/*http"),
)
_TOLD_IN = ("url", "q", "u", "uddg", "target", "to", "dest")
_INSIDE = re.compile(rb"https?://[\x21-\x7e]{4,1500}")


def is_redirect(url: str, feed: str = "", search: bool = False) -> bool:
    """Whether an address only leads on: that of a known search, or any link to the feed's own host where it is a search."""
    try:
        parts, own = urlsplit(url), urlsplit(feed)
    except ValueError:
        return False
    host = (parts.hostname or "").lower()
    known = any(
        (host == name or host.endswith(f".{name}")) and path in parts.path.lower() for name, path in _REDIRECTORS
    )
    return known or (search and bool(host) and host == (own.hostname or "").lower())


def told_target(url: str) -> str | None:
    """Where the address itself says that it leads; None when it does not say."""
    try:
        parts = urlsplit(url)
        asked: Mapping[str, str] = dict(parse_qsl(parts.query))
    except ValueError:
        return None
    for name in _TOLD_IN:
        if asked.get(name, "").startswith(("http://", "https://")):
            return asked[name]
    return _packed(parts.path.rpartition("/")[2]) if "/articles/" in parts.path else None


def leads_away(url: str, found: str) -> bool:
    """Whether a request for the address ended at another host: then that is where it leads."""
    return (urlsplit(found).hostname or "").lower() not in ("", (urlsplit(url).hostname or "").lower())


def _packed(name: str) -> str | None:
    """The address inside a packed article id of the older form; the newer one holds none."""
    try:
        packed = base64.urlsafe_b64decode(name + "=" * (-len(name) % 4))
    except (binascii.Error, ValueError):
        return None
    found = _INSIDE.search(packed)
    return found.group().decode("ascii") if found else None
