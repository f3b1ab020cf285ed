"""words: how are facts, kinds and dates said to a person?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from ...domain.rates import Rates
from ..facts.rates import RATES, in_dollars
from .safe import cut, head, one_line

Fact: TypeAlias = Mapping[str, object]
RATES_ROW = "US dollars"  # the label of the row that says of which day the rates are

KINDS = {
    "recruitment-ad": "recruitment ad",
    "policy-document": "policy document",
    "news": "news",
    "profile": "profile",
    "technical": "technical text",
    "other": "other text",
}
PARTS = {
    "call": "call",
    "measure": "measure",
    "award-list": "award list",
    "rule": "rule",
    "ad": "recruitment ad",
}
FORMS = {
    "exact": "as the watchlist writes it",
    "traditional": "in Traditional script",
    "width": "in full-width characters",
    "spaced": "with spaces inside",
    "gap": "with other characters inside",
    "plural": "in another grammatical form",
    "look-alike": "in look-alike characters",
    "homophone": "written with characters that sound the same",
    "typo": "with a slip of the pen",
    "pattern": "described without its name",
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SIGNS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "JP¥", "HKD": "HK$", "SGD": "S$", "TWD": "NT$"}
_ROLES = {
    "signing-bonus": "Signing bonus",
    "reward": "Reward",
    "housing": "Housing",
    "startup-funding": "Start-up money",
    "referral-reward": "Referral reward",
    "salary": "Pay",
    "budget": "Budget",
}
OTHER_MONEY, MOST_OTHERS = "Amount", 2  # money whose purpose the text does not tell; a report is full of it
_TERMS = ("reward", "signing-bonus", "startup-funding", "housing", "salary", "referral-reward")
_LEVELS = {"doctorate": "doctorate", "master": "master's degree", "bachelor": "bachelor's degree"}
_WHERE = {
    "abroad": "abroad",
    "top-university": "at a well-known university",
    "top-company": "at a large company",
    "other": "of work",
}
_PEOPLE = {"sought": "Sought", "recruited": "Selected", "applied": "Applied"}
_PROVINCES = {
    "BJ": "Beijing",
    "TJ": "Tianjin",
    "HE": "Hebei",
    "SX": "Shanxi",
    "NM": "Inner Mongolia",
    "LN": "Liaoning",
    "JL": "Jilin",
    "HL": "Heilongjiang",
    "SH": "Shanghai",
    "JS": "Jiangsu",
    "ZJ": "Zhejiang",
    "AH": "Anhui",
    "FJ": "Fujian",
    "JX": "Jiangxi",
    "SD": "Shandong",
    "HA": "Henan",
    "HB": "Hubei",
    "HN": "Hunan",
    "GD": "Guangdong",
    "GX": "Guangxi",
    "HI": "Hainan",
    "CQ": "Chongqing",
    "SC": "Sichuan",
    "GZ": "Guizhou",
    "YN": "Yunnan",
    "XZ": "Tibet",
    "SN": "Shaanxi",
    "GS": "Gansu",
    "QH": "Qinghai",
    "NX": "Ningxia",
    "XJ": "Xinjiang",
    "TW": "Taiwan",
    "HK": "Hong Kong",
    "MO": "Macao",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table of facts: our words, the source's words beside them, `due` for a deadline."""

    label: str
    value: str
    quoted: str = ""
    due: bool = False


def kind(name: str, part: str | None) -> str:
    """The sort of text in words, with what it does where that is known: "policy document, call"."""
    sort = KINDS.get(name, one_line(name)) or "text"
    does = PARTS.get(part or "", "")
    return f"{sort}, {does}" if does and does != sort else sort


def day(written: str) -> str:
    """`2027-01-20` as "20 Jan 2027", `2025-03` as "Mar 2025", `--03-31` as "31 Mar"."""
    try:
        if written.startswith("--"):
            month, number = written[2:].split("-")
            return f"{int(number)} {_MONTHS[int(month) - 1]}"
        pieces = [int(piece) for piece in written.split("-")]
        year, month_number = pieces[0], _MONTHS[pieces[1] - 1]
        return f"{pieces[2]} {month_number} {year}" if len(pieces) > 2 else f"{month_number} {year}"
    except (ValueError, IndexError):
        return one_line(written)


