"""forms: in which folded strings may a term stand in a text?"""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Iterator
from functools import cache
from itertools import accumulate

from monitor.domain.topic import Tolerance

from .fold import DATA, Folded, fold, is_han, is_letter
from .terms import Beside, CompiledTerm, Form, Way

TYPO_LETTERS = 8  # shorter Latin terms are one letter away from too many words
HOMOPHONE_HAN = 4  # three only beside context, two never: 1,852 homophone matches/MB (matching.md §3)
SEEDS_PER_MEGABYTE = 100.0  # seeds more common than this make typos of the term too dear
RARE_WORD = 30.0  # how often, per MB, a seed that is a word of its own comes on top of the estimate
LETTERS_PER_MEGABYTE = 800_000

_SPELLINGS = (("programme", "program"), ("计画", "计划"), ("centre", "center"), ("organisation", "organization"))


def exact_forms(term: CompiledTerm) -> Iterator[Form]:
    """The term as written, and its other regular spellings: programme for program, 计画 for 计划."""
    written = {term.text: None}
    for british, american in _SPELLINGS:
        written |= {_swap(one, british, american): None for one in list(written)}
        written |= {_swap(one, american, british): None for one in list(written)}
    for one in written:
        folded = Folded(one)
        if folded.text:
            yield Form(term.number, Way.EXACT, folded.text, _borders(folded))


def _swap(text: str, old: str, new: str) -> str:
    def replace(found: re.Match[str]) -> str:
        return new.capitalize() if found.group()[0].isupper() else new

    if old not in text.casefold():
        return text
    ends = r"(?![a-z])" if old.isascii() else ""
    return re.sub(re.escape(old) + ends, replace, text, flags=re.IGNORECASE)


def _borders(folded: Folded) -> dict[int, str]:
    """Places between two folded characters where the term itself has something that was deleted, and what."""
    index = folded.index.tolist()
    return {
        place: folded.original[index[place - 1] + 1 : index[place]]
        for place in range(1, len(index))
        if index[place] - index[place - 1] > 1
    }


def variant_patterns(term: CompiledTerm, pattern: str, tolerance: Tolerance) -> Iterator[tuple[Way, str]]:
    """A pattern with one Han character replaced by a look-alike or a homophone, for terms long enough to bear it."""
    if tolerance is Tolerance.EXACT or term.han < HOMOPHONE_HAN - bool(term.near):
        return
    tables = [(Way.LOOKALIKE, _lookalikes())]
    if tolerance is Tolerance.HOMOPHONE:
        tables.append((Way.HOMOPHONE, _homophones()))
    for way, table in tables:
        for place, char in enumerate(pattern):
            before, behind = pattern[:place], pattern[place + 1 :]
            for other in table.get(char, ""):
                yield way, f"{before}{other}{behind}"


def count_homophones(term: CompiledTerm, pattern: str, tolerance: Tolerance) -> int:
    """How many homophone patterns this form would make."""
    if tolerance is not Tolerance.HOMOPHONE or term.han < HOMOPHONE_HAN - bool(term.near):
        return 0
    return sum(len(_homophones().get(char, "")) for char in pattern)


@cache
def _lookalikes() -> dict[str, str]:
    others: dict[str, str] = {}
    for group in (DATA / "lookalikes.txt").read_text("utf-8").split("\n")[:-1]:
        for char in group:
            others[char] = others.get(char, "") + group.replace(char, "")
    return others


@cache
def _homophones() -> dict[str, str]:
    """For each character the common ones that sound like it."""
    others: dict[str, str] = {}
    for line in (DATA / "homophones.txt").read_text("utf-8").split("\n")[:-1]:
        _, common, rare = line.split("\t")
        kept = "".join(char for char in common if fold(char) == char)
        for char in common + rare:
            others[char] = kept.replace(char, "")
    return others


