"""fetch: what does this answer mean: a new body, nothing new, or a failure, and whose?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import quote, urljoin, urlsplit

from yarl import URL

from ..domain.source import Blame, Bytes, Failed, Fetched, Request, Unchanged, Validators

MAX_HOPS = 5  # redirects after the first request
MAX_URL = 8192  # characters
RETRY_LEAST, RETRY_MOST = 60.0, 86_400.0  # seconds; whatever Retry-After says (catalogue A31)
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})
BODIES = frozenset({200, 201, 203})

BAD_ADDRESS = "bad address"
PRIVATE = "private address"
REFUSED = "connection refused"
NO_HOST = "no such host"
TOO_LARGE = "too large"
CUT_OFF = "cut off"
NO_SPACE = "no disk space for the body"
CODING = "unasked coding"
HEAD_TOO_LARGE = "headers too large"
LYING_304 = "304 unasked"
LOOP = "redirect loop"
TOO_MANY_HOPS = "too many redirects"
ASKED_TO_WAIT = "host asked to wait"
ROBOTS_DISALLOWED = "robots: disallowed"
ROBOTS_UNAVAILABLE = "robots: unavailable"

PHRASES = {
    202: "nothing there yet",
    204: "empty",
    206: "only a part",
    400: "bad request",
    401: "login wanted",
    402: "payment wanted",
    403: "forbidden",
    404: "not found",
    406: "not acceptable",
    407: "proxy login wanted",
    410: "gone",
    429: "too many requests",
    451: "blocked by law",
    500: "server error",
    502: "bad gateway",
    503: "unavailable",
    504: "gateway timeout",
}
ADVICE = {
    401: "the address wants a login, and only what everybody can read is watched; look for a public one",
    403: "the server does not serve this to us; look at it in a browser, and ask its operator if it must be read",
    404: "look for the new address in a browser and correct the watchlist",
    410: "the server says it is gone for good; remove it from the watchlist or correct the address",
    429: "the host is asked too often; a longer `every` or `pace` for its sources helps",
}

CONTROL = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\\]")
NUMBERED = re.compile(r"(?:^|\.)(?:\d+|0[xX][0-9a-fA-F]*)\.?$")
LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
PLAIN_AUTHORITY = re.compile(r"[A-Za-z0-9.-]+(?::[1-9][0-9]{0,4})?")
HOST_NAME = re.compile(rf"(?=.{{1,253}}\.?\Z){LABEL}(?:\.{LABEL})*\.?\Z")
TEXT_HEADER = re.compile(r"[\x20-\x7e]{1,1024}")


class BadAddress(ValueError):
    """The address is refused before anything is looked up; the text says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address that may be tried: `url` without credentials and fragment, `host` as "name:port"."""

    url: URL
    text: str
    host: str
    origin: str  # "https://name:port"
    user: str | None = None
    password: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back at the end of the redirects. `headers` ignore case; `moved_to` is permanent only."""

    target: Target
    status: int
    headers: Mapping[str, str]
    conditional: bool
    moved_to: str | None = None


@lru_cache(maxsize=4096)
def parse_address(address: str) -> Target:
    """As `read_address`, remembered: for addresses that are fetched."""
    return read_address(address)


def read_address(address: str) -> Target:
    """The target that an address names. Raises BadAddress, before anything is looked up.

    Whatever two readers of URLs could understand differently is refused: blanks, backslashes, number
    forms of IPv4, an `@` right behind the host (catalogue A08, A12 to A15, A20).
    """
    if len(address) > MAX_URL:
        raise BadAddress(f"longer than {MAX_URL} characters")
    if found := CONTROL.search(address):
        raise BadAddress(f"has a {_name_of(found.group())} at position {found.start() + 1}; write it as %XX")
    scheme, colon, rest = address.partition(":")
    if not colon or scheme.lower() not in ("http", "https"):
        raise BadAddress("only http:// and https:// addresses are read")
    if not rest.startswith("//"):
        raise BadAddress("has no // after the scheme")
    authority = re.split(r"[/?#]", rest[2:], maxsplit=1)[0]
    tail = rest[2 + len(authority) :]
    if authority.count("@") > 1 or (tail[:1] in ("?", "#") and "@" in tail):
        raise BadAddress("has an @ that makes its host ambiguous")
    try:
        url = URL(address)
        host, port = url.raw_host, url.port
        user, password = url.user, url.password
    except (ValueError, IndexError) as error:  # yarl indexes past the end of "http://[]@"
        raise BadAddress(f"cannot be parsed ({error})") from error
    if not host or not port:
        raise BadAddress("has no host, or port 0")
    _check_host(host)
    if not PLAIN_AUTHORITY.fullmatch(authority):
        _check_other_reading(address, host, port)
    name = f"[{host}]" if ":" in host else host.rstrip(".")
    bare = url.with_fragment(None) if "#" in tail else url
    if user is not None or password is not None:
        bare = bare.with_user(None)
    return Target(bare, str(bare), f"{name}:{port}", f"{url.scheme}://{name}:{port}", user, password)


