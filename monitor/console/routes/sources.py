"""sources: what is watched and how it fares; poll, pause, resume, try an address, add it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from ...domain.desk import Pause
from ...domain.errors import MonitorError
from ...domain.person import Right
from ..auth import identity_of
from ..forms import Form, clean, read_form
from ..pages import watchlists as files
from ..pages.sources import source, sources
from ..site import Routes, Site
from ..workshop import Draft, Job, Workshop, digest, locked
from ..workshop.jobs import Tell

KINDS = ("", "feed", "page", "listing", "sitemap")
MOST = 2_000  # characters of an address
NOTHING: Mapping[str, Any] = {
    "url": "", "error": "", "kind": "", "title": "", "texts": (), "links": (), "samples": (), "hits": (), "warnings": (),
    "suggestion": "", "guessed": False, "robots": "", "pace": 0,
}  # fmt: skip


def add(routes: Routes, site: Site) -> None:
    """Declares the addresses. A key never begins with a hyphen, so `/sources/-/…` is nobody's."""
    _trying(routes, site)
    _reading(routes, site)
    _changing(routes, site)


def _reading(routes: Routes, site: Site) -> None:
    @routes.get("/sources")
    def sources_page(request: Request) -> Response:
        desk, asked = site.desk(request), request.query_params
        page = sources(desk, asked, site.workshop is not None)
        return site.draw("sources.html", "/sources", desk, page, polled="polled" in asked)

    @routes.get("/sources/{key}")
    def source_page(key: str, request: Request) -> Response:
        desk = site.desk(request)
        page = source(desk, key)
        if page is None:
            raise HTTPException(404, "There is no source of that name.")
        done = next((word for word in ("polled", "paused", "resumed") if word in request.query_params), "")
        return site.draw("source.html", "/sources", desk, page, done=done)


def _changing(routes: Routes, site: Site) -> None:
    @routes.post("/sources/poll", Right.OPERATE)
    async def poll(request: Request, form: Annotated[Form, Depends(read_form)]) -> Response:
        key = _key(form)
        if not await site.writer().poll_now(key, identity_of(request).name, site.clock.now()):
            raise HTTPException(404, "There is no source of that name in force, or it rests.")
        return _back(form, key, "polled")

    @routes.post("/sources/pause", Right.OPERATE)
    async def pause(request: Request, form: Annotated[Form, Depends(read_form)]) -> Response:
        """A source rests, with a reason that everybody can read, until a day or until somebody resumes it."""
        key, why, now = _key(form), clean(form.get("why"), 300), site.clock.now()
        until = _until(form.get("until", ""), now)
        if not why:
            raise HTTPException(400, "Say why it rests, for those who wonder later.")
        if not await site.writer().pause(key, Pause(identity_of(request).name, why, now, until)):
            raise HTTPException(404, "There is no source of that name in force.")
        return RedirectResponse(f"/sources/{quote(key, safe='')}?paused=1", 303)

    @routes.post("/sources/resume", Right.OPERATE)
    async def resume(request: Request, form: Annotated[Form, Depends(read_form)]) -> Response:
        key = _key(form)
        why = clean(form.get("why"), 300)
        if not await site.writer().resume(key, identity_of(request).name, why, site.clock.now()):
            raise HTTPException(404, "There is no source of that name that rests.")
        return RedirectResponse(f"/sources/{quote(key, safe='')}?resumed=1", 303)


def _trying(routes: Routes, site: Site) -> None:
    @routes.get("/sources/-/try", Right.OPERATE)
    def try_page(request: Request) -> Response:
        return site.draw(
            "source_try.html", "/sources", site.desk(request), None, job=None, told=NOTHING, kinds=KINDS, files=()
        )

    @routes.post("/sources/-/try", Right.OPERATE)
    async def try_address(request: Request, form: Annotated[Form, Depends(read_form)]) -> Response:
        """Begins to read an address as a source would; nothing is stored."""
        shop, address, kind = _shop(site), clean(form.get("url"), MOST), form.get("kind", "")
        kind = kind if kind in KINDS else ""

        async def work(tell: Tell) -> Mapping[str, Any]:
            return await shop.try_address(address, kind)

        job = shop.jobs.start("try", identity_of(request).name, work)
        await asyncio.wait([job.task] if job.task else [], timeout=1.0)  # most answer at once
        return RedirectResponse(f"/sources/-/try/{job.id}", 303)

    @routes.get("/sources/-/try/{number}", Right.OPERATE)
    def tried_page(number: str, request: Request) -> Response:
        job = _job(site, request, number)
        told = {**NOTHING, **(job.result if isinstance(job.result, Mapping) else {})}
        names = sorted(_shop(site).files.read().files)
        page = site.draw(
            "source_try.html", "/sources", site.desk(request), None, job=job, told=told, kinds=KINDS, files=names
        )
        return page

    @routes.post("/sources/-/add", Right.OPERATE)
    async def add_source(request: Request, form: Annotated[Form, Depends(read_form)]) -> Response:
        """Opens a watchlist file in the editor with the tried source in it; saving is the editor's."""
        shop, job = _shop(site), _job(site, request, form.get("job", ""))
        suggestion = str(job.result.get("suggestion", "")) if isinstance(job.result, Mapping) else ""
        name = form.get("file", "")
        on_disk = shop.files.read()
        content = on_disk.files.get(name)
        if not suggestion or content is None or locked(content):
            raise HTTPException(404, "There is nothing to add, or no such file to add it to.")
        try:
            text = await asyncio.to_thread(shop.add_source, content.decode("utf-8"), suggestion)
        except MonitorError as error:
            raise HTTPException(409, str(error)) from error
        checked = await asyncio.to_thread(shop.checks.of, name, text.encode("utf-8"), on_disk)
        draft = Draft(identity_of(request).name, name, text, digest(content), checked)
        return RedirectResponse(files.address_of(name, f"/drafts/{site.drafts.put(draft)}"), 303)


def _shop(site: Site) -> Workshop:
    if site.workshop is None:
        raise HTTPException(403, "This console cannot try addresses: it runs apart from the service.")
    return site.workshop


def _job(site: Site, request: Request, number: str) -> Job:
    job = _shop(site).jobs.get(number, identity_of(request).name)
    if job is None or job.kind != "try":
        raise HTTPException(404, "This trial is no longer kept. Try the address again.")
    return job


def _key(form: Form) -> str:
    key = form.get("source", "")
    if "\0" in key:
        raise HTTPException(404, "There is no source of that name.")
    return key


def _back(form: Form, key: str, done: str) -> Response:
    where = f"/sources/{quote(key, safe='')}" if form.get("back") == "one" else "/sources"
    return RedirectResponse(f"{where}?{done}=1", 303)


def _until(text: str, now: datetime) -> datetime | None:
    """The end of a pause: the beginning of that day in UTC; None for an empty field."""
    if not text.strip():
        return None
    try:
        day = datetime.fromisoformat(text.strip()).date()
    except ValueError as error:
        raise HTTPException(400, "Write a day such as 2026-12-01.") from error
    until = datetime.combine(day, time(), UTC)
    if until <= now:
        raise HTTPException(400, "That day is past.")
    return until
