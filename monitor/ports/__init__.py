"""ports: the sockets that the adapters plug into, each with what it promises."""

from __future__ import annotations

from .archive import Archive, Comparer, Imports, LateHits
from .people import People
from .queries import AlertQueries, DeskQueries, HitQueries, Queries
from .store import Store
from .world import Clock, Evidence, Fetcher, Notifier, ReadingRoom, Watchlists

__all__ = [
    "AlertQueries",
    "Archive",
    "Clock",
    "Comparer",
    "DeskQueries",
    "Evidence",
    "Fetcher",
    "HitQueries",
    "Imports",
    "LateHits",
    "Notifier",
    "People",
    "Queries",
    "ReadingRoom",
    "Store",
    "Watchlists",
]
