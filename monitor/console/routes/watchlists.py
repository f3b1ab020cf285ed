"""watchlists: reading, editing, previewing and saving the files that say what is watched."""

from __future__ import annotations

import asyncio
import hashlib
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from ...config.watchlists import Folder
from ...domain.archive import Preview
from ...domain.audit import AuditNote
from ...domain.desk import FileEdit
from ...domain.person import Right
from ...pipeline.report import lessons, rows
from ..auth import identity_of
from ..forms import Form, clean, read_form
from ..pages import editor as editors
from ..pages import watchlists as pages
from ..pages.desk import whole_number
from ..pages.texts import difference, sheet
from ..site import Routes, Site
from ..workshop import Checked, Checks, Conflict, Draft, Drafts, Job, NotSaved, Workshop, digest, locked, normal
from ..workshop.jobs import Tell

HERE = "/watchlists"
NEW_TEXT = "topics:\n  - topic: a-key\n    name: A name (中文名)\n    terms:\n      - \n"
SHA = re.compile(r"[0-9a-f]{64}")


def add(routes: Routes, site: Site) -> None:
    """Declares the addresses."""
    drafts, checks = site.drafts, site.workshop.checks if site.workshop else Checks()
    _reading(routes, site, checks)
    _history(routes, site)
    _editing(routes, site, drafts, checks)
    _saving(routes, site, drafts, checks)
    _previews(routes, site, drafts)


def _reading(routes: Routes, site: Site, checks: Checks) -> None:
    @routes.get("/watchlists")
    def list_page(request: Request) -> Response:
        shop, on_disk = site.workshop, _folder(site)
        problems, waiting = (shop.problems(on_disk), shop.edits.waiting()) if shop else ((), None)
        may_add = shop is not None and shop.files.only is None
        desk = site.desk(request)
        page = pages.watchlists(desk, on_disk, problems, waiting, shop is not None, may_add)
        return site.draw("watchlists.html", HERE, desk, page, applied="applied" in request.query_params)

    @routes.get("/watchlists/new", Right.OPERATE)
    def new_page(request: Request) -> Response:
        """The editor of a file that is not there yet."""
        name = clean(request.query_params.get("name"), 90).lower()
        name = name if name.endswith(".yaml") else f"{name}.yaml"
        if not _shop(site).files.may_be_new(name):
            raise HTTPException(400, "A file's name has small letters, digits and - in it, such as new-file.yaml.")
        return RedirectResponse(pages.address_of(name, "/edit"), 303)

    @routes.get("/watchlists/{name}")
    def table_page(name: str, request: Request) -> Response:
        page, on_disk = _viewed(site, request, name, "")
        checked = checks.of(name, on_disk.files.get(name, b""), on_disk)
        page = pages.with_topics(page, checked, request.query_params.get("topic", ""))
        saved = "saved" in request.query_params
        return site.draw("watchlist.html", HERE, site.desk(request), page, saved=saved)

    @routes.get("/watchlists/{name}/changes")
    def changes_page(name: str, request: Request) -> Response:
        page, _ = _viewed(site, request, name, "/changes")
        page = replace(page, diff_told=("in force", "in the folder"))
        return site.draw("watchlist_diff.html", HERE, site.desk(request), page)

    @routes.get("/watchlists/{name}/terms")
    def terms_page(name: str, request: Request) -> Response:
        """What came of each term, and what people said of it."""
        page, on_disk = _viewed(site, request, name, "/terms")
        checked = checks.of(name, on_disk.files.get(name, b""), on_disk)
        days = whole_number(request.query_params.get("days"), 90, least=1, most=800)
        since = site.clock.now() - timedelta(days=days)
        counts, judged = site.queries.hit_counts(since), site.queries.judged(since)
        own = {topic.key for topic in checked.topics}
        found = rows((one for one in counts if one.topic in own), [one for one in judged if one.hit.topic in own])
        silent = _silent(checked, {row.key for row in found if row.sort == "term"})
        learned = [one for one in lessons(judged) if one.topic in own]
        return site.draw(
            "watchlist_terms.html",
            HERE,
            site.desk(request),
            page,
            rows=found,
            silent=silent,
            lessons=learned,
            days=days,
        )


