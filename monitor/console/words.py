"""words: how are texts of strangers, times and states put so that people read them right?"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# Letters that only Traditional script has, from the commonest ones: enough to choose glyphs by.
_TRADITIONAL = frozenset(
    "計畫劃關於學國為這個們來時說會對發經產實專業機構與開請應將據證書萬億術師員處縣區長標準條獎勵單點電網進過還後從見問題聯絡資訊"
)
NOVELTY = {"new": "new", "revision": "updated", "story": "told before, in other words", "same": "same text elsewhere"}
RULED = {"right": "right", "wrong": "wrong", "restored": "told everyone", "withdrawn": "taken back"}
OUTCOME = {
    "delivered": "delivered",
    "refused": "refused, it never left us",
    "unknown": "left us, no reply",
    "rejected": "rejected",
    "started": "under way",
}
STATE = {
    "delivered": ("good", "delivered"),
    "owed": ("warn", "waiting"),
    "held": ("off", "held"),
    "sending": ("warn", "sending"),
    "dead": ("bad", "given up"),
}


def visible(text: object) -> str:
    """The text with what would act or hide made readable: U+202E becomes `⟨U+202E⟩`."""
    if (plain := str(text)).isprintable():
        return plain
    return "".join(char if _harmless(char) else f"⟨U+{ord(char):04X}⟩" for char in plain)


def _harmless(char: str) -> bool:
    return char in "\n\t" or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def language(text: str, declared: str | None = None) -> str:
    """The `lang` of a text: zh-Hans, zh-Hant, the declared one, or und."""
    if any("\u4e00" <= char <= "\u9fff" for char in text):
        hant = (declared or "").lower() in {"zh-hant", "zh-tw", "zh-hk"}
        return "zh-Hant" if hant or any(char in _TRADITIONAL for char in text) else "zh-Hans"
    plain = (declared or "").replace("-", "")
    return declared if declared and plain.isascii() and plain.isalnum() and not declared.startswith("zh") else "und"


def plain_kind(kind: str) -> str:
    """`recruitment-ad` as people write it."""
    return kind.replace("-", " ")


def programme(name: str, key: str) -> tuple[str, str]:
    """A topic's name in two parts: `Qiming Program (启明计划)` gives the English and the Chinese one."""
    head, bracket, tail = name.replace("（", "(").replace("）", ")").partition("(")
    return (head.strip() or key, tail.rstrip(") ") if bracket else "")


def number(value: int | None) -> str:
    """A count with thin groups: 48 219."""
    return "–" if value is None else f"{value:,}".replace(",", "\u202f")


def counted(value: int, one: str, many: str = "") -> str:
    """`1 alert`, `2 alerts`, `no alerts`."""
    return f"{number(value) if value else 'no'} {one if value == 1 else many or one + 's'}"


def span(seconds: float) -> str:
    """A length of time in its largest whole unit: 90 → 90 s, 900 → 15 min, 7200 → 2 h."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g} {unit}"
    return f"{seconds:g} s"


class Moments:
    """Times in the zone of the readers."""

    def __init__(self, zone: str, now: datetime) -> None:
        self.zone = zone
        self._zone = ZoneInfo(zone)
        self._now = now.astimezone(self._zone)

    def short(self, at: datetime | None) -> str:
        """Today's times alone, else the day with the time: `08:31`, `23 Nov, 18:40`, `2 Jan 2025`."""
        if at is None:
            return "never"
        local = self._local(at)
        if local.date() == self._now.date():
            return f"{local:%H:%M}"
        if local.date() == self._now.date() - timedelta(days=1):
            return f"yesterday {local:%H:%M}"
        if local.year == self._now.year:
            return f"{local.day} {local:%b, %H:%M}"
        return f"{local.day} {local:%b %Y}"

    def day(self, at: datetime | None) -> str:
        """The day alone: `23 Nov 2026`."""
        return "never" if at is None else f"{self._local(at).day} {self._local(at):%b %Y}"

    def begin(self, day: date | None) -> datetime | None:
        """The instant at which a day begins for the readers."""
        return None if day is None else datetime.combine(day, time.min, self._zone).astimezone(UTC)

    def clock(self, at: datetime) -> str:
        """The time alone: `08:31`."""
        return f"{self._local(at):%H:%M}"

    def machine(self, at: datetime) -> str:
        """The instant for a `datetime` attribute, in UTC."""
        return _aware(at).astimezone(UTC).isoformat(timespec="seconds")

    def _local(self, at: datetime) -> datetime:
        return _aware(at).astimezone(self._zone)


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)


