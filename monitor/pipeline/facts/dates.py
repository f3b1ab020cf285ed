"""dates: until when may one apply, of which day is the text, and in which years does the programme run?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from ..later import later
from .numerals import number, year_digits
from .page import CLAUSE, SENTENCE, Near, Page

_MONTHS: Final = {
    name: place
    for place, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
            "september sept sep", "october oct", "november nov", "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH: Final = r"(?P<mon>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_HAN_DAY: Final = r"[〇零一二三四五六七八九十]{1,3}"
_DATE: Final = later(
    r"(?<![\d.])(?:(?:(?P<y1>(?:19|20)\d{2}|[一二][〇零○一二三四五六七八九]{3})|(?P<roc>民国\s?\d{2,3}|"
    r"1[0-4]\d))\s?年\s?)?(?:(?P<every>每年)\s?)?"
    rf"(?P<m1>\d{{1,2}}|{_HAN_DAY})\s?月(?:\s?(?P<d1>\d{{1,2}}|{_HAN_DAY})\s?[日号]|(?!\s?\d|[薪份收]))"
    r"|(?<![\d./-])(?P<y2>(?:19|20)\d{2})(?P<s2>[-./])(?P<m2>\d{1,2})(?P=s2)(?P<d2>\d{1,2})(?![\d-]|\.\d)"
    r"|(?<![\d./-])(?P<a6>\d{1,2})/(?P<b6>\d{1,2})/(?P<y6>20\d{2})(?![\d/])"
    rf"|(?<![\w])(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?(?: of)?[ -]{_MONTH}(?:,?[ -](?P<y3>(?:19|20)\d{{2}}))?(?![\w])"
    rf"|(?<![\w]){_MONTH.replace('mon', 'mon4')} (?P<d4>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<y4>(?:19|20)\d{{2}}))?(?![\w])"
    rf"|(?<![\w]){_MONTH.replace('mon', 'mon5')} (?P<y5>(?:19|20)\d{{2}})(?![\w])"
)
_DATE_NEAR: Final = Near(
    _DATE, later(r"[0-9](?:(?<=[a-z.,] .)|(?:st|nd|rd|th)?(?: of)?[ -][jfmasond]|[-./]\d)|月"), 20, 28
)
_YEAR: Final = later(
    r"(?<![\d.,/-])(?P<d>(?:19|20)\d{2})(?![\d.,%]|\s?[元万亿人名台个套]|-\d{4,})|"
    r"(?P<h>二[〇零○][一二三四五六七八九〇零○]{2})(?=年)|(?P<r>民国\s?\d{2,3})(?=年)"
)
_YEAR_NEAR: Final = Near(_YEAR, later(r"(?:19|20)\d\d|二[〇零○]|民国"), 2, 20)
_OF_A_DATE: Final = later(r"\d{4}\s?(?:年\s?\d{1,2}\s?月|[-./]\d{1,2}(?!\d))")  # 2026年度 is a programme's year
_ROC: Final = later(r"民国|新台币|台币|(?<!\d)1[0-4]\d年\d{1,2}月")
_ROC_PERIOD: Final = later(
    r"(?:民国\s?)?(?<!\d)(?P<a>[1]?\d{2})\s?年?度?\s?(?:-{1,2}|~|至|到)\s?(?:民国\s?)?(?P<b>1\d{2})\s?年度?(?![\d\s]*月)"
)
_BORN: Final = later(
    r"\s?(?:\(含[^()]{0,6}\))?\s?(?:以?[后前]|及以[后前]|"
    r"\(含\)以?[后前])?\s?(?:\(含[^()]{0,6}\))?\s?(?:出生|生[，,。(]|生$)"
)
_BORN_AHEAD: Final = later(r"(?:born|birth|b\.|出生于|生于|出生日期)[^.;。]{0,24}$")

_CLOSES_BEHIND: Final = later(
    r"\s?(?:\([^()]{0,10}\))?\s?(?:(?:[上下]午|中午|晚上?|"
    r"夜间)?\s?\d{0,2}(?:[:点时]\d{0,2}分?)?)\s?(?:下班)?(?:之?前|以前|截止|截至|止(?!血)|为止|"
    r"为(?:申报|报名|截止)|(?:为|是)[^，。]{0,8}截止|[^，。；;\d]{0,12}截止)|\s?(?:deadline|"
    r"is the (?:deadline|closing|last))"
)
_SEND: Final = later(
    r"报送|报名|申报|申请|推荐|提交|填写|填报|发送|发至|递交|寄|投递|投简历|应聘|登记|反馈|"
    r"上报|报至|报我|送|交(?:至|到|往|回|齐)|提出|完成|注册|汇总|发到|截止|截至|"
    r"appl(?:y|ic)|submi|send|writ(?:e|ing) to|e-?mail|whatsapp|contact us|get in touch|reach |regist|nominat|recommend|sign-?ups?|"
    r"cvs?\b|resum|propos|entr(?:y|ies)|material"
)
_CLOSES_AHEAD: Final = later(
    r"截止(?!目前)(?:时间|日期|日|到|至|于|期)*[^，。；;]{0,8}$|(?:报名|申报|申请|推荐|征集|"
    r"应聘|登记|受理|提交|报送|填报|投递|招聘|公告|报考)"
    r"(?:工作)?(?:时间|日期|期限|窗口|期|起止时间|时段|有效期)?[^。；;，]{0,20}$|延长?(?:期|至|到)[^，。；;]{0,6}$|"
    r"(?:deadlines?|clos(?:e|es|ing|ed)(?: date)?|due|no later than|not later than|before|"
    r"until|till|by|ends?|latest|extended)"
    r"(?: date)?(?: for [a-z ]{1,30})?(?: is| are| on| to| at| of|:| by| until)*\W{0,3}"
    r"(?:\d{1,2}(?::\d{2})? ?(?:am|pm|a\.m\.|p\.m\.|noon|hrs|cet|gmt)?,? ?(?:on |"
    r"\(?[a-z ]{0,14}time\)?,? )?|midnight,? (?:on )?)?"
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,? )?(?:the )?$"
)
_STRONG: Final = later(r"截止|截至|延[长期至到]|deadline|clos(?:e|es|ing|ed)\b|no later|not later|sign-?ups? end|due")
_MOVED: Final = later(r"(?:replaced by|extended[^.;]{0,20}|moved to|is now|now)(?: (?:to|until))?\W{0,3}$")
_NO_DEADLINE: Final = later(
    r"面试|笔试|峰会|论坛|开幕|拨付|付款|到岗|报到|入职|路演|答辩|公示|有效期|发布|成立|启动|"
    r"出生|interview|summit|payment|"
    r"arriv|start(?:s|ing)? (?:date|on)|conference|valid|founded|published|posted|by the end of"
)
_RANGE: Final = later(r"\s?(?:起?(?:至|到)|-{1,2}|~| to | until | and )\s?")
_RANGE_AHEAD: Final = later(
    r"(?:报名|申报|申请|推荐|征集|应聘|登记|受理|提交|报送|填报|投递|接收|招聘)[^。；;\n]{0,24}$|"
    r"(?:appl\w+|submi\w+|registrat\w+|nominat\w+|open|accepted)[^.;\n]{0,40}$"
)
_RANGE_BEHIND: Final = later(r"[^。；;\n，]{0,4}[，,]?[^。；;\n，]{0,10}(?:报名|申报|申请|受理|提交|接受|填报|投递)")

_STATED: Final = later(
    r"(?<!截止)(?<!报名)(?<!申报)(?<!申请)(?<!面试)(?<!推荐)(?<!公示)(?<!出生)(?<!生效)(?<!受理)(?<!投递)(?<!启动)(?<!考试)(?<!登记)(?<!活动)(?<!会议)"
    r"(?:发布(?:时间|日期|于)?|发文日期|成文日期|印发(?:时间|日期)?|公布日期|日期|时间|更新时间|发表于|"
    r"(?<![a-z] )(?:posted|published|issued|dated?|updated|released)|(?:issued|published|"
    r"circulated)[^.;,\n]{1,40}(?= on ))(?: on| at)?\s?:?\s?$"
)
_SIGNER: Final = later(
    r"(?:局|厅|部|委|办|政府|组|中心|大学|学院|公司|院|会|处|所|校|集团|室|office|bureau|"
    r"department|committee|university)$"
)
_PRINTED: Final = later(r"\s?(?:印发|发布(?!会)|公布|公告|讯|电(?![话子邮]))")
_TITLED: Final = later(r"(?:notice|circular|announcement|decision|statement|memo) (?:of|from|by) [^.\n]{3,100},")
_DASH: Final = later(r"\s?(?:\([A-Za-z ]{2,20}\))?\s?(?:-|/|--)|\.(?=\s)|\s?\n")

_PERIOD: Final = later(
    r"(?<![\d.,])(?P<a>(?:19|20)\d{2})\s?年?(?:度|\d{1,2}月(?:\d{1,2}日)?)?\s?(?:-{1,2}|~|至|到|/| to | and | through |"
    r" until )\s?"
    r"(?P<b>(?:19|20)\d{2})(?![\d元人.,]\d|\s?[元人])\s?年?"
)
_PERIOD_NEAR: Final = Near(_PERIOD, later(r"(?:19|20)\d\d"), 2, 40)
_SINCE: Final = later(
    r"(?:自|从)?民国\s?(?P<roc>\d{2,3})年(?:\d{1,2}月)?(?:\d{1,2}日)?起|"
    r"(?:自|从)?(?<![\d.,])(?P<zh>(?:19|20)\d{2})年(?:\d{1,2}月)?(?:\d{1,2}日)?(?:起(?!\s?[至到])|以来|开始实施)|"
    r"(?:since|from|as of|with effect from)(?: \d{1,2})?(?: [a-z]+)? (?P<en>(?:19|20)\d{2})(?!\d)(?: on(?:wards)?)?"
)
_SINCE_NEAR: Final = Near(_SINCE, later(r"(?:19|20)\d\d|民国"), 48, 40)
_UNTIL: Final = later(
    r"(?:有效期?(?:至|到|限至)|施行至|执行至|实施至|有效期截至|延续至|延长至)\s?(?P<zh>(?:19|20)\d{2})年|"
    r"(?:until|through|valid (?:until|to|through)|expires? (?:on|in)|"
    r"up to the end of)(?: the end of)?(?: \d{1,2})?(?: [a-z]+)? (?P<en>(?:19|20)\d{2})(?!\d)"
)
_UNTIL_NEAR: Final = Near(_UNTIL, later(r"(?:19|20)\d\d"), 60, 10)
_RUNS: Final = later(
    r"计[划画]|行动|办法|措施|政策|规定|意见|细则|方案|专项|项目|合同|协议|聘期|任期|资金|预算|"
    r"规划|施行|实施|有效|补贴|资助|工程|通知|"
    r"program|plan\b|plans\b|scheme|action|measure|polic|rules|contract|agreement|budget|fund|"
    r"set aside|initiative|strategy|appointment|valid|in force|project"
)
_NO_RUN: Final = later(
    r"受理|报名|申报时间|申请时间|招聘时间|文件|论文|文献|综述|数据|统计|毕业|就读|学习|学士|"
    r"硕士|博士学位|任职|历任|担任|发文|增长|出生|papers?|documents?|review|stud(?:y|ies|ied)|"
    r"career|"
    r"graduat|degree|professor at|worked|published|articles|data"
)


@dataclass(frozen=True, slots=True)
class Day:
    """A date as it stands: its span, its parts where given, and whether it comes every year."""

    start: int
    end: int
    year: int | None
    month: int
    day: int | None
    yearly: bool = False


def dates(page: Page) -> list[dict[str, object]]:
    """Deadlines, the text's own date and the years of programmes, as facts."""
    days = list(_days(page))
    own = _own_date(page, days)
    found: list[dict[str, object]] = []
    if own is not None:
        found.append(page.fact("document-date", own.start, own.end, date=_written(own, own.year)))
    found.extend(_deadlines(page, days, own))
    found.extend(_periods(page))
    return found


