"""Does `monitor compare` answer line by line and name the lines it cannot read?"""

from __future__ import annotations

import io
import json
import sys

import pytest

from monitor.cli.compare import compare_command
from tests.unit.test_dedupe_rows import CALL, edit


def ask(lines: list[str], monkeypatch: pytest.MonkeyPatch, jsonl: bool = True) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("\n".join(lines).encode("utf-8", "surrogatepass"))))
    compare_command(jsonl)


def side(**fields: object) -> dict[str, object]:
    return {"url": CALL.url, "title": CALL.title, "text": CALL.text, **fields}


def test_each_pair_gets_one_line_with_its_reasons(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    moved = edit(CALL, ("6月30日", "7月15日"), url=CALL.url)
    ask(
        [
            json.dumps({"id": 1, "a": side(), "b": side(text=moved.text)}),
            "",
            json.dumps({"id": "x", "a": side(), "b": side(url="https://b.example.cn/2")}),
        ],
        monkeypatch,
    )
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(one["id"], one["label"]) for one in answers] == [(1, "revision"), ("x", "same")]
    assert all(set(one) == {"id", "label", "score", "reasons"} and one["reasons"] for one in answers)


def test_bad_lines_are_told_by_number_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    good = json.dumps({"id": 9, "a": side(), "b": side()})
    bad = [
        "{",
        "[]",
        json.dumps({"id": 2, "a": side()}),
        json.dumps({"id": 3, "a": side(text=5), "b": side()}),
        "[" * 100_000,
    ]
    ask([*bad, good], monkeypatch)
    told = capsys.readouterr()
    assert [json.loads(line)["id"] for line in told.out.splitlines()] == [9]
    assert [line.split(":")[0] for line in told.err.splitlines()] == [f"line {n}" for n in range(1, 6)]
    assert '"a.text"' in told.err


def test_people_get_words(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    ask([json.dumps({"id": "p", "a": side(), "b": side(text="\ud800" + CALL.text)})], monkeypatch, jsonl=False)
    told = capsys.readouterr().out
    assert told.startswith("p: ")
    assert "in common" in told
