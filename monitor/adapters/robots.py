"""robots: does the host want to be read by us?

RFC 9309: no file (4xx) allows everything, no answer (5xx, network) forbids everything for the time
being, and a file holds for at most a day.
"""

from __future__ import annotations

import asyncio
import zlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from protego import Protego

from ..domain.source import Blame, Failed, Fetched, FetchResult, Request
from ..pipeline.fetch import (
    LOOP,
    NO_HOST,
    PRIVATE,
    ROBOTS_DISALLOWED,
    ROBOTS_UNAVAILABLE,
    TOO_MANY_HOPS,
    Target,
    failed,
)
from ..ports import Clock

KEPT = 86_400.0  # seconds a file holds
ASK_AGAIN = 300.0  # seconds until a host that gave no answer is asked again
CAP = 512_000  # bytes that are read; RFC 9309 asks for at least 500 KiB
DEADLINE = 30.0
LONGEST_DELAY = 300.0  # a Crawl-delay beyond that would stop us from ever seeing a change
MOST_HOSTS = 50_000  # some 1 KB each; the longest known are forgotten beyond that
MOST_ADDRESSES = 2048  # remembered decisions of one host
# Protego takes 22 KB of memory for 1 KB of text, so hosts keep the packed text and few are kept parsed.
PARSED_TEXT = 512_000  # bytes of text in all
PARSE_ASIDE = 20_000  # bytes from which on parsing goes to a thread: 500 KiB take 0.4 s

Get = Callable[[Request], Awaitable[FetchResult]]


@dataclass(slots=True)
class Rules:
    """What one host's robots.txt says to us. Without `text` everything is allowed, or nothing is."""

    until: float
    delay: float = 0.0
    text: bytes | None = None  # packed
    missing: Failed | None = None  # why nothing may be read for now
    decided: dict[str, bool] = field(default_factory=dict)


class ParsedFiles:
    """Parses robots.txt files and keeps the last ones parsed, up to a size in all."""

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, tuple[Protego, int]] = OrderedDict()
        self._size = 0

    async def of(self, packed: bytes) -> Protego:
        """The parsed form of a packed file."""
        found = self._kept.get(packed)
        if found is not None:
            self._kept.move_to_end(packed)
            return found[0]
        text = zlib.decompress(packed).decode("utf-8-sig", "replace")
        aside = len(text) > PARSE_ASIDE
        parsed = await asyncio.to_thread(Protego.parse, text) if aside else Protego.parse(text)
        self._keep(packed, parsed, len(text))
        return parsed

    def _keep(self, packed: bytes, parsed: Protego, size: int) -> None:
        if packed in self._kept:  # somebody else parsed it meanwhile
            return
        self._kept[packed] = (parsed, size)
        self._size += size
        while self._size > PARSED_TEXT and len(self._kept) > 1:
            _, (_, gone) = self._kept.popitem(last=False)
            self._size -= gone


