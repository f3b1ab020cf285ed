"""app: which addresses does the console have, and what stands before them?"""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException as StarletteHTTPException

from ..adapters.clock import SystemClock
from ..ports import Clock, Evidence, People, Queries, Store
from ..turns.inbox import Inbox
from . import push
from .auth import Guard
from .routes import PUBLIC, add_all
from .serve import ConsoleServer, serve
from .site import ConsoleSettings, Site
from .workshop import Workshop

__all__ = ["ConsoleServer", "ConsoleSettings", "create_app", "serve"]


def create_app(
    queries: Queries,
    store: Store | None,
    people: People,
    settings: ConsoleSettings | None = None,
    clock: Clock | None = None,
    inbox: Inbox | None = None,
    workshop: Workshop | None = None,
    evidence: Evidence | None = None,
) -> FastAPI:
    """The console as an ASGI application. Without a store it only reads.

    `await app.state.door.link(address)` gives a one-time link that signs in one browser.
    """
    chosen = settings or ConsoleSettings()
    site = Site(queries, store, people, chosen, clock or SystemClock())
    site.workshop = workshop
    site.evidence = evidence
    app = FastAPI(title=chosen.title, openapi_url=None, docs_url=None, redoc_url=None)
    app.state.door = site.door
    app.state.end = site.arrivals.end  # before the server stops: open event streams never end by themselves
    app.add_middleware(Guard, door=site.door, hosts=chosen.hosts, public=PUBLIC, refuse=site.refuse)
    add_all(app, site)
    push.add(app, inbox, chosen.push_token, site.clock)
    _errors(app, site)
    return app


def _errors(app: FastAPI, site: Site) -> None:
    @app.exception_handler(StarletteHTTPException)
    async def told(request: Request, error: StarletteHTTPException) -> Response:
        what = {404: "There is no such page.", 405: "This address does not do that."}
        detail = str(error.detail)
        plain = what.get(error.status_code, detail) if detail in _PLAIN else detail
        return site.refuse(error.status_code, plain, request.url.path)

    @app.exception_handler(Exception)
    async def failed(request: Request, error: Exception) -> Response:
        what = "This page could not be drawn. The service goes on; its log says why."
        return site.refuse(500, what, request.url.path)


_PLAIN = frozenset({"Not Found", "Method Not Allowed"})
