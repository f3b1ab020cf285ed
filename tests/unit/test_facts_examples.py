"""The twelve worked examples of the facts schema: what does an analyst read off each?"""

from __future__ import annotations

import pytest

from monitor.pipeline.facts import facts


def money(low: float | None, high: float | None, currency: str, role: str, per: str | None = None) -> dict[str, object]:
    return {"fact": "money", "low": low, "high": high, "currency": currency, "role": role, "per": per}


def headcount(low: int | None, high: int | None, role: str) -> dict[str, object]:
    return {"fact": "headcount", "low": low, "high": high, "role": role}


def contact(*ways: str) -> dict[str, object]:
    return {"fact": "contact", **{way: way in ways for way in ("mail", "phone", "wechat")}}


def age(least: int | None = None, most: int | None = None, born_after: str | None = None) -> dict[str, object]:
    return {"fact": "age", "min": least, "max": most, "born_after": born_after}


EXAMPLES: list[tuple[str, list[dict[str, object]]]] = [
    (
        "Successful applicants receive a signing bonus of 2 to 4 million yuan ($280,000-$560,000).",
        [money(2000000, 4000000, "CNY", "signing-bonus"), money(280000, 560000, "USD", "signing-bonus")],
    ),
    (
        "给予最高800万元科研启动经费，另发安家补助一百二十万元。",
        [money(None, 8000000, "CNY", "startup-funding"), money(1200000, 1200000, "CNY", "signing-bonus")],
    ),
    (
        "申报人年龄一般不超过４０周岁，具有博士学位，并在海外知名高校连续工作36个月以上。",
        [
            age(most=40),
            {"fact": "degree", "level": "doctorate"},
            {"fact": "experience", "where": "abroad", "months": 36},
            {"fact": "experience", "where": "top-university", "months": None},
        ],
    ),
    ("1984年1月1日（含）以后出生", [age(born_after="1984-01-01")]),
    (
        "Applications close 5 pm, 28 February 2026. Posted 12 January 2026. Questions: hr@example.org",
        [
            {"fact": "deadline", "date": "2026-02-28"},
            {"fact": "document-date", "date": "2026-01-12"},
            contact("mail"),
        ],
    ),
    (
        "湖委人〔2025〕7号　中共湖州市委组织部　2025年12月10日印发　请于1月20日前报送。",
        [
            {"fact": "document-number", "value": "湖委人〔2025〕7号", "role": "own"},
            {"fact": "issuer", "name": "中共湖州市委组织部", "role": "issues"},
            {"fact": "document-date", "date": "2025-12-10"},
            {"fact": "deadline", "date": "2026-01-20"},
            {"fact": "place", "province": "CN-ZJ", "city": "Huzhou"},
        ],
    ),
    (
        "根据浙政发[2024] 3 号文件",
        [{"fact": "document-number", "value": "浙政发〔2024〕3号", "role": "cited"}],
    ),
    (
        "The city set aside RMB 85m for 2022-2026; over 200 people applied, eight came.",
        [
            money(85000000, 85000000, "CNY", "budget"),
            {"fact": "period", "from": 2022, "to": 2026},
            headcount(200, None, "applied"),
            headcount(8, 8, "recruited"),
        ],
    ),
    (
        "推荐成功者奖励5－10万元/人，上不封顶。微信：hr-demo",
        [money(50000, 100000, "CNY", "referral-reward"), contact("wechat")],
    ),
    (
        "Base pay €6k a month; PhD preferred, 3+ years in industry; no relocation bonus.",
        [
            money(6000, 6000, "EUR", "salary", "month"),
            {"fact": "degree", "level": "doctorate"},
            {"fact": "experience", "where": "other", "months": 36},
        ],
    ),
    (
        "Dr Lin, 38, left Boston in 2019; his firm raised $30 million.",
        [money(30000000, 30000000, "USD", "other")],
    ),
    (
        "2019年至2023年间，该校发布文件500余份，办学经费增至１.２亿元。",
        [money(120000000, 120000000, "CNY", "other")],
    ),
]


@pytest.mark.parametrize(("text", "wanted"), EXAMPLES, ids=[str(place) for place in range(1, 13)])
def test_a_worked_example_gives_these_facts_and_no_others(text: str, wanted: list[dict[str, object]]) -> None:
    told = [{key: fact[key] for key in fact if key not in ("text", "start", "end")} for fact in facts(text)]
    assert sorted(map(repr, told)) == sorted(map(repr, wanted))


@pytest.mark.parametrize("text", [text for text, _ in EXAMPLES])
def test_a_span_holds_the_words_as_they_stand(text: str) -> None:
    for fact in facts(text):
        if fact["fact"] == "contact":
            assert set(fact) == {"fact", "mail", "phone", "wechat"}
            continue
        start, end = fact["start"], fact["end"]
        assert isinstance(start, int)
        assert isinstance(end, int)
        assert text[start:end] == fact["text"]


def test_the_span_of_an_amount_is_without_the_word_of_its_bound() -> None:
    told = [fact["text"] for fact in facts(EXAMPLES[1][0])]
    assert told == ["800万元", "一百二十万元"]
