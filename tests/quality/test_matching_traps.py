"""The shipped watchlist against the project's own traps: each line says what it is and why."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from monitor.config.watchlists import load_folder
from monitor.domain.hit import Verdict
from monitor.domain.topic import Ruleset
from monitor.pipeline.match import Compiled, Text, compile_ruleset, hits

ROOT = Path(__file__).resolve().parents[2]
TRAPS = [json.loads(line) for line in (ROOT / "tests/data/matching/traps.jsonl").read_text("utf-8").splitlines()]


@cache
def shipped() -> Compiled:
    loaded = load_folder(ROOT / "watchlists", check_examples=False, channels=False, sources=False)
    return compile_ruleset(Ruleset("shipped", loaded.topics))


def test_there_are_enough_traps_in_both_languages_and_each_says_why() -> None:
    assert len(TRAPS) >= 150
    assert all(trap["why"] for trap in TRAPS)
    assert sum(trap["text"].isascii() for trap in TRAPS) >= 40
    assert len({(trap["topic"], trap["text"]) for trap in TRAPS}) == len(TRAPS)


@pytest.mark.parametrize("trap", TRAPS, ids=[f"{trap['topic']}: {trap['why']}" for trap in TRAPS])
def test_the_shipped_watchlist_is_not_caught_by_a_trap(trap: dict[str, object]) -> None:
    found = {hit.topic: hit for hit in hits(Text("", str(trap["text"])), shipped())}
    hit = found.get(str(trap["topic"]))
    assert (hit is not None and hit.verdict is Verdict.ALERT) is trap["alert"], hit.reasons if hit else "no match"
