"""app: which addresses does the console have, and what stands between them and the store?"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from importlib.resources import files
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.exceptions import HTTPException as StarletteHTTPException

from ..adapters.clock import SystemClock
from ..domain.hit import HitView
from ..domain.query import Tally
from ..domain.ruling import Ruling, RulingKind
from ..domain.secret import Secret
from ..pipeline.mask import mask
from ..ports import Clock, Queries, Store
from . import words
from .auth import BODY_CAP, HEADERS, Door, Guard, cookie_name, session_of
from .pages.alerts import alerts
from .pages.audit import audit
from .pages.desk import SAFE_NUMBER, Desk, whole_number
from .pages.hit import hit_page, text_page
from .pages.hits import hits
from .pages.sources import sources
from .pages.today import today
from .serve import ConsoleServer, serve

__all__ = ["ConsoleServer", "ConsoleSettings", "create_app", "serve"]

RULINGS = {"right": RulingKind.RIGHT, "wrong": RulingKind.WRONG, "restored": RulingKind.RESTORED}
TYPES = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
HERE = files(__package__)
_MOMENTS: ContextVar[words.Moments] = ContextVar("moments")  # the reader's zone, for the filters of one page


@dataclass(frozen=True, slots=True)
class ConsoleSettings:
    """How the console presents itself. `hosts` are the names it answers to (any port), `token` the first
    one-time link's secret (more links come from `app.state.door.link(address)`), `actor` who rulings are by."""

    token: Secret | None = None
    title: str = "mention-monitor"
    zone: str = "UTC"
    read_only: bool = False
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
    actor: str = "console"


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
    may_rule: bool


class Console:
    """The pages over one store: draws them and takes their forms."""

    def __init__(self, queries: Queries, store: Store | None, settings: ConsoleSettings, clock: Clock) -> None:
        self.queries = queries
        self.store = None if settings.read_only else store
        self.settings = settings
        self.clock = clock
        self.door = Door(settings.token, clock.monotonic)
        self._environment = _environment()

    def desk(self) -> Desk:
        """One request's tools: the moment is the same for all of a page."""
        now = self.clock.now()
        return Desk(self.queries, now, words.Moments(self.settings.zone, now), self.store is not None)

    def draw(self, template: str, current: str, desk: Desk, page: object, **more: object) -> HTMLResponse:
        """A page inside its frame."""
        tally = self.queries.tally()
        menu = (
            ("/", "Today", 0, False, ""),
            ("/hits", "Hits", tally.reviews, True, "to review"),
            ("/sources", "Sources", tally.sources_failing, False, "failing"),
            ("/alerts", "Alerts", tally.deliveries_dead, False, "given up"),
            ("/audit", "Audit", 0, False, ""),
        )
        moments = desk.moments
        frame = Frame(
            title=self.settings.title,
            current=current,
            menu=menu,
            tally=tally,
            zone=moments.zone,
            drawn=moments.short(desk.now),
            last_poll=moments.short(tally.last_poll_at),
            may_rule=desk.may_rule,
        )
        _MOMENTS.set(moments)
        return HTMLResponse(self._environment.get_template(template).render(frame=frame, page=page, **more))

    def refuse(self, status: int, what: str, sign_in: bool = False) -> HTMLResponse:
        """A page that says what was refused and what to do."""
        text = self._environment.get_template("refusal.html").render(
            status=status, what=what, title=self.settings.title, sign_in=sign_in
        )
        return HTMLResponse(text, status, HEADERS)  # also where the guard is no longer around the answer

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


def create_app(
    queries: Queries, store: Store | None, settings: ConsoleSettings | None = None, clock: Clock | None = None
) -> FastAPI:
    """The console as an ASGI application. Without a store it only reads.

    `app.state.door.link(address)` gives a one-time link that signs in one browser.
    """
    chosen = settings or ConsoleSettings()
    console = Console(queries, store, chosen, clock or SystemClock())
    app = FastAPI(title=chosen.title, openapi_url=None, docs_url=None, redoc_url=None)
    app.state.door = console.door
    app.add_middleware(
        Guard,
        door=console.door,
        hosts=chosen.hosts,
        public=("/sign-in", "/static/"),
        refuse=console.refuse,
    )
    _reading(app, console)
    _writing(app, console)
    _sessions(app, console)
    _files(app)
    _errors(app, console)
    return app