def _days(page: Page) -> Iterator[Day]:
    for found in _DATE_NEAR.finditer(page.plain):
        day = _day(found)
        if day is not None:
            yield day


def _day(found: re.Match[str]) -> Day | None:
    """The match as a date, or None when there is no such day."""
    if found["y6"]:
        return _slashed(found)
    name = found["mon"] or found["mon4"] or found["mon5"]
    month = _MONTHS[name] if name else _small(found["m1"] or found["m2"])
    written = found["d1"] or found["d2"] or found["d3"] or found["d4"]
    day = _small(written) if written else None
    digits = found["y1"] or found["y2"] or found["y3"] or found["y4"] or found["y5"]
    year = year_digits(digits) if digits else _republican(found["roc"])
    if month is None or not 1 <= month <= 12 or (written and day is None):
        return None
    if day is not None:
        try:
            date(year or 2024, month, day)
        except ValueError:
            return None
    elif year is None:
        return None  # 3月 alone is no date
    end = found.end() - found[0].endswith(".")
    return Day(found.start(), end, year, month, day, found["every"] is not None)


def _slashed(found: re.Match[str]) -> Day | None:
    """31/01/2026 and 01/31/2026; where either could be the month it is no date."""
    first, second, year = int(found["a6"]), int(found["b6"]), int(found["y6"])
    day, month = (first, second) if first > 12 else (second, first)
    try:
        date(year, month, day)
    except ValueError:
        return None
    return Day(found.start(), found.end(), year, month, day) if day > 12 or day == month else None


