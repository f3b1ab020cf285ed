"""Chinese traps: pairs that look alike and are not, or look different and are the same, each with its reason."""

from __future__ import annotations

import pytest

from monitor.domain.hit import Relation
from monitor.pipeline.dedupe import Page, compare
from tests.unit.test_dedupe_rows import AD, BULLETIN, CALL, HOUSING, LIST, NEWS_ZH, POST_ZH, edit

SAME, REVISION, STORY, DISTINCT = Relation.SAME, Relation.REVISION, Relation.STORY, Relation.DISTINCT

MEASURE = Page(
    "https://zjj.example.cn/zc/2.html",
    "青禾区关于支持青年人才创业的若干措施",
    "第一条 对入选市级以上人才计划的青年人才，给予最高50万元一次性奖励。\n"
    "第二条 对租用孵化器场地的创业团队，按每平方米每月30元给予补贴，最长不超过三年。\n"
    "第三条 鼓励金融机构开发人才贷产品，单户额度不超过500万元，贷款利率不高于同期市场报价利率。\n"
    "第四条 本措施自2025年1月1日起施行，有效期三年。\n青禾区人民政府\n2024年12月18日",
)
TALK = Page(
    "https://u.example.cn/rsc/4.html",
    "柳江大学2025年海外优秀青年学者论坛公告",
    "柳江大学诚邀海内外优秀青年学者参加2025年青年学者论坛，论坛设材料科学、生命科学和信息科学三个分会场。\n"
    "论坛时间为2025年4月18日至20日，学校承担参会学者的国际旅费，每人不超过1.5万元。\n"
    "请于2025年3月10日前提交报名材料，录取结果将通过邮件通知。",
)

