"""`monitor match`: JSON lines in, JSON lines out, or one text and an answer in words."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from monitor.cli.app import app
from monitor.cli.match import FIELDS, match_command
from monitor.domain.errors import SettingsError

WATCHLIST = """
topics:
  - topic: qiming
    name: Qiming
    terms:
      - 启明计划
      - term: 启明
        near: [人才]
    exclude: [启明创投]
channels:
  - channel: me
    url: env:NOBODY_HAS_SET_THIS
"""


class Scene:
    """A watchlist in a folder and what the command told."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.patch = patch
        self.capture = capture
        (folder / "list.yaml").write_text(WATCHLIST, "utf-8")

    def tell(self, given: str | bytes, jsonl: bool = True, why: bool = False) -> list[dict[str, object]]:
        raw = given if isinstance(given, bytes) else given.encode()
        self.patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8"))
        match_command(jsonl, self.folder, why)
        self.out, self.err = self.capture.readouterr()
        return [json.loads(line) for line in self.out.splitlines()] if jsonl else []


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Scene:
    return Scene(tmp_path, monkeypatch, capsys)


def test_each_line_is_answered_with_kind_facts_and_one_object_a_match(scene: Scene) -> None:
    answers = scene.tell('{"id": 7, "title": "启明创投", "text": "国家啟明計劃"}\n{"id": "b", "text": "nothing"}\n')
    assert [answer["id"] for answer in answers] == [7, "b"]
    assert all(set(answer) == {"id", "kind", "part", "facts", "hits"} for answer in answers)
    first, second = answers[0]["hits"]  # type: ignore[misc]
    assert tuple(first) == FIELDS
    assert (first["verdict"], first["field"], first["start"], first["end"]) == ("alert", "text", 2, 6)
    assert (second["verdict"], second["field"], second["reason"]) == ("suppressed", "title", "excluded by 启明创投")
    assert answers[1]["hits"] == []


def test_a_channel_whose_variable_is_unset_is_no_error(scene: Scene) -> None:
    assert scene.tell('{"id": 1, "text": "启明计划"}')[0]["hits"]
    assert scene.err == ""


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"not json", "line 1: Expecting value"),
        (b"[1]", "line 1: not a JSON object"),
        (b'{"id": 1}', 'line 1: "text" is missing'),
        (b'{"id": 1, "text": 5}', 'line 1: "text" is no text'),
        (b'{"id": 1, "text": "x", "published": "soon"}', 'line 1: "published" is no date'),
        (b'{"id": 1, "text": "\xff"}', "line 1: "),
    ],
)
def test_a_bad_line_is_told_with_its_number_and_the_next_one_is_read(scene: Scene, line: bytes, told: str) -> None:
    answers = scene.tell(line + b'\n\n{"id": 2, "text": "\\ud800 x"}\n')
    assert [answer["id"] for answer in answers] == [2]
    assert scene.err.startswith(told)


def test_why_not_is_answered_on_request(scene: Scene) -> None:
    answer = scene.tell('{"id": 1, "text": "门户开启明天的大门，面向人才"}', why=True)[0]
    assert answer["hits"] == []
    assert [refused["reason"] for refused in answer["refused"]] == ["part of 开启"]  # type: ignore[attr-defined]


def test_one_text_is_answered_in_words(scene: Scene) -> None:
    scene.tell("国家启明计划。门户开启明天的大门，面向人才", jsonl=False, why=True)
    assert scene.out.splitlines()[0] == "alert  qiming  1.00"
    assert "no  qiming  10-12 启明 is not 启明: part of 开启" in scene.out
    scene.tell("天地", jsonl=False)
    assert scene.out == "no topic\n"


def test_a_folder_without_a_usable_topic_is_refused(scene: Scene) -> None:
    (scene.folder / "list.yaml").write_text("topics: []\n", "utf-8")
    with pytest.raises(SettingsError, match="no usable topic"):
        scene.tell("")


def test_the_command_line_passes_why_on(scene: Scene) -> None:
    given = '{"id": 1, "text": "门户开启明天的大门，面向人才"}'
    options = ["match", "--jsonl", "--watchlists", str(scene.folder)]
    told, asked = (CliRunner().invoke(app, [*options, *more], input=given) for more in ([], ["--why"]))
    assert "refused" not in json.loads(told.stdout)
    assert json.loads(asked.stdout)["refused"]
