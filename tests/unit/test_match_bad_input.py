"""Odd texts and odd terms: never an exception, never a crowd of matches that takes for ever, never a silent non-hit."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.hit import Verdict
from monitor.domain.topic import NearExclusion, Pattern, Ruleset, Term, Topic
from monitor.pipeline.match import Compiled, Text, compile_ruleset, find_topics, hits, match
from monitor.pipeline.match import scan as scan_module
from monitor.pipeline.match.scan import CAP

TOPIC = Topic(
    "q",
    "Q",
    terms=(Term("启明计划"), Term("Qiming Program"), Term("启明", near=("人才", "talent")), Term("TTP")),
    patterns=(Pattern("call", (("海外",), ("博士",))),),
    exclude=("启明创投",),
    exclude_near=(NearExclusion("小说"),),
    unless=("research security",),
)


def compiled(*topics: Topic) -> Compiled:
    return compile_ruleset(Ruleset("test", topics or (TOPIC,)))


RULES = compiled()
ODD = "启明计划qimnigprogram人才创投TTPs 。，.-_\n\u200b\u202e\ud800\x00İ㈱\U0001f600´\u0301海外博士"


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from(ODD), max_size=80), st.text(st.characters(exclude_categories=()), max_size=20))
def test_no_text_makes_the_matcher_raise_and_spans_are_what_they_say(odd: str, any_text: str) -> None:
    for title, text in ((odd, any_text), (any_text, odd + any_text)):
        for found in match(Text(title, text), RULES):
            assert {"title": title, "text": text}[found.field][found.start : found.end] == found.text
            assert 0.0 <= found.score <= 1.0
            assert found.reason


@pytest.mark.parametrize(
    "text",
    ["", " ", "\x00", "\ud800\udfff", "启", "\u200b" * 1_000_000, "。" * 100_000, "\u202e启明计划\u202c"],
    ids=["empty", "space", "NUL", "surrogates", "one", "a million joiners", "walls", "right to left"],
)
def test_strange_texts_are_just_texts(text: str) -> None:
    assert [one.verdict for one in match(Text(text, text), RULES)] in ([], [Verdict.ALERT] * 2)


def test_joiners_by_the_thousand_inside_a_term_are_still_the_term() -> None:
    text = "启" + "\u200b" * 10_000 + "明计划"
    assert [(one.start, one.end) for one in match(Text("", text), RULES)] == [(0, len(text))]


def test_ten_megabytes_in_one_line_are_read_to_the_end() -> None:
    text = "天地玄黄" * 800_000 + "启明计划"
    found = hits(Text("", text), RULES)
    assert found[0].matches[0].start == len(text) - 4


@pytest.mark.parametrize("term", ["启明计划", "启明", "TTP ", "Qimnig Program "])
def test_a_stuffed_page_is_counted_and_takes_time_in_proportion(term: str) -> None:
    def took(times: int) -> float:
        begin = time.process_time()
        hits(Text("", term * times), RULES)
        return time.process_time() - begin

    took(10)
    small, large = took(20_000), took(80_000)
    assert large < 12 * small + 0.3  # four times the text; a square would be sixteen times


def test_a_page_stuffed_with_the_words_of_a_pattern_gives_a_handful_of_matches() -> None:
    found = [one for one in match(Text("", "海外博士" * 200_000), RULES) if one.form == "pattern"]
    assert 0 < len(found) <= 20


def test_from_the_thousandth_match_on_a_topic_is_only_counted() -> None:
    hit = hits(Text("", "启明计划。" * 3_000), RULES)[0]
    assert hit.verdict is Verdict.ALERT
    assert len(hit.matches) <= CAP
    # 启明 inside 启明计划 is a hit of its own before it is hidden
    assert hit.counted >= 3_000 * 2 - CAP - 2
    assert f"{hit.counted} further matches were only counted" in hit.reasons


def test_a_thousand_decoys_do_not_hide_the_one_real_mention() -> None:
    hit = hits(Text("", "启明创投人才。" * 3_000 + "启明计划"), RULES)[0]
    assert hit.verdict is Verdict.ALERT
    assert hit.matches[0].text == "启明计划"


def test_what_was_only_counted_is_never_a_non_hit() -> None:
    hit = hits(Text("", "启明创投。" * 2_000 + "启明人才"), RULES)[0]
    assert hit.verdict is Verdict.REVIEW


def test_a_long_text_is_searched_in_pieces_without_losing_what_lies_across_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = match(Text("", "天地启明计划玄黄Qimnig Program宇宙" * 20), RULES)
    monkeypatch.setattr(scan_module, "CHUNK", 7)
    assert match(Text("", "天地启明计划玄黄Qimnig Program宇宙" * 20), RULES) == whole


@pytest.mark.parametrize(
    ("term", "message"),
    [
        (Term(""), "nothing is left"),
        (Term("···  "), "nothing is left"),
        (Term("x"), "one letter"),
        (Term("启"), "one letter"),
        (Term("启明"), "too short to stand alone"),
        (Term("and that is"), "too common for typos"),
        (Term("kitchen"), "an everyday word"),
        (Term("启明计划", near=("···",)), "nothing is left of its `near` words"),
    ],
)
def test_an_odd_term_is_told_and_never_raised(term: Term, message: str) -> None:
    rules = compiled(Topic("t", "T", terms=(term, Term("启明计划"))))
    assert [problem.term for problem in rules.problems if message in problem.message] == [term.text]
    assert hits(Text("", "启明计划"), rules)[0].verdict is Verdict.ALERT


def test_an_exclusion_that_lies_inside_a_term_is_told() -> None:
    rules = compiled(Topic("t", "T", terms=(Term("牛剑启明计划"),), exclude=("启明计划",)))
    assert [problem.message for problem in rules.problems] == [
        "the exclusion 启明计划 lies inside it and cannot hold against it"
    ]


def test_terms_that_are_equal_after_folding_are_told_once_each() -> None:
    rules = compiled(
        Topic("a", "A", terms=(Term("启明计划"), Term("啟明計劃"))), Topic("b", "B", terms=(Term("“启明”计划"),))
    )
    assert [(problem.topic, problem.term, problem.message) for problem in rules.problems] == [
        ("a", "啟明計劃", "equal after folding to 启明计划"),
        ("b", "“启明”计划", "equal after folding to 启明计划 of topic a"),
    ]


def test_a_regular_expression_is_only_text() -> None:
    rules = compiled(Topic("t", "T", terms=(Term("(启|明)+.*"), Term("[a-z]{3}"))))
    assert match(Text("", "启明 abc"), rules) == []


def test_empty_rulesets_topics_and_groups_match_nothing() -> None:
    for topic in (Topic("t", "T"), Topic("t", "T", patterns=(Pattern("p", ()), Pattern("q", ((), ("海外",)))))):
        assert match(Text("海外", "海外"), compiled(topic)) == []
    assert hits(Text("a", "b"), compile_ruleset(Ruleset("none"))) == ()


def test_twenty_thousand_terms_compile_and_match() -> None:
    begin = time.process_time()
    rules = compiled(Topic("t", "T", terms=tuple(Term(f"名称{number:05}") for number in range(20_000))))
    assert match(Text("", "名称19999"), rules)[0].term == "名称19999"
    assert time.process_time() - begin < 10


def test_a_ruleset_too_large_for_homophones_does_without_them_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.pipeline.match.compile.MOST_HOMOPHONES", 10)
    rules = compiled(Topic("t", "T", terms=(Term("千人计划"), Term("火炬计划"))))
    assert [problem.term for problem in rules.problems if "too many terms" in problem.message] == ["千人计划"]
    assert [one.form for one in match(Text("", "前人计划 干人计划"), rules)] == ["look-alike"]


def test_the_bare_pass_bears_the_same_texts() -> None:
    assert find_topics(Text("\ud800", "启明计划" * 100_000), RULES) == {"q": 200_000}
