"""What every Notifier promises, the fake one and the real one against real servers on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import pytest

from monitor.adapters.notifier import Senders, inspect
from monitor.adapters.smtp import Mail
from monitor.adapters.webhook import Webhook
from monitor.domain.delivery import AttemptOutcome, Channel
from monitor.domain.secret import Secret
from monitor.ports import Notifier
from tests.fakes.drafts import draft
from tests.fakes.notifier import FakeNotifier
from tests.fakes.smtp import MailServer
from tests.fakes.webhook import Receiver


@dataclass
class Scene:
    """A notifier with a channel `good` and one, `bad`, that refuses each attempt; what `good` delivered."""

    notifier: Notifier
    recipient: str
    arrived: Callable[[], int]


@pytest.fixture(params=["fake", "mail", "webhook"])
async def scene(request: pytest.FixtureRequest) -> AsyncIterator[Scene]:
    if request.param == "fake":
        fake = FakeNotifier(broken={"bad"})
        yield Scene(fake, "lena@example.org", lambda: len(fake.sent))
        return
    async with MailServer() as server, Receiver() as receiver:
        good = server.url("lena@example.org") if request.param == "mail" else receiver.url()
        bad = good.replace(f":{server.port}", ":1").replace(f":{receiver.port}", ":1")
        kinds = [Mail(), Webhook()]
        channels = {}
        for key, url in (("good", good), ("bad", bad)):
            kind, recipients = inspect(key, Secret(url), kinds)
            channels[key] = Channel(key, Secret(url), kind, recipients)
        senders = Senders(channels, kinds=kinds)
        yield Scene(senders, channels["good"].recipients[0], lambda: len(server.mails) + len(receiver.requests))
        await senders.close()


async def test_the_same_draft_gives_the_same_bytes(scene: Scene) -> None:
    one = draft(channel="good", recipient=scene.recipient)
    assert scene.notifier.freeze(one) == scene.notifier.freeze(one)


async def test_one_attempt_reaches_one_recipient_once(scene: Scene) -> None:
    frozen = scene.notifier.freeze(draft(channel="good", recipient=scene.recipient))
    assert (frozen.id, frozen.channel, frozen.recipient) == ("01J-message", "good", scene.recipient)
    result = await scene.notifier.send(frozen)
    assert result.outcome is AttemptOutcome.DELIVERED
    assert scene.arrived() == 1


async def test_f54_a_broken_channel_is_a_value_and_does_not_silence_the_other(scene: Scene) -> None:
    bad = scene.notifier.freeze(draft(channel="bad", recipient=scene.recipient))
    good = scene.notifier.freeze(draft(channel="good", recipient=scene.recipient))
    assert (await scene.notifier.send(bad)).outcome is AttemptOutcome.REFUSED
    assert (await scene.notifier.send(good)).outcome is AttemptOutcome.DELIVERED


async def test_closing_is_allowed_at_any_time_and_sends_nothing(scene: Scene) -> None:
    await scene.notifier.close()
    await scene.notifier.close()
    assert scene.arrived() == 0


async def test_a_message_for_a_channel_that_is_gone_is_refused_with_a_reason() -> None:
    senders = Senders({}, kinds=[])
    frozen = FakeNotifier().freeze(draft(channel="gone"))
    result = await senders.send(frozen)
    assert result.outcome is AttemptOutcome.REFUSED
    assert "gone" in result.detail


async def test_a_reload_is_in_force_for_the_next_message() -> None:
    async with Receiver() as receiver:
        senders = Senders({}, kinds=[Webhook()])
        senders.use({"ops": Channel("ops", Secret(receiver.url()), "webhook", ("ops",))})
        result = await senders.send(senders.freeze(draft(channel="ops", recipient="ops")))
        await senders.close()
    assert result.outcome is AttemptOutcome.DELIVERED
