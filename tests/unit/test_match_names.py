"""What stands right beside or inside a name: other words, readings, letters of wrong decoding, quotes, small letters."""

from __future__ import annotations

import pytest

from monitor.domain.hit import Match, Verdict
from monitor.domain.topic import NearExclusion, Pattern, Ruleset, Strength, Term, Topic
from monitor.pipeline.match import Text, compile_ruleset, explain, match


def found(term: Term | str, text: str, **rules: object) -> list[Match]:
    terms = (Term(term) if isinstance(term, str) else term,)
    topic = Topic("t", "T", terms=terms, **rules)  # type: ignore[arg-type]
    return match(Text("", text), compile_ruleset(Ruleset("test", (topic,))))


@pytest.mark.parametrize(
    ("term", "text", "stands"),
    [
        ("万人计划", "全县万人计划生育宣传队", False),
        ("万人计划", "全县萬人計劃免疫", False),
        ("双创计划", "双创计划书大赛", False),
        ("千人计划", "千人计划书面答辩安排", True),
        ("千人计划", "千人计划外专项目", True),
        ("泰山学者", "泰山学者型教师", False),
        ("浦江人才", "浦江人才公寓", False),
        ("昆仑英才", "昆仑英才某某幼儿园", False),
        ("浦江人才", "浦江人才计划", True),
        ("Pearl River Talent", "the Pearl River Talent Show", False),
        ("Pearl River Talent", "the Pearl River Talent Plan", True),
    ],
)
def test_a_name_that_only_begins_another_word_is_none(term: str, text: str, stands: bool) -> None:
    assert bool(found(term, text)) is stands


def test_why_not_tells_the_other_word() -> None:
    compiled = compile_ruleset(Ruleset("test", (Topic("t", "T", terms=(Term("万人计划"),)),)))
    assert [one.reason for one in explain(Text("", "万人计划生育"), compiled)] == ["part of another word: 计划生育"]


@pytest.mark.parametrize("reading", ["(jì)", "(ji\u0300)"])
def test_a_reading_in_brackets_is_no_part_of_a_name(reading: str) -> None:
    text = f"據說，千人計{reading}劃入選者"
    (one,) = found("千人计划", text)
    assert (text[one.start : one.end], one.verdict) == (f"千人計{reading}劃", Verdict.ALERT)


def test_other_words_in_brackets_stay_where_they_stand() -> None:
    assert not found("千人计划", "千人計(see)劃入選者")


@pytest.mark.parametrize("before", ["\\n", "\\t", "â", "â\x80\x9c"])
def test_line_ends_of_program_text_and_wrongly_decoded_quotes_are_borders(before: str) -> None:
    assert found("Thousand Talents", f"{before}Thousand Talents")
    assert found("Thousand Talents", "Thousand Talentsâ\x80\x9d, he said")


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("the thousand talents of China", Verdict.REVIEW),  # context, but plain words
        ("some thousand talents went by", Verdict.SUPPRESSED),
        ("the Thousand Talents of China", Verdict.ALERT),
        ("some Thousand Talents went by", Verdict.REVIEW),
        ("a thousand talents of silver from China", Verdict.SUPPRESSED),
    ],
)
def test_plain_words_in_small_letters_are_a_name_only_beside_context_and_then_a_review(
    text: str, verdict: Verdict
) -> None:
    term = Term("Thousand Talents", near=("China",), strength=Strength.STRONG)
    (one,) = found(term, text, exclude_near=(NearExclusion("silver", 30),))
    assert one.verdict is verdict


def test_one_edit_in_a_long_name_leaves_no_doubt_and_in_a_short_one_some() -> None:
    (long,) = found("Excellent Young Scientists Foundation", "the Excellent Young Scientists Fundation")
    (short,) = found("Kunpeng Action", "the Kunpang Action")
    assert (long.verdict, short.verdict) == (Verdict.ALERT, Verdict.REVIEW)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("据说千人，名单上有两位教授和博士", Verdict.SUPPRESSED),
        ("据说“千人”，没有别的", Verdict.REVIEW),
        ("据说“千人”，名单上有两位教授", Verdict.REVIEW),
        ("据说“千人”，名单上有两位海外教授", Verdict.ALERT),
    ],
)
def test_quotes_make_a_name_of_a_weak_term_and_count_as_one_sign(text: str, verdict: Verdict) -> None:
    term = Term("千人", near=("中组部",), within=3, strength=Strength.WEAK)
    (one,) = found(term, text, evidence=(("教授", "博士"), ("海外",)))
    assert one.verdict is verdict


@pytest.mark.parametrize(
    ("text", "stands"),
    [("该校引进6名海优，校长称", True), ("上海优选超市", False), ("蓝海优先方向", False), ("海优没中", True)],
)
def test_only_known_words_reach_over_the_border_of_two_characters(text: str, stands: bool) -> None:
    assert bool(found(Term("海优", strength=Strength.STRONG), text)) is stands


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("China chose a thousand scholars for the talents program", True),
        ("China chose him for the Ten Thousand Talents program", False),
        ("China's Ten-Thousand-Talents program followed on that for a thousand", True),
    ],
)
def test_a_word_of_a_pattern_that_belongs_to_an_excluded_name_does_not_count(text: str, stands: bool) -> None:
    apart = Pattern("apart", groups=(("thousand",), ("China",), ("program",)), within=80)
    topic = Topic("t", "T", patterns=(apart,), exclude=("Ten Thousand Talents",))
    assert bool(match(Text("", text), compile_ruleset(Ruleset("test", (topic,))))) is stands
