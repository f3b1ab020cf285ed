"""money: which amounts stand in the text, in which currency, and between which bounds?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice
from typing import Final

from ..later import later
from .numerals import ARABIC, HAN, number, scale
from .page import MOST, SENTENCE, Near, Page
from .roles import per_of, role_of

_JOINS: Final = frozenset({"、", "/", "和", "或", "及", "or", "and", ", and", ", or"})
_TEX: Final = later(r"[\d .]{0,12}\s?(?:\\|[{}^_])")  # $ 5 8 . 6 \\% is a formula, no dollar
_LOST_DASH: Final = later(r"(?:人民币)?之间")  # 300500万元之间: two ends whose dash was lost
LARGEST: Final = Decimal(10) ** 15  # ten times the world's yearly product; more is no amount but noise

_BEFORE: Final = {
    "us$": "USD", "hk$": "HKD", "nt$": "TWD", "s$": "SGD", "sg$": "SGD", "a$": "AUD", "au$": "AUD", "c$": "CAD",
    "ca$": "CAD", "nz$": "NZD", "$": "USD", "usd": "USD", "hkd": "HKD", "twd": "TWD", "ntd": "TWD", "sgd": "SGD",
    "aud": "AUD", "cad": "CAD", "eur": "EUR", "gbp": "GBP", "jpy": "JPY", "krw": "KRW", "chf": "CHF", "sek": "SEK",
    "inr": "INR", "rmb": "CNY", "cny": "CNY", "rmb¥": "CNY", "¥": "CNY", "人民币": "CNY", "美元": "USD", "港币": "HKD",
    "€": "EUR", "£": "GBP", "₩": "KRW", "₹": "INR", "美金": "USD", "cn¥": "CNY", "jp¥": "JPY",
    "新台币": "TWD", "台币": "TWD", "港元": "HKD", "韩元": "KRW", "日元": "JPY", "欧元": "EUR", "英镑": "GBP", "新币": "SGD",
    "澳元": "AUD", "加元": "CAD",
}  # fmt: skip
_BEHIND: Final = {
    "元人民币": "CNY", "人民币": "CNY", "元": "CNY", "圆": "CNY", "块钱": "CNY", "块": "CNY", "美元": "USD",
    "美金": "USD", "欧元": "EUR", "英镑": "GBP", "日元": "JPY", "日圆": "JPY", "港元": "HKD", "港币": "HKD",
    "港纸": "HKD", "新台币": "TWD", "台币": "TWD", "台湾元": "TWD", "韩元": "KRW", "韩圆": "KRW", "韩币": "KRW",
    "新加坡元": "SGD", "新元": "SGD", "新币": "SGD", "澳元": "AUD", "澳币": "AUD", "加元": "CAD", "加币": "CAD",
    "瑞士法郎": "CHF", "卢布": "RUB", "卢比": "INR", "瑞典克朗": "SEK",
    "chinese yuan": "CNY", "yuan renminbi": "CNY", "yuan": "CNY", "renminbi": "CNY", "rmb": "CNY", "cny": "CNY",
    "u.s. dollars": "USD", "us dollars": "USD", "us-dollars": "USD", "hong kong dollars": "HKD",
    "singapore dollars": "SGD", "australian dollars": "AUD", "canadian dollars": "CAD", "taiwan dollars": "TWD",
    "dollars": "USD", "dollar": "USD", "usd": "USD", "hkd": "HKD", "euros": "EUR", "euro": "EUR", "eur": "EUR",
    "pounds sterling": "GBP", "pounds": "GBP", "gbp": "GBP", "japanese yen": "JPY", "yen": "JPY", "jpy": "JPY",
    "korean won": "KRW", "won": "KRW", "krw": "KRW", "swiss francs": "CHF", "francs": "CHF", "chf": "CHF",
    "rupees": "INR", "roubles": "RUB", "rubles": "RUB", "sgd": "SGD", "aud": "AUD", "cad": "CAD", "€": "EUR",
    "£": "GBP", "twd": "TWD", "swedish kronor": "SEK",
}  # fmt: skip


def _any(words: dict[str, str]) -> str:
    """An alternation, longest first; Latin words end at a word's end."""
    ordered = sorted(words, key=len, reverse=True)
    return "|".join(
        re.escape(word) + (r"(?![a-z])" if word[-1].isascii() and word[-1].isalpha() else "") for word in ordered
    )


