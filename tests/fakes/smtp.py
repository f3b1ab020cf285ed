"""A real mail server on loopback that behaves as it is told.

async with MailServer() as server:
    server.script("b@x.org", "550 no such user")      # this recipient is refused
    server.greylist = 2                                # the first two messages get a 451 after the dot
    server.greylisting = True                          # each mail gets a 451 the first time it comes
    server.vanish = "before data" | "after dot"        # the connection is cut there
    server.late = 0.3                                  # seconds before the reply to the final dot
server.mails                                           # what was accepted: (recipient, bytes)
"""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

CERTIFICATE = Path(__file__).with_name("localhost.pem")


def server_context() -> ssl.SSLContext:
    """The server's side of TLS, with a certificate for localhost that nobody signed."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)
    return context


def client_context() -> ssl.SSLContext:
    """A client's side that trusts that certificate and nothing else."""
    return ssl.create_default_context(cafile=str(CERTIFICATE))


@dataclass
class MailServer:
    """Accepts mail unless its fields say otherwise; counts what it saw."""

    tls: str = ""  # "", "ssl" or "starttls"
    password: str = ""  # given: a login is needed
    greylist: int = 0
    greylisting: bool = False
    vanish: str = ""
    late: float = 0.0
    after_dot: str = ""  # a reply to the final dot instead of 250
    slow_to_recipient: float = 0.0  # seconds before the reply to RCPT TO
    mails: list[tuple[str, bytes]] = field(default_factory=list)
    connections: int = 0
    logins: list[str] = field(default_factory=list)
    _recipients: dict[str, str] = field(default_factory=dict)
    _seen: set[tuple[object, ...]] = field(default_factory=set)
    _open: list[SMTP] = field(default_factory=list)
    _server: asyncio.Server | None = None

    def script(self, recipient: str, reply: str) -> None:
        """Answers RCPT TO for this recipient so."""
        self._recipients[recipient] = reply

    @property
    def port(self) -> int:
        """Where it listens on 127.0.0.1."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    def url(self, *to: str, user: str = "", password: str = "", host: str = "127.0.0.1") -> str:
        """A channel URL for it."""
        mode = self.tls or "insecure"
        login = f"{user}:{password}@" if user else ""
        return f"mailto://{login}{host}:{self.port}?from=monitor@example.org&to={','.join(to)}&mode={mode}"

    async def __aenter__(self) -> MailServer:
        loop = asyncio.get_running_loop()
        context = server_context() if self.tls == "ssl" else None
        self._server = await loop.create_server(self._protocol, "127.0.0.1", 0, ssl=context)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()

    def _protocol(self) -> asyncio.BaseProtocol:
        self.connections += 1
        protocol = SMTP(
            _Handler(self),
            enable_SMTPUTF8=True,
            tls_context=server_context() if self.tls == "starttls" else None,
            require_starttls=self.tls == "starttls",
            auth_required=bool(self.password),
            auth_require_tls=False,
            authenticator=self._login if self.password else None,
            hostname="localhost",
            loop=asyncio.get_running_loop(),
        )
        self._open.append(protocol)
        return protocol

    def drop_connections(self) -> None:
        """Cuts every connection that is open."""
        for protocol in self._open:
            if protocol.transport is not None:
                protocol.transport.abort()
        self._open.clear()

    def _login(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
        given = getattr(data, "password", b"").decode()
        self.logins.append(given)
        return AuthResult(success=given == self.password, handled=False)


class _Handler:
    def __init__(self, script: MailServer) -> None:
        self._script = script

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._script.vanish == "before data":
            server.transport.abort()
            return "421 gone"
        await asyncio.sleep(self._script.slow_to_recipient)
        reply = self._script._recipients.get(address, "250 OK")
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        script = self._script
        if script.vanish == "after dot":
            server.transport.abort()
            return "421 gone"
        if script.greylist > 0:
            script.greylist -= 1
            return "451 4.7.1 greylisted, come again"
        if script.greylisting and (tuple(envelope.rcpt_tos), envelope.original_content) not in script._seen:
            script._seen.add((tuple(envelope.rcpt_tos), envelope.original_content))
            return "451 4.7.1 greylisted, come again"
        if script.after_dot:
            return script.after_dot
        assert isinstance(envelope.original_content, bytes)
        script.mails += [(recipient, envelope.original_content) for recipient in envelope.rcpt_tos]
        await asyncio.sleep(script.late)
        return f"250 2.0.0 accepted as {len(script.mails)}"
