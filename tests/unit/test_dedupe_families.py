"""Are texts of one form or on one programme told apart? A wrong `story` delays an alert until the next digest."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from itertools import combinations

import pytest

from monitor.cli.demo.continuations import continuation
from monitor.domain.document import Candidate, Extracted, Prepared
from monitor.domain.hit import Relation
from monitor.pipeline.dedupe import Page, compare, judge
from tests.e2e.world import item

NOW = datetime(2026, 5, 1, tzinfo=UTC)
CITIES = [
    "".join(two)
    for two in zip("青松瑶北云泊锦石和南白望海江柳临原湖田泉", "屿岭川汀溪州浦澜渡槐鹿江棠海城河平口林山", strict=True)
]
FORM = (
    "各有关单位：根据科技部《关于组织推荐高层次人才的通知》（国科办才〔2026〕18号）要求，现就{city}市开展推荐工作有关事项通知如下。\n"
    "一、推荐对象为在海外知名高校或研究机构工作三年以上的科研人员，年龄不超过45周岁。\n"
    "二、{city}市推荐名额为{places}名，入选者给予{money}万元科研经费支持，并提供住房补贴。\n"
    "三、推荐材料请于{day}前报送至{city}市科学技术局人才处，逾期不予受理。\n"
    "四、推荐单位应当对材料的真实性负责，评审结果由科技部统一公布。\n"
    "{city}市科学技术局\n2026年4月{signed}日"
)


def invented() -> list[Page]:
    chance = random.Random(7)
    items = [one for one in (item(number, chance) for number in range(450)) if one.matches]
    return [Page(f"https://e.example.org/{one.number}", one.title, one.body) for one in items[:300]]


def calls() -> list[Page]:
    made = [continuation(number) for number in range(240)]
    return [
        Page(f"https://d.example.cn/{number}", one.title, "\n".join(one.paragraphs))
        for number, one in enumerate(made)
        if one.verdict == "alert"
    ]


@pytest.mark.parametrize("made", [invented(), calls()], ids=["English items", "Chinese calls"])
def test_texts_that_share_only_the_programme_are_distinct(made: list[Page]) -> None:
    chosen = random.Random(5).sample(list(combinations(range(len(made)), 2)), 1500)
    grouped = [
        (made[a].title, made[b].title, found.label, found.reasons)
        for a, b in chosen
        if (found := compare(made[a], made[b])).label is not Relation.DISTINCT
    ]
    assert not grouped


def family() -> list[Page]:
    chance = random.Random(2)
    pages = []
    for number, city in enumerate(CITIES):
        text = FORM.format(
            city=city,
            places=chance.randint(2, 40),
            money=chance.choice((50, 80, 100, 200, 300)),
            day=f"2026年{chance.randint(5, 7)}月{chance.randint(1, 28)}日",
            signed=chance.randint(1, 28),
        )
        pages.append(Page(f"https://f{number}.example.cn/1", f"关于{city}市推荐2026年度高层次人才的通知", text))
    return pages


def stored(page: Page, version: int) -> Candidate:
    return Candidate(version, version, version, "s", page.url, page.title, page.text, None, NOW)


def relation(page: Page, candidates: list[Candidate]) -> Relation:
    return judge(Prepared(Extracted(page.url, page.url, page.title, page.text), "", 0), candidates, NOW).relation


def test_each_city_that_passes_on_one_ministry_call_is_news() -> None:
    pages = family()
    known: list[Candidate] = []
    for version, page in enumerate(pages):
        assert relation(page, known[-12:]) is Relation.DISTINCT, page.title
        known.append(stored(page, version))


def test_a_shortened_member_of_a_family_does_not_make_the_next_one_a_story() -> None:
    """Half of the form, another order: less alike than the rest, and still only the form."""
    pages = family()
    lines = pages[3].text.split("\n")
    cut = Page("https://cut.example.cn/1", "人才推荐", "\n".join([lines[0], lines[2], lines[3]]))
    assert relation(pages[5], [stored(cut, 1), *(stored(page, n) for n, page in enumerate(pages[:3], 2))]) is (
        Relation.DISTINCT
    )


def test_two_cities_that_cite_one_document_in_their_own_words_are_two_calls() -> None:
    one = Page(
        "https://a.example.cn/1",
        "青屿市启动高层次人才推荐",
        "青屿市科技局昨日发布消息，依据《关于组织推荐高层次人才的通知》（国科办才〔2026〕18号），全市今年可推荐12名专家，"
        "每人最高可获300万元支持，名单须在2026年6月18日前报出。青屿市还将为入选者安排住房。",
    )
    other = Page(
        "https://b.example.cn/1",
        "松岭市面向海外征集科研人才",
        "记者从松岭市科技局获悉，该市正在落实国科办才〔2026〕18号文件《关于组织推荐高层次人才的通知》。松岭市计划推荐9人，"
        "入选后由市财政给予300万元资助，申请人可在2026年6月18日以前递交材料。",
    )
    assert compare(one, other).label is Relation.DISTINCT


def test_one_advertisement_for_another_field_is_another_post() -> None:
    text = (
        "The Northvale Institute invites applications for a senior post in {field}. Candidates hold a doctorate and have "
        "led a laboratory for some years. The institute offers a contract without end, housing near the campus and help "
        "for partners who look for work. Letters are read by a panel of five as they arrive."
    )
    one, other = (
        Page(f"https://{host}.example.org/1", "Senior post at Northvale", text.format(field=field))
        for host, field in (("a", "marine geology"), ("b", "cryptography"))
    )
    assert compare(one, other).label is Relation.DISTINCT
