"""A day of trouble in virtual time: real senders, real servers, the waits of `retry` (F51-F57)."""

from __future__ import annotations

import email
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from monitor.adapters.notifier import Senders, inspect
from monitor.adapters.smtp import Mail, Patience
from monitor.adapters.webhook import Patience as WebPatience
from monitor.adapters.webhook import Webhook
from monitor.domain.delivery import AttemptOutcome, Channel, Frozen, SendResult
from monitor.domain.secret import Secret
from monitor.pipeline import retry
from tests.fakes.drafts import NOW, draft, hit
from tests.fakes.smtp import MailServer
from tests.fakes.webhook import Receiver

THREE = ("a@example.org", "b@example.org", "c@example.org")


@dataclass
class Promise:
    """One message: when it is due, and what became of its attempts."""

    frozen: Frozen
    due: datetime | None
    first: datetime
    dead: bool = False
    ends: list[SendResult] = field(default_factory=list)


class Day:
    """Sends what is due, hour by hour, and lets the servers misbehave by the clock."""

    def __init__(self, mail: MailServer, hook: Receiver) -> None:
        self.mail, self.hook = mail, hook
        kinds = (Mail(Patience(final=0.1, idle=60.0)), Webhook(WebPatience(answer=0.2)))
        urls = {"mail": mail.url(*THREE), "ops": hook.url()}
        self.channels = {
            key: Channel(key, Secret(url), *inspect(key, Secret(url), kinds))  # type: ignore[call-arg]
            for key, url in urls.items()
        }
        self.senders = Senders(self.channels, kinds=kinds)
        self.promises: list[Promise] = []

    def publish(self, number: int, at: datetime) -> None:
        """A hit that every channel and recipient is owed."""
        for channel in self.channels.values():
            for recipient in channel.recipients:
                name = f"m{number}-{recipient}"
                one = draft(hit(number), id=name, channel=channel.key, recipient=recipient, created_at=at)
                self.promises.append(Promise(self.senders.freeze(one), at, at))

    async def live(self, until: datetime) -> None:
        """Lets time go from one due message to the next."""
        while True:
            waiting = [one for one in self.promises if one.due is not None and one.due <= until]
            if not waiting:
                return
            await self._attempt(min(waiting, key=lambda one: one.due or until))

    async def _attempt(self, one: Promise) -> None:
        assert one.due is not None
        now = one.due
        self._weather((now - NOW) / timedelta(hours=1), one)
        result = await self.senders.send(one.frozen)
        rejects = sum(end.outcome is AttemptOutcome.REJECTED for end in one.ends)
        one.ends.append(result)
        following = retry.after(result, len(one.ends), one.first, now, rejects)
        one.due, one.dead = following.due_at, following.dead

    def _weather(self, hour: float, one: Promise) -> None:
        self.mail.vanish = "before data" if 2 <= hour < 5 else "after dot" if 6 <= hour < 6.5 else ""
        self.mail.greylist = 1 if not one.ends and 8 <= hour < 14 else 0
        self.mail.late = 0.3 if 15 <= hour < 15.2 and not one.ends else 0.0
        burst = 10 <= hour < 11
        self.hook.answers = ["429 Retry-After=1800"] if burst else ["close"] if 12 <= hour < 12.1 else []


@pytest.fixture
async def day() -> Day:  # type: ignore[misc]
    async with MailServer() as mail, Receiver() as hook:
        mail.script("b@example.org", "550 5.1.1 no such user")
        lived = Day(mail, hook)
        yield lived  # type: ignore[misc]
        await lived.senders.close()


async def test_f51_to_f57_a_day_of_trouble_loses_nothing_and_doubles_only_what_was_unknown(day: Day) -> None:
    for quarter in range(72):
        day.publish(quarter, NOW + timedelta(minutes=15 * quarter))
    await day.live(NOW + timedelta(days=4))

    for one in day.promises:
        told = one.ends[-1].outcome is AttemptOutcome.DELIVERED
        assert told is not one.dead, "each is delivered or visibly dead"
        assert one.dead is (one.frozen.recipient == "b@example.org")
        assert len(one.ends) < 12

    unknown = Counter(
        one.frozen.payload for one in day.promises for end in one.ends if end.outcome is AttemptOutcome.UNKNOWN
    )
    assert unknown, "the day had its doubts"
    arrived = Counter(payload for _, payload in day.mail.mails)
    arrived += Counter(
        request.body for request in day.hook.requests if request.headers["idempotency-key"] in accepted(day)
    )
    for payload, times in arrived.items():
        assert times <= 1 + unknown[payload], "a copy came without a doubt before it"
    copies = [payload for payload, times in Counter(payload for _, payload in day.mail.mails).items() if times > 1]
    assert copies, "what was accepted late came twice"
    assert len({email.message_from_bytes(payload)["Message-ID"] for payload in copies}) == len(copies)


def accepted(day: Day) -> set[str]:
    """The webhook messages that had one attempt only: whatever else came for them would be a copy."""
    return {one.frozen.id for one in day.promises if one.frozen.channel == "ops" and len(one.ends) == 1}