def _reading(app: FastAPI, console: Console) -> None:
    """The pages. Plain functions: the framework runs them in threads, the store's readers are safe there."""

    @app.get("/")
    def today_page() -> Response:
        desk = console.desk()
        return console.draw("today.html", "/", desk, today(desk))

    @app.get("/hits")
    def hits_page(request: Request) -> Response:
        desk = console.desk()
        return console.draw("hits.html", "/hits", desk, hits(desk, request.query_params))

    @app.get("/hits/{number:int}")
    def one_hit(number: int, request: Request) -> Response:
        desk, ruled = console.desk(), request.query_params.get("ruled", "")
        page = hit_page(desk, console.hit(number))
        return console.draw("hit.html", "/hits", desk, page, ruled=ruled if ruled in RULINGS else "")

    @app.get("/hits/{number:int}/text")
    def whole_text(number: int) -> Response:
        desk = console.desk()
        return console.draw("text.html", "/hits", desk, text_page(desk, console.hit(number)))

    @app.get("/sources")
    def sources_page(request: Request) -> Response:
        desk = console.desk()
        return console.draw("sources.html", "/sources", desk, sources(desk), polled="polled" in request.query_params)

    @app.get("/alerts")
    def alerts_page(request: Request) -> Response:
        desk, asked = console.desk(), request.query_params
        return console.draw("alerts.html", "/alerts", desk, alerts(desk, asked), retried="retried" in asked)

    @app.get("/audit")
    def audit_page(request: Request) -> Response:
        desk = console.desk()
        return console.draw("audit.html", "/audit", desk, audit(desk, request.query_params))

    @app.get("/audit/verify")
    def verified_page() -> Response:
        desk = console.desk()
        return console.draw("audit.html", "/audit", desk, audit(desk, {}, verify=True))


Form = dict[str, str]


async def read_form(request: Request) -> Form:
    """The fields of a small form, the first value of each. Raises 413 or 400."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_CAP:
            raise HTTPException(413, "The form is too large.")
    try:
        fields = parse_qs(body.decode("ascii"), max_num_fields=20, keep_blank_values=True)
    except ValueError as error:
        raise HTTPException(400, "The form cannot be read.") from error
    return {name: values[0] for name, values in fields.items()}


def _writing(app: FastAPI, console: Console) -> None:
    """The forms. Each ends in a redirect, so that a reload repeats nothing."""

    @app.post("/hits/{number:int}/ruling")
    async def rule(number: int, form: Annotated[Form, Depends(read_form)]) -> Response:
        store = console.writer()
        kind = RULINGS.get(form.get("kind", ""))
        if kind is None:
            raise HTTPException(400, "A ruling is right, wrong or restored.")
        hit = console.hit(number)
        why = form.get("why", "").replace("\0", "")[:500]
        await store.rule(Ruling(kind=kind, actor=console.settings.actor, at=console.clock.now(), why=why, hit=hit.id))
        return RedirectResponse(f"/hits/{hit.id}?ruled={kind.value}", 303)

    @app.post("/sources/poll")
    async def poll(form: Annotated[Form, Depends(read_form)]) -> Response:
        key = form.get("source", "")
        if "\0" in key or not await console.writer().poll_now(key, console.clock.now()):
            raise HTTPException(404, "There is no source of that name.")
        return RedirectResponse("/sources?polled=1", 303)

    @app.post("/alerts/retry")
    async def retry(form: Annotated[Form, Depends(read_form)]) -> Response:
        number = whole_number(form.get("delivery"), 0, least=0, most=SAFE_NUMBER)
        if not await console.writer().retry([number], console.clock.now()):
            raise HTTPException(404, "There is no delivery of that number that was given up.")
        return RedirectResponse("/alerts?retried=1", 303)


def _sessions(app: FastAPI, console: Console) -> None:
    @app.get("/sign-in")
    def sign_in(request: Request) -> Response:
        session = console.door.enter(request.query_params.get("token", ""))
        if session is None:
            return console.refuse(403, "This link was used already, or it is not one of ours", sign_in=True)
        answer = RedirectResponse("/", 303)
        name = cookie_name(request.headers.get("host", ""))
        answer.set_cookie(name, session, httponly=True, samesite="lax", secure=request.url.scheme == "https")
        return answer

    @app.post("/sign-out")
    async def sign_out(request: Request) -> Response:
        console.door.leave(session_of(request.headers))
        answer = console.refuse(401, "You are signed out.")
        answer.delete_cookie(cookie_name(request.headers.get("host", "")))
        return answer


def _files(app: FastAPI) -> None:
    """A closed set of files, read once: no path of a request ever names one on the disk."""
    found = {
        entry.name: (entry.read_bytes(), TYPES[entry.name[entry.name.rindex(".") :]])
        for entry in HERE.joinpath("static").iterdir()
        if entry.name.endswith(tuple(TYPES))
    }

    @app.get("/static/{name}")
    def static(name: str) -> Response:
        if name not in found:
            raise HTTPException(404, "There is no such file.")
        body, content_type = found[name]
        return Response(body, media_type=content_type)


def _errors(app: FastAPI, console: Console) -> None:
    @app.exception_handler(StarletteHTTPException)
    async def told(request: Request, error: StarletteHTTPException) -> Response:
        what = {404: "There is no such page.", 405: "This address does not do that."}
        detail = str(error.detail)
        return console.refuse(error.status_code, what.get(error.status_code, detail) if detail in _PLAIN else detail)

    @app.exception_handler(Exception)
    async def failed(request: Request, error: Exception) -> Response:
        return console.refuse(500, "This page could not be drawn. The service goes on; its log says why.")


_PLAIN = frozenset({"Not Found", "Method Not Allowed"})


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
