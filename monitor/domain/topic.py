"""topic: what is watched for, in which written forms, and under which ruleset?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Severity(StrEnum):
    """How much a topic matters to those who are told."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Tolerance(StrEnum):
    """How far a written form may be from the term; each level includes the one before."""

    EXACT = "exact"
    SPELLING = "spelling"
    HOMOPHONE = "homophone"


class Strength(StrEnum):
    """Whether a term convinces alone (`strong`) or only beside context (`weak`)."""

    STRONG = "strong"
    WEAK = "weak"


@dataclass(frozen=True, slots=True)
class Term:
    """One written form. `near` words must stand within `within` folded characters, if there are any.

    `{a, b}` lists inside a YAML term are already expanded: one Term for each. `strength` None lets
    the matcher decide (a term that is too short to stand alone is weak). `since` and `until` bound
    the dates of documents it holds for.
    """

    text: str
    near: tuple[str, ...] = ()
    within: int = 30
    tolerance: Tolerance = Tolerance.HOMOPHONE
    strength: Strength | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class NearExclusion:
    """`word` within `within` folded characters of a match speaks against it; a `weak` one against weak terms only."""

    word: str
    within: int = 30
    strength: Strength | None = None


@dataclass(frozen=True, slots=True)
class Pattern:
    """A way to see a topic that is not named: one word of every group within `within` characters.

    A `weak` pattern gives reviews, any other one alerts.
    """

    name: str
    groups: tuple[tuple[str, ...], ...]
    within: int = 400
    strength: Strength | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    """A programme, an organisation, a technology or a document that is watched for."""

    key: str
    name: str
    severity: Severity = Severity.MEDIUM
    terms: tuple[Term, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    exclude: tuple[str, ...] = ()
    exclude_near: tuple[NearExclusion, ...] = ()
    evidence: tuple[tuple[str, ...], ...] = ()  # groups of words that say, anywhere, what the document is about
    unless: tuple[str, ...] = ()  # whole-document evidence against: turns `alert` into `review`
    kinds: tuple[str, ...] = ()  # an alert only in texts of these kinds, elsewhere a review; empty: all
    must_match: tuple[str, ...] = ()
    must_not_match: tuple[str, ...] = ()
    formerly: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ruleset:
    """All topics in canonical form. `id` is the SHA-256 of that form and the reader's version."""

    id: str
    topics: tuple[Topic, ...] = field(default=())

    def topic(self, key: str) -> Topic | None:
        """The topic of that key, or None."""
        return next((topic for topic in self.topics if topic.key == key), None)
