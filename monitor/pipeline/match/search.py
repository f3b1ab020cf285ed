"""search: which way to find many patterns at once is the quickest for a ruleset?

A table automaton, as long as it stays in the cache; a smaller one where it holds few names in many variants, which
share their beginnings; hashed runs for thousands of names. The answers of all three are the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from .grams import Grams
from .terms import DFA_BYTES, Find, Form, Way, build_automaton


def build_find(patterns: Sequence[str], forms: Sequence[tuple[Form, ...]]) -> Find | None:
    """What finds all occurrences of these patterns, by their end, the longest of an end first; None without any.

    Seeds beside which nothing stands that a typo leaves may be left out.
    """
    if not patterns:
        return None
    written = sum(len(one.encode()) for one, own in zip(patterns, forms, strict=True) if own[0].way is Way.EXACT)
    if written > DFA_BYTES:
        beside = {number: own[0].beside for number, own in enumerate(forms) if len(own) == 1}
        return Grams(patterns, {number: one for number, one in beside.items() if one is not None}).find
    automaton = build_automaton(list(patterns))
    return None if automaton is None else partial(automaton.find_matches_as_indexes, overlapping=True)
