"""match: which watched terms stand in a text, and what are they worth?

Fold once, search once, verify each hit, then weigh it: see `fold`, `scan`, `verify` and `rules`.
"""

from .compile import compile_ruleset
from .matcher import find_topics, hits, judge, match
from .terms import TABLE_VERSION, Compiled, Guards, TermProblem, Text
from .verify import Refusal

__all__ = [
    "TABLE_VERSION",
    "Compiled",
    "Guards",
    "Refusal",
    "TermProblem",
    "Text",
    "compile_ruleset",
    "find_topics",
    "hits",
    "judge",
    "match",
]
