"""The turns on fakes: does one fault stay where it is, and does everything come to an end?"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from monitor.domain.delivery import AttemptOutcome, Routing
from monitor.domain.errors import Problem, StoreBusy, WatchlistError
from monitor.domain.intent import Applied, PollIntent
from monitor.domain.query import HitFilter
from monitor.domain.source import Blame, Failed
from monitor.turns.poll import ROUNDS
from tests.fakes.clock import FakeClock
from tests.fakes.intents import channel, source
from tests.fakes.scene import Scene, until
from tests.fakes.store import InMemoryStore

ALL = HitFilter()


async def test_what_a_source_shows_is_told_once() -> None:
    scene = Scene({"city": ["-nothing of ours"]})
    await scene.begin()
    await scene.turn()
    assert scene.heard == []
    scene.show("city", "Notice one")
    await scene.later()
    await scene.later()
    assert scene.told == ["Notice one"]
    assert scene.health() == {"city": ("unchanged", None)}


async def test_the_first_reading_is_one_message_with_what_its_links_brought() -> None:
    scene = Scene({"city": ["Notice one", ">art/1", ">art/2"]})
    scene.show("city/art/1", "Notice two")
    scene.show("city/art/2", "Notice three")
    await scene.begin()
    await scene.turn(flush=False)
    [subject] = scene.told
    assert sorted(subject.split(", ")) == ["Notice one", "Notice three", "Notice two"]


async def test_one_broken_source_does_not_stop_the_others() -> None:
    """F39: and it is seen with its reason, never as unchanged."""
    scene = Scene({"city": ["Notice one"], "town": ["Notice two"], "lost": []})
    scene.fetcher.fail(scene.url("lost"), 500)
    await scene.begin()
    await scene.turn()
    assert sorted(scene.told) == ["Notice one", "Notice two"]
    outcome, reason = scene.health()["lost"]
    assert outcome == "failed"
    assert reason is not None
    assert "500" in reason
    assert "source failed" in scene.entries()


async def test_a_source_that_recovers_is_an_entry_and_loses_nothing() -> None:
    scene = Scene({"city": ["-quiet"]})
    await scene.begin()
    await scene.turn()
    scene.fetcher.fail(scene.url("city"), 500)
    await scene.later()
    await scene.later()
    scene.show("city", "Notice one")
    await scene.later(90_000)
    assert scene.told == ["Notice one"]
    assert scene.entries().count("source failed") == 1
    assert scene.entries().count("source recovered") == 1


async def test_a_host_that_asks_for_a_pause_gets_it() -> None:
    """F42."""
    scene = Scene({"city": ["-quiet"]})
    scene.fetcher.fail(scene.url("city"), 429, retry_after=5000)
    await scene.begin()
    await scene.turn()
    await scene.later(4000)
    assert len(scene.fetcher.urls()) == 1
    scene.show("city", "Notice one")
    await scene.later(1001)
    assert scene.told == ["Notice one"]


async def test_one_broken_link_does_not_stop_the_others_and_is_tried_again() -> None:
    scene = Scene({"city": ["-index", ">art/1", ">art/2"]})
    scene.show("city/art/2", "Notice two")
    scene.fetcher.fail("https://city.example.org/art/1", 500)
    await scene.begin()
    await scene.turn()
    assert scene.told == ["Notice two"]
    scene.show("city/art/1", "Notice one")
    await scene.later(120)
    assert scene.told == ["Notice two", "Notice one"]


async def test_a_page_that_is_gone_on_two_days_is_an_entry() -> None:
    scene = Scene({"city": ["-index", ">art/1"]})
    scene.show("city/art/1", "Notice one")
    await scene.begin()
    await scene.turn()
    scene.fetcher.drop("https://city.example.org/art/1")
    await scene.later(86_500)
    assert "document vanished" not in scene.entries()
    await scene.later(86_500)
    assert scene.entries().count("document vanished") == 1


async def test_a_link_that_never_led_anywhere_has_not_vanished() -> None:
    scene = Scene({"city": ["-index", ">art/1"]})
    scene.fetcher.drop("https://city.example.org/art/1")
    await scene.begin()
    await scene.turn()
    await scene.later(86_500)
    assert "document vanished" not in scene.entries()
    assert scene.entries().count("link gone") == 1


async def test_a_body_that_kills_the_child_is_a_failure_of_its_source_alone() -> None:
    """F14: and its validators are not kept, so that it is fetched again."""
    scene = Scene({"city": ["Notice one"], "hostile": ["Notice two"]})
    scene.room.dies.add(scene.url("hostile"))
    await scene.begin()
    await scene.turn()
    assert scene.told == ["Notice one"]
    outcome, reason = scene.health()["hostile"]
    assert outcome == "failed"
    assert reason is not None
    assert reason.startswith("unreadable")
    scene.room.dies.clear()
    await scene.later()
    assert scene.told == ["Notice one", "Notice two"]


async def test_a_fault_of_our_own_is_a_failure_of_that_row_and_not_the_end_of_the_loop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene = Scene({"city": ["Notice one"], "town": ["Notice two"]})
    read = scene.room.read

    async def stumble(body: bytes, origin: object) -> object:
        if origin.source == "town":  # type: ignore[attr-defined]
            raise ZeroDivisionError("a bug")
        return await read(body, origin)  # type: ignore[arg-type]

    monkeypatch.setattr(scene.room, "read", stumble)
    await scene.begin()
    await scene.turn()
    assert scene.told == ["Notice one"]
    assert scene.health()["town"] == ("failed", "internal error: ZeroDivisionError")
    assert scene.leased() == [] or all(getattr(row, "name", "") for row in scene.leased())


async def test_one_broken_channel_does_not_silence_the_other() -> None:
    """F54."""
    scene = Scene({"city": ["-quiet"]}, channels=[channel("ops"), channel("me")], broken={"ops"})
    await scene.begin()
    await scene.turn()
    scene.show("city", "Notice one", "Notice two")
    await scene.later()
    assert scene.heard == ["me", "me"]
    scene.notifier.broken.clear()
    await scene.later(70)
    assert sorted(scene.heard) == ["me", "me", "ops", "ops"]


async def test_a_refused_message_is_delivered_later_once() -> None:
    """F52."""
    scene = Scene({"city": ["Notice one"]})
    scene.notifier.outcomes["me"] = [AttemptOutcome.REFUSED, AttemptOutcome.REFUSED]
    await scene.begin()
    await scene.turn()
    assert scene.heard == []
    await scene.later(61)
    await scene.later(121)
    assert scene.heard == ["me"]
    assert scene.outcomes() == ["refused", "refused", "delivered"]


async def test_an_unknown_attempt_is_repeated_with_the_same_bytes() -> None:
    """F07, F51: duplicates at most as many as attempts that ended unknown (G3)."""
    scene = Scene({"city": ["Notice one"]})
    scene.notifier.outcomes["me"] = [AttemptOutcome.UNKNOWN]
    await scene.begin()
    await scene.turn()
    await scene.later(61)
    first, second = scene.notifier.attempts
    assert first.payload == second.payload
    assert first.id == second.id
    assert scene.outcomes() == ["unknown", "delivered"]


async def test_a_poisoned_message_is_parked_and_the_queue_moves() -> None:
    """F57."""
    scene = Scene({"city": ["-quiet"]})
    await scene.begin()
    await scene.turn()
    scene.notifier.outcomes["me"] = [AttemptOutcome.REJECTED] * 3
    scene.show("city", "Poison")
    await scene.later()
    for _ in range(3):
        await scene.later(200)
    scene.show("city", "Poison", "Notice one")
    await scene.later()
    assert scene.states() == ["dead", "delivered"]
    assert scene.told == ["Notice one"]


async def test_a_message_of_a_channel_that_is_no_more_waits_and_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """F60: nothing vanishes."""
    from monitor.domain.errors import SettingsError

    scene = Scene({"city": ["Notice one"]})

    def unknown(draft: object) -> object:
        raise SettingsError("there is no channel `me`")

    with monkeypatch.context() as patch:
        patch.setattr(scene.notifier, "freeze", unknown)
        await scene.begin()
        await scene.turn()
    assert scene.outcomes() == ["refused"]
    await scene.later(61)
    assert scene.told == ["Notice one"]
    assert scene.notifier.sent[0].payload


# --- judging ---


async def test_copies_in_one_body_and_from_two_sources_are_told_once() -> None:
    scene = Scene({"city": ["-quiet"], "town": ["-quiet"]})
    await scene.begin()
    await scene.turn()
    scene.show("city", "Notice one at page 1", "Notice one at page 2", "Notice two")
    scene.show("town", "Notice one at town", "Notice three")
    await scene.later()
    assert sorted(subject.split(" at ")[0] for subject in scene.told) == ["Notice one", "Notice three", "Notice two"]
    assert scene.store.queries.count_hits(ALL) == 5


class Restless(InMemoryStore):
    """Always somebody was quicker: every intent with undecided texts is sent back."""

    asked = 0

    async def apply(self, intent: PollIntent, routing: Routing) -> Applied:
        """Sends back what is not flagged."""
        hits = [one for one in intent.versions if one.prepared.hits]
        if hits and not all(one.decision.unjudged for one in hits):
            self.asked += 1
            return Applied(unjudged=(99,))
        return await super().apply(intent, routing)


async def test_after_twelve_rounds_of_judging_a_text_is_stored_as_new_and_flagged() -> None:
    store = Restless()
    scene = Scene({"city": ["Notice one", "-nothing"]}, store=store)
    await scene.begin()
    await scene.turn()
    assert store.asked == ROUNDS == 12
    [hit] = store.queries.hits(ALL)
    assert hit.novelty == "new"
    assert any("could not be judged" in reason for reason in hit.relation_reasons)
    assert scene.told == ["Notice one"]


# --- faults of the store ---


async def test_a_poll_that_cannot_be_stored_is_polled_again_and_loses_nothing() -> None:
    """F18, F02: no validators without what they vouch for."""
    scene = Scene({"city": ["-quiet"]})
    await scene.begin()
    await scene.turn()
    scene.show("city", "Notice one")
    scene.clock.tick(2000)
    apply = scene.store.apply

    async def full(intent: PollIntent, routing: Routing) -> Applied:
        scene.store.refuse = 1
        return await apply(intent, routing)

    scene.store.apply = full  # type: ignore[method-assign]
    await scene.turn()
    assert scene.told == []
    scene.store.apply = apply  # type: ignore[method-assign]
    await scene.later(1300)
    assert scene.told == ["Notice one"]


async def test_a_delivery_whose_end_cannot_be_stored_at_once_is_stored_a_moment_later() -> None:
    """F20: what was sent is not sent again because the disk was busy."""
    scene = Scene({"city": ["Notice one"]})
    settle = scene.store.settle
    fails = [1, 1]

    async def busy(intent: object) -> None:
        scene.store.refuse = fails.pop() if fails else 0
        await settle(intent)  # type: ignore[arg-type]

    scene.store.settle = busy  # type: ignore[method-assign]
    await scene.begin()
    await scene.turn()
    assert scene.heard == ["me"]
    assert scene.states() == ["delivered"]


async def test_after_a_kill_what_was_owed_is_sent_and_what_was_started_is_unknown() -> None:
    """F05, F07, F08."""
    scene = Scene({"city": ["Notice one"]})
    scene.notifier.delay = 60.0
    await scene.begin()
    await scene.service.polls.round()
    await scene.service.polls.drain()
    await scene.service.sends.round(flush=True)
    await until(lambda: scene.notifier.attempts)
    tables = scene.store.killed()
    for task in list(scene.service.sends.tasks):
        task.cancel()
    after = Scene({"city": ["Notice one"]}, store=InMemoryStore(tables), clock=scene.clock)
    after.desk.worker = "w2"
    await after.begin()
    await after.turn()
    assert after.outcomes() == ["unknown", "delivered"]
    assert after.notifier.sent[0].payload == scene.notifier.attempts[0].payload
    assert after.leased() == [] or all(getattr(row, "name", "") for row in after.leased())


async def test_a_second_service_on_one_store_does_not_begin() -> None:
    """F16."""
    scene = Scene({"city": []})
    await scene.begin()
    other = Scene({"city": []}, store=InMemoryStore(scene.store.tables))
    other.desk.worker = "w2"
    with pytest.raises(StoreBusy):
        await other.begin()


# --- watchlists ---


async def test_an_edit_is_put_in_force_and_a_refused_one_leaves_what_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """F59."""
    scene = Scene({"city": ["-quiet"], "town": ["-quiet"]})
    await scene.begin()
    await scene.turn()
    scene.watchlists.broken = WatchlistError((Problem("a.yaml", 3, 1, "no such key"),))
    await scene.service._look_at_watchlists()
    assert set(scene.health()) == {"city", "town"}
    scene.watch(source("city"))
    await scene.service._look_at_watchlists()
    assert set(scene.health()) == {"city"}
    scene.show("city", "Notice one")
    scene.show("town", "Notice two")
    await scene.later()
    assert scene.told == ["Notice one"]


# --- rounds, stop, time ---


async def test_a_single_round_polls_each_source_once_reads_its_links_and_sends() -> None:
    scene = Scene({"city": ["Notice one", ">art/1"], "town": ["Notice three"]})
    scene.show("city/art/1", "Notice two")
    await scene.service.once()
    assert sorted(scene.fetcher.urls()) == sorted(
        [scene.url("city"), scene.url("town"), "https://city.example.org/art/1"]
    )
    assert sorted(", ".join(scene.told).split(", ")) == ["Notice one", "Notice three", "Notice two"]
    assert scene.store.closed
    assert scene.leased() == []


async def test_a_stop_in_full_work_leaves_nothing_leased_and_a_send_on_its_way_started() -> None:
    """F13: fetches are cancelled and due again, sends that do not end stay `started`."""
    scene = Scene({"city": ["Notice one"], "slow": ["Notice two"]}, channels=[channel("me")])
    scene.notifier.delay = 60.0
    scene.fetcher.script(scene.url("slow"), Failed(scene.url("slow"), "http 503", blame=Blame.HOST, retry_after=0.0))
    running = asyncio.create_task(scene.service.run())
    await scene.service.ready.wait()
    await until(lambda: scene.notifier.attempts)
    scene.fetcher.delay = 60.0
    scene.clock.tick(2000)
    scene.desk.bells.polls.set()
    await until(lambda: scene.service.polls.tasks)
    scene.service.stop()
    await asyncio.wait_for(running, 8)
    assert scene.leased() == []
    assert scene.outcomes() == ["started"]
    assert scene.store.closed
    assert scene.room.closed
    assert scene.notifier.closed
    assert scene.fetcher.closed
    assert not scene.service.polls.tasks
    assert not scene.service.sends.tasks


@pytest.mark.parametrize("years", [-1, 1])
async def test_a_running_service_tells_what_comes_though_the_scheduler_has_another_time(years: int) -> None:
    """F35: neither a year of missed rings nor a year of waiting for the next one."""
    scene = Scene({"city": ["-quiet"]}, clock=FakeClock(datetime.now(UTC) + timedelta(days=365 * years)))
    running = asyncio.create_task(scene.service.run())
    await until(lambda: scene.health().get("city", ("", ""))[0] == "changed")
    scene.show("city", "Notice one")
    scene.clock.tick(2000)
    await until(lambda: scene.told == ["Notice one"], 8)
    scene.service.stop()
    scene.service.stop()
    await asyncio.wait_for(running, 8)
    assert scene.leased() == []


@pytest.mark.parametrize("seconds", [-3600.0, 3600.0, 365 * 86_400.0])
async def test_a_jump_of_the_wall_clock_is_an_entry_and_stops_nothing(seconds: float) -> None:
    """F35."""
    scene = Scene({"city": ["-quiet"]})
    await scene.begin()
    await scene.service._upkeep()
    scene.clock.tick(600)
    await scene.service._upkeep()
    assert "clock jumped" not in scene.entries()
    scene.clock.jump(seconds)
    await scene.service._upkeep()
    await scene.service._upkeep()
    [entry] = [one for one in scene.store.queries.audit() if one.kind == "clock jumped"]
    assert entry.body == {"seconds": seconds}
    scene.show("city", "Notice one")
    await scene.later(90_000)
    assert ", ".join(scene.told) == "Notice one"


async def test_a_full_disk_pauses_polling_and_delivering_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """F19."""
    from pathlib import Path

    from monitor.turns import run

    scene = Scene({"city": ["Notice one"]})
    await scene.begin()
    await scene.turn(flush=False)
    scene.service.state_folder = Path("/")
    free = [10]
    monkeypatch.setattr(run.shutil, "disk_usage", lambda folder: type("Usage", (), {"free": free[0]})())
    scene.show("city", "Notice two")
    scene.clock.tick(2000)
    asked = len(scene.fetcher.urls())
    await scene.service._poll_round()
    await scene.service.sends.round(flush=True)
    await scene.service.sends.drain()
    assert (len(scene.fetcher.urls()), scene.told) == (asked, ["Notice one"])
    free[0] = 10**12
    await scene.service._poll_round()
    await scene.service.polls.drain()
    assert len(scene.fetcher.urls()) == asked + 1
