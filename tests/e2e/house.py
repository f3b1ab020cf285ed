"""house: the real service with its console, as a process, over a small web of Chinese notices on loopback.

with House(folder) as house:
    house.publish(piece)          # stands in the feed from now on
    page.goto(house.link())       # a new one-time link of the running console
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType

from monitor.cli.demo.site import Piece, first_pieces, later_pieces
from tests.fakes.town import notice

SHIPPED = Path(__file__).resolve().parents[2] / "watchlists" / "talent-programmes.yaml"
WATCHED = "programmes.yaml"
PROGRAMMES = """# What this house watches beside the talent programmes.
topics:
  - topic: chunmiao
    name: Spring Seedling Action (春苗行动)
    terms: [春苗行动]
    must_match: [关于组织春苗行动申报的通知]
"""
HOSTILE = Piece(
    "hostile",
    "news",
    "zh-Hans",
    "<script>window.owned=1</script>\"'><img src=x onerror=window.owned=1> 启明计划申报 \u202egnp.exe",
    (
        "<svg onload=window.owned=1> {{ 7*7 }} 启明计划组织申报工作开始了，请各单位推荐海外人才。",
        "](javascript:window.owned=1) 材料寄至青石市。",
    ),
)


@dataclass
class House:
    """The web, the folders and the process. `base` is the console's address."""

    folder: Path
    pieces: list[Piece] = field(default_factory=list)
    posts: int = 0
    base: str = ""
    environ: dict[str, str] = field(default_factory=dict)
    _server: ThreadingHTTPServer | None = None
    _process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> House:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self._write()
        with (self.folder / "log.jsonl").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "monitor", "run"], env=self.environ, stderr=log, cwd=self.folder
            )
        file = self.folder / "state" / "console-link"
        self.wait(lambda: file.is_file() and file.read_text("utf-8").endswith("\n"), "the console did not open")
        self.base = file.read_text("utf-8").partition("/sign-in")[0]
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        assert self._process is not None and self._server is not None
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(15)
        self._server.shutdown()
        self._server.server_close()

    def first_link(self) -> str:
        """The link that the service left when it started."""
        return (self.folder / "state" / "console-link").read_text("utf-8").strip()

    def link(self) -> str:
        """One more one-time link, as the command prints it."""
        out = self.ask("console", "link")
        found = re.search(r"\S+/sign-in\?token=\S+", out)
        assert found, out
        return self.base + "/sign-in" + found[0].partition("/sign-in")[2]

    def ask(self, *arguments: str) -> str:
        """What a command prints."""
        done = subprocess.run(
            [sys.executable, "-m", "monitor", *arguments], env=self.environ, cwd=self.folder, capture_output=True,
            check=False, timeout=60,
        )  # fmt: skip
        return done.stdout.decode()

    def log(self) -> str:
        """What the service logged so far."""
        return (self.folder / "log.jsonl").read_text("utf-8")

    def publish(self, *pieces: Piece) -> None:
        """They stand in the feed from now on; a piece takes the place of the one it replaces."""
        for piece in pieces:
            old = next((n for n, one in enumerate(self.pieces) if one.key == piece.replaces), None)
            if piece.replaces and old is not None:
                self.pieces[old] = Piece(piece.replaces, *_content(piece))
            else:
                self.pieces.append(piece)

    def hits(self) -> int:
        """How many hits are stored."""
        return int(self.row("SELECT count(*) FROM hit")[0])

    def row(self, question: str) -> tuple[int, ...]:
        """The first row of an answer of the database."""
        base = sqlite3.connect(f"file:{self.folder / 'state' / 'monitor.db'}?mode=ro", uri=True)
        try:
            found: tuple[int, ...] = base.execute(question).fetchone()
            return found
        finally:
            base.close()

    @staticmethod
    def wait(done: Callable[[], object], what: str, seconds: float = 30.0) -> None:
        """Until that is so. Raises AssertionError with the word after the time."""
        end = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < end, what
            time.sleep(0.1)

    def _write(self) -> None:
        assert self._server is not None
        base = f"http://127.0.0.1:{self._server.server_port}"
        folder = self.folder / "watchlists"
        folder.mkdir(parents=True)
        shutil.copy(SHIPPED, folder)
        (folder / WATCHED).write_text(PROGRAMMES, "utf-8")
        (folder / "house.yaml").write_text(
            f"""sources:
  - {{source: linlan-notices, feed: {base}/feed.xml, every: 1 s}}
  - {{source: science-bureau, feed: {base}/broken.xml, every: 1 s}}
  - {{source: empty-list, listing: {base}/empty/, every: 10 min}}
channels:
  - {{channel: research-chat, url: env:TEST_HOOK}}
  - {{channel: old-hook, url: env:TEST_DEAD}}
""",
            "utf-8",
        )
        self.environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")},
            "MONITOR_STATE": str(self.folder / "state"),
            "MONITOR_WATCHLISTS": str(folder),
            "MONITOR_ALLOW_PRIVATE": "127.0.0.0/8",
            "MONITOR_HOST_PACE": "0",
            "MONITOR_ALERT_BUDGET": "0",
            "MONITOR_CONSOLE": "127.0.0.1:0",
            "TEST_HOOK": f"json://127.0.0.1:{self._server.server_port}/hook",
            "TEST_DEAD": "json://127.0.0.1:9/hook",
        }

    def feed(self) -> str:
        """The feed as it stands now, the newest last."""
        entries = "".join(
            f"<item><guid>{escape(one.key)}</guid><title>{escape(escape(one.title, quote=False))}</title>"
            f"<link>https://notices.example.org/art/{escape(one.key)}.html</link>"
            f"<description>{escape(''.join(f'<p>{escape(text)}</p>' for text in one.paragraphs))}</description></item>"
            for one in self.pieces
        )
        return f"<rss version='2.0'><channel><title>通知公告</title>{entries}</channel></rss>"


def texts(count: int) -> list[Piece]:
    """So many notices that each name the Qiming programme, none like another."""
    numbers = (number for number in range(10 * count) if number % 3 != 2)
    found = (notice(next(numbers)) for _ in range(count))
    return [Piece(f"town-{one.number}", "notices", "zh-Hans", one.title, one.lines) for one in found]


def prepared() -> list[Piece]:
    """The demo's texts in their order: copies, revisions, stories, reviews and what must not be told."""
    later = later_pieces()
    return [*first_pieces(), *(next(later) for _ in range(20))]


def _content(piece: Piece) -> tuple[str, str, str, tuple[str, ...]]:
    return piece.place, piece.language, piece.title, piece.paragraphs


def _handler(house: House) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path == "/feed.xml":
                self._answer(200, house.feed().encode(), "application/rss+xml; charset=utf-8")
            elif self.path == "/empty/":
                self._answer(200, b"<html><body><ul></ul></body></html>", "text/html")
            else:
                self._answer(500 if self.path == "/broken.xml" else 404, b"", "text/plain")

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            house.posts += 1
            self._answer(204, b"", "text/plain")

        def _answer(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            if status != 204:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    return Handler
