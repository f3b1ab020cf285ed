"""Service channels hear what happened to the service itself, once, and from nowhere but the log."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from monitor.adapters.sql import SqlQueries, SqlStore, open_database
from monitor.domain.audit import AuditNote
from monitor.domain.delivery import AttemptOutcome, Channel, MessageKind, Routing, SendResult
from monitor.domain.intent import Claim, MessageClaim, SettleIntent, StartIntent
from monitor.domain.secret import Secret

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
OPERATOR = Channel("operator", Secret("json://x"), "webhook", ("operator",), service=True)
ANALYST = Channel("analyst", Secret("json://y"), "webhook", ("analyst",))
ROUTING = Routing((OPERATOR, ANALYST))


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[SqlStore]:
    """A fresh store on either database; the first assembly only remembers where the log stands."""
    database = open_database(database_url)
    store = SqlStore(database, SqlQueries(database))
    await store.note([AuditNote("source failed", "monitor", NOW, {"source": "before", "reason": "long ago"})])
    await store.assemble(ROUTING, NOW)
    yield store
    await store.close()


async def _due(store: SqlStore) -> list[MessageClaim]:
    return await store.claim_messages(Claim("w", NOW, NOW + timedelta(minutes=5)))


async def test_a_failing_source_is_told_once_and_only_to_the_service_channel(store: SqlStore) -> None:
    await store.note(
        [AuditNote("source failed", "monitor", NOW, {"source": "notices", "reason": "http 404 not found"})]
    )
    await store.assemble(ROUTING, NOW)
    await store.assemble(ROUTING, NOW)
    (claim,) = await _due(store)
    assert claim.draft.kind is MessageKind.NOTICE
    assert claim.draft.channel == "operator"
    assert claim.draft.subject == "Source notices cannot be read: http 404 not found"
    assert "before" not in claim.draft.body


async def test_many_events_make_one_notice(store: SqlStore) -> None:
    notes = [
        AuditNote("source failed", "monitor", NOW, {"source": f"s{n}", "reason": "no such host"}) for n in range(60)
    ]
    await store.note(notes)
    await store.assemble(ROUTING, NOW)
    (claim,) = await _due(store)
    assert claim.draft.body.count("\n- ") == 50
    assert "and 10 more" in claim.draft.body


async def test_without_a_service_channel_nobody_is_told_and_a_later_one_hears_no_history(store: SqlStore) -> None:
    await store.note([AuditNote("clock jumped", "monitor", NOW, {"seconds": 90})])
    await store.assemble(Routing((ANALYST,)), NOW)
    await store.assemble(ROUTING, NOW)
    assert await _due(store) == []


async def test_a_broken_service_channel_tells_no_notice_about_its_notice(store: SqlStore) -> None:
    """F56"""
    await store.note([AuditNote("clock jumped", "monitor", NOW, {"seconds": 90})])
    await store.assemble(ROUTING, NOW)
    (claim,) = await _due(store)
    await store.start(StartIntent(claim.draft.id, claim.lease, 1, NOW, b"x", "application/json", "s"))
    rejected = SendResult(AttemptOutcome.REJECTED, "404", permanent=True)
    await store.settle(SettleIntent(claim.draft.id, claim.lease, 1, NOW, rejected, None, dead=True))
    await store.assemble(ROUTING, NOW)
    assert await _due(store) == []
    assert store.queries.verify().status == "ok"


async def test_the_trouble_of_a_channel_is_told_on_another_one(store: SqlStore) -> None:
    """F56"""
    await store.note([AuditNote("channel broken", "monitor", NOW, {"channel": "operator", "why": "401"})])
    await store.note([AuditNote("channel broken", "monitor", NOW, {"channel": "analyst", "why": "404"})])
    await store.assemble(ROUTING, NOW)
    told = {claim.draft.channel: claim.draft.subject for claim in await _due(store)}
    assert told["analyst"].startswith("Channel operator is broken: 401")
    assert told["operator"].startswith("Channel analyst is broken: 404")


async def test_a_broken_channel_is_told_even_where_no_channel_takes_service_notices(store: SqlStore) -> None:
    mail = Channel("mail", Secret("json://z"), "webhook", ("mail",))
    await store.note([AuditNote("channel broken", "monitor", NOW, {"channel": "analyst", "why": "401"})])
    await store.assemble(Routing((ANALYST, mail)), NOW)
    [claim] = await _due(store)
    assert claim.draft.channel == "mail"
