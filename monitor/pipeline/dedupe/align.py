"""align: which passage of one text is which passage of the other?

Equal sentences first, then the most similar ones, one to one. Sentences are compared only with those that share
words with them, so the work grows with the length of the texts and not with its square.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from .sentences import Parsed, Sentence

CUTOFF = 72.0  # fuzz.ratio of compared forms; measured, see dedup.md §6
NEVER = (200 - CUTOFF) / CUTOFF  # so many times longer, and no ratio reaches the cutoff
FEW = 50  # up to this many pairs one after the other is quicker than a table
DIRECT = 2_500  # up to this many pairs all are tried
TRIED = 4  # similar sentences that are tried for one sentence of a long text
COMMON = 12  # a shingle in more sentences than this says nothing


@dataclass(frozen=True, slots=True)
class Pair:
    """Two passages that are one: their places in A and B, and how alike (100 = equal)."""

    a: int
    b: int
    score: float


@dataclass(frozen=True, slots=True)
class Alignment:
    """`pairs` in A's order; `inside_a`, `inside_b`: unpaired sentences that stand, cut otherwise, in the other text."""

    pairs: tuple[Pair, ...]
    inside_a: frozenset[int]
    inside_b: frozenset[int]
    lone_a: tuple[int, ...]
    lone_b: tuple[int, ...]


def align(a: Parsed, b: Parsed) -> Alignment:
    """Pairs the sentences of two texts. Linear in their length."""
    pairs = _equal(a, b)
    used_a, used_b = {p.a for p in pairs}, {p.b for p in pairs}
    left_a = [i for i in range(len(a.sentences)) if i not in used_a]
    left_b = [j for j in range(len(b.sentences)) if j not in used_b]
    if left_a and left_b:
        for pair in _alike(a.sentences, b.sentences, left_a, left_b):
            pairs.append(pair)
            used_a.add(pair.a)
            used_b.add(pair.b)
    pairs.sort(key=lambda pair: pair.a)
    left_a = [i for i in left_a if i not in used_a]
    left_b = [j for j in left_b if j not in used_b]
    inside_a = frozenset(i for i in left_a if _stands_in(a.sentences[i], b))
    inside_b = frozenset(j for j in left_b if _stands_in(b.sentences[j], a))
    return Alignment(
        tuple(pairs),
        inside_a,
        inside_b,
        tuple(i for i in left_a if i not in inside_a),
        tuple(j for j in left_b if j not in inside_b),
    )


def _stands_in(sentence: Sentence, other: Parsed) -> bool:
    return sentence.weight >= 8 and sentence.norm in other.joined


def _equal(a: Parsed, b: Parsed) -> list[Pair]:
    if len(b.where) == len(b.sentences):  # no sentence of B stands there twice
        return _equal_once(a, b.where)
    places: dict[str, list[int]] = defaultdict(list)
    for j in range(len(b.sentences) - 1, -1, -1):
        places[b.sentences[j].norm].append(j)
    pairs = []
    for i, sentence in enumerate(a.sentences):
        there = places.get(sentence.norm)
        if there:
            pairs.append(Pair(i, there.pop(), 100.0))
    return pairs


def _equal_once(a: Parsed, where: dict[str, int]) -> list[Pair]:
    pairs, taken = [], set()
    for i, sentence in enumerate(a.sentences):
        j = where.get(sentence.norm)
        if j is not None and j not in taken:
            taken.add(j)
            pairs.append(Pair(i, j, 100.0))
    return pairs


def _alike(a: tuple[Sentence, ...], b: tuple[Sentence, ...], left_a: list[int], left_b: list[int]) -> list[Pair]:
    """The best pairs above the cutoff among what is left, best first."""
    score = _all_scores if len(left_a) * len(left_b) <= DIRECT else _near_scores
    scored = score(a, b, left_a, left_b)
    scored.sort(key=lambda entry: (-entry[0], abs(entry[1] - entry[2]), entry[1]))
    used_a: set[int] = set()
    used_b: set[int] = set()
    best = []
    for likeness, i, j in scored:
        if i not in used_a and j not in used_b:
            used_a.add(i)
            used_b.add(j)
            best.append(Pair(i, j, likeness))
    return best


def _all_scores(
    a: tuple[Sentence, ...], b: tuple[Sentence, ...], left_a: list[int], left_b: list[int]
) -> list[tuple[float, int, int]]:
    """Every pair above the cutoff, in one call."""
    if len(left_a) * len(left_b) <= FEW:
        return [
            (score, i, j)
            for i in left_a
            for j in left_b
            if (score := fuzz.ratio(a[i].norm, b[j].norm, score_cutoff=CUTOFF))
        ]
    one, other = [a[i].norm for i in left_a], [b[j].norm for j in left_b]
    table = process.cdist(one, other, scorer=fuzz.ratio, score_cutoff=CUTOFF, dtype=float)
    return [(float(table[x, y]), left_a[x], left_b[y]) for x, y in zip(*map(list, table.nonzero()), strict=True)]


def _near_scores(
    a: tuple[Sentence, ...], b: tuple[Sentence, ...], left_a: list[int], left_b: list[int]
) -> list[tuple[float, int, int]]:
    """The pairs above the cutoff among those that share words; sentences of very other lengths are left out at once."""
    scored = []
    sizes_a, sizes_b = {i: len(a[i].norm) for i in left_a}, {j: len(b[j].norm) for j in left_b}
    for i, j in _near(a, b, left_a, left_b):
        short, long = sorted((sizes_a[i], sizes_b[j]))
        if short * NEVER < long:
            continue
        score = fuzz.ratio(a[i].norm, b[j].norm, score_cutoff=CUTOFF)
        if score:
            scored.append((score, i, j))
    return scored


def _near(
    a: tuple[Sentence, ...], b: tuple[Sentence, ...], left_a: list[int], left_b: list[int]
) -> list[tuple[int, int]]:
    """Pairs worth trying: those that share rare shingles."""
    index: dict[str, list[int]] = defaultdict(list)
    for j in left_b:
        for shingle in _shingles(b[j].norm):
            index[shingle].append(j)
    near: list[tuple[int, int]] = []
    for i in left_a:
        votes: dict[int, int] = defaultdict(int)
        for shingle in _shingles(a[i].norm):
            there = index.get(shingle, ())
            if len(there) <= COMMON:
                for j in there:
                    votes[j] += 1
        near.extend((i, j) for j in sorted(votes, key=lambda j: (-votes[j], j))[:TRIED])
    return near


def _shingles(norm: str) -> set[str]:
    size = 4 if norm.isascii() else 3
    return {norm[k : k + size] for k in range(0, min(len(norm), 240) - size + 1, 2 if size == 3 else 1)}
