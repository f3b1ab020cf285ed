"""story: do two texts tell one event in other words?

What tellings share are rare facts: figures, names, quoted terms, watched topics. What a shared fact is worth is how
surprising it would be in an unrelated text with as many facts: two long texts share small figures by chance.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from math import log

from .listed import listed
from .normalise import CJK
from .numerals import value
from .sentences import Parsed
from .words import FUNCTION_EN, MONTHS, WEEKDAYS

QUOTED = re.compile(r"\"([^\"\n]{2,24})\"|《([^》\n]{2,40})》")
SCALE = {
    "万": 10_000,
    "亿": 100_000_000,
    "million": 10**6,
    "billion": 10**9,
    "thousand": 10**3,
    "m": 10**6,
    "bn": 10**9,
    "mn": 10**6,
}
COMMON_NAMES = frozenset(
    listed(
        """
    i us uk eu un bbc mr mrs ms dr sir lord lady st new north south east west the a an january february march
    april may june july august september october november december government minister prime president council
    university city state first last next this that but and in on at if it he she we they there when while after
    before world national international house party
    """
    )
)
GRAM = 4
NO_NAMES = COMMON_NAMES | FUNCTION_EN | frozenset(MONTHS) | frozenset(WEEKDAYS)
WORD = re.compile(r"[A-Za-z]{2,}")
NAME = re.compile(rf"(?:(?<=\w )|(?<=[,;:] )|(?<=[{CJK}]))([A-Z\u00c0-\u00de][A-Za-z\u00c0-\u024f]+)")
FIGURE = re.compile(r"(\d[\d.,:/]*\d|\d)%?\s?(万|亿|thousand|million|billion|bn|mn|m\b)?")
NUMERAL_ZH = re.compile(
    r"([〇零一二两三四五六七八九十百千]+)(多|余)?([个名人位项家天日月年岁元万亿批次届座小时分点成倍所间栋辆条台])"
)
SPELLED = {
    word: Decimal(read)
    for read, word in enumerate(
        listed(
            """
            two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
            eighteen nineteen twenty
            """
        ),
        start=2,
    )
} | {"dozen": Decimal(12), "thirty": Decimal(30), "forty": Decimal(40), "fifty": Decimal(50)}
WEEKDAY_ZH = re.compile("(?:星期|周)([一二三四五六日])")
WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CJK_RUN = re.compile(f"[{CJK}]{{{GRAM},}}")


@dataclass(frozen=True, slots=True)
class Kinship:
    """What two texts share: the facts, the surprise in it (nats), and its part of all facts of the lighter side."""

    shared: tuple[str, ...]
    surprise: float
    part: float
    grams: float


@lru_cache(maxsize=256)
def facts_of(page: Parsed) -> Mapping[str, float]:
    """The facts of a text, each with the chance that one fact of its kind is just this one."""
    facts: dict[str, float] = {}
    text = "\n".join([page.title.text, *(s.text for s in page.sentences if s.full)])
    words = set(WORD.findall(text))
    _add_figures(text, facts)
    for word in words:
        low = word.lower()
        if low in WEEKDAYS:
            facts[f"d:{WEEKDAYS[low]}"] = 1 / 7
        elif low in SPELLED:
            _add_figure(SPELLED[low], facts)
    for name in set(NAME.findall(text)):
        low = name.lower()
        if len(low) > 1 and low not in words and low not in NO_NAMES:
            facts[f"p:{low}"] = 1 / 400 if len(low) < 4 else 1 / 1500
    for found in QUOTED.finditer(text):
        facts[f"q:{(found[1] or found[2]).casefold().strip()}"] = 1 / 3000
    return facts


def _add_figures(text: str, facts: dict[str, float]) -> None:
    """Figures with what multiplies them, Chinese numerals before a unit, Chinese weekdays."""
    for figure, scale in set(FIGURE.findall(text)):
        read = value(figure)
        if read is not None:
            _add_figure(read * SCALE.get(scale.lower(), 1), facts)
    for numeral, more, unit in set(NUMERAL_ZH.findall(text)):
        read = value(numeral)
        if read is not None and (len(numeral) > 1 or not more):
            _add_figure(read * SCALE.get(unit, 1), facts)
    for day in set(WEEKDAY_ZH.findall(text)):
        facts[f"d:{'一二三四五六日'.index(day)}"] = 1 / 7


def _add_figure(read: Decimal, facts: dict[str, float]) -> None:
    if read <= 1 or read >= 10**15:
        return
    if read != int(read):
        chance = 1 / 600
    elif read <= 10:
        chance = 1 / 12
    elif 1950 <= read <= 2050:
        chance = 1 / 25
    elif read <= 31 or (read <= 100 and read % 10 == 0):
        chance = 1 / 40
    else:
        chance = 1 / 300 if read < 1000 else 1 / 1000
    facts[f"n:{read.normalize():f}"] = chance


@lru_cache(maxsize=512)
def grams_of(page: Parsed) -> frozenset[str]:
    """The CJK 4-grams of a text."""
    found: set[str] = set()
    for sentence in page.sentences:
        if sentence.full:
            for run in CJK_RUN.findall(sentence.norm):
                found.update(run[k : k + GRAM] for k in range(len(run) - GRAM + 1))
    return frozenset(found)


def kinship(a: Parsed, b: Parsed) -> Kinship:
    """What two texts share."""
    one, other = facts_of(a), facts_of(b)
    if a.chinese != b.chinese:  # names do not cross scripts; figures, topics and quoted terms do
        one, other = _without_names(one), _without_names(other)
    shared = one.keys() & other.keys()
    in_one, in_other = Counter(fact[0] for fact in one), Counter(fact[0] for fact in other)
    worth = {fact: _surprise(one[fact], max(in_one[fact[0]], in_other[fact[0]])) for fact in shared}
    surprise = sum(worth.values())
    lighter = min(
        sum(_surprise(chance, in_other[fact[0]]) for fact, chance in one.items()),
        sum(_surprise(chance, in_one[fact[0]]) for fact, chance in other.items()),
    )
    grams_a, grams_b = grams_of(a), grams_of(b)
    fewer = min(len(grams_a), len(grams_b))
    grams = len(grams_a & grams_b) / fewer if fewer >= 40 else 0.0
    told_first = tuple(sorted(shared, key=lambda fact: (-worth[fact], fact)))
    return Kinship(told_first, surprise, surprise / lighter if lighter else 0.0, grams)


def _surprise(chance: float, drawn: int) -> float:
    """How surprising it is to meet a fact of this chance among so many of its kind, in nats."""
    return -log(1 - (1 - chance) ** max(drawn, 1))


def _without_names(facts: Mapping[str, float]) -> dict[str, float]:
    return {fact: chance for fact, chance in facts.items() if not fact.startswith("p:")}


def one_story(kin: Kinship) -> bool:
    """Whether what is shared is too much for chance; measured, see tests/quality/test_dedupe_pairs.py."""
    return (
        (kin.surprise >= 6 and kin.part >= 0.6 and len(kin.shared) >= 3)
        or (kin.surprise >= 9 and kin.part >= 0.42 and len(kin.shared) >= 3)
        or (kin.surprise >= 14 and kin.part >= 0.3)
        or (kin.surprise >= 45 and kin.part >= 0.2)
        or kin.grams >= 0.2
    )


def told(fact: str) -> str:
    """A fact in words for people."""
    return WEEKDAY_NAMES[int(fact[2:])] if fact.startswith("d:") else fact[2:]
