"""roles: what is this amount for, and per what span of time is it paid?"""

from __future__ import annotations

import re
from typing import Final

from ..later import later
from .page import SENTENCE, Page

_SPECIFIC: Final = {
    "referral-reward": r"refer (?:a|an|your)\b|(?:employers?|hosts?)(?: (?:that|which|who))? [a-z ]{0,40}(?:receives?|"
    r"gets?|is paid)|推荐[^，。；]{0,10}(?:奖|酬|费)|荐才|伯乐|引才(?:奖|补)|介绍人|牵线人|pay(?:s|ing)? (?:the |"
    r"an )?employers?|"
    r"引荐|举荐|中介[^，。；]{0,6}(?:奖|补)|"
    r"(?:用人|引才)单位|"
    r"(?:奖励|补助|补贴|给予)(?:用人|引才|申报)?(?:单位|企业)|(?:referr\w+|recommend\w+|"
    r"finder'?s?|head-?hunt\w+|introduc(?:er|tion)'?s?)(?: (?:fees?|bonus(?:es)?|rewards?|"
    r"payments?|commission|award))?|"
    r"(?:employers?|host) (?:will )?(?:receives?|gets?|is paid)|to (?:the |an )?employers?(?! contrib)|"
    r"for (?:every|each) (?:scientist|expert|person|candidate|recruit|researcher|scholar|engineer)s? "
    r"(?:who (?:signs?|signed|comes?|came|joins?|joined)|recruited|hired|placed|brought|introduced|found)",
    "signing-bonus": r"签约(?:奖励|奖金|金|费|奖|补贴)?|安家(?:费|补助|补贴|补|资金|奖)?|sign(?:ing|-on|"
    r"ing-on)[- ](?:bonus|fee|payment|package)\w*|"
    r"sign-on|(?:settling[- ]in|settlement|relocation|resettlement)(?: (?:allowance|bonus|"
    r"grant|package|subsid|payment|fee|support)\w*)?|living subsid\w+|bonus(?:es)? for signing",
    "housing": r"购房|住房|房补|房贴|租房|房租|公寓|安居|购屋|置业|房产|(?:house|housing|apartments?|"
    r"flats?|rent(?! paid))(?:[- ](?:purchase))?(?: (?:allowance|subsid|grant|support|fund|"
    r"purchase|payment)\w*)?",
    "startup-funding": r"团队[^，。；]{0,8}资助|资助强度|科研启动|启动(?:经费|资金|费|金)?|科研(?:经费|资助|补助|"
    r"资金|项目|支持)|研究(?:经费|资金|费)|项目(?:经费|资助|资金|补助|支持|扶持)|"
    r"创业(?:资助|启动|扶持|资金|补助)|研发(?:经费|资助|补助)|工作经费|start-?up|seed (?:funding|money|capital)|"
    r"funding (?:of|up to|between)|(?<!办学)(?<!教育)(?<!三公)(?<!人才)总?经费|research (?:funds?|funding|grants?|money|"
    r"support|budgets?|subsid\w+)|project (?:funds?|funding|money|grants?)|"
    r"lab(?:oratory)? (?:funds?|funding|set-?up)|"
    r"to (?:build|set up|equip|start|open) (?:an?|his|her|their|the) (?:\w+ )?(?:lab|laborator(?:y|ies)|group|team)",
    "salary": r"(?<!\d)(?:年|月|综合|税前|税后)收入|年薪|月薪|日薪|时薪|起薪|底薪|薪酬|薪资|薪水|薪|工资|津贴|生活(?:补贴|补助|"
    r"费)|岗位补贴|"
    r"收入待遇|salar\w+|pay(?! up)(?!s)|wages?|"
    r"stipends?|allowances?|scholarships?(?= (?:pays?|of|is))|remuneration|compensation",
    "budget": r"(?<!组委会)(?<!公司)(?<!集团)(?<!企业)(?<!剧组)(?<!客户)预算|专项(?:资金|经费)|安排|"
    r"拨付|拨款|下达|统筹|奖金池|总奖金|设立[^，。；]{0,12}基金|总规模|奖池|财政(?!收入|厅|局|"
    r"部)|配套资金|人才(?:基金|资金|经费)|引才[^，。；]{0,4}经费|"
    r"set(?:s|ting)? aside|budgets?|budgeted|allocat\w+|earmark\w*|assigned|appropriat\w+|"
    r"talent fund|prize pool|ring-?fenced",
    "other": r"综合(?:资助|支持|扶持)|花费|耗资|开支|"
    r"营收|营业额|收入|产值|融资|估值|单价|市值|售价|价格|费用|学费|票价|成本|罚款|罚金|损失|"
    r"注册资本|投资额|投资|净利|利润|销售额|"
    r"贷款|募资|研发投入|投入|主持|承担|报名费|押金|定金|交易|市场规模|捐赠|gdp|总包|办学|"
    r"rais(?:ed|es|ing)|round|valu(?:es?|ed|ation)|costs?|costing|prices?|priced|fees?|"
    r"damages?|revenues?|turnover|fined?|"
    r"profits?|market|invest\w*|tuition|sales|donat\w+|holds?|held|loan|package|capital|losses|lost|funds? vii|series|"
    r"tickets?|stak(?:e|es)|deal",
}
_GENERIC: Final = {
    "startup-funding": r"(?:will|would|to) fund\b",
    "reward": r"(?:hands?|gives?|grants?|promise[sd]?) (?:each|every|its|the|an?) (?:[a-z]+ )?(?:scientist|expert|scholar|researcher|"
    r"recruit)s?|就给|发给|奖励|奖金|奖补|补助|补贴|资助|配套|奖|红包|award\w*|bonus\w*|subsid\w+|prizes?|"
    r"reward\w*|incentives?|(?:first|second|third|grand) (?:place|prize)|(?:experts?|scientists?|talents?|recruits?|"
    r"scholars?|winners?|"
    r"persons?|awardees|recipients|applicants|candidates|each)[^.;$¥€]{0,80}?(?:(?:will|may|can) receive|gets?|receives?|"
    r"(?:is|are|be) (?:paid|given))|"
    r"(?:tournament|contest|competition|winners?)[a-z ]{0,20}(?:pays?|wins?|gets?|receives?)",
}
_TOTAL: Final = later(
    r"兑现|发放|合计|共计|累计|总计|disbursed|(?:has|have) been paid|paid out|handed out|in total|totall?ing"
)
_INDIVIDUAL: Final = later(r"每人|人均|一次性|个人|/人|per person|each|每名|每位")
_MOVE: Final = later(r"\b(?:if|to) (?:he|she|they|him|her|them)?\s?(?:would )?(?:mov|c[ao]me|join|return|relocat)")
_SPENDS: Final = later(r"spends?\b|spent|commit\w*|支出|投放")
_PROGRAMME: Final = later(r"talent|program|plan\b|scheme|recruit|人才|引才|计[划画]")
_OFFERS: Final = later(r"successful|selected|applicants|candidates|eligible|awardees?\b|offers|will receive|benefits")
_AGENTS: Final = later(r"中介|引荐|荐才|伯乐|猎头|用人单位|引才(?:机构|单位|大使)|introducer|headhunter|intermediar")
_WHEREOF: Final = later(r"(?:其中|其余|另|of which|of that)[^。；;]{0,16}$")
_JOINED: Final = later(r" and | plus | or | while |以及|及|和|并|另|或|其中|(?<=^)[加外]")
_JOB: Final = later(
    r"招聘|诚聘|招募|岗位|职位|税前|税后|应聘|post(?:doc\w*|s)?\b|positions?\b|vacanc|"
    r"before tax|after tax|professor|researcher|"
    r"engineer|scientist|candidate|applicant|full-time|hiring|fellowship|traineeship|studentship|can offer|offers?\b"
)
_FUND: Final = later(r"资金|补助|奖补|经费|专项|分配|人才")
_PAYER: Final = later(r"财政[^，。；]{0,10}(?:给予|予以|奖励|奖补|资助|补助|发放)")
_BRACKET: Final = later(r"\(\W{0,2}$")
_MEASURE: Final = later(
    r"(?:按|以|依)?(?:照|其)?[^，。；,;]{0,8}(?:年薪|月薪|薪酬|薪资|工资|收入)[^，。；,;\d]{0,8}\d{1,3}(?:\.\d)?\s?(?:%|倍)|"
    r"\d{1,3} ?(?:%|per ?cent) of (?:the |his |her |their |its |an? )?(?:[a-z]+ ){0,2}(?:salary|pay|wages?|stipend)"
)  # a subsidy of half the year's pay is no pay
_LED: Final = later(
    r"(?:主持|承担|负责|获批|完成)(?!.{0,12}(?:可|给予|补))[^。；]{0,30}(?:项目|课题|经费)|principal investigator"
)
_MONTHLY: Final = later(r"每月|每个月|monthly|a month")
_COMPARED: Final = later(
    r"(?:up|down|rising|falling|compared|against)(?: (?:from|with|to))?(?: (?:about|some|nearly))? $"
)
_ALSO_EACH: Final = later(r"每(?:人|名|位|家)$|each$")
_PROGRAMME_OF: Final = later(r"[ -]?(?:talent |state |national |recruitment )?(?:programme|program|scheme)\b")


