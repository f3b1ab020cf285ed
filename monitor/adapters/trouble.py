"""trouble: what went wrong on the wire, in one phrase for tables, and what can be done?"""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Iterator

import aiohttp
from aiohttp import http_exceptions

from ..domain.source import Blame, Failed, Request
from ..pipeline.fetch import BAD_ADDRESS, CUT_OFF, HEAD_TOO_LARGE, NO_HOST, PRIVATE, REFUSED, failed
from .guard import PrivateAddress

# X509_V_ERR_…: what OpenSSL found wrong with a certificate
CERTIFICATES = {
    9: ("tls: certificate not yet valid", "check the clock of this machine"),
    10: ("tls: certificate expired", "its operator must renew it; nothing is read until then"),
    18: ("tls: certificate self-signed", "add its authority to the system's certificates if you trust it"),
    19: ("tls: certificate self-signed", "add its authority to the system's certificates if you trust it"),
    20: ("tls: unknown authority", "the server sends an incomplete chain, or its authority is not installed here"),
    21: ("tls: unknown authority", "the server sends an incomplete chain, or its authority is not installed here"),
    62: ("tls: certificate for another name", "the certificate does not name this host; look for its right name"),
    64: ("tls: certificate for another name", "the certificate does not name this address; use the host's name"),
}
OLD = "ask its operator, or write old_tls: true at the source"
HANDSHAKES = {
    "WRONG_VERSION_NUMBER": ("tls: not a tls server", "try http:// instead of https://"),
    "UNSAFE_LEGACY_RENEGOTIATION_DISABLED": ("tls: server too old", f"it only offers unsafe TLS; {OLD}"),
    "DH_KEY_TOO_SMALL": ("tls: server too old", f"it only offers weak keys; {OLD}"),
    "UNSUPPORTED_PROTOCOL": ("tls: server too old", "it only offers TLS below 1.2; ask its operator"),
}
ERRNOS = {
    errno.ECONNREFUSED: (REFUSED, "nothing listens there now", Blame.HOST),
    errno.ECONNRESET: ("connection reset", "the other side hung up; it is tried again", Blame.ADDRESS),
    errno.EPIPE: ("connection reset", "the other side hung up; it is tried again", Blame.ADDRESS),
    errno.ETIMEDOUT: ("timed out connecting", "the host does not answer", Blame.ADDRESS),
    errno.EHOSTUNREACH: ("host unreachable", "there is no way to this host from here", Blame.ADDRESS),
    errno.ENETUNREACH: ("network unreachable", "this machine has no way out; check its network", Blame.ADDRESS),
    errno.EMFILE: ("too many open files", "raise the limit of open files of the service", Blame.ADDRESS),
}


def explain(request: Request, error: BaseException) -> Failed:
    """The failure that an error of the client library stands for."""
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, PrivateAddress):
            return failed(request, PRIVATE, cause.advice())
        if isinstance(cause, ssl.SSLError) and not isinstance(cause, aiohttp.ClientError):
            return _of_tls(request, cause)
        if isinstance(cause, socket.gaierror | UnicodeError):
            return _of_names(request, cause)
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return failed(request, "timed out connecting", "the host does not answer; it is tried again")
    if any(isinstance(cause, TimeoutError) for cause in causes):
        return failed(
            request, f"timed out after {request.deadline:g} s", "no whole answer in that time; it is tried again"
        )
    for cause in causes:
        if isinstance(cause, OSError) and cause.errno in ERRNOS:
            reason, advice, blame = ERRNOS[cause.errno]
            return failed(request, reason, advice, blame=blame)
    return _of_http(request, error, causes)


def _of_tls(request: Request, error: ssl.SSLError) -> Failed:
    if isinstance(error, ssl.SSLCertVerificationError):
        reason, advice = CERTIFICATES.get(error.verify_code, ("tls: bad certificate", ""))
        return failed(request, reason, f"{error.verify_message}; {advice}".rstrip("; "))
    reason, advice = HANDSHAKES.get(error.reason or "", ("tls: handshake failed", ""))
    return failed(request, reason, f"{error.reason or error}; {advice}".rstrip("; "))


def _of_names(request: Request, error: BaseException) -> Failed:
    if isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN:
        return failed(request, "no answer from dns", "the name servers do not answer; check this machine's network")
    return failed(request, NO_HOST, "the name is not known; check its spelling in the watchlist")


def _of_http(request: Request, error: BaseException, causes: list[BaseException]) -> Failed:
    if any(isinstance(cause, http_exceptions.LineTooLong) or "Too many headers" in str(cause) for cause in causes):
        return failed(request, HEAD_TOO_LARGE, "the answer begins with more headers than are read")
    if isinstance(error, aiohttp.ClientPayloadError):
        return failed(request, CUT_OFF, "the body is not as long as announced; it is tried again")
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return failed(request, "connection reset", "the other side hung up without an answer; it is tried again")
    if isinstance(error, aiohttp.InvalidURL):
        return failed(request, BAD_ADDRESS, "the address cannot be dialled")
    if isinstance(error, aiohttp.ClientResponseError):
        return failed(request, "bad answer", f"it is not HTTP: {' '.join(error.message.split())[:160]}")
    if isinstance(error, aiohttp.ClientConnectionError):
        return failed(request, "connection failed", type(error).__name__)
    return failed(request, "failed", type(error).__name__)


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop(0)
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [one.__cause__, one.__context__]
