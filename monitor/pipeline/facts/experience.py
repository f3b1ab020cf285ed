"""experience: where, and for how long, must an applicant have worked?"""

from __future__ import annotations

import re
from typing import Final

from ..later import later
from .numerals import HAN, number
from .page import PHRASE, SENTENCE, Near, Page

_SPAN: Final = (
    rf"(?P<n>(?<![\d.])(?:\d{{1,3}}(?:\.\d)?|{HAN})|(?<![a-z])(?:one|two|three|four|five|six|"
    rf"seven|eight|nine|ten|twelve|fifteen))"
)
_YEARS: Final = later(
    _SPAN + r"\s?(?P<zh>个月|年(?!\d|初|度|前|底|代|月|来|内(?!的)|间|级|龄|薪|均)|"
        r"周年)\s?(?:\(含\))?\s?(?:及?以上|\+)?|"
    + _SPAN.replace("?P<n>", "?P<k>")
    + r"\s?\+?(?:-| ?to ?\d+ | or more | full | consecutive )? ?(?P<en>years?|yrs?|"
        r"months?)\b(?P<plus> ?(?:\+|or more))?"
)  # fmt: skip
_WORK: Final = later(
    r"工作|经验|经历|从业|任职|科研|研究|从事|行业|履历|累计|连续|满|资历|experien|abroad|"
    r"担任|职务|职位|任教|overseas|industry|work|research|practice|post-?doc|employ|r&d|served?|outside china|"
    r"\bin [a-z -]{2,30}(?:design|development|engineering|management|teaching|manufacturing|operations|sales|finance|law)"
)
_YEARS_NEAR: Final = Near(_YEARS, later(r"[年月]|y(?:ea)?r|month"), 40, 20)
_NOT_WORK: Final = later(
    r"聘期|服务期|任期|合同|有效|五年来|三年来|学制|为期|期限|周期|资助期|内完成|建设期|考核|"
    r"试用|近\d|过去|未来|成立|以来|历时|博士毕业[^，。]{0,4}$|入职后?$|入职满|到岗满|"
    r"contract|last|past|previous|appointment of|founded|since|next|within|old|for up to|"
    r"term of|renewable|ago|every|fixed-term"
)
_ABROAD: Final = later(
    r"海外(?!归国|归来|人才|引才|优青|专家|高层次|青年人才)|境外|国外|国\(境\)外|(?<!来自)留学|海归|(?<![a-z])(?:abroad|"
    r"overseas|"
    r"outside (?:of )?(?:mainland )?china|foreign (?:university|institution|employer|"
    r"countr)\w*|international experience)"
)
_ABROAD_NEAR: Final = Near(_ABROAD, later(r"[海境国]外|\(境|留学|海归|abroad|overseas|outside|foreign|internat"), 8, 60)
_UNIVERSITY: Final = later(
    r"(?:世界|国际|海外|国外|全球|境外)?(?:知名|著名|一流|顶尖|名牌|排名前\s?\d+(?:名|位|"
    r"强)?的?|前\s?\d+(?:名|位|强)?的?|百强|top ?\d+)\s?(?:的)?(?:海外|国外|国际)?(?:大学|"
    r"高校|院校|名校|学府|科研(?:机构|院所))(?!生)|"
    r"qs\s?(?:世界)?(?:大学)?(?:排名)?\s?(?:前|top)?\s?\d+|双一流|(?<!\d)985(?!\d)|世界(?:大学)?排名前\s?\d+|海外名校|"
    r"(?:well-known|renowned|top(?:[- ]?\d+)?|leading|prestigious|famous|world-class|"
    r"reputable|first-class|elite|world-renowned|top-ranked|distinguished)(?: (?:foreign|"
    r"overseas|international|global|world|research))?(?: or [a-z]+)? (?:universit\w+|"
    r"institut\w+|school)|"
    r"(?:universit\w+) (?:in|of|among|from) the (?:global |world )?top[ -]?\d+|qs top[ -]?\d+|ivy league"
)
_UNIVERSITY_NEAR: Final = Near(
    _UNIVERSITY,
    later(
        r"大学|高校|院校|名校|学府|科研|qs|双一流|985|排名|universit|institut|school|"
        r"ivy"
    ),
    60,
    60,
)
_COMPANY: Final = later(
    r"大厂|名企|跨国(?:药|车|芯片)?企|(?:世界|全球|财富|国际|中国)?(?:500|五百)\s?强(?:企业|"
    r"公司)?|(?:世界|国际|海外|国外|全球|国内外|行业)*(?:知名|著名|大型|头部|龙头|跨国|顶尖|"
    r"领先)(?:的)?(?:海外|国外|国际|外资)?(?:企业|公司|集团|机构(?=高))|"
    r"fortune(?: global)?[ -]500|global 500|(?:well-known|large|major|leading|top|"
    r"multinational|renowned|big|world-class|global)(?: (?:foreign|overseas|international|"
    r"tech|technology|multinational))? (?:compan\w+|corporation\w*|enterpris\w+|firms?|"
    r"employers?)"
)
_COMPANY_NEAR: Final = Near(
    _COMPANY,
    later(
        r"企|公司|集团|机构|大厂|强|compan|corporat|enterpris|firm|employer|fortune|"
        r"global"
    ),
    50,
    40,
)
_ASKED_POST: Final = later(
    r"优先|以上|职务|职位|任职|工作|经历|经验|毕业|副教授|教授|博士|学位|岗位|背景|要求|条件|须|需|担任|取得|资格|"
    r"post|position|degree|phd|experience|require|prefer|graduat|title|work|held|role|doctor|professor"
)
_FOREIGN_DOCTOR: Final = later(
    r"(?:海外|国外|境外|国\(境\)外)[^，。；]{0,12}(?:博士|phd)|(?:doctorate|ph\.? ?d\.?|"
    r"doctoral degree)[^.;,]{0,20}(?:abroad|overseas|foreign)|(?:foreign|"
    r"overseas) (?:doctorate|ph\.?d)"
)
_FOREIGN_DOCTOR_NEAR: Final = Near(_FOREIGN_DOCTOR, later(r"博士|ph|docto"), 45, 60)


