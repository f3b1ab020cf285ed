"""A stored reason is said in words, its points beside it, and nothing of it is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.config.watchlists import load_folder
from monitor.domain.topic import Ruleset
from monitor.pipeline.compose.because import Clause, because
from monitor.pipeline.match import Text, compile_ruleset
from monitor.pipeline.match import match as match_terms

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("stored", "words", "points"),
    [
        ("exact form of 启明计划 +0.80", "“启明计划” as the watchlist writes it", 0.8),
        (
            "gap form of 启明计划 (also traditional) +0.70",
            "“启明计划” with other characters inside (also traditional)",
            0.7,
        ),
        ("context 人才 0 characters after +0.20", "“人才” stands right after it", 0.2),
        ("context 浙江 1 characters before +0.20", "“浙江” stands 1 character before it", 0.2),
        (
            "context talent programme 12 characters before +0.20",
            "“talent programme” stands 12 characters before it",
            0.2,
        ),
        ("context 申报 in the title +0.20", "“申报” stands in the title", 0.2),
        ("no context word within 30 -0.30", "no word that goes with it stands within 30 characters", -0.3),
        (
            "excluding word 创投 2 characters after -0.60",
            "“创投” stands 2 characters after it: that speaks of something else",
            -0.6,
        ),
        ("excluded by 启明创投", "it belongs to “启明创投”, which is something else", None),
        ("weak term -0.20", "the name is a common word too, so it needs more", -0.2),
        ("88 exclusions tried, none holds", "none of its 88 exclusions holds", None),
        ("启明计划 holds from 2019-01-01, the document is of 2018-01-01",) * 2 + (None,),
    ],
)
def test_each_clause_of_a_reason_is_said_in_words_with_its_points(
    stored: str, words: str, points: float | None
) -> None:
    assert [(clause.words, clause.points) for clause in because([stored])] == [(words, points)]


def test_the_clauses_of_one_reason_stand_apart_and_say_for_or_against() -> None:
    told = list(because(["exact form of Torch +0.50; weak term -0.20; 3 exclusions tried, none holds", ""]))
    assert [(clause.sign, clause.routine) for clause in told] == [("+", True), ("–", False), ("", True)]


def test_a_reason_of_another_shape_is_passed_on_as_it_stands() -> None:
    assert list(because(["A person wrote this"])) == [Clause("A person wrote this")]


def test_every_clause_that_the_rules_write_about_the_shipped_examples_is_known() -> None:
    loaded = load_folder(ROOT / "watchlists", check_examples=False, channels=False, sources=False)
    compiled = compile_ruleset(Ruleset("shipped", loaded.topics))
    examples = [text for topic in loaded.topics for text in (*topic.must_match, *topic.must_not_match)]
    reasons = [match.reason for text in examples for match in match_terms(Text("", text), compiled)]
    told = {clause.words for clause in because(reasons)}
    raw = [words for words in told if words.startswith(("context ", "excluding ", "excluded ")) or " form of " in words]
    assert len(told) > 300
    assert not raw