def host_of(address: str) -> str:
    """The host an address belongs to, as "name:port" in punycode; "" for one that cannot be dialled."""
    try:
        return read_address(address).host
    except BadAddress:
        return ""


def place_of(kind: str, address: str) -> str:
    """The host that a source waits for: that of its address; what is not fetched stands at a place of its own."""
    return kind if kind in ("folder", "push") else host_of(address)


def without_credentials(address: str) -> str:
    """The address as it may be shown and stored: user and password taken out."""
    scheme, separator, rest = address.partition("://")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if "@" not in authority:
        return address
    return f"{scheme}{separator}{authority.rpartition('@')[2]}{rest[len(authority) :]}"


def next_hop(target: Target, location: str | None) -> Target:
    """Where a redirect leads; credentials go along only to the same origin. Raises BadAddress."""
    location = (location or "").strip()
    if not location:
        raise BadAddress("a redirect without an address")
    if not location.isascii() and any("\udc80" <= sign <= "\udcff" for sign in location):
        location = quote(location.encode("utf-8", "surrogateescape"), safe="%/:=&?~#+!$,;'@()*[]")
    location = location.replace(" ", "%20")
    if CONTROL.search(location):
        raise BadAddress("a redirect to an address with control characters")
    try:
        found = parse_address(urljoin(target.text, location))
    except BadAddress:
        raise
    except ValueError as error:
        raise BadAddress(f"a redirect that cannot be parsed ({error})") from error
    same = found.origin == target.origin
    return Target(
        found.url,
        found.text,
        found.host,
        found.origin,
        target.user if same else None,
        target.password if same else None,
    )


def is_conditional(validators: Validators) -> bool:
    """Whether a request with these may be answered 304."""
    return bool(_header(validators.etag) or _header(validators.last_modified))


def request_headers(request: Request) -> dict[str, str]:
    """The headers of one request besides those that never change. Damaged validators are left out."""
    headers = {"Accept": request.accept}
    if etag := _header(request.validators.etag):
        headers["If-None-Match"] = etag
    if since := _header(request.validators.last_modified):
        headers["If-Modified-Since"] = since
    return headers


def judge_head(request: Request, reply: Reply, now: datetime) -> Unchanged | Failed | None:
    """What status and headers alone decide; None when the body is wanted."""
    status, headers = reply.status, reply.headers
    if status == 304:
        if not reply.conditional:
            return failed(
                request,
                LYING_304,
                "the server says `unchanged` though nothing was asked for; it will be asked again",
                304,
            )
        old = request.validators
        return Unchanged(
            reply.target.text,
            Validators(
                _header(headers.get("ETag")) or old.etag,
                _header(headers.get("Last-Modified")) or old.last_modified,
                old.body_hash,
            ),
        )
    if status not in BODIES:
        return _judge_refusal(request, reply, now)
    codings = [coding for coding in _list(headers.get("Content-Encoding")) if coding != "identity"]
    if codings not in ([], ["gzip"], ["x-gzip"]):
        return failed(request, CODING, f"answered in {', '.join(codings)[:80]}; only one gzip was asked for", status)
    return None


def judge_length(request: Request, reply: Reply) -> Failed | None:
    """A body that is announced larger than its cap need not be begun."""
    length = reply.headers.get("Content-Length", "")[:20]
    if length.isdecimal() and int(length) > request.cap:
        return too_large(request, f"{int(length):,} bytes announced")
    return None


