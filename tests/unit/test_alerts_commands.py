"""`monitor alerts route`, `channels`, `preview`, `mute --list`, `unmute` and `watchlist report`, as a person types them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from monitor.adapters.sql import SqlQueries, SqlStore, open_database
from monitor.cli.app import app
from monitor.domain.delivery import AttemptOutcome, Routing
from monitor.domain.hit import Verdict
from monitor.domain.ruling import Ruling, RulingKind
from tests.fakes.clock import FakeClock
from tests.fakes.intents import Stage, channel, hit, text

WATCHLIST = """topics:
  - topic: qiming
    name: Qiming Program (启明计划)
    severity: high
    terms: [启明计划]
channels:
  - channel: mail
    url: env:TEST_MAIL
    topics: [qi*]
    places: [Zhejiang]
  - channel: chat
    url: env:TEST_CHAT
    verdicts: [alert, review]
    when: daily 08:00 Asia/Shanghai
"""
NOTICE = "温州市人才办关于组织申报启明计划的通知。申报人应取得博士学位，入选者给予奖励300万元。"


class Desk:
    """A store and a watchlist in a folder, and the commands on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "watchlists").mkdir()
        (folder / "watchlists" / "all.yaml").write_text(WATCHLIST, "utf-8")
        self.environ = {
            "MONITOR_STATE": str(folder),
            "MONITOR_WATCHLISTS": str(folder / "watchlists"),
            "TEST_MAIL": "mailto://localhost:25?from=m@example.org&to=lena@example.org&mode=insecure",
            "TEST_CHAT": "ntfy://localhost/topic",
        }
        asyncio.run(self.on_stage(self._fill))

    def run(self, *arguments: str, given: str | None = None) -> Result:
        """A command as it is typed."""
        return CliRunner().invoke(app, arguments, env=self.environ, input=given)

    def lines(self, *arguments: str, given: str | None = None) -> list[dict[str, object]]:
        """What a command prints as JSON lines."""
        return [json.loads(line) for line in self.run(*arguments, given=given).stdout.splitlines()]

    async def on_stage(self, work: Callable[[Stage], Awaitable[None]]) -> None:
        """The work on the store, at the time of now."""
        database = open_database(f"sqlite:///{self.folder / 'monitor.db'}")
        queries = SqlQueries(database)
        routing = Routing((channel("mail", "lena@example.org"),), {"qiming": "high"})
        stage = Stage(SqlStore(database, queries), queries, FakeClock(datetime.now(UTC)), routing)
        await work(stage)
        queries.close()
        await stage.store.close()

    async def _fill(self, stage: Stage) -> None:
        place = {"fact": "place", "province": "CN-ZJ", "city": "Wenzhou"}
        await stage.watch("city")
        await stage.poll("city", text("一则通知", facts=[place]), text("存疑", hits=[hit(verdict=Verdict.REVIEW)]))
        [claim] = await stage.messages()
        await stage.send(claim, AttemptOutcome.REFUSED)
        await stage.store.rule(Ruling(RulingKind.WRONG, "lena", stage.now, "a name", hit=2))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_route_shows_who_would_hear_of_a_stored_hit_and_why_not(desk: Desk) -> None:
    told = {row["channel"]: row for row in desk.lines("alerts", "route", "1", "--json")}
    assert told["mail"]["told"] is True
    assert told["mail"]["why"][0] == "it takes topic qi*, place Zhejiang"  # type: ignore[index]
    assert str(told["chat"]["due_at"])[11:16] == "00:00"
    review = {row["channel"]: row for row in desk.lines("alerts", "route", "2", "--json")}
    assert (review["mail"]["told"], review["chat"]["told"]) == (False, True)
    assert "the verdict is review" in str(review["mail"]["why"])
    assert desk.run("alerts", "route", "99").exit_code == 1
    assert desk.run("alerts", "route").exit_code == 2


def test_route_reads_texts_too(desk: Desk) -> None:
    given = json.dumps({"id": "x", "text": NOTICE, "source": "wenzhou"}) + "\nnot json\n"
    rows = desk.lines("alerts", "route", "--jsonl", given=given)
    assert {(row["id"], row["topic"], row["channel"], row["told"]) for row in rows} == {
        ("x", "qiming", "mail", True),
        ("x", "qiming", "chat", True),
    }


def test_the_state_of_every_channel_is_visible(desk: Desk) -> None:
    rows = {row["channel"]: row for row in desk.lines("alerts", "channels", "--json")}
    assert (rows["mail"]["state"], rows["mail"]["last_outcome"], rows["mail"]["waiting"]) == ("broken", "refused", 1)
    assert rows["chat"]["state"] == "unused"
    assert "as the test says" in desk.run("alerts", "channels").stdout


def test_a_preview_is_for_reading(desk: Desk, tmp_path: Path) -> None:
    mail = desk.run("alerts", "preview", "1", "--channel", "mail").stdout
    assert mail.startswith("From: ")
    assert "Subject: qiming: call, Wenzhou" in mail
    assert "【启明计划】" in mail
    assert "base64" not in mail
    assert "启明计划" in desk.run("alerts", "preview", "1", "--channel", "chat").stdout
    page = tmp_path / "mail.html"
    desk.run("alerts", "preview", "1", "--channel", "mail", "--html", str(page))
    assert "<!doctype html>" in page.read_text("utf-8")
    assert (
        "Content-Transfer-Encoding: base64" in desk.run("alerts", "preview", "1", "--channel", "mail", "--raw").stdout
    )


def test_silences_are_listed_and_lifted(desk: Desk) -> None:
    day = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()
    assert desk.run("mute", "qiming", "--until", day).exit_code == 2, "a reason is asked for"
    assert desk.run("mute", "--until", day, "--why", "x").exit_code == 2, "something is to be muted"
    said = desk.run(
        "mute", "qiming", "--source", "city", "--until", day, "--why", "trade fair", "--actor", "omar"
    ).stdout
    assert said.startswith("qiming from city is muted until")
    [mute] = desk.lines("mute", "--list", "--json")
    assert (mute["topic"], mute["source"], mute["actor"], mute["why"]) == ("qiming", "city", "omar", "trade fair")
    assert "trade fair" in desk.run("mute", "--list").stdout
    waits = desk.lines("alerts", "route", "1", "--json")
    assert all("muted by omar" in str(row["why"]) for row in waits)
    assert desk.run("unmute", "huoju").exit_code == 1
    assert desk.run("unmute", "qiming", "--source", "city").exit_code == 0
    assert desk.run("mute", "--list").stdout == "Nothing is muted.\n"


def test_the_report_shows_precision_and_the_line_that_would_have_helped(desk: Desk) -> None:
    rows = desk.lines("watchlist", "report", "--json")
    [topic] = [row for row in rows if row["by"] == "topic"]
    assert (topic["key"], topic["alerts"], topic["reviews"], topic["wrong"]) == ("qiming", 1, 1, 1)
    assert (topic["precision"], topic["wrong_share"]) == (0.0, 1.0)
    [lesson] = [row for row in rows if row["by"] == "lesson"]
    assert lesson["must_not_match"] == [{"hit": 2, "line": "启明计划：存疑。"}]
    said = desk.run("watchlist", "report").stdout
    assert 'must_not_match:\n  - "启明计划：存疑。"  # hit 2' in said