def _republican(written: str | None) -> int | None:
    """The year of the Republic of China that Taiwan counts by: 115 is 2026."""
    digits = written.removeprefix("民国").strip() if written else ""
    return int(digits) + 1911 if digits else None


def _small(digits: str | None) -> int | None:
    value = number(digits) if digits else None
    return None if value is None else int(value)


def _written(day: Day, year: int | None) -> str:
    head = "-" if year is None else f"{year:04d}"
    return f"{head}-{day.month:02d}" + ("" if day.day is None else f"-{day.day:02d}")


def _own_date(page: Page, days: list[Day]) -> Day | None:
    """The signature, the stated or printed date, or the dateline; the plainest one wins."""
    best: tuple[int, Day] | None = None
    for day in days:
        rank = _own_rank(page, day)
        if rank and (best is None or rank > best[0]):
            best = (rank, day)
    return best[1] if best else None


def _own_rank(page: Page, day: Day) -> int:
    if day.day is None or day.year is None or _born(page, day):
        return 0
    line_start = page.plain.rfind("\n", max(0, day.start - 80), day.start) + 1 or max(0, day.start - 80)
    ahead = page.plain[line_start : day.start].strip(" (【[")
    behind = page.plain[day.end : day.end + 24].split("\n", 1)[0].strip(" )】]")
    if _PRINTED.match(page.plain, day.end) and not _SEND.search(ahead[-12:]):
        return 5
    if _STATED.search(page.plain[max(0, day.start - 20) : day.start]):
        return 4
    if not behind and (not ahead or _signature(ahead)):
        return 3
    if _TITLED.fullmatch(ahead) and not ahead.startswith(("applications", "deadline")):
        return 3
    if line_start == 0 or page.plain[: day.start].strip().find("\n") < 0:
        head = page.shape[: day.start] if day.start <= 40 else ""
        if (
            head
            and head.isascii()
            and re.fullmatch(r"[A-Z][A-Za-z' .()]{2,30}, ?", head)
            and _DASH.match(page.shape, day.end)
        ):
            return 2
    return 0


