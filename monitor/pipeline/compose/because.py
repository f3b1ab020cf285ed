"""because: how is a stored reason of the matcher said to a person, clause by clause?

A reason is stored as the rules wrote it, `exact form of 启明计划 +0.80; context 人才 0 characters after +0.20`, so that an
auditor can add it up. Here each clause becomes words, and its points stand beside them for who wants the sum.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from ...domain.hit import HitView
from .words import FORMS

_POINTS = re.compile(r"(?P<words>.*\S)\s+(?P<points>[+-]\d\.\d\d)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of a reason: its words, its points where it has any; `routine` ones only say that nothing spoke."""

    words: str
    points: float | None = None
    routine: bool = False

    @property
    def sign(self) -> str:
        """`+` for what speaks for the match, `–` for what speaks against it, empty for a statement."""
        if not self.points:
            return ""
        return "+" if self.points > 0 else "–"


def because(reasons: Iterable[str]) -> Iterator[Clause]:
    """The clauses of stored reasons in their order; a clause that is not known is passed on as it stands."""
    for reason in reasons:
        for part in reason.split("; "):
            if part.strip():
                yield _clause(part.strip())


def chief(hit: HitView) -> Iterator[Clause]:
    """What spoke for the strongest match of a hit and what was said of the whole; its further matches speak elsewhere."""
    further = {match.get("reason") for match in hit.matches}
    return because(reason for place, reason in enumerate(hit.reasons) if not place or reason not in further)


def _clause(part: str) -> Clause:
    found = _POINTS.fullmatch(part)
    words, points = (found["words"], float(found["points"])) if found else (part, None)
    for shape, say, routine in _SHAPES:
        if known := shape.fullmatch(words):
            return Clause(say(known), points, routine)
    return Clause(words, points)


_Say: TypeAlias = Callable[["re.Match[str]"], str]


def _form(found: re.Match[str]) -> str:
    written = FORMS.get(found["form"], f"{found['form']} form")
    return f"“{found['term']}” {written}" + (f" ({found['notes']})" if found["notes"] else "")


def _beside(found: re.Match[str]) -> str:
    distance = int(found["distance"])
    if not distance:
        return f"“{found['word']}” stands right {found['side']} it"
    return f"“{found['word']}” stands {distance} character{'s' if distance > 1 else ''} {found['side']} it"


def _tried(found: re.Match[str]) -> str:
    number = int(found["number"])
    return f"none of its {number} exclusions holds" if number > 1 else "its exclusion does not hold"


_NEAR = r"(?P<word>.+) (?P<distance>\d+) characters (?P<side>before|after)"
_SHAPES: tuple[tuple[re.Pattern[str], _Say, bool], ...] = tuple(
    (re.compile(shape, re.DOTALL), say, routine)
    for shape, say, routine in (
        (r"(?P<form>\S+) form of (?P<term>.+?)(?: \((?P<notes>.+)\))?", _form, True),
        (rf"context {_NEAR}", _beside, False),
        (
            r"context (?P<word>.+) in the (?P<field>title|text)",
            lambda found: f"“{found['word']}” stands in the {found['field']}",
            False,
        ),
        (
            r"no context word within (?P<reach>\d+)",
            lambda found: f"no word that goes with it stands within {found['reach']} characters",
            False,
        ),
        (
            rf"excluding word {_NEAR}",
            lambda found: f"{_beside(found)}: that speaks of something else",
            False,
        ),
        (r"excluded by (?P<word>.+)", lambda found: f"it belongs to “{found['word']}”, which is something else", False),
        (r"weak term", lambda found: "the name is a common word too, so it needs more", False),
        (r"stands in quotes", lambda found: "it stands in quotes, as names do", False),
        (r"plain words in small letters", lambda found: "it is written as plain words, in small letters", False),
        (r"(?P<number>\d+) exclusions tried, none holds", _tried, True),
    )
)
