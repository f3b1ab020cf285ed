"""feedback: the pages behind the links of mails; open to whoever holds such a link."""

from __future__ import annotations

from fastapi import HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from ...pipeline.feedback import Refused
from ..pages.feedback import feedback_page, ruling_of
from ..site import Routes, Site

PATH = "/f/{token}"


def add(routes: Routes, site: Site) -> None:
    """Declares the addresses. Opening a link asks, only its form rules; a reload or a second use repeats nothing."""

    def key() -> bytes:
        if site.settings.feedback_key is None:
            raise HTTPException(404, "There is no such page.")
        return bytes.fromhex(site.settings.feedback_key.reveal())

    @routes.public(PATH)
    def ask(token: str, request: Request) -> Response:
        try:
            page = feedback_page(site.queries, key(), token, site.clock.now())
        except Refused as refusal:
            return site.refuse(410, str(refusal))
        done = request.query_params.get("done", "")
        return site.bare("feedback.html", page=page, done=done if done in ("now", "before") else "")

    @routes.public(PATH, "POST")
    async def rule(token: str) -> Response:
        store = site.writer()
        try:
            ruling = ruling_of(site.queries, key(), token, site.clock.now())
        except Refused as refusal:
            return site.refuse(410, str(refusal))
        stored = await store.rule_once(ruling)
        return RedirectResponse(f"/f/{token}?done={'now' if stored else 'before'}", 303)
