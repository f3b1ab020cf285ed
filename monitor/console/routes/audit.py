"""audit: the log, and whether it holds."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response

from ..pages.audit import audit
from ..site import Routes, Site


def add(routes: Routes, site: Site) -> None:
    """Declares the addresses."""

    @routes.get("/audit")
    def audit_page(request: Request) -> Response:
        desk = site.desk(request)
        return site.draw("audit.html", "/audit", desk, audit(desk, request.query_params))

    @routes.get("/audit/verify")
    def verified_page(request: Request) -> Response:
        desk = site.desk(request)
        return site.draw("audit.html", "/audit", desk, audit(desk, {}, verify=True))
