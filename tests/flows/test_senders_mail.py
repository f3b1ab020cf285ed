"""Mail against a real server on loopback: every end of an attempt has its name."""

from __future__ import annotations

import asyncio
import email
import email.policy
import socket
import threading

import pytest

from monitor.adapters.channels import ChannelBusy, ChannelError, Gates
from monitor.adapters.notifier import Senders, inspect
from monitor.adapters.smtp import Mail, Patience, read
from monitor.domain.delivery import AttemptOutcome, Channel, SendResult
from monitor.domain.secret import Secret
from tests.fakes.drafts import draft, hit
from tests.fakes.smtp import MailServer, client_context

QUICK = Patience(connect=2.0, reply=2.0, before=5.0, final=2.0)


def mail_channel(server: MailServer, *to: str, url: str = "") -> Channel:
    address = url or server.url(*(to or ("lena@example.org",)))
    return Channel("analysts", Secret(address), "mail", to or ("lena@example.org",))


def senders(channel: Channel, patience: Patience = QUICK) -> Senders:
    return Senders({channel.key: channel}, kinds=[Mail(patience, client_context())])


async def attempt(channel: Channel, to: str = "lena@example.org", patience: Patience = QUICK) -> SendResult:
    notifier = senders(channel, patience)
    result = await notifier.send(notifier.freeze(draft(recipient=to)))
    await notifier.close()
    return result


async def test_a_mail_arrives_with_its_headers_its_parts_and_its_proof() -> None:
    async with MailServer() as server:
        result = await attempt(mail_channel(server))
        [(to, raw)] = server.mails
    assert result.outcome is AttemptOutcome.DELIVERED
    assert "250" in result.detail
    assert to == "lena@example.org"
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert mail["Subject"].startswith("Qiming: call, Linlan, ¥3–5 m, until 20 Jan 2027 | 临澜市")
    assert mail["To"] == "lena@example.org"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "analysts" in mail["List-Id"]
    assert mail.get_content_type() == "multipart/alternative"
    assert "【QM（启明）计划】" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "QM（启明）计划</span>" in mail.get_body(("html",)).get_content()  # type: ignore[union-attr]


async def test_every_attempt_has_the_same_bytes_and_message_id() -> None:
    async with MailServer(greylist=1) as server:
        notifier = senders(mail_channel(server))
        frozen = notifier.freeze(draft())
        assert frozen == notifier.freeze(draft())
        first, second = await notifier.send(frozen), await notifier.send(frozen)
        assert [first.outcome, second.outcome] == [AttemptOutcome.REFUSED, AttemptOutcome.DELIVERED]
        [(_, raw)] = server.mails
    assert raw == frozen.payload


async def test_f51_a_final_reply_that_is_late_is_waited_for() -> None:
    async with MailServer(late=0.5) as server:
        assert (await attempt(mail_channel(server))).outcome is AttemptOutcome.DELIVERED


async def test_f51_a_final_reply_that_never_comes_is_unknown() -> None:
    async with MailServer(late=5.0) as server:
        result = await attempt(mail_channel(server), patience=Patience(final=0.2))
        assert result.outcome is AttemptOutcome.UNKNOWN
        assert server.mails, "the server had accepted it: that is why it is unknown"


async def test_f07_a_server_that_vanishes_after_the_final_dot_is_unknown() -> None:
    async with MailServer(vanish="after dot") as server:
        assert (await attempt(mail_channel(server))).outcome is AttemptOutcome.UNKNOWN


async def test_f06_a_server_that_vanishes_before_the_message_has_refused_it() -> None:
    async with MailServer(vanish="before data") as server:
        assert (await attempt(mail_channel(server))).outcome is AttemptOutcome.REFUSED


async def test_f52_greylisting_is_a_refusal_that_may_be_tried_again() -> None:
    async with MailServer(greylist=1) as server:
        result = await attempt(mail_channel(server))
        assert (result.outcome, result.permanent) == (AttemptOutcome.REFUSED, False)
        assert "451" in result.detail


