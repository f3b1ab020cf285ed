"""The store's promises about recurring duties: once for each slot, late if missed, never twice."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.contracts.test_store_keeping import restarted
from tests.fakes.intents import Stage

HOUR = timedelta(hours=1)


async def claimed(stage: Stage, slot: datetime, worker: str = "w1") -> list[str]:
    """What that worker gets, when the next slot is this."""
    return await stage.store.claim_duties({"seal": slot}, worker, stage.now, stage.now + HOUR)


async def test_a_duty_is_due_at_its_slot_and_only_one_worker_gets_it(stage: Stage) -> None:
    slot = stage.now + HOUR
    assert await claimed(stage, slot) == []
    stage.clock.tick(3600)
    assert await claimed(stage, slot) == ["seal"]
    assert await claimed(stage, slot, "w2") == []
    await stage.store.finish_duty("seal", "w1", stage.now, slot + HOUR, True)
    assert await claimed(stage, slot + HOUR) == []


async def test_a_slot_that_was_missed_is_done_late_and_once(stage: Stage) -> None:
    """Three hours of standstill are one late round, not three."""
    slot = stage.now + HOUR
    await claimed(stage, slot)
    stage.clock.tick(3 * 3600 + 60)
    following = slot + 3 * HOUR
    assert await claimed(stage, following) == ["seal"]
    await stage.store.finish_duty("seal", "w1", stage.now, following, True)
    assert await claimed(stage, following) == []


async def test_a_duty_whose_time_was_changed_follows_it(stage: Stage) -> None:
    await claimed(stage, stage.now + 10 * HOUR)
    await claimed(stage, stage.now + HOUR)
    stage.clock.tick(3600)
    assert await claimed(stage, stage.now) == ["seal"]


async def test_a_duty_of_a_killed_worker_is_done_by_the_next(stage: Stage) -> None:
    """A worker that was killed holds nothing."""
    slot = stage.now
    assert await claimed(stage, slot) == ["seal"]
    async with restarted(stage) as (reborn, _):
        assert await claimed(reborn, slot, "w2") == ["seal"]


async def test_a_lease_that_ended_is_not_finished_by_who_had_it(stage: Stage) -> None:
    slot = stage.now
    await claimed(stage, slot)
    stage.clock.tick(3601)
    assert await claimed(stage, slot, "w2") == ["seal"]
    await stage.store.finish_duty("seal", "w1", stage.now, slot + 24 * HOUR, True)
    await stage.store.finish_duty("seal", "w2", stage.now, stage.now, False)
    assert await claimed(stage, stage.now) == ["seal"]