def _compile(words: dict[str, str]) -> re.Pattern[str]:
    """One pattern with a group for each role; Latin words begin at a word's begin."""
    parts = [rf"(?P<{role.replace('-', '_')}>(?<![a-z])(?:{pattern})(?![a-z]))" for role, pattern in words.items()]
    return later("|".join(parts))


_SPECIFIC_WORD: Final = _compile(_SPECIFIC)
_GENERIC_WORD: Final = _compile(_GENERIC)

_PER: Final = {
    "年": "year", "月": "month", "日": "day", "天": "day", "小时": "hour", "时": "hour", "year": "year", "yr": "year",
    "annum": "year", "month": "month", "mo": "month", "day": "day", "hour": "hour", "hr": "hour", "annually": "year",
    "yearly": "year", "monthly": "month", "hourly": "hour", "daily": "day", "a.": "year",
}  # fmt: skip
_PER_BEHIND: Final = later(
    r"(?:人民币)?\s?(?:\([^()]{0,12}\))?\s?(?:起|以上|左右)?\s?(?:"
    r"(?:/|每)\s?(?:人|名|位)?\s?(?:/|·|每|\.)?\s?(?P<zh>年|月|日|天|小时)|"
    r"(?:gross |net |before tax |after tax |pre-tax )?(?:/|per |a |an |each |"
    r"p\.)\s?(?P<en>year|yr|annum|month|mo|day|hour|hr|a\.)(?![a-z])|"
    r"(?P<ly>annually|yearly|monthly|hourly|daily))"
)
_PER_AHEAD: Final = later(
    r"(?P<zh>每年|年薪|按年|每月|月薪|按月|每日|日薪|每小时|时薪|每个月)|"
    r"\b(?P<ly>annual|yearly|monthly|daily|hourly)\b|(?P<base>\b(?:per|a|each) (?:year|month)\b)"
)
_AHEAD: Final = {"annual": "year", "yearly": "year", "monthly": "month", "daily": "day", "hourly": "hour"}