def moment(at: datetime) -> str:
    """A time with its zone: "24 Nov 2026, 08:31 UTC"."""
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}, {at:%H:%M} {at.tzname() or ''}".rstrip()


def distance(written: str, today: date) -> str:
    """How far a day is: "in 57 days", "today", "passed"; nothing where the day is not known."""
    try:
        days = (date.fromisoformat(written) - today).days
    except ValueError:
        return ""
    if days < 0:
        return "passed"
    return {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")


def money(fact: Fact) -> str:
    """The whole amount: "¥3,000,000–5,000,000", "up to ¥8,000,000 a year"."""
    return _amount(fact, 1.0, "")


def money_short(fact: Fact) -> str:
    """The amount for a line: "¥3–5 m", "up to ¥800 k"."""
    top = max(_number(fact.get("low")) or 0.0, _number(fact.get("high")) or 0.0)
    for floor, size, unit in ((1e9, 1e9, " bn"), (1e6, 1e6, " m"), (1e4, 1e3, " k")):
        if top >= floor:
            return _amount(fact, size, unit)
    return _amount(fact, 1.0, "")


def _amount(fact: Fact, size: float, unit: str) -> str:
    low, high = _number(fact.get("low")), _number(fact.get("high"))
    code = one_line(str(fact.get("currency") or ""))
    sign = _SIGNS.get(code, f"{code} " if code else "")
    per = f" a {one_line(str(fact['per']))}" if fact.get("per") else ""
    if low is not None and high is not None:
        digits = _digits(low / size) if low == high else f"{_digits(low / size)}–{_digits(high / size)}"
        return f"{sign}{digits}{unit}{per}"
    if high is not None:
        return f"up to {sign}{_digits(high / size)}{unit}{per}"
    return f"from {sign}{_digits(low / size)}{unit}{per}" if low is not None else ""


def _digits(amount: float) -> str:
    return f"{amount:,.0f}" if amount == int(amount) else f"{amount:,.2f}".rstrip("0")


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and abs(value) < 1e15 else None


def _of(facts: Sequence[Fact], name: str) -> list[Fact]:
    return [fact for fact in facts if fact.get("fact") == name]


def _text(fact: Fact, field: str) -> str:
    value = fact.get(field)
    return cut(one_line(head(str(value), 200)), 200) if value not in (None, "") else ""


def deadline(facts: Sequence[Fact]) -> str:
    """The last day as the text has it ("2027-01-20"), the first of several; empty if none is told."""
    return min((_text(fact, "date") for fact in _of(facts, "deadline")), default="")


def place(facts: Sequence[Fact]) -> str:
    """The first place: "Linlan, Zhejiang"."""
    return next((_place(fact) for fact in _of(facts, "place")), "")


def _place(fact: Fact) -> str:
    province = _text(fact, "province").removeprefix("CN-")
    province = _PROVINCES.get(province, province)
    return ", ".join(dict.fromkeys(word for word in (_text(fact, "city"), province) if word))


def reward(facts: Sequence[Fact]) -> Fact | None:
    """The money that a reader wants first: what a person gets, before what a project or budget gets."""
    offers = _of(facts, "money")
    return next((fact for role in _TERMS for fact in offers if fact.get("role") == role), None)


def rows(facts: Sequence[Fact], today: date, rates: Rates = RATES) -> tuple[Row, ...]:
    """The table of facts, the deadline first; the same words are told once."""
    found = [
        *_deadlines(facts, today),
        *_money(facts, rates),
        *_applicants(facts),
        *_people(facts),
        *_origins(facts),
        *_span_and_contact(facts),
    ]
    return tuple(dict.fromkeys(found))


def _deadlines(facts: Sequence[Fact], today: date) -> Iterable[Row]:
    for fact in _of(facts, "deadline"):
        written = _text(fact, "date")
        away = distance(written, today)
        yield Row("Last day", f"{day(written)}, {away}" if away else day(written), due=True)


def _money(facts: Sequence[Fact], rates: Rates) -> Iterable[Row]:
    """Each offer as it stands, and for a currency with a rate what it is in US dollars; the rates' date once."""
    dated, others = False, 0
    for fact in _of(facts, "money"):
        label, amount = _ROLES.get(str(fact.get("role")), OTHER_MONEY), money(fact)
        others += label == OTHER_MONEY
        if not amount or (label == OTHER_MONEY and others > MOST_OTHERS):
            continue
        about = _dollars(fact, rates)
        yield Row(label, f"{amount}, about {about}" if about else amount, _text(fact, "text"))
        dated = dated or bool(about)
    if dated:
        yield Row(RATES_ROW, rates.note)


def _dollars(fact: Fact, rates: Rates) -> str:
    """The amount in US dollars to three figures, empty for dollars and for currencies without a rate."""
    if str(fact.get("currency")) == "USD":
        return ""
    told = {}
    for end in ("low", "high"):
        amount = _number(fact.get(end))
        if amount is not None:
            found = in_dollars(amount, str(fact.get("currency")), rates)
            if found is None:
                return ""
            told[end] = _rounded(found[0])
    short = money_short({"low": None, "high": None, **told, "currency": "USD"}) if told else ""
    return short.removeprefix("up to ").removeprefix("from ")  # the bound stands before the amount already


def _rounded(amount: float) -> float:
    """Three figures: a rate of another day gives no more."""
    return float(f"{amount:.3g}")


def _applicants(facts: Sequence[Fact]) -> Iterable[Row]:
    asked: list[str] = []
    for fact in _of(facts, "age"):
        least, most = _number(fact.get("min")), _number(fact.get("max"))
        asked += [f"age from {least:.0f}"] if least is not None else []
        asked += [f"age up to {most:.0f}"] if most is not None else []
        asked += [f"born after {day(_text(fact, 'born_after'))}"] if fact.get("born_after") else []
    asked += [_LEVELS.get(str(fact.get("level")), _text(fact, "level")) for fact in _of(facts, "degree")]
    for fact in _of(facts, "experience"):
        where, months = _WHERE.get(str(fact.get("where")), "of work"), _number(fact.get("months"))
        asked.append(f"{months:.0f} months {where}" if months is not None else f"experience {where}")
    if asked:
        yield Row("Who may apply", ", ".join(dict.fromkeys(asked)))


def _people(facts: Sequence[Fact]) -> Iterable[Row]:
    for fact in _of(facts, "headcount"):
        low, high = _number(fact.get("low")), _number(fact.get("high"))
        if low is None and high is None:
            continue
        count = f"up to {high:,.0f}" if low is None else f"{low:,.0f}" if low == high else f"{low:,.0f} or more"
        if low is not None and high is not None and low != high:
            count = f"{low:,.0f}–{high:,.0f}"
        yield Row(_PEOPLE.get(str(fact.get("role")), "People"), f"{count} persons")


def _origins(facts: Sequence[Fact]) -> Iterable[Row]:
    for role, label in (("issues", "Issued by"), ("runs", "Run by")):
        names = [_text(fact, "name") for fact in _of(facts, "issuer") if fact.get("role") == role]
        if names:
            yield Row(label, "; ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else ""))
    numbers = [_text(fact, "value") for fact in _of(facts, "document-number") if fact.get("role") == "own"]
    dates = [day(_text(fact, "date")) for fact in _of(facts, "document-date")]
    if numbers or dates:
        yield Row("Document", ", ".join([*numbers[:2], *dates[:1]]))
    places = list(dict.fromkeys(_place(fact) for fact in _of(facts, "place")))
    if len(places) > 1:
        yield Row("Places", "; ".join(places[:6]) + (f" and {len(places) - 6} more" if len(places) > 6 else ""))


def _span_and_contact(facts: Sequence[Fact]) -> Iterable[Row]:
    for fact in _of(facts, "period"):
        yield Row("Period", f"{_text(fact, 'from') or '…'}–{_text(fact, 'to') or '…'}")
    for fact in _of(facts, "contact"):
        ways = [way for way in ("mail", "phone", "wechat") if fact.get(way) is True]
        if ways:
            yield Row("Contact", f"the text names {', '.join(ways)}; see the page")
