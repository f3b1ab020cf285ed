"""anchors: how do signed heads of the log get out of reach of whoever can write to the database?

Every head is appended to `heads.txt` in the state folder, which is not the database, and goes to where MONITOR_AUDIT_TO says: a
file on another disk or host, a mail address (by the first mail channel's server), a channel of the watchlists, or an Apprise URL.
A place that cannot be reached is told and tried again with the next head; the service goes on.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import structlog

from ..domain.delivery import AttemptOutcome, Channel, Draft, MessageKind
from ..domain.errors import MonitorError, SettingsError
from ..domain.secret import Secret
from ..ports import Notifier
from .audit_export.notes import NoteError, find_heads, parse_head
from .notifier import Senders, channel_kinds, inspect

log = structlog.get_logger()
FILE = "heads.txt"
TAIL = 4096  # bytes; a head has some 300
BETWEEN_MAILS = timedelta(minutes=5)
KEY = "audit-to"


class Log(Protocol):
    """The log as this asks it; `Queries` of the store answers."""

    def signed_head(self) -> str | None:
        """The newest signed head."""

    def signed_heads(self, after: int) -> Sequence[str]:
        """The heads of more than that many entries, oldest first."""

    def disagrees(self, head: str) -> str | None:
        """In words, that the log is not what that head says; None when it is."""


@dataclass(frozen=True)
class Target:
    """Where MONITOR_AUDIT_TO points: a file, an address, a channel's name or a URL."""

    file: Path | None = None
    address: str | None = None
    channel: str | None = None
    url: Secret | None = None


def target(told: Secret | None) -> Target | None:
    """What MONITOR_AUDIT_TO means; None when it is not set. Raises SettingsError for what is none of the four."""
    text = told.reveal().strip() if told is not None else ""
    if not text:
        return None
    if text.startswith("file:"):
        return Target(file=Path(text.removeprefix("file:").removeprefix("//")))
    if "://" in text:
        return Target(url=Secret(text))
    if "@" in text and "/" not in text:
        return Target(address=text)
    if "/" in text:
        return Target(file=Path(text))
    if text.replace("-", "").replace("_", "").isalnum():
        return Target(channel=text)
    raise SettingsError("MONITOR_AUDIT_TO: write a file with its folder (/mnt/other/heads.txt), a mail address, a channel's "
                        "name or an Apprise URL")  # fmt: skip


