"""match: which watched terms stand in a text, and what are they worth?

Fold once, search once, verify each hit, then weigh it: see `fold`, `scan`, `verify` and `rules`.
"""

from .compile import compile_ruleset
from .matcher import Refused, explain, find_topics, hits, judge, match, standing
from .terms import TABLE_VERSION, Compiled, Guards, TermProblem, Text

__all__ = [
    "TABLE_VERSION",
    "Compiled",
    "Guards",
    "Refused",
    "TermProblem",
    "Text",
    "compile_ruleset",
    "explain",
    "find_topics",
    "hits",
    "judge",
    "match",
    "standing",
]
