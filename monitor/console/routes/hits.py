"""hits: the list, one hit, its whole text."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response

from ..pages.hit import hit_page, text_page
from ..pages.hits import hits
from ..site import Routes, Site
from .rulings import RULINGS


def add(routes: Routes, site: Site) -> None:
    """Declares the addresses."""

    @routes.get("/hits")
    def hits_page(request: Request) -> Response:
        desk = site.desk(request)
        return site.draw("hits.html", "/hits", desk, hits(desk, request.query_params))

    @routes.get("/hits/{number:int}")
    def one_hit(number: int, request: Request) -> Response:
        desk, ruled = site.desk(request), request.query_params.get("ruled", "")
        page = hit_page(desk, site.hit(number))
        return site.draw("hit.html", "/hits", desk, page, ruled=ruled if ruled in RULINGS else "")

    @routes.get("/hits/{number:int}/text")
    def whole_text(number: int, request: Request) -> Response:
        desk = site.desk(request)
        return site.draw("text.html", "/hits", desk, text_page(desk, site.hit(number)))
