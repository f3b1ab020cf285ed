"""`monitor check`, `monitor watchlist test` and `schema`: what they print and how they end."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import typer

from monitor.cli.check import check_command, closed_sources, private_sources, slow_hosts
from monitor.cli.watchlist import watchlist_schema, watchlist_test
from monitor.config.settings import Settings, load_settings
from monitor.config.watchlists import schema
from monitor.domain.source import Source

TEN_MISTAKES = {
    "talent.yaml": """\
topics:
  - topic: qiming
    name: Qiming Program
    severty: high
    terms: [启明计划]
  - topic: huoju
    name: Huoju
    name: Torch
    terms: [火炬计划, 炬]
  - topic: kunpeng
    name: Kunpeng
    terms: [鲲鹏计划]
    must_match: [关于华为开发者大会的报道]
""",
    "sources.yaml": """\
sources:
  - source: notices
    listing: ftp://example.org/notices/
  - source: feed
    feed: https://example.org/feed.xml
    every: 15
""",
    "channels.yaml": """\
channels:
  - channel: analysts
    url: mailto://ada:hunter2@mail.example.org?to=ada@example.org
  - channel: chat
    url: env:MONITOR_CHAT_URL
    topics: [qimin]
    when: daily 08:00
""",
    "broken.yaml": """\
topics:
\t- topic: x
""",
}

TEN_PLACES = [
    "broken.yaml:2:1", "channels.yaml:3:10", "channels.yaml:5:10", "channels.yaml:6:14", "channels.yaml:7:11",
    "sources.yaml:3:14", "sources.yaml:6:12", "talent.yaml:4:5", "talent.yaml:8:5", "talent.yaml:9:19", "talent.yaml:13:18",
]  # fmt: skip

GOOD = {
    "all.yaml": """\
topics: [{topic: qiming, name: Qiming, terms: [启明计划], must_match: [启明计划申报通知]}]
sources: [{source: feed, feed: 'https://example.org/feed.xml'}]
channels: [{channel: hook, url: 'env:MONITOR_HOOK'}]
"""
}

Run = Callable[..., int]


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Writes files into a folder, checks it, and gives the exit code."""
    monkeypatch.chdir(tmp_path)

    def run(
        files: dict[str, str], as_json: bool = False, checks: Sequence[Callable[[Settings], list[str]]] = (), **env: str
    ) -> int:
        folder = tmp_path / "lists"
        folder.mkdir(exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, "utf-8")
        try:
            check_command(Path("lists"), as_json, extra_checks=checks, environ={"HOME": str(tmp_path), **env})
        except typer.Exit as end:
            return end.exit_code
        return 0

    return run