def _signature(ahead: str) -> bool:
    """Whether the words before a date at a line's end are those who sign, not a sentence."""
    tail = re.split(r"[。；;:，,！!]", ahead)[-1].strip()
    alone = not tail and ahead.endswith(("。", "！", "!", "."))
    return alone or (len(tail) <= 60 and _SIGNER.search(tail) is not None)


def _born(page: Page, day: Day) -> bool:
    return _BORN.match(page.plain, day.end) is not None or (
        _BORN_AHEAD.search(page.before(day.start, 30, SENTENCE)) is not None
    )


def _deadlines(page: Page, days: list[Day], own: Day | None) -> Iterator[dict[str, object]]:
    named: dict[str, dict[str, object]] = {}
    extended: dict[str, object] | None = None
    years = _years(page)
    for place, day in enumerate(days):
        if day is own or _born(page, day):
            continue
        start = days[place - 1] if place and _joined(page, days[place - 1], day) else None
        if place + 1 < len(days) and _joined(page, day, days[place + 1]):
            continue
        if not _closes(page, day, start):
            continue
        year = day.year or (start.year if start else None) or _inferred(page, day, own, years)
        value = _written(day, None if day.yearly else year)
        fact = page.fact("deadline", day.start, day.end, date=value)
        if re.search(r"延[长期至到]|extended|replaced by|moved to|now", page.before(day.start, 30, SENTENCE)):
            extended = fact
        named.setdefault(value, fact)
    yield from [extended] if extended else named.values()


def _joined(page: Page, first: Day, second: Day) -> bool:
    between = page.plain[first.end : second.start]
    return len(between) <= 16 and _RANGE.fullmatch(re.sub(r"\(.*?\)|[\d:点时分]", "", between)) is not None


def _closes(page: Page, day: Day, start: Day | None) -> bool:
    """Whether a date ends a time for applications."""
    if start is not None:
        ahead, behind = page.before(start.start, 60, SENTENCE), page.plain[day.end : day.end + 30]
        return bool(_RANGE_AHEAD.search(ahead) or _RANGE_BEHIND.match(behind)) and not _NO_DEADLINE.search(ahead[-16:])
    ahead, behind = page.before(day.start, 70, SENTENCE), page.after(day.end, 60, SENTENCE)
    near = ahead[-14:].rsplit("，", 1)[-1]
    if _CLOSES_BEHIND.match(behind):
        strong = "截" in behind[:16] or _STRONG.search(near)
        return not _NO_DEADLINE.search(near) and bool(strong or _SEND.search(ahead[-40:] + behind[:50]))
    if "deadline" in ahead and _MOVED.search(ahead):
        return True
    found = _CLOSES_AHEAD.search(ahead)
    if found is None or _NO_DEADLINE.search(ahead[max(0, found.start() - 12) :]):
        return False
    if re.search(r"年?度?$|起$|自$|从$", ahead) and re.match(r"\s?(?:起|开始|启动)", behind):
        return False
    if _STRONG.search(found[0]):
        return not _about_money(page, day, found[0])
    return bool(_SEND.search(ahead + behind[:40]))


