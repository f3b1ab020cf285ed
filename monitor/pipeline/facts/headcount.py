"""headcount: how many persons are sought, were recruited, or applied?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from ..later import later
from .numerals import ARABIC, number
from .page import MOST, PHRASE, SENTENCE, Near, Page

_PERSON_EN: Final = (
    r"(?:people|persons?|experts?|scientists?|researchers?|engineers?|positions?|posts?|"
    r"openings?|vacancies|scholars?|specialists?|"
    r"postdocs?|professors?|fellows?|candidates?|applicants?|applications|recruits?|"
    r"academics?|talents?(?! (?:recruit|plan|program|scheme|pool|attract))|nominees?|students|awardees|recipients|"
    r"professorships?|fellowships?|studentships?|slots?|places(?= (?:this|in|a|on|each|for))|laureates|individuals|doctors|"
    r"graduates|faculty|developers|"
    r"programmers|technicians|colleagues|staff)"
)
_WORD_N: Final = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|fifty|a|several) (?:hundred|thousand)|"
    r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-(?:one|two|three|four|five|six|seven|eight|nine))?|"
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|eighteen"
)
_HAN_N: Final = (
    r"(?<![第〇零一二三四五六七八九十百千两])[一二三四五六七八九十两百千][〇零一二三四五六七八九十百千]{0,6}"
)
_UNIT: Final = r"(?:yuan|rmb|renminbi|dollars?|euros?|pounds|percent|years?|months?|pages?|papers?|articles?)"
_ZH: Final = later(
    rf"(?<![\d.,第-])(?P<a>{ARABIC})(?P<more>[余多])?(?P<ua>[万千])?(?P<more2>[余多])?(?:\s?(?:-{{1,2}}|"
    rf"~|至|到)\s?(?P<b>{ARABIC})(?P<ub>[万千])?)?\s?(?P<c>名|位|人)(?!次|/|均|民币|份|大代|"
    rf"工智|力资|类|口|居环|单)"
    rf"|(?P<h>{_HAN_N})(?P<more3>[余多])?(?:(?P<c2>名|位)(?=[^，。；]{{0,10}}(?:专家|人才|博士|学者|科学家|教授|工程师|研究员))|"
    r"(?<=[十百千余多])(?P<c3>人)(?=[，。；]|$))"
)
_ZH_NEAR: Final = Near(_ZH, later(r"[名位人]"), 44, 14)
_EN: Final = later(
    rf"(?<![\w.,$€£-])(?P<a>{ARABIC}|{_WORD_N})(?:(?:-| to )(?P<b>{ARABIC}|"
    rf"{_WORD_N}))?(?P<plus>\+|"
    rf" or more)?(?: (?!{_UNIT}(?![a-z]))(?:[a-z-]+ ){{0,3}}?)(?P<noun>{_PERSON_EN})(?![\w-])"
    rf"|(?<![\w.,$€£-])(?P<v>{ARABIC}|{_WORD_N}) (?P<verb>applied|came|arrived|"
    rf"were (?:recruited|selected|chosen|hired|accepted|admitted|approved)|"
    r"ha(?:ve|s|d) (?:come|arrived|been (?:recruited|selected|hired|chosen))|who applied|signed up|accepted|joined|"
    r"applications (?:came in|were received|arrived))(?!\w)"
    rf"|(?:(?<=bring in )|(?<=recruit )|(?<=attract )|(?<=select )|(?<=hire ))(?P<t>{ARABIC}|{_WORD_N}) more(?! than)"
)
_EN_NEAR: Final = Near(
    _EN,
    later(
        r"[0-9](?= [a-z]|[+-])|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|teen|ty|hundred|thousand)(?=[ -])"
    ),
    20,
    90,
)
_SOUGHT: Final = later(
    r"招聘|诚聘|招募|招收|拟引进|计[划画]引进|拟招|计[划画]招|新?引进|引育|招揽|征集|限报|可报|推荐|"
    r"申报|需求|名额|遴选|选拔|支持|每年资助|培育|目标|力争|限额|聘请|招"
    r"|applications for|seek\w*|recruit(?!ed)|hir(?:e|ing)|looking for|positions?|posts?|"
    r"openings?|vacanc\w+|professorships?|fellowships?|studentships?|slots?|attract(?!ed)|bring in|plans? to|aims? to|"
    r"wants? to|nominat\w+|put forward|(?:would|will|to) (?:fund|invite|support)|target|"
    r"(?:to|will|shall|should) be (?:selected|recruited|hired|chosen|brought in|accepted|appointed)|up to|quota|places|"
    r"introduce(?!d)|select(?!ed)|intends?"
)
_RECRUITED: Final = later(
    r"(?:共|先后|成功|累计|已)[^，。\d]{0,4}(?:引进|引育|招引|招聘)|新增|累计|入选|引进了|入围|获评|获批|选出|评选出|聘任|"
    r"到岗|落户|签约|集聚|拥有|认定|配套|拟入选|拟资助|名单|立项|共有|惠及|选聘了|招聘了|"
    r"吸引了?|来自|入选者|已有"
    r"|paid to|recruited|selected|drawn|drew|hired|arrived|came|chosen|award\w*|appointed|attracted|brought in|"
    r"accepted|winners?|joined|named|approved|holders?|lured|returned|introduced|signed"
)
_APPLIED: Final = later(
    r"报名(?:人数|者|人员|已有|已达|共有)|(?:报名|申请|投递|应聘|报考)(?=[，。,.;；]|$|的?人)|申请者|应聘者|"
    r"applied|(?<=\d )applicants?|(?<=\d )applications|submitted|signed up"
)
_NOT_PERSONS: Final = later(
    r"团队|队伍|小组|员工|职工|居民|常住|人口|火炬手|志愿者|观众|研究生|学生|患者|游客|用户|"
    r"评委|选手|同行专家|评审专家|推荐信|推荐人|推荐函|见证人|联系人|"
    r"referees?|references?|letters? of|reviewers?|recommendation letters?|教职工|在校|党员|记者|受访|代表|组成|专任教师|"
    r"每(?:支|个|队|组|家?团)|队员|参赛|一等奖|二等奖|三等奖|其中|人口|孩子|儿童|"
    r"contacted|staff of|employs?|employees|users|patients|students|developers now|residents|"
    r"inhabitants|population|torch|volunteers|teams?|children|members|"
    r"runners|audience|interviewed|killed|injured|jury|supervis"
)
_TALENT: Final = later(
    r"名额|录取|[人英]才|评审|专家|计[划画]|行动|博士|岗|招聘|诚聘|引进|申报|学者|科学家|入选|工程师|推荐|talent|"
    r"expert|program|plan\b|recruit|hire|hiring|position|post|scientist|"
    r"select|chosen|researcher|engineer|applicant|applied|call|candidate|scheme|fellow|nominat"
)
_DONE: Final = later(r"去年|累计|先后|已经?|以来|至今|目前|[一二三四五六七八九十\d]年来?(?=共|累计|引|招)|报道")
_PLANNED: Final = later(
    r"计[划画](?=引|招|选|新)|拟|将|力争|目标|到(?:20\d{2}年|[“\"]?十[四五六]五)|每年|未来|争取|预计"
)
_NAMED: Final = later(r"[一-鿿某×*]{2,4}等\s?$")
_FAVOURED: Final = later(r"资助|入选|拟?认定|授予|奖励|聘|名单|公示")
_COUNTED: Final = later(r"\d (?:\w+ )?(?:applications?|applicants?)$")
_UP: Final = later(
    r"(?:不超过|不多于|至多|最多|限报?|以内|上限|up to|at most|no more than|maximum of|"
    r"not exceeding|fewer than|less than)[^\w]{0,3}$"
)
_DOWN: Final = later(
    r"(?:超过?|逾|不少于|至少|不低于|突破|高于|over|more than|at least|exceed\w*|"
    r"no fewer than|upwards of|above)[^\w]{0,3}$"
)
_NOT_DOWN: Final = later(r"不(?:得)?超过?[^\w]{0,3}$")
_EACH: Final = later(r"每[^，。\d]{0,8}$|(?:for )?(?:each|every|per) $")
_ROLES: Final = (("applied", _APPLIED), ("recruited", _RECRUITED), ("sought", _SOUGHT))
_PART: Final = later(
    r"(?:团队|队伍|员工|职工)[^。;；]{0,6}其中|[人名位][，,(（][^。;；]{0,4}其中|of (?:whom|which|these)|\bincluding\b"
)  # the break-down of a total
_PLACE: Final = later(r"每满?$|第$|排名$|前$|top $|no\. ?$|章$|条$")


def headcounts(page: Page) -> list[dict[str, object]]:
    """Persons in a programme, call or hiring; staff, students, teams and audiences are none."""
    found: list[dict[str, object]] = []
    for hit in islice(_merged(page), 4 * MOST):
        role = _role(page, hit)
        bounds = _bounds(page, hit)
        if role is not None and bounds is not None:
            found.append(page.fact("headcount", *_span(hit), low=bounds[0], high=bounds[1], role=role))
    return found


def _merged(page: Page) -> Iterator[re.Match[str]]:
    yield from _ZH_NEAR.finditer(page.plain)
    yield from _EN_NEAR.finditer(page.plain)


def _span(hit: re.Match[str]) -> tuple[int, int]:
    return hit.span()


def _role(page: Page, hit: re.Match[str]) -> str | None:
    ahead, behind = page.before(hit.start(), 28), page.after(hit.end(), 14)
    near = f"{page.before(hit.start(), 14)} {hit[0]} {behind}"
    if hit[0][0] in "1一" and _EACH.search(ahead):
        return None
    if _NOT_PERSONS.search(near) or _PLACE.search(ahead) or _PART.search(page.before(hit.start(), 60, SENTENCE)):
        return None
    if not _TALENT.search(page.plain, max(0, hit.start() - 200), hit.end() + 100):
        return None
    return _said(page, hit)


def _said(page: Page, hit: re.Match[str]) -> str | None:
    """The role that the nearest naming word gives, in the sentence before, the number's own words or just behind."""
    verb = hit.groupdict().get("verb")
    if verb:
        return "applied" if re.search(r"appl|signed", verb) else "recruited"
    before = page.before(hit.start(), 90, SENTENCE)
    behind = page.after(hit.end(), 40, PHRASE)
    best: tuple[int, str] | None = None
    for role, words in _ROLES:
        for word in words.finditer(hit[0]):
            best = _nearer(best, word.start(), role)
        for word in words.finditer(before):
            if role == "applied" and _COUNTED.search(before, 0, word.end()):
                continue  # 640 applications, 52 fellows: those words count others
            best = _nearer(best, len(before) - word.end() + 1, role)
        for word in words.finditer(behind):
            best = _nearer(best, word.start() + 1, role)
    if best and best[1] == "sought" and _DONE.search(before) and not _PLANNED.search(before):
        return "recruited"  # 三年引进86名: those have come
    if best is None and _NAMED.search(before) and _FAVOURED.search(behind + before):
        return "recruited"
    return best[1] if best else None


