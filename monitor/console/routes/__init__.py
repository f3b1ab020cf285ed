"""routes: the console's addresses, one file for each part of it.

Each file has `add(routes, site)`. Whoever adds one lists it here; only what stands in PUBLIC is open to strangers.
"""

from __future__ import annotations

from fastapi import FastAPI

from ..site import Routes, Site
from . import (
    alerts,
    api,
    audit,
    feedback,
    hits,
    live,
    people,
    rulings,
    sessions,
    sources,
    static,
    today,
    views,
    watchlists,
)

PUBLIC = ("/sign-in", "/f/", "/static/", "/health")
ALL = (today, hits, rulings, views, live, watchlists, sources, alerts, audit, people, sessions, static, api, feedback)


def add_all(app: FastAPI, site: Site) -> None:
    """Declares every address."""
    routes = Routes(app)
    for part in ALL:
        part.add(routes, site)
