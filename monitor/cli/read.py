"""read: what does a file or a page say, as the service would read it?"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.domain.document import Extracted, Origin, Reading
from monitor.domain.errors import ReadError
from monitor.domain.source import Failed, Fetched, FetchResult, Request

if TYPE_CHECKING:
    from monitor.ports import ReadingRoom

Fetch = Callable[[str], Awaitable[FetchResult]]
_LARGEST = 11_000_000  # bytes that fit into one question to the reading child


def read_command(jsonl: bool, what: Sequence[str], fetch: Fetch | None = None) -> None:
    """Reads files and addresses behind the walls of a child, and prints one answer each, in order.

    With `jsonl` one JSON object a line; what cannot be read has `error`, and the others go on. `fetch` gets addresses;
    without it the service's own fetcher does, with its manners and its guard. Nothing is stored.
    """
    asyncio.run(_read_all(jsonl, what, fetch))


async def _read_all(jsonl: bool, what: Sequence[str], fetch: Fetch | None) -> None:
    from monitor.adapters.clock import SystemClock
    from monitor.adapters.process import ChildRoom

    room = ChildRoom(SystemClock(), b"", children=1)
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(room.close)
        if fetch is None and any(_is_address(name) for name in what):
            fetch = await _own_fetch(stack)
        async for answer in answers(room, what, fetch):
            sys.stdout.write(json.dumps(answer, ensure_ascii=True) + "\n" if jsonl else _in_words(answer))
            sys.stdout.flush()


async def _own_fetch(stack: contextlib.AsyncExitStack) -> Fetch:
    from .. import wiring
    from .context import settings_now

    settings = settings_now()
    fetcher = wiring.fetcher(settings)
    stack.push_async_callback(fetcher.close)
    return lambda url: fetcher.fetch(Request(url, cap=settings.fetch.cap, deadline=settings.fetch.deadline))


def _is_address(name: str) -> bool:
    return name.startswith(("http://", "https://"))


async def answers(room: ReadingRoom, what: Sequence[str], fetch: Fetch | None) -> AsyncIterator[dict[str, object]]:
    """The answer to each file or address, errors included."""
    for name in what:
        try:
            body, origin = await _body(name, fetch)
            yield _answer(name, await room.read(body, origin))
        except ReadError as error:
            detail = str(error).partition(": ")[2]
            yield {"file": name, "error": error.reason, **({"detail": detail} if detail else {})}


async def _body(name: str, fetch: Fetch | None) -> tuple[bytes, Origin]:
    if fetch is not None and _is_address(name):
        result = await fetch(name)
        if isinstance(result, Fetched):
            return result.body[:], _origin(result.url, result.content_type, result.charset)
        raise ReadError("not fetched", _why(result))
    return _from_disk(Path(name))


def _why(result: FetchResult) -> str:
    if not isinstance(result, Failed):
        return "nothing came"
    return f"{result.reason}: {result.detail}" if result.detail else result.reason


def _from_disk(path: Path) -> tuple[bytes, Origin]:
    try:
        if path.stat().st_size > _LARGEST:
            raise ReadError("too large", f"{path.stat().st_size} bytes, {_LARGEST} are read")
        return path.read_bytes(), _origin(path.resolve().as_uri())
    except OSError as error:
        raise ReadError("not found" if isinstance(error, FileNotFoundError) else "unreadable", str(error)) from error


def _origin(url: str, content_type: str = "", charset: str | None = None) -> Origin:
    return Origin("", "any", url, content_type, charset, {"refine": True})


def _answer(name: str, reading: Reading) -> dict[str, object]:
    harvest = reading.harvest
    first = harvest.texts[0] if harvest.texts else None
    feed = harvest.format == "feed"
    answer: dict[str, object] = {
        "file": name,
        "format": harvest.format,
        "title": harvest.title,
        "text": "\n\n".join(_whole(one) if feed else one.text for one in harvest.texts),
        "language": harvest.language or (first.language if first else None),
        "published": first.published.isoformat() if first and first.published and not feed else None,
        "links": [link.url for link in harvest.links],
        "attachments": [link.url for one in harvest.texts for link in one.attachments],
        "truncated": harvest.truncated,
        "warnings": list(harvest.warnings),
    }
    if feed:
        answer["entries"] = [
            {
                "id": one.place,
                "link": one.url,
                "title": one.title,
                "text": one.text,
                "published": one.published.isoformat() if one.published else None,
            }
            for one in harvest.texts
        ]
    return answer


def _whole(entry: Extracted) -> str:
    return f"{entry.title}\n{entry.text}".strip()


def _in_words(answer: dict[str, object]) -> str:
    lines = [f"{answer['file']}"]
    for key in ("error", "detail", "format", "title", "language", "published", "warnings"):
        value = answer.get(key)
        if value:
            lines.append(f"  {key}: {', '.join(value) if isinstance(value, list) else value}")
    for key in ("entries", "links", "attachments"):
        value = answer.get(key)
        if isinstance(value, list) and value:
            lines.append(f"  {key}: {len(value)}")
    text = str(answer.get("text") or "")
    return "\n".join(lines) + (f"\n\n{text}\n\n" if text else "\n")
