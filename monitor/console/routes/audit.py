"""audit: the log, whether it holds, and an export of it to be checked elsewhere."""

from __future__ import annotations

import asyncio
import time
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.responses import FileResponse, RedirectResponse, Response

from ...domain.audit import AuditNote, Verification
from ...domain.person import Right
from ..auth import identity_of
from ..forms import Form, read_form
from ..pages.audit import audit, entry
from ..pages.desk import SAFE_NUMBER
from ..site import Routes, Site
from ..workshop import Exported, Job, Workshop
from ..workshop.jobs import Tell

EVERYBODY = "everybody"  # whose a verification is: all look at the same one
FRESH = 20.0  # seconds for which a verification is not begun anew
PATIENCE = 1.5  # seconds within which short logs are verified at once


def add(routes: Routes, site: Site) -> None:
    """Declares the addresses."""
    _reading(routes, site)
    _exporting(routes, site)


def _reading(routes: Routes, site: Site) -> None:
    @routes.get("/audit")
    def audit_page(request: Request) -> Response:
        desk, asked = site.desk(request), request.query_params
        verifying = _known(site, asked.get("verify", ""), "verify", EVERYBODY)
        exporting = _known(site, asked.get("export", ""), "export", desk.identity.name)
        found = verifying.result if verifying and isinstance(verifying.result, Verification) else None
        page = audit(desk, asked, found)
        return site.draw("audit.html", "/audit", desk, page, verifying=verifying, exporting=exporting, can=_can(site))

    @routes.get("/audit/verify")
    async def verified_page(request: Request) -> Response:
        """Begins to verify the log, if nobody did just now; beside no service it is verified while one waits."""
        shop = site.workshop
        if shop is None:
            desk = site.desk(request)
            page = await asyncio.to_thread(lambda: audit(desk, {}, site.queries.verify()))
            return site.draw("audit.html", "/audit", desk, page, verifying=None, exporting=None, can=False)
        job = shop.jobs.latest("verify")
        if job is None or (job.over and time.monotonic() - job.began > job.seconds + FRESH):
            job = shop.jobs.start("verify", EVERYBODY, lambda tell: asyncio.to_thread(shop.verify, tell))
            await asyncio.wait([job.task] if job.task else [], timeout=PATIENCE)
        return RedirectResponse(f"/audit?verify={job.id}", 303)

    @routes.get("/audit/entries/{number:int}")
    def entry_page(number: int, request: Request) -> Response:
        desk = site.desk(request)
        page = entry(desk, number) if number < SAFE_NUMBER else None
        if page is None:
            raise HTTPException(404, "The log has no entry of that number.")
        return site.draw("audit_entry.html", "/audit", desk, page)


def _exporting(routes: Routes, site: Site) -> None:
    @routes.post("/audit/export", Right.AUDIT)
    async def export(request: Request, form: Annotated[Form, Depends(read_form)]) -> Response:
        """Begins to lay down an export, which is itself an entry of the log."""
        shop, actor = _shop(site), identity_of(request).name
        texts, copies = form.get("texts") == "on", form.get("copies") == "on"

        async def work(tell: Tell) -> Exported:
            found = await shop.export(shop.room, texts, copies, actor, tell)
            job.drop = lambda: found.path.unlink(missing_ok=True)
            return found

        job = shop.jobs.start("export", actor, work)
        await asyncio.wait([job.task] if job.task else [], timeout=PATIENCE)
        return RedirectResponse(f"/audit?export={job.id}", 303)

    @routes.get("/audit/exports/{number}", Right.AUDIT)
    async def fetch(number: str, request: Request) -> Response:
        """The export as one zip file; who fetched it is an entry as well."""
        shop, actor = _shop(site), identity_of(request).name
        job = shop.jobs.get(number, actor)
        found = job.result if job is not None else None
        if not isinstance(found, Exported) or not found.path.is_file():
            raise HTTPException(404, "This export is no longer kept. Make another one.")
        if site.store is not None:
            body = {"what": "audit log", "export": found.path.name, "bytes": found.size}
            await site.store.note([AuditNote("export fetched", actor, site.clock.now(), body)])
        return FileResponse(found.path, media_type="application/zip", filename=found.path.name)


def _can(site: Site) -> bool:
    return site.workshop is not None


def _shop(site: Site) -> Workshop:
    if site.workshop is None:
        raise HTTPException(403, "This console exports nothing: it runs apart from the service. Use the command line.")
    return site.workshop


def _known(site: Site, number: str, kind: str, owner: str) -> Job | None:
    job = site.workshop.jobs.get(number, owner) if site.workshop and number else None
    return job if job is not None and job.kind == kind else None
