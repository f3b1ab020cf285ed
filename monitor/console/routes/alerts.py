"""alerts: who was told, who was not, and what can be done about it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from ...domain.person import Right
from ..forms import Form, read_form
from ..pages.alerts import alerts
from ..pages.desk import SAFE_NUMBER, whole_number
from ..site import Routes, Site


def add(routes: Routes, site: Site) -> None:
    """Declares the addresses."""

    @routes.get("/alerts")
    def alerts_page(request: Request) -> Response:
        desk, asked = site.desk(request), request.query_params
        return site.draw("alerts.html", "/alerts", desk, alerts(desk, asked), retried="retried" in asked)

    @routes.post("/alerts/retry", Right.OPERATE)
    async def retry(form: Annotated[Form, Depends(read_form)]) -> Response:
        number = whole_number(form.get("delivery"), 0, least=0, most=SAFE_NUMBER)
        if not await site.writer().retry([number], site.clock.now()):
            raise HTTPException(404, "There is no delivery of that number that was given up.")
        return RedirectResponse("/alerts?retried=1", 303)
