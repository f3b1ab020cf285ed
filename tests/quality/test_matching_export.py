"""The second watchlist, export controls, on passages written and labelled before they were run: is it as good?

A passage names the topics that it is about, or none: data models with lists of entities, taxes of U.S. persons, exports
of files, ultraviolet light of the sun, what China itself keeps from leaving. A text on one topic may be told for
another of the same watchlist (the bureau in a text on the rules). Seen for the first time the rounds gave, as precision
and recall of alerts and recall with review:

    round 1,  32 passages   .583  .350  .450
    round 2,  25 passages   .846  .688  .688
    rounds 4 and 5          no alert on eleven namesakes but three
    round 7,  21 passages   .833  .714  .786  (forms that are common 1.000 / 1.000, rare ones .429 / .571)
    round 8,  20 passages   .769  .714  .786  (common .833 / .917)
    round 9,  14 passages  1.000  .600  .600  (common .625 / .625)
    round 10, 11 passages  1.000  .857  .857  (common 1.000 / 1.000)

and on real passages, which are kept out of the project: .562 .562 .562, 1.000 .889 .889, .625 .938 .938,
.833 .556 .556, 1.000 .526 .579, 1.000 .818 .818, and six rounds of searched-for pages and code, without one false alert:
recall .625 .529 .722 .682 .700 .619. What they showed was mended by principle: who curbs, what, and whose
chips as a pattern where no name stands; lists only beside trade; short words that end as words.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from monitor.config.watchlists import load_folder
from monitor.domain.hit import Verdict
from monitor.domain.topic import Ruleset
from monitor.pipeline.match import Compiled, Text, compile_ruleset, hits

pytestmark = pytest.mark.quality

ROOT = Path(__file__).resolve().parents[2]
LINES = (ROOT / "tests/data/matching/blind_export.jsonl").read_text("utf-8").splitlines()
PASSAGES = [json.loads(line) for line in LINES]
PRECISION, RECALL, WITH_REVIEW = 0.97, 0.95, 0.95  # only rise


@cache
def shipped() -> Compiled:
    loaded = load_folder(ROOT / "watchlists", check_examples=False, channels=False, sources=False)
    return compile_ruleset(Ruleset("shipped", loaded.topics))


@cache
def verdicts(text: str) -> dict[str, set[Verdict]]:
    found: dict[str, set[Verdict]] = {}
    for hit in hits(Text("", text), shipped()):
        if hit.topic.startswith("export-"):
            found.setdefault(hit.topic, set()).add(hit.verdict)
    return found


def test_the_passages_hold_as_many_namesakes_as_they_need_and_both_scripts() -> None:
    assert len(PASSAGES) >= 137
    assert len({passage["text"] for passage in PASSAGES}) == len(PASSAGES)
    assert sum(not passage["topics"] for passage in PASSAGES) >= 50
    assert sum(passage["text"].isascii() for passage in PASSAGES) >= 60


def test_alerts_on_export_controls_are_right() -> None:
    alerted = [one for one in PASSAGES if any(Verdict.ALERT in seen for seen in verdicts(one["text"]).values())]
    wrong = [one["text"] for one in alerted if not one["topics"]]
    assert 1 - len(wrong) / len(alerted) >= PRECISION, wrong


def test_hardly_an_export_rule_is_missed() -> None:
    meant = [(one["text"], topic) for one in PASSAGES for topic in one["topics"]]
    missed = [(text, topic) for text, topic in meant if Verdict.ALERT not in verdicts(text).get(topic, set())]
    unseen = [(text, topic) for text, topic in missed if Verdict.REVIEW not in verdicts(text).get(topic, set())]
    assert 1 - len(missed) / len(meant) >= RECALL, missed
    assert 1 - len(unseen) / len(meant) >= WITH_REVIEW, unseen
