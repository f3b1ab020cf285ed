"""Receivers that behave badly, each a real server on loopback: every attempt ends in time, with the outcome that is true.

Sixteen behaviours, over plain sockets; `left` says whether the bytes of the message may have arrived.
"""

from __future__ import annotations

import asyncio
import gzip
import socket
import struct
import time
from collections.abc import Awaitable, Callable

import pytest

from monitor.adapters.notifier import Senders
from monitor.adapters.webhook import Patience, Webhook
from monitor.domain.delivery import Channel, SendResult
from monitor.domain.secret import Secret
from monitor.pipeline import retry
from tests.fakes.drafts import NOW, draft

Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
PATIENCE = Patience(connect=1.0, answer=0.3, whole=0.8)
LONG = 3.0  # seconds that no attempt may take


async def asked(reader: asyncio.StreamReader) -> None:
    """Reads one request whole."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
    await reader.readexactly(int(length.split(b":")[1]))


def answering(head: str, body: bytes = b"", length: int | None = None) -> Behaviour:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asked(reader)
        size = len(body) if length is None else length
        writer.write(f"HTTP/1.1 {head}\r\nContent-Length: {size}\r\n\r\n".encode() + body)

    return serve


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def hangs_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asked(reader)


async def resets(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asked(reader)
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


async def half_a_line(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asked(reader)
    writer.write(b"HTTP/1.1 20")
    await reader.read()


async def garbage(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asked(reader)
    writer.write(b"\x00\xff\x16\x03 not http\r\n\r\n")


async def drips(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A byte now and then: no single read takes long, the whole never ends."""
    await asked(reader)
    for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"y" * 100:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.1)


async def endless_head(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asked(reader)
    writer.write(b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: %s\r\n" % (n, b"a" * 400) for n in range(2_000)))


async def endless_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asked(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"1000\r\n" + b"z" * 0x1000 + b"\r\n")
        await writer.drain()


async def too_early(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Refuses before it has read the body."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


async def goes_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asked(reader)
    writer.write(b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


BOMB = gzip.compress(b"\0" * 30_000_000)
RECEIVERS: dict[str, tuple[Behaviour, str]] = {
    "never answers": (silent, "unknown"),
    "hangs up after the request": (hangs_up, "unknown"),
    "resets the connection": (resets, "unknown"),
    "stops in the middle of its first line": (half_a_line, "unknown"),
    "speaks no HTTP": (garbage, "unknown"),
    "drips bytes for ever": (drips, "unknown"),
    "sends endless headers": (endless_head, "unknown"),
    "sends an endless body after its 200": (endless_body, "delivered"),
    "announces more body than it sends": (answering("200 OK", b"fine", length=5_000), "delivered"),
    "packs a bomb into its answer": (answering("200 OK\r\nContent-Encoding: gzip", BOMB), "delivered"),
    "refuses before it has read": (too_early, "rejected"),
    "says it goes on, and then well": (goes_on, "delivered"),
    "redirects elsewhere": (answering("302 Found\r\nLocation: http://127.0.0.1:1/"), "rejected"),
    "asks to wait for a thousand years": (answering("429 Later\r\nRetry-After: 99999999999"), "refused"),
    "asks to wait for less than nothing": (answering("503 Later\r\nRetry-After: -7"), "refused"),
    "asks to wait in no language": (answering("429 Later\r\nRetry-After: soon"), "refused"),
}


async def attempt(behaviour: Behaviour) -> SendResult:
    """One attempt at a receiver of this behaviour."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await behaviour(reader, writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client left: what a client may do
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = Secret(f"json://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook")
    senders = Senders({"ops": Channel("ops", url, "webhook", ("ops",))}, kinds=[Webhook(PATIENCE)])
    try:
        return await senders.send(senders.freeze(draft(channel="ops", recipient="ops")))
    finally:
        await senders.close()
        server.close()


@pytest.mark.parametrize("name", RECEIVERS)
async def test_a88_every_bad_receiver_has_its_true_end_in_time(name: str) -> None:
    behaviour, outcome = RECEIVERS[name]
    began = time.monotonic()
    result = await attempt(behaviour)
    assert result.outcome.value == outcome, result.detail
    assert time.monotonic() - began < LONG
    assert len(result.detail) < 1_000


@pytest.mark.parametrize("name", [name for name in RECEIVERS if "asks to wait" in name])
async def test_no_receiver_can_put_a_message_off_for_more_than_a_day(name: str) -> None:
    result = await attempt(RECEIVERS[name][0])
    following = retry.after(result, 1, NOW, NOW)
    assert following.due_at is not None
    assert retry.DEFAULT.first <= following.due_at - NOW <= retry.LONGEST_ASKED


def test_there_are_sixteen_of_them() -> None:
    assert len(RECEIVERS) == 16
