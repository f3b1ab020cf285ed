"""A topic may ask for kinds of text: elsewhere its alerts are reviews that say why."""

from __future__ import annotations

from monitor.config.watchlists import load_files, ruleset, ruleset_of
from monitor.domain.hit import Kind, Verdict
from monitor.pipeline.match import Text, compile_ruleset, hits
from monitor.pipeline.read import of_wanted_kind

FILE = b"""topics:
  - topic: qiming
    name: Qiming
    terms: [Qiming Program]
    kinds: [recruitment-ad, policy-document]
  - topic: torch
    name: Torch
    terms: [Torch Program]
"""
TEXT = Text("", "The Qiming Program and the Torch Program recruit scholars from abroad.")


def test_an_alert_in_a_text_of_another_kind_is_a_review_with_its_reason() -> None:
    loaded = load_files({"a.yaml": FILE}, environ={})
    assert loaded.ok, loaded.problems
    rules, canonical = ruleset(loaded.topics, "1")
    assert ruleset_of(rules.id, canonical).topic("qiming") == rules.topic("qiming")
    compiled = compile_ruleset(rules)
    found = {hit.topic: hit for hit in of_wanted_kind(hits(TEXT, compiled), Kind.NEWS, compiled)}
    assert found["torch"].verdict is Verdict.ALERT
    assert found["qiming"].verdict is Verdict.REVIEW
    assert found["qiming"].matches[0].verdict is Verdict.REVIEW
    assert "the topic asks for recruitment-ad, policy-document" in found["qiming"].reasons[-1]


def test_an_alert_in_a_text_of_the_wanted_kind_stays_one() -> None:
    compiled = compile_ruleset(ruleset(load_files({"a.yaml": FILE}, environ={}).topics, "1")[0])
    found = {hit.topic: hit for hit in of_wanted_kind(hits(TEXT, compiled), Kind.RECRUITMENT_AD, compiled)}
    assert found["qiming"].verdict is Verdict.ALERT


def test_a_kind_that_is_none_is_an_error_with_its_place() -> None:
    loaded = load_files({"a.yaml": FILE.replace(b"policy-document", b"policy-documents")}, environ={})
    assert [str(problem)[:9] for problem in loaded.errors] == ["a.yaml:5:"]
    assert "policy-document" in str(loaded.errors[0])
