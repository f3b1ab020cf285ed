"""world: a web that keeps publishing, a mailbox and a webhook, and the real `monitor` as a process between them."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
from collections import Counter
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope, Session

SUBJECTS = (
    "harbour cranes", "optical fibre", "soil chemistry", "wind turbines", "protein folding", "high-speed rail",
    "battery recycling", "crop genetics", "satellite imaging", "tunnel boring", "cancer imaging", "marine paint",
    "quantum clocks", "rice breeding", "gas sensors", "steel casting", "robot hands", "water filters",
)  # fmt: skip
SENTENCES = (
    "The {subject} group of {place} asks for candidates who led a team of {n} abroad.",
    "A flat of {m} square metres near the {subject} campus is part of the offer in {place}.",
    "Whoever joins in {place} may bring {n} doctoral students and a laboratory for {subject}.",
    "The panel in {place} meets on day {n} of the season and hears {subject} first.",
    "In {place} a museum of {subject} opened after {m} years of quarrels about its roof.",
    "Travel to {place} is paid for {n} finalists from the field of {subject}.",
    "Three mills near {place} have turned to {subject}, and {m} families moved there.",
    "The mayor of {place} wrote a song about {subject} with {n} verses.",
    "A bus runs every {n} minutes from {place} to the {subject} works.",
    "Files about {subject} are read in {place} by {n} referees, two of them retired.",
)


@dataclass
class Item:
    """One published text and whether it must be told."""

    number: int
    title: str
    body: str
    matches: bool


def item(number: int, chance: random.Random) -> Item:
    """A text like no other: its own place, figures and subject; two of three name the programme."""
    place = "".join(
        chance.choice(("ka", "lo", "min", "ter", "sau", "vel", "dor", "ni", "pra", "quo")) for _ in range(4)
    )
    subject = chance.choice(SUBJECTS)
    matches = number % 3 != 2
    name = "Qiming Program" if matches else "Spring Garden scheme"
    words = {"place": f"{place.title()} {number}", "subject": subject}
    told = [
        line.format(**words, n=chance.randint(3, 97), m=chance.randint(100, 4000))
        for line in chance.sample(SENTENCES, 5)
    ]
    title = f"{subject.capitalize()} at {place.title()} {number}: {name} opens"
    body = f"The {name} of {place.title()} {number} takes applications for {subject}. {' '.join(told)}"
    return Item(number, title, body, matches)


@dataclass
class World:
    """The web and the receivers, on loopback, in the loop of the test."""

    folder: Path
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    items: list[Item] = field(default_factory=list)
    posts: list[dict[str, object]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    mails: list[bytes] = field(default_factory=list)
    environ: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0  # seconds that the receivers take before they answer
    _runners: list[web.AppRunner] = field(default_factory=list)
    _smtp: asyncio.Server | None = None

    async def start(self) -> None:
        """Binds everything and writes the watchlists."""
        site = web.Application()
        site.router.add_get("/feed.xml", self._feed)
        site.router.add_get("/notices/", self._listing)
        site.router.add_get("/notices/{number}.html", self._notice)
        base = await self.serve(site)
        hook = web.Application(client_max_size=64_000_000)
        hook.router.add_post("/hook", self._hook)
        hook_base = await self.serve(hook)
        self._smtp = await asyncio.get_running_loop().create_server(
            lambda: SMTP(self, enable_SMTPUTF8=True, loop=asyncio.get_running_loop()), "127.0.0.1", 0
        )
        port = self._smtp.sockets[0].getsockname()[1]
        self.environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")},
            "MONITOR_STATE": str(self.folder / "state"),
            "MONITOR_WATCHLISTS": str(self.folder / "watchlists"),
            "MONITOR_ALLOW_PRIVATE": "127.0.0.0/8",
            "MONITOR_HOST_PACE": "0",
            "MONITOR_ALERT_BUDGET": "0",
            "MONITOR_CONSOLE": "off",
            "TEST_HOOK": f"json://{hook_base.removeprefix('http://')}/hook",
            "TEST_MAIL": f"mailto://127.0.0.1:{port}?from=m@example.org&to=a@example.org,b@example.org&mode=insecure",
        }
        self._write_watchlists(base)

    def _write_watchlists(self, base: str) -> None:
        folder = self.folder / "watchlists"
        folder.mkdir(parents=True)
        (folder / "all.yaml").write_text(
            f"""topics:
  - topic: qiming
    name: Qiming Program
    terms: [Qiming Program]
