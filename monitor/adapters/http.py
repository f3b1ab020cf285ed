"""http: how do we get bytes from the web, politely, guarded, and never for longer than allowed?"""

from __future__ import annotations

import ssl
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from ..domain.source import Blame, Failed, FetchResult, Request
from ..pipeline.fetch import (
    ASKED_TO_WAIT,
    BAD_ADDRESS,
    CUT_OFF,
    HEAD_TOO_LARGE,
    LOOP,
    MAX_HOPS,
    NO_SPACE,
    PERMANENT,
    REDIRECTS,
    TOO_MANY_HOPS,
    BadAddress,
    Reply,
    Target,
    failed,
    judge_body,
    judge_head,
    judge_length,
    next_hop,
    parse_address,
    request_headers,
    too_large,
)
from ..ports import Clock
from .body import Body, Damaged, NoRoom, Overflow
from .clock import SystemClock
from .guard import Guard, GuardedConnector, Lookup
from .lanes import Lanes
from .robots import Robots
from .trouble import explain

CONNECT_WITHIN = 20.0  # seconds for one address of a host; the deadline counts on
FIELD_SIZE = 32_768  # bytes of one header; aiohttp's 8190 fails on sites that set many cookies
HEAD_SIZE = 65_536  # bytes of all headers
OP_LEGACY_SERVER_CONNECT = 0x4  # of OpenSSL; Python names it from 3.12 on
ERRORS = (aiohttp.ClientError, OSError, TimeoutError, UnicodeError)


@dataclass(frozen=True, slots=True)
class Hop:
    """A redirect: where to, and whether for good."""

    target: Target
    permanent: bool


@dataclass(slots=True)
class Trail:
    """The way of one fetch so far: seconds left, addresses seen, where it has moved to for good."""

    left: float
    seen: list[str] = field(default_factory=list)
    moved_to: str | None = None
    for_good: bool = True

    def follow(self, hop: Hop) -> Target:
        """Where to next. A temporary move ends what is permanent about the way."""
        self.for_good = self.for_good and hop.permanent
        if self.for_good:
            self.moved_to = hop.target.text
        return hop.target


