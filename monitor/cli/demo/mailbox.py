"""mailbox: where do the demo's alerts arrive, so that everybody can see them?"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope, Session

CAP = 10_000_000


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as it arrived: what the envelope said, and the parts people read."""

    sender: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    html: str
    message_id: str
    raw: bytes


class Mailbox:
    """An SMTP server on a free loopback port that keeps every mail and tells `on_mail` of it."""

    def __init__(self, on_mail: Callable[[Mail], None] = lambda mail: None) -> None:
        self.mails: list[Mail] = []
        self._on_mail = on_mail
        self._server: asyncio.Server | None = None

    async def start(self) -> str:
        """Listens, in the running loop; returns the channel address (an Apprise URL) that leads here."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._connection, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        return f"mailto://127.0.0.1:{port}?from=monitor@demo.example&to=analysts@demo.example&mode=insecure"

    async def stop(self) -> None:
        """Closes the door; mails that arrived stay in `mails`."""
        if self._server is not None:
            self._server.close()
            self._server = None

    def _connection(self) -> SMTP:
        return SMTP(
            self, data_size_limit=CAP, enable_SMTPUTF8=True, hostname="demo.example", loop=asyncio.get_running_loop()
        )

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keeps the mail; called by aiosmtpd under this name."""
        mail = read_mail(envelope.mail_from or "", tuple(envelope.rcpt_tos), envelope.original_content or b"")
        self.mails.append(mail)
        self._on_mail(mail)
        return "250 2.0.0 kept"


def read_mail(sender: str, recipients: tuple[str, ...], raw: bytes) -> Mail:
    """Takes a mail apart: subject, plain and HTML text; a part that is absent is empty."""
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return Mail(
        sender=sender,
        recipients=recipients,
        subject=str(message["Subject"] or ""),
        text=_part(message, "plain"),
        html=_part(message, "html"),
        message_id=str(message["Message-ID"] or ""),
        raw=raw,
    )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part is not None else ""


@dataclass(frozen=True, slots=True)
class Post:
    """One webhook call: its headers in lower case and its JSON (None if it was none)."""

    headers: dict[str, str]
    body: object
    raw: bytes


class WebhookReceiver:
    """An HTTP server on a free loopback port that keeps every post and tells `on_post` of it."""

    def __init__(self, on_post: Callable[[Post], None] = lambda post: None) -> None:
        self.posts: list[Post] = []
        self._on_post = on_post
        self._runner: web.AppRunner | None = None

    async def start(self) -> str:
        """Listens; returns the channel address (an Apprise URL) that leads here."""
        app = web.Application(client_max_size=CAP)
        app.router.add_post("/{path:.*}", self._receive)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return f"json://127.0.0.1:{self._runner.addresses[0][1]}/alerts"

    async def stop(self) -> None:
        """Closes the door; posts that arrived stay in `posts`."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _receive(self, request: web.Request) -> web.Response:
        raw = await request.read()
        post = Post({name.lower(): value for name, value in request.headers.items()}, _json(raw), raw)
        self.posts.append(post)
        self._on_post(post)
        return web.Response(status=204)


def _json(raw: bytes) -> object:
    try:
        return json.loads(raw)
    except ValueError:
        return None
