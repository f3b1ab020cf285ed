"""sources: what is watched and how it fares."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from ...domain.person import Right
from ..forms import Form, read_form
from ..pages.sources import sources
from ..site import Routes, Site


def add(routes: Routes, site: Site) -> None:
    """Declares the addresses."""

    @routes.get("/sources")
    def sources_page(request: Request) -> Response:
        desk = site.desk(request)
        return site.draw("sources.html", "/sources", desk, sources(desk), polled="polled" in request.query_params)

    @routes.post("/sources/poll", Right.OPERATE)
    async def poll(form: Annotated[Form, Depends(read_form)]) -> Response:
        key = form.get("source", "")
        if "\0" in key or not await site.writer().poll_now(key, site.clock.now()):
            raise HTTPException(404, "There is no source of that name.")
        return RedirectResponse("/sources?polled=1", 303)
