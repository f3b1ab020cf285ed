"""api: what the console knows, for programs, as JSON under `/api`, with its description at `/api/openapi.json`.

A program sends a key (`Authorization: Bearer mm_…`) that somebody made on the page My account; a browser's session counts too.
"""

from __future__ import annotations

from ...site import Routes, Site
from . import deliveries, description, feed, health, hits, log, metrics, sources, watchlists

PARTS = (hits, sources, deliveries, log, description, feed, metrics, health, watchlists)


def add(routes: Routes, site: Site) -> None:
    """Declares the addresses."""
    for part in PARTS:
        part.add(routes, site)
