"""auth: who may see the console, and which requests are refused before any page is asked?"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable, Iterable
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..domain.secret import Secret

SESSION_LIFE = 12 * 3600.0
BODY_CAP = 16_384
QUERY_CAP = 4_096
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
Refuse = Callable[[int, str], Response]


class Door:
    """One-time links and the sessions they open; both live in memory and end with the process.

    Only hashes are kept. `monotonic` gives seconds that only grow.
    """

    def __init__(self, token: Secret | None, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._tokens: set[bytes] = set()
        self._sessions: dict[bytes, float] = {}
        if token is not None:
            self._tokens.add(_digest(token.reveal()))

    def link(self, base: str) -> str:
        """A new address that signs in one browser, once. `base` is the console's own address."""
        token = secrets.token_urlsafe(32)
        self._tokens.add(_digest(token))
        return f"{base.rstrip('/')}/sign-in?token={token}"

    def enter(self, token: str) -> str | None:
        """Uses up a token: a new session id, or None for one that is unknown or was used."""
        wanted = _digest(token)
        found = [known for known in self._tokens if hmac.compare_digest(known, wanted)]
        if not found:
            return None
        self._tokens.difference_update(found)
        session = secrets.token_urlsafe(32)
        self._sessions[_digest(session)] = self._monotonic() + SESSION_LIFE
        return session

    def knows(self, session: str | None) -> bool:
        """Whether the session is open."""
        ends = self._sessions.get(_digest(session)) if session else None
        return ends is not None and ends > self._monotonic()

    def leave(self, session: str | None) -> None:
        """Ends the session; its cookie is worth nothing from now on."""
        if session:
            self._sessions.pop(_digest(session), None)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def cookie_name(host: str) -> str:
    """Cookies do not know ports, so the name does: two consoles on one machine do not sign each other out."""
    _, _, port = host.rpartition(":")
    return f"monitor_session_{port}" if port.isdigit() else "monitor_session"


def session_of(headers: Headers) -> str | None:
    """The session id that a request shows, or None."""
    try:
        cookies = SimpleCookie(headers.get("cookie", "")[:QUERY_CAP])
    except CookieError:
        return None
    found = cookies.get(cookie_name(headers.get("host", "")))
    return found.value if found is not None else None


class Guard:
    """Stands before every route: host, method, origin, size, session. What it does not let through, no page sees.

    New routes are closed by themselves: only `public` addresses are open to a request without a session.
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
            await self._http(scope, receive, _with_headers(send, scope["path"].startswith("/static/")))
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._refusal(scope, Headers(scope=scope))
        if refusal is not None:
            await self._refuse(*refusal)(scope, receive, send)
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
        if scope["method"] == "POST" and (found := _form_refusal(headers, host)):
            return found
        if not scope["path"].startswith(self._public) and not self._door.knows(session_of(headers)):
            return 401, "You are not signed in."
        return None


def _form_refusal(headers: Headers, host: str) -> tuple[int, str] | None:
    """A form counts only if our own page sent it (A93), and only if it is small."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin", "")
    ours = site in {"same-origin", "none"} if site is not None else origin.partition("://")[2] == host
    if not ours:
        return 403, "This form came from another site, so nothing was changed."
    if headers.get("content-type", "application/x-www-form-urlencoded").partition(";")[0].strip().lower() != (
        "application/x-www-form-urlencoded"
    ):
        return 415, "Forms are sent as application/x-www-form-urlencoded."
    length = headers.get("content-length", "")
    if not length.isdecimal():
        return 411, "A form says how long it is."
    if len(length) > 9 or int(length) > BODY_CAP:
        return 413, "The form is too large."
    return None


def _name(host: str) -> str:
    """The name in a Host header, without its port."""
    name, colon, port = host.lower().rpartition(":")
    return name if colon and port.isdecimal() else host.lower()


def _with_headers(send: Send, static: bool) -> Callable[[Message], Awaitable[None]]:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
            headers["Cache-Control"] = "max-age=3600" if static else "no-store"
        await send(message)

    return wrapped
