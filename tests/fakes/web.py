"""A small real web on loopback, port 0, that answers well or badly, as a test wants it.

    async with Web() as web:
        web.page("/feed", b"<rss/>", etag='"1"')
        await fetcher.fetch(Request(web.url("/feed")))
        assert web.paths() == ["/robots.txt", "/feed"]

It speaks HTTP by hand, so that it can also lie: every answer is an async function of what was asked
and a writer. Without a page of its own a path answers 404, /robots.txt too.
"""

from __future__ import annotations

import asyncio
import gzip
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType


@dataclass(frozen=True)
class Asked:
    """One request as it came in; header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    at: float  # time.monotonic()


Behaviour = Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]


def answer(status: int = 200, body: bytes = b"", headers: Mapping[str, str] | None = None) -> bytes:
    """A whole well-formed answer."""
    lines = {"Content-Length": str(len(body)), **(headers or {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status} X\r\n{head}\r\n".encode("utf-8", "surrogateescape") + body


def bomb(size: int) -> bytes:
    """A gzip body that unpacks to `size` bytes."""
    return gzip.compress(bytes(size))


@dataclass
class Web:
    """One host of that web. `tls` makes it https."""

    tls: ssl.SSLContext | None = None
    asked: list[Asked] = field(default_factory=list)
    open_now: int = 0
    most_open: int = 0
    port: int = 0
    _pages: dict[str, Behaviour] = field(default_factory=dict)
    _server: asyncio.Server | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def __aenter__(self) -> Web:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        """The address of a path."""
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}{path}"

    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [asked.path for asked in self.asked]

    def on(self, path: str, behaviour: Behaviour) -> None:
        """From now on this path behaves so."""
        self._pages[path] = behaviour

    def raw(self, path: str, *pieces: bytes, pause: float = 0.0, hang_up: bool = True) -> None:
        """Sends these bytes, and nothing else, with a pause between them."""

        async def send(_: Asked, writer: asyncio.StreamWriter) -> None:
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(pause)
            if hang_up:
                writer.close()

        self.on(path, send)

    def status(self, path: str, status: int, headers: Mapping[str, str] | None = None, body: bytes = b"") -> None:
        """Answers with this status."""
        self.raw(path, answer(status, body, headers), hang_up=False)

    def redirect(self, path: str, to: str, status: int = 302) -> None:
        """Sends on to another address."""
        self.status(path, status, {"Location": to}, b"moved")

    def page(
        self,
        path: str,
        body: bytes,
        etag: str | None = None,
        last_modified: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Serves a body, and 304 to whoever has it."""
        own = {"Content-Type": "text/html; charset=utf-8", **(headers or {})}
        if etag:
            own["ETag"] = etag
        if last_modified:
            own["Last-Modified"] = last_modified

        async def send(asked: Asked, writer: asyncio.StreamWriter) -> None:
            known = (etag and asked.headers.get("if-none-match") == etag) or (
                last_modified and asked.headers.get("if-modified-since") == last_modified
            )
            writer.write(answer(304, b"", own) if known else answer(200, body, own))

        self.on(path, send)

    def robots(self, text: str) -> None:
        """Serves a robots.txt."""
        self.page("/robots.txt", text.encode(), headers={"Content-Type": "text/plain"})

    def silent(self, path: str) -> None:
        """Takes the request and never answers."""

        async def wait(_: Asked, __: asyncio.StreamWriter) -> None:
            await asyncio.sleep(3600)

        self.on(path, wait)

    def drip(self, path: str, every: float) -> None:
        """Sends a body of a megabyte byte by byte."""

        async def send(_: Asked, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            while True:
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(every)

        self.on(path, send)

    def endless(self, path: str, head: bytes = b"HTTP/1.1 200 OK\r\n\r\n") -> None:
        """Sends a body without end."""

        async def send(_: Asked, writer: asyncio.StreamWriter) -> None:
            writer.write(head)
            while True:
                writer.write(b"x" * 65_536)
                await writer.drain()

        self.on(path, send)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            while not writer.is_closing() and (asked := await self._request(reader)) is not None:
                self.asked.append(asked)
                self.open_now += 1
                self.most_open = max(self.most_open, self.open_now)
                try:
                    await self._pages.get(asked.path, _not_found)(asked, writer)
                    await writer.drain()
                finally:
                    self.open_now -= 1
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            return  # the client hung up: here that is its right
        except asyncio.CancelledError:
            return  # the web is closing; asyncio's streams would log it as an error
        finally:
            writer.close()

    async def _request(self, reader: asyncio.StreamReader) -> Asked | None:
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").strip().split("\r\n")
        method, path, _ = first.split(" ", 2)
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        return Asked(method, path, headers, time.monotonic())


async def _not_found(_: Asked, writer: asyncio.StreamWriter) -> None:
    writer.write(answer(404, b"not here"))
