"""What comes by the clock: nothing happened is a message too, once for each slot, late if it was missed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from monitor.adapters.sql import SqlQueries, SqlStore, open_database
from monitor.domain.delivery import Channel, MessageKind, Routing
from monitor.domain.intent import Claim
from monitor.domain.secret import Secret

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)  # a Sunday
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def channel(key: str, **given: object) -> Channel:
    return Channel(key, Secret("json://x"), "webhook", (key,), **given)  # type: ignore[arg-type]


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[SqlStore]:
    database = open_database(database_url)
    store = SqlStore(database, SqlQueries(database))
    yield store
    await store.close()


async def made(store: SqlStore, routing: Routing, now: datetime) -> list[tuple[str, MessageKind]]:
    """What is due after an assembly at that moment."""
    await store.assemble(routing, now)
    claims = await store.claim_messages(Claim("w", now, now + timedelta(days=30)))
    return sorted((claim.draft.channel, claim.draft.kind) for claim in claims)


async def test_a_digest_channel_hears_at_its_slot_that_nothing_was_found_once(store: SqlStore) -> None:
    routing = Routing((channel("digest", when="daily 08:00 UTC"), channel("now")))
    assert await made(store, routing, NOW) == []
    assert await made(store, routing, NOW + HOUR) == []
    assert await made(store, routing, NOW + 2 * HOUR) == [("digest", MessageKind.DIGEST)]
    assert await made(store, routing, NOW + 2 * HOUR + timedelta(seconds=5)) == []
    assert await made(store, routing, NOW + 2 * HOUR + DAY) == [("digest", MessageKind.DIGEST)]


async def test_missed_slots_are_told_late_and_once(store: SqlStore) -> None:
    routing = Routing((channel("digest", when="daily 08:00 UTC"),))
    await made(store, routing, NOW)
    assert await made(store, routing, NOW + 5 * DAY + 5 * HOUR) == [("digest", MessageKind.DIGEST)]
    assert await made(store, routing, NOW + 5 * DAY + 6 * HOUR) == []


async def test_a_service_channel_hears_daily_unless_it_is_off(store: SqlStore) -> None:
    routing = Routing(
        (channel("ops", service=True), channel("calm", service=True, options={"heartbeat": "off"})),
        digest="daily 09:00 UTC",
    )
    await made(store, routing, NOW)
    assert await made(store, routing, NOW + 3 * HOUR) == [("ops", MessageKind.DIGEST)]


async def test_an_overview_comes_weekly_and_a_canary_when_it_is_asked_for(store: SqlStore) -> None:
    options = {"overview": "weekly Mon 08:00 UTC", "canary": "daily 07:00 UTC"}
    routing = Routing((channel("mail", options=options),))
    await made(store, routing, NOW)
    assert await made(store, routing, NOW + HOUR) == [("mail", MessageKind.CANARY)]
    assert await made(store, routing, NOW + DAY + 2 * HOUR) == [
        ("mail", MessageKind.CANARY),
        ("mail", MessageKind.OVERVIEW),
    ]


async def test_quiet_hours_hold_what_comes_by_the_clock_too(store: SqlStore) -> None:
    routing = Routing((channel("digest", when="daily 08:00 UTC", quiet="07:30-09:00 UTC"),))
    await made(store, routing, NOW)
    assert await made(store, routing, NOW + 2 * HOUR) == []
    assert await made(store, routing, NOW + 3 * HOUR) == [("digest", MessageKind.DIGEST)]


async def test_f58_a_canary_that_did_not_arrive_is_told_with_the_next_one(store: SqlStore) -> None:
    routing = Routing((channel("mail", options={"canary": "daily 07:00 UTC"}), channel("ops", service=True)))
    await made(store, routing, NOW)
    await made(store, routing, NOW + HOUR)
    await made(store, routing, NOW + HOUR + DAY)
    await store.assemble(routing, NOW + HOUR + DAY)
    [claim] = [
        one for one in await store.claim_messages(Claim("w", NOW + 2 * DAY, NOW + 9 * DAY))
        if one.draft.kind is MessageKind.NOTICE
    ]  # fmt: skip
    assert claim.draft.channel == "ops"
    assert "The canary of" in claim.draft.subject


async def test_a_slot_of_a_channel_that_is_gone_is_forgotten(store: SqlStore) -> None:
    await made(store, Routing((channel("digest", when="daily 08:00 UTC"),)), NOW)
    assert await made(store, Routing(()), NOW + 3 * HOUR) == []
    assert await made(store, Routing((channel("digest", when="daily 08:00 UTC"),)), NOW + 4 * HOUR) == []