def _history(routes: Routes, site: Site) -> None:
    @routes.get("/watchlists/{name}/history")
    def history_page(name: str, request: Request) -> Response:
        page, _ = _viewed(site, request, name, "/history")
        return site.draw("watchlist_history.html", HERE, site.desk(request), page)

    @routes.get("/watchlists/{name}/history/{sha256}")
    def version_page(name: str, sha256: str, request: Request) -> Response:
        """What one version changed against the one before it."""
        page, _ = _viewed(site, request, name, "/history")
        edit, after = _version(site, page.edits, sha256)
        before = site.queries.file_content(edit.before) if edit.before else b""
        page = replace(
            page, chosen=edit, diff=difference(pages.readable(before or b""), pages.readable(after)),
            diff_told=("before" if edit.before else "nothing before it", f"{edit.at[:16].replace('T', ' ')} UTC"),
        )  # fmt: skip
        return site.draw("watchlist_diff.html", HERE, site.desk(request), page)


def _editing(routes: Routes, site: Site, drafts: Drafts, checks: Checks) -> None:
    @routes.get("/watchlists/{name}/edit")
    def edit_page(name: str, request: Request) -> Response:
        """The file in the editor: as it lies there, or as it was in the version that `from` names."""
        page, on_disk = _viewed(site, request, name, "/edit", new=True)
        content = text = on_disk.files.get(name)
        told = page.told
        if old := request.query_params.get("from", ""):
            edit, text = _version(site, page.edits, old)
            told = f"The version of {edit.at[:16].replace('T', ' ')} UTC, by {edit.actor}. Nothing is saved yet."
        shown = NEW_TEXT if text is None else pages.readable(text)
        wrong = locked(text) if text is not None else ""
        made = editors.EditorPage(
            name, page.answer, told, page.tabs, shown, digest(content),
            sheet(shown, () if old else page.problems), Checked(() if old else page.problems), locked=wrong, edits=page.edits[:5],
        )  # fmt: skip
        return site.draw("watchlist_edit.html", HERE, site.desk(request), made, days=editors.DAYS, since="30")

    @routes.post("/watchlists/{name}/check", Right.OPERATE)
    async def check(name: str, request: Request, form: Annotated[Form, Depends(read_form)]) -> Response:
        """Checks a text and begins its preview; the page of the draft shows both."""
        shop, content = _shop(site), normal(form.get("text", ""))
        checked = await asyncio.to_thread(checks.of, name, content, shop.files.read())
        owner, days = identity_of(request).name, form.get("days", "30")
        job = "" if checked.errors else _start(site, shop, owner, name, content, days).id
        draft = Draft(owner, name, content.decode("utf-8"), _base(form), checked, job)
        return RedirectResponse(pages.address_of(name, f"/drafts/{drafts.put(draft)}"), 303)

    @routes.get("/watchlists/{name}/drafts/{number}")
    def draft_page(name: str, number: str, request: Request) -> Response:
        draft = drafts.get(number, identity_of(request).name)
        if draft is None or draft.name != name:
            raise HTTPException(404, "This draft is no longer kept. Open the file again.")
        page, _ = _viewed(site, request, name, "/edit", new=True)
        job = _shop(site).jobs.get(draft.job, draft.owner)
        made = editors.editor(name, page.told, page.tabs, draft, page.edits, job)
        return site.draw("watchlist_edit.html", HERE, site.desk(request), made, days=editors.DAYS, since="30")


def _saving(routes: Routes, site: Site, drafts: Drafts, checks: Checks) -> None:
    @routes.post("/watchlists/{name}/save", Right.OPERATE)
    async def save(name: str, request: Request, form: Annotated[Form, Depends(read_form)]) -> Response:
        """Puts the file in the folder, if it has no problems and nobody else changed it meanwhile."""
        shop, content, owner = _shop(site), normal(form.get("text", "")), identity_of(request).name
        store = site.writer()
        checked = await asyncio.to_thread(checks.of, name, content, shop.files.read())
        if checked.errors:
            draft = Draft(owner, name, content.decode("utf-8"), _base(form), checked, refused=True)
            return RedirectResponse(pages.address_of(name, f"/drafts/{drafts.put(draft)}"), 303)
        try:
            await asyncio.to_thread(shop.files.save, name, content, _base(form))
        except Conflict as conflict:
            draft = Draft(owner, name, content.decode("utf-8"), digest(conflict.theirs), checked)
            drafts.put(draft)
            return await asyncio.to_thread(_conflict, site, request, draft, conflict.theirs)
        except NotSaved as error:
            raise HTTPException(409, str(error)) from error
        body = {"file": name, "sha256": hashlib.sha256(content).hexdigest(), "before": _base(form) or None}
        why = clean(form.get("why"), 300)
        await store.note([AuditNote("watchlist saved", owner, site.clock.now(), {**body, "why": why})])
        return RedirectResponse(pages.address_of(name, "?saved=1"), 303)

    @routes.post("/watchlists/apply", Right.OPERATE)
    async def apply(request: Request, form: Annotated[Form, Depends(read_form)]) -> Response:
        """Accepts the edit that waits, if it still is the one that was shown."""
        site.writer()
        shop = _shop(site)
        edit = await asyncio.to_thread(shop.edits.waiting)
        if edit is None or edit.digest != form.get("digest"):
            raise HTTPException(409, "This edit waits no longer, or was changed since. Look at it again.")
        actor, why = identity_of(request).name, clean(form.get("why"), 300)
        await shop.edits.accept(edit, actor, why, site.clock.now())
        return RedirectResponse("/watchlists?applied=1", 303)


