"""The tricky cases of the measured design, each with its span; and what each guard keeps out."""

from __future__ import annotations

import pytest

from monitor.domain.hit import Verdict
from monitor.domain.topic import Ruleset, Term, Topic
from monitor.pipeline.match import Guards, Text, compile_ruleset, match

CONTEXT = (
    "人才",
    "计划",
    "入选",
    "申报",
    "talent",
    "引进",
    "专项",
    "plan",
    "program",
    "专家",
    "Zhejiang",
    "浙江",
    "公示",
)


def topic(key: str, name: str, strong: str, weak: str, exclude: str) -> Topic:
    terms = [Term(one) for one in strong.split("|")]
    terms += [Term(one, near=CONTEXT) for one in weak.split("|") if one]
    return Topic(key, name, terms=tuple(terms), exclude=tuple(one for one in exclude.split("|") if one))


FAMILIES = Ruleset(
    "cases",
    (
        topic(
            "Qiming",
            "启明计划",
            "启明计划|Qiming Program|Qiming Plan|Enlightenment Plan",
            "启明|Qiming",
            "启明创投|Qiming Venture|启明星辰|启明信息",
        ),
        topic("Huoju", "火炬计划", "火炬计划|Torch Program|Huoju Plan", "", "Olympic torch|火炬传递"),
        topic(
            "Kunpeng",
            "鲲鹏行动",
            "鲲鹏行动|鲲鹏计划|Kunpeng Plan|Kunpeng Action Plan",
            "鲲鹏|Kunpeng",
            "华为鲲鹏|鲲鹏920|鲲鹏处理器",
        ),
        topic(
            "TTP",
            "千人计划",
            "千人计划|Thousand Talents Plan|Thousand Talents Program|海外高层次人才引进计划",
            "TTP",
            "",
        ),
        topic("WanRen", "万人计划", "万人计划", "", ""),
    ),
)
COMPILED = compile_ruleset(FAMILIES)
PDF = "本 标准规 定了启 明人 才的 申报 条件， 符 合节 约 要求的 各类 申 报 人 须 提 交材 料"

