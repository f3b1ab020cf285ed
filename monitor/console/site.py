"""site: what every page of the console shares: the store, the clock, the frame around it, and who may see it."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from ..domain.hit import HitView
from ..domain.person import Right
from ..domain.query import Tally
from ..domain.secret import Secret
from ..pipeline.mask import mask
from ..ports import Clock, Evidence, People, Queries, Store
from . import words
from .auth import HEADERS, Door, identity_of
from .auth.guard import FOR_PROGRAMS
from .live import Arrivals
from .pages.desk import SAFE_NUMBER, Desk
from .workshop import Drafts, Workshop

HERE = files(__package__)
MENU_RIGHTS = {"/people": Right.ADMIN}
_MOMENTS: ContextVar[words.Moments] = ContextVar("moments")  # the reader's zone, for the filters of one page


@dataclass(frozen=True, slots=True)
class ConsoleSettings:
    """How the console presents itself. `hosts` are the names it answers to (any port); `setup` asks whoever comes
    by a link to make an account while there is none with a password."""

    title: str = "mention-monitor"
    zone: str = "UTC"
    read_only: bool = False
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
    setup: bool = True
    secure: bool = False  # people reach it by TLS, ours or that of a proxy
    feedback_key: Secret | None = None  # hex; what signs the links of mails; None: they are not known
    push_token: Secret | None = None  # what programs show that send documents; None: none are taken


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every page."""

    title: str
    current: str
    menu: tuple[tuple[str, str, int, bool, str], ...]
    tally: Tally
    zone: str
    drawn: str
    last_poll: str
    name: str
    role: str
    keys: bool
    may_rule: bool
    may_operate: bool
    may_audit: bool
    may_admin: bool


class Site:
    """The pages over one store: draws them, and refuses what cannot be."""

    def __init__(
        self, queries: Queries, store: Store | None, people: People, settings: ConsoleSettings, clock: Clock
    ) -> None:
        self.queries = queries
        self.store = None if settings.read_only else store
        self.people = people
        self.settings = settings
        self.clock = clock
        self.door = Door(people, clock)
        self.drafts = Drafts()
        self.arrivals = Arrivals(queries, clock.monotonic)
        self.evidence: Evidence | None = None  # where kept copies can be opened
        self.workshop: Workshop | None = None  # where the console runs beside the service
        self._environment = _environment()

    def desk(self, request: Request) -> Desk:
        """One request's tools: the moment is the same for all of a page."""
        now = self.clock.now()
        return Desk(
            self.queries, now, words.Moments(self.settings.zone, now), identity_of(request), self.store is not None
        )

    def draw(self, template: str, current: str, desk: Desk, page: object, **more: object) -> HTMLResponse:
        """A page inside its frame."""
        tally, rights, moments = desk.tally(), desk.identity.rights, desk.moments
        menu = (
            ("/", "Today", 0, False, ""),
            ("/hits", "Hits", tally.reviews, True, "to review"),
            ("/watchlists", "Watchlists", 0, False, ""),
            ("/sources", "Sources", tally.sources_failing, False, "failing"),
            ("/alerts", "Alerts", tally.deliveries_dead, False, "given up"),
            ("/audit", "Audit", 0, False, ""),
            ("/people", "People", 0, False, ""),
        )
        frame = Frame(
            title=self.settings.title,
            current=current,
            menu=tuple(entry for entry in menu if MENU_RIGHTS.get(entry[0], Right.READ) in rights),
            tally=tally,
            zone=moments.zone,
            drawn=moments.short(desk.now),
            last_poll=moments.short(tally.last_poll_at),
            name=desk.identity.name,
            role=desk.identity.person.role.value,
            keys=desk.identity.person.keys,
            may_rule=desk.may(Right.JUDGE),
            may_operate=desk.may(Right.OPERATE),
            may_audit=Right.AUDIT in rights,
            may_admin=desk.may(Right.ADMIN),
        )
        _MOMENTS.set(moments)
        return HTMLResponse(self._environment.get_template(template).render(frame=frame, page=page, **more))

    def fragment(self, template: str, desk: Desk, **values: object) -> HTMLResponse:
        """A part of a page, for a script to put in its place."""
        _MOMENTS.set(desk.moments)
        return HTMLResponse(self._environment.get_template(template).render(**values))

    def bare(self, template: str, code: int = 200, **values: object) -> HTMLResponse:
        """A page without the frame, for somebody who is not signed in."""
        text = self._environment.get_template(template).render(title=self.settings.title, **values)
        return HTMLResponse(text, code, HEADERS)  # also where the guard is no longer around the answer

    def refuse(self, status: int, what: str, path: str = "/", sign_in: bool = False) -> Response:
        """An answer that says what was refused and what to do: a page for people, JSON for programs."""
        if path.startswith(FOR_PROGRAMS):
            return JSONResponse({"error": what}, status, HEADERS)
        return self.bare("refusal.html", status, status=status, what=what, sign_in=sign_in)

    def base(self, request: Request) -> str:
        """The address that people open, for links that are handed on; a proxy's TLS is not seen in the request itself."""
        return str(request.base_url.replace(scheme="https") if self.settings.secure else request.base_url)

    def hit(self, number: int) -> HitView:
        """The hit of that number. Raises 404."""
        found = self.queries.hit(number) if number < SAFE_NUMBER else None
        if found is None:
            raise HTTPException(404, f"There is no hit {number}.")
        return found

    def writer(self) -> Store:
        """The store, where forms are taken. Raises 403 where the console only reads."""
        if self.store is None:
            raise HTTPException(403, "This console only reads. Use the command line to rule, retry or poll.")
        return self.store


class Routes:
    """Declares addresses, each with the right it needs; only public ones need none."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def get(self, path: str, right: Right = Right.READ, **more: Any) -> Callable[..., Any]:
        """An address to read."""
        more.setdefault("include_in_schema", False)
        return self._app.get(path, dependencies=[Depends(needs(right))], **more)

    def post(self, path: str, right: Right, **more: Any) -> Callable[..., Any]:
        """An address that changes something."""
        more.setdefault("include_in_schema", False)
        return self._app.post(path, dependencies=[Depends(needs(right))], **more)

    def public(self, path: str, method: str = "GET") -> Callable[..., Any]:
        """An address for strangers; the guard has to know it too."""
        return self._app.api_route(path, methods=[method], include_in_schema=False)


def needs(right: Right) -> Callable[[Request], None]:
    """A dependency that refuses whoever does not have the right."""

    def check(request: Request) -> None:
        identity = identity_of(request)
        if right not in identity.rights:
            role = identity.person.role.value
            raise HTTPException(403, f"Your role ({role}) may not do this. An admin can change it on the page People.")

    check.right = right  # type: ignore[attr-defined]
    return check


def _environment() -> Environment:
    """Escapes everything, knows no undefined names, reads templates from our own folder only."""
    environment = Environment(
        loader=FileSystemLoader(str(HERE.joinpath("templates"))),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    named: dict[str, Callable[..., object]] = {
        "visible": words.visible,
        "masked": mask,
        "language": words.language,
        "number": words.number,
        "counted": words.counted,
        "short": lambda at: _MOMENTS.get().short(at),
        "day": lambda at: _MOMENTS.get().day(at),
        "machine": lambda at: _MOMENTS.get().machine(at),
    }
    environment.filters.update(named)
    return environment
