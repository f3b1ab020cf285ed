"""notifier: which sender takes this message?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..domain.delivery import AttemptOutcome, Channel, Draft, Frozen, SendResult
from ..domain.rates import Rates
from ..domain.secret import Secret
from .apprise import AppriseService
from .channels import ChannelBusy, ChannelError, ChannelKind, scheme
from .smtp import Mail, Patience
from .webhook import Webhook

__all__ = ["ChannelError", "ChannelKind", "Senders", "channel_kinds", "inspect"]


def channel_kinds(patience: Patience | None = None) -> tuple[ChannelKind, ...]:
    """The kinds that are shipped: mail (with that patience), webhook, and Apprise for all its other services."""
    return Mail(patience), Webhook(), AppriseService()


def inspect(key: str, url: Secret, kinds: Sequence[ChannelKind]) -> tuple[str, tuple[str, ...]]:
    """(kind, recipients) of a channel's URL; the channel's key is its recipient where the URL names none.

    Raises ChannelError that says what is wrong and what to do, never the URL.
    """
    for kind in kinds:
        if scheme(url) in kind.schemes:
            return kind.key, kind.recipients(url) or (key,)
    known = "mailto, json, slack, tgram, discord, matrix, wecombot, dingtalk, feishu, ntfy …"
    raise ChannelError(f"`{scheme(url) or '(no scheme)'}` is not among the services that may be used ({known})")


class Senders:
    """The Notifier of the running service: hands each message to the kind of its channel."""

    def __init__(
        self,
        channels: Mapping[str, Channel],
        console: str = "",
        kinds: Sequence[ChannelKind] | None = None,
        rates: Rates | None = None,
    ) -> None:
        self._kinds = {kind.key: kind for kind in (channel_kinds() if kinds is None else kinds)}
        self._channels = dict(channels)
        self._console = console
        self._rates = rates

    def use(self, channels: Mapping[str, Channel]) -> None:
        """From now on these are the channels; what is being sent ends as it began."""
        self._channels = dict(channels)

    def freeze(self, draft: Draft) -> Frozen:
        """The bytes as they will leave at every attempt. Raises ChannelError for a channel that is not there."""
        channel, kind = self._find(draft.channel)
        if self._console and not draft.console:
            draft = replace(draft, console=self._console)
        if self._rates and not draft.rates:
            draft = replace(draft, rates=self._rates)
        return kind.freeze(channel, draft)

    async def send(self, frozen: Frozen) -> SendResult:
        """One attempt; a channel that is not there or cannot be used refuses it with the reason."""
        try:
            channel, kind = self._find(frozen.channel)
            return await kind.send(channel, frozen)
        except ChannelError as error:
            return SendResult(AttemptOutcome.REFUSED, str(error), broken=True)
        except ChannelBusy as error:
            return SendResult(AttemptOutcome.REFUSED, str(error))

    async def close(self) -> None:
        """Gives up what is still being sent."""
        for kind in self._kinds.values():
            await kind.close()

    def _find(self, key: str) -> tuple[Channel, ChannelKind]:
        channel = self._channels.get(key)
        if channel is None:
            raise ChannelError(f"no channel `{key}` in the watchlists: name it again or give up its messages")
        kind = self._kinds.get(channel.kind)
        if kind is None:
            raise ChannelError(f"channel `{key}` is of the kind `{channel.kind}`, which nothing here can send")
        return channel, kind