CASES: dict[str, tuple[str, tuple[int, int, str] | None]] = {
    "c01": ("他入选国家啟明計劃。", (5, 9, "Qiming")),
    "c02": ("入選「啓明」計畫人才專項", (3, 8, "Qiming")),
    "c03": ("ＱＩＭＩＮＧ\u3000ＰＲＯＧＲＡＭ 申报", (0, 14, "Qiming")),
    "c04": ("qiming programme 2023", (0, 16, "Qiming")),
    "c05": ("加入Qiming Program的学者", (2, 16, "Qiming")),
    "c06": ("#QimingProgram2024 opens", (1, 14, "Qiming")),
    "c08": ("国家启 明 计 划公示", (2, 9, "Qiming")),
    "c10": ("启\u200b明\ufeff计\u200d划", (0, 7, "Qiming")),
    "c11": ("“启明”计划入选者", (1, 6, "Qiming")),
    "c13": ("启明\n计划申报指南", (0, 5, "Qiming")),
    "c14": ("现已开启，明年计划增加申报", None),
    "c15": ("门户已开启 明日公布入选名单", None),
    "c16": ("会议开启\n\n明计划于周一公布", None),
    "c17": ("The Tor-\nch Program office", (4, 19, "Huoju")),
    "c18": ("he was at TP. Thousand Talents. Plan B", None),
    "c19": ("T.T.P. talent scheme", (0, 5, "TTP")),
    "c20": ("http talent", None),
    "c21": ("MITRE ATT&CK TTPs used by the actor in this plan", None),
    "c22": ("Enlightenment planet talent show", None),
    "c23": ("Kunpeng Plans announced", (0, 12, "Kunpeng")),
    "c24": ("启明创投领投该人才平台", None),
    "c25": ("启明创投与启明计划无关", (5, 9, "Qiming")),
    "c27": ("华为鲲鹏920处理器人才认证", None),
    "c28": ("搭載華為鯤鵬 920，培養人才", None),
    "c29": ("浙江鲲鹏行动计划", (2, 6, "Kunpeng")),
    "c31": ("The Olympic torch program was long", None),
    "c34": (f"启明{'的' * 30}人才", (0, 2, "Qiming")),
    "c35": (f"启明{'的' * 31}人才", None),
    "c38": ("the Thousnad Talents Plan", (4, 25, "TTP")),
    "c39": ("the Thousand Ta1ents Plan", (4, 25, "TTP")),
    "c41": ("a new timing program for runners", None),
    "c42": ("the porch program of the house", None),
    "c43": ("Kunpeng Plant opens in Zhejiang", (0, 7, "Kunpeng")),
    "c44": ("启鸣计划公示", (0, 4, "Qiming")),
    "c45": ("干人计划专家", (0, 4, "TTP")),
    "c46": ("国家万人计划领军人才", (2, 6, "WanRen")),
    "c47": ("百人计划入选者", None),
    "c48": ("前人计划未竟", (0, 4, "TTP")),
    "c49": ("Тhоusand Talents Рlan", (0, 21, "TTP")),
    "c50": ("Qiming™ Program talent", (0, 15, "Qiming")),
    "c52": ("门户开启明天的大门，面向人才", None),
    "c53": ("重启明年计划", None),
    "c54": ("报启明人才专项", (1, 3, "Qiming")),
    "c55": ("an explanation of TTP", None),
    "c56": ("海外⾼层次⼈才引进计划", (0, 11, "TTP")),
    "c57": ("《⻘年⽕炬计划》", (3, 7, "Huoju")),
    "c58": (PDF, (8, 11, "Qiming")),
    "c60": ("😀👩\u200d👩\u200d👧 启明计划", (7, 11, "Qiming")),
    "c61": ("İstanbul ﬁle ½ ㈱ 启明计划", (17, 21, "Qiming")),
    "c62": ("cafe\u0301 Kunpe\u0301ng Plan", (6, 19, "Kunpeng")),
    "c64": ("\ud800启明计划", (1, 5, "Qiming")),
}


def spans(text: str, guards: Guards | None = None) -> list[tuple[int, int, str]]:
    found = match(Text("", text), COMPILED, guards or Guards())
    return [(one.start, one.end, one.topic) for one in found if one.verdict is not Verdict.SUPPRESSED]


@pytest.mark.parametrize("case", CASES)
def test_each_tricky_case_has_its_span_or_none(case: str) -> None:
    text, expected = CASES[case]
    assert spans(text) == ([expected] if expected else [])


@pytest.mark.parametrize("case", CASES)
def test_each_tricky_case_is_the_same_in_the_title(case: str) -> None:
    text, expected = CASES[case]
    found = [one for one in match(Text(text, ""), COMPILED) if one.verdict is not Verdict.SUPPRESSED]
    assert [(one.field, one.start, one.end) for one in found] == ([("title", *expected[:2])] if expected else [])


BROKEN_BY = {
    "gap_rules": {"c15", "c16", "c18"},
    "word_ends": {"c21", "c22", "c43"},
    "word_guard": {"c41", "c42"},
    "context_borders": {"c55"},
    "word_check": {"c52", "c53"},
    "exclusions": {"c24", "c25", "c27", "c28", "c31"},
}


@pytest.mark.parametrize("guard", BROKEN_BY)
def test_a_guard_switched_off_breaks_the_cases_it_is_there_for(guard: str) -> None:
    off = Guards(**{guard: False})
    broken = {case for case, (text, expected) in CASES.items() if spans(text, off) != ([expected] if expected else [])}
    assert broken >= BROKEN_BY[guard]


def test_fuzzy_forms_are_named_and_rank_below_exact_ones() -> None:
    forms = {
        case: match(Text("", CASES[case][0]), COMPILED)[0].form
        for case in ("c44", "c45", "c38", "c01", "c11", "c08", "c23")
    }
    assert forms == {
        "c44": "homophone",
        "c45": "look-alike",
        "c38": "typo",
        "c01": "traditional",
        "c11": "gap",
        "c08": "spaced",
        "c23": "plural",
    }
