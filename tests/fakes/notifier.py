"""A Notifier in memory: `outcomes` scripts the ends of attempts by channel, `sent` has what it delivered.

notifier = FakeNotifier()
notifier.outcomes["ops"] = [AttemptOutcome.REFUSED, AttemptOutcome.DELIVERED]   # then delivered
notifier.broken.add("ops")                                                     # refused for ever
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from monitor.domain.delivery import AttemptOutcome, Channel, Draft, Frozen, SendResult


@dataclass
class FakeNotifier:
    """Holds the port's promises: stable bytes, one recipient a call, no exception but cancellation."""

    outcomes: dict[str, list[AttemptOutcome]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    delay: float = 0.0
    attempts: list[Frozen] = field(default_factory=list)
    sent: list[Frozen] = field(default_factory=list)
    closed: bool = False
    channels: dict[str, Channel] = field(default_factory=dict)

    def freeze(self, draft: Draft) -> Frozen:
        """The draft's id, kind and hits as JSON."""
        told = {
            "message": draft.id,
            "kind": draft.kind.value,
            "hits": [telling.hit.id for telling in draft.tellings],
            "forms": [telling.form.value for telling in draft.tellings],
            "body": draft.body,
        }
        subject = draft.subject or ", ".join(telling.hit.title for telling in draft.tellings)
        payload = json.dumps(told, sort_keys=True).encode()
        return Frozen(draft.id, draft.channel, draft.recipient, "application/json", payload, subject)

    def use(self, channels: Mapping[str, Channel]) -> None:
        """Remembers the channels in force."""
        self.channels = dict(channels)

    async def send(self, frozen: Frozen) -> SendResult:
        """The next scripted outcome of the channel, else delivered."""
        self.attempts.append(frozen)
        await asyncio.sleep(self.delay)
        if frozen.channel in self.broken:
            return SendResult(AttemptOutcome.REFUSED, "scripted: broken", broken=True)
        script = self.outcomes.get(frozen.channel, [])
        outcome = script.pop(0) if script else AttemptOutcome.DELIVERED
        if outcome is AttemptOutcome.DELIVERED:
            self.sent.append(frozen)
        return SendResult(outcome, f"scripted: {outcome.value}")

    async def close(self) -> None:
        """Remembers that it was closed."""
        self.closed = True

    @property
    def heard(self) -> list[str]:
        """The recipients that got something, in order."""
        return [frozen.recipient for frozen in self.sent]
