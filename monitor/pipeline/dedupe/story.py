"""story: do two texts tell one event in other words?

What tellings share are rare facts: figures, names, days, quoted terms. What a shared fact is worth is how surprising it
would be in an unrelated text with as many facts. Facts of one sort prove little: two calls share figures by chance, two
reports on one team its names.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from math import log

from .normalise import CJK, compact
from .rare import RARE, Facts, facts_of
from .sentences import Parsed
from .sounds import skeleton

GRAM = 4
ENOUGH_GRAMS = 0.2
FEWEST_GRAMS = 40  # a shorter text shares much by chance
QUOTE = re.compile(r'"([^"\n]{12,300})"')
MOST_QUOTES = 8
RUN_EN = 5  # words of a quotation in common
RUN_ZH = 10  # characters of one
LONGEST_RUN = 4  # 4-grams of one common string that count: seven characters
CJK_RUN = re.compile(f"[{CJK}]{{{GRAM},}}")


@dataclass(frozen=True, slots=True)
class Kinship:
    """What two texts share.

    `shared` facts, the strongest first; `surprise` of them (nats) and its `part` of all facts of the lighter side;
    how many are `rare` in themselves, of how many `sorts`; `grams`, the part of the wording in common (CJK); `apart`:
    each headline has a subject that the other text does not name; `figures`: across scripts, where names are lost, the
    part of the figures and days alone; `quoted`: words that one quotes stand in the other.
    """

    shared: tuple[str, ...]
    surprise: float
    part: float
    rare: int
    sorts: int
    grams: float
    apart: bool
    figures: float = 0.0
    quoted: bool = False


@lru_cache(maxsize=512)
def grams_of(page: Parsed) -> tuple[str, ...]:
    """The CJK 4-grams of a text in their order, an empty one between two that do not follow each other."""
    found: list[str] = []
    for sentence in page.sentences:
        if sentence.full:
            for run in CJK_RUN.findall(sentence.norm):
                found += [run[k : k + GRAM] for k in range(len(run) - GRAM + 1)]
                found.append("")
    return tuple(found)


@lru_cache(maxsize=512)
def _gram_set(page: Parsed) -> frozenset[str]:
    return frozenset(grams_of(page)) - {""}


def _common_wording(a: Parsed, b: Parsed) -> float:
    """The part of the shorter text's 4-grams that stand in the other too; a long common string is one name.

    Below what tells a story it may be too high by what long strings add.
    """
    one, other = (a, b) if len(grams_of(a)) <= len(grams_of(b)) else (b, a)
    mine, there = _gram_set(one), _gram_set(other)
    if len(mine) < FEWEST_GRAMS:
        return 0.0
    most = len(mine & there) / len(mine)
    if most < ENOUGH_GRAMS:
        return most
    common, run, seen = 0, 0, set()
    for gram in grams_of(one):
        run = run + 1 if gram in there else 0
        if 0 < run <= LONGEST_RUN and gram not in seen:
            seen.add(gram)
            common += 1
    return common / len(mine)


def kinship(a: Parsed, b: Parsed) -> Kinship:
    """What two texts share."""
    facts_a, facts_b = facts_of(a), facts_of(b)
    programmes = facts_a.programmes | facts_b.programmes
    across = a.chinese != b.chinese
    one, other = (_comparable(facts, programmes, across) for facts in (facts_a, facts_b))
    in_one, in_other = Counter(fact[0] for fact in one), Counter(fact[0] for fact in other)
    shared = one.keys() & other.keys()
    worth = {fact: _surprise(one[fact], max(in_one[fact[0]], in_other[fact[0]])) for fact in shared}
    repeated = _repeated(shared, worth, facts_a.neighbours | facts_b.neighbours)
    surprise = sum(nats for fact, nats in worth.items() if fact not in repeated)
    lighter = min(
        sum(_surprise(chance, in_other[fact[0]]) for fact, chance in one.items()),
        sum(_surprise(chance, in_one[fact[0]]) for fact, chance in other.items()),
    )
    rare = [fact for fact in shared - repeated if one[fact] <= RARE]
    return Kinship(
        shared=tuple(sorted(shared, key=lambda fact: (-worth[fact], fact))),
        surprise=surprise,
        part=min(1.0, surprise / lighter) if lighter else 0.0,
        rare=len(rare),
        sorts=len({fact[0] for fact in rare}),
        grams=_common_wording(a, b),
        apart=not across and _apart(facts_a, facts_b),
        figures=_part_of_figures(one, other, worth) if across else 0.0,
        quoted=not across and (_quotes(a, b) or _quotes(b, a)),
    )


def _quotes(a: Parsed, b: Parsed) -> bool:
    """Whether a run of words that A has in quotation marks stands in B as well."""
    for found in islice(QUOTE.finditer("\n".join(s.text for s in a.sentences)), MOST_QUOTES):
        words = [found[1]] if a.chinese else found[1].split()
        run = compact("".join(words))
        size = RUN_ZH if a.chinese else 0
        windows = (
            (run[k : k + size] for k in range(0, len(run) - size + 1, 3))
            if a.chinese
            else (compact(" ".join(words[k : k + RUN_EN])) for k in range(len(words) - RUN_EN + 1))
        )
        if any(window in b.joined for window in windows):
            return True
    return False


def _part_of_figures(one: Mapping[str, float], other: Mapping[str, float], worth: Mapping[str, float]) -> float:
    """How much of the figures and days of the side that has fewer is common."""
    fewer = min(sum(fact[0] in "nt" for fact in side) for side in (one, other))
    return sum(fact[0] in "nt" for fact in worth) / fewer if fewer else 0.0


def _comparable(facts: Facts, programmes: frozenset[str], across: bool) -> Mapping[str, float]:
    """The facts without programme names; across scripts names go by their sound."""
    found: dict[str, float] = {}
    for fact, chance in facts.chances.items():
        if fact[0] in "lh":
            if not across:
                found[fact] = chance
        elif fact[0] != "p":
            found[fact] = chance
        elif fact[2:] not in programmes:
            name = skeleton(fact[2:]) if across else fact[2:]
            if name:
                found[f"p:{name}"] = max(chance, 20.0 ** -(len(name) - 1)) if across else chance
    return found


def _repeated(shared: set[str], worth: Mapping[str, float], neighbours: frozenset[tuple[str, str]]) -> set[str]:
    """Shared words that belong to a name of which a stronger word is shared: Port Ellis is one fact."""
    repeated = set()
    for one, other in neighbours:
        first, second = f"p:{one}", f"p:{other}"
        if first in shared and second in shared:
            repeated.add(min(first, second, key=lambda fact: (worth[fact], fact)))
    return repeated


def _apart(a: Facts, b: Facts) -> bool:
    """Whether each headline has a subject of its own, and none is common: two calls, not two tellings of one."""
    return bool(a.subjects and b.subjects) and a.subjects.isdisjoint(b.chances) and b.subjects.isdisjoint(a.chances)


def _surprise(chance: float, drawn: int) -> float:
    """How surprising it is to meet a fact of this chance among so many of its kind, in nats."""
    return -log(1 - (1 - chance) ** max(drawn, 1))


def one_story(kin: Kinship) -> bool:
    """Whether what is shared is too much for chance; measured, see tests/quality/test_dedupe_pairs.py."""
    if kin.apart:
        return _in_spite_of_subjects(kin)
    return (
        (kin.sorts >= 2 and kin.surprise >= 9 and kin.part >= 0.3)
        or (kin.rare >= 1 and len(kin.shared) >= 3 and kin.surprise >= 6 and kin.part >= 0.6)
        or (kin.rare >= 1 and _mixed(kin) and kin.surprise >= 12 and kin.part >= 0.5)
        or (len(kin.shared) >= 4 and kin.surprise >= 7.5 and kin.part >= 0.8)
        or (kin.rare >= 5 and kin.surprise >= 20 and kin.part >= 0.3)
        or (kin.rare >= 3 and len(kin.shared) >= 10 and kin.surprise >= 20 and kin.part >= 0.3)
        or (len(kin.shared) >= 5 and kin.surprise >= 9 and kin.figures >= 0.7)
        or (len(kin.shared) >= 5 and kin.surprise >= 6 and kin.figures >= 0.8)
        or (len(kin.shared) >= 4 and kin.surprise >= 9 and kin.figures >= 0.8)
        or kin.grams >= ENOUGH_GRAMS
        or (kin.quoted and len(kin.shared) >= 3 and kin.surprise >= 9)
    )


def _mixed(kin: Kinship) -> bool:
    """Whether three facts and more are common, of several sorts: names alone are those of a running matter."""
    return len(kin.shared) >= 3 and len({fact[0] for fact in kin.shared}) >= 2


def surely_one_story(kin: Kinship) -> bool:
    """Whether it is too much even for two texts of one form, or by one desk that repeats its sentences."""
    if kin.apart:
        return _in_spite_of_subjects(kin)
    several = kin.sorts >= 2 and kin.part >= 0.3
    return kin.surprise >= 18 and (several or (kin.rare >= 5 and kin.part >= 0.5))


def _in_spite_of_subjects(kin: Kinship) -> bool:
    """Whether two texts with a subject each still tell of one thing: nearly all they tell is common."""
    return kin.surprise >= 25 and kin.sorts >= 2 and kin.part >= 0.5
