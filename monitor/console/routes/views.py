"""views: the filters of the hit list that a person keeps under a name."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from ...domain.person import Right
from ..auth import identity_of
from ..forms import Form, clean, read_form
from ..pages.desk import SAFE_NUMBER, whole_number
from ..site import Routes, Site
from .rulings import own_list

MOST = 50  # views of a person


def add(routes: Routes, site: Site) -> None:
    """Declares the addresses. A view is its owner's; reading is enough to keep one."""

    @routes.post("/views/keep", Right.READ)
    async def keep(request: Request, form: Annotated[Form, Depends(read_form)]) -> Response:
        name = clean(form.get("name"), 60)
        person = identity_of(request).name
        if not name:
            raise HTTPException(400, "A view needs a name.")
        known = {view.name for view in site.people.views(person)}
        if name not in known and len(known) >= MOST:
            raise HTTPException(400, f"You keep {MOST} views already: forget one first.")
        where = own_list(f"/hits?{clean(form.get('query'), 1_000)}")
        await site.people.keep_view(person, name, where.partition("?")[2])
        return RedirectResponse(where, 303)

    @routes.post("/views/drop", Right.READ)
    async def drop(request: Request, form: Annotated[Form, Depends(read_form)]) -> Response:
        number = whole_number(form.get("view"), 0, least=0, most=SAFE_NUMBER - 1)
        if not await site.people.drop_view(identity_of(request).name, number):
            raise HTTPException(404, "You keep no such view.")
        return RedirectResponse(own_list(form.get("back", "")), 303)
