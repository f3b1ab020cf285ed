"""The rules for doubtful cases, and bad input: no fact rather than a wrong one."""

from __future__ import annotations

import time
from datetime import date

import pytest

from monitor.domain.rates import Rates
from monitor.pipeline.facts import facts, in_dollars
from monitor.pipeline.facts.rates import RATES


def of(text: str, name: str, published: date | None = None) -> list[dict[str, object]]:
    """The facts of one type, without their spans."""
    told = [fact for fact in facts(text, published) if fact["fact"] == name]
    return [{key: fact[key] for key in fact if key not in ("fact", "text", "start", "end")} for fact in told]


def bounds(text: str) -> list[tuple[object, object, object]]:
    return [(fact["low"], fact["high"], fact["currency"]) for fact in of(text, "money")]


def roles(text: str) -> list[object]:
    return [fact["role"] for fact in of(text, "money")]


@pytest.mark.parametrize(
    "text",
    [
        "年薪数百万元，高额奖金",
        "百万量级年薪",
        "millions of yuan and no signing bonus",
        "增长16.7%，悬赏500积分",
        "一元复始，多元化",
        "奖励5000枚USDT代币",
    ],
)
def test_vague_words_shares_and_tokens_are_no_money(text: str) -> None:
    assert bounds(text) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("奖励不低于50万元", (500000, None, "CNY")),
        ("奖励不超过50万元", (None, 500000, "CNY")),
        ("奖励50万元以内", (None, 500000, "CNY")),
        ("奖励50余万元", (500000, None, "CNY")),
        ("奖励约50万元", (500000, 500000, "CNY")),
        ("奖励300—500万元", (3000000, 5000000, "CNY")),
        ("奖励壹佰万元", (1000000, 1000000, "CNY")),
        ("a bonus of no less than $5k", (5000, None, "USD")),
        ("a bonus of up to HK$1.2bn", (None, 1200000000, "HKD")),
        ("awards of 3 to 5 million yuan", (3000000, 5000000, "CNY")),
        ("a bonus of 20 million yen", (20000000, 20000000, "JPY")),
        ("奖励8000元至1.5万元", (8000, 15000, "CNY")),
        ("獎金300萬港元", (3000000, 3000000, "HKD")),
        ("奖励２００万元", (2000000, 2000000, "CNY")),
    ],
)
def test_bounds_units_and_currencies_are_read_in_both_languages(text: str, wanted: tuple[object, ...]) -> None:
    assert bounds(text) == [wanted]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("购房补贴100万元，安家费50万元，科研启动费300万元", ["housing", "signing-bonus", "startup-funding"]),
        ("中介机构每引进一人奖励20万元，最高不超过100万元", ["referral-reward", "referral-reward"]),
        ("市财政每年安排人才专项资金2亿元", ["budget"]),
        ("公司完成3亿元融资，估值20亿元", ["other", "other"]),
        (
            "Salary of $95k plus £5k signing bonus and a relocation allowance of €3,000",
            ["salary", "signing-bonus", "signing-bonus"],
        ),
        ("Package of up to RMB 60 million", ["other"]),
        ("Shenzhen will spend 4.5 billion yuan on its talent plan", ["budget"]),
    ],
)
def test_the_role_is_what_the_money_is_for(text: str, wanted: list[str]) -> None:
    assert roles(text) == wanted


def test_pay_has_its_span_of_time() -> None:
    told = of(
        "月薪3万元；津贴每年12万元；5000元/月的岗位津贴；stipend of CNY 15,000 per month; wage of $30 an hour", "money"
    )
    assert [fact["per"] for fact in told] == ["month", "year", "month", "month", "hour"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("申报人年满30周岁、不超过38周岁", [(30, 38)]),
        ("申请人年龄不超过六十周岁", [(None, 60)]),
        ("Applicants aged 30 to 45", [(30, 45)]),
        ("Candidates must be no older than 55", [(None, 55)]),
        ("她今年46岁，专家平均年龄38岁，招聘", []),
        ("A 44-year-old applicant; patients under 40", []),
    ],
)
def test_an_age_is_a_bar_and_not_a_persons_age(text: str, wanted: list[tuple[object, object]]) -> None:
    assert [(fact["min"], fact["max"]) for fact in of(text, "age")] == wanted


def test_degrees_are_asked_for_and_not_owned_or_counted() -> None:
    assert of("招聘：硕士及以上学历，博士优先", "degree") == [{"level": "master"}]
    assert of("招聘启事。团队现有博士18名，导师毕业于某大学并获博士学位，博士后若干", "degree") == []


def test_months_go_with_the_company_where_no_country_is_named() -> None:
    told = of("应聘条件：具有世界500强企业3年以上研发经历", "experience")
    assert told == [{"where": "top-company", "months": 36}]


