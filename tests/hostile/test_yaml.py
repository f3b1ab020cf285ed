"""Watchlist files that were written to break their reader."""

from __future__ import annotations

import random
import time

import pytest

from monitor.config.watchlists import Loaded, load_files
from monitor.config.watchlists.nodes import MAX_BYTES, MAX_PROBLEMS
from monitor.domain.errors import Problem


def load(content: str | bytes) -> Loaded:
    data = content.encode() if isinstance(content, str) else content
    return load_files({"a.yaml": data}, environ={}, check_examples=False)


def only(content: str | bytes) -> Problem:
    (problem,) = load(content).errors
    return problem


TOPIC = "topics:\n  - topic: qiming\n    name: Qiming\n    terms: [启明计划]\n"


@pytest.mark.parametrize(
    "tag",
    [
        "!!python/object/apply:os.system ['true']",
        "!!python/name:os.system",
        "!!python/module:os",
        "!!str x",
        "!env HOME",
        "! x",
    ],
)
def test_no_tag_makes_anything(tag: str) -> None:
    """A99: tags are refused where they stand, and nothing is ever made from one."""
    loaded = load(TOPIC + f"watchlist: {tag}\n")
    assert any(problem.line == 5 and "tags" in problem.message for problem in loaded.errors)
    assert loaded.topics == ()


def test_an_alias_bomb_costs_nothing() -> None:
    """A99: a billion laughs."""
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
    )
    started = time.perf_counter()
    loaded = load(bomb)
    assert time.perf_counter() - started < 1
    assert {"anchors", "aliases"} <= {problem.message.split(" ")[0] for problem in loaded.errors}


def test_an_alias_to_itself_is_refused() -> None:
    assert any("aliases (*a) are refused" in problem.message for problem in load("topics: &a [*a]\n").errors)


def test_a_merge_key_is_refused() -> None:
    assert "merge keys" in only(TOPIC.replace("    name", "    <<: {severity: high}\n    name")).message


def test_a_key_that_stands_twice_never_wins_in_silence() -> None:
    problem = only(TOPIC + "    name: Other\n")
    assert (problem.line, problem.column) == (5, 5)
    assert "first in line 3" in problem.message
    assert "stands twice" in only(TOPIC + "topics: []\n").message


@pytest.mark.parametrize("bracket", ["[", "{a: ", "- ", "? "])
def test_deep_nesting_is_refused_quickly(bracket: str) -> None:
    started = time.perf_counter()
    problem = only(bracket * 50_000)
    assert time.perf_counter() - started < 2
    assert "levels deep" in problem.message or "not YAML" in problem.message


def test_a_file_over_a_megabyte_is_refused_unread() -> None:
    assert "over 1 MB" in only(b"#" * (MAX_BYTES + 1)).message
    assert load(TOPIC + "#" * (MAX_BYTES - len(TOPIC.encode()))).ok


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        (b"watchlist: caf\xe9\n", 1, 15),
        ("watchlist: x".encode("utf-16"), 1, 1),
        (b"# fine\nwatchlist: \xc0\xaf\n", 2, 12),
        ("# 启明\nwatchlist: 启".encode() + b"\xff", 2, 13),
        (b"watchlist: \xed\xa0\x80", 1, 12),
    ],
)
def test_what_is_not_utf8_is_told_with_its_place(content: bytes, line: int, column: int) -> None:
    problem = only(content)
    assert (problem.line, problem.column) == (line, column)
    assert "save it as UTF-8" in problem.message


def test_a_byte_order_mark_and_windows_line_ends_are_fine() -> None:
    loaded = load(b"\xef\xbb\xbf" + TOPIC.replace("\n", "\r\n").encode())
    assert loaded.problems == ()
    assert loaded.topics[0].name == "Qiming"


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f"])
def test_a_control_character_is_told_with_its_place(character: str) -> None:
    problem = only(TOPIC + f"watchlist: a{character}b\n")
    assert (problem.line, problem.column) == (5, 13)
    assert f"U+{ord(character):04X}" in problem.message


