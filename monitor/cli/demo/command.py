"""command: the whole service at work on a small web of its own, shown in the terminal as it happens.

Nothing is faked: the service is the one that `monitor run` starts, with other settings; polls, mail and webhook go over loopback.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from .mailbox import Mail, Mailbox, Post, WebhookReceiver
from .watchlist import MAIL, WEBHOOK, watchlist
from .web import DemoWeb, Published

if TYPE_CHECKING:
    from rich.console import Console

    from ...domain.query import Tally
    from ...wiring import App

PUBLISH_EVERY = 5.0  # seconds between new notices
FIRST_WAIT = 4.0
LAST_HITS = 8


def demo_command(seconds: float = 0.0) -> None:
    """Runs the demo until Ctrl-C, or for so many seconds; piped, prints `hit TOPIC TITLE` a line."""
    with tempfile.TemporaryDirectory(prefix="monitor-demo-") as folder:
        asyncio.run(_Demo(Path(folder), seconds).run())


class _Demo:
    """The web, the mailbox, the webhook and the service between them."""

    def __init__(self, folder: Path, seconds: float) -> None:
        self.folder = folder
        self.seconds = seconds
        self.began = time.monotonic()
        self.web = DemoWeb()
        self.mailbox = Mailbox(self._mail)
        self.webhook = WebhookReceiver(self._post)
        self.people = sys.stdout.isatty()
        self.out = _console() if self.people else None
        self.end = asyncio.Event()
        self.port = _free_port()  # known before the console opens: mails link to it

    async def run(self) -> None:
        """Starts everything, shows what arrives, ends with a summary."""
        addresses = await self.web.start()
        environ = {**os.environ, MAIL: await self.mailbox.start(), WEBHOOK: await self.webhook.start()}
        self._write_watchlists(watchlist(addresses))
        app = await self._service(environ)
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, self.end.set)
        self._say(f"A small web is up: {addresses.notices} and four more sources. Polling each every 2 s.")
        self._say("Alerts go to a local mailbox and a local webhook; they are shown here as they arrive.\n")
        running = asyncio.create_task(app.service.run())
        helpers = [asyncio.create_task(self._publish(app)), asyncio.create_task(self._open_console(app))]
        if self.seconds:
            asyncio.get_running_loop().call_later(self.seconds, self.end.set)
        ended = asyncio.create_task(self.end.wait())
        await asyncio.wait({running, ended}, return_when=asyncio.FIRST_COMPLETED)
        for helper in (*helpers, ended):
            helper.cancel()
        await asyncio.gather(*helpers, ended, return_exceptions=True)
        summary = await asyncio.to_thread(self._look_back, app) if not running.done() else None
        app.service.stop()
        await running
        await self.web.stop()
        await self.mailbox.stop()
        await self.webhook.stop()
        if summary is not None:
            self._sum_up(*summary)

    def _write_watchlists(self, text: str) -> None:
        from ...config.settings import shipped_watchlists

        folder = self.folder / "watchlists"
        folder.mkdir()
        shutil.copy(shipped_watchlists() / "talent-programmes.yaml", folder)
        (folder / "demo.yaml").write_text(text, "utf-8")

    async def _service(self, environ: dict[str, str]) -> App:
        from ... import wiring
        from ...config.settings import load_settings

        kept = {name: value for name, value in environ.items() if not name.startswith("MONITOR_") or "DEMO" in name}
        settings = load_settings(
            kept, state=str(self.folder / "state"), watchlists=str(self.folder / "watchlists"),
            allow_private="127.0.0.0/8", host_pace=0, console=f"127.0.0.1:{self.port}",
        )  # fmt: skip
        wiring.configure_logging("warning" if self.people else "error", settings.log.format)
        return await wiring.build(settings, kept)

    async def _publish(self, app: App) -> None:
        """New notices keep appearing, once the first round is through."""
        await app.service.ready.wait()
        await asyncio.sleep(FIRST_WAIT)
        while True:
            self._appeared(self.web.publish_next())
            await asyncio.sleep(PUBLISH_EVERY)

    async def _open_console(self, app: App) -> None:
        from ..console import open_console

        await app.service.ready.wait()
        opened = await open_console(app, ("127.0.0.1", self.port), setup=False)
        if opened is None:
            return
        server, link = opened
        self._say(f"Console (this link opens once): {link}\n")
        try:
            await server.run()
        finally:
            await server.stop()

    def _appeared(self, piece: Published) -> None:
        if self.out is not None:
            self.out.print(f"[dim]{self._clock()}  published  {piece.place}: [/dim]", end="")
            self.out.print(piece.title, style="dim", markup=False, highlight=False)

    def _mail(self, mail: Mail) -> None:
        if self.out is None:
            return
        from rich.panel import Panel
        from rich.text import Text

        lines = mail.text.strip().splitlines()
        shown = "\n".join(lines[:12]) + ("\n…" if len(lines) > 12 else "")
        title = Text(f"{self._clock()}  mail to {', '.join(mail.recipients)}: ", style="bold").append(mail.subject)
        self.out.print(title)
        self.out.print(Panel(Text(shown), border_style="cyan", width=min(self.out.width, 100)))

    def _post(self, post: Post) -> None:
        if not isinstance(post.body, dict):
            return
        for telling in post.body.get("tellings", ()):
            topic, title = telling["hit"]["topic"], telling["hit"]["title"]
            if self.out is not None:
                self.out.print(f"[green]{self._clock()}  webhook    {telling['form']}: {topic}: [/green]", end="")
                self.out.print(title, markup=False, highlight=False)
            else:
                print(f"hit {topic} {title}", flush=True)

    def _look_back(self, app: App) -> tuple[Tally, list[tuple[object, ...]], str]:
        from ...domain.query import HitFilter

        hits = [
            (hit.id, hit.verdict, hit.novelty, hit.topic, hit.kind, hit.title[:48])
            for hit in app.queries.hits(HitFilter(), limit=LAST_HITS)
        ]
        return app.queries.tally(), list(reversed(hits)), app.queries.verify().status

    def _sum_up(self, tally: Tally, hits: list[tuple[object, ...]], log: str) -> None:
        if self.out is not None:
            from ..output import table

            self.out.print()
            table("The newest of the hit log", ("id", "verdict", "novelty", "topic", "kind", "title"), hits, "No hits.")
        self._say(
            f"{time.monotonic() - self.began:.0f} s: {self.web.requests} requests ({self.web.unchanged} answered 304), "
            f"{tally.documents} documents, {tally.alerts} alerts, {tally.reviews} reviews, {tally.suppressed} suppressed, "
            f"{len(self.mailbox.mails)} mails, {len(self.webhook.posts)} webhook calls; audit log {log}."
        )

    def _say(self, text: str) -> None:
        """Words for people: on a terminal among the rest, piped on stderr, so that stdout holds only hits."""
        if self.out is not None:
            self.out.print(text, markup=False, highlight=False)
        else:
            print(text, file=sys.stderr, flush=True)

    def _clock(self) -> str:
        return f"{time.monotonic() - self.began:5.1f} s"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _console() -> Console:
    from rich.console import Console

    return Console()
