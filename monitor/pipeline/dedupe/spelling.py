"""spelling: is this the same English word as another country spells it?"""

from __future__ import annotations

import re

_SPELLINGS = tuple(
    (re.compile(pattern), written)
    for pattern, written in (
        (r"(?<=[a-z]{2})our", "or"),
        (r"(?<=[a-z]{2}[bt])re(?=s?$)", "er"),
        (r"(?<=[a-z]{2}[iy])s(?=(?:e[drs]?|es|ers|ing|ations?)$)", "z"),
        (r"ogue(?=s?$)", "og"),
        (r"(?<=[a-z])ae|(?<=[a-z])oe(?=[a-z])", "e"),
        (r"(?<=[aeiou][a-z][aeiou]l)l(?=ed$|ing$|ers?$|ment)|(?<=[aeiou][a-z]{2}[aeiou]l)l(?=ed$|ing$|ers?$|ment)", ""),
        (r"(?<=gram)me(?=s?$)", ""),
        (r"(?<=[dg])ge(?=ments?$)", "g"),
        (r"ence(?=s?$)", "ense"),
    )
)


def spelling(word: str) -> str:
    """A lower-case English word as both spellings of the language have it; only to compare one word with another."""
    for pattern, written in _SPELLINGS:
        word = pattern.sub(written, word)
    return word
