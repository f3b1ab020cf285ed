"""windows: are two texts cut out of one, each at other edges?

Whoever extracts or quotes a page keeps a run of it as it stands: where one text ends the other may go on, where one begins
the other may have begun earlier. Two notices of one form are different: there both sides have something of their own in
the same place, before what they have in common or behind it.
"""

from __future__ import annotations

from itertools import pairwise

from .align import Alignment, Pair
from .furniture import ends_like_text, speaks_of_matter
from .sentences import Parsed, Sentence

FEWEST = 5  # full sentences in common
LEAST = 400  # units in common
ALIKE = 97.0  # of a pair inside; only the first and last may be cut in the middle


def windows(a: Parsed, b: Parsed, alignment: Alignment) -> bool:
    """Whether what two texts have in common is one run of each, and beyond either end only one of them goes on."""
    pairs = [p for p in alignment.pairs if a.sentences[p.a].full and b.sentences[p.b].full]
    if len(pairs) < FEWEST or sum(a.sentences[p.a].weight for p in pairs) < LEAST:
        return False
    if any(one.b >= other.b for one, other in pairwise(pairs)) or any(p.score < ALIKE for p in pairs[1:-1]):
        return False
    lone_a, lone_b = _told(a, alignment.lone_a), _told(b, alignment.lone_b)
    edges = [Pair(-1, -1, 0.0), *pairs, Pair(len(a.sentences), len(b.sentences), 0.0)]
    gaps = [(any(p.a < i < q.a for i in lone_a), any(p.b < j < q.b for j in lone_b)) for p, q in pairwise(edges)]
    return not any(one and other for one, other in gaps)


def _told(page: Parsed, lone: tuple[int, ...]) -> list[int]:
    """The unpaired sentences that are text: not captions and headlines of other pages, which tell nothing of their own."""
    return [place for place in lone if not _headline(page.sentences[place])]


def _headline(sentence: Sentence) -> bool:
    """Whether a line does not end like a sentence and tells no date, amount or body."""
    return not ends_like_text(sentence.text) and not speaks_of_matter(sentence.text)
