"""smtp: one mail to one recipient, and exactly how it ended.

Apprise reads the channel's URL (provider shortcuts, `from`, `to`, `mode`); the dialogue with the mail
server is our own, because its phases decide between "never left us" and "left us, no reply".
"""

from __future__ import annotations

import asyncio
import re
import smtplib
import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.headerregistry import Address
from threading import Lock

from apprise.plugins.email.base import NotifyEmail

from ..domain.delivery import AttemptOutcome, Channel, Draft, Frozen, SendResult
from ..domain.secret import Secret
from ..pipeline import compose
from .channels import ChannelError, parsed, scrub

AT_ONCE = 4  # connections to one channel's server
_DEFAULT_PORTS = {"insecure": 25, "starttls": 587, "ssl": 465}
_NAME = "mention-monitor"


@dataclass(frozen=True, slots=True)
class Server:
    """Where and how mail of a channel is handed over."""

    host: str
    port: int
    mode: str  # insecure, starttls or ssl
    user: str
    password: Secret
    sender: Address
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait: for a connection, for each reply, and for the one after the final dot (RFC 5321: 600)."""

    connect: float = 20.0
    reply: float = 120.0
    final: float = 600.0


class Mail:
    """The channel kind `mail`: mailto:// and mailtos:// URLs."""

    key = "mail"
    schemes = ("mailto", "mailtos")

    def __init__(self, patience: Patience | None = None, context: ssl.SSLContext | None = None) -> None:
        self._patience = patience or Patience()
        self._context = context or ssl.create_default_context()
        self._threads = ThreadPoolExecutor(max_workers=64, thread_name_prefix="smtp")
        self._gates: dict[str, asyncio.Semaphore] = {}

    def recipients(self, url: Secret) -> tuple[str, ...]:
        """The addresses that the URL names. Raises ChannelError that says what is wrong, without the URL."""
        return read(url).recipients

    def freeze(self, channel: Channel, draft: Draft) -> Frozen:
        """The mail as it will leave at every attempt."""
        server = read(channel.url)
        subject, payload = compose.mail(draft, server.sender, address(draft.recipient))
        return Frozen(draft.id, channel.key, draft.recipient, "message/rfc822", payload, subject)

    async def send(self, channel: Channel, frozen: Frozen) -> SendResult:
        """One attempt in a thread of its own; on cancellation its connection is cut and the attempt stays open."""
        server = read(channel.url)
        gate = self._gates.setdefault(channel.key, asyncio.Semaphore(AT_ONCE))
        async with gate:
            dialogue = _Dialogue(server, self._patience, self._context)
            running = asyncio.get_running_loop().run_in_executor(
                self._threads, dialogue.hand_over, frozen.recipient, frozen.payload
            )
            try:
                return await asyncio.shield(running)
            except asyncio.CancelledError:
                dialogue.abort()
                raise

    async def close(self) -> None:
        """Takes no more mail; threads end with their connections."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def read(url: Secret) -> Server:
    """What Apprise reads off a mail URL. Raises ChannelError without the URL in it."""
    plugin = parsed(url)
    if not isinstance(plugin, NotifyEmail):
        raise ChannelError("it is no mail URL")
    if plugin.cc or plugin.bcc:
        raise ChannelError("`cc` and `bcc` are refused: name every recipient in `to`, each gets a mail of its own")
    if not plugin.verify_certificate:
        raise ChannelError("`verify=no` is refused: name a certificate file for this server in SSL_CERT_FILE instead")
    name, sender = plugin.from_addr
    mode = str(plugin.secure_mode)
    return Server(
        host=str(plugin.smtp_host),
        port=int(plugin.port or _DEFAULT_PORTS[mode]),
        mode=mode,
        user=str(plugin.user or ""),
        password=Secret(str(plugin.password or "")),
        sender=address(str(sender), str(name or _NAME)),
        recipients=tuple(dict.fromkeys(str(target) for _, target in plugin.targets)),
    )


def address(text: str, name: str = "") -> Address:
    """A mail address for a header. Raises ChannelError when it is none."""
    user, _, domain = text.rpartition("@")
    try:
        return Address(name, user, domain.encode("idna").decode("ascii"))
    except (ValueError, IndexError) as error:
        raise ChannelError("a mail address in it cannot be used in a mail header") from error


class _Dialogue:
    """One conversation with a mail server; `hand_over` runs in a thread, `abort` may come from another."""

    def __init__(self, server: Server, patience: Patience, context: ssl.SSLContext) -> None:
        self._server = server
        self._patience = patience
        self._context = context
        self._client: smtplib.SMTP | None = None
        self._aborted = False
        self._lock = Lock()

    def hand_over(self, recipient: str, payload: bytes) -> SendResult:
        """One attempt, from the connection to the reply after the final dot."""
        try:
            client = self._connect()
        except _Ended as end:
            return self._result(end)
        except (OSError, smtplib.SMTPException, UnicodeError) as error:
            untrusted = isinstance(error, ssl.SSLCertVerificationError)
            where = f"{self._server.host}:{self._server.port}"
            return self._result(_refused(f"cannot talk to {where}: {_words(error)}", untrusted))
        try:
            self._log_in(client)
            self._envelope(client, recipient)
            return self._result(self._data(client, payload))
        except _Ended as end:
            return self._result(end)
        except (OSError, smtplib.SMTPException, UnicodeError) as error:
            return self._result(_refused(f"the server left before the message was handed over: {_words(error)}"))
        finally:
            client.close()

    def abort(self) -> None:
        """Cuts the connection, so that the thread ends at once."""
        with self._lock:
            self._aborted = True
            connection = self._client.sock if self._client else None
        if connection is not None:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                connection.close()

    def _connect(self) -> smtplib.SMTP:
        server, wait = self._server, self._patience.connect
        client: smtplib.SMTP
        if server.mode == "ssl":
            client = smtplib.SMTP_SSL(timeout=wait, context=self._context, local_hostname=_own_name())
        else:
            client = smtplib.SMTP(timeout=wait, local_hostname=_own_name())
        client._host = server.host  # type: ignore[attr-defined]  # the name that the certificate must have
        code, words = client.connect(server.host, server.port)
        with self._lock:
            self._client = client
            if self._aborted:
                client.close()
                raise _refused("stopped before anything was sent")
        _expect(code, words, "greeting")
        assert client.sock is not None
        client.sock.settimeout(self._patience.reply)
        client.ehlo_or_helo_if_needed()
        if server.mode == "starttls":
            self._encrypt(client)
        return client

    def _encrypt(self, client: smtplib.SMTP) -> None:
        if not client.has_extn("starttls"):
            raise _refused(
                "the server offers no STARTTLS: use `mode=ssl`, or `mode=insecure` on a trusted network", True
            )
        code, words = client.starttls(context=self._context)
        _expect(code, words, "STARTTLS")
        client.ehlo()

    def _log_in(self, client: smtplib.SMTP) -> None:
        if not self._server.user:
            return
        try:
            client.login(self._server.user, self._server.password.reveal())
        except smtplib.SMTPAuthenticationError as error:
            said = _said(error.smtp_code, error.smtp_error)
            raise _refused(f"the server refuses user and password: {said}", error.smtp_code >= 500) from error
        except smtplib.SMTPNotSupportedError as error:
            raise _refused("the server offers no login: take user and password out of the URL", True) from error

    def _envelope(self, client: smtplib.SMTP, recipient: str) -> None:
        sender = self._server.sender.addr_spec
        to = address(recipient).addr_spec
        options = [] if to.isascii() and sender.isascii() else ["SMTPUTF8"]
        if options:
            if not client.has_extn("smtputf8"):
                raise _Ended(AttemptOutcome.REJECTED, f"{self._server.host} takes no such address", permanent=True)
            client.command_encoding = "utf-8"
        code, words = client.mail(sender, options)
        _expect(code, words, "MAIL FROM", broken=True)
        code, words = client.rcpt(to)
        if code >= 500:
            raise _Ended(AttemptOutcome.REJECTED, f"recipient refused: {_said(code, words)}", permanent=True)
        _expect(code, words, "RCPT TO")

    def _data(self, client: smtplib.SMTP, payload: bytes) -> _Ended:
        """Hands the bytes over. The final dot leaves by itself: before it nothing can have been accepted."""
        code, words = client.docmd("DATA")
        if code != 354:
            _expect(code, words, "DATA")
            raise _refused(f"DATA: {_said(code, words)}")
        body = re.sub(rb"(?m)^\.", b"..", payload)
        assert client.sock is not None
        client.sock.sendall(body if body.endswith(b"\r\n") else body + b"\r\n")
        client.sock.settimeout(self._patience.final)
        try:
            client.sock.sendall(b".\r\n")
            code, words = client.getreply()
        except (OSError, smtplib.SMTPException) as error:
            return _Ended(AttemptOutcome.UNKNOWN, f"no reply after the final dot: {_words(error)}")
        said = _said(code, words)
        if 200 <= code < 300:
            return _Ended(AttemptOutcome.DELIVERED, said)
        if code >= 500:
            return _Ended(AttemptOutcome.REJECTED, f"message refused: {said}", permanent=True)
        return _refused(f"not now: {said}")

    def _result(self, end: _Ended) -> SendResult:
        detail = scrub(end.detail, self._server.password.reveal(), self._server.user)
        return SendResult(end.outcome, detail, permanent=end.permanent, broken=end.broken)


class _Ended(Exception):
    """The dialogue is over: how, and in which words of the server."""

    def __init__(self, outcome: AttemptOutcome, detail: str, permanent: bool = False, broken: bool = False) -> None:
        super().__init__(outcome.value)
        self.outcome, self.detail, self.permanent, self.broken = outcome, detail, permanent, broken


def _refused(detail: str, broken: bool = False) -> _Ended:
    return _Ended(AttemptOutcome.REFUSED, detail, broken=broken)


def _expect(code: int, words: bytes, step: str, broken: bool = False) -> None:
    """Raises the refusal of a step; a lasting one of a step that is about us means a broken channel."""
    if not 200 <= code < 400:
        raise _refused(f"{step}: {_said(code, words)}", broken and code >= 500)


def _said(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {text}"


def _words(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not to be trusted: {error.verify_message}"
    if isinstance(error, TimeoutError):
        return "timed out"
    if isinstance(error, socket.gaierror):
        return "the name has no address"
    return str(error.strerror or error) if isinstance(error, OSError) else str(error) or type(error).__name__


def _own_name() -> str:
    """What we call ourselves: the host's full name where it has one, else the literal that RFC 5321 allows."""
    name = socket.gethostname()
    return name if "." in name and name.isascii() else "[127.0.0.1]"
