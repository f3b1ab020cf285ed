"""Apprise's own plugins against a real receiver: what each service would have been sent."""

from __future__ import annotations

import asyncio
import email
import json
import time
from urllib.parse import unquote_plus

import apprise
import pytest
import requests

from monitor.adapters.apprise import AppriseService
from monitor.adapters.channels import ChannelError
from monitor.adapters.notifier import Senders, inspect
from monitor.adapters.smtp import Mail
from monitor.domain.delivery import AttemptOutcome, Channel, SendResult
from monitor.domain.secret import Secret
from tests.fakes.drafts import draft, hit
from tests.fakes.smtp import MailServer
from tests.fakes.webhook import Receiver

SERVICES = {
    "slack": "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#hits",
    "tgram": "tgram://123456789:abcdefg_hijklmnop-qrstuvwxyz12345678/12315544/",
    "discord": "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js",
    "wecombot": "wecombot://botkey-0123-4567-89ab",
    "dingtalk": "dingtalk://token0123456789/",
    "feishu": "feishu://token0123456789abcdef/",
    "lark": "lark://token0123456789abcdef/",
    "ntfy": "ntfy://127.0.0.1/topic",
    "matrix": "matrix://127.0.0.1?token=0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXY&mode=slack",
    "mmost": "mmost://127.0.0.1/0123456789abcdef0123456789",
}


@pytest.fixture
async def receiver(monkeypatch: pytest.MonkeyPatch) -> Receiver:  # type: ignore[misc]
    """A receiver that every HTTP request of Apprise ends at, whatever host it was meant for."""
    async with Receiver() as listening:
        real = requests.Session.request

        def here(session: requests.Session, method: str, url: str, **given: object) -> requests.Response:
            path = url.partition("://")[2].partition("/")[2]
            return real(session, method, f"http://127.0.0.1:{listening.port}/{path}", **given)  # type: ignore[arg-type]

        monkeypatch.setattr(requests.Session, "request", here)
        yield listening  # type: ignore[misc]


def senders(url: str, patience: float = 20.0) -> Senders:
    return Senders({"ops": Channel("ops", Secret(url), "apprise", ("ops",))}, kinds=[AppriseService(patience)])


async def attempt(url: str, **given: object) -> SendResult:
    notifier = senders(url)
    result = await notifier.send(notifier.freeze(draft(hit(**given), channel="ops", recipient="ops")))
    await notifier.close()
    return result


@pytest.mark.parametrize("service", SERVICES)
async def test_each_service_gets_the_hit_in_one_post_that_calls_nobody(receiver: Receiver, service: str) -> None:
    fine = '200 Content-Type=application/json: {"ok":true,"errcode":0,"code":0,"StatusCode":0,"id":"1"}'
    receiver.answers = ["200: ok" if service == "slack" else fine]
    result = await attempt(SERVICES[service], title="@everyone <!channel> 启明计划 [safe](http://evil.example)")
    assert result.outcome is AttemptOutcome.DELIVERED
    assert len(receiver.requests) == 1
    body = receiver.requests[0].body.decode()
    said = unquote_plus(body) if "%" in body else json.dumps(json.loads(body), ensure_ascii=False)
    assert "QM（启明）计划" in said
    assert "@everyone" not in said
    assert "<!channel>" not in said
    assert "](http" not in said


async def test_a_post_for_wecom_stays_under_its_2048_bytes(receiver: Receiver) -> None:
    await attempt("wecombot://botkey-of-another-one", passage="启明计划" * 2_000)
    told = json.loads(receiver.requests[0].body)
    content = next(part["content"] for part in told.values() if isinstance(part, dict))
    assert len(content.encode()) <= 2_048


@pytest.mark.parametrize(
    ("answer", "broken"), [("500", False), ("404", True), ("401", True), ("close", False), ("302", False)]
)
async def test_a88_each_failure_counts_as_unknown(receiver: Receiver, answer: str, broken: bool) -> None:
    receiver.answers = [answer]
    result = await attempt(SERVICES["mmost"])
    assert (result.outcome, result.broken) == (AttemptOutcome.UNKNOWN, broken)


async def test_a_service_without_an_end_is_unknown_in_time(receiver: Receiver) -> None:
    receiver.answers = ["silent"]
    notifier = senders(SERVICES["ntfy"], patience=0.2)
    result = await notifier.send(notifier.freeze(draft(channel="ops", recipient="ops")))
    assert result.outcome is AttemptOutcome.UNKNOWN


async def test_a_slow_service_does_not_hold_up_another_one(receiver: Receiver) -> None:
    urls = {"slow": "ntfy://127.0.0.1/slow", "quick": "ntfy://127.0.0.1/quick"}
    channels = {key: Channel(key, Secret(url), "apprise", (key,)) for key, url in urls.items()}
    notifier = Senders(channels, kinds=[AppriseService(patience=5.0)])
    receiver.answers = ["silent"]
    waiting = asyncio.create_task(notifier.send(notifier.freeze(draft(channel="slow", recipient="slow"))))
    while not receiver.requests:
        await asyncio.sleep(0.01)
    began = time.monotonic()
    result = await notifier.send(notifier.freeze(draft(channel="quick", recipient="quick")))
    assert result.outcome is AttemptOutcome.DELIVERED
    assert time.monotonic() - began < 3.0
    waiting.cancel()


@pytest.mark.parametrize(
    "url", ["syslog://", "dbus://", "windows://", "macosx://", "smpp://u:p@h", "form://h/x", "apprise://h/t"]
)
def test_a87_services_that_act_on_this_machine_are_not_allowed(url: str) -> None:
    with pytest.raises(ChannelError, match="not among the services"):
        inspect("ops", Secret(url), [AppriseService()])


async def test_apprises_own_mail_plugin_and_our_sender_read_one_url_alike() -> None:
    """Apprise parses every URL: what it would send as, and to whom, is what ours does - with a Message-ID that stays."""
    async with MailServer() as server:
        url = server.url("lena@example.org", "omar@example.org").replace("from=monitor@", "from=Watch<monitor@")
        url = url.replace("Watch<monitor@example.org", "Watch%3Cmonitor%40example.org%3E")
        theirs = apprise.Apprise()
        assert theirs.add(url)
        assert await asyncio.to_thread(theirs.notify, "启明计划", "a title")
        kind, recipients = inspect("mail", Secret(url), [Mail()])
        senders_ = Senders({"mail": Channel("mail", Secret(url), kind, recipients)}, kinds=[Mail()])
        for recipient in recipients:
            one = draft(channel="mail", recipient=recipient)
            assert (await senders_.send(senders_.freeze(one))).outcome is AttemptOutcome.DELIVERED
        await senders_.close()
        mails = [(to, email.message_from_bytes(payload)) for to, payload in server.mails]
    assert sorted(to for to, _ in mails[:2]) == sorted(to for to, _ in mails[2:])
    assert {mail["From"] for _, mail in mails} == {"Watch <monitor@example.org>"}
    assert len({mail["Message-ID"] for _, mail in mails[2:]}) == 2
