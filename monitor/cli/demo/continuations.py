"""continuations: what does the demo publish when its prepared pieces are used up?

Each text is put together from parts that rotate at different speeds, so that neighbours of one
programme share few sentences, and city, amounts, dates and document numbers always differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

CITIES = (
    "青屿市",
    "松岭市",
    "瑶川市",
    "北汀市",
    "云溪市",
    "泊州市",
    "锦浦市",
    "石澜市",
    "和渡市",
    "南槐市",
    "白鹿市",
    "望江市",
    "海棠市",
)
PROGRAMMES = (
    ("qiming", "启明计划"),
    ("kunpeng", "浙江省鲲鹏行动计划"),
    ("ttp", "千人计划"),
    ("huoju", "HJ计划（火炬计划）"),
)
OPENINGS = (
    "{city}近日启动新一轮{programme}人选推荐，各单位可以从即日起提出名单。",
    "为做好引才工作，{city}决定组织开展{programme}申报，现将有关事项说明如下。",
    "按照年度安排，{city}人才服务中心开始受理{programme}的推荐材料。",
    "{city}发布公告，面向海外高层次人才征集{programme}候选人。",
    "经研究，{city}今年继续实施{programme}引才，名额按行业分配到各单位。",
)
FIELDS = (
    "今年优先考虑从事海洋装备和水下通信研究的博士。",
    "重点方向是新型电池、氢能储运和电网调度。",
    "生物制造、合成育种和精密仪器三个方向不设名额上限。",
    "熟悉工业软件和数控系统的候选人在评审中予以倾斜。",
    "卫星导航、激光加工、光学材料等方向各留两个名额。",
    "从事稀土功能材料研究的候选人由专家组单独评议。",
    "医学影像和脑机接口方向首次列入指南。",
)
TERMS = (
    "入选者可获得{money}万元奖励，分三年拨付。",
    "通过考核的专家一次性领取{money}万元安家费。",
    "市财政为每名入选者安排{money}万元科研启动经费。",
)
CONDITIONS = (
    "候选人应在国外大学任教或任职满三年，不要求立即全职到岗。",
    "候选人原则上不超过四十五周岁，论文和专利只看代表作。",
    "推荐单位须与候选人签订意向书，并说明团队和场地的准备情况。",
    "企业推荐的候选人应当担任过研发负责人，年薪水平须有凭证。",
)
ENDINGS = (
    "材料请于{deadline}前交至市民中心三楼窗口，复印件须加盖公章。",
    "网上填报系统将于{deadline}关闭，之后不再补录。",
    "受理截止日期为{deadline}，评审结果在春季公布。",
)
QUIET = (
    (
        *("news", "", ""),
        "{city}早市搬进新棚",
        "{city}的早市上周搬进了带顶棚的新场地，二百多个摊位重新编号。",
    ),
    (
        *("mirror", "kunpeng", "suppressed"),
        "{city}政务云换用鲲鹏920服务器",
        "{city}政务云完成扩容，新机柜全部采用华为鲲鹏920处理器。",
    ),
    (
        *("news", "qiming", "suppressed"),
        "启明创投参投{city}医疗器械公司",
        "{city}一家内窥镜公司完成融资，启明创投参与了本轮投资。",
    ),
    (
        *("news", "huoju", "suppressed"),
        "{city}少年运动会火炬传递路线公布",
        "{city}公布了少年运动会火炬传递的路线，全程七公里，沿途设六个补给点。",
    ),
)
FILLERS = (
    "施工单位说，排水沟和照明是这次改造的重点，总共用了五十天。",
    "记者在现场看到，不少居民带着小推车前来，队伍排到了街口。",
    "有关负责人表示，后续还会听取意见，三个月后公布评估情况。",
    "附近的停车位增加到一百八十个，前半小时不收费。",
    "一位经营户说，租金没有变，水电改成了分表计量。",
    "主管部门安排了志愿者引导，预计两周后恢复常态。",
    "市民可以拨打服务热线提出建议，每条建议都会得到答复。",
)


@dataclass(frozen=True, slots=True)
class Continuation:
    """A made-up text and what should come of it; an empty topic means that nothing is named."""

    place: str
    language: str
    title: str
    paragraphs: tuple[str, ...]
    topic: str
    verdict: str


def continuation(number: int) -> Continuation:
    """The text of that number, from 0; the same number gives the same text."""
    return _quiet(number // 3) if number % 3 == 2 else _call(number - number // 3)


def _call(number: int) -> Continuation:
    city = CITIES[number % len(CITIES)]
    topic, programme = PROGRAMMES[number % len(PROGRAMMES)]
    deadline = date(2027, 2, 1) + timedelta(days=number * 3)
    values = {
        "city": city,
        "programme": programme,
        "money": 80 + number * 7 % 60 * 5,
        "deadline": f"{deadline.year}年{deadline.month}月{deadline.day}日",
    }
    parts = (
        OPENINGS[number % len(OPENINGS)],
        FIELDS[number % len(FIELDS)],
        CONDITIONS[(number // 2 + number) % len(CONDITIONS)],
        TERMS[(number + number // 3) % len(TERMS)],
        ENDINGS[(number + number // 4) % len(ENDINGS)],
    )
    body = [part.format(**values) for part in parts]
    signature = f"{city}人才服务中心　{city[0]}人才〔2026〕{number + 41}号"
    title = f"{city}关于推荐{programme}人选的通知（第{number + 1}批）"
    place = ("notices", "science", "mirror")[number % 3]
    return Continuation(place, "zh-Hans", title, ("".join(body[:3]), "".join(body[3:]), signature), topic, "alert")


def _quiet(number: int) -> Continuation:
    city = CITIES[(number * 5 + 2) % len(CITIES)]
    place, topic, verdict, title, opening = QUIET[number % len(QUIET)]
    start = number * 2 % len(FILLERS)
    fillers = [FILLERS[(start + step) % len(FILLERS)] for step in range(4)]
    paragraphs = (opening.format(city=city) + fillers[0], "".join(fillers[1:3]), fillers[3])
    return Continuation(place, "zh-Hans", title.format(city=city), paragraphs, topic, verdict)
