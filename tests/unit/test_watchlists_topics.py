"""Topics of a watchlist: terms, lists, context, patterns, examples."""

from __future__ import annotations

from datetime import date
from textwrap import dedent, indent

import pytest

from monitor.config.watchlists import Loaded, load_files
from monitor.domain.topic import NearExclusion, Pattern, Severity, Strength, Term, Tolerance, Topic


def load(text: str, *, examples: bool = False) -> Loaded:
    return load_files({"a.yaml": dedent(text).encode()}, environ={}, check_examples=examples)


def topic(body: str) -> Topic:
    loaded = load("topics:\n  - topic: qiming\n    name: Qiming\n" + indent(dedent(body), "    "))
    assert loaded.problems == ()
    return loaded.topics[0]


def wrong(body: str) -> list[str]:
    loaded = load("topics:\n  - topic: qiming\n    name: Qiming\n" + indent(dedent(body), "    "))
    assert loaded.topics == ()
    return [str(problem) for problem in loaded.errors]


def test_the_example_of_the_documentation_is_read_as_it_stands() -> None:
    loaded = load(
        """
        watchlist: talent-programmes
        topics:
          - topic: qiming
            name: Qiming Program (启明计划)
            severity: high
            terms:
              - 启明计划            # a comment
              - Qiming {Plan, Program, Project}
              - term: 启明
                near: [人才, 引进, 申报, 入选, 工信部]
                within: 30
            exclude: [启明创投, Qiming Venture, 启明星辰, 牛剑启明]
            must_match: [关于组织申报2025年啟明計劃的通知]
            must_not_match: [启明创投完成新一轮募资]
        """,
        examples=True,
    )
    assert loaded.ok
    (found,) = loaded.topics
    assert found.severity is Severity.HIGH
    assert [term.text for term in found.terms] == [
        "启明计划", "Qiming Plan", "Qiming Program", "Qiming Project", "启明",
    ]  # fmt: skip
    assert found.terms[-1].near == ("人才", "引进", "申报", "入选", "工信部")
    assert found.must_not_match == ("启明创投完成新一轮募资",)


def test_a_term_takes_every_field() -> None:
    found = topic("""
        terms:
          - {term: 火炬计划, near: [申报, 立项], within: 50, tolerance: spelling, strength: weak, since: 2024-01-01, until: 2026-12-31}
        exclude_near: [奥运, {word: 传递, within: 12, strength: weak}]
        evidence: [[海外, 国外], ["{PhD, doctorate}"]]
        unless: [奥运会火炬]
        patterns:
          - {name: unnamed-call, groups: [[引才, 揽才], [申报, 报名]], within: 200, strength: weak}
        formerly: [torch]
    """)
    assert found.terms == (
        Term("火炬计划", ("申报", "立项"), 50, Tolerance.SPELLING, Strength.WEAK, date(2024, 1, 1), date(2026, 12, 31)),
    )
    assert found.exclude_near == (NearExclusion("奥运", 30), NearExclusion("传递", 12, Strength.WEAK))
    assert found.patterns == (Pattern("unnamed-call", (("引才", "揽才"), ("申报", "报名")), 200, Strength.WEAK),)
    assert (found.unless, found.formerly) == (("奥运会火炬",), ("torch",))
    assert found.evidence == (("海外", "国外"), ("PhD", "doctorate"))


def test_lists_inside_a_term_stand_for_each_of_their_words() -> None:
    found = topic('terms: ["{Qi Ming, Qiming} {, Talent} {Plan, Program}"]')
    assert [term.text for term in found.terms] == [
        "Qi Ming Plan", "Qi Ming Program", "Qi Ming Talent Plan", "Qi Ming Talent Program",
        "Qiming Plan", "Qiming Program", "Qiming Talent Plan", "Qiming Talent Program",
    ]  # fmt: skip


def test_values_mean_what_they_look_like() -> None:
    """Not a truth value, not minutes, not an octal number, not a date, not nothing."""
    found = topic("terms: [no, 12:30, 012, 1e3, 2025-01-01, 0x1F, null, yes]")
    assert [term.text for term in found.terms] == ["no", "12:30", "012", "1e3", "2025-01-01", "0x1F", "null", "yes"]


