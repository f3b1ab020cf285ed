"""copy: what did the source send, byte for byte, shown without letting it act?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ...domain.evidence import KeptCopy
from ...domain.hit import HitView
from ...pipeline.mask import mask
from ..words import language, visible

MOST = 40_000  # characters that are shown
TEXTUAL = ("text/", "application/json", "application/xml", "application/xhtml", "application/rss", "application/atom")


@dataclass(frozen=True, slots=True)
class CopyPage:
    """A kept copy as its source text; nothing of it is drawn, loaded or run."""

    number: int
    title: str
    language: str
    url: str
    content_type: str
    fetched_at: datetime
    sha256: str
    size: int
    text: str
    cut: int
    record: str
    file: str


def copy_page(hit: HitView, copy: KeptCopy, content: bytes) -> CopyPage:
    """Fills the page; what is no text is told by its size and hash alone."""
    shown = _text(content) if copy.content_type.startswith(TEXTUAL) or not copy.content_type else ""
    return CopyPage(
        number=hit.id,
        title=hit.title,
        language=language(hit.title, hit.language),
        url=copy.url,
        content_type=copy.content_type or "not told",
        fetched_at=copy.fetched_at,
        sha256=copy.sha256,
        size=len(content),
        text=visible(mask(shown[:MOST])),
        cut=max(0, len(shown) - MOST),
        record=f"{copy.offset}–{copy.offset + copy.length}",
        file=copy.file,
    )


def _text(content: bytes) -> str:
    """The bytes as characters, in the encoding that most of our sources use."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("utf-8", "replace")