def _about_money(page: Page, day: Day, cue: str) -> bool:
    """截至2025年3月31日 tells how far figures go, unless something is to be handed in."""
    return "截至" in cue and not re.search(
        r"报名|申报|申请|推荐|提交|报送|应聘|投递|登记", page.before(day.start, 40, SENTENCE)
    )


def _years(page: Page) -> list[tuple[int, int]]:
    """Every year named in the text, with its place."""
    named: list[tuple[int, int]] = []
    for found in _YEAR_NEAR.finditer(page.plain):
        year = int(found["d"]) if found["d"] else year_digits(found["h"]) if found["h"] else _republican(found["r"])
        if year is not None and not re.match(
            r"年[^，。；]{0,12}(?:出生|生\b)", page.plain[found.end() : found.end() + 20]
        ):
            named.append((found.start(), year))
    return named


def _inferred(page: Page, day: Day, own: Day | None, years: list[tuple[int, int]]) -> int | None:
    """Rule 9: the last year named before it, the next one where it would fall before the text's own date."""
    stamp = date(own.year, own.month, own.day) if own and own.year and own.day else page.published
    before = [year for place, year in years if place < day.start]
    if stamp is None:
        return before[-1] if before else None
    before = [year for place, year in years if place < day.start and _OF_A_DATE.match(page.plain, place)]
    year = before[-1] if before and before[-1] >= stamp.year else stamp.year
    return year + 1 if (year, day.month, day.day or 31) < (stamp.year, stamp.month, stamp.day) else year


def _periods(page: Page) -> Iterator[dict[str, object]]:
    spans: list[tuple[int, int]] = []
    open_ends: dict[str, re.Match[str]] = {}
    for found in _PERIOD_NEAR.finditer(page.plain):
        first, last = int(found["a"]), int(found["b"])
        spans.append(found.span())
        if first <= last <= first + 60 and _runs(page, found):
            yield page.fact("period", *found.span(), **{"from": first, "to": last})
    if _ROC.search(page.plain):
        for found in _ROC_PERIOD.finditer(page.plain):
            first, last = int(found["a"]) + 1911, int(found["b"]) + 1911
            if first <= last <= first + 60 and _runs(page, found):
                yield page.fact("period", *found.span(), **{"from": first, "to": last})
    for name, pattern in (("from", _SINCE_NEAR), ("to", _UNTIL_NEAR)):
        for found in pattern.finditer(page.plain):
            inside = any(start <= found.start() < end or start < found.end() <= end for start, end in spans)
            if not inside and name not in open_ends and _runs(page, found):
                open_ends[name] = found
    if open_ends:
        yield _open_period(page, open_ends)


def _open_period(page: Page, ends: dict[str, re.Match[str]]) -> dict[str, object]:
    first = ends.get("from") or ends["to"]
    last = ends.get("to") or first
    years = {name: _end_year(found) for name, found in ends.items()}
    start, end = min(first.start(), last.start()), max(first.end(), last.end())
    if end - start > 60:
        start, end = first.span()
    return page.fact("period", start, end, **{"from": years.get("from"), "to": years.get("to")})


def _end_year(found: re.Match[str]) -> int:
    return int(found["zh"] or found["en"] or 0) or int(found.groupdict().get("roc") or 0) + 1911


def _runs(page: Page, found: re.Match[str]) -> bool:
    """Whether a programme, plan, contract or budget is what runs in those years."""
    ahead = page.before(found.start(), 80, SENTENCE) + found[0]
    behind = page.after(found.end(), 30, SENTENCE)
    clause = page.before(found.start(), 24, CLAUSE) + page.after(found.end(), 16, CLAUSE)
    return _RUNS.search(ahead + behind) is not None and not _NO_RUN.search(clause)


def first_date(words: str) -> str | None:
    """The first date in a few words as ISO text, or None."""
    for day in _days(Page.of(words)):
        return _written(day, day.year)
    return None
