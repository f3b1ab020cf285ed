"""hits: the list, one hit, the same beside the list, its whole text, its kept copies."""

from __future__ import annotations

from fastapi import HTTPException, Request
from fastapi.responses import Response

from ...domain.audit import AuditNote
from ...domain.errors import StoreError
from ...domain.person import Right
from ..auth import identity_of
from ..pages.beside import beside
from ..pages.copy import copy_page
from ..pages.hit import hit_page, text_page
from ..pages.hits import hits
from ..site import Routes, Site
from .rulings import BULK, RULINGS, own_list


def add(routes: Routes, site: Site) -> None:
    """Declares the addresses."""

    @routes.get("/hits")
    def hits_page(request: Request) -> Response:
        desk = site.desk(request)
        page = hits(desk, request.query_params, site.people.views(desk.identity.name))
        return site.draw("hits.html", "/hits", desk, page, said=_said(request))

    @routes.get("/hits/{number:int}")
    def one_hit(number: int, request: Request) -> Response:
        desk, ruled = site.desk(request), request.query_params.get("ruled", "")
        page = hit_page(desk, site.hit(number), copies=site.evidence is not None)
        return site.draw("hit.html", "/hits", desk, page, ruled=ruled if ruled in RULINGS or ruled in BULK else "")

    @routes.get("/hits/{number:int}/beside")
    def one_beside(number: int, request: Request) -> Response:
        """The hit as the list shows it in its second column; a part of a page."""
        desk = site.desk(request)
        found = beside(desk, site.hit(number), own_list(request.query_params.get("back", "")))
        return site.fragment("beside.html", desk, one=found)

    @routes.get("/hits/{number:int}/text")
    def whole_text(number: int, request: Request) -> Response:
        desk = site.desk(request)
        return site.draw("text.html", "/hits", desk, text_page(desk, site.hit(number)))

    @routes.post("/hits/{number:int}/copies/{copy:int}", Right.AUDIT)
    async def kept_copy(number: int, copy: int, request: Request) -> Response:
        """Opens a kept copy as plain text; that somebody did is an entry of the log."""
        store, hit = site.writer(), site.hit(number)
        found = next((one for one in site.queries.copies(hit.version) if one.id == copy), None)
        if found is None or site.evidence is None:
            raise HTTPException(404, "There is no such kept copy.")
        body = {"hit": hit.id, "copy": found.id, "sha256": found.sha256}
        await store.note([AuditNote("copy opened", identity_of(request).name, site.clock.now(), body)])
        try:
            content = site.evidence.open(found)
        except StoreError as error:
            raise HTTPException(410, f"The copy cannot be shown: {error}") from error
        desk = site.desk(request)
        return site.draw("copy.html", "/hits", desk, copy_page(hit, found, content))


def _said(request: Request) -> str:
    """What a form on this list did, in words."""
    kind, _, count = request.query_params.get("said", "").partition("-")
    if kind not in RULINGS or not count.isdecimal() or len(count) > 3:
        return ""
    return f"Saved: {count} ruled {kind}."
