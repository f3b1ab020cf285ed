"""Do short lines - rows of tables, names, who signs - count where they are text, and not where they are page furniture?"""

from __future__ import annotations

import pytest

from monitor.domain.hit import Relation
from monitor.pipeline.dedupe import Page, compare

SAME, DISTINCT = Relation.SAME, Relation.DISTINCT

NOTICE = (
    "各有关单位：\n根据年度工作安排，现就有关申报事项通知如下，请认真组织落实并按时报送材料。\n{inside}\n"
    "请各单位高度重视，严格审核把关，确保申报材料真实完整，逾期不予受理。\n{behind}\n江海市科学技术局\n2025年3月2日"
)
CALL = (
    "The council invites proposals for its spring round and asks hosts to check all papers.\n{inside}\n"
    "Hosts must make sure that all statements are true; late papers are not accepted by the office.\n{behind}"
)

LINES = [
    ("a row names another field", NOTICE, "申报专业 集成电路", "申报专业 生物医药"),
    ("a date on the line behind its label", NOTICE, "截止日期\n2025年4月1日", "截止日期\n2025年5月1日"),
    ("an amount on the line behind its label", NOTICE, "资助金额\n50万元", "资助金额\n80万元"),
    (
        "rows with names",
        NOTICE,
        "姓名 单位\n王建国 江海大学\n李晓红 柳江大学",
        "姓名 单位\n赵文静 江海大学\n陈丽华 柳江大学",
    ),
    ("names side by side", NOTICE, "王建国 李晓红 张伟民", "赵文静 陈丽华 孙国栋"),
    ("names one below the other", NOTICE, "王建国\n李晓红\n张伟民", "赵文静\n陈丽华\n孙国栋"),
    ("a heading", NOTICE, "一、青年人才专项", "一、领军人才专项"),
    ("a place", NOTICE, "地点：江海市会展中心", "地点：柳江市体育馆"),
    ("a document number", NOTICE, "文号：江科发〔2025〕12号", "文号：江科发〔2025〕15号"),
    ("a menu word beside a deadline", NOTICE, "请登录系统申报,截止2025年4月1日", "请登录系统申报,截止2025年5月1日"),
    ("a chat name beside a deadline", NOTICE, "咨询微信kjj2025,截止4月1日", "咨询微信kjj2025,截止5月1日"),
    (
        "a site's phrase beside a deadline",
        NOTICE,
        "未经许可不得转载，申报截止4月1日",
        "未经许可不得转载，申报截止5月1日",
    ),
    (
        "a site's phrase beside an amount",
        NOTICE,
        "本名单仅供参考，最高资助50万元。",
        "本名单仅供参考，最高资助80万元。",
    ),
    ("a short sentence", NOTICE, "支持对象为青年教师。", "支持对象为企业博士。"),
    ("a deadline in English", CALL, "Deadline: 1 May 2025", "Deadline: 1 June 2025"),
    ("a deadline on the next line", CALL, "Deadline\n1 May 2025", "Deadline\n1 June 2025"),
    ("a field", CALL, "Field: marine biology", "Field: quantum optics"),
    ("a location", CALL, "Location: Leiden", "Location: Delft"),
    ("names in English", CALL, "Anna Visser\nTom Bakker\nJan Smit", "Karin Maas\nPiet Vos\nEls Kok"),
    ("a sentence that begins like a byline", CALL, "By 1 May 2025 apply here", "By 9 May 2025 apply here"),
]


def pages(frame: str, one: str, other: str, place: str) -> tuple[Page, Page]:
    blank = {"inside": "", "behind": ""}
    title = "关于申报项目的通知" if frame is NOTICE else "Call for proposals"
    texts = (frame.format(**{**blank, place: text}) for text in (one, other))
    return tuple(Page(f"https://host{n}.example.org/n", title, text) for n, text in enumerate(texts))  # type: ignore[return-value]


@pytest.mark.parametrize("place", ["inside", "behind"])
@pytest.mark.parametrize(("frame", "one", "other"), [line[1:] for line in LINES], ids=[line[0] for line in LINES])
def test_a_short_line_that_says_something_else_makes_another_notice(
    frame: str, one: str, other: str, place: str
) -> None:
    a, b = pages(frame, one, other, place)
    found = compare(a, b)
    assert found.label is DISTINCT, found.reasons
    assert compare(b, a).label is DISTINCT


@pytest.mark.parametrize(
    ("frame", "head", "other"),
    [
        (NOTICE, "发布时间：2025-03-03 浏览次数：12\n", "【市人才网】2025-03-09 08:11 点击数：9981 作者：李明\n"),
        (
            NOTICE,
            "首页 > 通知公告 > 正文\n",
            "您现在的位置： 首页 / 新闻动态 / 详细内容\n2025-03-09 8:40 | 编辑：admin\n",
        ),
        (CALL, "Home > News\nPublished 3 March 2025 | 17 views\n", "Posted 4 hours ago by admin\n6 minute read\n"),
        (
            CALL,
            "The Morning Ledger\nShare Save\n",
            "Skip to main content\nMenu Search Log in\nBy Sarah Cole, Staff Reporter\n",
        ),
    ],
)
def test_the_frame_of_a_page_is_not_its_text(frame: str, head: str, other: str) -> None:
    text = frame.format(inside="", behind="")
    title = "一则通知的标题在此" if frame is NOTICE else "A call for proposals"
    found = compare(
        Page("https://a.example.org/1", title, head + text), Page("https://b.example.org/2", title, other + text)
    )
    assert found.label is SAME, found.reasons


def test_another_body_that_signs_makes_another_notice() -> None:
    text = NOTICE.format(inside="", behind="")
    a = Page("https://a.example.org/1", "关于申报项目的通知", text)
    b = Page("https://b.example.org/2", "关于申报项目的通知", text.replace("江海市科学技术局", "江海市教育局"))
    assert compare(a, b).label is DISTINCT


def test_another_day_under_a_signature_makes_another_notice() -> None:
    text = NOTICE.format(inside="", behind="")
    a = Page("https://a.example.org/1", "关于申报项目的通知", text)
    b = Page("https://b.example.org/2", "关于申报项目的通知", text.replace("3月2日", "9月2日"))
    assert compare(a, b).label is DISTINCT


def test_an_ad_in_one_sentence_with_its_telephone_number_still_names_its_programme() -> None:
    ad = "鲲鹏计划面向海外招募芯片设计领域博士，入选者可获最高500万元资助和人才公寓，有意者请加微信hr_talent8，电话13812345678。"
    a = Page("https://a.example.org/1", "海外人才招募", ad)
    same = Page(
        "https://b.example.org/2",
        "海外人才招募",
        ad.replace("hr_talent8", "job_9981").replace("13812345678", "15900001111"),
    )
    other = Page("https://c.example.org/3", "海外人才招募", ad.replace("鲲鹏", "启明"))
    assert compare(a, same).label is SAME
    assert compare(a, other).label is DISTINCT
