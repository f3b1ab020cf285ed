"""kinds: which sorts of source are there, and how is what they show read?"""

from __future__ import annotations

from . import anything, feed, folder, guess, listing, page, push, sitemap, stored
from .base import SourceKind

KINDS: tuple[SourceKind, ...] = (
    feed.KIND,
    page.KIND,
    listing.KIND,
    sitemap.KIND,
    folder.KIND,
    push.KIND,
)
READERS: dict[str, SourceKind] = {
    kind.key: kind for kind in (*KINDS, page.DOCUMENT, anything.ANY, stored.STORED, guess.KIND)
}

__all__ = ["KINDS", "READERS", "SourceKind"]
