"""`monitor hits same`, `split`, `restore` and `show`, as a person types them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from monitor.adapters.sql import SqlQueries, SqlStore, open_database
from monitor.cli.app import app
from monitor.domain.hit import Decision, Relation, Verdict
from monitor.domain.query import HitFilter
from tests.fakes.intents import Stage, hit, text

BODY = (
    "启明计划现已开放申报，申报人须具有博士学位并在海外连续工作三年以上。"
    "入选者可享受住房补贴和子女入学服务，资助经费按年度拨付。{}"
)
NEAR = Decision(Relation.SAME, 1, 0.97, ("the same text", "97% of the shorter text in common"), (1,))


class Desk:
    """A store in a folder, and the commands on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"sqlite:///{folder / 'monitor.db'}"

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(app, arguments, env={"MONITOR_STATE": str(self.folder)})

    def fill(self) -> None:
        """A notice in the city, a near copy in the town, and a weak hit."""
        asyncio.run(self._on_stage(self._fill))

    def assemble(self) -> Sequence[str]:
        """What a running service would tell now."""
        told: list[str] = []

        async def work(stage: Stage) -> None:
            for claim in await stage.messages():
                told.extend(one.hit.title for one in claim.draft.tellings)
                await stage.send(claim)

        asyncio.run(self._on_stage(work))
        return sorted(told)

    async def _on_stage(self, work) -> None:  # type: ignore[no-untyped-def]
        database = open_database(self.url)
        queries = SqlQueries(database)
        stage = Stage(SqlStore(database, queries), queries)
        await work(stage)
        queries.close()
        await stage.store.close()

    async def _fill(self, stage: Stage) -> None:
        await stage.watch("city", "town")
        await stage.poll("city", text("Call of the city", BODY.format("联系电话见附件。"), keys=(1,)))
        await stage.poll(
            "town", text("Call of the town", BODY.format("逾期不予受理\x1b[31m。"), keys=(1,)), decision=NEAR
        )
        await stage.poll("city", text("weak", hits=[hit(verdict=Verdict.REVIEW)]))

    def verify(self) -> str:
        database = open_database(self.url)
        queries = SqlQueries(database)
        found = queries.verify()
        queries.close()
        database.close()
        return found.status


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.fill()
    assert made.assemble() == ["Call of the city"]
    return made


def test_show_tells_the_decision_with_the_passages_that_differ(desk: Desk) -> None:
    shown = desk.run("hits", "show", "2")
    assert shown.exit_code == 0, shown.output
    assert "97% of the shorter text in common" in shown.output
    assert "Set against 'Call of the city'" in shown.output
    assert "- 联系电话见附件" in shown.output
    assert "+ 逾期不予受理" in shown.output
    assert "\x1b" not in shown.output, "content cannot colour a terminal"


def test_show_for_programs_has_the_aligned_pairs(desk: Desk) -> None:
    found = json.loads(desk.run("hits", "show", "2", "--json").output)["compared"]
    assert found["version"] == 1
    assert found["label"] in {"same", "revision", "story", "distinct"}
    assert any(before == after for before, after in found["pairs"])
    assert json.loads(desk.run("hits", "show", "1", "--json").output)["compared"] is None


def test_split_tells_the_silenced_one_and_same_joins_them_again(desk: Desk) -> None:
    split = desk.run("hits", "split", "1", "2", "--why", "another place")
    assert split.exit_code == 0, split.output
    assert "they are items 1 and 3 now" in split.output
    assert desk.assemble() == ["Call of the town"]
    joined = desk.run("hits", "same", "2", "1", "--why", "no, one notice")
    assert "both are item 1 now" in joined.output
    assert "as before" in desk.run("hits", "same", "1", "2").output
    assert desk.verify() == "ok"


def test_restore_tells_those_who_would_have_heard(desk: Desk) -> None:
    assert desk.run("hits", "restore", "3", "--why", "it is ours").exit_code == 0
    assert desk.assemble() == ["weak"]
    assert desk.assemble() == []


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [(("split", "1", "77"), 1, "no hit 77"), (("same", "2", "2"), 2, "on one text"), (("same", "x", "2"), 2, "")],
)
def test_what_cannot_be_ruled_is_refused_with_a_word(
    desk: Desk, arguments: tuple[str, ...], code: int, word: str
) -> None:
    refused = desk.run("hits", *arguments)
    assert refused.exit_code == code
    assert word in refused.output
    database = open_database(desk.url)
    queries = SqlQueries(database)
    assert [entry.kind for entry in queries.audit() if entry.kind == "ruled"] == []
    assert queries.count_hits(HitFilter()) == 3
    queries.close()
    database.close()
