"""webhook: JSON to a program, with a key that makes repeats harmless and a signature that proves us.

Apprise reads the URL: `json://` or `jsons://`, `+Header=value`, `-query=value`, `:field=value`,
`method=`; ours is `secret=`. Headers of each request: `Idempotency-Key` (the message id, the same at
every attempt), `X-Signature: sha256=HMAC-SHA256(secret, body)` where there is a secret.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from types import SimpleNamespace
from urllib.parse import urlencode

import aiohttp

from ..domain.delivery import AttemptOutcome, Channel, Draft, Frozen, SendResult
from ..domain.secret import Secret
from ..pipeline import compose
from .channels import ChannelError, Gates, options_of, parsed, scrub

AT_ONCE = 8  # requests to one channel at a time
_OURS = ("content-type", "idempotency-key", "x-signature", "content-length", "host", "transfer-encoding")
_LATER = frozenset({408, 425, 429})
_GONE = frozenset({401, 403, 404, 410})


@dataclass(frozen=True, slots=True)
class Target:
    """Where and how a channel's posts go."""

    method: str
    url: Secret
    headers: Mapping[str, str] = field(repr=False)
    user: str = field(repr=False)
    password: Secret
    secret: Secret
    extras: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait: for a connection, for each piece of the answer, and for everything."""

    connect: float = 15.0
    answer: float = 60.0
    whole: float = 150.0


class Webhook:
    """The channel kind `webhook`: json:// and jsons:// URLs."""

    key = "webhook"
    schemes = ("json", "jsons")

    def __init__(self, patience: Patience | None = None) -> None:
        self._patience = patience or Patience()
        self._session: aiohttp.ClientSession | None = None
        self._gates = Gates(AT_ONCE)

    def recipients(self, url: Secret) -> tuple[str, ...]:
        """None by name: the channel itself. Raises ChannelError that says what is wrong, without the URL."""
        read(url)
        return ()

    def freeze(self, channel: Channel, draft: Draft) -> Frozen:
        """The JSON as it will leave at every attempt."""
        subject, payload = compose.webhook(draft, read(channel.url).extras)
        return Frozen(draft.id, channel.key, draft.recipient, "application/json", payload, subject)

    async def send(self, channel: Channel, frozen: Frozen) -> SendResult:
        """One request. A redirect is no delivery; an answer decides, no answer after the bytes left is unknown."""
        target = read(channel.url)
        async with self._gates.turn(channel.key):
            return await self._post(target, frozen)

    async def close(self) -> None:
        """Ends all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _post(self, target: Target, frozen: Frozen) -> SendResult:
        left = SimpleNamespace(bytes=False)
        try:
            async with self._open().request(
                target.method,
                target.url.reveal(),
                data=frozen.payload,
                headers=_headers(target, frozen),
                allow_redirects=False,
                trace_request_ctx=left,
            ) as answer:
                said = (await answer.content.read(2_000)).decode("utf-8", "replace")
                return _judged(answer, said, target)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return _failed(error, left.bytes, target)

    def _open(self) -> aiohttp.ClientSession:
        """The session, made in the running loop; each request has a connection of its own, so that a stale one
        never makes an attempt unknown."""
        if self._session is None:
            trace = aiohttp.TraceConfig()
            trace.on_request_headers_sent.append(_headers_left)
            wait = self._patience
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(force_close=True, limit=64),
                timeout=aiohttp.ClientTimeout(total=wait.whole, sock_connect=wait.connect, sock_read=wait.answer),
                trace_configs=[trace],
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


async def _headers_left(_session: object, context: SimpleNamespace, _params: object) -> None:
    context.trace_request_ctx.bytes = True


def read(url: Secret) -> Target:
    """What Apprise reads off a webhook URL. Raises ChannelError without the URL in it."""
    from apprise.plugins.custom_json import NotifyJSON

    plugin = parsed(url)
    if not isinstance(plugin, NotifyJSON):
        raise ChannelError("it is no json:// or jsons:// URL")
    if not plugin.verify_certificate:
        raise ChannelError("`verify=no` is refused: name a certificate file for this server in SSL_CERT_FILE instead")
    ours = [name for name in plugin.headers if name.lower() in _OURS]
    if ours:
        raise ChannelError(f"the header {ours[0]} is ours: take it out of the URL")
    if plugin.method not in {"POST", "PUT", "PATCH"}:
        raise ChannelError(f"the method {plugin.method} sends no body: use POST, PUT or PATCH")
    port = f":{plugin.port}" if plugin.port else ""
    host = f"[{plugin.host}]" if ":" in plugin.host else plugin.host
    address = f"{'https' if plugin.secure else 'http'}://{host}{port}{plugin.fullpath or '/'}"
    if plugin.params:
        address += "?" + urlencode(plugin.params)
    return Target(
        method=plugin.method,
        url=Secret(address),
        headers=dict(plugin.headers),
        user=plugin.user or "",
        password=Secret(plugin.password or ""),
        secret=Secret(options_of(url).get("secret", "")),
        extras=dict(plugin.payload_extras),
    )


def _headers(target: Target, frozen: Frozen) -> dict[str, str]:
    headers = {
        "User-Agent": "mention-monitor",
        **target.headers,
        "Content-Type": frozen.content_type,
        "Idempotency-Key": frozen.id,
    }
    if target.user:
        headers["Authorization"] = aiohttp.encode_basic_auth(target.user, target.password.reveal(), "utf-8")
    if target.secret.reveal():
        digest = hmac.new(target.secret.reveal().encode(), frozen.payload, hashlib.sha256).hexdigest()
        headers["X-Signature"] = f"sha256={digest}"
    return headers


def _judged(answer: aiohttp.ClientResponse, said: str, target: Target) -> SendResult:
    status = answer.status
    detail = _scrubbed(f"{status} {answer.reason or ''}: {said}" if said else f"{status} {answer.reason or ''}", target)
    if 200 <= status < 300:
        return SendResult(AttemptOutcome.DELIVERED, detail)
    if status in _LATER or status >= 500:
        return SendResult(AttemptOutcome.REFUSED, detail, retry_after=_seconds(answer.headers))
    if status in _GONE:
        return SendResult(AttemptOutcome.REJECTED, detail, broken=True)
    if 300 <= status < 400:
        where = _scrubbed(answer.headers.get("Location", "elsewhere"), target)
        return SendResult(AttemptOutcome.REJECTED, f"{status}: a redirect to {where} is not followed", broken=True)
    return SendResult(AttemptOutcome.REJECTED, detail)


def _failed(error: Exception, left: bool, target: Target) -> SendResult:
    """No answer: refused while nothing had left us, unknown after that."""
    words = "timed out" if isinstance(error, TimeoutError) else _scrubbed(str(error) or type(error).__name__, target)
    if left and not isinstance(error, aiohttp.ClientConnectorError):
        return SendResult(AttemptOutcome.UNKNOWN, f"no answer after the bytes had left: {words}")
    untrusted = isinstance(error, aiohttp.ClientConnectorCertificateError)
    return SendResult(AttemptOutcome.REFUSED, f"cannot reach the server: {words}", broken=untrusted)


def _scrubbed(text: str, target: Target) -> str:
    """The words without secrets: password, signing key, header values, and the path, which often is a token."""
    whole = target.url.reveal()
    path = "/" + whole.partition("://")[2].partition("/")[2]
    hidden = [whole, path if len(path) > 8 else "", target.password.reveal(), target.secret.reveal()]
    return scrub(text, *hidden, *target.headers.values())


def _seconds(headers: Mapping[str, str]) -> float | None:
    """Retry-After in seconds: a number, or a date told apart from the answer's own `Date`."""
    value = headers.get("Retry-After", "").strip()
    if value.isdigit():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - parsedate_to_datetime(headers["Date"])).total_seconds())
    except (ValueError, TypeError, KeyError):
        return None
