"""Hashed runs find what an automaton finds, wherever it stands (issue: flat from 100 to 10,000 aliases)."""

from __future__ import annotations

import random

import pytest

from monitor.domain.topic import Ruleset, Term, Topic
from monitor.pipeline.match import Text, compile_ruleset, match
from monitor.pipeline.match.fold import fold
from monitor.pipeline.match.grams import BLOCK, Grams
from monitor.pipeline.match.scan import CHUNK
from monitor.pipeline.match.terms import DFA_BYTES, Beside, build_automaton

LETTERS = {"few letters": "abc", "letters": "abcdefghijklmnop", "han": "启明计划千人万", "mixed": "启明ab\U00020000划c"}


@pytest.mark.parametrize("letters", LETTERS.values(), ids=LETTERS)
def test_hashed_runs_and_the_automaton_give_the_same_places_in_the_same_order(letters: str) -> None:
    chance = random.Random(7)
    patterns = list({"".join(chance.choices(letters, k=chance.randint(1, 12))): None for _ in range(300)})
    grams, automaton = Grams(patterns, {}), build_automaton(patterns)
    assert automaton is not None
    for size in (1, 2, 5, 9, 100, 2_000):
        text = "".join(chance.choices(letters, k=size))
        assert grams.find(text) == automaton.find_matches_as_indexes(text, overlapping=True)


def test_a_pattern_that_ends_with_the_text_or_crosses_a_block_is_found_once() -> None:
    grams = Grams(["thousandtalents", "talents", "启明计划"], {})
    assert grams.find("") == []
    assert grams.find("thousandtalents") == [(0, 0, 15), (1, 8, 15)]
    for before in range(BLOCK - 16, BLOCK + 2):
        assert grams.find("x" * before + "thousandtalents") == [(0, before, before + 15), (1, before + 8, before + 15)]
        assert grams.find("人" * before + "启明计划人") == [(2, before, before + 4)]


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("qimingprogram", True),  # the near half
        ("qimingprxgram", True),
        ("qimingxrogram", True),  # the far half at its place
        ("qimingxprogram", True),  # one place on
        ("qimingrogram", True),  # one place back
        ("qimingxyzuvwx", False),
    ],
)
def test_a_seed_counts_only_where_half_of_what_belongs_beside_it_stands(text: str, stands: bool) -> None:
    beside = Beside("pro", 6, "ram", 9)
    assert bool(Grams(["qiming"], {0: beside}).find(text)) is stands
    assert beside.stands(text, 0) is stands


def _thousands_of_names() -> list[str]:
    chance = random.Random(3)
    names: dict[str, None] = {}
    while sum(len(fold(name).encode()) for name in names) <= DFA_BYTES:
        names["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=8)).title() + " Plan"] = None
    return list(names)


def test_one_name_of_thousands_is_found_with_its_typos_wherever_a_long_text_is_cut() -> None:
    names = _thousands_of_names()
    topics = tuple(Topic(f"t{at}", name, terms=(Term(name),)) for at, name in enumerate(names))
    compiled = compile_ruleset(Ruleset("many", topics))
    assert isinstance(getattr(compiled.find, "__self__", None), Grams)
    name = names[2_000]
    wrong = name[:3] + "q" + name[4:]
    for before in range(CHUNK - 14, CHUNK + 2):
        text = "，" * before
        for written, form in ((name, "exact"), (wrong, "typo")):
            found = [one for one in match(Text("", text + written + "，"), compiled) if one.topic == "t2000"]
            assert [(one.form, one.start, one.text) for one in found] == [(form, before, written)]
