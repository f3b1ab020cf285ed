"""channels: what is a kind of channel, and what does Apprise make of a channel's URL?"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import Any, Protocol, TypeVar
from urllib.parse import quote

from ..domain.delivery import Channel, Draft, Frozen, SendResult
from ..domain.errors import MonitorError
from ..domain.secret import Secret
from ..pipeline.compose.safe import cut, one_line

_DETAIL = 400
Result = TypeVar("Result")
_HAZARDS = {
    "optional": "it would report failures as successes",
    "retry": "it would send copies; attempts are counted by the message",
    "wait": "attempts are spaced by the message",
    "attach": "files of this machine are never sent",
    "tag": "channels are chosen by their filters",
    "tags": "channels are chosen by their filters",
    "pgp": "keys would be read from or made on this machine",
}
_QUIET_LOGGERS = ("apprise", "urllib3", "requests")


class ChannelError(MonitorError):
    """A channel's URL cannot be used; says why, never the URL itself."""


class ChannelBusy(MonitorError):
    """Other messages of the channel took too long: this one did not leave and may be tried again."""


class Gates:
    """How many messages of one channel are on their way at a time, and how long another one waits for its turn.

    The wait has an end because an attempt is `started` before it: its lease must outlast wait and sending.
    """

    def __init__(self, at_once: int, patience: float = 60.0) -> None:
        self._at_once = at_once
        self._patience = patience
        self._gates: dict[str, asyncio.Semaphore] = {}

    @asynccontextmanager
    async def turn(self, key: str) -> AsyncIterator[None]:
        """Holds one of the channel's places. Raises ChannelBusy after `patience` seconds."""
        gate = self._gates.setdefault(key, asyncio.Semaphore(self._at_once))
        try:
            async with asyncio.timeout(self._patience):
                await gate.acquire()
        except TimeoutError as error:
            raise ChannelBusy(f"{self._at_once} other messages are on their way to this channel: try again") from error
        try:
            yield
        finally:
            gate.release()


def in_thread(work: Callable[[], Result]) -> asyncio.Future[Result]:
    """Runs blocking work in a thread that nobody has to wait for: neither cancelling nor stopping hangs on it."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Result] = loop.create_future()

    def settle(result: Result | None, error: BaseException | None) -> None:
        if future.cancelled():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]  # without an error there is a result

    def run() -> None:
        result, error = None, None
        try:
            result = work()
        except Exception as raised:  # noqa: BLE001  handed to whoever awaits the future
            error = raised
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=run, daemon=True, name="sender").start()
    return future


class ChannelKind(Protocol):
    """How one kind of channel is read, composed for and sent to."""

    @property
    def key(self) -> str:
        """Its name in `Channel.kind`."""
        ...

    @property
    def schemes(self) -> tuple[str, ...]:
        """The URL schemes it takes."""
        ...

    def recipients(self, url: Secret) -> tuple[str, ...]:
        """The mail addresses of the URL, or nothing where the channel itself is the recipient.

        Raises ChannelError when the URL cannot be used.
        """
        ...

    def freeze(self, channel: Channel, draft: Draft) -> Frozen:
        """The bytes as they will leave at every attempt; the same draft gives the same bytes."""
        ...

    async def send(self, channel: Channel, frozen: Frozen) -> SendResult:
        """One attempt; never raises for what the other side does."""
        ...

    async def close(self) -> None:
        """Ends its connections and threads."""
        ...


def scheme(url: Secret) -> str:
    """The scheme of a URL, in small letters; empty when it has none."""
    head, mark, _ = url.reveal().partition("://")
    return head.strip().lower() if mark else ""


@lru_cache(maxsize=512)
def parsed(url: Secret) -> Any:
    """Apprise's plugin object for the URL. Raises ChannelError without the URL in it.

    Options that would hide failures, send copies or read files are refused.
    """
    import apprise  # with its plugins 10 MB, which a service without channels does without

    _hush()
    options = options_of(url)
    for name, why in _HAZARDS.items():
        if name in options:
            raise ChannelError(f"`{name}=` is refused in a channel URL: {why}")
    asset = apprise.AppriseAsset(
        app_id="mention-monitor",
        app_desc="mention-monitor",
        storage_mode=apprise.PersistentStoreMode.MEMORY,
        async_mode=False,
    )
    plugin = apprise.Apprise.instantiate(url.reveal(), asset=asset, suppress_exceptions=True)
    if plugin is None:
        raise ChannelError(
            f"Apprise cannot read this `{scheme(url) or '(no scheme)'}` URL: see its page for that service"
        )
    return plugin


@lru_cache(maxsize=512)
def options_of(url: Secret) -> dict[str, str]:
    """The options behind the URL's `?`, as Apprise reads them."""
    from apprise.utils.parse import parse_url

    _hush()
    found = parse_url(url.reveal(), verify_host=False) or {}  # type: ignore[no-untyped-call]
    return {str(name).lower(): str(value) for name, value in (found.get("qsd") or {}).items()}


def scrub(text: str, *secrets: str) -> str:
    """What a server said, on one line, cut, without the secrets that it may have echoed."""
    forms = {form for secret in secrets if secret for form in (secret, quote(secret, safe=""))}
    for form in sorted(forms, key=len, reverse=True):
        text = text.replace(form, "***")
    return cut(one_line(text), _DETAIL)


def _hush() -> None:
    """Apprise and its HTTP client print addresses with tokens at DEBUG: nothing of them reaches our handlers."""
    for name in _QUIET_LOGGERS:
        logger = logging.getLogger(name)
        logger.propagate = False
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