def _nearer(best: tuple[int, str] | None, distance: int, role: str) -> tuple[int, str]:
    return (distance, role) if best is None or distance < best[0] else best


def _bounds(page: Page, hit: re.Match[str]) -> tuple[int | None, int | None] | None:
    groups = hit.groupdict()
    first = number(groups.get("a") or groups.get("h") or groups.get("v") or groups.get("t") or "")
    if first is None:
        return None
    second = number(groups["b"]) if groups.get("b") else None
    factor = {"万": 10**4, "千": 10**3}.get(groups.get("ua") or groups.get("ub") or "", 1)
    low = int(first * factor)
    if groups.get("c3") and groups["h"][0] in "百千":
        return None  # 青年千人: a name, not a number
    if low < 1 or low > 10**8:
        return None
    if second is not None:
        high = int(second * factor)
        return (low, high) if low <= high else None
    ahead, behind = page.plain[max(0, hit.start() - 18) : hit.start()], page.plain[hit.end() : hit.end() + 6]
    if (
        groups.get("more")
        or groups.get("more2")
        or groups.get("more3")
        or groups.get("plus")
        or re.match(r"以上|\+|及以上", behind)
    ):
        return low, None
    if _UP.search(ahead) or _NOT_DOWN.search(ahead) or re.match(r"以内|以下", behind):
        return None, low
    return (low, None) if _DOWN.search(ahead) else (low, low)