_WORD: Final = (
    r"(?:half a|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|"
    r"sixty|seventy|eighty|ninety)(?=[ -](?:hundred|thousand|million|billion)\b)"
)
_VALUE: Final = rf"(?:(?<![\d.,]){ARABIC}(?![\d]|[.,]\d)|{HAN}|(?<![a-z]){_WORD})"
_UNIT: Final = (
    r"(?:[十百千佰仟]?[万亿]{1,2}|[百千]|[ -]?(?:hundred thousand|thousand|million|billion|trillion)(?![a-z])|"
    r" ?(?:k|mn|mln|mio|m|bn|b)(?![a-z0-9]))"
)
_HEAD: Final = rf"(?:(?<![a-z])(?P<{{0}}>{_any(_BEFORE)})[ :]?)?"
_TAIL: Final = rf"(?:[ -]?(?P<{{0}}>{_any(_BEHIND)})(?<!元(?=[素宵旦首件朝老勋化])))?"
_MORE: Final = r"(?P<{0}>[余多几])?"
_AMOUNT: Final = later(
    _HEAD.format("head")
    + rf"(?P<n1>{_VALUE}){_MORE.format('m1')}(?P<u1>{_UNIT})?{_MORE.format('m3')}"
    + _TAIL.format("tail1")
    + r"(?:(?P<sep> ?[-~至到] ?|-{2}| to | and |或者?)"
    + _HEAD.format("head2")
    + rf"(?P<n2>{_VALUE}){_MORE.format('m2')}(?P<u2>{_UNIT})?{_MORE.format('m4')}"
    + _TAIL.format("tail2")
    + r")?"
)
_NUM: Final = "0-9〇零一二三四五六七八九十百千两壹贰叁肆伍陆柒捌玖拾佰仟廿卅"
_AMOUNT_NEAR: Final = Near(
    _AMOUNT,
    later(
        rf"[{_NUM}](?:(?<=[¥$€£₩₹币元金镑a-z].)|(?<=[¥$€£₩₹币元金镑a-z][ :].)|"
        rf"[余多几]?[ -]?[万亿元圆块美欧英日港新台韩澳加瑞卢人€£a-z])|"
        r"hundred|thousand|million|billion|trillion"
    ),
    40,
    52,
)

