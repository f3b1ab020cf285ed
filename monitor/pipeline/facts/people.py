"""people: who may apply - of what age, degree and experience - and how many are sought, chosen or came?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ..later import later
from .dates import first_date
from .experience import experience
from .numerals import number
from .page import SENTENCE, Near, Page

_HAN_AGE: Final = r"[二三四五六七八]?十[一二三四五六七八九]?"
_AGE: Final = rf"(?:\d{{2}}|{_HAN_AGE})"
_SUI: Final = r"\s?(?:周岁|岁)"
_AGE_ZH: Final = later(
    rf"(?<![\d.])(?P<a>{_AGE})(?:{_SUI})?(?:\s?(?:-{{1,2}}|~|至|到)\s?(?P<b>{_AGE}))?{_SUI}"
    r"(?P<post>\s?(?:\(含[^()]{0,6}\))?\s?(?:\(不含[^()]{0,6}\))?(?:及?以下|以内|之内|及?以上|以前|左右)?)"
)
_AGE_ZH_NEAR: Final = Near(_AGE_ZH, later(r"岁"), 24, 24)
_AGE_AHEAD: Final = later(
    r"(?:(?P<least>年满|已满|不小于|不低于)|(?P<most>不超过|不得超过|不大于|不高于|未满|不满|小于|(?<!不)低于|最高)|"
    r"控制在|放宽[至到])\s?$"
)
_AGE_EN: Final = later(
    r"(?<![\w])(?P<max>under(?: the age of)?|below(?: the age of)?|younger than|"
    r"not older than|no older than|no more than|at most|up to|"
    r"not exceed(?:ing)?|must not exceed|maximum age(?: is| of|:)?|age limit(?: is| of|:)?|"
    r"max\.? age:?|not over|not be over|not be older than|aged? (?:up to|under|below))"
    r"(?: age)? (?P<a>\d{2})(?! ?(?:%|percent|million|billion|thousand|k\b|minute|second|hour|"
    r"day|month|people|person|researcher|expert|yuan|dollar|euro|page|word|point|member|team|candidate|nominee|expert|scholar|"
    r"scientist|applicant|place|post|"
    r"student|employee|\d|[.,]\d|km|kg|mb|gb|weeks?))"
    r"(?P<tail> years?(?: of age| old)?| yrs)?"
    r"|(?<![\w])(?P<min>over|above|at least|older than|minimum age(?: is| of|:)?|"
    r"aged? (?:over|above|at least)) (?P<c>\d{2}) years? (?:of age|old)"
    r"|(?<![\w])(?:aged?|ages|between)(?: between| from|:)? (?P<d>\d{2})(?:-| to |"
    r" and )(?P<e>\d{2})(?! ?(?:%|million|billion|\d))(?: years?(?: of age| old)?)?"
    r"|(?<![\w])(?P<f>\d{2}) (?:years (?:of age |old )?or (?:younger|under|below)|or (?:younger|under|below)|and (?:under|below|"
    r"younger)\b|years? (?:of age|old) (?:at most|maximum))"
)
_AGE_EN_NEAR: Final = Near(_AGE_EN, later(r"\d\d(?!\d)(?<!\d\d\d)"), 56, 44)
_BORN_ZH: Final = later(
    r"(?<!\d)(?P<y>(?:19|"
    r"20)\d{2})\s?年(?:\s?(?P<m>\d{1,2})\s?月)?(?:\s?(?P<d>\d{1,2})\s?[日号])?\s?(?:\(含[^()]{0,8}\)|"
    r"\(包括[^()]{0,8}\))?"
    r"\s?(?:及?以?(?:后|来)|起|\(含\)以后|之后|及之后)\s?(?:\(含[^()]{0,8}\))?\s?(?:出生|生(?=[，,。；;()]|$|者))"
)
_BORN_EN: Final = later(
    r"born (?:on or after|after|since|in or after|no earlier than|not earlier than|not before|"
    r"later than) (?P<when>[\w ,.]{4,24})"
)
_APPLIES: Final = later(
    r"许可|本科|学历|学位|经验|申报|申请|报名|招聘|诚聘|聘请|聘用|招募|应聘|征集|人选|条件|要求|资格|限|引进|推荐|优先|"
    r"须|岗位|入选|者|applic|appl(?:y|ies)|candidat|require|eligib|"
    r"seek|must|should|recruit|phd|doctor|applicant|nominee|hiring|talent|scholar|researcher|"
    r"scientist|position|quali|expert|young"
)
_STATISTIC: Final = later(
    r"儿童|患者|病人|居民|受访|人口|adults|children|patients|respondents|women|men\b|voters|population|players|users"
)

_DEGREE: Final = later(
    r"(?P<doctorate>博士(?!学位论文|毕业感|后|生导|点|站|招生|培养|论文|们|团|工作|创新|家|帽)(?:研究生|生)?(?:学位(?!论文)|"
    r"学历)?(?!论文)|"
    r"(?<![a-z])(?:ph\.? ?d\.?s?|doctorates?|doctoral degrees?|doctor's degrees?|d\.?phil|doctors? degree)(?![a-z]))|"
    r"(?P<master>硕士(?!生导|点|招生|论文)(?:研究生|生)?(?:学位|学历)?|研究生(?:学历|学位|毕业)|"
    r"(?<![a-z])(?:master'?s?(?: of (?:science|arts|engineering))? degrees?|master's|"
    r"masters? or|m\.?sc\.?|mba)(?![a-z]))|"
    r"(?P<bachelor>(?<!专)(?<!科普)本科(?!生|教|培|招|专业目录|院校|高校)(?:学历|学位|毕业)?|学士(?:学位)?|"
    r"(?<![a-z])(?:bachelor'?s?(?: of (?:science|arts|engineering))? degrees?|bachelor'?s?|"
    r"undergraduate degrees?|university degrees?|b\.?sc\.?)(?![a-z]))"
)
_DEGREE_NEAR: Final = Near(
    _DEGREE,
    later(
        r"博士|硕士|研究生|本科|学士|ph|docto|d\.?phil|master|m\.?sc|mba|bachelor|b\.?sc|"
        r"degree"
    ),
    24,
    40,
)
_DEGREE_ASKED: Final = later(
    r"(?:具有|具备|拥有|取得|获得?|须|需|应|要求|限|为|是|学历|学位|持有|招聘|诚聘|招|推荐|"
    r"征集|海外|全日制|已获|条件|毕业|不低于|符合|面向|优秀|青年|应届)[^，。；;\n]{0,14}$|"
    r"(?:seek\w*|requir\w+|must|hold\w*|with|need\w*|have|has|having|prefer\w*|qualif\w+|"
    r"degree:?|education:?|possess\w*|eligib\w+|earned|obtained|minimum|an?|or)[^.;\n]{0,30}$"
)
_DEGREE_TAIL: Final = later(
    r"\s?(?:\([^()]{0,12}\))?\s?(?:及?以上|学位|学历|毕业|优先|或|者|研究生|，|,|、|;|；|。|\.|\)|$|/|\||\n)|"
    r" ?(?:degree|required|preferred|or|by|under|in [a-z]|from|holders?|needed|is|with|and|"
    r"obtained|earned|abroad|desirable|essential)"
)
_OWNED: Final = later(
    r"(?:\d|[一二三四五六七八九十百])\s?[余多]?(?:名|位|人)?(?:海归|全职|在读|优秀|青年)?$|"
    r"医学$|工学$|理学$|法学$|哲学$|管理学$|教育学$|经济学$|荣誉$|名誉$|"
    r"(?:毕业于|(?:19|20)\d{2}\s?年?[^，。；]{0,16}(?:获|毕业|取得)|"
    r"获得?[^，。；]{0,12}大学[^，。；]{0,6}|招收|指导|培养|拥有\d+[名位])[^，。；]{0,14}$|"
    r"(?:received|earned|completed|did|finished|got|took|his|her|gained|awarded|finishing|"
    r"supervis\w+|train\w+|produc\w+)(?: (?:an?|his|her|the|their))? (?:\w+ ){0,3}$|"
    r"\d+ (?:\w+ )?$"
)
_TEAM: Final = later(r"\s?(?:\d|占|人才?\d|(?:共|达|近)?\d+\s?[名人]|[^，。；]{0,2}[一二三四五六七八九十\d]+[名人位])")

_ASKING: Final = later(
    r"申报|报名|招聘|诚聘|聘请|聘用|招募|应聘|征集|人选|条件|要求|资格|引进|推荐|优先|岗位|"
    r"应具|须|招\d|待遇|咨询电话|package|enquir|deadline|salary|chief scientist|"
    r"applic|apply|candidat|require|eligib|seek|must|recruit|nominat|hiring|vacanc|position|"
    r"prefer|quali|postdoc|we offer|join us|experience:"
)
_TERMS: Final = later(
    r"at least|required|minimum|or above|ph\.?d from|以上|岁以下|不超过\d{2}|具有|具备|须|应|本科|硕士|经验"
)
_TERM_BEHIND: Final = later(r"\s?(?:学位|学历)?(?:及?以上|优先|或)|s? (?:required|preferred|or above|minimum|from|and)")
_TERM_AHEAD: Final = later(
    r"(?:具有|具备|须|应|需|要求|限|不低于|必须)[^，。；]{0,12}$|获[^，。；]{0,2}$|取得[^，。；]{0,4}$|minimum[^.;]{0,8}$"
)


def _joined(page: Page, bars: list[dict[str, object]]) -> list[dict[str, object]]:
    """年满30周岁、不超过38周岁 is one bar with two ends."""
    found: list[dict[str, object]] = []
    for bar in bars:
        last = found[-1] if found else None
        if last and last["max"] is None and bar["min"] is None and bar["max"] is not None and _near(last, bar):
            found[-1] = page.fact("age", *_ends(last, bar), min=last["min"], max=bar["max"], born_after=None)
        else:
            found.append(bar)
    return found


def _ends(first: dict[str, object], last: dict[str, object]) -> tuple[int, int]:
    """Where the first begins and the last ends."""
    start, end = first["start"], last["end"]
    return (start, end) if isinstance(start, int) and isinstance(end, int) else (0, 0)


def _near(first: dict[str, object], second: dict[str, object]) -> bool:
    start, end = _ends(second, first)
    return 0 <= start - end <= 8


def people(page: Page) -> list[dict[str, object]]:
    """Age, degree, experience and headcount facts."""
    seeking = _ASKING.search(page.plain) is not None
    found = _joined(page, list(_ages(page))) + list(_births(page))
    if seeking or _TERMS.search(page.plain):
        found += [*_degrees(page, seeking=seeking), *experience(page)]
    return found


def _ages(page: Page) -> Iterator[dict[str, object]]:
    for hit in _AGE_ZH_NEAR.finditer(page.plain) if "岁" in page.plain else ():
        ahead = _AGE_AHEAD.search(page.plain[max(0, hit.start() - 8) : hit.start()])
        bounds = _bar_zh(hit, ahead)
        if bounds is not None and _for_applicants(page, hit.start(), hit.end()):
            start = hit.start() - (len(ahead[0]) if ahead and ahead["most"] else 0)
            yield page.fact("age", start, hit.end(), min=bounds[0], max=bounds[1], born_after=None)
    for hit in _AGE_EN_NEAR.finditer(page.plain):
        bounds = _bar_en(hit)
        if bounds is not None and _for_applicants(page, hit.start(), hit.end()):
            yield page.fact("age", *hit.span(), min=bounds[0], max=bounds[1], born_after=None)


def _bar_zh(hit: re.Match[str], ahead: re.Match[str] | None) -> tuple[int | None, int | None] | None:
    """(min, max) of a bar in Chinese words; None when it is somebody's age."""
    first, second = _age(hit["a"]), _age(hit["b"])
    if first is None:
        return None
    if second is not None:
        return (first, second) if first < second else None
    if re.search(r"以上", hit["post"]) or (ahead is not None and ahead["least"]):
        return first, None
    if ahead is not None or re.search(r"以下|以内|之内|以前", hit["post"]):
        return None, first
    return None


