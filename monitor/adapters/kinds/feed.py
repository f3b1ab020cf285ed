"""feed: a source that lists its news in RSS, Atom, RDF, CDF or JSON Feed."""

from __future__ import annotations

from ..formats import feeds
from .base import SourceKind

KIND = SourceKind(
    key="feed",
    options={
        "timezone": {
            "type": "string",
            "format": "time-zone",
            "description": "IANA zone of dates that the feed writes without one",
        }
    },
    read=feeds.read,
    accept="application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5",
    summary="RSS, Atom, RDF, CDF or JSON Feed",
)
