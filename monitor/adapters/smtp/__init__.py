"""smtp: one mail to one recipient, and exactly how it ended.

Apprise reads the channel's URL (provider shortcuts, `from`, `to`, `mode`); the dialogue with the mail
server is our own, because its phases decide between "never left us" and "left us, no reply".
"""

from __future__ import annotations

import asyncio
import ssl
from functools import partial

from ...domain.delivery import Channel, Draft, Frozen, SendResult
from ...domain.secret import Secret
from ...pipeline import compose
from ..channels import Gates, in_thread
from .dialogue import Dialogue
from .kept import Kept
from .server import Patience, Server, address, read

__all__ = ["Mail", "Patience", "Server", "read"]

AT_ONCE = 4  # connections to one channel's server


class Mail:
    """The channel kind `mail`: mailto:// and mailtos:// URLs."""

    key = "mail"
    schemes = ("mailto", "mailtos")

    def __init__(self, patience: Patience | None = None, context: ssl.SSLContext | None = None) -> None:
        self._patience = patience or Patience()
        self._context = context or ssl.create_default_context()
        self._kept = Kept(self._patience.idle)
        self._gates = Gates(AT_ONCE)

    def recipients(self, url: Secret) -> tuple[str, ...]:
        """The addresses that the URL names. Raises ChannelError that says what is wrong, without the URL."""
        return read(url).recipients

    def freeze(self, channel: Channel, draft: Draft) -> Frozen:
        """The mail as it will leave at every attempt."""
        server = read(channel.url)
        subject, payload = compose.mail(draft, server.sender, address(draft.recipient))
        return Frozen(draft.id, channel.key, draft.recipient, "message/rfc822", payload, subject)

    async def send(self, channel: Channel, frozen: Frozen) -> SendResult:
        """One attempt in a thread of its own; on cancellation its connection is cut and the attempt stays open."""
        server = read(channel.url)
        async with self._gates.turn(channel.key):
            dialogue = Dialogue(server, self._patience, self._context, self._kept)
            try:
                result = await in_thread(partial(dialogue.hand_over, frozen.recipient, frozen.payload))
            except asyncio.CancelledError:
                dialogue.abort()
                raise
        asyncio.get_running_loop().call_later(self._patience.idle + 0.1, self._kept.prune)
        return result

    async def close(self) -> None:
        """Ends the connections that are kept."""
        self._kept.prune(all_of_them=True)