def _bar_en(hit: re.Match[str]) -> tuple[int | None, int | None] | None:
    if hit["d"]:
        return int(hit["d"]), int(hit["e"])
    if hit["c"]:
        return int(hit["c"]), None
    return None, int(hit["a"] or hit["f"])


def _age(digits: str | None) -> int | None:
    value = number(digits) if digits else None
    return int(value) if value is not None and 14 <= value <= 90 else None


def _for_applicants(page: Page, start: int, end: int) -> bool:
    ahead, behind = page.before(end, 100, SENTENCE), page.after(end, 40, SENTENCE)
    if _STATISTIC.search(ahead[-24:] + " " + behind[:24]):
        return False
    return (
        _APPLIES.search(ahead + behind) is not None
        or _ASKING.search(page.plain, max(0, start - 400), end + 200) is not None
    )


def _births(page: Page) -> Iterator[dict[str, object]]:
    for hit in _BORN_ZH.finditer(page.plain):
        value = _born_after(int(hit["y"]), hit["m"], hit["d"])
        if value:
            yield page.fact("age", *hit.span(), min=None, max=None, born_after=value)
    for hit in _BORN_EN.finditer(page.plain):
        value = _english_birth(hit["when"])
        if value:
            yield page.fact("age", *hit.span(), min=None, max=None, born_after=value)


