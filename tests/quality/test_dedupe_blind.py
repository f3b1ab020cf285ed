"""Pairs that were labelled before the judge saw them: what does it answer to texts it was not built on?

Sets `1.*` to `8.*`, written one after the other. At first sight the judge answered 63 of 69 and 50 of 54 as labelled, with one
wrong merge each (rows of names, rows of figures behind the text), which became rules about rows. Of the third 121 of 140, with
three copies too many (a round-up, a page frame, a table), two silent updates (rows of a table and of a list) and four updates
that were other notices (units, decisions, a name); of the fourth 84 of 96, with two copies too many (lists of names) and four
such updates (and for or, must for may, all for some, vice); of the fifth 61 of 74, with no copy too many, one silent update (an
added annex) and three such updates; of the sixth 49 of 58, one silent update (a row behind a text without a full stop); of the
seventh 56 of 58 and of the eighth 52 of 54, nothing merged that should not be and one letter silent. What is missed now is
listed.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from monitor.domain.hit import Relation
from monitor.pipeline.dedupe import Page, compare, sign
from monitor.pipeline.dedupe.normalise import normalise
from monitor.pipeline.dedupe.sentences import parse

pytestmark = pytest.mark.quality

LONE_FIGURE = re.compile(r"(?<![\d.,:/-])\d{1,4}(?![\d.,:/-])")
PAIRS = Path(__file__).parents[1] / "data" / "dedupe_blind.jsonl"
#: Other words in a headline and words before a copy are unknown changes, a translation that shares few figures is too
#: little, and a draft and its final form, or an arrest and a release, tell of the same.
MISSED = {
    ("1.15", "same", "revision"),
    ("2.26", "story", "distinct"),
    ("3.10", "same", "revision"),
    ("3.135", "distinct", "story"),
    ("5.18", "distinct", "story"),
    ("6.35", "distinct", "story"),
    ("6.44", "distinct", "story"),
    ("6.45", "distinct", "revision"),
    ("6.51", "story", "distinct"),
    ("7.47", "same", "distinct"),
    ("8.18", "revision", "same"),
    ("8.47", "story", "distinct"),
}
#: One name that moved within a list is an update of it: told, never silent.
MOVED = {("6.45", "distinct", "revision")}
#: A letter more in a long word is taken for a misprint, also in the name of a species.
MISPRINT = {("8.18", "revision", "same")}
#: Each of its few sentences and the headline are spelt as in another country: told twice, never hidden.
KEYLESS = {"4.28"}


@cache
def judged() -> tuple[tuple[str, str, str, tuple[str, ...]], ...]:
    """Id, label, answer and reasons of each pair."""
    rows = [json.loads(line) for line in PAIRS.read_text("utf-8").splitlines()]
    found = [(row, compare(Page(**row["a"]), Page(**row["b"]))) for row in rows]
    return tuple((row["id"], row["label"], answer.label.value, answer.reasons) for row, answer in found)


def test_no_unseen_news_is_merged_with_what_was_told() -> None:
    merged = {one[:3] for one in judged() if one[1] in ("distinct", "story") and one[2] in ("same", "revision")}
    assert merged <= MOVED


def test_no_unseen_update_is_kept_silent() -> None:
    assert {one[:3] for one in judged() if one[1] == "revision" and one[2] != "revision"} <= MISPRINT


def test_unseen_pairs_are_answered_as_labelled_but_for_those_listed() -> None:
    wrong = {one[:3] for one in judged() if one[1] != one[2]}
    assert wrong <= MISSED, Counter((label, answer) for _, label, answer, _ in judged())


def test_unseen_copies_and_updates_are_found_by_their_keys() -> None:
    rows = [json.loads(line) for line in PAIRS.read_text("utf-8").splitlines()]
    lost = set()
    for row in rows:
        if row["label"] in ("same", "revision"):
            one, other = (sign(row[s]["title"], row[s]["text"], row[s]["url"], b"quality") for s in "ab")
            if set(one.keys).isdisjoint(other.keys):
                lost.add(row["id"])
    assert lost <= KEYLESS


def other_figures(text: str) -> Iterator[str]:
    """The text again and again, each time with another figure in one of its sentences."""
    text = normalise(text)  # in which the sentences stand as they are
    for sentence in parse("", text, "").sentences:
        found = LONE_FIGURE.search(sentence.text) if sentence.full and text.count(sentence.text) == 1 else None
        if found is not None:
            changed = sentence.text[: found.start()] + str(int(found[0]) + 1) + sentence.text[found.end() :]
            yield text.replace(sentence.text, changed)


def test_no_figure_that_a_sentence_changes_is_kept_silent() -> None:
    rows = [json.loads(line) for line in PAIRS.read_text("utf-8").splitlines()]
    silent, tried = [], 0
    for side in {row["a"]["text"]: row["a"] for row in rows}.values():
        for text in other_figures(side["text"]):
            tried += 1
            found = compare(Page(**side), Page("https://copy.example.net/1", side["title"], text))
            if found.label is Relation.SAME:
                silent.append(text)
    assert tried > 200
    assert not silent
