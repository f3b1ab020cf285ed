"""Which number do these characters write?"""

from __future__ import annotations

from decimal import Decimal

import pytest

from monitor.pipeline.facts.numerals import narrow, number, scale, year_digits


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("三百万", "3000000"),
        ("壹佰万", "1000000"),
        ("一百二十万", "1200000"),
        ("四亿五千万", "450000000"),
        ("四万亿", "4000000000000"),
        ("十二", "12"),
        ("两千", "2000"),
        ("廿三", "23"),
        ("１.２亿", "120000000"),
        ("1亿2000万", "120000000"),
        ("3百万", "3000000"),
        ("1,386.5", "1386.5"),
        ("１，２００", "1200"),
        ("85m", "85000000"),
        ("1.5bn", "1500000000"),
        ("8k", "8000"),
        ("twenty-five", "25"),
        ("two hundred and five", "205"),
        ("four million", "4000000"),
    ],
)
def test_a_numeral_has_its_value_in_any_script(text: str, value: str) -> None:
    assert number(text) == Decimal(value)


@pytest.mark.parametrize(
    "text", ["", "   ", "abc", "万", "三五百", "9" * 50, "1.2.3", "12,34", "½", "²", "３月", "a", "万2"]
)
def test_what_is_no_number_is_none_and_never_an_exception(text: str) -> None:
    assert number(text) is None


def test_years_are_read_from_chinese_and_full_width_digits() -> None:
    assert [year_digits(text) for text in ("二〇二四年", "２０２５年", "2026", "千年", "0999")] == [
        2024,
        2025,
        2026,
        None,
        None,
    ]


def test_scales_multiply() -> None:
    assert [scale(word) for word in ("万", "百万", "万亿", "bn", "K", "人", "")] == [
        10**4, 10**6, 10**12, 10**9, 10**3, None, None,
    ]  # fmt: skip


def test_narrowing_keeps_every_code_point_in_its_place() -> None:
    text = "奖励５－１０万元，（含）　ＡＢ：！"
    assert narrow(text) == "奖励5-10万元，(含) AB:！"
    assert len(narrow(text)) == len(text)