def _born_after(year: int, month: str | None, day: str | None) -> str | None:
    numbers = int(month or 1), int(day or 1)
    if not (1 <= numbers[0] <= 12 and 1 <= numbers[1] <= 31):
        return None
    if month and not day:
        return f"{year:04d}-{numbers[0]:02d}"
    return f"{year:04d}-{numbers[0]:02d}-{numbers[1]:02d}"


def _english_birth(words: str) -> str | None:
    year = re.match(r"((?:19|20)\d{2})(?!\d)", words)
    return f"{year[1]}-01-01" if year else first_date(words)


def _degrees(page: Page, *, seeking: bool) -> Iterator[dict[str, object]]:
    """The lowest degree of each sentence that asks for one."""
    ranks = {"bachelor": 0, "master": 1, "doctorate": 2}
    lowest: dict[int, re.Match[str]] = {}
    for hit in _DEGREE_NEAR.finditer(page.plain):
        if not _degree_asked(page, hit) or not (seeking or _told_as_term(page, hit)):
            continue
        sentence = hit.start() - len(page.before(hit.start(), 120, SENTENCE))
        known = lowest.get(sentence)
        if known is None or ranks[hit.lastgroup or "doctorate"] < ranks[known.lastgroup or "doctorate"]:
            lowest[sentence] = hit
    for hit in lowest.values():
        start, end = _degree_span(page, hit)
        yield page.fact("degree", start, end, level=hit.lastgroup)