def _previews(routes: Routes, site: Site, drafts: Drafts) -> None:
    @routes.get("/watchlists/previews/{number}")
    def preview_part(number: str, request: Request) -> Response:
        """How far a preview is: the part of the page that asks again by itself."""
        view = editors.preview_view(_job(site, request, number))
        return site.draw("watchlist_preview.html", HERE, site.desk(request), view, draft="")

    @routes.post("/watchlists/previews/{number}/cancel", Right.OPERATE)
    async def cancel(number: str, request: Request, form: Annotated[Form, Depends(read_form)]) -> Response:
        _shop(site).jobs.cancel(_job(site, request, number))
        draft = drafts.get(form.get("draft", ""), identity_of(request).name)
        if draft is None:
            return RedirectResponse(HERE, 303)
        return RedirectResponse(pages.address_of(draft.name, f"/drafts/{draft.id}"), 303)


def _viewed(site: Site, request: Request, name: str, view: str, *, new: bool = False) -> tuple[pages.FilePage, Folder]:
    """What all views of a file share, and the folder. Raises 404 for a file that nobody knows."""
    shop = site.workshop
    on_disk = _folder(site)
    problems = shop.problems(on_disk) if shop else ()
    page = pages.file_page(site.desk(request), name, view, on_disk, problems, shop.edits.waiting() if shop else None)
    known = name in on_disk.files or name in on_disk.unreadable or page.edits
    if not known and not (new and shop is not None and shop.files.may_be_new(name)):
        raise HTTPException(404, "There is no watchlist file of that name.")
    return page, on_disk


def _folder(site: Site) -> Folder:
    """The files as they lie there; those in force, where the console has no folder."""
    return site.workshop.files.read() if site.workshop else Folder(Path(), site.queries.current_files())


def _shop(site: Site) -> Workshop:
    if site.workshop is None:
        raise HTTPException(403, "This console cannot edit: it runs apart from the service and its watchlist folder.")
    return site.workshop


def _job(site: Site, request: Request, number: str) -> Job:
    job = _shop(site).jobs.get(number, identity_of(request).name)
    if job is None:
        raise HTTPException(404, "This preview is no longer kept. Check the text again.")
    return job


def _version(site: Site, edits: tuple[FileEdit, ...], sha256: str) -> tuple[FileEdit, bytes]:
    edit = next((one for one in edits if one.sha256 == sha256), None)
    content = site.queries.file_content(sha256) if edit is not None else None
    if edit is None or content is None:
        raise HTTPException(404, "There is no such version of this file.")
    return edit, content


def _start(site: Site, shop: Workshop, owner: str, name: str, content: bytes, days: str) -> Job:
    """Begins a preview over the stored texts of so many days."""
    since = None if days == "all" else site.clock.now() - timedelta(days=whole_number(days, 30, least=1, most=3650))

    async def work(tell: Tell) -> Preview:
        return await shop.preview(name, content, since, tell)

    return shop.jobs.start("preview", owner, work)


def _conflict(site: Site, request: Request, draft: Draft, theirs: bytes | None) -> Response:
    """Somebody else was quicker: both texts with what differs, and a way on from either."""
    page, _ = _viewed(site, request, draft.name, "/edit", new=True)
    their_text = pages.readable(theirs or b"")
    made = replace(
        editors.editor(draft.name, page.told, page.tabs, draft, page.edits, None),
        answer="Not saved: somebody changed the file since you opened it",
        theirs=difference(their_text, draft.text), their_base=digest(theirs),
    )  # fmt: skip
    answer = site.draw("watchlist_conflict.html", HERE, site.desk(request), made)
    answer.status_code = 409
    return answer


def _base(form: Form) -> str:
    base = form.get("base", "")
    return base if SHA.fullmatch(base) else ""


def _silent(checked: Checked, spoken: set[str]) -> list[tuple[str, str]]:
    """Terms that found nothing."""
    pairs = [(topic.key, term.text) for topic in checked.topics for term in topic.terms]
    return [(topic, text) for topic, text in pairs if f"{topic}: {text}" not in spoken]