def role_of(page: Page, start: int, end: int, floor: int, last: str) -> str:
    """The role of the amount at that span; `floor` is where the amount before it ended and `last` its role.

    The noun that follows decides, then the nearest naming word before it in the clause, then in the sentence.
    """
    behind = _JOINED.split(page.after(end, 44), maxsplit=1)[0]
    if _PROGRAMME_OF.match(behind):
        return "budget"
    role = _nearest(_SPECIFIC_WORD, behind, from_left=True, within=14) if _adjoins(behind) else None
    ahead = _unmeasured(_ahead(page, start, floor))
    role = role or _nearest(_SPECIFIC_WORD, ahead, from_left=False, within=60)
    if role == "budget" and _adjoins(behind) and _PAYER.search(ahead):  # the treasury pays a person here
        role = _nearest(_GENERIC_WORD, behind, from_left=True, within=6) or role
    if role == "budget" and _PAYER.search(ahead):
        role = _nearest(_GENERIC_WORD, ahead, from_left=False, within=2) or role
    if role is None and _WHEREOF.search(page.before(start, 24, SENTENCE)) and last == "budget":
        role = "budget"
    if role is None:
        role = _nearest(_GENERIC_WORD, ahead, from_left=False, within=60)
    if role is None and _adjoins(behind):
        role = _nearest(_GENERIC_WORD, behind, from_left=True, within=14)
    if role is None and floor and (_continues(page, floor, start) or _repeats(page, floor, start, end)):
        return last
    if role is None and not ahead.strip() and page.plain[max(0, start - 2) : start].strip().endswith((",", "、")):
        return _settled(page, start, end, None)
    if role is None:
        role = _from_sentence(page, start, end, floor)
    if role == "reward" and _AGENTS.search(page.before(start, 60, SENTENCE)):
        return "referral-reward"
    return _settled(page, start, end, role)


