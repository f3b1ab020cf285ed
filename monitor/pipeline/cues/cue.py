"""cue: what is one piece of evidence for a kind?"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...domain.hit import Kind


@dataclass(frozen=True, slots=True)
class Cue:
    """A pattern that speaks for a kind, counted at most `most` times; `cased` ones see capital letters."""

    kind: Kind
    weight: float
    name: str
    pattern: re.Pattern[str]
    most: int = 1
    cased: bool = False


def cue(kind: Kind, weight: float, name: str, *patterns: str, most: int = 1, cased: bool = False) -> Cue:
    """A cue from its patterns, any of which counts."""
    return Cue(kind, weight, name, re.compile("|".join(patterns)), most, cased)
