"""Design, chapter 7: an edit that takes much away waits; the last good version stays in force until a person accepts it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.adapters.sql import SqlQueries, SqlStore, open_database
from monitor.adapters.sql.edits import SqlEdits
from monitor.config.settings import load_settings
from monitor.domain.delivery import Routing
from monitor.domain.plan import Plan
from monitor.wiring import FolderWatchlists
from tests.fakes.clock import FakeClock
from tests.fakes.intents import Stage, channel, text

TOPICS = "topics:\n  - {topic: qiming, name: Qiming, terms: [启明计划]}\n  - {topic: other, name: Other, terms: [春晖行动计划]}\n"
SOURCES = "sources:\n" + "".join(
    f"  - {{source: s{number}, feed: 'https://s{number}.example.org/feed.xml', every: 1 h}}\n" for number in range(10)
)


@dataclass
class Folder:
    """A folder of watchlists, a store with a hit on qiming, and who looks at both."""

    path: Path
    stage: Stage
    edits: SqlEdits
    watchlists: FolderWatchlists
    last: Plan | None = None

    def write(self, name: str, content: str) -> None:
        (self.path / name).write_text(content, "utf-8")

    async def look(self) -> Plan | None:
        """As the service looks every two seconds, and adopts what it finds."""
        plan = await self.watchlists.changed(self.last.files if self.last else self.stage.queries.current_files())
        self.last = plan or self.last
        return plan

    def topics(self) -> list[str]:
        assert self.last is not None
        return [topic.key for topic in self.last.ruleset.topics]


@pytest.fixture
async def folder(tmp_path: Path, migrated: Path) -> AsyncIterator[Folder]:
    shutil.copyfile(migrated, tmp_path / "monitor.db")
    database = open_database(f"sqlite:///{tmp_path / 'monitor.db'}")
    queries = SqlQueries(database)
    store = SqlStore(database, queries)
    stage = Stage(store, queries, FakeClock(datetime.now(UTC)))
    lists = tmp_path / "lists"
    lists.mkdir()
    settings = load_settings({"MONITOR_STATE": str(tmp_path), "MONITOR_WATCHLISTS": str(lists)})
    edits = SqlEdits(database, store.writer)
    made = Folder(lists, stage, edits, FolderWatchlists(settings, {}, edits))
    made.write("topics.yaml", TOPICS)
    made.write("sources.yaml", SOURCES)
    await store.open(stage.worker, stage.now)
    await stage.watch("city")
    await stage.poll("city", text("notice"))
    await made.look()
    yield made
    queries.close()
    await store.close()


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "monitor.db"
    open_database(f"sqlite:///{path}").close()
    return path


WITHOUT_QIMING = TOPICS.replace("  - {topic: qiming, name: Qiming, terms: [启明计划]}\n", "")
WITHOUT_OTHER = TOPICS.replace("  - {topic: other, name: Other, terms: [春晖行动计划]}\n", "")


async def test_an_edit_that_drops_a_topic_with_recent_hits_waits_and_the_operator_is_told_once(folder: Folder) -> None:
    folder.write("topics.yaml", WITHOUT_QIMING)
    assert [await folder.look() for _ in range(3)] == [None, None, None]
    assert folder.topics() == ["other", "qiming"]
    waiting = folder.edits.waiting()
    assert waiting is not None
    assert waiting.why == ("it drops the topic qiming, which had 1 hits in 30 days",)
    assert folder.stage.kinds().count("watchlist waits") == 1
    folder.stage.routing = Routing((channel("ops", service=True),))
    await folder.stage.messages()
    folder.write("topics.yaml", WITHOUT_QIMING + "# again\n")
    await folder.look()
    [message] = await folder.stage.messages()
    assert "waits for `monitor watchlist apply`" in message.draft.body


async def test_what_a_person_accepted_is_in_force_at_the_next_look_and_the_log_has_who_and_why(folder: Folder) -> None:
    folder.write("topics.yaml", WITHOUT_QIMING)
    await folder.look()
    waiting = folder.edits.waiting()
    assert waiting is not None
    await folder.edits.accept(waiting, "li", "the programme ended", folder.stage.now)
    assert await folder.look() is not None
    assert folder.topics() == ["other"]
    assert folder.edits.waiting() is None
    [entry] = [one for one in folder.stage.queries.audit() if one.kind == "watchlist applied"]
    assert entry.actor == "li" and entry.body is not None and entry.body["why"] == "the programme ended"


async def test_accepting_one_edit_accepts_no_other(folder: Folder) -> None:
    folder.write("topics.yaml", WITHOUT_QIMING)
    await folder.look()
    waiting = folder.edits.waiting()
    assert waiting is not None
    await folder.edits.accept(waiting, "li", "", folder.stage.now)
    folder.write("topics.yaml", WITHOUT_QIMING.replace("春晖行动计划", "春晖计划"))
    assert await folder.look() is None
    assert folder.topics() == ["other", "qiming"]


async def test_an_edit_that_is_taken_back_waits_no_more(folder: Folder) -> None:
    folder.write("topics.yaml", WITHOUT_QIMING)
    await folder.look()
    folder.write("topics.yaml", TOPICS)
    await folder.look()
    assert folder.edits.waiting() is None


async def test_a_topic_without_recent_hits_goes_at_once(folder: Folder) -> None:
    folder.write("topics.yaml", WITHOUT_OTHER)
    await folder.look()
    assert folder.topics() == ["qiming"]


async def test_one_source_of_ten_goes_at_once_two_wait(folder: Folder) -> None:
    lines = SOURCES.splitlines(keepends=True)
    folder.write("sources.yaml", "".join(lines[:-2]))
    assert await folder.look() is None
    waiting = folder.edits.waiting()
    assert waiting is not None
    assert waiting.why == ("it drops 2 of 10 sources: s8, s9",)
    folder.write("sources.yaml", "".join(lines[:-1]))
    plan = await folder.look()
    assert plan is not None
    assert len(plan.sources) == 9


async def test_an_edit_made_while_nothing_ran_waits_too(folder: Folder) -> None:
    """A restart is no way round it: what was in force is taken up from the store."""
    assert folder.last is not None
    for name, content in folder.last.files.items():
        await folder.stage.store.save_watchlist_file(name, content, folder.stage.now)
    folder.write("topics.yaml", WITHOUT_QIMING)
    settings = load_settings({"MONITOR_STATE": str(folder.path.parent), "MONITOR_WATCHLISTS": str(folder.path)})
    fresh = FolderWatchlists(settings, {}, folder.edits)
    plan = await fresh.changed(folder.stage.queries.current_files())
    assert plan is not None
    assert [topic.key for topic in plan.ruleset.topics] == ["other", "qiming"]
    assert folder.edits.waiting() is not None
