"""The store's promises about workers that are gone, watchlists that change, and time that passes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from monitor.domain.delivery import AttemptOutcome
from monitor.domain.hit import Relation, Verdict
from monitor.domain.query import HitFilter
from monitor.domain.ruling import Ruling, RulingKind
from monitor.domain.source import Outcome
from monitor.domain.topic import Ruleset, Severity, Topic
from tests.fakes.intents import Stage, hit, link, source, text, to
from tests.fakes.store import InMemoryStore

ALL = HitFilter()
DAY = 86_400.0


@asynccontextmanager
async def restarted(stage: Stage, worker: str = "w2") -> AsyncIterator[tuple[Stage, int]]:
    """The same database after the process of w1 was killed: nothing was released, its locks are gone."""
    from monitor.adapters.sql import SqlQueries, SqlStore, open_database
    from storage.engine import Database

    if isinstance(stage.store, InMemoryStore):
        store = InMemoryStore(stage.store.killed())
        again = Stage(store, store.queries, stage.clock, stage.routing, worker)
        yield again, await store.open(worker, again.now)
        return
    old: Database = stage.store.database  # type: ignore[attr-defined]
    old.close()
    database = open_database(old.url.render_as_string(hide_password=False))
    queries = SqlQueries(database)
    made = Stage(SqlStore(database, queries), queries, stage.clock, stage.routing, worker)
    found = await made.store.open(worker, made.now)
    yield made, found
    queries.close()
    await made.store.close()


async def test_what_a_killed_worker_held_is_due_at_once(stage: Stage) -> None:
    """F06, F13: no lease outlives its worker."""
    await stage.watch("city", "town")
    await stage.poll("city", text("a notice"), links=[link("1")])
    assert await stage.sources()
    assert await stage.links()
    assert await stage.messages()
    async with restarted(stage) as (reborn, found):
        assert found == 0
        assert len(await reborn.sources()) == 2
        assert len(await reborn.links()) == 1
        assert len(await reborn.messages()) == 1


async def test_an_attempt_found_open_is_unknown_and_its_message_goes_out_again_with_the_same_bytes(
    stage: Stage,
) -> None:
    """F07, F08: at most one repeat, and it says so."""
    await stage.watch("city")
    await stage.poll("city", text("a notice"))
    [claim] = await stage.messages()
    await stage.begin(claim)
    async with restarted(stage) as (reborn, found):
        assert found == 1
        [row] = reborn.queries.deliveries()
        assert [attempt.outcome for attempt in row.attempts] == ["unknown"]
        [again] = await reborn.messages()
        assert again.frozen is not None
        assert again.frozen.payload == f"bytes of {claim.draft.id}".encode()
        await reborn.send(again)
        [row] = reborn.queries.deliveries()
        assert [attempt.outcome for attempt in row.attempts] == ["unknown", "delivered"]
        assert reborn.queries.verify().status == "ok"


async def test_a_message_that_was_claimed_and_never_started_is_no_unknown(stage: Stage) -> None:
    """F06."""
    await stage.watch("city")
    await stage.poll("city", text("a notice"))
    await stage.messages()
    async with restarted(stage) as (reborn, found):
        assert found == 0
        [again] = await reborn.messages()
        assert (again.attempts, again.frozen) == (0, None)


async def test_reaping_leaves_the_living_alone(stage: Stage) -> None:
    """F16: a worker that lives keeps what it holds."""
    await stage.watch("city")
    await stage.poll("city", text("a notice"))
    [claim] = await stage.messages()
    await stage.begin(claim)
    assert await stage.store.reap(stage.worker, stage.now) == 0
    await stage.end(claim, AttemptOutcome.DELIVERED)


async def test_reaping_an_old_attempt_does_not_take_the_message_from_who_sends_it_now(stage: Stage) -> None:
    """F07, F16: a worker stopped in the middle of a send, another took over, and then the old attempt is found."""
    await stage.watch("city")
    await stage.poll("city", text("a notice"))
    [old] = await stage.messages(worker="ghost")
    await stage.begin(old)
    await stage.store.release("ghost")
    [claim] = await stage.messages()
    await stage.begin(claim)
    assert await stage.store.reap(stage.worker, stage.now) == 1
    await stage.end(claim, AttemptOutcome.DELIVERED)
    [row] = stage.queries.deliveries()
    assert [attempt.outcome for attempt in row.attempts] == ["unknown", "delivered"]


# --- watchlists ---


async def test_a_source_that_is_no_longer_named_rests_and_comes_back_with_its_state(stage: Stage) -> None:
    await stage.watch("city", "town")
    await stage.poll("city", text("a notice"), etag='"1"', links=[link("1")])
    await stage.watch("town")
    assert [row.source for row in stage.queries.sources()] == ["town"]
    assert [claim.key for claim in await stage.sources()] == ["town"]
    assert await stage.links() == []
    assert stage.queries.count_hits(ALL) == 1
    await stage.watch("city", "town")
    [claim] = await stage.sources()
    assert (claim.key, claim.validators.etag, claim.first_success) == ("city", '"1"', False)
    assert len(await stage.links()) == 1


async def test_a_renamed_source_carries_its_state_and_tells_nothing_anew(stage: Stage) -> None:
    """F48: a new key is not a new source."""
    await stage.watch("old")
    one = text("a notice")
    await stage.poll("old", one, links=[link("1")], etag='"1"')
    await stage.watch(source("new", "old.example.org", address="https://old.example.org/old.xml", formerly=("old",)))
    assert [row.source for row in stage.queries.sources()] == ["new"]
    [claim] = await stage.sources()
    assert (claim.key, claim.validators.etag, claim.first_success) == ("new", '"1"', False)
    pair = (one.extracted.place, one.text_hash)
    assert stage.queries.known("new", [pair]) == {pair}
    await stage.store.release(stage.worker)
    again = await stage.poll("new", one)
    assert (again.versions, again.deliveries) == (0, 0)
    [waiting] = await stage.links()
    assert waiting.source == "new"


async def test_a_new_address_is_due_at_once_and_forgets_what_vouched_for_the_old_one(stage: Stage) -> None:
    """F50."""
    await stage.watch("city")
    await stage.poll("city", text("a notice"), etag='"1"', due_in=900)
    await stage.watch(source("city", address="https://city.example.org/moved.xml"))
    [claim] = await stage.sources()
    assert (claim.address, claim.validators.etag) == ("https://city.example.org/moved.xml", None)


async def test_an_edit_that_changes_nothing_changes_no_due_time_and_writes_no_entry(stage: Stage) -> None:
    await stage.watch("city")
    await stage.poll("city", due_in=900)
    before = stage.kinds()
    await stage.watch("city")
    assert await stage.sources() == []
    assert stage.kinds() == before


async def test_many_new_sources_begin_spread_unless_asked_not_to(stage: Stage) -> None:
    """F62."""
    many = [source(f"s{n}", every=300.0) for n in range(60)]
    await stage.store.sync_sources(many, stage.now)
    assert len(await stage.sources()) < 10
    stage.clock.tick(301)
    await stage.store.release(stage.worker)
    assert len(await stage.sources()) == 60


async def test_the_files_in_force_are_the_last_accepted_ones(stage: Stage) -> None:
    await stage.store.save_watchlist_file("a.yaml", b"one", stage.now)
    await stage.store.save_watchlist_file("b.yaml", b"same", stage.now)
    await stage.store.save_watchlist_file("a.yaml", b"two", stage.now)
    await stage.store.save_watchlist_file("a.yaml", b"two", stage.now)
    assert stage.queries.current_files() == {"a.yaml": b"two", "b.yaml": b"same"}
    assert stage.kinds().count("watchlist edited") == 3
    await stage.store.save_watchlist_file("a.yaml", b"one", stage.now)
    assert stage.queries.current_files()["a.yaml"] == b"one"


async def test_a_file_that_is_gone_is_in_force_no_more(stage: Stage) -> None:
    await stage.store.save_watchlist_file("a.yaml", b"one", stage.now)
    await stage.store.save_watchlist_file("b.yaml", b"two", stage.now)
    await stage.store.keep_watchlist_files(["b.yaml"], stage.now)
    await stage.store.keep_watchlist_files(["b.yaml"], stage.now)
    assert stage.queries.current_files() == {"b.yaml": b"two"}
    assert stage.bodies("watchlist removed") == [{"files": ["a.yaml"]}]


async def test_a_ruleset_is_stored_once_and_names_its_topics(stage: Stage) -> None:
    """F59: the log names the rules in force."""
    rules = Ruleset("r1", (Topic("qiming", "Qiming Program", Severity.HIGH),))
    for _ in range(2):
        await stage.store.save_ruleset(rules, "{}", stage.now)
    [body] = stage.bodies("ruleset adopted")
    assert (body["ruleset"], body["topics"]) == ("r1", ["qiming"])
    await stage.watch("city")
    await stage.poll("city", text("a notice"))
    [hit] = stage.queries.hits(ALL)
    assert (hit.topic_name, hit.severity, hit.ruleset) == ("Qiming Program", "high", "r1")


# --- time ---


async def test_each_day_that_is_over_is_closed_once(stage: Stage) -> None:
    await stage.watch("city")
    await stage.poll("city", text("a notice"))
    await stage.store.upkeep(stage.now)
    assert stage.bodies("day closed") == []
    stage.clock.tick(DAY)
    await stage.poll("city", outcome=Outcome.FAILED, reason="http 500")
    for _ in range(2):
        await stage.store.upkeep(stage.now)
    [day] = stage.bodies("day closed")
    assert (day["day"], day["polled"], day["changed"], day["failed"]) == ("2026-03-02", 1, 1, 0)
    stage.clock.tick(3 * DAY)
    await stage.store.upkeep(stage.now)
    assert [body["day"] for body in stage.bodies("day closed")] == ["2026-03-02", "2026-03-03"]


async def test_texts_without_a_hit_go_after_thirty_days_those_with_one_after_eight_hundred(stage: Stage) -> None:
    """F11, F46: what was purged is not told anew."""
    await stage.watch("city")
    plain, found = text("plain", hits=()), text("found")
    await stage.poll("city", plain, found)
    [hit] = stage.queries.hits(ALL)
    stage.clock.tick(31 * DAY)
    await stage.store.upkeep(stage.now)
    version = stage.queries.version(hit.version)
    assert version is not None
    assert version.text is not None
    assert stage.bodies("purged")[-1]["texts"] == 1
    stage.clock.tick(770 * DAY)
    await stage.store.upkeep(stage.now)
    version = stage.queries.version(hit.version)
    assert version is not None
    assert version.text is not None  # a delivery of it is open still
    for message in await stage.messages():
        await stage.send(message)
    await stage.store.upkeep(stage.now)
    version = stage.queries.version(hit.version)
    assert version is not None
    assert version.text is None
    [kept] = stage.queries.hits(ALL)
    assert kept.passage == hit.passage
    again = await stage.poll("city", plain, found)
    assert (again.versions, again.deliveries) == (0, 0)
    assert stage.queries.verify().status == "ok"


async def test_a_text_under_review_is_kept_until_somebody_rules(stage: Stage) -> None:
    await stage.watch("city")
    await stage.poll("city", text("doubtful", hits=(hit(verdict=Verdict.REVIEW),)))
    [found] = stage.queries.hits(ALL)
    stage.clock.tick(900 * DAY)
    await stage.store.upkeep(stage.now)
    kept = stage.queries.version(found.version)
    await stage.store.rule(Ruling(RulingKind.RIGHT, "li", stage.now, "read it", hit=found.id))
    await stage.store.upkeep(stage.now)
    gone = stage.queries.version(found.version)
    assert kept is not None and gone is not None
    assert kept.text is not None
    assert gone.text is None


async def test_a_text_that_is_published_again_is_kept_as_long_as_its_newest_hit(stage: Stage) -> None:
    """Next year's call must still find last year's, copied word for word."""
    await stage.watch("city", "town")
    await stage.poll("city", text("call", place="https://a.example.org/"))
    [first] = stage.queries.hits(ALL)
    stage.clock.tick(790 * DAY)
    await stage.poll("town", text("call", place="https://b.example.org/"), decision=to(Relation.SAME, first.version))
    stage.clock.tick(20 * DAY)
    await stage.store.upkeep(stage.now)
    newest = stage.queries.version(first.version + 1)
    assert newest is not None
    assert newest.text is not None


async def test_due_times_that_a_wrong_clock_left_far_ahead_count_as_due(stage: Stage) -> None:
    """F35: the wall clock stood a year ahead for a while."""
    await stage.watch("city")
    stage.clock.jump(365 * DAY)
    await stage.poll("city", text("a notice"), links=[link("1")], due_in=900)
    [claim] = await stage.messages()
    await stage.send(claim, AttemptOutcome.REFUSED)
    stage.clock.jump(-365 * DAY)
    assert await stage.sources() == []
    await stage.store.upkeep(stage.now)
    assert [one.key for one in await stage.sources()] == ["city"]
    assert len(await stage.links()) == 1
    assert len(await stage.messages()) == 1


async def test_what_was_owed_under_a_wrong_clock_is_told(stage: Stage) -> None:
    """F35: neither a delivery nor the hourly budget waits for a year."""
    await stage.watch("city")
    stage.clock.jump(365 * DAY)
    await stage.poll("city", text("then"))
    [claim] = await stage.messages()
    await stage.send(claim)
    await stage.poll("city", text("owed then"))
    stage.clock.jump(-365 * DAY)
    await stage.store.upkeep(stage.now)
    stage.routing = type(stage.routing)(stage.routing.channels, budget=1)
    await stage.poll("city", text("now"))
    titles = {telling.hit.title for one in await stage.messages() for telling in one.draft.tellings}
    assert "now" in titles or "owed then" in titles
    stage.clock.tick(3601)
    titles |= {telling.hit.title for one in await stage.messages() for telling in one.draft.tellings}
    assert titles == {"owed then", "now"}


async def test_writes_of_many_tasks_at_once_are_all_stored(stage: Stage) -> None:
    """F33: nobody's change is lost in the crowd, and one refused intent costs the others nothing."""
    await stage.watch(*(f"s{n}" for n in range(40)))
    claims = await stage.sources()
    first, *others = [stage.intent(claim, text(f"of {claim.key}")) for claim in claims]
    await stage.store.apply(first, stage.routing)
    results = await asyncio.gather(
        *(stage.store.apply(one, stage.routing) for one in (first, *others)), return_exceptions=True
    )
    assert [type(one).__name__ for one in results].count("LeaseLost") == 1
    assert stage.queries.count_hits(ALL) == 40
    assert stage.queries.verify().status == "ok"