def _degree_asked(page: Page, hit: re.Match[str]) -> bool:
    ahead, behind = page.before(hit.start(), 40), page.after(hit.end(), 16, SENTENCE)
    if _OWNED.search(ahead) or (hit.lastgroup != "bachelor" and _TEAM.match(page.plain, hit.end())):
        return False
    if re.match(
        r"(?:生|研究生)?(?:导师|招生|培养)|(?:\w{0,4})?(?:supervisor|student|programme|program|candidate at|thesis)",
        behind.strip(),
    ):
        return False
    alone = not ahead.strip(" :-•·*0123456789.、") and _DEGREE_TAIL.match(page.plain, hit.end())
    return bool(
        alone
        or _DEGREE_ASKED.search(ahead)
        or re.match(r"\s?(?:研究生)?(?:学位|学历)?(?:及?以上|优先|毕业)|s? (?:required|preferred|under|degree)", behind)
    )


def _told_as_term(page: Page, hit: re.Match[str]) -> bool:
    """Whether the words at a degree make it a term, in a text that does not say that it seeks anybody."""
    ahead, behind = page.before(hit.start(), 16), page.after(hit.end(), 24)
    return _TERM_BEHIND.match(behind) is not None or _TERM_AHEAD.search(ahead) is not None or not ahead + behind


def _degree_span(page: Page, hit: re.Match[str]) -> tuple[int, int]:
    ahead = page.before(hit.start(), 2)
    start = hit.start() - 2 if ahead == "海外" else hit.start()
    return start, hit.end()