def test_ten_mistakes_are_told_at_once_with_file_line_and_column(
    check: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(TEN_MISTAKES) == 1
    lines = capsys.readouterr().out.splitlines()
    places = [line.split(" ")[0].rstrip(":") for line in lines if line.startswith("lists/") and "warning:" not in line]
    assert places == [f"lists/{place}" for place in TEN_PLACES]
    assert "11 errors" in lines[-1]
    assert "hunter2" not in "".join(lines)


def test_programs_get_the_same_as_json(check: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(TEN_MISTAKES, True) == 1
    answer = json.loads(capsys.readouterr().out)
    errors = [row for row in answer["problems"] if row["severity"] == "error"]
    assert [f"{row['file']}:{row['line']}:{row['column']}" for row in errors] == [
        f"lists/{place}" for place in TEN_PLACES
    ]
    assert (answer["ok"], answer["errors"]) == (False, 11)
    assert all(row["message"] for row in errors)


def test_what_is_right_ends_with_nothing_wrong(check: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(GOOD, MONITOR_HOOK="json://127.0.0.1:1/") == 0
    assert "1 topic, 1 source, 1 channel: no errors" in capsys.readouterr().out


def test_warnings_are_printed_and_end_well(check: Run, capsys: pytest.CaptureFixture[str]) -> None:
    mail = "mailto://127.0.0.1:25?from=m@example.org&to=a@example.org&mode=insecure"
    assert check(GOOD, MONITOR_HOOK=mail, MONITOR_HOSTPACE="1") == 0
    told = capsys.readouterr().out
    assert "mode=insecure" in told
    assert "MONITOR_HOSTPACE is no setting" in told


def test_wrong_settings_end_with_two_on_stderr(check: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(GOOD, MONITOR_HOST_PACE="quick") == 2
    streams = capsys.readouterr()
    assert "MONITOR_HOST_PACE" in streams.err
    assert streams.out == ""


def test_a_folder_that_is_not_there_ends_with_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as end:
        check_command(tmp_path / "none", environ={"HOME": str(tmp_path)})
    assert end.value.exit_code == 2
    assert "name a folder" in capsys.readouterr().err


def test_other_checks_join_in(check: Run, capsys: pytest.CaptureFixture[str]) -> None:
    def database(settings: Settings) -> list[str]:
        return [f"the database in {settings.state.name} cannot be opened", "warning: it is slow"]

    assert check(GOOD, checks=[database], MONITOR_HOOK="json://127.0.0.1:1/") == 1
    told = capsys.readouterr().out
    assert "the database in mention-monitor cannot be opened" in told
    assert "warning: it is slow" in told
    assert "1 error," in told


def test_a_host_that_cannot_keep_up_is_told() -> None:
    sources = [Source(f"s{number}", "feed", f"https://example.org/{number}", every=900) for number in range(444)]
    assert list(slow_hosts(sources, 5.0)) == [
        "host example.org needs 37 min for sources that ask for 15 min (444 sources): "
        "write a longer every:, or a shorter pace: if the host agrees"
    ]
    assert list(slow_hosts(sources[:180], 5.0)) == []
    assert list(slow_hosts(sources, 0.0)) == []


def test_ports_are_hosts_of_their_own_and_a_source_may_have_its_own_pace() -> None:
    one = Source("a", "feed", "https://example.org:1/", every=10, pace=11)
    two = Source("b", "feed", "https://example.org:2/", every=10)
    assert [line.split(" needs ")[0] for line in slow_hosts([one, two], 5.0)] == ["host example.org:1"]


def test_an_interval_that_adapts_may_grow_to_what_the_host_allows() -> None:
    sources = [Source(f"s{n}", "feed", "https://example.org/", every=60, every_max=7200) for n in range(100)]
    assert list(slow_hosts(sources, 5.0)) == []


def test_a_private_address_that_nobody_allowed_is_told() -> None:
    def told(address: str, *allowed: str) -> bool:
        return bool(list(private_sources([Source("s", "feed", address)], allowed)))

    assert told("http://127.0.0.1:8000/feed")
    assert told("http://[::1]/")
    assert told("http://localhost/")
    assert not told("http://127.0.0.1:8000/feed", "127.0.0.0/8")
    assert not told("http://localhost/", "localhost")
    assert not told("https://example.org/")
    assert not told("http://10.0.0.9/", "10.0.0.9")


def test_trying_a_watchlist_needs_no_channel(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "all.yaml").write_text(GOOD["all.yaml"], "utf-8")
    watchlist_test(tmp_path / "all.yaml", environ={})
    assert "1 topic, 1 term, 1 example: no errors" in capsys.readouterr().out
    watchlist_test(tmp_path, True, environ={})
    answer = json.loads(capsys.readouterr().out)
    assert answer["topics"][0] == {
        "topic": "qiming", "name": "Qiming", "terms": 1, "patterns": 0, "must_match": 1, "must_not_match": 0,
    }  # fmt: skip


def test_trying_a_watchlist_whose_example_fails_ends_with_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "all.yaml").write_text(GOOD["all.yaml"].replace("启明计划申报通知", "鲲鹏计划申报通知"), "utf-8")
    with pytest.raises(typer.Exit) as end:
        watchlist_test(tmp_path, environ={})
    assert end.value.exit_code == 1
    assert "all.yaml:1:68: " in capsys.readouterr().out


def test_the_schema_is_printed_for_editors(capsys: pytest.CaptureFixture[str]) -> None:
    watchlist_schema()
    assert json.loads(capsys.readouterr().out) == schema()


def test_a_folder_that_is_not_there_and_a_sender_without_a_token_are_told(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    sources = (
        Source("here", "folder", str(tmp_path / "here")),
        Source("gone", "folder", str(tmp_path / "gone")),
        Source("bridge", "push", "feed bridge"),
    )
    environ = {"MONITOR_STATE": str(tmp_path)}
    told = list(closed_sources(sources, load_settings(environ)))
    assert [words.split(":")[0] for words in told] == ["source gone", "source bridge takes no documents"]
    token = {**environ, "MONITOR_PUSH_TOKEN": "x"}
    assert len(list(closed_sources(sources, load_settings(token)))) == 1
    (off,) = closed_sources(sources[2:], load_settings({**token, "MONITOR_CONSOLE": "off"}))
    assert "MONITOR_CONSOLE is off" in off
