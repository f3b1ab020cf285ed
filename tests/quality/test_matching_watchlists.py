"""The shipped watchlists: clean, with examples, quick to compile."""

from __future__ import annotations

import re
import time
from functools import cache
from pathlib import Path

import pytest

from monitor.config.watchlists import load_folder
from monitor.config.watchlists.load import Loaded
from monitor.domain.topic import Ruleset, Severity
from monitor.pipeline.match import compile_ruleset

WATCHLISTS = Path(__file__).resolve().parents[2] / "watchlists"
FIRST = ("qiming", "huoju", "torch-industrial", "kunpeng", "ttp")


@cache
def shipped() -> Loaded:
    return load_folder(WATCHLISTS, channels=False, sources=False)


def test_the_shipped_watchlists_load_without_an_error_or_a_warning_and_keep_their_examples() -> None:
    assert [str(problem) for problem in shipped().problems] == []


def test_the_five_programmes_are_there_and_the_industrial_one_is_told_with_low_severity() -> None:
    severities = {topic.key: topic.severity for topic in shipped().topics}
    assert set(FIRST) <= set(severities)
    assert severities["torch-industrial"] is Severity.LOW
    assert {severities[key] for key in FIRST if key != "torch-industrial"} == {Severity.HIGH}


@pytest.mark.parametrize("topic", [topic.key for topic in shipped().topics])
def test_each_topic_has_a_dozen_examples_of_either_sort(topic: str) -> None:
    found = next(one for one in shipped().topics if one.key == topic)
    assert len(set(found.must_match)) >= 12
    assert len(set(found.must_not_match)) >= 12


def test_a_second_subject_is_watched_in_both_languages() -> None:
    terms = [term.text for topic in shipped().topics if topic.key.startswith("export-") for term in topic.terms]
    assert any(re.search("[\u4e00-\u9fff]", term) for term in terms)
    assert any(term.isascii() for term in terms)


def test_the_shipped_watchlists_compile_in_well_under_a_second() -> None:
    begin = time.process_time()
    compiled = compile_ruleset(Ruleset("shipped", shipped().topics))
    assert time.process_time() - begin < 1.0
    assert compiled.problems == ()
