"""What speaks for a match and against it: context, strength, exclusions, dates, patterns, the whole document."""

from __future__ import annotations

from datetime import date

import pytest

from monitor.domain.hit import Match, Verdict
from monitor.domain.topic import NearExclusion, Pattern, Ruleset, Strength, Term, Tolerance, Topic
from monitor.pipeline.match import Compiled, Refused, Text, compile_ruleset, explain, find_topics, hits, judge, match


def compiled(*topics: Topic) -> Compiled:
    return compile_ruleset(Ruleset("test", topics))


def one(topic: Topic, text: str, title: str = "", published: date | None = None) -> list[Match]:
    return match(Text(title, text, published), compiled(topic))


def topic(*terms: Term | str, **rules: object) -> Topic:
    made = tuple(term if isinstance(term, Term) else Term(term) for term in terms)
    return Topic("t", "T", terms=made, **rules)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("term", "text", "verdict"),
    [
        (Term("启明计划"), "看到启明计划", Verdict.ALERT),
        (Term("启明计划", near=("人才",)), "启明计划人才", Verdict.ALERT),
        (Term("启明计划", near=("人才",)), "看到启明计划", Verdict.SUPPRESSED),
        (Term("启明计划", near=("人才",), strength=Strength.STRONG), "看到启明计划", Verdict.REVIEW),
        (Term("启明计划", near=("人才",), strength=Strength.STRONG), "启明计划人才", Verdict.ALERT),
        (Term("启明计划", strength=Strength.WEAK), "看到启明计划", Verdict.REVIEW),
        (Term("启明"), "看到启明", Verdict.REVIEW),
        (Term("启明", near=("人才",)), "启明人才", Verdict.ALERT),
        (Term("启明", strength=Strength.STRONG), "看到启明", Verdict.ALERT),
        (Term("启明计划"), "看到启鸣计划", Verdict.REVIEW),
        (Term("启明计划", tolerance=Tolerance.SPELLING), "看到启鸣计划", None),
        (Term("千人计划", tolerance=Tolerance.SPELLING), "看到干人计划", Verdict.REVIEW),
        (Term("千人计划", tolerance=Tolerance.EXACT), "看到干人计划", None),
        (Term("Thousand Talents Plan"), "the Thousnad Talents Plan", Verdict.REVIEW),
        (Term("Thousand Talents Plan", tolerance=Tolerance.EXACT), "the Thousnad Talents Plan", None),
        (Term("1000 Talents Plan"), "the 100 Talents Plan", None),
    ],
)
def test_strength_context_and_tolerance_make_the_verdict(term: Term, text: str, verdict: Verdict | None) -> None:
    found = one(topic(term), text)
    assert [match.verdict for match in found] == ([verdict] if verdict else [])


ELSEWHERE = Term("启明计划", near=("人才", "talent"), strength=Strength.STRONG)


@pytest.mark.parametrize(
    ("title", "text", "verdict", "reason"),
    [
        ("人才工作", "看到启明计划", Verdict.ALERT, "context 人才 in the title +0.20"),
        ("启明计划", "各单位人才处", Verdict.ALERT, "context 人才 in the text +0.20"),
        ("equitalent", "看到启明计划", Verdict.REVIEW, "no context word within 30 -0.30"),
        ("equitalent, talent", "看到启明计划", Verdict.ALERT, "context talent in the title +0.20"),
        ("启明计划", "字" * 400 + "人才", Verdict.REVIEW, "no context word within 30 -0.30"),
    ],
)
def test_a_strong_term_takes_context_from_the_title_too(title: str, text: str, verdict: Verdict, reason: str) -> None:
    found = one(topic(ELSEWHERE), text, title)[0]
    assert (found.verdict, found.context) == (verdict, None)
    assert reason in found.reason


def test_a_weak_term_takes_no_context_from_the_title() -> None:
    found = one(topic(Term("启明", near=("人才",))), "看到启明", "人才工作")[0]
    assert found.verdict is Verdict.SUPPRESSED


def test_a_typo_in_letters_is_borne_out_by_context_a_dozen_words_away() -> None:
    terms = (Term("Qiming Program"), Term("Qiming", near=("headhunter",)))
    near, far = (f"the Qimimg Program {'pays a flat ' * count}says a headhunter" for count in (4, 12))
    assert [one(topic(*terms), text)[0].verdict for text in (near, far)] == [Verdict.ALERT, Verdict.REVIEW]


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("the Qi-Ming Program", True),
        ("the Qi\u2011Ming Program", True),
        ("the Qi Ming Program", True),
        ("the Qi--Ming Program", False),
        ("the Q-i-ming Program", False),
        ("the Qiming-Program", True),
        ("the package qiming-program", False),
        ("the qiming program", True),
    ],
)
def test_one_hyphen_may_stand_inside_a_word_as_one_space_may(text: str, stands: bool) -> None:
    assert bool(one(topic("Qiming Program"), text)) is stands