class Robots:
    """Asks each host once a day and remembers. `get` fetches without asking robots.txt again."""

    def __init__(self, agent: str, get: Get, clock: Clock) -> None:
        self._agent = agent
        self._get = get
        self._clock = clock
        self._rules: dict[str, Rules] = {}
        self._asking: dict[str, asyncio.Task[Rules]] = {}
        self._files = ParsedFiles()

    def known(self, target: Target) -> Rules | None:
        """The rules of the target's host if they still hold: no waiting, no network."""
        rules = self._rules.get(target.origin)
        return rules if rules is not None and rules.until > self._clock.monotonic() else None

    def told(self, target: Target) -> str:
        """What the host's file says, in words; empty while it was not asked."""
        rules = self.known(target)
        if rules is None:
            return ""
        if rules.missing is not None:
            return f"cannot be asked: {rules.missing.reason}"
        pause = f"; asks for {rules.delay:g} s between requests" if rules.delay else ""
        return f"{'allows it' if rules.text is not None else 'there is none: everything may be read'}{pause}"

    def delay_of(self, host: str) -> float:
        """The Crawl-delay of "name:port" as far as it was asked, 0 for none."""
        known = (self._rules.get(f"{scheme}://{host}") for scheme in ("http", "https"))
        return max((rules.delay for rules in known if rules is not None), default=0.0)

    async def learn(self, target: Target, pace: float, old_tls: bool = False) -> Rules:
        """The rules of the target's host, asked for if need be; all who ask meanwhile share one request."""
        task = self._asking.get(target.origin)
        if task is None:
            task = asyncio.get_running_loop().create_task(self._ask(target.origin, pace, old_tls))
            self._asking[target.origin] = task
            task.add_done_callback(lambda _: self._asking.pop(target.origin, None))
        return await asyncio.shield(task)

    async def allows(self, rules: Rules, target: Target) -> bool:
        """Whether this address may be read; `rules.decided` has the answer from then on, if it was read."""
        if rules.text is None:
            return rules.missing is None
        allowed = (await self._files.of(rules.text)).can_fetch(target.text, self._agent)
        if len(rules.decided) >= MOST_ADDRESSES:
            rules.decided.clear()
        rules.decided[target.text] = allowed
        return allowed

    def refusal(self, rules: Rules, target: Target, request: Request) -> Failed:
        """Why an address that is not allowed may not be read."""
        if rules.missing is not None:
            return _unavailable(request, target, rules.missing)
        detail = f"{target.origin}/robots.txt does not want {target.url.path} read; choose another address of the host"
        return failed(request, ROBOTS_DISALLOWED, detail)

    async def close(self) -> None:
        """Gives up what is still being asked."""
        tasks = list(self._asking.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _ask(self, origin: str, pace: float, old_tls: bool) -> Rules:
        request = Request(
            f"{origin}/robots.txt",
            accept="text/plain,*/*;q=0.5",
            cap=CAP,
            deadline=DEADLINE,
            pace=pace,
            old_tls=old_tls,
        )
        answer = await self._get(request)
        now = self._clock.monotonic()
        rules = await self._understood(answer, now)
        if rules.missing is not None and (old := self._rules.get(origin)) is not None and old.missing is None:
            rules = old  # RFC 9309 §2.4: while it cannot be reached, what it said last may be used on
            rules.until = now + ASK_AGAIN
        self._keep(origin, rules, now)
        return rules

    def _keep(self, origin: str, rules: Rules, now: float) -> None:
        self._rules.pop(origin, None)  # so that the order is that of asking
        if len(self._rules) >= MOST_HOSTS:
            self._rules = {host: kept for host, kept in self._rules.items() if kept.until > now}
            for host in list(self._rules)[: max(0, len(self._rules) - MOST_HOSTS * 9 // 10)]:
                del self._rules[host]
        self._rules[origin] = rules

    async def _understood(self, answer: FetchResult, now: float) -> Rules:
        if isinstance(answer, Fetched):
            packed = zlib.compress(answer.body[:])
            parsed = await self._files.of(packed)
            return Rules(now + KEPT, min(parsed.crawl_delay(self._agent) or 0.0, LONGEST_DELAY), packed)
        if isinstance(answer, Failed) and _says_nothing(answer):
            return Rules(now + KEPT)
        missing = answer if isinstance(answer, Failed) else Failed(answer.url, ROBOTS_UNAVAILABLE)
        return Rules(now + (missing.retry_after or ASK_AGAIN), missing=missing)


def _says_nothing(answer: Failed) -> bool:
    if answer.reason in (TOO_MANY_HOPS, LOOP):
        return True  # RFC 9309 §2.3.1.2: more than five redirects count as no file
    # a body that came damaged is no answer, so the status alone does not tell
    return answer.reason.startswith("http ") and answer.status != 429 and (answer.status or 500) < 500


def _unavailable(request: Request, target: Target, missing: Failed) -> Failed:
    if missing.reason in (PRIVATE, NO_HOST):
        return failed(request, missing.reason, missing.detail)
    if missing.status is None:  # the host cannot be reached at all: that is the plainer reason
        detail = f"{missing.detail} (asked for {target.origin}/robots.txt)".strip()
        return failed(request, missing.reason, detail, blame=Blame.HOST, after=missing.retry_after)
    detail = (
        f"{target.origin}/robots.txt: {missing.reason}; until it can be read nothing of this host is (RFC 9309); "
        "it is asked again"
    )
    return failed(request, ROBOTS_UNAVAILABLE, detail, blame=Blame.HOST, after=missing.retry_after)
