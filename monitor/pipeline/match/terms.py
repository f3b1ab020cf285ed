"""terms: what does the matcher keep of a ruleset, once it is compiled?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from functools import cached_property
from typing import Final

import ahocorasick_rs

from monitor.domain.topic import Pattern, Ruleset, Topic

TABLE_VERSION: Final = "2026-11-22.11"
Find = Callable[[str], Iterable[tuple[int, int, int]]]  # all occurrences in a folded text: (pattern, start, end)
DFA_BYTES = 90_000  # of all patterns, 0.4 kB of memory each: twice as fast as the other kind, at 10,000 aliases hardly


@dataclass(frozen=True, slots=True)
class Text:
    """What is matched: a title and a text, and when it was published, if that is known."""

    title: str
    text: str
    published: date | None = None


@dataclass(frozen=True, slots=True)
class Guards:
    """The checks at a hit, each of which can be switched off to see what it keeps out."""

    gap_rules: bool = True
    word_ends: bool = True
    word_guard: bool = True
    context_borders: bool = True
    word_check: bool = True
    exclusions: bool = True


class Way(IntEnum):
    """How an automaton pattern stands for its term."""

    EXACT = 0
    LOOKALIKE = 1
    HOMOPHONE = 2
    LEFT_SEED = 3
    RIGHT_SEED = 4
    TYPO = 5  # a seed whose other half was found within one edit


@dataclass(frozen=True, slots=True)
class Word:
    """A context word or an exclusion: as written, and folded; Latin ones count from a word start only."""

    text: str
    folded: str
    latin: bool


@dataclass(frozen=True, slots=True)
class Words:
    """Words that are looked for together, and the length of the longest, which says how far to look."""

    items: tuple[Word, ...] = ()
    longest: int = 0

    @classmethod
    def of(cls, words: Iterable[Word]) -> Words:
        """The words, each once, in their order."""
        items = tuple(dict.fromkeys(words))
        return cls(items, max((len(word.folded) for word in items), default=0))

    def __bool__(self) -> bool:
        return bool(self.items)


@dataclass(frozen=True, slots=True)
class CompiledTerm:
    """A term with all that the checks at a hit need; `han` counts its Han characters."""

    number: int
    topic: int
    text: str
    folded: str
    han: int
    latin: bool
    acronym: bool
    everyday: bool  # all its words are plain English ones, so that small letters make no name of them
    strong: bool  # its author called it so
    weak: bool
    near: Words
    within: int
    lifts: bool  # evidence of the whole document may stand in for context; not where the watchlist calls it weak
    since: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a seed if no more than one edit was made: `near` at its place, or `far` up to two places on."""

    near: str
    near_at: int  # from the seed's start
    far: str
    far_at: int

    def stands(self, text: str, start: int) -> bool:
        """Whether one of them may stand beside a seed that starts there; at the text's ends it may err."""
        if text.startswith(self.near, start + self.near_at):
            return True
        first = max(0, start + self.far_at)
        return text.find(self.far, first, first + len(self.far) + 2) >= 0


@dataclass(frozen=True, slots=True)
class Form:
    """One written form of a term: its folded pattern and its word borders; variants and seeds point to the whole one."""

    term: int
    way: Way
    pattern: str
    borders: Mapping[int, str]
    split: int = 0  # of seeds: where the pattern is cut
    rest: str = ""  # of seeds: what is missing beside it, read away from the seed
    beside: Beside | None = None  # of seeds: the two halves of the rest; one edit leaves one of them whole


@dataclass(frozen=True, slots=True)
class CompiledPattern:
    """A pattern topic's groups, folded."""

    pattern: Pattern
    groups: tuple[tuple[Word, ...], ...]


@dataclass(frozen=True, slots=True)
class CompiledTopic:
    """A topic with its rules folded; `context` joins the near words of all its terms."""

    number: int
    topic: Topic
    exclude: Words
    exclude_near: tuple[tuple[int, Words, bool], ...]  # by their reach, and whether they speak against weak terms only
    exclusions: int
    evidence: tuple[Words, ...]
    unless: tuple[Word, ...]
    context: Words
    patterns: tuple[CompiledPattern, ...]


@dataclass(frozen=True, slots=True)
class TermProblem:
    """What is odd about one term, in words for whoever wrote it; a warning does not stop anything."""

    topic: str
    term: str
    message: str


@dataclass(frozen=True)
class Compiled:
    """A ruleset ready to scan with: what finds all its patterns at once, and for each of them the forms it may be."""

    ruleset: Ruleset
    topics: tuple[CompiledTopic, ...]
    terms: tuple[CompiledTerm, ...]
    patterns: tuple[str, ...]
    forms: tuple[tuple[Form, ...], ...]
    problems: tuple[TermProblem, ...] = ()
    longest: int = 0
    find: Find | None = field(default=None, repr=False)

    @cached_property
    def by_key(self) -> dict[str, CompiledTopic]:
        """The topics by their keys."""
        return {topic.topic.key: topic for topic in self.topics}

    @cached_property
    def unnamed(self) -> tuple[CompiledTopic, ...]:
        """The topics that have patterns."""
        return tuple(topic for topic in self.topics if topic.patterns)

    @cached_property
    def plain(self) -> tuple[ahocorasick_rs.AhoCorasick | None, list[list[int]]]:
        """A second, smaller automaton over the exact forms, with the topics of each of its patterns."""
        topics: dict[str, set[int]] = {}
        for pattern, forms in zip(self.patterns, self.forms, strict=True):
            for form in forms:
                if form.way is Way.EXACT:
                    topics.setdefault(pattern, set()).add(self.terms[form.term].topic)
        return build_automaton(list(topics), dfa_bytes=0), [sorted(one) for one in topics.values()]


def build_automaton(patterns: list[str], dfa_bytes: int = DFA_BYTES) -> ahocorasick_rs.AhoCorasick | None:
    """The automaton over these patterns, or None when there are none; up to `dfa_bytes` of them the quicker kind."""
    if not patterns:
        return None
    small = sum(len(pattern.encode()) for pattern in patterns) <= dfa_bytes
    return ahocorasick_rs.AhoCorasick(
        patterns,
        matchkind=ahocorasick_rs.MatchKind.Standard,
        implementation=ahocorasick_rs.Implementation.DFA if small else ahocorasick_rs.Implementation.ContiguousNFA,
        store_patterns=False,
    )