async def test_f53_one_of_three_recipients_refused_costs_the_others_nothing() -> None:
    three = ("a@example.org", "b@example.org", "c@example.org")
    async with MailServer() as server:
        server.script("b@example.org", "550 5.1.1 no such user")
        notifier = senders(mail_channel(server, *three))
        ends = [await notifier.send(notifier.freeze(draft(recipient=one))) for one in three]
        assert [to for to, _ in server.mails] == ["a@example.org", "c@example.org"]
    assert [end.outcome.value for end in ends] == ["delivered", "rejected", "delivered"]
    assert ends[1].permanent
    assert "no such user" in ends[1].detail


async def test_a_message_that_is_refused_after_the_dot_is_rejected_for_good() -> None:
    async with MailServer(after_dot="554 5.7.1 looks like spam") as server:
        result = await attempt(mail_channel(server))
        assert (result.outcome, result.permanent) == (AttemptOutcome.REJECTED, True)


async def test_f54_a_server_that_is_not_there_refuses_and_says_where() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    channel = mail_channel(
        MailServer(), url=f"mailto://127.0.0.1:{port}?from=m@x.org&to=lena@example.org&mode=insecure"
    )
    result = await attempt(channel)
    assert result.outcome is AttemptOutcome.REFUSED
    assert f"127.0.0.1:{port}" in result.detail


async def test_a_host_without_an_address_refuses() -> None:
    channel = mail_channel(MailServer(), url="mailto://mail.invalid:25?from=m@x.org&to=lena@example.org&mode=insecure")
    assert (await attempt(channel)).outcome is AttemptOutcome.REFUSED


async def test_f56_a_wrong_password_means_a_broken_channel_and_is_not_told_on() -> None:
    async with MailServer(password="right-horse") as server:
        url = server.url("lena@example.org", user="monitor", password="wrong-canary")
        result = await attempt(mail_channel(server, url=url))
        assert (result.outcome, result.broken) == (AttemptOutcome.REFUSED, True)
        assert "wrong-canary" not in repr(result)
        assert server.logins == ["wrong-canary"] * len(server.logins)
        assert not server.mails


async def test_a_right_password_opens_the_door() -> None:
    async with MailServer(password="right-horse") as server:
        url = server.url("lena@example.org", user="monitor", password="right-horse")
        assert (await attempt(mail_channel(server, url=url))).outcome is AttemptOutcome.DELIVERED


@pytest.mark.parametrize("mode", ["starttls", "ssl"])
async def test_mail_travels_encrypted(mode: str) -> None:
    async with MailServer(tls=mode) as server:
        url = server.url("lena@example.org", host="localhost")
        assert (await attempt(mail_channel(server, url=url))).outcome is AttemptOutcome.DELIVERED


@pytest.mark.parametrize("mode", ["starttls", "ssl"])
async def test_a_certificate_that_nobody_vouches_for_is_refused(mode: str) -> None:
    async with MailServer(tls=mode) as server:
        channel = mail_channel(server, url=server.url("lena@example.org", host="localhost"))
        notifier = Senders({"analysts": channel}, kinds=[Mail(QUICK)])
        result = await notifier.send(notifier.freeze(draft()))
        assert (result.outcome, result.broken) == (AttemptOutcome.REFUSED, True)
        assert "certificate" in result.detail
        assert not server.mails


async def test_a_server_without_encryption_gets_nothing_when_it_was_asked_for() -> None:
    async with MailServer() as server:
        url = server.url("lena@example.org").replace("mode=insecure", "mode=starttls")
        result = await attempt(mail_channel(server, url=url))
        assert (result.outcome, result.broken) == (AttemptOutcome.REFUSED, True)
        assert "STARTTLS" in result.detail


async def test_a_cancelled_attempt_cuts_its_connection_and_stays_open() -> None:
    async with MailServer(late=30.0) as server:
        notifier = senders(mail_channel(server), Patience())
        sending = asyncio.create_task(notifier.send(notifier.freeze(draft())))
        while not server.mails:
            await asyncio.sleep(0.01)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        await notifier.close()
        while any(thread.name == "sender" for thread in threading.enumerate()):
            await asyncio.sleep(0.01)  # ends at once, or the test's time is up


