"""live: server-sent events that say how many hits came since a page was drawn."""

from __future__ import annotations

from fastapi import HTTPException, Request
from fastapi.responses import Response, StreamingResponse

from ..pages.desk import SAFE_NUMBER, whole_number
from ..site import Routes, Site


def add(routes: Routes, site: Site) -> None:
    """Declares the address."""

    @routes.get("/live")
    async def live(request: Request) -> Response:
        """`after` is the newest hit of the page; a connection that comes again says it by Last-Event-ID."""
        if site.arrivals.full:
            raise HTTPException(503, "Too many pages listen for new hits. Reload the page to see them.")
        asked = request.headers.get("last-event-id") or request.query_params.get("after")
        after = whole_number(asked, 0, least=0, most=SAFE_NUMBER)
        moments = site.desk(request).moments
        return StreamingResponse(
            site.arrivals.events(after, lambda one: moments.clock(one.at)), media_type="text/event-stream"
        )