def test_a_reason_names_the_form_the_context_its_distance_and_the_exclusions_tried() -> None:
    found = one(topic(Term("启明", near=("人才", "引进")), exclude=("启明创投",)), "国家啟明的人才")[0]
    assert found.reason == (
        "traditional form of 启明 +0.80; weak term -0.40; context 人才 1 characters after +0.30; "
        "1 exclusions tried, none holds"
    )
    assert (found.score, found.context, found.context_start, found.context_distance) == (0.70, "人才", 5, 1)


def test_an_exclusion_claims_its_own_hit_and_not_the_one_beside_it() -> None:
    found = one(topic("启明计划", Term("启明", near=("计划",)), exclude=("启明创投",)), "启明创投与启明计划无关")
    assert next((m.start, m.verdict, m.reason) for m in found) == (0, Verdict.SUPPRESSED, "excluded by 启明创投")
    assert (found[1].start, found[1].verdict) == (5, Verdict.ALERT)


def test_a_term_longer_than_the_exclusion_wins() -> None:
    assert one(topic("启明计划", exclude=("启明",)), "启明计划")[0].verdict is Verdict.ALERT


def test_an_exclusion_of_letters_must_be_whole_words() -> None:
    excluded = topic(Term("Torch Program"), exclude=("Torch Program List",))
    assert one(excluded, "a Torch Program Listening tour")[0].verdict is Verdict.ALERT
    assert one(excluded, "the Torch Program Lists")[0].verdict is Verdict.SUPPRESSED


def test_an_excluding_word_near_by_outweighs_a_bare_term_and_leaves_a_review_beside_context() -> None:
    rules = topic(Term("鲲鹏计划", near=("人才",), strength=Strength.STRONG), exclude_near=(NearExclusion("华为", 10),))
    assert one(rules, "华为启动鲲鹏计划")[0].verdict is Verdict.SUPPRESSED
    assert one(rules, "华为启动鲲鹏计划人才")[0].verdict is Verdict.REVIEW
    assert one(rules, f"华为{'的' * 11}鲲鹏计划人才")[0].verdict is Verdict.ALERT


@pytest.mark.parametrize(
    ("published", "verdict"),
    [
        (None, Verdict.ALERT),
        (date(2019, 1, 1), Verdict.ALERT),
        (date(2018, 12, 31), Verdict.SUPPRESSED),
        (date(2022, 1, 1), Verdict.SUPPRESSED),
    ],
)
def test_a_dated_name_holds_for_documents_of_its_time(published: date | None, verdict: Verdict) -> None:
    term = Term("启明计划", since=date(2019, 1, 1), until=date(2021, 12, 31))
    assert one(topic(term), "启明计划", published=published)[0].verdict is verdict


def test_context_does_not_reach_from_the_title_into_the_text() -> None:
    rules = topic(Term("启明", near=("人才",)))
    assert one(rules, "看到启明", title="人才")[0].verdict is Verdict.SUPPRESSED


def test_the_nearest_context_word_counts_and_latin_ones_begin_a_word() -> None:
    rules = topic(Term("Qiming", near=("plan", "talent")))
    found = one(rules, "an explanation of Qiming for talent")[0]
    assert (found.context, found.context_distance) == ("talent", 3)


@pytest.mark.parametrize("name", ["肖启明", "Qiming Xiao", "LU Qiming", "Xiao, Qiming"])
def test_a_weak_term_beside_a_family_name_is_a_given_name(name: str) -> None:
    rules = compiled(topic(Term("启明", near=("人才",)), Term("Qiming", near=("talent",))))
    document = Text("", f"{name} 人才 talent")
    assert match(document, rules) == []
    assert any(refused.reason.startswith(("a given name", "part of")) for refused in explain(document, rules))


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("王启明计划明年退休，他是专家", False),  # Wang Qiming plans to retire
        ("张启明专家工作室，专家评审", False),
        ("中方启明计划专家", True),  # 方 is a family name, 中方 is not
        ("浙江启明计划专家", True),
        ("王某 启明计划专家", True),
    ],
)
def test_a_family_name_right_before_a_longer_name_makes_it_a_person_s(text: str, stands: bool) -> None:
    near = ("专家", "评审")
    watched = Topic("t", "T", terms=(Term("启明计划", near=near), Term("启明专家", near=near)))
    assert bool(one(watched, text)) is stands


@pytest.mark.parametrize(
    ("text", "stands"), [("listed under 1260H", True), ("a Core i5-11260H", False), ("1260Hz", False)]
)
def test_a_digit_beside_a_digit_makes_another_number(text: str, stands: bool) -> None:
    assert bool(one(Topic("t", "T", terms=(Term("1260H"),)), text)) is stands


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("BIS added firms to the Entity List", Verdict.ALERT),
        ("The BIS's Entity List", Verdict.ALERT),
        ("Bistro staff keep an Entity List", Verdict.SUPPRESSED),
    ],
)
def test_a_context_word_of_three_letters_ends_as_a_word_too(text: str, verdict: Verdict) -> None:
    assert [found.verdict for found in one(Topic("t", "T", terms=(Term("Entity List", near=("BIS",)),)), text)] == [
        verdict
    ]


