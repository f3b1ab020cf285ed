"""today: the start page, and "I have seen this"."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from ...domain.person import Right
from ..auth import identity_of
from ..forms import Form, read_form
from ..pages.today import today
from ..site import Routes, Site


def add(routes: Routes, site: Site) -> None:
    """Declares the addresses."""

    @routes.get("/")
    def today_page(request: Request) -> Response:
        desk = site.desk(request)
        return site.draw("today.html", "/", desk, today(desk))

    @routes.post("/seen", Right.READ)
    async def seen(request: Request, form: Annotated[Form, Depends(read_form)]) -> Response:
        """Marks as seen what stood on the page when it was drawn, not what came since."""
        try:
            until = datetime.fromisoformat(form.get("until", ""))
        except ValueError as error:
            raise HTTPException(400, "The form does not say until when.") from error
        now = site.clock.now()
        if until.tzinfo is None or until > now:
            until = now
        await site.people.mark_seen(identity_of(request).name, until)
        return RedirectResponse("/", 303)
