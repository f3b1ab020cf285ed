"""`monitor hits list` and `export`, as a person types them: filters by facts, and nothing personal in what comes out."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from monitor.adapters.sql import SqlQueries, SqlStore, open_database
from monitor.cli.app import app
from tests.fakes.intents import Stage, text

MONEY = {"fact": "money", "text": "300万元", "low": 3_000_000, "high": 3_000_000, "currency": "CNY", "role": "reward"}
PLACE = {"fact": "place", "text": "温州", "province": "CN-ZJ", "city": "Wenzhou"}
DEADLINE = {"fact": "deadline", "text": "2027年1月20日", "date": "2027-01-20"}
BODY = "启明计划现已开放申报。联系人电话：13812345678，邮箱 talents@city.example.org，请于截止日前报送。"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A store with a rich notice of Wenzhou and a poor one of nowhere."""
    asyncio.run(_fill(tmp_path))
    return tmp_path


async def _fill(folder: Path) -> None:
    database = open_database(f"sqlite:///{folder / 'monitor.db'}")
    queries = SqlQueries(database)
    store = SqlStore(database, queries)
    stage = Stage(store, queries)
    await stage.watch("city")
    await stage.poll("city", text("=Wenzhou pays", BODY, facts=(MONEY, PLACE, DEADLINE)), text("Nothing is offered"))
    queries.close()
    await store.close()


def _run(state: Path, *arguments: str) -> Result:
    result = CliRunner().invoke(app, ["hits", *arguments], env={"MONITOR_STATE": str(state)})
    assert result.exit_code == 0, result.output
    return result


@pytest.mark.parametrize(
    "wanted",
    [
        ("--min-amount", "1000000"),
        ("--min-amount", "1000000", "--currency", "CNY"),
        ("--place", "浙江"),
        ("--place", "Wenzhou"),
        ("--place", "温州"),
        ("--deadline-before", "2027-02-01"),
        ("--min-amount", "3000000", "--place", "CN-ZJ", "--deadline-before", "2027-01-21"),
    ],
)
def test_a_filter_by_facts_finds_the_notice_that_has_them(state: Path, wanted: tuple[str, ...]) -> None:
    rows = [json.loads(line) for line in _run(state, "list", "--json", *wanted).stdout.splitlines()]
    assert [row["title"] for row in rows] == ["=Wenzhou pays"]


@pytest.mark.parametrize(
    "unwanted",
    [
        ("--min-amount", "3000001"),
        ("--currency", "USD", "--min-amount", "1"),
        ("--place", "江苏"),
        ("--deadline-before", "2027-01-01"),
    ],
)
def test_a_filter_by_facts_leaves_out_what_does_not_have_them(state: Path, unwanted: tuple[str, ...]) -> None:
    assert _run(state, "list", "--json", *unwanted).stdout == ""


@pytest.mark.parametrize("command", [("list", "--json"), ("export",), ("export", "--format", "csv")])
def test_phones_and_mail_addresses_are_masked_in_what_comes_out(state: Path, command: tuple[str, ...]) -> None:
    """A104"""
    out = _run(state, *command).stdout
    assert "启明计划现已开放申报" in out
    assert "13812345678" not in out
    assert "talents@city.example.org" not in out


def test_a_title_that_is_a_formula_is_none_in_a_spreadsheet(state: Path) -> None:
    """A98"""
    rows = list(csv.DictReader(io.StringIO(_run(state, "export", "--format", "csv").stdout)))
    assert "'=Wenzhou pays" in [row["title"] for row in rows]