sources:
  - source: feed
    feed: {base}/feed.xml
    every: 1 s
  - source: list
    listing: {base}/notices/
    follow: "a[href*='.html']"
    every: 1 s
channels:
  - channel: hook
    url: env:TEST_HOOK
  - channel: mail
    url: env:TEST_MAIL
""",
            "utf-8",
        )

    async def serve(self, app: web.Application) -> str:
        """Binds an app to a free port; its address."""
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        self._runners.append(runner)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Closes everything."""
        for runner in self._runners:
            await runner.cleanup()
        if self._smtp is not None:
            self._smtp.close()

    def publish(self) -> Item:
        """One more text: even numbers in the feed, odd ones in the list."""
        new = item(len(self.items), self.chance)
        self.items.append(new)
        return new

    async def _feed(self, request: web.Request) -> web.Response:
        shown = [one for one in self.items if one.number % 2 == 0][-200:]
        entries = "".join(
            f"<item><guid>i{one.number}</guid><title>{escape(one.title)}</title>"
            f"<link>{request.url.origin()}/item/{one.number}</link><description>{escape(one.body)}</description></item>"
            for one in shown
        )
        text = f"<rss version='2.0'><channel><title>Feed</title>{entries}</channel></rss>"
        return web.Response(text=text, content_type="application/rss+xml")

    async def _listing(self, request: web.Request) -> web.Response:
        shown = [one for one in self.items if one.number % 2 == 1][-200:]
        links = "".join(f"<li><a href='/notices/{one.number}.html'>{escape(one.title)}</a></li>" for one in shown)
        return web.Response(
            text=f"<html><body><h1>Notices</h1><ul>{links}</ul></body></html>", content_type="text/html"
        )

    async def _notice(self, request: web.Request) -> web.Response:
        one = self.items[int(request.match_info["number"])]
        body = "".join(f"<p>{escape(part)}.</p>" for part in one.body.split(". "))
        title = escape(one.title)
        page = f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{body}</article></body></html>"
        return web.Response(text=page, content_type="text/html")

    async def _hook(self, request: web.Request) -> web.Response:
        post = await request.json()
        self.posts.append(post)
        self.keys.append(request.headers.get("Idempotency-Key", ""))
        await asyncio.sleep(self.delay)
        return web.Response(status=204)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keeps the mail; called by aiosmtpd under this name."""
        self.mails.append(envelope.original_content or b"")
        await asyncio.sleep(self.delay)
        return "250 kept"

    def told_titles(self) -> Counter[str]:
        """How often each title was told by webhook; a post repeated with the same key counts each time."""
        return Counter(telling["hit"]["title"] for post in self.posts for telling in post["tellings"])  # type: ignore[index,attr-defined]


class Monitor:
    """The command `monitor` as a process of its own."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.process: asyncio.subprocess.Process | None = None

    async def start(self, *arguments: str) -> None:
        """Starts `monitor run` (or with other arguments); its log goes to a file."""
        with (self.world.folder / "log.jsonl").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "monitor", *(arguments or ("run",)), env=self.world.environ, stderr=log,
                cwd=self.world.folder,
            )  # fmt: skip

    async def kill(self) -> None:
        """kill -9."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()

    async def terminate(self) -> int:
        """SIGTERM; the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return await self.process.wait()

    async def ask(self, *arguments: str) -> tuple[int, str]:
        """A command's exit code and what it printed."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "monitor", *arguments, env=self.world.environ, stdout=asyncio.subprocess.PIPE,
            cwd=self.world.folder,
        )  # fmt: skip
        out, _ = await process.communicate()
        return process.returncode or 0, out.decode()

    async def lines(self, *arguments: str) -> list[dict[str, object]]:
        """What a command prints as JSON lines."""
        _, out = await self.ask(*arguments)
        return [json.loads(line) for line in out.splitlines()]