def append(path: Path, heads: Sequence[str]) -> None:
    """Appends heads to a file of heads, synced before it returns. Raises OSError."""
    if not heads:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    torn = b"\n\n" if _ends_torn(path) else b""
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        os.write(handle, torn + "".join(f"{head}\n" for head in heads).encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def _ends_torn(path: Path) -> bool:
    """Whether the machine died while a head was written there."""
    try:
        with path.open("rb") as file:
            return file.seek(0, os.SEEK_END) > 1 and bool(file.seek(-2, os.SEEK_END)) and file.read() != b"\n\n"
    except FileNotFoundError:
        return False


def newest(path: Path) -> str | None:
    """The last whole head in a file of heads, None where there is none. Raises OSError when it cannot be read."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - TAIL))
            text = file.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return None
    for head in reversed(find_heads(text)):
        try:
            parse_head(head)
        except NoteError:  # half a line, written as the machine died
            continue
        return head
    return None


class Anchors:
    """Carries heads outside: `carry` by a duty, `ring` at once when the store signed one."""

    def __init__(
        self,
        kept: Path,
        to: Target | None,
        heads: Log,
        channels: Callable[[], Sequence[Channel]],
        notifier: Notifier,
        tell: Callable[[str, str], Awaitable[None]],
    ) -> None:
        self._kept = kept
        self._to = to
        self._heads = heads
        self._channels = channels
        self._notifier = notifier
        self._tell = tell
        self._own: Notifier | None = None
        self._sent = 0
        self._sent_at: datetime | None = None
        self._troubles: dict[str, str] = {}
        self._busy = asyncio.Lock()
        self._loop = asyncio.get_running_loop()
        self._tasks: set[asyncio.Task[None]] = set()

    def ring(self, now: Callable[[], datetime]) -> None:
        """Carries soon, from any thread."""
        self._loop.call_soon_threadsafe(self._begin, now)

    def _begin(self, now: Callable[[], datetime]) -> None:
        if len(self._tasks) < 2:  # one at work, one that will see what came meanwhile
            task = asyncio.create_task(self.carry(now()))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def carry(self, now: datetime) -> None:
        """Brings every head that is not there yet to each place; what fails is told and tried again, never raised."""
        async with self._busy:
            await self._write("heads.txt", self._kept)
            if self._to is None:
                return
            if self._to.file is not None:
                await self._write("MONITOR_AUDIT_TO", self._to.file)
            elif self._sent_at is None or now - self._sent_at >= BETWEEN_MAILS:
                await self._send(now)

    async def _write(self, name: str, path: Path) -> None:
        try:
            last = await asyncio.to_thread(newest, path)
            if (
                last is not None and name not in self._troubles
            ):  # the first look: was an older state put back meanwhile?
                await self._compare(name, last)
            await asyncio.to_thread(self._bring, path, last)
        except OSError as error:
            await self._trouble(name, f"{path} cannot be written: {error.strerror or error}")
        else:
            await self._trouble(name, "")

    async def _compare(self, name: str, last: str) -> None:
        problem = await asyncio.to_thread(self._heads.disagrees, last)
        if problem is not None:
            log.error("the log is not what was signed", anchor=name, problem=problem)
            await self._tell("rollback found", f"{name}: {problem}")

    def _bring(self, path: Path, last: str | None) -> None:
        """Appends the heads that came after the last one there; where the log was put back, the newest one."""
        size = parse_head(last).size if last is not None else 0
        fresh = list(self._heads.signed_heads(size))
        top = self._heads.signed_head()
        if not fresh and top is not None and parse_head(top).size < size:
            fresh = [top]
        append(path, fresh)

    async def _send(self, now: datetime) -> None:
        fresh = await asyncio.to_thread(self._heads.signed_heads, self._sent)
        if not fresh:
            return
        head = parse_head(fresh[-1])
        try:
            senders, channel, recipient = self._way()
            draft = Draft(
                f"audit-head-{head.size}-{head.root[:12]}", MessageKind.NOTICE, channel, recipient, now,
                subject=f"Signed head of the audit log: {head.size} entries", body=fresh[-1],
            )  # fmt: skip
            result = await senders.send(senders.freeze(draft))
        except MonitorError as error:
            await self._trouble("MONITOR_AUDIT_TO", str(error))
            return
        if result.outcome is AttemptOutcome.DELIVERED:
            self._sent, self._sent_at = head.size, now
            await self._trouble("MONITOR_AUDIT_TO", "")
        else:
            await self._trouble("MONITOR_AUDIT_TO", f"{result.outcome.value}: {result.detail}")

    def _way(self) -> tuple[Notifier, str, str]:
        """By which senders, over which channel, to whom. Raises ChannelError and SettingsError."""
        to = self._to or Target()
        if to.url is not None:
            if self._own is None:
                kind, recipients = inspect(KEY, to.url, channel_kinds())
                self._own = Senders({KEY: Channel(KEY, to.url, kind, recipients)})
            return self._own, KEY, inspect(KEY, to.url, channel_kinds())[1][0]
        for channel in self._channels():
            if to.address is not None and channel.kind == "mail":
                return self._notifier, channel.key, to.address
            if channel.key == to.channel:
                return self._notifier, channel.key, channel.recipients[0]
        what = (
            "there is no mail channel whose server could send it"
            if to.address
            else f"there is no channel `{to.channel}`"
        )
        raise SettingsError(f"MONITOR_AUDIT_TO: {what}; name one in the watchlists, or write a mailto:// URL or a file")

    async def _trouble(self, place: str, problem: str) -> None:
        """Tells what is new: a trouble once when it begins, its end once."""
        before = self._troubles.get(place, "")
        self._troubles[place] = problem
        if bool(before) == bool(problem):
            return
        if problem:
            log.error("signed heads do not get out", place=place, problem=problem)
        else:
            log.info("signed heads get out again", place=place)
        await self._tell("anchor lost" if problem else "anchor regained", f"{place}: {problem or 'works again'}")