_VAGUE: Final = later(r"[数几]$|若干$|several $|tens of $|hundreds of $|dozens of $")
_UPPER: Final = later(
    r"(?:最[高多大]|至多|上限|封顶)[^。；;，,、\d]{0,10}$|(?:不超过?|不高于|不多于|"
    r"(?<!不)少于|(?<!不)(?<!不得)低于|不足|不到|控制在|不得超过)为?[^\w]{0,2}$"
    r"|(?:up to|as much as|as high as|max(?:imum|\.)?(?: of)?|(?:no|not) more than|not (?:to )?exceed(?:ing)?|at most|"
    r"(?<!n)under|(?<!no )(?<!not )(?:less|fewer|lower) than|below|capped at|within|"
    r"limited to|ceiling of)(?: about| around| a total of)?\W{0,3}$"
)
_LOWER: Final = later(
    r"(?:不低于|不少于|至少|最低|最少|起薪|超过?|超出|逾|高于|大于|突破|多于|达到?以上|起步)[^\w]{0,2}$"
    r"|(?:at least|(?:no|not) (?:less|lower|fewer) than|over|more than|above|minimum(?: of)?|min\.?|"
    r"exceed(?:s|ed|ing)?|upwards? of|starting (?:at|from)|(?:starts?|started|begins?|began) (?:at|from)|"
    r"(?<!up )(?<!down )(?<!rising )(?<!rose )(?<!fell )from|in excess of|north of)\W{0,3}$"
)
_NOT_LOWER: Final = later(r"(?:不|未|没有?|无)(?:得|能|可)?(?:超过?|突破|多于|高于|大于)[^\w]{0,2}$")
_UPPER_BEHIND: Final = later(
    r"(?:人民币)?\s?(?:/人)?\s?(?:\([^()]{0,8}\))?(?:以内|以下|之内|封顶|为限|为上限|or less|or below|max\b)"
)
_LOWER_BEHIND: Final = later(
    r"(?:人民币)?\s?(?:/[年月人])?\s?(?:\([^()]{0,8}\))?(?:以上|之上|起(?!草|重|始|源|诉|到)|"
    r"余(?!额)|多(?!种|项|个|样)|\+|or (?:more|above|higher)|and (?:above|up|more))"
)
_GOODS: Final = later(
    r"\s?[人名位次份台辆平吨家户亩件条篇只册场个项株头斤公米里里分种股字册座套支公顷步级粉票点用户千粒盒年月日岁天小时]"
)
_MONEY_WORD: Final = later(
    r"薪|奖|补|资助|经费|资金|费|工资|待遇|津贴|预算|融资|投资|收入|元|安家|支持|配套|投入|拨|贷|成本|价|报酬|总包|"
    r"package|salary|bonus|pay|yuan|funding|给予?|红包|豪掷|说好的|到账|分[二三四五六七八九十\d]年|营收|净利|亏|募|估值"
)
_COUNT: Final = later(r"(?:人口|用户|粉丝|阅读|面积|销量|产量|人数|总数|观众|下载|播放|读者|游客|户|共|近|约|超)$")
_LAST_SUM: Final = later(r"万[，,]")
_COMPARISON: Final = later(r"\b(?:up|down|rising|rose|fell|falling|compared|against|more|less)[a-z ]{0,12} $")
_CURRENCY: Final = later(rf"{_any(_BEFORE)}|{_any(_BEHIND)}")
_PAY_WORD: Final = later(r"薪|工资|salary|pay\b|待遇|招聘|诚聘|五险|月|经验")


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount as it stands: its span, its bounds in whole units and its ISO 4217 currency."""

    start: int
    end: int
    low: Decimal | None
    high: Decimal | None
    currency: str
    monthly: bool = False  # 8k-15k in a job ad: the currency and the month go without saying


def money(page: Page) -> list[dict[str, object]]:
    """Every amount of money in the text as a fact; vague words and absurd sizes are none."""
    found: list[dict[str, object]] = []
    last: Amount | None = None
    role = "other"
    for spoken in islice(amounts(page), MOST):
        amount = _in_currency_of(last, spoken)
        conversion = last is not None and _converts(page, last, amount)
        role = role if conversion else role_of(page, amount.start, amount.end, last.end if last else 0, role)
        if not (conversion and found):
            per = "month" if amount.monthly else per_of(page, amount.start, amount.end, role)
        if amount.monthly and role == "other":
            role = "salary"
        found.append(
            page.fact(
                "money",
                amount.start,
                amount.end,
                low=_plain(amount.low),
                high=_plain(amount.high),
                currency=amount.currency,
                role=role,
                per=per,
            )
        )
        last = amount
    return _listed(page, found)


def _in_currency_of(last: Amount | None, amount: Amount) -> Amount:
    """新台幣 is said once, and the 元 that follow go on meaning it."""
    carried = last is not None and last.currency == "TWD" and amount.currency == "CNY"
    return replace(amount, currency="TWD") if carried else amount


def _listed(page: Page, found: list[dict[str, object]]) -> list[dict[str, object]]:
    """60万元、80万元、100万元安家费: what the last of a list is for, the others are too."""
    for earlier, behind in zip(reversed(found[:-1]), reversed(found[1:]), strict=True):
        between = page.plain[_at(earlier["end"]) : _at(behind["start"])].strip()
        if earlier["role"] == "other" and between in _JOINS:
            earlier["role"], earlier["per"] = behind["role"], earlier["per"] or behind["per"]
    return found


def _at(value: object) -> int:
    return value if isinstance(value, int) else 0


def amounts(page: Page) -> Iterator[Amount]:
    """The amounts of a page in their order, with their bounds."""
    for found in _AMOUNT_NEAR.finditer(page.plain):
        amount = _read(page, found)
        if amount is not None:
            yield amount


def _read(page: Page, found: re.Match[str]) -> Amount | None:
    """One match as an amount, or None when it is no money, vague, absurd, or half a word."""
    currency = _currency(found)
    monthly = False
    if currency is None:
        currency, monthly = _unspoken(page, found)
        if currency is None:
            return None
    if found["n2"] is None and _LOST_DASH.match(page.plain, found.end()):
        return None
    if found["head"] == "$" and _TEX.match(page.plain, found.end()):
        return None
    if _VAGUE.search(page.plain[max(0, found.start() - 12) : found.start()]) or _bare(found):
        return None
    first = _value(found["n1"], found["u1"])
    second = _value(found["n2"], found["u2"]) if found["n2"] else None
    if first is None or (found["n2"] and second is None):
        return None
    return _bounded(page, found, first, second, currency, monthly)


def _currency(found: re.Match[str]) -> str | None:
    head = found["head"] or found["head2"]
    for group in ("tail2", "tail1"):
        if found[group] and not (head and found[group] in ("元", "圆")):  # 新台币120万元 is no yuan
            return _BEHIND[found[group]]
    return _BEFORE[head] if head else None


def _bare(found: re.Match[str]) -> bool:
    """百万元 and 千万元 without a digit are vague, 一元 in 一元复始 is no amount."""
    first = found["n1"]
    if first[0].isdigit() and first[0].isascii():
        return False
    if first[0] in "百千佰仟" and not found["n2"]:
        return True
    return len(first) == 1 and not found["u1"] and not found["head"]


def _value(digits: str, unit: str | None) -> Decimal | None:
    base = Decimal("0.5") if digits == "half a" else Decimal(1) if digits in ("a", "an") else number(digits)
    if base is None or unit is None:
        return base
    word = unit.strip(" -")
    factor = 10**5 if word == "hundred thousand" else scale(word)
    return None if factor is None else base * factor


def _bounded(
    page: Page, found: re.Match[str], first: Decimal, second: Decimal | None, currency: str, monthly: bool
) -> Amount | None:
    start, end = found.start(), found.end()
    if second is None:
        low, high = _bounds(page, start, end, first, bool(found["m1"] or found["m3"]))
    else:
        unit = found["u2"]
        carried = _value(found["n1"], unit) if unit and not found["u1"] and not found["tail1"] else None
        low, high = first, second
        if carried is not None and first < _base(found["n2"]):
            low = carried
        if low > high:
            return None
        if found["sep"].strip() in ("and", "或", "或者"):
            return None if not _between(page, start) else _sized(start, end, low, high, currency, monthly)
    return _sized(start, end, low, high, currency, monthly)


def _base(digits: str) -> Decimal:
    return _value(digits, None) or Decimal(0)


def _between(page: Page, start: int) -> bool:
    return page.plain[max(0, start - 12) : start].rstrip(" \"'").endswith(("between", "介于", "介乎"))


def _sized(
    start: int, end: int, low: Decimal | None, high: Decimal | None, currency: str, monthly: bool
) -> Amount | None:
    if max(low or 0, high or 0) > LARGEST:
        return None
    return Amount(start, end, low, high, currency, monthly)


def _bounds(page: Page, start: int, end: int, value: Decimal, more: bool) -> tuple[Decimal | None, Decimal | None]:
    """Rule 2: up to leaves the low end open, from and over the high one, about and bare numbers neither."""
    ahead = page.plain[max(0, start - 24) : start]
    behind = page.plain[end : end + 14]
    if more or _LOWER_BEHIND.match(behind):
        return value, None
    if _UPPER_BEHIND.match(behind) or _UPPER.search(ahead) or _NOT_LOWER.search(ahead):
        return None, value
    if _LOWER.search(ahead):
        return value, None
    return value, value


def _unspoken(page: Page, found: re.Match[str]) -> tuple[str | None, bool]:
    """万 without a word is yuan where money is spoken of; 8k-15k is a month's pay in a job ad."""
    unit = (found["u2"] or found["u1"] or "").strip()
    start, end = found.start(), found.end()
    if unit == "k" and found["n2"] and _PAY_WORD.search(page.plain[max(0, start - 60) : end + 20]):
        return "CNY", True
    if unit in ("million", "billion"):
        return _compared(page, start), False  # 48 million yuan, up from 31 million
    if not unit or unit[-1] not in "万亿" or _GOODS.match(page.plain, end):
        return None, False
    near = page.before(start, 24) + page.after(end, 10)
    if unit == "万" and not _COUNT.search(page.plain[max(0, start - 6) : start]):
        near += _LAST_SUM.sub("元", page.before(start, 40, SENTENCE))
    return ("CNY", False) if _MONEY_WORD.search(near) else (None, False)


def _compared(page: Page, start: int) -> str | None:
    """48 million yuan, up from 31 million: the currency of the amount that it is compared with."""
    sentence = page.before(start, 80, SENTENCE)
    if not _COMPARISON.search(sentence):
        return None
    told = list(_CURRENCY.finditer(sentence))
    return (_BEFORE.get(told[-1][0]) or _BEHIND.get(told[-1][0])) if told else None


def _converts(page: Page, last: Amount, amount: Amount) -> bool:
    """Whether the amount is the last one again in another currency, in brackets behind it."""
    between = page.plain[last.end : amount.start]
    return amount.currency != last.currency and re.fullmatch(r"\s?(?:人民币)?\s?\(\D{0,24}", between) is not None


def _plain(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