def per_of(page: Page, start: int, end: int, role: str) -> str | None:
    """The span of time an amount is paid for, or None."""
    found = _PER_BEHIND.match(page.plain, end, end + 40)
    if found is not None:
        return _PER[found["zh"] or found["en"] or found["ly"]]
    words = list(_PER_AHEAD.finditer(page.before(start, 32)))
    if not words or role == "other":
        return None
    ahead = words[-1]
    word = ahead["zh"] or ahead["ly"] or ahead["base"]
    if ahead["ly"]:
        return _AHEAD[word]
    return next((unit for key, unit in _PER.items() if key in word and key != "时"), None)


def _continues(page: Page, floor: int, start: int) -> bool:
    """Whether only a comma, a bracket or a bound stands between the amount before and this one."""
    between = page.plain[floor:start]
    return (
        len(between) <= 18
        and SENTENCE.search(between) is None
        and "," not in between.strip(" (,") + ""
        and (_SPECIFIC_WORD.search(between) is None)
    )


def _repeats(page: Page, floor: int, start: int, end: int) -> bool:
    """企业博士每人补贴50万元；事业单位博士每人30万元: a row of the same sort, each row for another group."""
    between = page.plain[floor:start]
    if len(between) > 48 or "\n" in between or "。" in between:
        return False
    if _ALSO_EACH.search(between.strip()) or _COMPARED.search(between):
        return True
    return all(_PER_BEHIND.match(page.plain, place, place + 40) for place in (floor, end))


def _unmeasured(window: str) -> str:
    """The window without the pay that a subsidy is measured by."""
    return _MEASURE.sub(lambda found: "_" * len(found[0]), window)


def _adjoins(behind: str) -> bool:
    """Whether what follows can belong to the amount: not a comma, a bracket or the next amount."""
    return bool(behind) and not behind[0].isdigit()


def _ahead(page: Page, start: int, floor: int) -> str:
    """The clause before the amount, not beyond the amount before; a bracket looks out at its own clause."""
    at = start
    opened = _BRACKET.search(page.plain[max(0, start - 3) : start])
    if opened:
        at = max(0, start - 3) + opened.start()
    clause = page.before(at, 60)
    return clause if at - len(clause) >= floor else page.plain[floor:at]


def _nearest(words: re.Pattern[str], window: str, *, from_left: bool, within: int) -> str | None:
    role = None
    for found in words.finditer(window):
        if from_left:
            return (found.lastgroup or "").replace("_", "-") if found.start() <= within else None
        if len(window) - found.end() <= within:
            role = (found.lastgroup or "").replace("_", "-")
    return role


def _from_sentence(page: Page, start: int, end: int, floor: int) -> str | None:
    """What the rest of the sentence says, when the clause says nothing."""
    sentence = page.before(start, 160, SENTENCE)
    sentence = _unmeasured(sentence if start - len(sentence) >= floor else page.plain[floor:start])
    role = _nearest(_SPECIFIC_WORD, sentence, from_left=False, within=90)
    role = role or _nearest(_GENERIC_WORD, sentence, from_left=False, within=160)
    if role is None and _SPENDS.search(sentence) and _PROGRAMME.search(page.after(end, 60, SENTENCE) + sentence):
        return "budget"
    if (
        role is None
        and "grant" in sentence + page.after(end, 12)
        and _OFFERS.search(page.plain, max(0, start - 200), end + 60)
    ):
        return "reward"
    if role is None and "offer" in sentence and _MOVE.search(page.after(end, 120, SENTENCE)):
        return "signing-bonus"
    return role


def _settled(page: Page, start: int, end: int, role: str | None) -> str:
    """Sums over many people are budgets, not rewards; pay for a span of time in a job ad is salary."""
    if role in (None, "reward") and _TOTAL.search(page.before(start, 24)):
        individual = _INDIVIDUAL.search(page.before(start, 40) + page.after(end, 12))
        if not individual and (role or _FUND.search(page.plain, max(0, start - 300), end + 60)):
            return "budget"
    if role is None and _PER_BEHIND.match(page.plain, end, end + 40):
        return "salary" if _JOB.search(page.plain, max(0, start - 300), end + 120) else "other"
    if role == "reward" and (_PER_BEHIND.match(page.plain, end, end + 40) or _MONTHLY.search(page.before(start, 16))):
        return "salary" if per_of(page, start, end, role) in ("month", "day", "hour") else role
    if role == "startup-funding" and _LED.search(page.before(start, 60, SENTENCE)):
        return "other"  # what a person once held is no offer
    return role or "other"