def test_unless_turns_the_alerts_of_a_whole_document_into_reviews() -> None:
    rules = compiled(topic("启明计划", unless=("research security",)))
    plain, page = Text("", "启明计划"), Text("", "启明计划 … our Research Security office")
    assert hits(plain, rules)[0].verdict is Verdict.ALERT
    hit = hits(page, rules)[0]
    assert hit.verdict is Verdict.REVIEW
    assert "research security" in hit.reasons[0]


PATTERN = Pattern("call", (("海外",), ("博士",), ("周岁",), ("奖金", "安家费")), within=60)
CALL = "面向海外招聘，博士，四十周岁以下，提供安家费。"


def test_a_pattern_finds_a_call_that_names_nothing() -> None:
    found = one(Topic("t", "T", patterns=(PATTERN,)), f"前言。{CALL}")
    assert [(m.form, m.verdict, m.term) for m in found] == [("pattern", Verdict.ALERT, "call")]
    assert found[0].text == CALL[2:-1]
    assert "海外 + 博士 + 周岁 + 安家费" in found[0].reason


def test_a_pattern_needs_every_group_within_its_reach() -> None:
    rules = Topic("t", "T", patterns=(PATTERN,))
    assert one(rules, CALL.replace("周岁", "")) == []
    assert one(rules, CALL.replace("博士", f"博士{'的' * 60}")) == []


def test_a_weak_pattern_gives_a_review() -> None:
    weak = Pattern("call", PATTERN.groups, 60, Strength.WEAK)
    assert one(Topic("t", "T", patterns=(weak,)), CALL)[0].verdict is Verdict.REVIEW


def test_the_longest_exact_match_hides_what_lies_inside_it() -> None:
    found = one(topic("鲲鹏行动", "鲲鹏行动计划", Term("鲲鹏", near=("浙江",))), "浙江鲲鹏行动计划")
    assert [(m.start, m.end) for m in found] == [(2, 8)]


def test_a_long_term_that_lacks_context_does_not_hide_a_short_one_that_stands() -> None:
    found = one(topic(Term("鲲鹏行动", near=("海外",)), Term("鲲鹏", near=("浙江",))), "浙江鲲鹏行动")
    assert [(m.term, m.verdict) for m in found if m.verdict is Verdict.ALERT] == [("鲲鹏", Verdict.ALERT)]


def test_one_phrase_may_belong_to_two_topics() -> None:
    both = compiled(Topic("a", "A", terms=(Term("知识产权"),)), Topic("b", "B", terms=(Term("国家知识产权局"),)))
    assert [(m.topic, m.text) for m in match(Text("", "国家知识产权局"), both)] == [
        ("a", "知识产权"),
        ("b", "国家知识产权局"),
    ]


def test_a_hit_has_its_strongest_match_first_and_the_best_verdict() -> None:
    rules = compiled(topic("启明计划", Term("启明", near=("人才",))))
    hit = hits(Text("启鸣计划", "启明。启明计划"), rules)[0]
    assert hit.verdict is Verdict.ALERT
    assert [m.verdict for m in hit.matches] == [Verdict.ALERT, Verdict.REVIEW, Verdict.SUPPRESSED]
    assert hit.matches[0].field == "text"


def test_judging_a_list_of_matches_gives_the_same_as_asking_for_hits() -> None:
    rules = compiled(topic("启明计划", exclude=("牛剑启明计划",)))
    document = Text("牛剑启明计划", "启明计划 启鸣计划")
    assert judge(match(document, rules), rules) == hits(document, rules)


def test_plain_terms_of_each_topic_are_counted_without_any_check() -> None:
    rules = compiled(topic("启明计划", Term("启明", near=("人才",))), Topic("b", "B", terms=(Term("火炬计划"),)))
    assert find_topics(Text("启明计划", "启明 启鸣计划"), rules) == {"t": 3}
    assert find_topics(Text("", "x"), compiled()) == {}


def test_why_not_names_the_rule_that_refused_a_place() -> None:
    rules = compiled(topic("启明计划", "TTP", "Torch Program", Term("启明", near=("人才",))))
    told = {refused.text: refused.reason for refused in explain(Text("", "启明\n\n计划 ttp PyTorch Programs"), rules)}
    assert told["启明\n\n计划"] == "a blank line inside"
    assert told["ttp"] == "an acronym counts in capitals only"
    assert told["Torch Program"] == "the word begins before it"
    assert all(isinstance(one, Refused) for one in explain(Text("", "ttp"), rules))


def test_the_same_text_always_gets_the_same_answer() -> None:
    rules = topic("启明计划", "Qiming Program", Term("启明", near=("人才",)), exclude=("启明创投",))
    text = "启明计划 Qimnig Program 启明人才 启明创投"
    assert one(rules, text) == one(rules, text)