def test_headcounts_are_persons_of_a_programme_and_not_staff_or_winners() -> None:
    assert of("本计划拟引进专家不超过10名", "headcount") == [{"low": None, "high": 10, "role": "sought"}]
    assert of("该计划共引进专家7000余人", "headcount") == [{"low": 7000, "high": None, "role": "recruited"}]
    assert of("公司员工19.5万人，人才计划；一等奖2名；每支队伍不超过3人；每引进1名人才", "headcount") == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("申报时间：2026年3月1日至4月15日", ["2026-04-15"]),
        ("每年10月31日前申报", ["--10-31"]),
        ("请于7月20日前报名", ["--07-20"]),
        ("2月30日截止报名，2025年13月1日截止申报", []),
        ("长期有效，招满为止；5月6日面试；峰会5月8日开幕", []),
        ("原定5月1日截止报名，现报名截止日期延长至2026年6月1日", ["2026-06-01"]),
        ("Apply by 30 April 2026; interviews on 15 May 2026", ["2026-04-30"]),
        ("截止日期二〇二六年六月三十日", ["2026-06-30"]),
    ],
)
def test_a_deadline_is_the_last_day_to_apply(text: str, wanted: list[str]) -> None:
    assert [fact["date"] for fact in of(text, "deadline")] == wanted


def test_a_year_that_is_not_written_comes_from_the_text_or_its_publication() -> None:
    text = "请于1月20日前报名"
    assert of(text, "deadline", date(2025, 12, 10)) == [{"date": "2026-01-20"}]
    assert of(f"{text}。人社局　2025年12月10日", "deadline") == [{"date": "2026-01-20"}]
    assert of(f"2027年计划。{text}", "deadline") == [{"date": "2027-01-20"}]


def test_own_and_cited_document_numbers_are_told_apart() -> None:
    told = of("路政发〔2025〕9号\n根据《关于人才工作的意见》（浙委发【2023】18号）", "document-number")
    assert told == [{"value": "路政发〔2025〕9号", "role": "own"}, {"value": "浙委发〔2023〕18号", "role": "cited"}]


def test_each_signing_body_is_an_issuer_once() -> None:
    told = of("关于申报的通知\n中共湖州市委组织部　湖州市科学技术局\n2026年2月20日", "issuer")
    assert [fact["name"] for fact in told] == ["中共湖州市委组织部", "湖州市科学技术局"]
    assert of("The programme is run by the Ministry of Science and Technology.", "issuer") == [
        {"name": "Ministry of Science and Technology", "role": "runs"}
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("温州市委组织部招聘", [("CN-ZJ", "Wenzhou")]),
        ("浙江省杭州市人才计划", [("CN-ZJ", "Hangzhou")]),
        ("诸暨市人才计划", [("CN-ZJ", "Zhuji")]),
        ("上海人才计划", [("CN-SH", None)]),
        ("宁波大学教授招聘，浙江工业大学", []),
        ("新华社北京1月3日电 招聘", []),
        ("人才来宾众多，合作共赢", []),
        ("A post in Xi'an, Shaanxi", [("CN-SN", "Xi'an")]),
        ("Experts of Taizhou, Jiangsu", [("CN-JS", "Taizhou")]),
        ("Professors at Ningbo University", []),
        ("吉林市与吉林省人才政策", [("CN-JL", "Jilin")]),
    ],
)
def test_places_are_where_a_programme_belongs(text: str, wanted: list[tuple[str, str | None]]) -> None:
    assert [(fact["province"], fact["city"]) for fact in of(text, "place")] == wanted


def test_periods_need_two_ends_or_an_open_range_and_a_programme() -> None:
    assert of("本办法自2024年1月1日起施行，有效期至2026年12月31日", "period") == [{"from": 2024, "to": 2026}]
    assert of("人才计划（2025—2027年）", "period") == [{"from": 2025, "to": 2027}]
    assert of("该计划2019年启动，五年内；2015年至2019年就读于某大学", "period") == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("hr***@example.org 138****1234 私信我", None),
        ("传真：0571-88880000", "phone"),
        ("加V信：hunter_88", "wechat"),
        ("扫描二维码添加顾问微信", "wechat"),
        ("Fund of 2025-2027, ISBN 978-7-302-12345-6, 13800000000元", None),
    ],
)
def test_a_contact_is_told_but_never_its_value(text: str, wanted: str | None) -> None:
    told = of(text, "contact")
    assert told == ([] if wanted is None else [{way: way == wanted for way in ("mail", "phone", "wechat")}])


def test_the_same_fact_told_in_two_languages_is_one() -> None:
    assert roles("Package: up to RMB 60 million 总包最高6000万元") == ["other"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00",
        "元" * 50,
        "奖励" + "9" * 60 + "万元",
        "9,9,9,9万元",
        "-5万元至",
        "〔2025〕号",
        "2025年99月99日前申报",
        "¥",
        "$.",
        "一二三四五六七八九十万亿元",
        "٣٤٥万元奖励",
        "²万元",
    ],
)
def test_odd_text_is_no_exception(text: str) -> None:
    assert all(fact["start"] < fact["end"] for fact in facts(text) if "start" in fact)  # type: ignore[operator]


def test_amounts_of_absurd_size_are_no_facts() -> None:
    assert bounds("奖励999999999999999999亿元，bonus of $900000000 trillion") == []


