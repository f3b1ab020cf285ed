"""Webhooks against a real receiver on loopback: every answer has its meaning."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import socket

import pytest

from monitor.adapters.channels import ChannelError
from monitor.adapters.notifier import Senders, inspect
from monitor.adapters.webhook import Patience, Webhook
from monitor.domain.delivery import AttemptOutcome, Channel, SendResult
from monitor.domain.secret import Secret
from tests.fakes.drafts import draft
from tests.fakes.webhook import Receiver


def senders(url: str, patience: Patience | None = None) -> Senders:
    channel = Channel("ops", Secret(url), "webhook", ("ops",))
    return Senders({"ops": channel}, kinds=[Webhook(patience or Patience(2.0, 2.0))])


async def attempt(url: str, patience: Patience | None = None) -> SendResult:
    notifier = senders(url, patience)
    try:
        return await notifier.send(notifier.freeze(draft(channel="ops", recipient="ops")))
    finally:
        await notifier.close()


async def test_a_post_carries_the_hits_a_key_and_a_signature() -> None:
    async with Receiver() as receiver:
        result = await attempt(receiver.url("secret=s3cret-canary&+X-Team=nine&:source_system=monitor", "u:pw@"))
        [request] = receiver.requests
    assert result.outcome is AttemptOutcome.DELIVERED
    assert (request.method, request.path) == ("POST", "/hook")
    assert request.headers["content-type"] == "application/json"
    assert request.headers["idempotency-key"] == "01J-message"
    assert request.headers["x-team"] == "nine"
    assert request.headers["authorization"].startswith("Basic ")
    signature = hmac.new(b"s3cret-canary", request.body, hashlib.sha256).hexdigest()
    assert request.headers["x-signature"] == f"sha256={signature}"
    told = json.loads(request.body)
    assert (told["version"], told["message"], told["kind"]) == (1, "01J-message", "alert")
    assert told["source_system"] == "monitor"
    assert told["tellings"][0]["form"] == "new"
    hit = told["tellings"][0]["hit"]
    assert hit["passage"][hit["start"] - hit["passage_start"] : hit["end"] - hit["passage_start"]] == hit["text"]
    assert hit["first_seen_at"] == "2026-11-24T07:31:00+00:00"


@pytest.mark.parametrize(
    ("answer", "outcome", "broken"),
    [
        ("200", "delivered", False),
        ("201: made", "delivered", False),
        ("204", "delivered", False),
        ("301 Location=/elsewhere", "rejected", True),
        ("302 Location=/elsewhere", "rejected", True),
        ("307 Location=/elsewhere", "rejected", True),
        ("400: bad", "rejected", False),
        ("401", "rejected", True),
        ("403", "rejected", True),
        ("404", "rejected", True),
        ("408", "refused", False),
        ("410", "rejected", True),
        ("425", "refused", False),
        ("429", "refused", False),
        ("500", "refused", False),
        ("503", "refused", False),
        ("close", "unknown", False),
        ("garbage", "unknown", False),
        ("silent", "unknown", False),
    ],
)
async def test_a88_each_answer_has_its_end(answer: str, outcome: str, broken: bool) -> None:
    async with Receiver([answer]) as receiver:
        result = await attempt(receiver.url(), Patience(2.0, 0.3))
        assert (result.outcome.value, result.broken) == (outcome, broken)
        assert len(receiver.requests) == 1, "one attempt is one request, and no redirect is followed"


@pytest.mark.parametrize(
    "answer",
    [
        "429 Retry-After=7",
        "503 Date=Tue,_24_Nov_2026_07:31:00_GMT Retry-After=Tue,_24_Nov_2026_07:31:07_GMT",
    ],
)
async def test_f55_a_server_that_asks_to_wait_is_heard(answer: str) -> None:
    async with Receiver([answer]) as receiver:
        result = await attempt(receiver.url())
    assert (result.outcome, result.retry_after) == (AttemptOutcome.REFUSED, 7.0)


async def test_a_server_that_is_not_there_refuses() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    result = await attempt(f"json://127.0.0.1:{port}/hook")
    assert result.outcome is AttemptOutcome.REFUSED


async def test_f07_every_attempt_has_the_same_key_and_bytes() -> None:
    async with Receiver(["close"]) as receiver:
        notifier = senders(receiver.url())
        frozen = notifier.freeze(draft(channel="ops", recipient="ops"))
        first, second = await notifier.send(frozen), await notifier.send(frozen)
        await notifier.close()
        one, two = receiver.requests
    assert [first.outcome, second.outcome] == [AttemptOutcome.UNKNOWN, AttemptOutcome.DELIVERED]
    assert one.body == two.body
    assert one.headers["idempotency-key"] == two.headers["idempotency-key"]


async def test_a_cancelled_attempt_stays_open() -> None:
    async with Receiver(["silent"]) as receiver:
        notifier = senders(receiver.url(), Patience())
        sending = asyncio.create_task(notifier.send(notifier.freeze(draft(channel="ops", recipient="ops"))))
        while not receiver.requests:
            await asyncio.sleep(0.01)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        await notifier.close()


async def test_an_answer_that_echoes_secrets_is_kept_without_them() -> None:
    async with Receiver(["400: bad token s3cret-canary at /hooks/T0canary0token"]) as receiver:
        result = await attempt(receiver.url("secret=s3cret-canary", path="/hooks/T0canary0token"))
    assert "canary" not in repr(result)
    assert "bad token ***" in result.detail


@pytest.mark.parametrize(
    ("options", "word"), [("+Idempotency-Key=mine", "ours"), ("method=GET", "no body"), ("retry=3", "retry")]
)
def test_a87_a_url_that_would_break_our_promises_is_refused(options: str, word: str) -> None:
    with pytest.raises(ChannelError, match=word):
        inspect("ops", Secret(f"json://127.0.0.1/hook?{options}"), [Webhook()])
