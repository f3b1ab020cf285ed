"""page: a source that is one page (or one file), watched as a whole or for one block of it."""

from __future__ import annotations

from monitor.domain.document import Harvest, Origin
from monitor.domain.errors import ReadError

from ..formats import sniff
from ..formats.base import Caps
from .base import SourceKind
from .rules import OLD_TLS


def read(body: bytes, origin: Origin, caps: Caps) -> Harvest:
    """The body in whatever format it is, as one text. Raises ReadError."""
    return through_no_door(sniff(body, origin).read(body, origin, caps))


def through_no_door(harvest: Harvest) -> Harvest:
    """The harvest, unless it is a login, consent or challenge page: ReadError names it, and it is never a non-hit."""
    if door := harvest.meta.get("door"):
        raise ReadError(door, harvest.meta.get("door_why", ""))
    return harvest


def refine(body: bytes, origin: Origin, caps: Caps, harvest: Harvest) -> Harvest:
    """The main text apart from the furniture, where the format can tell them apart."""
    finer = sniff(body, origin).refine
    return finer(body, origin, caps, harvest) if finer is not None else harvest


KIND = SourceKind(
    key="page",
    options={
        "select": {
            "type": "string",
            "format": "css-selector",
            "description": "CSS selector of the block to watch; the whole page without it",
        },
        "ignore": {"type": "string", "format": "css-selector", "description": "CSS selector of what is left out of it"},
        **OLD_TLS,
    },
    read=read,
    refine=refine,
    accept="text/html, application/xhtml+xml, */*;q=0.8",
    summary="one page or file, whole or a block of it",
)
# a link that is read by itself: a notice page gives its text and its attachments
DOCUMENT = SourceKind(key="document", options={}, read=read, refine=refine, accept=KIND.accept)
