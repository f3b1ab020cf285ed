"""story: do two texts tell one event in other words?

What tellings share are rare facts: figures, names, quoted terms, watched topics. A text's facts carry a weight by how
unlikely it is that an unrelated text has them too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from .listed import listed
from .numerals import SIGNS, value
from .sentences import Parsed
from .spans import is_cjk, tokens
from .words import FUNCTION_EN, WEEKDAYS

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


@dataclass(frozen=True, slots=True)
class Kinship:
    """What two texts share: the facts, their weight, and its part of the lighter side."""

    shared: tuple[str, ...]
    weight: float
    part: float
    grams: float


@lru_cache(maxsize=512)
def facts_of(page: Parsed) -> Mapping[str, float]:
    """The facts of a text with their weights."""
    facts: dict[str, float] = {}
    lower: set[str] = set()
    names: Counter[str] = Counter()
    for text in [page.title.text, *(s.text for s in page.sentences)]:
        words = tokens(text)
        _read_figures(words, facts)
        for place, word in enumerate(words):
            if len(word) < 2 or is_cjk(word) or not word[:1].isalpha():
                continue
            if word[:1].isupper():
                names[word] += 1 if place else 0
            else:
                lower.add(word)
        for found in QUOTED.finditer(text):
            facts[f"q:{(found[1] or found[2]).casefold().strip()}"] = 4.0
    for name in names:
        low = name.casefold().removesuffix("'s")
        if low not in lower and low not in COMMON_NAMES and low not in FUNCTION_EN and len(low) > 1 and names[name]:
            facts[f"p:{low}"] = 3.0 if len(low) < 4 else 4.0
    return facts


def _read_figures(words: tuple[str, ...], facts: dict[str, float]) -> None:
    run = ""
    for place, word in enumerate((*words, "")):
        if word in SIGNS and word not in SCALE:
            run += word
            continue
        following = words[place + 1].casefold() if place + 1 < len(words) else ""
        if run:
            read = value(run)
            if read is not None and (len(run) > 1 or word in UNITS_ZH):
                _add_figure(read * SCALE.get(word, 1), facts)
            run = ""
        low = word.casefold()
        if low in WEEKDAYS:
            facts[f"d:{WEEKDAYS[low]}"] = 1.0
        read = value(low) if word and not is_cjk(word) and low not in ("one", "first", "second") else None
        if read is not None:
            _add_figure(read * SCALE.get(following, 1), facts)
    text = "".join(words)
    for found in re.finditer("(?:星期|周)([一二三四五六日])", text):
        facts[f"d:{'一二三四五六日'.index(found[1])}"] = 1.0


UNITS_ZH = frozenset("个名人位项家天日月年岁元万亿批次届座小时分点成倍所间栋辆条台")


def _add_figure(read: Decimal, facts: dict[str, float]) -> None:
    if read <= 1:
        return
    whole = read == int(read)
    if whole and 1950 <= read <= 2050:
        weight = 1.0
    elif whole and read <= 10:
        weight = 1.5
    elif whole and read <= 31:
        weight = 2.5
    else:
        weight = 4.0
    facts[f"n:{read.normalize():f}"] = weight


@lru_cache(maxsize=512)
def grams_of(page: Parsed) -> frozenset[str]:
    """The CJK 4-grams of a text."""
    found: set[str] = set()
    for sentence in page.sentences:
        norm = sentence.norm
        found.update(
            norm[k : k + GRAM] for k in range(len(norm) - GRAM + 1) if all(is_cjk(sign) for sign in norm[k : k + GRAM])
        )
    return frozenset(found)


def kinship(a: Parsed, b: Parsed) -> Kinship:
    """What two texts share."""
    one, other = facts_of(a), facts_of(b)
    shared = tuple(sorted(one.keys() & other.keys(), key=lambda fact: (-one[fact], fact)))
    weight = sum(one[fact] for fact in shared)
    lighter = min(sum(one.values()), sum(other.values()))
    grams_a, grams_b = grams_of(a), grams_of(b)
    fewer = min(len(grams_a), len(grams_b))
    grams = len(grams_a & grams_b) / fewer if fewer >= 20 else 0.0
    return Kinship(shared, weight, weight / lighter if lighter else 0.0, grams)


def one_story(kin: Kinship) -> bool:
    """Whether what is shared is enough to be one event; measured, see dedup.md §6 and tests/quality."""
    strong = sum(1 for fact in kin.shared if not fact.startswith("d:"))
    return (
        (strong >= 3 and kin.part >= 0.30 and kin.weight >= 10)
        or (strong >= 2 and kin.part >= 0.42 and kin.weight >= 8)
        or (kin.weight >= 45 and kin.part >= 0.2)
        or kin.grams >= 0.2
    )


def told(fact: str) -> str:
    """A fact in words for people."""
    return fact[2:]
