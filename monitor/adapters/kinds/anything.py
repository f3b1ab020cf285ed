"""anything: a body that nobody has said anything about: a feed, a page with its links, or a file."""

from __future__ import annotations

from dataclasses import replace

from monitor.domain.document import Harvest, Origin

from ..formats import FORMATS, feeds, sniff
from ..formats.base import Caps
from . import listing, page
from .base import SourceKind


def read(body: bytes, origin: Origin, caps: Caps) -> Harvest:
    """The body as the sort of thing it looks like; a page tells its links as well. Raises ReadError."""
    format = sniff(body, origin, FORMATS)
    harvest = format.read(body, origin, caps)
    if format.key != "html":
        return harvest
    shown = listing.read(body, origin, caps)
    return replace(harvest, links=shown.links, truncated=harvest.truncated or shown.truncated)


def refine(body: bytes, origin: Origin, caps: Caps, harvest: Harvest) -> Harvest:
    """The main text of a page apart from its furniture; anything else as it is."""
    return harvest if harvest.format == feeds.FORMAT.key else page.refine(body, origin, caps, harvest)


ANY = SourceKind(key="any", options={}, read=read, refine=refine)
