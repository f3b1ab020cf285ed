"""description: the OpenAPI document of everything under /api."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.openapi.utils import get_openapi

from .... import __version__
from ...site import Routes, Site


def add(routes: Routes, site: Site) -> None:
    """Declares the address."""

    @routes.get("/api/openapi.json")
    def openapi(request: Request) -> dict[str, Any]:
        found = get_openapi(
            title=f"{site.settings.title} API",
            version=__version__,
            description="Send a key as `Authorization: Bearer mm_…`. Times are UTC.",
            routes=[route for route in request.app.routes if getattr(route, "path", "").startswith("/api/")],
        )
        found["components"].setdefault("securitySchemes", {})["key"] = {"type": "http", "scheme": "bearer"}
        found["security"] = [{"key": []}]
        return found
