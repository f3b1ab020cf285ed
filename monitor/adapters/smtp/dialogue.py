"""dialogue: how did one conversation with a mail server end?

Its phases decide: before the final dot nothing can have been accepted (`refused`), after it without a
reply nobody knows (`unknown`).
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
import time
from threading import Lock

from ...domain.delivery import AttemptOutcome, SendResult
from ..channels import scrub
from .kept import Kept
from .server import Patience, Server, address


class Dialogue:
    """One conversation with a mail server; `hand_over` runs in a thread, `abort` may come from another."""

    def __init__(self, server: Server, patience: Patience, context: ssl.SSLContext, kept: Kept) -> None:
        self._server = server
        self._patience = patience
        self._context = context
        self._kept = kept
        self._client: smtplib.SMTP | None = None
        self._until = 0.0
        self._aborted = False
        self._lock = Lock()

    def hand_over(self, recipient: str, payload: bytes) -> SendResult:
        """One attempt, from the connection to the reply after the final dot."""
        self._until = time.monotonic() + self._patience.before
        client = self._kept.take(self._server)
        if client is not None:
            try:
                self._hold(client)
                self._envelope(client, recipient)
            except (_Ended, OSError, smtplib.SMTPException):
                client.close()  # it was kept too long: nothing has left us, a new one starts over
                client = None
        try:
            if client is None:
                client = self._connect()
                self._envelope(client, recipient)
            end = self._data(client, payload)
        except _Ended as refusal:
            end = refusal
        except (OSError, smtplib.SMTPException, UnicodeError) as error:
            end = self._lost(error)
        self._leave(end)
        return self._result(end)

    def _lost(self, error: Exception) -> _Ended:
        where = f"{self._server.host}:{self._server.port}"
        untrusted = isinstance(error, ssl.SSLCertVerificationError)
        return _refused(f"{where} left or cannot be reached, nothing was handed over: {_words(error)}", untrusted)

    def _leave(self, end: _Ended) -> None:
        """Keeps the connection after a mail that was accepted, ends it otherwise."""
        with self._lock:
            client, self._client = self._client, None
        if client is None:
            return
        if end.outcome is AttemptOutcome.DELIVERED and not self._aborted:
            self._kept.give(self._server, client)
        else:
            client.close()

    def _hold(self, client: smtplib.SMTP) -> None:
        with self._lock:
            self._client = client
            if self._aborted:
                raise _refused("stopped before anything was sent")

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
        self._hold(client)
        _expect(code, words, "greeting")
        self._pace(client).setsockopt(
            socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
        )  # the final dot leaves by itself, at once
        client.ehlo_or_helo_if_needed()
        if server.mode == "starttls":
            self._encrypt(client)
        self._pace(client)
        self._log_in(client)
        return client

    def _pace(self, client: smtplib.SMTP) -> socket.socket:
        """The next step may take what is left of the time before the final dot."""
        left = self._until - time.monotonic()
        if left <= 0 or client.sock is None:
            raise _refused(f"nothing was handed over in {self._patience.before:.0f} s")
        client.sock.settimeout(min(left, self._patience.reply))
        return client.sock

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
        self._pace(client)
        code, words = client.mail(sender, options)
        _expect(code, words, "MAIL FROM", broken=True)
        self._pace(client)
        code, words = client.rcpt(to)
        if code >= 500:
            raise _Ended(AttemptOutcome.REJECTED, f"recipient refused: {_said(code, words)}", permanent=True)
        _expect(code, words, "RCPT TO")

    def _data(self, client: smtplib.SMTP, payload: bytes) -> _Ended:
        """Hands the bytes over. The final dot leaves by itself: before it nothing can have been accepted."""
        self._pace(client)
        code, words = client.docmd("DATA")
        if code != 354:
            _expect(code, words, "DATA")
            raise _refused(f"DATA: {_said(code, words)}")
        self._pace(client)
        body = re.sub(rb"(?m)^\.", b"..", payload)
        assert client.sock is not None
        client.sock.sendall(body if body.endswith(b"\r\n") else body + b"\r\n")
        client.sock.settimeout(self._patience.final)
        try:
            client.sock.sendall(b".\r\n")
            code, words = client.getreply()
        except (OSError, smtplib.SMTPException) as error:
            return _Ended(AttemptOutcome.UNKNOWN, f"no reply after the final dot: {_words(error)}")
        client.sock.settimeout(self._patience.reply)
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