def experience(page: Page) -> list[dict[str, object]]:
    """One fact for each aspect: abroad, top-university, top-company, other."""
    found: dict[str, dict[str, object]] = {}
    for hit in _YEARS_NEAR.finditer(page.plain):
        aspect = _worked(page, hit)
        if aspect is not None:
            months = _months(hit)
            start, end = _around(page, hit)
            known = found.get(aspect)
            if known is None or known["months"] is None:
                found[aspect] = page.fact("experience", start, end, where=aspect, months=months)
    for aspect, pattern in (
        ("top-university", _UNIVERSITY_NEAR),
        ("top-company", _COMPANY_NEAR),
        ("abroad", _FOREIGN_DOCTOR_NEAR),
    ):
        for hit in pattern.finditer(page.plain):
            if aspect not in found and _post_asked(page, hit, aspect):
                found[aspect] = page.fact("experience", *hit.span(), where=aspect, months=None)
    if "abroad" not in found:
        for hit in _ABROAD_NEAR.finditer(page.plain):
            if _abroad_asked(page, hit):
                found["abroad"] = page.fact("experience", *hit.span(), where="abroad", months=None)
                break
    return list(found.values())


def _worked(page: Page, hit: re.Match[str]) -> str | None:
    """Where the years were to be worked, or None when they are no years of work asked for."""
    clause_ahead, clause_behind = page.before(hit.start(), 40, PHRASE), page.after(hit.end(), 48, PHRASE)
    clause = f"{clause_ahead} {hit[0]} {clause_behind}"
    if _NOT_WORK.search(clause_ahead[-16:]) or re.match(
        r"\s?(?:内|前|后(?!的)|以内|ago|old|contract|later|of age)", clause_behind
    ):
        return None
    if not (_WORK.search(clause) or _COMPANY.search(clause)) or _narrated(page, hit):
        return None
    if _ABROAD.search(clause):
        return "abroad"
    if _COMPANY.search(clause):
        return "top-company"
    return "top-university" if _UNIVERSITY.search(clause) else "other"


def _narrated(page: Page, hit: re.Match[str]) -> bool:
    """Whether the sentence tells what a named person did."""
    sentence = page.before(hit.start(), 60, SENTENCE) + page.after(hit.end(), 30, SENTENCE)
    return (
        re.search(
            r"\b(?:he|she|his|her|who (?!holds?|ha(?:ve|s)|are|is|can|wish|work|want|intend)|has worked|spent)\b|[先女]?[生士]曾|"
            r"曾在|曾任|历任",
            sentence,
        )
        is not None
    )


def _months(hit: re.Match[str]) -> int | None:
    value = number(hit["n"] or hit["k"])
    if value is None or value > 600:
        return None
    unit = hit["zh"] or hit["en"]
    return int(value if unit.startswith(("个月", "month")) else value * 12)


def _around(page: Page, hit: re.Match[str]) -> tuple[int, int]:
    """The clause part from the place words to the years."""
    start, end = hit.span()
    ahead = page.before(start, 24)
    place = _ABROAD.search(ahead)
    if place:
        start -= len(ahead) - place.start()
    behind = page.after(end, 24)
    tail = re.match(r"[^，。；,.;]{0,20}?(?:经验|经历|工作|abroad|overseas|experience|industry abroad)", behind)
    return start, end + (tail.end() if tail else 0)


def _post_asked(page: Page, hit: re.Match[str], aspect: str) -> bool:
    ahead, behind = page.before(hit.start(), 60, SENTENCE), page.after(hit.end(), 40, SENTENCE)
    if _narrated(page, hit) or re.search(
        r"(?:入选|是一?所|我校|本校|我们是|诚聘.{0,4}某|某|本公司|我公司|成为|打造|建成|"
        r"works? with|work(?:s|ed) at a|into a|become)\W{0,4}$",
        page.before(hit.start(), 12),
    ):
        return False
    if aspect == "top-company" and re.match(
        r"\s?\(|(?:的)?(?:供应商|客户|合作|总部|子公司|投资)|[^，。；]{0,12}(?:招聘|诚聘)|诚聘", behind
    ):
        return False
    return _ASKED_POST.search(ahead[-40:] + behind) is not None


def _abroad_asked(page: Page, hit: re.Match[str]) -> bool:
    ahead, behind = page.before(hit.start(), 20), page.after(hit.end(), 16)
    return (
        re.match(
            r"(?:\S{0,12}(?:经历|经验|背景)(?!丰富)|\S{0,4}(?:工作|任职|任教)的\S{0,4}(?:博士|学者|专家|人才|教授)|知名|"
            r"\S{0,8}(?:任职|工作))|.{0,10}(?:experience|"
            r"background)|\W{0,3}$",
            behind,
        )
        is not None
        and re.search(
            r"有|具备|须|要求|优先|以上|面向|experience|work|stud|years|research|background|^$", ahead + behind
        )
        is not None
        and not _narrated(page, hit)
    )