# --- facts ---

_ROLES = {
    "signing-bonus": "signing",
    "reward": "reward",
    "housing": "housing",
    "startup-funding": "start-up",
    "referral-reward": "referral",
    "salary": "pay",
    "budget": "budget",
    "other": "money",
}
_SIGNS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£"}
_ORDER = (
    "deadline",
    "money",
    "age",
    "headcount",
    "experience",
    "degree",
    "place",
    "period",
    "issuer",
    "document-number",
)
Fact = Mapping[str, object]


def fact_in_words(fact: Fact, short: bool = False) -> tuple[str, str]:
    """A fact as label and value; `short` is for lists: ¥3–5 m instead of ¥3,000,000–5,000,000."""
    kind = str(fact.get("fact", ""))
    if kind == "money":
        return _money(fact, short)
    if kind == "deadline":
        return "until", _date(fact.get("date"))
    if kind == "age":
        return "age", _bounds(fact.get("min"), fact.get("max")) or f"born after {fact.get('born_after')}"
    if kind == "headcount":
        return str(fact.get("role") or "persons"), _bounds(fact.get("low"), fact.get("high"))
    if kind == "place":
        return "at", ", ".join(str(part) for part in (fact.get("city"), fact.get("province")) if part)
    if kind == "experience":
        months = f", {fact.get('months')} months" if fact.get("months") else ""
        return "experience", str(fact.get("where", "")).replace("-", " ") + months
    if kind == "contact":
        ways = [way for way in ("mail", "phone", "wechat") if fact.get(way)]
        return "contact", f"{' and '.join(ways)} given" if ways else "given"
    if kind == "period":
        return "period", _bounds(fact.get("from"), fact.get("to"))
    if kind == "document-date":
        return "dated", _date(fact.get("date"))
    value = next((fact[name] for name in ("value", "level", "name") if fact.get(name)), fact.get("text", ""))
    return {"document-number": "document", "issuer": "issued by"}.get(kind, kind), str(value)


def in_order(facts: tuple[Fact, ...]) -> list[Fact]:
    """Facts as people ask for them: the deadline, the money, who may apply, the rest."""
    return sorted(facts, key=lambda fact: _rank(str(fact.get("fact", ""))))


def _rank(kind: str) -> int:
    return _ORDER.index(kind) if kind in _ORDER else len(_ORDER)


def _money(fact: Fact, short: bool) -> tuple[str, str]:
    label = _ROLES.get(str(fact.get("role")), "money")
    currency = str(fact.get("currency") or "")
    sign = _SIGNS.get(currency, currency + " ")
    low, high = _float(fact.get("low")), _float(fact.get("high"))
    unit = 1e6 if short and max(low or 0, high or 0) >= 1e6 else 1
    low_text, high_text = (None if value is None else f"{value / unit:,.10g}" for value in (low, high))
    value = _bounds(low_text, high_text, sign) + (" m" if unit > 1 else "")
    return label, value + (f" a {fact['per']}" if fact.get("per") else "")


def _bounds(low: object, high: object, sign: str = "") -> str:
    if low is None and high is None:
        return ""
    if low is None:
        return f"up to {sign}{high}"
    if high is None:
        return f"from {sign}{low}"
    return f"{sign}{low}" if low == high else f"{sign}{low}–{high}"


def _float(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _date(value: object) -> str:
    try:
        day = datetime.fromisoformat(str(value))
    except ValueError:
        return str(value).removeprefix("--")
    return f"{day.day} {day:%b %Y}"
