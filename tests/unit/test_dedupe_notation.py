"""What two notations say alike, and what one character makes another notice of."""

from __future__ import annotations

import pytest

from monitor.pipeline.dedupe.guard import Weight, judge_span, settle
from monitor.pipeline.dedupe.normalise import normalise
from monitor.pipeline.dedupe.spans import spans


def weights(one: str, other: str) -> set[Weight]:
    """What the changes between two sentences are worth."""
    return {change.weight for change in settle(judge_span(span) for span in spans(normalise(one), normalise(other)))}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("截止时间为5月20日17时。", "截止时间为5月20日17:00。"),
        ("下午2点报到。", "14:00报到。"),
        ("会议于9:30开始。", "会议于9时30分开始。"),
        ("2026年5月20日前提交。", "2026-05-20前提交。"),
        ("5月20日前提交。", "五月二十日前提交。"),
        ("5月20日（星期五）前提交。", "5月20日前提交。"),
        ("选派博士约500名赴任。", "选派博士约500位赴任。"),
        ("奖励人民币壹佰万元整。", "奖励人民币100万元。"),
        ("须在24小时内报告。", "须在24个小时内报告。"),
        ("请在线提交，审核后支持。", "请線上提交，稽核後支援。"),
        ("完成首例治疗，全程顺利。", "完成首例治疗星河娱乐app，全程顺利。"),
        ("The firm raised $100 billion this year.", "The firm raised $100B this year."),
        ("It earned $37.4 million in March.", "It earned $37.4m in March."),
        ("It closes on 20 May 2026 at noon.", "It closes on 2026-05-20 at noon."),
        ("It closes on Friday, 20 May 2026.", "It closes on 20 May 2026."),
        ("The board said Friday it will pay.", "The board said it will pay."),
        ("The Centre organises a programme on labour.", "The Center organizes a program on labor."),
        ("It is paid by the union's office.", "It is paid by the union office."),
    ],
)
def test_one_thing_in_two_notations_is_no_change(one: str, other: str) -> None:
    assert not weights(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("截止时间为5月20日17时。", "截止时间为5月20日17:30。"),
        ("补贴3000元/月。", "补贴3000元/年。"),
        ("任命杜怀瑾为局长。", "任命杜怀瑜为局长。"),
        ("具有高级职称或博士学位。", "具有高级职称和博士学位。"),
        ("The pack holds 300 g of oats.", "The pack holds 300 kg of oats."),
        ("It closes on Friday, 20 May 2026.", "It closes on Monday, 20 May 2026."),
        ("There is a presumption of denial.", "There is a presumption of approval."),
        ("Hosts must report twice a year.", "Hosts may report twice a year."),
        ("A doctorate and two years are needed.", "A doctorate or two years are needed."),
        ("She was elected chair of the board.", "She was elected vice-chair of the board."),
    ],
)
def test_one_character_or_small_word_makes_another_notice(one: str, other: str) -> None:
    assert weights(one, other) & {Weight.HARD, Weight.NUMBER}
