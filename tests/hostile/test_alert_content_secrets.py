"""Secrets of channel URLs: searched for wherever a message or its failure leaves a trace (A86)."""

from __future__ import annotations

import io
import logging
import traceback
from collections.abc import Iterator

import pytest

from monitor.adapters.apprise import AppriseService
from monitor.adapters.channels import ChannelError
from monitor.adapters.notifier import Senders, channel_kinds, inspect
from monitor.adapters.smtp import Mail, Patience
from monitor.adapters.smtp import read as read_mail
from monitor.adapters.webhook import Webhook
from monitor.adapters.webhook import read as read_webhook
from monitor.domain.delivery import Channel
from monitor.domain.secret import Secret
from tests.fakes.drafts import draft
from tests.fakes.smtp import MailServer
from tests.fakes.webhook import Receiver

CANARY = "c4n4ryS3cret"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that any logger says at DEBUG."""
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield heard
    root.setLevel(level)
    root.removeHandler(handler)


async def traces(url: str) -> str:
    """All that one attempt on a channel of this URL leaves behind."""
    kinds = (Mail(Patience(connect=1.0, reply=1.0, final=1.0)), Webhook(), AppriseService(patience=10.0))
    kind, recipients = inspect("ops", Secret(url), kinds)
    channel = Channel("ops", Secret(url), kind, recipients)
    senders = Senders({"ops": channel}, kinds=kinds)
    frozen = senders.freeze(draft(channel="ops", recipient=recipients[0]))
    result = await senders.send(frozen)
    await senders.close()
    return repr((channel, frozen, result, str(result), vars(senders)))


async def test_a86_a_mail_password_leaves_no_trace(log: io.StringIO) -> None:
    async with MailServer(password="other") as server:
        left = await traces(server.url("lena@example.org", user="monitor", password=CANARY))
    assert CANARY not in left + log.getvalue()
    assert CANARY not in repr(read_mail(Secret(f"mailto://u:{CANARY}@x.org?to=a@x.org")))


@pytest.mark.parametrize("answer", ["200", "401: the token is c4n4ryS3cret", "302 Location=/c4n4ryS3cret", "close"])
async def test_a86_webhook_secrets_leave_no_trace(log: io.StringIO, answer: str) -> None:
    async with Receiver([answer]) as receiver:
        options = f"secret={CANARY}&+X-Token={CANARY}&-key={CANARY}"
        left = await traces(receiver.url(options, f"u:{CANARY}@", f"/hooks/{CANARY}"))
    assert CANARY not in left + log.getvalue()
    assert CANARY not in repr(read_webhook(Secret(f"json://u:{CANARY}@x.org/{CANARY}?secret={CANARY}")))


@pytest.mark.parametrize(
    "url",
    [
        f"ntfy://{CANARY}@127.0.0.1:1/{CANARY}",
        f"mmost://127.0.0.1:1/{CANARY}{CANARY}",
        f"gotify://127.0.0.1:1/{CANARY}",
    ],
)
async def test_a86_tokens_of_apprise_services_leave_no_trace(log: io.StringIO, url: str) -> None:
    left = await traces(url)
    assert "unknown" in left
    assert CANARY not in left + log.getvalue()


@pytest.mark.parametrize(
    "url",
    [
        f"slack://{CANARY}",
        f"unheard://{CANARY}",
        f"mailto://u:{CANARY}@x.org?to=a@x.org&verify=no",
        f"json://u:{CANARY}@x.org?optional=yes",
        f"{CANARY}",
    ],
)
def test_a86_a_refused_url_is_not_told_in_the_refusal(log: io.StringIO, url: str) -> None:
    with pytest.raises(ChannelError) as refused:
        inspect("ops", Secret(url), channel_kinds())
    trace = "".join(traceback.format_exception(refused.value))
    assert CANARY not in trace + log.getvalue()
