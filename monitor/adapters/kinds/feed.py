"""feed: a source that lists its news in RSS, Atom, RDF, CDF or JSON Feed."""

from __future__ import annotations

from ..formats import feeds
from .base import SourceKind
from .rules import OLD_TLS

KIND = SourceKind(
    key="feed",
    options={
        "timezone": {
            "type": "string",
            "format": "time-zone",
            "description": "IANA zone of dates that the feed writes without one",
        },
        "pages": {
            "type": "integer",
            "minimum": 1,
            "maximum": 50,
            "default": 3,
            "description": "How many pages of a paged or archived feed are read, at first and where entries are missing.",
        },
        "search": {
            "type": "boolean",
            "description": "A news search: its links lead to the articles by a redirect, which is followed.",
        },
        **OLD_TLS,
    },
    read=feeds.read,
    accept="application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5",
    summary="RSS, Atom, RDF, CDF or JSON Feed",
)