class HttpFetcher:
    """The Fetcher that really goes out: aiohttp behind the guard, robots.txt and one lane for each host.

    `user_agent` begins with the product token that robots.txt is asked about; `allow_private` names
    hosts and networks that are not public and may be read all the same; `pace` is the pause in seconds
    between requests to one host, 0 for none and up to 64 at once; large bodies lie in the folder `spool` until they were
    read (None: the system's temporary one). Raises SettingsError for a wrong `allow_private`.
    """

    def __init__(
        self,
        user_agent: str,
        allow_private: Sequence[str] = (),
        pace: float = 5.0,
        clock: Clock | None = None,
        robots: bool = True,
        *,
        lookup: Lookup | None = None,
        tls: ssl.SSLContext | None = None,
        old_tls: ssl.SSLContext | None = None,
        spool: Path | None = None,
    ) -> None:
        self._user_agent = user_agent
        self._guard = Guard(allow_private)
        self._pace = pace
        self._clock = clock or SystemClock()
        self._lookup = lookup
        self._tls = tls
        self._old_tls = old_tls
        self._spool = spool
        self._session: aiohttp.ClientSession | None = None
        self._closed = False
        self._lanes = Lanes(self._clock)
        agent = user_agent.split("/", 1)[0].strip() or "mention-monitor"
        self._robots = Robots(agent, self._get_robots, self._clock) if robots else None
        self._timeouts: dict[float, aiohttp.ClientTimeout] = {}

    async def fetch(self, request: Request) -> FetchResult:
        """One GET with its redirects. Every failure is a `Failed` value; cancellation is passed on.

        Raises RuntimeError after `close`. Waiting for the host's turn is not counted in the deadline.
        """
        if self._closed:
            raise RuntimeError("the fetcher is closed")
        return await self._walk(request)

    def pace_of(self, host: str) -> float:
        """Seconds between requests to "name:port" as last asked for by its robots.txt, or the setting."""
        delay = self._robots.delay_of(host) if self._robots is not None else 0.0
        return max(self._pace, delay) if self._pace > 0 else 0.0

    def robots_of(self, url: str) -> str:
        """What the robots.txt of an address said to us, in words; empty where it was not asked."""
        if self._robots is None:
            return "not asked (MONITOR_FETCH__ROBOTS is off)"
        try:
            return self._robots.told(parse_address(url))
        except BadAddress:
            return ""

    async def close(self) -> None:
        """Ends all connections."""
        self._closed = True
        if self._robots is not None:
            await self._robots.close()
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _walk(self, request: Request, for_robots: bool = False) -> FetchResult:
        trail = Trail(request.deadline)
        try:
            target = parse_address(request.url)
            while len(trail.seen) <= MAX_HOPS:
                trail.seen.append(target.text)
                outcome = await self._step(request, target, trail, for_robots)
                if not isinstance(outcome, Hop):
                    return outcome
                target = trail.follow(outcome)
                if target.text in trail.seen:
                    return failed(request, LOOP, f"{target.text} leads back to itself")
        except BadAddress as error:
            after = f" (where {trail.seen[-1]} leads to)" if trail.seen else ""
            return failed(request, BAD_ADDRESS, f"{error}{after}")
        return failed(request, TOO_MANY_HOPS, f"more than {MAX_HOPS}, the last to {target.text}")

    async def _step(self, request: Request, target: Target, trail: Trail, for_robots: bool) -> FetchResult | Hop:
        """One address of the trail: allowed, in its turn, asked."""
        pace = await self._permitted(request, target, None if for_robots else self._robots)
        if isinstance(pace, Failed):
            return pace
        lane = self._lanes.of(target.host)
        await lane.enter(pace, self._clock)
        began = self._clock.monotonic()
        try:
            if lane.held_until > began:  # while we waited somebody else was sent away
                return _held(request, target, lane.held_until - began)
            outcome = await self._ask(request, target, trail, whole=not for_robots)
        finally:
            lane.leave(pace, self._clock)
        trail.left -= lane.ended - began
        if isinstance(outcome, Failed) and outcome.blame is Blame.HOST and outcome.retry_after is not None:
            lane.held_until = lane.ended + outcome.retry_after
        return outcome

    async def _permitted(self, request: Request, target: Target, robots: Robots | None) -> float | Failed:
        """The pace to keep with this host, or why it may not be asked now."""
        held = self._lanes.of(target.host).held_until - self._clock.monotonic()
        if held > 0:
            return _held(request, target, held)
        pace = self._pace if request.pace is None else request.pace
        if robots is None:
            return pace
        rules = robots.known(target) or await robots.learn(target, pace, request.old_tls)
        allowed = rules.decided.get(target.text)
        if allowed is None:
            allowed = await robots.allows(rules, target)
        if not allowed:
            return robots.refusal(rules, target, request)
        return max(pace, rules.delay) if pace > 0 else 0.0

    async def _ask(self, request: Request, target: Target, trail: Trail, whole: bool) -> FetchResult | Hop:
        """One request, no redirect. Without `whole` a body over its cap is cut there and kept."""
        headers = request_headers(request)
        conditional = len(headers) > 1
        if target.user is not None or target.password is not None:
            headers["Authorization"] = _basic(target.user or "", target.password or "")
        if trail.left <= 0:
            return explain(request, TimeoutError())
        session = self._session or self._open()
        try:
            response = await session.get(
                target.url, headers=headers, allow_redirects=False, timeout=self._timeout(trail.left),
                ssl=self._lenient() if request.old_tls else True,
            )  # fmt: skip
            try:
                if response.status in REDIRECTS:
                    return Hop(next_hop(target, response.headers.get("Location")), response.status in PERMANENT)
                reply = Reply(target, response.status, response.headers, conditional, trail.moved_to)
                verdict = judge_head(request, reply, self._clock.now())
                if verdict is None and whole:
                    verdict = judge_length(request, reply)
                if verdict is not None:
                    return verdict
                return await self._read(request, reply, response, whole)
            finally:
                response.release()  # what was not read, of redirects and errors too, is never read
        except ERRORS as error:
            return explain(request, error)

    async def _read(self, request: Request, reply: Reply, response: aiohttp.ClientResponse, whole: bool) -> FetchResult:
        if sum(len(name) + len(value) for name, value in response.raw_headers) > HEAD_SIZE:
            return failed(request, HEAD_TOO_LARGE, f"more than {HEAD_SIZE:,} bytes", reply.status)
        packed = "gzip" in reply.headers.get("Content-Encoding", "").lower()
        body = Body(request.cap, packed, self._spool)
        try:
            while data := await response.content.readany():
                body.feed(data)
            return judge_body(request, reply, *body.whole())
        except Overflow as error:
            if whole:
                return too_large(request, str(error))
            return judge_body(request, reply, body.so_far(), "")
        except Damaged as error:
            return failed(request, CUT_OFF, f"{error}; it is tried again", reply.status)
        except NoRoom as error:
            return failed(request, NO_SPACE, f"{error}; free some, it is tried again")

    async def _get_robots(self, request: Request) -> FetchResult:
        return await self._walk(request, for_robots=True)

    def _timeout(self, left: float) -> aiohttp.ClientTimeout:
        timeout = self._timeouts.get(left)
        if timeout is None:
            timeout = aiohttp.ClientTimeout(total=left, sock_connect=CONNECT_WITHIN)
            if len(self._timeouts) < 64:  # deadlines are few; what a redirect leaves of one is not
                self._timeouts[left] = timeout
        return timeout

    def _lenient(self) -> ssl.SSLContext:
        """TLS rules for servers that offer old keys and the old renegotiation; certificates are checked as ever."""
        if self._old_tls is None:
            self._old_tls = lenient_tls()
        return self._old_tls

    def _open(self) -> aiohttp.ClientSession:
        self._session = aiohttp.ClientSession(
            connector=GuardedConnector(self._guard, self._lookup, limit=0, ssl=self._tls or True),
            headers={"User-Agent": self._user_agent, "Accept-Encoding": "gzip"},
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            max_field_size=FIELD_SIZE,
        )
        return self._session


def lenient_tls() -> ssl.SSLContext:
    """A context that accepts weak keys (OpenSSL's level 1) and servers without secure renegotiation."""
    context = ssl.create_default_context()
    context.options |= OP_LEGACY_SERVER_CONNECT
    context.set_ciphers("DEFAULT:@SECLEVEL=1")
    return context


def _held(request: Request, target: Target, seconds: float) -> Failed:
    detail = f"{target.host} asked for a pause that has {seconds:,.0f} s left"
    return failed(request, ASKED_TO_WAIT, detail, blame=Blame.HOST, after=seconds)


def _basic(user: str, password: str) -> str:
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()
