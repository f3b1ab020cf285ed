"""patterns: does a text speak of a topic without naming it, one word of each group close together?"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from heapq import merge

from monitor.domain.hit import Match
from monitor.domain.topic import Strength

from .evidence import stands_at
from .fold import Folded
from .rules import verdict_of
from .terms import CompiledPattern, CompiledTopic, Word

PATTERN, WEAK_PATTERN = 0.70, 0.45
MOST = 20  # windows a pattern and field; further ones say nothing new


def pattern_matches(doc: Folded, field: str, topic: CompiledTopic) -> Iterator[Match]:
    """The windows in which every group of a pattern has a word, each as narrow as it can be, none overlapping."""
    for pattern in topic.patterns:
        if all(any(word.folded in doc.text for word in group) for group in pattern.groups):
            yield from _windows(doc, field, topic, pattern)


def _windows(doc: Folded, field: str, topic: CompiledTopic, pattern: CompiledPattern) -> Iterator[Match]:
    held: Counter[int] = Counter()
    window: deque[tuple[int, int, int]] = deque()
    told = 0
    for place in _places(doc, pattern):
        if _in_other_name(doc, place[0], place[1], topic):
            continue
        window.append(place)
        held[place[2]] += 1
        while held[window[0][2]] > 1 or place[1] - window[0][0] > pattern.pattern.within:
            held[window.popleft()[2]] -= 1
            if not window:
                break
        if len(+held) == len(pattern.groups):
            yield _match(doc, field, topic, pattern, list(window))
            told += 1
            if told == MOST:
                return
            held.clear()
            window.clear()


def _places(doc: Folded, pattern: CompiledPattern) -> Iterator[tuple[int, int, int]]:
    """Where the words of all groups stand, in order: (start, end, group); found as far as they are asked for."""
    return merge(*(_finds(doc, word, number) for number, group in enumerate(pattern.groups) for word in group))


def _finds(doc: Folded, word: Word, group: int) -> Iterator[tuple[int, int, int]]:
    size = len(word.folded)
    at = doc.text.find(word.folded)
    while at >= 0:
        if stands_at(doc, at, word):
            yield at, at + size, group
        at = doc.text.find(word.folded, at + size)


def _in_other_name(doc: Folded, start: int, end: int, topic: CompiledTopic) -> bool:
    """Whether a word belongs to a longer phrase that the topic excludes: the thousand of Ten Thousand Talents."""
    first = max(0, start - topic.exclude.longest + 1)
    window = doc.text[first : end + topic.exclude.longest - 1]
    for word in topic.exclude.items:
        at = window.find(word.folded)
        while at >= 0:
            begin, beyond = first + at, first + at + len(word.folded)
            if begin <= start and end <= beyond and beyond - begin > end - start and stands_at(doc, begin, word):
                return True
            at = window.find(word.folded, at + 1)
    return False


def _match(
    doc: Folded, field: str, topic: CompiledTopic, pattern: CompiledPattern, places: list[tuple[int, int, int]]
) -> Match:
    start, end = doc.span(min(place[0] for place in places), max(place[1] for place in places))
    score = WEAK_PATTERN if pattern.pattern.strength is Strength.WEAK else PATTERN
    words = " + ".join(dict.fromkeys(doc.text[first:last] for first, last, _ in places))
    return Match(
        topic=topic.topic.key,
        term=pattern.pattern.name,
        form="pattern",
        field=field,
        start=start,
        end=end,
        text=doc.original[start:end],
        verdict=verdict_of(score),
        score=score,
        reason=f"pattern {pattern.pattern.name}: {words} within {pattern.pattern.within} characters {score:+.2f}",
    )
