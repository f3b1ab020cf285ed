"""What sort of text is it, what part does it play, and does the answer say why?"""

from __future__ import annotations

import pytest

from monitor.domain.hit import Kind, Part
from monitor.pipeline.classify import classify
from monitor.pipeline.cues import CUES, likely
from monitor.pipeline.cues.cue import held
from monitor.pipeline.facts.page import Page

AD = "诚聘海外光电专家2名，年薪80万起，安家费面议。任职要求：博士，35岁以下。简历请发 hr@example.org"
CALL = "关于开展2026年某某计划申报工作的通知\n各有关单位：请于3月1日前报送材料。\n某某市科学技术局　2026年1月5日"
NEWS = "本报讯 记者从市人才办获悉，该市今年新增专家12名。市长表示，将继续加大投入。"


@pytest.mark.parametrize(
    ("text", "kind", "part"),
    [
        (AD, Kind.RECRUITMENT_AD, Part.AD),
        ("Dear Dr Miller, our client can offer 2 million RMB a year. Send your CV to a@b.example", Kind.RECRUITMENT_AD, Part.AD),
        (CALL, Kind.POLICY_DOCUMENT, Part.CALL),
        ("某市人才专项资金管理办法\n第一条 为规范资金使用，制定本办法。\n第二条 给予补助。", Kind.POLICY_DOCUMENT, Part.MEASURE),
        ("关于某某计划拟入选人员名单的公示\n公示期五天。", Kind.POLICY_DOCUMENT, Part.AWARD_LIST),
        ("关于申报资格的通知\n已入选国家级计划者不得重复申报。\n某省科技厅　2025年9月1日", Kind.POLICY_DOCUMENT, Part.RULE),
        (NEWS, Kind.NEWS, None),
        ("BERLIN, 4 March 2026 - Officials said on Tuesday that the programme had lured 40 engineers.", Kind.NEWS, None),
        ("李某，教授，博士生导师，1975年生。2003年毕业于某某大学，发表论文80篇，主要研究方向为激光。", Kind.PROFILE, None),
        ("Dr Eva Lind heads the polymer group. She received her PhD in 2009; her research interests are gels.", Kind.PROFILE, None),
        ("def run(path):\n    import torch\n    return torch.load(path)\n", Kind.TECHNICAL, None),
        ("摘要：为探究火炬松的生长规律。关键词：松属。[1] 张某.林业学报,2010,3(2):11-19.", Kind.TECHNICAL, None),
        ("请问这个计划值得申请吗？有没有人知道税后多少？", Kind.OTHER, None),
        ("A walk in the hills, and nothing else.", Kind.OTHER, None),
        ("", Kind.OTHER, None),
    ],
)  # fmt: skip
def test_a_text_is_of_its_kind_and_part(text: str, kind: Kind, part: Part | None) -> None:
    told = classify("", text)
    assert (told.kind, told.part) == (kind, part)


def test_the_answer_lists_what_spoke_for_it_strongest_first() -> None:
    told = classify("", AD)
    weights = [float(reason.rsplit("(", 1)[1].rstrip(")")) for reason in told.reasons]
    assert weights == sorted(weights, reverse=True)
    assert any(reason.startswith("hiring words (+") for reason in told.reasons)
    assert 0.5 < told.score <= 1.0


def test_weak_evidence_is_other_with_a_reason_and_no_score() -> None:
    told = classify("", "报名请在截止之前。")
    assert (told.kind, told.score) == (Kind.OTHER, 0.0)
    assert told.reasons


def test_the_page_and_its_address_speak_too() -> None:
    text = "Dates and places, in no order."
    assert classify("", text).kind is Kind.OTHER
    assert classify("", text, meta={"schema": "NewsArticle"}).kind is Kind.NEWS
    assert classify("", "A post of two years.", meta={"schema": "JobPosting"}).kind is Kind.RECRUITMENT_AD
    assert (
        classify("", "Dates and places", url="https://x.gov.cn/a", meta={"schema": "Legislation"}).kind
        is Kind.POLICY_DOCUMENT
    )


def test_the_title_counts_as_text() -> None:
    assert classify("关于组织申报人才计划的通知", "详见附件。").kind is Kind.POLICY_DOCUMENT


def test_a_document_of_ten_megabytes_is_judged_by_its_beginning() -> None:
    assert classify("", AD + "。填充" * 3_000_000).kind is Kind.RECRUITMENT_AD


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("招聘|诚聘", {"招聘", "诚聘"}),
        ("年薪.{0,6}万", {"年薪"}),
        ("(?:月|年)薪[酬]?", {"薪"}),
        ("(?<!不)申报(?:人|者)?", {"申报"}),
        (r"\bapply (?:by|until)\b", {"apply "}),
        ("abcd?", {"abc"}),
        ("ab{2}|[)|(]x", {"ab", "x"}),
        (r"[讯电]\s|\.\[", {"讯", "电", ".["}),
        ("[^讯]x{0,2}|a", set()),
        ("cv|[a-z]{3}", set()),
        ("(?:a|b)?", set()),
        (r"\d+", set()),
    ],
)
def test_what_a_pattern_asks_for_stands_in_whatever_it_matches(pattern: str, words: set[str]) -> None:
    assert held(pattern) == words


@pytest.mark.parametrize("text", [AD, CALL, NEWS, "Dr Eva Lind received her PhD in 2009; def run(path): import torch"])
def test_cues_whose_words_are_absent_are_not_missed(text: str) -> None:
    page = Page.of(text)
    standing = [cue for cue in CUES if cue.times(page.shape if cue.cased else page.plain, han=True)]
    tried = likely(page.plain, page.shape)
    assert standing == [cue for cue in tried if cue in standing]
    assert len(tried) < len(CUES) / 2