async def test_a_line_of_one_dot_arrives_as_it_was() -> None:
    async with MailServer() as server:
        channel = mail_channel(server)
        notifier = senders(channel)
        frozen = notifier.freeze(draft())
        dotted = type(frozen)(
            frozen.id, "analysts", frozen.recipient, frozen.content_type, b"A: b\r\n\r\n.\r\n..x\r\n", ""
        )
        await notifier.send(dotted)
        assert server.mails[0][1] == b"A: b\r\n\r\n.\r\n..x\r\n"


async def test_a_connection_carries_the_next_mail_too_and_is_given_up_when_it_is_old() -> None:
    async with MailServer() as server:
        notifier = senders(mail_channel(server), Patience(idle=0.2))
        for number in range(3):
            result = await notifier.send(notifier.freeze(draft(id=f"m{number}")))
            assert result.outcome is AttemptOutcome.DELIVERED
        assert server.connections == 1
        await asyncio.sleep(0.4)
        await notifier.send(notifier.freeze(draft(id="late")))
        assert server.connections == 2
        assert len(server.mails) == 4
        await notifier.close()


async def test_a_kept_connection_that_died_costs_nothing_but_a_new_one() -> None:
    async with MailServer() as server:
        notifier = senders(mail_channel(server))
        await notifier.send(notifier.freeze(draft(id="one")))
        server.drop_connections()
        result = await notifier.send(notifier.freeze(draft(id="two")))
        assert result.outcome is AttemptOutcome.DELIVERED
        assert len(server.mails) == 2
        await notifier.close()


async def test_a_server_that_speaks_too_slowly_has_refused() -> None:
    async with MailServer(slow_to_recipient=5.0) as server:
        result = await attempt(mail_channel(server), patience=Patience(reply=0.3, before=0.3))
        assert result.outcome is AttemptOutcome.REFUSED
        assert not server.mails


async def test_a_message_waits_for_its_turn_only_so_long() -> None:
    gates = Gates(1, patience=0.05)
    async with gates.turn("ops"):
        with pytest.raises(ChannelBusy, match="other messages"):
            async with gates.turn("ops"):
                pass
        async with gates.turn("another"):
            pass
    async with gates.turn("ops"):
        pass


async def test_tellings_of_one_item_stand_in_one_thread() -> None:
    async with MailServer() as server:
        notifier = senders(mail_channel(server))
        first = notifier.freeze(draft(hit(1, item=7), id="first"))
        later = notifier.freeze(draft(hit(2, item=7), id="second"))
        other = notifier.freeze(draft(hit(3, item=8), id="third"))
    ids = [email.message_from_bytes(one.payload)["References"] for one in (first, later, other)]
    assert ids[0] == ids[1] != ids[2]


def test_a_provider_shortcut_is_read_as_apprise_reads_it() -> None:
    server = read(Secret("mailto://lena:pw@gmail.com"))
    assert (server.host, server.port, server.mode) == ("smtp.gmail.com", 587, "starttls")
    assert server.recipients == ("lena@gmail.com",)
    assert server.sender.display_name == "mention-monitor"


def test_a_mail_url_names_its_recipients() -> None:
    url = Secret("mailto://127.0.0.1:2525?from=m@x.org&to=a@x.org,b@x.org&mode=insecure")
    assert inspect("analysts", url, [Mail()]) == ("mail", ("a@x.org", "b@x.org"))


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("mailto://canary:canary@x.org?to=a@x.org&optional=yes", "optional"),
        ("mailto://canary:canary@x.org?to=a@x.org&retry=9", "retry"),
        ("mailto://canary:canary@x.org?to=a@x.org&attach=/etc/passwd", "attach"),
        ("mailto://canary:canary@x.org?to=a@x.org&bcc=b@x.org", "bcc"),
        ("mailto://canary:canary@x.org?to=a@x.org&verify=no", "verify"),
        ("syslog://canary", "syslog"),
        ("canary", "no scheme"),
        ("mailto://canary", "cannot read"),
    ],
)
def test_a87_a_hazardous_url_is_refused_with_a_reason_and_without_itself(url: str, word: str) -> None:
    with pytest.raises(ChannelError, match=word) as refused:
        inspect("analysts", Secret(url), [Mail()])
    assert "canary" not in str(refused.value)
