"""people: accounts, roles, sessions and keys."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from ...domain.errors import LastAdmin
from ...domain.person import TERMINAL, Person, Right, Role
from ..auth import identity_of
from ..forms import Form, clean, read_form, read_lists
from ..pages.desk import whole_number
from ..pages.people import me, people
from ..site import Routes, Site

NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,62}")


def add(routes: Routes, site: Site) -> None:
    """Declares the addresses."""
    _accounts(routes, site)
    _own(routes, site)
    _keys(routes, site)


def _accounts(routes: Routes, site: Site) -> None:
    @routes.get("/people", Right.ADMIN)
    def people_page(request: Request) -> Response:
        desk = site.desk(request)
        return site.draw("people.html", "/people", desk, people(desk, site.people), link="", problem="")

    @routes.get("/people/first", Right.ADMIN)
    def first_page(request: Request) -> Response:
        desk = site.desk(request)
        return site.draw("first.html", "/people", desk, None, problem="", name="")

    @routes.post("/people/first", Right.ADMIN)
    async def first(request: Request, form: Annotated[Form, Depends(read_form)]) -> Response:
        """The first account: an admin with a password."""
        name, now = clean(form.get("name"), 64).lower(), site.clock.now()
        actor = identity_of(request).name
        try:
            stored = await site.door.passwords.hash(form.get("password", ""))
            await _make(site, name, Role.ADMIN, actor)
        except ValueError as error:
            desk = site.desk(request)
            return site.draw("first.html", "/people", desk, None, problem=str(error), name=name)
        await site.people.change(name, actor, now, password=stored)
        return RedirectResponse("/people", 303)

    @routes.post("/people/add", Right.ADMIN)
    async def add_person(request: Request, form: Annotated[Form, Depends(read_form)]) -> Response:
        """Makes an account and shows the link by which its owner chooses a password."""
        name, actor = clean(form.get("name"), 64).lower(), identity_of(request).name
        desk, problem, link = site.desk(request), "", ""
        try:
            await _make(site, name, _role(form.get("role")), actor)
            link = await site.door.link(site.base(request), name, actor)
        except ValueError as error:
            problem = str(error)
        return site.draw("people.html", "/people", desk, people(desk, site.people), link=link, problem=problem)

    @routes.post("/people/change", Right.ADMIN)
    async def change(request: Request, form: Annotated[Form, Depends(read_form)]) -> Response:
        """Another role, disabling or enabling, or a new link."""
        name, actor, now = form.get("name", ""), identity_of(request).name, site.clock.now()
        if name == TERMINAL or site.people.person(clean(name, 64)) is None:
            raise HTTPException(404, "There is no account of that name.")
        desk, problem, link = site.desk(request), "", ""
        try:
            match form.get("what", ""):
                case "role":
                    await site.people.change(name, actor, now, role=_role(form.get("role")))
                case "disable" | "enable" as what:
                    await site.people.change(name, actor, now, disabled=what == "disable")
                case "link":
                    link = await site.door.link(site.base(request), name, actor)
                case _:
                    raise HTTPException(400, "The form does not say what to change.")
        except (LastAdmin, ValueError) as error:
            problem = str(error)
        return site.draw("people.html", "/people", desk, people(desk, site.people), link=link, problem=problem)


def _me(site: Site, request: Request, key: str = "", problem: str = "", saved: str = "") -> Response:
    """The page of one's own account."""
    desk = site.desk(request)
    return site.draw("me.html", "/me", desk, me(desk, site.people), key=key, problem=problem, saved=saved)


def _own(routes: Routes, site: Site) -> None:
    @routes.get("/me")
    def own_page(request: Request) -> Response:
        return _me(site, request, saved="saved" if "saved" in request.query_params else "")

    @routes.post("/me/password", Right.READ)
    async def password(request: Request, form: Annotated[Form, Depends(read_form)]) -> Response:
        """A new password; every other session ends, and this one is opened anew."""
        person = identity_of(request).person
        if person.name == TERMINAL:
            raise HTTPException(
                403, "Whoever comes from the terminal has no password. Make an account on the page People."
            )
        if person.has_password and not await site.door.passwords.fits(
            site.people.password(person.name), form.get("old", "")
        ):
            return _me(site, request, problem="The present password is another one.")
        try:
            stored = await site.door.passwords.hash(form.get("password", ""))
        except ValueError as error:
            return _me(site, request, problem=str(error))
        await site.people.change(person.name, person.name, site.clock.now(), password=stored)
        return RedirectResponse("/sign-in", 303)

    @routes.post("/me/keys", Right.READ)
    async def letters(request: Request, form: Annotated[Form, Depends(read_form)]) -> Response:
        await site.people.use_keys(identity_of(request).name, form.get("keys") == "on")
        return RedirectResponse("/me?saved=1", 303)

    @routes.post("/me/sessions/end", Right.READ)
    async def end_session(request: Request, form: Annotated[Form, Depends(read_form)]) -> Response:
        name = identity_of(request).name
        mine = {one.id for one in site.people.sessions(name, site.clock.now())}
        if form.get("session", "") not in mine:
            raise HTTPException(404, "There is no session of yours of that number.")
        await site.people.end_session(form["session"], name, site.clock.now())
        return RedirectResponse("/me?saved=1", 303)


def _keys(routes: Routes, site: Site) -> None:
    @routes.post("/me/tokens/add", Right.READ)
    async def add_token(request: Request) -> Response:
        """A key with some of the rights of its owner; shown once."""
        identity, form = identity_of(request), await read_lists(request)
        wanted = {right for right in Right if right.value in form.get("rights", [])}
        label = clean(form.get("label", [""])[0], 60)
        if not label or not wanted or not wanted <= identity.rights:
            return _me(site, request, problem="A key needs a name and at least one right that you have yourself.")
        days = whole_number(form.get("days", [""])[0], 0, least=0, most=3650)
        key = await site.door.key(label, identity.name, frozenset(wanted), days or None, identity.name)
        return _me(site, request, key=key)

    @routes.post("/me/tokens/end", Right.READ)
    async def end_token(request: Request, form: Annotated[Form, Depends(read_form)]) -> Response:
        identity = identity_of(request)
        mine = {one.id for one in site.people.tokens(None if Right.ADMIN in identity.rights else identity.name)}
        if form.get("token", "") not in mine:
            raise HTTPException(404, "There is no key of that number that you may end.")
        await site.people.end_token(form["token"], identity.name, site.clock.now())
        return RedirectResponse("/me?saved=1", 303)


async def _make(site: Site, name: str, role: Role, actor: str) -> None:
    """A new account. Raises ValueError that says what is wrong with the name."""
    if not NAME.fullmatch(name) or name == TERMINAL:
        raise ValueError("A name has small letters, digits and . _ @ + - in it, and begins with a letter or digit.")
    if not await site.people.add(Person(name, role, site.clock.now()), actor):
        raise ValueError(f"There is an account {name} already.")


def _role(text: str | None) -> Role:
    try:
        return Role(text or "")
    except ValueError as error:
        raise ValueError("A role is analyst, operator, auditor or admin.") from error
