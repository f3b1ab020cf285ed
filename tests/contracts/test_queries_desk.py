"""What operators and auditors ask, and sources that rest: the same answers from every store."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from monitor.domain.audit import AuditNote
from monitor.domain.desk import LogFilter, Pause
from monitor.domain.hit import Verdict
from monitor.domain.source import Source
from tests.fakes.intents import Stage, hit, text

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


async def test_the_log_is_asked_by_kind_actor_day_and_number(stage: Stage) -> None:
    for place, (kind, actor) in enumerate([("looked", "lena"), ("left", "omar"), ("looked", "omar")]):
        await stage.store.note([AuditNote(kind, actor, stage.now + place * DAY, {"n": place})])
    queries = stage.queries
    assert [one.body for one in queries.log(LogFilter(kind="looked"), 9)] == [{"n": 2}, {"n": 0}]
    assert [one.body for one in queries.log(LogFilter(actor="omar"), 1)] == [{"n": 2}]
    [second] = queries.log(LogFilter(actor="omar", kind="left"), 9)
    assert [one.body for one in queries.log(LogFilter(kind="looked", before=second.seq), 9)] == [{"n": 0}]
    assert [one.kind for one in queries.log(LogFilter(day=(stage.now + DAY).date()), 9)] == ["left"]
    assert queries.log(LogFilter(day=(stage.now + 30 * DAY).date()), 9) == []
    kinds, actors = queries.log_words()
    assert {"looked", "left"} <= set(kinds) and kinds == sorted(kinds)
    assert {"lena", "omar"} <= set(actors) and actors == sorted(actors)


async def test_a_file_has_its_versions_with_who_saved_them(stage: Stage) -> None:
    first, second = b"topics:\n", b"topics: # more\n"
    digest = hashlib.sha256(second).hexdigest()
    await stage.store.save_watchlist_file("one.yaml", first, stage.now)
    await stage.store.save_watchlist_file("two.yaml", first, stage.now)
    body = {"file": "one.yaml", "sha256": digest, "why": "a term"}
    await stage.store.note([AuditNote("watchlist saved", "lena", stage.now, body)])
    await stage.store.save_watchlist_file("one.yaml", second, stage.now + HOUR)
    newest, oldest = stage.queries.file_edits("one.yaml")
    assert (newest.actor, newest.why, newest.sha256, newest.before) == ("lena", "a term", digest, oldest.sha256)
    assert (oldest.actor, oldest.why, oldest.before) == ("operator", "", None)
    assert stage.queries.file_content(oldest.sha256) == first
    assert stage.queries.file_content("0" * 64) is None
    assert stage.queries.file_edits("three.yaml") == []


async def test_finds_are_counted_by_source_and_day_without_what_was_suppressed(stage: Stage) -> None:
    await stage.watch("city", "town")
    await stage.poll("city", text("a"), text("b", hits=[hit(verdict=Verdict.REVIEW)]))
    await stage.poll("town", text("c", hits=[hit(verdict=Verdict.SUPPRESSED)]))
    [found] = stage.queries.finds(stage.now - DAY)
    assert (found.source, found.day, found.count) == ("city", stage.now.date(), 2)
    assert stage.queries.finds(stage.now + DAY) == []


async def test_a_source_that_rests_is_listed_with_its_reason_and_not_polled(stage: Stage) -> None:
    await stage.watch("city")
    wanted = Pause("lena", "they move house", stage.now, stage.now + DAY)
    assert await stage.store.pause("city", wanted)
    assert not await stage.store.pause("nowhere", wanted)
    [one] = stage.queries.sources()
    assert (one.state, one.pause) == ("paused", wanted)
    assert [entry.kind for entry in stage.queries.log(LogFilter(actor="lena"), 9)] == ["source paused"]
    assert await stage.store.resume("city", "omar", "they are back", stage.now)
    assert not await stage.store.resume("city", "omar", "again", stage.now)
    [one] = stage.queries.sources()
    assert (one.state, one.pause) == ("active", None)


async def test_an_edit_of_the_watchlist_does_not_undo_a_pause(stage: Stage) -> None:
    await stage.watch("city")
    [before] = stage.queries.sources()
    await stage.store.pause("city", Pause("lena", "too slow", stage.now))
    changed = Source("city", before.kind, before.address, every=before.every * 2)
    await stage.store.sync_sources([changed], stage.now)
    assert [(one.state, one.every) for one in stage.queries.sources()] == [("paused", before.every * 2)]


async def test_a_pause_ends_by_itself_on_its_day(stage: Stage) -> None:
    await stage.watch("city")
    await stage.store.pause("city", Pause("lena", "holidays", stage.now, stage.now + DAY))
    await stage.store.upkeep(stage.now + HOUR)
    assert [one.state for one in stage.queries.sources()] == ["paused"]
    await stage.store.upkeep(stage.now + DAY)
    assert [one.state for one in stage.queries.sources()] == ["active"]
    assert stage.queries.log(LogFilter(kind="source resumed"), 1)[0].actor == "monitor"
