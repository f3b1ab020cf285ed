"""push: `POST /api/documents`: may this program hand us a document, and what became of it?

The token is the only key: no cookie, no session. A document comes as JSON, as a file that is the body, or as a form with a file.
The answer comes after the commit, so a sender that gets none may send the same again: it is stored once.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import AsyncGenerator
from dataclasses import asdict, replace
from hashlib import sha256

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from ..domain.errors import ReadError, StoreError
from ..domain.secret import Secret
from ..pipeline.fetch import content_type_of
from ..ports import Clock
from ..turns.inbox import JSON, Inbox, Sent, UnknownSender

PATH = "/api/documents"
CAP = 10_000_000  # bytes of one document; the reading child takes no more
BURST, A_SECOND = 100.0, 5.0  # documents at once, and how many a second in the long run
AT_ONCE = 4  # that are read and stored at the same time; others wait
_FIELD = 65_536  # bytes of a form's field
_NAMES = ("source", "url", "title", "published")


class Refused(Exception):
    """The request is answered with this status and why."""

    def __init__(self, status: int, why: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(why)
        self.status, self.why, self.headers = status, why, headers


class Allowance:
    """So many at once, so many a second in the long run."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._left = BURST
        self._at = clock.monotonic()

    def take(self) -> float:
        """Takes one and gives 0, or the seconds until there is one."""
        now = self._clock.monotonic()
        self._left = min(BURST, self._left + (now - self._at) * A_SECOND)
        self._at = now
        if self._left < 1:
            return (1 - self._left) / A_SECOND
        self._left -= 1
        return 0.0


def add(app: FastAPI, inbox: Inbox | None, token: Secret | None, clock: Clock) -> None:
    """Declares the address. Without an inbox or a token it says that it is closed."""
    allowance, gate = Allowance(clock), asyncio.Semaphore(AT_ONCE)

    @app.post(PATH)
    async def documents(request: Request) -> Response:
        try:
            taker = _let_in(request.headers, inbox, token)
            wait = allowance.take()
            if wait:
                raise Refused(429, "too many documents; send the rest later", {"Retry-After": f"{int(wait) + 1}"})
            sent = await _sent(request)
            async with gate:
                return await _taken(taker, sent)
        except Refused as refused:
            return JSONResponse({"error": refused.why}, refused.status, refused.headers)


def _let_in(headers: Headers, inbox: Inbox | None, token: Secret | None) -> Inbox:
    if inbox is None or token is None or not token.reveal():
        raise Refused(503, "no documents are taken: set MONITOR_PUSH_TOKEN_FILE to a file with a token of your own")
    scheme, _, shown = headers.get("authorization", "")[:4_096].partition(" ")
    same = hmac.compare_digest(_digest(shown.strip()), _digest(token.reveal()))
    if scheme.lower() != "bearer" or not same:
        raise Refused(401, "send the token: Authorization: Bearer …", {"WWW-Authenticate": "Bearer"})
    return inbox


def _digest(text: str) -> bytes:
    return sha256(text.encode("utf-8", "surrogatepass")).digest()


async def _taken(inbox: Inbox, sent: Sent) -> Response:
    try:
        receipt = await inbox.take(sent)
    except UnknownSender as error:
        raise Refused(404, str(error)) from error
    except ReadError as error:
        raise Refused(422, f"the document cannot be read: {error}") from error
    except StoreError as error:
        raise Refused(503, "it could not be stored now; send it again", {"Retry-After": "60"}) from error
    return JSONResponse(asdict(receipt), 202)


async def _sent(request: Request) -> Sent:
    """The document of a request. Raises Refused."""
    media, charset = content_type_of(request.headers.get("content-type", ""))
    asked = {name: request.query_params.get(name, "")[:4_096].replace("\x00", "") for name in _NAMES}
    body = await _body(request)
    if not body:
        raise Refused(400, 'the request has no body; send JSON such as {"url", "title", "text"}, or a file')
    if media == "multipart/form-data":
        sent = await _of_form(request.headers, body, asked)
    elif media == "application/x-www-form-urlencoded" and not body.lstrip().startswith(b"{"):  # what curl calls JSON
        raise Refused(415, "send JSON, a file with its content type, or multipart/form-data with a file")
    else:
        is_json = media in ("", JSON, "application/x-www-form-urlencoded") or media.endswith("+json")
        kind = JSON if is_json else media
        sent = Sent(body, kind, charset, **asked)
    if sent.url and not sent.url.startswith(("http://", "https://")):
        raise Refused(422, "url is no http or https address")
    return sent


async def _body(request: Request) -> bytes:
    length = request.headers.get("content-length", "")
    if length.isdecimal() and (len(length) > 12 or int(length) > CAP):
        raise Refused(413, f"a document has at most {CAP:,} bytes")
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > CAP:
            raise Refused(413, f"a document has at most {CAP:,} bytes")
    return bytes(body)


async def _of_form(headers: Headers, body: bytes, asked: dict[str, str]) -> Sent:
    async def pieces() -> AsyncGenerator[bytes, None]:
        yield body

    try:
        form = await MultiPartParser(headers, pieces(), max_files=1, max_fields=20, max_part_size=_FIELD).parse()
    except (MultiPartException, KeyError, ValueError) as error:
        raise Refused(400, "the form cannot be read") from error
    try:
        given = {name: value[:4_096] for name in _NAMES if isinstance(value := form.get(name), str) and value}
        file = next((one for one in form.values() if isinstance(one, UploadFile)), None)
        if file is None:
            raise Refused(400, "the form has no file")
        media, charset = content_type_of(file.content_type or "")
        sent = Sent(await file.read(), media, charset, **{**asked, **given})
        return sent if sent.title else replace(sent, title=(file.filename or "")[:300])
    finally:
        await form.close()