@pytest.mark.parametrize(
    "unit", ["7", "7 ", "1,", "万", "2025-", "元1", "(", "a@", "一", "人1", "1月", "局\n", "up to ", "University of "]
)
def test_half_a_megabyte_of_anything_is_read_in_linear_time(unit: str) -> None:
    started = time.process_time()
    facts(unit * (250_000 // len(unit)))
    once = time.process_time() - started
    assert once < 8.0  # measured 0.1 to 1.5 s alone on one core


def test_dollars_come_with_the_day_of_their_rate() -> None:
    told = in_dollars(6_652_900, "CNY")
    assert told == (1_000_000.0, "approx., ECB rates of 2026-10-30")
    assert in_dollars(1, "XXX") is None
    assert in_dollars(float("inf"), "CNY") is None
    own = Rates(date(2026, 1, 5), {"CNY": 7.0}, confirmed=True)
    assert in_dollars(70, "CNY", own) == (10.0, "approx., rates of 2026-01-05")
    assert RATES.confirmed
    assert "TWD" not in RATES.units  # the bank names none


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("安吉县委人才办发布申报通知", [("安吉县", "CN-ZJ", None)]),
        ("湖州市安吉县人才政策", [("湖州市", "CN-ZJ", "Huzhou")]),
        ("景宁县招聘博士", [("景宁县", "CN-ZJ", None)]),  # 景宁畲族自治县
        ("市委和县委人才工作会议", []),  # 和县 is a county
        ("须具有三年以上海外工作经历的人才", []),  # 上海 is not meant
        ("完成世界首次人才计划", []),  # nor 界首
    ],
)
def test_a_county_tells_its_province_and_a_name_across_two_words_nothing(
    text: str, found: list[tuple[str, str, str | None]]
) -> None:
    told = [(fact["text"], fact["province"], fact["city"]) for fact in facts(text) if fact["fact"] == "place"]
    assert told == found


def test_formulas_lost_dashes_and_turnover_are_no_offers() -> None:
    assert not [fact for fact in facts(r"含量为 $5 8 . 6 \%$，提高 $20 \times 10$") if fact["fact"] == "money"]
    assert not [fact for fact in facts("补贴大致在300500万元之间") if fact["fact"] == "money"]
    assert [fact["role"] for fact in facts("2020年收入2366亿元") if fact["fact"] == "money"] == ["other"]


def test_what_a_list_ends_with_holds_for_all_of_it() -> None:
    roles = [fact["role"] for fact in facts("一次性给予60万元、80万元、100万元安家费。") if fact["fact"] == "money"]
    assert roles == ["signing-bonus"] * 3


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("现将《人才公寓管理办法》（甬人才办〔2025〕4号）印发给你们，请遵照执行。", "own"),
        ("《人才公寓管理办法》（甬人才办〔2025〕4号）\n第一条 为规范人才公寓管理，制定本办法。", "own"),
        ("根据《人才公寓管理办法》（甬人才办〔2025〕4号），现组织申报。", "cited"),
        ("《人才公寓管理办法》（甬人才办〔2023〕4号）同时废止。", "cited"),
    ],
)
def test_a_number_behind_a_title_is_the_texts_own_where_the_title_is(text: str, role: str) -> None:
    assert [fact["role"] for fact in of(text, "document-number")] == [role]


@pytest.mark.parametrize(
    "text",
    [
        "企业引进海外工程师的，按其年薪的50%给予补助，最高80万元。",
        "按照引进人才年薪30%的标准给予用人单位以外的个人补贴，每年不超过20万元。",
        "A subsidy equal to 30 percent of annual pay, up to 600,000 yuan, goes to each expert.",
    ],
)
def test_a_subsidy_measured_by_pay_is_no_pay(text: str) -> None:
    assert "salary" not in roles(text)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("申請期限至115年3月31日截止。", "2026-03-31"),
        ("申請截止日期：民國114年12月5日。", "2025-12-05"),
        ("报名截止时间：2026年3月31日。", "2026-03-31"),
        ("Closing date: 31/01/2026.", "2026-01-31"),
    ],
)
def test_years_of_the_republic_and_days_between_slashes_are_read(text: str, day: str) -> None:
    assert [fact["date"] for fact in of(text, "deadline")] == [day]


def test_a_slashed_date_that_could_be_two_days_is_none() -> None:
    assert of("Closing date: 03/04/2026.", "deadline") == []


def test_a_period_of_republican_years_is_told_in_common_ones() -> None:
    assert of("民國115年至118年實施海外人才計畫。", "period") == [{"from": 2026, "to": 2029}]


def test_an_amount_compared_with_takes_the_currency_of_the_first() -> None:
    text = "The district earmarked 48 million yuan for talent work, up from 31 million the year before."
    assert bounds(text) == [(48000000, 48000000, "CNY"), (31000000, 31000000, "CNY")]
    assert roles(text) == ["budget", "budget"]


def test_money_for_each_person_is_no_count_of_persons() -> None:
    assert of("The firm earned 80,000 yuan for every scientist who signed for the programme.", "headcount") == []
