"""A real HTTP receiver on loopback that answers as it is told.

async with Receiver() as receiver:
    receiver.answers = ["429 Retry-After=7", "close", "200"]   # one for each request, then 200
    receiver.url()                                             # json://127.0.0.1:PORT/hook
receiver.requests                                              # what arrived
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from types import TracebackType


@dataclass(frozen=True)
class Arrived:
    """One request as it came off the wire; header names in small letters."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """Answers: `STATUS [Header=value …] [: body]`, `close` (after reading), `silent` (never), `garbage`."""

    answers: list[str] = field(default_factory=list)
    requests: list[Arrived] = field(default_factory=list)
    taken: list[Arrived] = field(default_factory=list)  # those that it kept: answered with 2xx, or not at all
    _server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        """Where it listens on 127.0.0.1."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    def url(self, options: str = "", login: str = "", path: str = "/hook") -> str:
        """A channel URL for it."""
        return f"json://{login}127.0.0.1:{self.port}{path}" + (f"?{options}" if options else "")

    async def __aenter__(self) -> Receiver:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            self.requests.append(await _request(reader))
            answer = self.answers.pop(0) if self.answers else "200"
            if answer.startswith("2") or answer in ("close", "silent"):
                self.taken.append(self.requests[-1])
            if answer == "silent":
                await reader.read()
            elif answer != "close":
                writer.write(_response(answer))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client left: what a client may do
        finally:
            writer.close()


async def _request(reader: asyncio.StreamReader) -> Arrived:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    method, path, _ = first.split(" ")
    return Arrived(method, path, headers, await reader.readexactly(int(headers.get("content-length", "0"))))


def _response(answer: str) -> bytes:
    if answer == "garbage":
        return b"\x00\x01 not http at all\r\n\r\n"
    head, _, body = answer.partition(": ")
    status, *headers = head.split()
    shown = (line.replace("=", ": ", 1).replace("_", " ") for line in headers)
    lines = [f"HTTP/1.1 {status} Scripted", *shown]
    lines += [f"Content-Length: {len(body.encode())}", "Connection: close"]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()
