"""sessions: coming in, the first account, and leaving."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, Response

from ...domain.person import TERMINAL
from ..auth import WrongPassword, cookie_name, identity_of, session_of
from ..forms import Form, clean, read_form
from ..site import Routes, Site


def add(routes: Routes, site: Site) -> None:
    """Declares the addresses."""

    @routes.public("/sign-in")
    async def sign_in(request: Request) -> Response:
        token = request.query_params.get("token", "")
        if not token:
            return site.bare("sign_in.html", problem="", name="", accounts=_accounts(site))
        came = await site.door.by_link(token, request.headers.get("user-agent", ""))
        if came is None:
            return site.refuse(403, "This link was used already, or it is not one of ours", sign_in=True)
        cookie, name = came
        return _with_cookie(site, request, cookie, _first_page(site, name))

    @routes.public("/sign-in", "POST")
    async def with_password(request: Request, form: Annotated[Form, Depends(read_form)]) -> Response:
        name, peer = clean(form.get("name"), 64), request.client.host if request.client else ""
        try:
            cookie = await site.door.by_password(
                name, form.get("password", ""), peer, request.headers.get("user-agent", "")
            )
        except WrongPassword as error:
            return site.bare("sign_in.html", 403, problem=str(error), name=name, accounts=True)
        return _with_cookie(site, request, cookie, "/")

    @routes.public("/sign-out", "POST")
    async def sign_out(request: Request) -> Response:
        await site.door.leave(session_of(request.headers), identity_of(request).name)
        answer = site.refuse(401, "You are signed out.")
        answer.delete_cookie(cookie_name(request.headers.get("host", "")))
        return answer


def _accounts(site: Site) -> bool:
    return any(person.has_password for person in site.people.people())


def _first_page(site: Site, name: str) -> str:
    """Whoever was invited chooses a password first; who comes from the terminal is offered an account, once there is none."""
    person = site.people.person(name)
    if name == TERMINAL:
        return "/people/first" if site.settings.setup and not _accounts(site) else "/"
    return "/me" if person is not None and not person.has_password else "/"


def _with_cookie(site: Site, request: Request, cookie: str, target: str) -> Response:
    answer = RedirectResponse(target, 303)
    name = cookie_name(request.headers.get("host", ""))
    answer.set_cookie(
        name,
        cookie,
        httponly=True,
        samesite="lax",
        secure=site.settings.secure or request.url.scheme == "https",
        max_age=14 * 86_400,
    )
    return answer
