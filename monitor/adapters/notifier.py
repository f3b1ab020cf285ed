"""notifier: which sender takes this message?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from ..domain.delivery import AttemptOutcome, Channel, Draft, Frozen, SendResult, Telling
from ..domain.rates import Rates
from ..domain.secret import Secret
from ..pipeline import feedback, route
from ..pipeline.feedback import Action
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
        key: Secret | None = None,
    ) -> None:
        self._kinds = {kind.key: kind for kind in (channel_kinds() if kinds is None else kinds)}
        self._channels = dict(channels)
        self._console = console
        self._rates = rates
        self._key = key

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
        draft = replace(draft, takes=draft.takes or route.takes(channel))
        return kind.freeze(channel, self._linked(draft) if kind.key == "mail" else draft)

    def _linked(self, draft: Draft) -> Draft:
        """The draft with signed links beside each delivery it tells."""
        if self._key is None or not draft.console:
            return draft
        key, base = bytes.fromhex(self._key.reveal()), f"{draft.console.rstrip('/')}/f/"
        told = tuple(_signed(one, key, base, draft.created_at) for one in draft.tellings)
        return replace(draft, tellings=told)

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


def _signed(telling: Telling, key: bytes, base: str, made: datetime) -> Telling:
    """The telling with its links; one without a delivery (a preview) has none."""
    if not telling.delivery:
        return telling
    right, wrong, mute = (f"{base}{feedback.sign(key, action, telling.delivery, made)}" for action in Action)
    return replace(telling, right=right, wrong=wrong, mute=mute)
