"""How well does the judge do on the labelled pairs? Floors that may rise and never fall; wrong merges stay at zero."""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest

from monitor.pipeline.dedupe import Page, compare, sign
from tests.benchmarks import neardup

pytestmark = pytest.mark.quality

CORPUS = Path(os.environ.get("MONITOR_CORPUS") or Path(__file__).parents[3] / "shared" / "corpus")
KEY = b"quality"


@dataclass(frozen=True)
class Judged:
    """A labelled pair with the answer it got."""

    number: int
    label: str
    kind: str
    lang: str
    answer: str
    reasons: tuple[str, ...]


def pairs() -> list[dict[str, object]]:
    path = CORPUS / "dedup_pairs.jsonl"
    if not path.is_file():
        pytest.skip("shared corpus is absent: set MONITOR_CORPUS")
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def page(side: object) -> Page:
    assert isinstance(side, dict)
    return Page(side["url"], side["title"], side["text"])


@cache
def judged() -> tuple[Judged, ...]:
    answers = []
    for pair in pairs():
        found = compare(page(pair["a"]), page(pair["b"]))
        label, kind, lang = (str(pair[name]) for name in ("label", "kind", "lang"))
        answers.append(Judged(int(str(pair["id"])), label, kind, lang, found.label.value, found.reasons))
    return tuple(answers)


def recall(label: str, *langs: str) -> float:
    wanted = [one for one in judged() if one.label == label and one.lang in langs]
    return sum(one.answer == label for one in wanted) / len(wanted)


def test_nothing_that_is_news_is_merged_with_what_was_told() -> None:
    wrong = [one for one in judged() if one.answer == "same" and one.label in ("distinct", "story")]
    assert not wrong, [(one.number, one.kind, one.reasons) for one in wrong]


@pytest.mark.parametrize(
    ("label", "langs", "floor"),
    [
        ("same", ("en",), 0.985),
        ("same", ("zh",), 0.985),
        ("revision", ("en",), 0.98),
        ("revision", ("zh",), 0.97),
        ("story", ("en",), 0.96),
        ("story", ("zh",), 0.95),
        ("story", ("mixed",), 0.90),
        ("distinct", ("en",), 0.98),
        ("distinct", ("zh",), 0.99),
    ],
)
def test_what_belongs_together_is_found(label: str, langs: tuple[str, ...], floor: float) -> None:
    assert recall(label, *langs) >= floor, confusion()


def confusion() -> str:
    """The confusion by language, and every miss by kind, for whoever reads a failed run."""
    cells = Counter((one.lang, one.label, one.answer) for one in judged())
    misses = Counter((one.label, one.answer, one.kind, one.lang) for one in judged() if one.label != one.answer)
    return f"{sorted(cells.items())}\n{sorted(misses.items())}"


def test_revisions_are_hardly_ever_taken_for_copies() -> None:
    taken = [one for one in judged() if one.label == "revision" and one.answer == "same"]
    assert len(taken) <= 2, [(one.number, one.kind) for one in taken]


def test_copies_and_revisions_share_a_candidate_key() -> None:
    found, wanted = 0, 0
    for pair in pairs():
        if pair["label"] in ("same", "revision"):
            a, b = page(pair["a"]), page(pair["b"])
            wanted += 1
            one, other = (sign(side.title, side.text, side.url, KEY) for side in (a, b))
            found += not set(one.keys).isdisjoint(other.keys)
    assert found / wanted >= 0.99


def test_tellings_of_one_story_share_a_rare_fact() -> None:
    found, wanted = 0, 0
    for pair in pairs():
        if pair["label"] == "story" and "roundup" not in str(pair["kind"]):
            a, b = page(pair["a"]), page(pair["b"])
            wanted += 1
            one, other = (sign(side.title, side.text, side.url, KEY) for side in (a, b))
            found += not set(one.story_keys).isdisjoint(other.story_keys)
    assert found / wanted >= 0.95


def test_texts_of_different_sources_are_seldom_one_story() -> None:
    """Random pairs of real texts; those that are grouped were read: all but one in ten tell of one event or club."""
    texts: dict[str, Page] = {}
    for pair in pairs():
        source = str(pair["src"])
        if source.split(":", maxsplit=1)[0] in ("bbc", "boson", "cx", "aeb", "gne", "drcd"):
            texts.setdefault(source, page(pair["a"]))
    chosen = random.Random(7)
    names = sorted(texts)
    answers = Counter(
        compare(texts[one], texts[other]).label.value for one, other in (chosen.sample(names, 2) for _ in range(1500))
    )
    assert answers["same"] == 0
    assert answers["revision"] == 0
    assert answers["story"] <= 1


def test_texts_on_one_programme_are_not_one_story() -> None:
    """Passages that name the watched programmes are much more alike than random ones; those grouped quote one text."""
    path = CORPUS / "texts" / "passages.jsonl"
    if not path.is_file():
        pytest.skip("shared corpus is absent: set MONITOR_CORPUS")
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    answers = Counter(
        compare(Page("", "", one["text"]), Page("", "", other["text"])).label.value
        for one, other in combinations(rows, 2)
        if one["group"] != other["group"]
    )
    assert answers["same"] == 0
    assert answers["revision"] == 0
    assert answers["story"] <= 2


@pytest.mark.parametrize("name", ["scoop", "wechat-titles"])
def test_real_near_duplicates_are_merged_within_their_story_only(name: str) -> None:
    """Every merge was read; `python -m tests.benchmarks.neardup` prints them."""
    if not (CORPUS / "neardup" / f"{name}.jsonl").is_file():
        pytest.skip("shared corpus is absent: set MONITOR_CORPUS")
    pairs_found = neardup.judged(name)
    merged = [
        (one["id"], other["id"], one["story"] == other["story"])
        for one, other, found in pairs_found
        if found.label.value in ("same", "revision")
    ]
    assert len(merged) >= 60
    assert all(together for _, _, together in merged)