@pytest.mark.parametrize(
    ("body", "place", "words"),
    [
        ("terms: [启]", "a.yaml:4:13", "two letters"),  # A79
        ("terms: ['']", "a.yaml:4:13", "is empty"),
        ("terms: ['。。']", "a.yaml:4:13", "two letters"),
        ("terms: ['\\u200b\\u200bx']".replace("'", '"'), "a.yaml:4:13", "two letters"),
        ("terms: ['Qiming {Plan']", "a.yaml:4:13", "does not pair"),
        ("terms: ['Qiming {Plan, {a, b}}']", "a.yaml:4:13", "not nested"),
        ("terms: ['Qiming {}']", "a.yaml:4:13", "does not pair"),
        ("terms: 启明计划", "a.yaml:4:12", "write [启明计划]"),
        ("terms: []", "a.yaml:4:5", "has no terms"),
        ("terms:", "a.yaml:4:5", "has no terms"),
        ("severity: high", "a.yaml:2:5", "has no terms"),
        ("terms: [启明计划]\nseverity: urgent", "a.yaml:5:15", "write one of low, medium, high"),
        ("terms: [启明计划]\nexlude: [x]", "a.yaml:5:5", 'did you mean "exclude"?'),
        ("terms: [{term: 启明, within: 3}]", "a.yaml:4:24", '"within" without "near"'),
        ("terms: [{term: 启明, near: [人], within: 0}]", "a.yaml:4:43", "whole number from 1"),
        ("terms: [{term: 启明, near: [人], within: 12:30}]", "a.yaml:4:43", '"12:30"'),
        ("terms: [{near: [人才]}]", "a.yaml:4:13", '"term" is missing'),
        ("terms: [{term: 启明计划, since: 2025-02-30}]", "a.yaml:4:33", "2025-12-31"),
        ("terms: [{term: 启明计划, since: 2025-02-02, until: 2025-01-01}]", "a.yaml:4:45", "swap"),
        ("terms: [{term: 启明计划, tolerance: fuzzy}]", "a.yaml:4:37", "exact, spelling, homophone"),
        ("terms:\n  - {a, b}", "a.yaml:5:9", "in quotes"),
        ("terms: [[启明计划]]", "a.yaml:4:13", "this is a list"),
        ("terms: [启明计划]\nexclude: 启明创投", "a.yaml:5:14", "write [启明创投]"),
        ("terms: [启明计划]\nexclude_near: [{within: 3}]", "a.yaml:5:20", '"word" is missing'),
        ("patterns: [{name: x, groups: [[引才, 揽才]]}]", "a.yaml:4:26", "needs two"),
        ("patterns: [{name: x, groups: [引才, [a, b]]}]", "a.yaml:4:35", "list of words"),
        ("patterns: [{groups: [[引才], [申报]]}]", "a.yaml:4:16", '"name" is missing'),
        ("patterns: [引才]", "a.yaml:4:16", "must be a mapping"),
        ("patterns: [{name: x, groups: [[引才], [申报]], strength: week}]", "a.yaml:4:58", 'did you mean "weak"'),
        ("patterns: [{name: x, groups: [[引才], [申报]], strenght: weak}]", "a.yaml:4:48", 'did you mean "strength"'),
        ("terms: [启明计划]\nformerly: [qiming]", "a.yaml:5:16", "its own key"),
        ("terms: [启明计划]\nformerly: [Old Key]", "a.yaml:5:16", "no key"),
    ],
)
def test_a_wrong_field_is_told_with_its_place_and_what_to_write(body: str, place: str, words: str) -> None:
    problems = wrong(body)
    assert [problem for problem in problems if problem.startswith(place) and words in problem], problems
    assert len(problems) == 1, problems


@pytest.mark.parametrize(
    ("item", "place", "words"),
    [
        ("- name: Qiming", "a.yaml:2:5", "needs its key"),
        ("- topic: Qi Ming\n    name: x", "a.yaml:2:12", "such as qi-ming"),
        ("- topic: [a]\n    name: x", "a.yaml:2:12", "must be a text"),
        ("- topic: a\n    terms: [启明计划]", "a.yaml:2:5", '"name" is missing'),
        ("- topic: a\n    name:\n    terms: [启明计划]", "a.yaml:3:5", '"name" is empty'),
        ("- qiming", "a.yaml:2:5", "must be a mapping"),
    ],
)
def test_a_topic_needs_a_key_and_a_name(item: str, place: str, words: str) -> None:
    (problem,) = load(f"topics:\n  {item}\n").errors
    assert str(problem).startswith(place)
    assert words in problem.message


def test_a_term_that_looks_like_a_regular_expression_is_plain_text_and_a_warning() -> None:
    """A73, A74: no engine runs what a watchlist says, so there is nothing to blow up."""
    loaded = load('topics: [{topic: a, name: a, terms: ["(qi+)+$", "qi{1,60000}{1,60000}"]}]')
    assert loaded.ok
    assert ["regular expression" in problem.message for problem in loaded.warnings] == [True, True]
    assert [term.text for term in loaded.topics[0].terms][:2] == ["(qi+)+$", "qi11"]


def test_a_term_that_expands_without_end_is_refused() -> None:
    """A74: {a, b} twenty times would be a million forms."""
    lists = "{a, b}" * 20
    (problem,) = load(f'topics: [{{topic: a, name: a, terms: ["{lists}"]}}]').errors
    assert "1,048,576 forms" in problem.message
    (long,) = load(f"topics: [{{topic: a, name: a, terms: [{'启明' * 200}]}}]").errors
    assert "over 200 characters" in long.message


def test_two_terms_that_fold_to_one_are_a_warning() -> None:
    loaded = load(
        """
        topics:
          - topic: qiming
            name: Qiming
            terms:
              - 启明计划
              - 啟明計劃
        """,
        examples=True,
    )
    assert loaded.ok
    assert any(problem.line == 7 and "启明计划" in problem.message for problem in loaded.warnings)


def test_an_example_that_fails_is_an_error_that_tells_why() -> None:
    loaded = load(
        """
        topics:
          - topic: qiming
            name: Qiming
            terms: [启明计划]
            exclude: [启明计划书店]
            must_match:
              - 关于申报启明计划的通知
              - 关于申报鲲鹏计划的通知
            must_not_match:
              - 启明计划书店开业
              - 关于申报启明计划的公示
        """,
        examples=True,
    )
    assert [(problem.line, problem.column) for problem in loaded.errors] == [(9, 9), (12, 9)]
    assert "gives no hit at all" in loaded.errors[0].message
    assert "verdict alert" in loaded.errors[1].message
    assert '"启明计划"' in loaded.errors[1].message
    assert loaded.topics == ()
