"""guard: which requests are refused before any page is asked?"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable, Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .door import Door
from .identity import Identity

BODY_CAP = 16_384  # bytes of a form
LARGE_CAP = 1_500_000  # of one that carries a watchlist file
LARGE = ("/watchlists", "/api/watchlists")
QUERY_CAP = 4_096
COOKIE_CAP = 32_768  # no more arrives in one header
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
FOR_PROGRAMS = ("/api/", "/metrics", "/feeds/")
OWN_DOOR = ("/api/documents",)  # asks for a token of its own and has its own limits
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; frame-src 'self'"
)
FRAMED = "/alerts/preview/page"  # a mail as its reader sees it: its own styles, nothing from anywhere, in a sandbox
FRAME_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
Refuse = Callable[[int, str, str], Response]


def cookie_name(host: str) -> str:
    """Cookies do not know ports, so the name does: two consoles on one machine do not sign each other out."""
    _, _, port = host.rpartition(":")
    return f"monitor_session_{port}" if port.isdigit() else "monitor_session"


def session_of(headers: Headers) -> str | None:
    """The cookie that a request shows, or None. Cookies of other programs on this machine may be as odd as they like."""
    wanted, found = cookie_name(headers.get("host", "")), None
    for pair in headers.get("cookie", "")[:COOKIE_CAP].split(";"):
        name, _, value = pair.partition("=")
        if name.strip() == wanted:
            found = value.strip()
    return found


def identity_of(request: Request) -> Identity:
    """Who sent a request that the guard let through to a page that is not public."""
    found: Identity = request.scope["identity"]
    return found


class Guard:
    """Stands before every route: host, method, origin, size, session. What it does not let through, no page sees.

    New routes are closed by themselves: only `public` addresses are open to a request without a session or key.
    """

    def __init__(self, app: ASGIApp, door: Door, hosts: Iterable[str], public: tuple[str, ...], refuse: Refuse) -> None:
        self._app = app
        self._door = door
        self._hosts = frozenset(host.lower() for host in hosts)
        self._public = public
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, _with_headers(send, scope["path"]))
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers, path = Headers(scope=scope), scope["path"]
        refusal = self._refusal(scope, headers)
        if refusal is None and not path.startswith(OWN_DOOR):
            scope["identity"] = await self._identify(path, headers)
            if scope["identity"] is None and not path.startswith(self._public):
                refusal = 401, "You are not signed in."
            elif scope["method"] == "POST":
                refusal = (None if _by_key(path, headers) else _form_refusal(path, headers)) or _size_refusal(
                    path, headers
                )
        if refusal is not None:
            await self._refuse(*refusal, path)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _refusal(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        host = headers.get("host", "")
        if len(headers.getlist("host")) != 1 or _name(host) not in self._hosts:
            return 400, "This console answers only under its own name. Open it by the address the service printed."
        if scope["method"] not in {"GET", "HEAD", "POST"}:
            return 405, "Only reading (GET) and forms (POST) are understood here."
        if len(scope.get("query_string", b"")) > QUERY_CAP:
            return 414, "The address is too long. Shorten the search."
        return None

    async def _identify(self, path: str, headers: Headers) -> Identity | None:
        if _by_key(path, headers):
            key = _key(headers["authorization"])
            found = await asyncio.to_thread(self._door.by_key, key)
            if found is not None:
                await self._door.used(key)
            return found
        cookie = session_of(headers)
        return await asyncio.to_thread(self._door.by_cookie, cookie) if cookie else None


def _by_key(path: str, headers: Headers) -> bool:
    """Whether a program shows a key: only where programs ask, and never beside a browser's own credentials."""
    return path.startswith(FOR_PROGRAMS) and headers.get("authorization", "").lower().startswith(("bearer ", "basic "))


def _key(authorization: str) -> str:
    """The key of a Bearer header, or the password of a Basic one: feed readers know only that."""
    scheme, _, value = authorization[:600].partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    try:
        return base64.b64decode(value, validate=True).decode("utf-8").partition(":")[2]
    except ValueError:
        return ""


def _form_refusal(path: str, headers: Headers) -> tuple[int, str] | None:
    """A form counts only if our own page sent it (A93), and only if it is small."""
    site, origin, host = headers.get("sec-fetch-site"), headers.get("origin", ""), headers.get("host", "")
    ours = site in {"same-origin", "none"} if site is not None else origin.partition("://")[2] == host
    if not ours:
        return 403, "This form came from another site, so nothing was changed."
    expected = {FORM, JSON} if path.startswith("/api/") else {FORM}
    if headers.get("content-type", FORM).partition(";")[0].strip().lower() not in expected:
        return 415, "Forms are sent as application/x-www-form-urlencoded."
    return None


def cap_of(path: str) -> int:
    """How many bytes a form sent to this address may have."""
    return LARGE_CAP if path.startswith(LARGE) else BODY_CAP


def _size_refusal(path: str, headers: Headers) -> tuple[int, str] | None:
    length = headers.get("content-length", "")
    if not length.isdecimal():
        return 411, "A form says how long it is."
    if len(length) > 9 or int(length) > cap_of(path):
        return 413, "The form is too large."
    return None


def _name(host: str) -> str:
    """The name in a Host header, without its port."""
    name, colon, port = host.lower().rpartition(":")
    return name if colon and port.isdecimal() else host.lower()


def _with_headers(send: Send, path: str) -> Callable[[Message], Awaitable[None]]:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
            if path == FRAMED:
                headers["Content-Security-Policy"] = FRAME_POLICY
            headers["Cache-Control"] = "max-age=3600" if path.startswith("/static/") else "no-store"
        await send(message)

    return wrapped