def judge_body(request: Request, reply: Reply, body: Bytes, body_hash: str) -> Fetched | Unchanged:
    """A whole body against that of last time: the same bytes are nothing new (fault F44)."""
    headers = reply.headers
    etag, since = _header(headers.get("ETag")), _header(headers.get("Last-Modified"))
    if body_hash == request.validators.body_hash:
        return Unchanged(reply.target.text, Validators(etag, since, body_hash))
    content_type, charset = content_type_of(headers.get("Content-Type", ""))
    return Fetched(reply.target.text, body, body_hash, content_type, charset, etag, since, reply.moved_to, reply.status)


def content_type_of(header: str) -> tuple[str, str | None]:
    """Type and charset of a Content-Type header, both in lower case; ("", None) for none."""
    kind, *parameters = header.split(";")
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return kind.strip().lower(), value.strip().strip("\"'").lower() or None
    return kind.strip().lower(), None


def retry_after(header: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After asks for, between a minute and a day; None when it says nothing."""
    text = (header or "").strip()
    if not text:
        return None
    if re.fullmatch(r"[+-]?\d+(?:\.\d*)?", text):
        wanted = RETRY_MOST if len(text) > 12 and not text.startswith("-") else float(text[:12])
    else:
        try:
            date = parsedate_to_datetime(text)
        except (ValueError, TypeError, OverflowError, IndexError):
            return None
        if date.tzinfo is None:
            date = date.replace(tzinfo=UTC)
        wanted = (date - now).total_seconds()
    return min(max(wanted, RETRY_LEAST), RETRY_MOST)


def failed(
    request: Request,
    reason: str,
    detail: str = "",
    status: int | None = None,
    *,
    blame: Blame = Blame.ADDRESS,
    after: float | None = None,
) -> Failed:
    """A failure of this request, told without its credentials."""
    gone = status in (404, 410)
    return Failed(without_credentials(request.url), reason, detail, status, blame, gone, after)


def too_large(request: Request, detail: str) -> Failed:
    """The body went over the cap: it was not kept and nobody parses a part of it."""
    return failed(request, TOO_LARGE, f"{detail}; at most {request.cap:,} bytes are read")


def _judge_refusal(request: Request, reply: Reply, now: datetime) -> Failed:
    status = reply.status
    blame = Blame.HOST if status in (429, 503) else Blame.ADDRESS
    phrase = PHRASES.get(status) or ("server error" if status >= 500 else "")
    after = retry_after(reply.headers.get("Retry-After"), now)
    return failed(request, f"http {status} {phrase}".rstrip(), ADVICE.get(status, ""), status, blame=blame, after=after)


def _check_host(host: str) -> None:
    if ":" in host:
        if "%" in host:
            raise BadAddress("an address with a zone belongs to one machine only")
    elif NUMBERED.search(host):
        try:
            IPv4Address(host)
        except AddressValueError as error:
            raise BadAddress(f"{host} is no usual form of an IPv4 address") from error
    elif not HOST_NAME.match(host):
        raise BadAddress(f"{host[:80]} is no host name")


def _check_other_reading(address: str, host: str, port: int) -> None:
    # a second parser must see the same host: whoever checks and whoever dials may not differ (A12)
    try:
        split = urlsplit(address)
        plain, other_port = split.hostname or "", split.port or (443 if split.scheme == "https" else 80)
        if ":" in host:
            plain = str(IPv6Address(plain))
    except ValueError as error:
        raise BadAddress(f"cannot be parsed ({error})") from error
    if other_port != port or (plain.isascii() and plain != host):
        raise BadAddress("has a host or port that can be read in two ways")
    if not plain.isascii() and NUMBERED.search(host):
        raise BadAddress(f"{host} is written in look-alike digits")


def _header(value: str | None) -> str | None:
    return value if value and TEXT_HEADER.fullmatch(value) else None


def _list(header: str | None) -> list[str]:
    return [part.strip().lower() for part in (header or "").split(",") if part.strip()]


def _name_of(sign: str) -> str:
    names = {" ": "blank", "\t": "tab", "\r": "carriage return", "\n": "line feed", "\\": "backslash", "\x00": "NUL"}
    return names.get(sign, f"control character U+{ord(sign):04X}")