TRAPS = [
    (
        "年份相同而阿拉伯数字全角",
        CALL,
        edit(CALL, ("2024", "２０２４"), ("45周岁", "４５周岁")),
        SAME,
        "width is typography",
    ),
    ("年龄条件改变", CALL, edit(CALL, ("45周岁", "40周岁")), DISTINCT, "another condition in another notice"),
    ("年龄用汉字书写", CALL, edit(CALL, ("45周岁", "四十五周岁")), SAME, "one figure in two notations"),
    ("年龄用汉字书写且不同", CALL, edit(CALL, ("45周岁", "四十周岁")), DISTINCT, "another figure in another notation"),
    ("金额单位改变", CALL, edit(CALL, ("300万元", "300元")), DISTINCT, "the unit is part of the amount"),
    ("币种改变", CALL, edit(CALL, ("300万元", "300万美元")), DISTINCT, "another currency must never be silent"),
    ("截止时间只差钟点", CALL, edit(CALL, ("17时", "12时")), DISTINCT, "the hour of a deadline is a deadline"),
    ("发文单位不同", CALL, edit(CALL, ("江海市科学技术局", "江海市教育局")), DISTINCT, "another authority runs it"),
    ("落款年份不同", CALL, edit(CALL, ("2024年5月8日", "2023年5月8日")), DISTINCT, "signed in another year"),
    ("区名一字之差", MEASURE, edit(MEASURE, ("青禾区", "青禾县")), DISTINCT, "a county is no district"),
    (
        "否定一条措施",
        MEASURE,
        edit(MEASURE, ("鼓励金融机构", "不再鼓励金融机构")),
        DISTINCT,
        "a negation turns it round",
    ),
    ("利率上下限颠倒", MEASURE, edit(MEASURE, ("不高于同期", "不低于同期")), DISTINCT, "the bound is the rule"),
    (
        "同一网页增加一条",
        MEASURE,
        edit(
            MEASURE,
            ("第四条", "第四条 对海外引进人才子女入学予以优先安排，由区教育局统筹落实。\n第五条"),
            url=MEASURE.url,
        ),
        REVISION,
        "a new article on the same page",
    ),
    (
        "条款编号写法不同",
        MEASURE,
        edit(MEASURE, ("第一条 ", "一、"), ("第二条 ", "二、"), ("第三条 ", "三、"), ("第四条 ", "四、")),
        SAME,
        "numbering is layout",
    ),
    ("施行年份改变", MEASURE, edit(MEASURE, ("2025年1月1日", "2026年1月1日")), DISTINCT, "in force from another year"),
    ("有效期改变", MEASURE, edit(MEASURE, ("有效期三年", "有效期五年")), DISTINCT, "Chinese numerals count as numbers"),
    (
        "合并为一段",
        MEASURE,
        Page(MEASURE.url + "p", MEASURE.title, MEASURE.text.replace("\n", "")),
        SAME,
        "paragraphs are layout",
    ),
    (
        "名单多一人",
        LIST,
        edit(LIST, ("冯晓岚", "冯晓岚、高子明")),
        REVISION,
        "another name is no copy, and not a new list either",
    ),
    ("名单少一人且同页", LIST, edit(LIST, ("、冯晓岚", ""), url=LIST.url), REVISION, "who was dropped matters"),
    ("名单换一人", LIST, edit(LIST, ("冯晓岚", "高子明")), DISTINCT, "a name for a name"),
    ("名单顺序不变但批次用数字", LIST, edit(LIST, ("第二批", "第2批")), SAME, "one ordinal in two notations"),
    (
        "拟入选与入选",
        LIST,
        edit(LIST, ("现将第二批远航学者名单", "现将第二批远航学者拟入选名单")),
        DISTINCT,
        "planned is another state",
    ),
    (
        "广告换微信号",
        AD,
        edit(AD, ("talent_886", "hr2024vip"), ("13812345678", "18900001111")),
        SAME,
        "only the contact",
    ),
    ("广告换城市", AD, edit(AD, ("江海市", "临江市")), DISTINCT, "another city pays"),
    ("广告换年限", AD, edit(AD, ("三年以上", "五年以上")), DISTINCT, "another condition"),
    (
        "联系方式旁的截止日期",
        edit(AD, ("有意者加微信", "有意者请于6月30日前加微信"), url="https://ads.example.com/b2"),
        edit(AD, ("有意者加微信", "有意者请于7月30日前加微信")),
        DISTINCT,
        "a date beside the contact is no contact",
    ),
    (
        "广告加转载标记",
        AD,
        Page("https://b.example.net/7", "【转载】" + AD.title, "【转载】" + AD.text),
        SAME,
        "a repost",
    ),
    ("职位年薪改变", POST_ZH, edit(POST_ZH, ("150万元", "180万元")), DISTINCT, "another salary"),
    ("职位名称改变", POST_ZH, edit(POST_ZH, ("首席科学家", "技术总监")), DISTINCT, "another post"),
    (
        "月报同月转发",
        BULLETIN,
        Page(
            "https://news.example.cn/1", BULLETIN.title + "-江海新闻网", "来源：市统计局 作者：李明\n" + BULLETIN.text
        ),
        SAME,
        "a copy with its source line",
    ),
    (
        "季度与月份",
        BULLETIN,
        edit(BULLETIN, ("5月份", "一季度"), title="江海市一季度工业运行情况"),
        DISTINCT,
        "another period",
    ),
    ("增长与下降", BULLETIN, edit(BULLETIN, ("同比增长6.2%", "同比下降6.2%")), DISTINCT, "the direction is the news"),
    ("配租公告换区", HOUSING, edit(HOUSING, ("首批", "第二批")), DISTINCT, "first and second batch"),
    (
        "论坛改期且注明",
        TALK,
        edit(TALK, ("4月18日至20日", "5月16日至18日"), title="【延期】" + TALK.title),
        REVISION,
        "it says that it was postponed",
    ),
    ("论坛次年", TALK, edit(TALK, ("2025", "2026")), DISTINCT, "next year's forum"),
    ("论坛学校不同", TALK, edit(TALK, ("柳江大学", "松江大学")), DISTINCT, "another university"),
    ("论坛分会场不同", TALK, edit(TALK, ("生命科学", "能源科学")), DISTINCT, "another field"),
    (
        "论坛同义改写",
        TALK,
        edit(
            TALK,
            ("诚邀海内外", "诚邀海内外"),
            ("论坛设材料科学、生命科学和信息科学", "论坛设材料科学、生命科学及信息科学"),
        ),
        SAME,
        "和 and 及 are one word",
    ),
    (
        "新闻删末段",
        NEWS_ZH,
        edit(NEWS_ZH, ("市长陈立群表示，研究院将于2026年底前建成，并向全球招聘首席科学家。", "")),
        SAME,
        "a trimmed copy",
    ),
    ("新闻主体换人", NEWS_ZH, edit(NEWS_ZH, ("陈立群", "赵国栋")), DISTINCT, "another person said it"),
    ("新闻投资额不同", NEWS_ZH, edit(NEWS_ZH, ("12亿元", "1.2亿元")), DISTINCT, "the decimal point is meaning"),
    (
        "新闻百分比",
        edit(NEWS_ZH, ("计划引进200名科研人员", "首期到位资金占20%"), url="https://b.example.cn/8"),
        edit(NEWS_ZH, ("计划引进200名科研人员", "首期到位资金占2.0%")),
        DISTINCT,
        "20% is not 2.0%",
    ),
    (
        "同名网页后缀",
        NEWS_ZH,
        Page("https://m.example.org/9", NEWS_ZH.title + "_江海新闻_中国江海网", NEWS_ZH.text),
        SAME,
        "two site names behind the title",
    ),
    (
        "繁体转载并删节",
        NEWS_ZH,
        Page(
            "https://hk.example.org/2",
            "江海與中科院共建研究院",
            "3月2日，江海市與中科院簽署合作協議，雙方將共建深海裝備研究院。研究院總投資12億元，計劃引進200名科研人員，重點開展載人潛水器與海底觀測網的研發。",
        ),
        SAME,
        "trimmed and in other characters",
    ),
    (
        "不同新闻同一模板",
        NEWS_ZH,
        edit(NEWS_ZH, ("深海装备", "低空飞行器"), ("载人潜水器与海底观测网", "无人机物流与空中交通管理")),
        DISTINCT,
        "another institute",
    ),
    (
        "只有附件不同的标题",
        Page("https://a.example.cn/1", "第一期培训班学员名单", "见附件。"),
        Page("https://a.example.cn/2", "第二期培训班学员名单", "见附件。"),
        DISTINCT,
        "the title carries the difference",
    ),
    (
        "只有标题",
        Page("https://a.example.cn/3", "柳江大学诚聘海内外英才公告发布", ""),
        Page("https://b.example.cn/3", "柳江大学诚聘海内外英才公告发布", ""),
        SAME,
        "equal headlines and nothing else",
    ),
    (
        "只有标题且年份不同",
        Page("https://a.example.cn/3", "柳江大学2024年诚聘海内外英才公告", ""),
        Page("https://b.example.cn/3", "柳江大学2025年诚聘海内外英才公告", ""),
        DISTINCT,
        "another year",
    ),
]


@pytest.mark.parametrize(("a", "b", "expected", "why"), [trap[1:] for trap in TRAPS], ids=[trap[0] for trap in TRAPS])
def test_a_chinese_trap_is_seen_through(a: Page, b: Page, expected: Relation, why: str) -> None:
    found = compare(a, b)
    assert found.label is expected, (why, found.reasons)
    assert compare(b, a).label is expected, why
