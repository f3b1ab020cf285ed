"""cues: which words, addresses and page data speak for which kind of text?

A cue is a pattern with a weight; 2.0 is enough alone, less needs company. Weights were set by reading, not fitted;
tests/quality guards the figures on texts that were read and on texts that never were.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from ahocorasick_rs import AhoCorasick, MatchKind

from .ads import ADS
from .cue import Cue, held
from .people import PEOPLE
from .policies import POLICIES
from .press import PRESS
from .register import REGISTER
from .rest import REST
from .science import SCIENCE
from .signs import HOSTS, META, PARTS
from .words import REACH, leanings

__all__ = ["CUES", "HOSTS", "LIMIT", "META", "PARTS", "REACH", "Cue", "leanings", "likely"]

LIMIT: Final = 4_000  # code points looked at: what a text is shows early
CUES: Final = (*ADS, *POLICIES, *PRESS, *PEOPLE, *SCIENCE, *REST, *REGISTER)


def likely(*views: str) -> list[Cue]:
    """The cues, in their order, that may stand in the views of a text: those of which a word they ask for does."""
    automaton, cues, always = _words()
    found = set(always)
    for view in dict.fromkeys(views):
        whole = view.encode("utf-8", "replace").decode("utf-8")  # the automaton raises on a lone surrogate
        for place in {place for place, _, _ in automaton.find_matches_as_indexes(whole, overlapping=True)}:
            found.update(cues[place])
    return [CUES[number] for number in sorted(found)]


@cache
def _words() -> tuple[AhoCorasick, list[list[int]], frozenset[int]]:
    """The words that cues ask for, the cues of each word, and the cues that ask for none."""
    asking: dict[str, list[int]] = {}
    always = set()
    for number, cue in enumerate(CUES):
        words = held(cue.pattern)
        if not words:
            always.add(number)
        for word in words:
            asking.setdefault(word, []).append(number)
    return AhoCorasick(list(asking), matchkind=MatchKind.Standard), list(asking.values()), frozenset(always)
