"""rulings: what a person decides on a hit."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from ...domain.person import Right
from ...domain.ruling import Ruling, RulingKind
from ..auth import identity_of
from ..forms import Form, clean, read_form
from ..site import Routes, Site

RULINGS = {"right": RulingKind.RIGHT, "wrong": RulingKind.WRONG, "restored": RulingKind.RESTORED}


def add(routes: Routes, site: Site) -> None:
    """Declares the addresses. Each form ends in a redirect, so that a reload repeats nothing."""

    @routes.post("/hits/{number:int}/ruling", Right.JUDGE)
    async def rule(number: int, request: Request, form: Annotated[Form, Depends(read_form)]) -> Response:
        store = site.writer()
        kind = RULINGS.get(form.get("kind", ""))
        if kind is None:
            raise HTTPException(400, "A ruling is right, wrong or restored.")
        hit = site.hit(number)
        actor = identity_of(request).name
        await store.rule(Ruling(kind, actor, site.clock.now(), clean(form.get("why"), 500), hit=hit.id))
        return RedirectResponse(f"/hits/{hit.id}?ruled={kind.value}", 303)
