"""Facts on the shared corpus, scored by value as its README says, with floors that only rise."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import pytest

from monitor.pipeline.facts import facts

pytestmark = pytest.mark.quality

CORPUS = Path(os.environ.get("MONITOR_CORPUS") or Path(__file__).resolve().parents[2].parent / "shared" / "corpus")
APART = frozenset({"text", "start", "end", "optional"})

Key = tuple[tuple[str, str], ...]


def key(fact: Mapping[str, object], fields: Iterable[str] = ()) -> Key:
    """A fact by its values; only those named, if any are."""
    wanted = set(fields) or set(fact) - APART
    return tuple(sorted((name, repr(fact[name])) for name in wanted if name in fact))


@cache
def rows() -> tuple[dict[str, object], ...]:
    path = CORPUS / "facts.jsonl"
    if not path.exists():
        pytest.skip("shared corpus is absent: set MONITOR_CORPUS")
    return tuple(json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())


def f1(names: Iterable[str] = (), fields: Iterable[str] = ()) -> tuple[float, list[str]]:
    """F1 over the facts of these types (all), compared by these fields (all), and what went wrong."""
    counts: Counter[str] = Counter()
    faults: list[str] = []
    only = set(names)
    for row in rows():
        wanted = [fact for fact in row["facts"] if not only or fact["fact"] in only]  # type: ignore[attr-defined]
        told = {key(fact, fields) for fact in facts(str(row["text"])) if not only or fact["fact"] in only}
        needed = {key(fact, fields) for fact in wanted if not fact.get("optional")}
        allowed = {key(fact, fields) for fact in wanted}
        counts.update(right=len(told & needed), missed=len(needed - told), wrong=len(told - allowed))
        faults += [f"{row['id']} missed {one}" for one in needed - told] + [
            f"{row['id']} wrong {one}" for one in told - allowed
        ]
    return 2 * counts["right"] / (2 * counts["right"] + counts["missed"] + counts["wrong"]), faults


def test_money_is_read_with_amount_range_and_currency() -> None:
    score, faults = f1(["money"], ["fact", "low", "high", "currency"])
    assert score >= 0.98, faults


def test_money_is_read_with_its_role_and_its_span_of_time() -> None:
    score, faults = f1(["money"])
    assert score >= 0.96, faults


def test_all_facts_stay_above_their_floor() -> None:
    score, faults = f1()
    assert score >= 0.98, faults


@pytest.mark.parametrize(
    "name",
    [
        "age", "degree", "experience", "headcount", "deadline", "document-number", "document-date", "issuer", "place",
        "period", "contact",
    ],
)  # fmt: skip
def test_each_sort_of_fact_stays_above_its_floor(name: str) -> None:
    score, faults = f1([name])
    assert score >= 0.9, faults


def test_the_span_of_a_fact_lies_where_a_reader_put_it() -> None:
    hit = total = 0
    for row in rows():
        marked = {(fact["start"], fact["end"]) for fact in row["facts"] if "start" in fact}  # type: ignore[attr-defined]
        for fact in facts(str(row["text"])):
            if "start" in fact:
                total += 1
                start, end = fact["start"], fact["end"]
                hit += any(start < last and first < end for first, last in marked)  # type: ignore[operator]
    assert hit / total >= 0.95