def test_no_message_carries_control_or_invisible_characters() -> None:
    """A84, A100: what a file holds can neither draw on the terminal nor forge a line of the log."""
    loaded = load('topics:\n  - "a\\e[2J\\nb\\u202e\\u200b": 1\n    topic: "x\\e]0;"\n')
    told = "".join(str(problem) for problem in loaded.problems)
    assert loaded.errors
    assert not any(ord(character) < 32 or character in "\x7f\u202e\u200b" for character in told)


def test_long_values_are_shortened_in_messages() -> None:
    assert all(len(problem.message) < 300 for problem in load(f"topics: [{{topic: {'x' * 5000}, name: y}}]").errors)


def test_a_value_without_end_is_refused() -> None:
    assert "over 4,000 characters" in only(TOPIC.replace("Qiming\n", "Q" * 5_000 + "\n")).message


def test_a_million_mistakes_do_not_fill_the_screen() -> None:
    loaded = load("topics:\n" + "  - x\n" * 100_000)
    assert len(loaded.problems) == MAX_PROBLEMS


@pytest.mark.parametrize(
    "content",
    [
        "", "\n", "# only a comment\n", "---\n", "---\n...\n", "{}", "topics:\n", "topics: ~\n", "topics: []\n",
        "sources:\n  # nothing yet\nchannels:\n",
    ],
)  # fmt: skip
def test_a_file_that_says_nothing_is_no_mistake(content: str) -> None:
    assert load(content).problems == ()


@pytest.mark.parametrize(
    "content",
    [
        "just text", "[]", "- topics", "null", "topics: {topic: qiming}", "topics: qiming", "topics: [[]]", "topics: [~]",
        "? [a]\n: b", "? {a: b}\n: c", "{[a]: b}", "1: 2", "watchlist: [x]", "---\na: b\n---\nc: d", "%YAML 1.1\n---\nx: y",
        "topics: |\n  x", "a: b: c", "a:\n\tb: c", "'", '"', "[", "{", "&a", "*a", "!", "%", "@x", "`x", "topics: [",
    ],
)  # fmt: skip
def test_any_other_form_is_told_and_never_raises(content: str) -> None:
    loaded = load(content)
    assert loaded.errors
    assert all(problem.line >= 1 and problem.column >= 1 and problem.message for problem in loaded.problems)


def test_a_value_of_the_wrong_form_anywhere_never_raises() -> None:
    keys = {
        "topics": ["topic", "name", "severity", "terms", "patterns", "exclude", "exclude_near", "unless", "must_match", "formerly"],
        "sources": ["source", "feed", "page", "listing", "every", "pace", "follow", "ignore", "name", "formerly"],
        "channels": ["channel", "url", "topics", "kinds", "parts", "when", "quiet", "group", "service", "languages", "digest"],
    }  # fmt: skip
    for section, names in keys.items():
        for name in names:
            for value in (
                "x",
                "[x]",
                "[[x]]",
                "{x: y}",
                "[{x: y}]",
                "''",
                "~",
                "[~]",
                "[[]]",
                "{}",
                "'{'",
                "1e999",
                "-1",
            ):
                loaded = load(f"{section}:\n  - {name}: {value}\n    topic: a\n")
                assert loaded.errors, (section, name, value)


def test_damaged_files_never_raise() -> None:
    """Bytes of a good file are changed, cut and doubled at random, with a fixed seed."""
    good = (
        TOPIC
        + "sources:\n  - source: s\n    listing: https://example.org/\n    follow: \"a[href*='/art/']\"\n    every: 5 min..2 h\n"
        + "channels:\n  - channel: c\n    url: env:MONITOR_URL\n    topics: [qiming]\n    quiet: 22:00-07:00 Europe/Berlin\n"
    ).encode()
    chance = random.Random(20261122)
    for _ in range(400):
        data = bytearray(good)
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(data) + 1)
            match chance.randrange(4):
                case 0:
                    data[at : at + 1] = [chance.choice(b"{}[]&*!|>'\"%@`:#-,?\t\n \x00\xff")]
                case 1:
                    del data[at : at + chance.randint(1, 9)]
                case 2:
                    data[at:at] = data[max(0, at - 20) : at]
                case _:
                    data = data[: max(at, 1)]
        loaded = load(bytes(data))
        assert all(problem.line >= 1 and problem.column >= 1 for problem in loaded.problems)