def seed_forms(term: CompiledTerm, form: Form) -> tuple[Form, Form] | None:
    """Two seeds of a Latin form, one of which survives any one edit or swap; None when they would be too common.

    The form is cut where both seeds together are rarest in English text.
    """
    costs = _costs(form.pattern)
    cut = min(costs, key=lambda one: costs[one], default=0)
    if not cut or costs[cut] > SEEDS_PER_MEGABYTE:
        return None
    return _left_seed(form, cut), _right_seed(form, cut + 1)


def _left_seed(form: Form, cut: int) -> Form:
    """The letters up to a cut; one edit leaves one half of those behind it whole."""
    rest = form.pattern[cut:]
    half = len(rest) // 2
    beside = Beside(rest[:half], cut, rest[half + 1 :], cut + half)
    return Form(form.term, Way.LEFT_SEED, form.pattern, form.borders, cut, rest, beside)


def _right_seed(form: Form, cut: int) -> Form:
    """The letters from a cut on; what is missing before them is read backwards."""
    rest = form.pattern[:cut]
    half = len(rest) // 2
    far = rest[: cut - half - 1]
    beside = Beside(rest[cut - half :], -half, far, -half - len(far) - 2)
    return Form(form.term, Way.RIGHT_SEED, form.pattern, form.borders, cut, rest[::-1], beside)


def takes_typos(term: CompiledTerm, tolerance: Tolerance) -> bool:
    """Whether typos of this term are looked for at all: Latin, long enough, not set to `exact`."""
    spelled = term.folded.isalpha()  # 100 and 1000 are one digit apart, and not a typo
    return term.latin and spelled and len(term.folded) >= TYPO_LETTERS and tolerance is not Tolerance.EXACT


def _costs(pattern: str) -> dict[int, float]:
    """About how often the letters up to each cut, and those behind it, come in a megabyte of English without its spaces."""
    first, follows = letter_chances()
    links = (follows.get(pattern[at : at + 2], -9.0) for at in range(len(pattern) - 1))
    sums = list(accumulate(links, initial=0.0))

    def comes(start: int, end: int) -> float:
        chance = first.get(pattern[start], -9.0) + sums[end - 1] - sums[start]
        return math.exp(chance) * LETTERS_PER_MEGABYTE + (RARE_WORD if pattern[start:end] in real_words() else 0.0)

    return {cut: comes(0, cut) + comes(cut + 1, len(pattern)) for cut in range(3, len(pattern) - 3)}


@cache
def letter_chances() -> tuple[dict[str, float], dict[str, float]]:
    """Log chances of a letter, and of a letter after another."""
    counts: dict[str, int] = {}
    for line in (DATA / "bigrams.txt").read_text("ascii").split("\n")[:-1]:
        pair, _, times_seen = line.partition("\t")
        counts[pair] = int(times_seen)
    letters: dict[str, int] = {}
    for pair, count in counts.items():
        letters[pair[0]] = letters.get(pair[0], 0) + count
    whole = sum(letters.values())
    first = {letter: math.log(times / whole) for letter, times in letters.items()}
    follows = {pair: math.log(times / letters[pair[0]]) for pair, times in counts.items()}
    return first, follows


@cache
def real_words() -> frozenset[str]:
    """English words of three letters and more, the guard against typos that are words of their own."""
    return frozenset(zlib.decompress((DATA / "words.z").read_bytes()).decode("ascii").split("\n"))


def is_everyday(folded: str) -> bool:
    """Whether a folded term is one plain English word."""
    return folded in real_words()


@cache
def surnames() -> frozenset[str]:
    """Family names, as one Han character and in Latin letters."""
    lines = (DATA / "surnames.txt").read_text("utf-8").split("\n")[:-1]
    return frozenset(name for line in lines for name in line.split("\t"))


def is_latin(folded: str) -> bool:
    """Whether a folded term is made of letters and digits alone."""
    return all(map(is_letter, folded))


def count_han(folded: str) -> int:
    """How many Han characters a folded term has."""
    return sum(map(is_han, folded))
