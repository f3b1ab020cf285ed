"""The rows of the table of tricky pairs, each with texts of our own: does the judge answer as a careful reader would?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.domain.hit import Relation
from monitor.pipeline.dedupe import Page, compare

SAME, REVISION, STORY, DISTINCT = Relation.SAME, Relation.REVISION, Relation.STORY, Relation.DISTINCT


def edit(page: Page, *swaps: tuple[str, str], url: str | None = None, title: str | None = None) -> Page:
    """The page with words swapped in title and text; each swap has to apply."""
    new_title, text = title if title is not None else page.title, page.text
    for old, new in swaps:
        assert old in new_title + text, f"{old!r} is not in the text"
        text = text.replace(old, new)
        new_title = new_title if title is not None else new_title.replace(old, new)
    return replace(page, url=url or page.url + "x", title=new_title, text=text)


CALL = Page(
    "https://rc.example.cn/n/101.html",
    "关于申报2024年度“白鹭计划”的通知",
    "各区人民政府，市直各单位：\n为吸引海外高层次人才来我市创新创业，现启动2024年度“白鹭计划”申报工作，有关事项如下。\n"
    "申报人须具有博士学位，年龄不超过45周岁，入选者给予最高300万元资助，并提供三年免租住房。\n"
    "申报截止时间为2024年6月30日17时，逾期不予受理，请通过市人才服务平台提交材料。\n江海市科学技术局\n2024年5月8日",
)
YEARLESS = edit(CALL, ("2024年度", ""), ("2024年6月30日", "6月30日"), ("\n2024年5月8日", ""))
PROVINCE = edit(CALL, ("为吸引", "根据河南省人才工作会议部署，为吸引"), title="河南省2024年“白鹭计划”申报通知")
LIST = Page(
    "https://rc.example.cn/n/7.html",
    "关于公布第二批远航学者名单的公告",
    "经个人申报、专家评审和公示，现将第二批远航学者名单予以公布，请各单位落实相关待遇，做好跟踪服务工作。\n"
    "入选名单：周文博、吴雅琴、郑立新、冯晓岚。",
)
NEWS_ZH = Page(
    "https://paper.example.cn/a/3.html",
    "江海市与中科院共建深海装备研究院",
    "本报讯 3月2日，江海市与中科院签署合作协议，双方将共建深海装备研究院。研究院总投资12亿元，计划引进200名科研人员，"
    "重点开展载人潜水器与海底观测网的研发。市长陈立群表示，研究院将于2026年底前建成，并向全球招聘首席科学家。",
)
AD = Page(
    "https://ads.example.com/a1",
    "猎头招募：鲲鹏计划",
    "我公司协助海外学者申报鲲鹏计划，入选者可获江海市最高500万元资助和住房补贴，全程免费指导材料撰写与答辩。"
    "要求博士学位，海外工作三年以上，年龄四十五岁以下，可全职回国。\n有意者加微信talent_886，王老师电话：13812345678。",
)
POST_ZH = Page(
    "https://jobs.example.cn/p1",
    "诚聘首席科学家",
    "某上市公司诚聘集成电路领域首席科学家，负责组建研发团队并制定技术路线，年薪150万元起，提供股权激励和人才公寓，"
    "协助申报各级人才项目，工作地点可选深圳或苏州。",
)
BULLETIN = Page(
    "https://tj.example.cn/5.html",
    "江海市5月工业运行情况",
    "5月份，全市规模以上工业增加值同比增长6.2%，增速比上月加快0.4个百分点。其中装备制造业增长7.1%，"
    "高技术制造业增长9.3%，工业用电量保持平稳，企业预期总体向好。",
)
HOUSING = Page(
    "https://rc.example.cn/gs/9.html",
    "人才公寓配租公告",
    "发布日期：2024-03-01 浏览次数：12\n根据人才公寓管理办法，现将首批人才公寓配租事项公告如下：符合条件的人才可于3月10日至3月20日"
    "通过市住房保障平台提出申请，经审核后统一摇号选房。",
)
ATTACHED = Page(
    "https://kj.example.cn/1", "2024年市科技计划立项清单（第一批）", "各有关单位：现将立项清单予以公布，详见附件。"
)
FIRE = Page(
    "https://d.example.com/fire",
    "Fire at paint factory kills 14",
    "PORT ELLIS (Newswire) - A fire at a paint factory killed 14 workers on Tuesday and injured 37 others, officials "
    "said. The blaze started in a drying hall shortly after 2 a.m. and took seven hours to put out. The company said it "
    "would cooperate with the inquiry. Unions have called for a review of safety rules at all five of its plants.",
)
GRANT = Page(
    "https://f.example.org/call-2024",
    "Lantern Fellowship: 2024 call opens",
    "The council invites applications for the Lantern Fellowship 2024. Candidates must hold a doctorate and have spent "
    "at least two years abroad. Each fellow receives $80,000 a year for three years. Applications close on 30 June 2024.",
)
FACULTY = Page(
    "https://u.example.edu/jobs/1",
    "Faculty positions, University of Northgate",
    "The University of Northgate seeks applicants for tenure-track positions in materials science. Start-up funds of "
    "$500,000 are available to each successful candidate. Northgate offers housing support and spousal hiring help.",
)
HARBOUR = Page(
    "https://c.example.org/1",
    "Council approves harbour plan",
    "The city council approved the plan for the new harbour on Monday after a long debate. Members approved the budget "
    "of 40 million crowns in the same session. Work on the two quays is expected to begin next spring.",
)
FIRE_RETOLD = Page(
    "https://other.example.net/9",
    "Night-shift tragedy in Port Ellis",
    "Fourteen people died and 37 were hurt when flames swept through a building of a paint maker in Port Ellis in the "
    "early hours of Tuesday. Crews needed seven hours to control it. Labour groups want checks at each of the firm's "
    "five sites.",
)
BRIEFING = Page(
    "https://daily.example.net/brief",
    "Morning briefing: five things to know",
    "Parliament returns today after the winter recess and is expected to vote on the school bill by Thursday evening. "
    "Snow closed three mountain passes overnight, and drivers were told to stay at home until noon at least. "
    "Rail fares will rise by four per cent in April, the regulator confirmed in a letter to passengers' groups. "
    + FIRE.text
    + " Finally, the national museum reopens its east wing after two years of building work and 3,000 new exhibits.",
)
MENU = "Home | News | Notices\nTownsville Online\nSkip to main content\n"
FOOT = "\nAll rights reserved. Terms and conditions | Privacy\nSign up for our newsletter\nContact us"

ROWS = [
    (
        "t01 tracking parameters and site suffix",
        CALL,
        replace(CALL, url=CALL.url + "?utm_source=wx&spm=a1", title=CALL.title + "_人才网"),
        SAME,
    ),
    ("t02 last year's call", CALL, edit(CALL, ("2024", "2023")), DISTINCT),
    (
        "t03 another year in Chinese numerals",
        edit(CALL, ("2024年", "二〇二四年"), url="https://rc.example.cn/n/88.html"),
        edit(CALL, ("2024年", "2025年")),
        DISTINCT,
    ),
    ("t04 the same year in Chinese numerals", edit(CALL, ("2024年度", "二〇二四年度")), CALL, SAME),
    ("t05 one character makes another province", PROVINCE, edit(PROVINCE, ("河南", "河北")), DISTINCT),
    ("t06 only the amount differs", YEARLESS, edit(YEARLESS, ("300万元", "500万元")), DISTINCT),
    ("t07 same page, deadline moved", CALL, edit(CALL, ("6月30日", "7月15日"), url=CALL.url), REVISION),
    (
        "t08 an extension at another address",
        CALL,
        edit(CALL, ("6月30日", "7月31日"), title="关于延长2024年度“白鹭计划”申报时间的通知"),
        REVISION,
    ),
    (
        "t09 another batch",
        LIST,
        edit(LIST, ("第二批", "第三批"), ("周文博、吴雅琴、郑立新、冯晓岚", "何家豪、沈玉兰、许国平、邓小倩")),
        DISTINCT,
    ),
    (
        "t11 traditional characters",
        NEWS_ZH,
        Page(
            "https://tw.example.net/3",
            "江海市與中科院共建深海裝備研究院",
            "本報訊 3月2日，江海市與中科院簽署合作協議，雙方將共建深海裝備研究院。研究院總投資12億元，計劃引進200名科研人員，"
            "重點開展載人潛水器與海底觀測網的研發。市長陳立群表示，研究院將於2026年底前建成，並向全球招聘首席科學家。",
        ),
        SAME,
    ),
    (
        "t12 full width and other punctuation",
        NEWS_ZH,
        edit(NEWS_ZH, ("3月2日", "３月２日"), ("，", ","), ("12亿", "１２亿"), ("200名", "２００名")),
        SAME,
    ),
    (
        "t13 on a university's site, other headline",
        NEWS_ZH,
        Page(
            "https://u.example.edu.cn/55",
            "我校校友参与的深海装备研究院签约",
            "学院首页 通知公告 师资队伍\n发布时间：2024-03-05 点击：88\n"
            + NEWS_ZH.text
            + "\n上一篇：关于清明节放假的通知\n版权所有 某大学",
        ),
        SAME,
    ),
    (
        "t14 told in other words",
        NEWS_ZH,
        Page(
            "https://eco.example.cn/8",
            "海底观测有了“国家队”",
            "总投资12亿元的深海装备研究院落户江海市。记者3月2日从签约仪式上获悉，这家由中科院参与建设的机构计划招募200名科研人员，"
            "主攻载人潜水器与海底观测网。按照市长陈立群的说法，2026年底前将建成投用。",
        ),
        STORY,
    ),
    ("t15 one agency, two programmes", AD, edit(AD, ("鲲鹏", "启明")), DISTINCT),
    (
        "t16 reposted with another contact",
        AD,
        edit(AD, ("有意者加微信talent_886，王老师电话：13812345678。", "咨询请联系李经理15987654321。")),
        SAME,
    ),
    ("t17 only the field differs", POST_ZH, edit(POST_ZH, ("集成电路", "生物医药")), DISTINCT),
    (
        "t18 next month's bulletin",
        BULLETIN,
        edit(BULLETIN, ("5月", "6月"), ("6.2%", "5.8%"), ("加快", "回落"), ("7.1%", "6.6%")),
        DISTINCT,
    ),
    (
        "t19 date line and view counter",
        HOUSING,
        edit(HOUSING, ("2024-03-01 浏览次数：12", "2024-03-04 浏览次数：9981")),
        SAME,
    ),
    (
        "t20 see the attachment, another batch",
        ATTACHED,
        edit(ATTACHED, title="2024年市科技计划立项清单（第二批）"),
        DISTINCT,
    ),
    ("t21 AMP and print page", replace(FIRE, url=FIRE.url + "/amp"), replace(FIRE, url=FIRE.url + "?print=1"), SAME),
    (
        "t22 the same wire template, another fire",
        FIRE,
        edit(FIRE, ("PORT ELLIS", "MILLBROOK"), ("paint", "textile"), ("14", "7"), ("37", "18")),
        DISTINCT,
    ),
    ("t23 same page, toll updated", FIRE, edit(FIRE, ("14", "16"), ("37", "35"), url=FIRE.url), REVISION),
    (
        "t24 syndicated: other headline and byline, last paragraph cut",
        FIRE,
        Page(
            "https://local.example.net/4",
            "Dozen and two dead in factory blaze",
            "By our correspondent\n" + FIRE.text.split(" - ", 1)[1].split(" Unions")[0],
        ),
        SAME,
    ),
    ("t25 rewritten", FIRE, FIRE_RETOLD, STORY),
    ("t26 this year's and last year's call", GRANT, edit(GRANT, ("2024", "2023")), DISTINCT),
    (
        "t27 years only in the body and the address",
        edit(GRANT, title="Lantern Fellowship: call opens"),
        edit(GRANT, ("2024", "2025"), title="Lantern Fellowship: call opens", url="https://f.example.org/call-2025"),
        DISTINCT,
    ),
    (
        "t28 marked as an update at another address",
        GRANT,
        edit(GRANT, ("30 June", "31 July"), title="Updated: Lantern Fellowship: 2024 call opens"),
        REVISION,
    ),
    ("t29 two universities, one text", FACULTY, edit(FACULTY, ("Northgate", "Eastholm")), DISTINCT),
    ("t30 inside a round-up", FIRE, BRIEFING, STORY),
    (
        "t31 a scanned copy",
        GRANT,
        edit(GRANT, ("council", "counci1"), ("doctorate", "doctorat"), ("Candidates", "Candidales")),
        SAME,
    ),
    (
        "t32 light copy-editing",
        FIRE,
        edit(FIRE, ("officials said", "authorities said"), ("shortly after", "just after"), ("put out", "extinguish")),
        SAME,
    ),
    ("t33 approved and rejected", HARBOUR, edit(HARBOUR, ("approves", "rejects"), ("approved", "rejected")), DISTINCT),
    (
        "t34 two short notices in one long frame",
        Page(
            "https://t.example.org/1",
            "Road closed on Monday",
            MENU + "Mill Lane will be closed on Monday for resurfacing." + FOOT,
        ),
        Page(
            "https://t.example.org/2",
            "Library opens late",
            MENU + "The library will open at noon on Friday because of training." + FOOT,
        ),
        DISTINCT,
    ),
    (
        "t35 a translation",
        FIRE,
        Page(
            "https://zh.example.com/1",
            "油漆厂火灾致14人死亡",
            "官员称，周二凌晨2时许，埃利斯港一家油漆厂的烘干车间起火，造成14名工人死亡、37人受伤，大火历时7小时才被扑灭。"
            "公司表示将配合调查。工会要求对该公司全部五座工厂进行安全检查。",
        ),
        STORY,
    ),
    (
        "t36 another fire, in Chinese",
        FIRE,
        Page(
            "https://zh.example.com/2",
            "化工厂爆炸致3人受伤",
            "本报讯 昨日下午，临江市一化工厂发生爆炸，造成3人轻伤，明火已于傍晚扑灭，原因正在调查。",
        ),
        DISTINCT,
    ),
]


@pytest.mark.parametrize(("a", "b", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_tricky_pair_is_judged_as_a_careful_reader_would(a: Page, b: Page, expected: Relation) -> None:
    found = compare(a, b)
    assert found.label is expected, found.reasons
    assert found.reasons


@pytest.mark.parametrize(("a", "b", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_the_answer_does_not_depend_on_which_page_came_first(a: Page, b: Page, expected: Relation) -> None:
    assert compare(b, a).label is expected


def test_a_draft_list_and_the_final_list_both_alert() -> None:
    """Row t10: two stages of one process; grouped or not, it must never count as told."""
    draft = edit(
        LIST,
        ("第二批", "2024年"),
        ("现将", "现对"),
        ("名单予以公布", "拟入选人员予以公示"),
        url="https://rc.example.cn/n/17.html",
        title="2024年远航学者拟入选名单公示",
    )
    final = edit(LIST, ("第二批", "2024年"), title="2024年远航学者入选名单公布")
    assert compare(draft, final).label in (DISTINCT, STORY)
