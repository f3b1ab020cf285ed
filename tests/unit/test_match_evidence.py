"""What the whole document says for a name that has no context word beside it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.config.watchlists import ruleset
from monitor.config.watchlists.ruleset import ruleset_of
from monitor.domain.hit import Match, Verdict
from monitor.domain.topic import NearExclusion, Ruleset, Strength, Term, Topic
from monitor.pipeline.match import Text, compile_ruleset, explain, match

GROUPS = (("海外", "overseas"), ("博士", "PhD"), ("安家费", "housing"), ("申报",))


def topic(term: str, strength: Strength | None = None) -> Topic:
    return Topic(
        "t",
        "T",
        terms=(Term(term, near=("工信部", "MIIT"), within=5, strength=strength),),
        exclude=("启明创投", "Qiming Venture"),
        exclude_near=(NearExclusion("小说", 5),),
        evidence=GROUPS,
    )


def one(watched: Topic, text: str, title: str = "") -> Match:
    (found,) = match(Text(title, text), compile_ruleset(Ruleset("test", (watched,))))
    return found


@pytest.mark.parametrize(
    ("said", "weak", "strong"),
    [
        ("", Verdict.SUPPRESSED, Verdict.REVIEW),
        ("海外", Verdict.REVIEW, Verdict.REVIEW),
        ("海外与境外，overseas", Verdict.REVIEW, Verdict.REVIEW),
        ("海外，博士", Verdict.REVIEW, Verdict.ALERT),
        ("海外，博士，安家费", Verdict.ALERT, Verdict.ALERT),
        ("海外，博士，安家费，申报", Verdict.ALERT, Verdict.ALERT),
    ],
)
def test_each_group_counts_once_and_a_weak_name_needs_one_more_than_a_strong_one(
    said: str, weak: Verdict, strong: Verdict
) -> None:
    text = f"据说启明，是这样。某某某某某某{said}"
    assert one(topic("启明"), text).verdict is weak
    assert one(topic("启明", Strength.STRONG), text).verdict is strong


def test_the_reason_lists_what_the_document_speaks_of() -> None:
    found = one(topic("启明"), "启明，某某某某某某。海外博士")
    assert "no context word within 5 -0.30; the document speaks of 海外, 博士 +0.35" in found.reason


def test_the_title_speaks_for_the_whole_text_and_the_opening_for_the_title() -> None:
    assert one(topic("启明"), "据说启明。", title="海外博士安家费").verdict is Verdict.ALERT
    found = match(Text("据说启明。", "海外博士安家费"), compile_ruleset(Ruleset("test", (topic("启明"),))))
    assert [(one.field, one.verdict) for one in found] == [("title", Verdict.ALERT)]


def test_what_stands_pages_away_says_nothing() -> None:
    far = "某" * 2_000
    found = one(topic("启明"), f"{far}，启明，{far}海外博士安家费")
    assert found.verdict is Verdict.SUPPRESSED
    assert "海外" not in found.reason
    assert one(topic("启明"), f"{far}，启明，{far[:1000]}海外博士安家费").verdict is Verdict.ALERT


@pytest.mark.parametrize("namesake", ["启明创投", "小说"])
def test_a_document_that_speaks_of_a_namesake_too_is_reviewed_at_most(namesake: str) -> None:
    found = match(
        Text("", f"据说启明。某某某某某某海外博士安家费。{namesake}也在场"),
        compile_ruleset(Ruleset("test", (topic("启明"),))),
    )[0]
    assert found.verdict is Verdict.REVIEW
    assert f"but of {namesake} too" in found.reason


def test_a_weak_exclusion_speaks_against_bare_names_only_and_keeps_them_on_the_review_list() -> None:
    firm = (NearExclusion("融资", 8, Strength.WEAK),)
    for strength, beside, far in (
        (None, Verdict.SUPPRESSED, Verdict.REVIEW),
        (Strength.STRONG, Verdict.ALERT, Verdict.ALERT),
    ):
        watched = replace(topic("启明", strength), exclude_near=firm)
        assert one(watched, "据说启明，融资。某某某某某某海外博士安家费").verdict is beside
        assert one(watched, "据说启明。某某某某某某海外博士安家费，另有融资").verdict is far


def test_an_excluding_neighbour_leaves_no_room_for_evidence() -> None:
    assert one(topic("启明"), "小说启明。海外博士安家费").verdict is Verdict.SUPPRESSED


def test_a_term_that_is_called_weak_takes_no_part() -> None:
    text = "据说启明。某某某某某某海外博士安家费"
    assert one(topic("启明", Strength.WEAK), text).verdict is Verdict.SUPPRESSED


def test_latin_words_count_from_a_word_start_only() -> None:
    assert "housing" not in one(topic("Qiming"), "We heard of Qiming. Warehousing is dear.").reason
    assert "housing" in one(topic("Qiming"), "We heard of Qiming. Free housing.").reason


@pytest.mark.parametrize("against", ["启明创投", "小说"])
def test_a_bare_name_in_prose_is_suppressed_only_where_a_namesake_speaks(against: str) -> None:
    found = one(topic("Qiming"), "They spoke of Qiming, it seems.")
    assert found.verdict is Verdict.REVIEW
    assert "a bare name, and nothing that speaks of a namesake +0.25" in found.reason
    assert one(topic("Qiming"), f"They spoke of Qiming, it seems. {against}").verdict is Verdict.SUPPRESSED


@pytest.mark.parametrize(
    "text",
    [
        "据说启明，是这样。",  # two Han characters are a given name, a shop, a word
        'logger.info("Qiming started", self.name); build_all()',  # a program names its parts as it likes
        "| Qiming | +0.66% | 5.03 |",
    ],
)
def test_a_bare_name_says_nothing_in_han_or_in_program_text(text: str) -> None:
    assert one(topic("启明") if "启明" in text else topic("Qiming"), text).verdict is Verdict.SUPPRESSED


def test_a_name_in_letters_that_goes_on_is_reviewed_at_most() -> None:
    said = "It was shown overseas. A PhD got a housing subsidy."
    assert one(topic("Qiming"), f"They spoke of Qiming. {said}").verdict is Verdict.ALERT
    longer = one(topic("Qiming"), f"They spoke of the Qiming Venus lander. {said}")
    assert longer.verdict is Verdict.REVIEW
    assert "but the name goes on: Venus" in longer.reason


def test_an_acronym_needs_its_context() -> None:
    assert one(topic("TTP"), "Each TTP is mapped.").verdict is Verdict.SUPPRESSED


@pytest.mark.parametrize("quotes", ["“”", "「」", "《》", '""', "‘’"])
def test_a_short_name_in_quotes_is_a_name(quotes: str) -> None:
    watched = Topic("t", "T", terms=(Term("千人", near=("中组部",), strength=Strength.WEAK),))
    first, last = quotes
    assert one(watched, f"以{first}千人{last}名义").verdict is Verdict.REVIEW
    assert one(watched, "据说，千人，名义").verdict is Verdict.SUPPRESSED


@pytest.mark.parametrize("text", ["教练名叫“启明”，帮你识别风险", "混合云方案“启明”发布"])
def test_a_word_that_names_many_things_is_no_more_of_a_name_in_quotes(text: str) -> None:
    assert one(topic("启明"), text).verdict is Verdict.SUPPRESSED


def test_plain_english_words_that_need_context_are_a_name_in_capitals_or_quotes_only() -> None:
    watched = Topic("t", "T", terms=(Term("Torch Program", near=("China",), strength=Strength.STRONG),))
    for text, verdict in (
        ("the Torch Program of China", Verdict.ALERT),
        ("the 'torch program' of China", Verdict.ALERT),
        ("he carried the torch program; China won", Verdict.REVIEW),
    ):
        assert one(watched, text).verdict is verdict


def test_a_hyphen_between_plain_words_makes_no_identifier() -> None:
    rules = compile_ruleset(Ruleset("test", (Topic("t", "T", terms=(Term("Thousand Talents"), Term("Qiming Plan"))),)))
    assert [one.text for one in match(Text("", "thousand-talents schemes, and qiming-plan"), rules)] == [
        "thousand-talents"
    ]


def test_evidence_makes_another_ruleset_and_survives_the_store() -> None:
    first, canonical = ruleset((topic("启明"),), "1")
    assert ruleset_of(first.id, canonical).topics[0].evidence == GROUPS
    assert ruleset((Topic("t", "T", terms=topic("启明").terms),), "1")[0].id != first.id


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("深圳启明智能科技有限公司招聘", "part of another name: 有限公司"),
        ("西安启明实验学校引进教师", "part of another name: 学校"),
        ("The Qiming Pumped Storage Station opened.", "part of another name: Station"),
        ("Qiming Bearing Co., Ltd. hires.", "part of another name: Co"),
        ("[14] Zhao L, Qiming Z. Overseas talent.", "a given name with initials"),
    ],
)
def test_a_bare_name_that_runs_on_into_another_name_is_none(text: str, reason: str) -> None:
    for name in ("启明", "Qiming"):
        rules = compile_ruleset(Ruleset("test", (topic(name),)))
        assert match(Text("", text), rules) == []
        if name in text:
            assert [one.reason for one in explain(Text("", text), rules)] == [reason]


def test_an_organisation_further_on_in_the_sentence_is_another_matter() -> None:
    for text in ("启明入选者所在公司", "启明的公司", "入选启明，公司配套"):
        assert match(Text("", text), compile_ruleset(Ruleset("test", (topic("启明"),))))


def test_a_longer_name_that_is_only_reviewed_does_not_hide_a_shorter_one_that_is_told() -> None:
    longer = Term("Qiming Talent", near=("MIIT",), strength=Strength.STRONG)
    rules = compile_ruleset(Ruleset("test", (Topic("t", "T", terms=(longer, Term("Qiming", near=("program",)))),)))
    found = match(Text("", "the Qiming talent program"), rules)
    assert [(one.text, one.verdict) for one in found] == [
        ("Qiming talent", Verdict.REVIEW),
        ("Qiming", Verdict.ALERT),
    ]


def test_a_verb_is_no_plural_of_a_plan() -> None:
    rules = compile_ruleset(Ruleset("test", (Topic("t", "T", terms=(Term("Kunpeng Plan"),)),)))
    assert match(Text("", "Kunpeng plans to open a shop"), rules) == []
    assert match(Text("", "Kunpeng Plans announced"), rules)


def test_why_not_is_told_once_although_several_terms_have_the_same_name() -> None:
    terms = (Term("启明", near=("工信部",)), Term("启明", near=("人才",)))
    rules = compile_ruleset(Ruleset("test", (Topic("t", "T", terms=terms),)))
    assert [one.reason for one in explain(Text("", "作者肖启明，教授"), rules)] == ["a given name beside 肖"]


def shadows(*topics: Topic) -> list[tuple[str, str]]:
    return [
        (problem.topic, problem.term)
        for problem in compile_ruleset(Ruleset("test", topics)).problems
        if "both topics are told" in problem.message
    ]


def test_a_term_that_holds_another_topics_term_is_told_to_its_author() -> None:
    whole = Topic("whole", "W", terms=(Term("高端千人计划"), Term("Ten Thousand Talents Plan")))
    part = Topic("part", "P", terms=(Term("千人计划"), Term("Thousand Talents Plan")))
    assert shadows(whole, part) == [("whole", "高端千人计划"), ("whole", "Ten Thousand Talents Plan")]
    assert shadows(whole, replace(part, exclude=("Ten Thousand Talents", "高端千人"))) == []


@pytest.mark.parametrize(
    "whole",
    [
        Term("高端千人计划", near=("海外",)),  # told under other conditions
        Term("高端千人计划", strength=Strength.STRONG),  # its author agrees
        Term("千人计划"),  # equal, which another warning tells
        Term("Explanning"),  # holds no word
    ],
)
def test_no_shadow_is_told_where_none_falls(whole: Term) -> None:
    part = Topic("part", "P", terms=(Term("千人计划"), Term("planning")))
    assert shadows(Topic("whole", "W", terms=(whole,)), part) == []
