"""evidence: what does the whole document speak of, when no context word stands beside a name?

A topic's `evidence` lists groups of words: what such programmes do, for whom, for how much. A group counts once, where
one of its words stands in the title, at the beginning of the text or not too far from the match. What a document says
of a namesake anywhere keeps its names on the review list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain

from .fold import Folded, is_letter
from .terms import CompiledTopic, Word, Words

OPENING = 400  # folded characters at the beginning of title and text, which say what a document is about
NEARBY = 1_200  # folded characters either side of a match: some paragraphs of Chinese, two of English
WEAK_GAINS = (0.0, 0.25, 0.35, 0.50)  # by groups found: a review from one, an alert from three
STRONG_GAINS = (0.0, 0.05, 0.15, 0.25)  # an alert from two

SHORT = 3  # letters; BIS is no bistro, ban no bank

Nearest = Callable[[Words, int], Word | None]


class Evidence:
    """What one document says of each topic; found out once, and only when a match asks."""

    def __init__(self, docs: Iterable[Folded]) -> None:
        self.docs = tuple(docs)
        self._opening: dict[tuple[int, int], Word | None] = {}
        self._namesakes: dict[tuple[int, bool], Word | None] = {}

    def words(self, topic: CompiledTopic, nearest: Nearest) -> list[Word]:
        """One word of each group of the topic that the document holds; `nearest` looks around the match."""
        found = (
            self._in_opening(topic, number) or nearest(group, NEARBY) for number, group in enumerate(topic.evidence)
        )
        return [word for word in found if word is not None]

    def _in_opening(self, topic: CompiledTopic, number: int) -> Word | None:
        key = (topic.number, number)
        if key not in self._opening:
            words = topic.evidence[number].items
            openings = [(doc, doc.text[:OPENING]) for doc in self.docs]
            self._opening[key] = next(
                (word for word in words if any(stands_in(doc, opening, word) for doc, opening in openings)), None
            )
        return self._opening[key]

    def namesake(self, topic: CompiledTopic, *, weak: bool) -> Word | None:
        """An exclusion of the topic that stands anywhere in the document and holds for such a term, or None."""
        key = (topic.number, weak)
        if key not in self._namesakes:
            beside = (words.items for _, words, weak_only in topic.exclude_near if weak or not weak_only)
            self._namesakes[key] = next(
                (
                    word
                    for word in chain(topic.exclude.items, *beside)
                    if any(stands_in(doc, doc.text, word) for doc in self.docs)
                ),
                None,
            )
        return self._namesakes[key]


def stands_in(doc: Folded, part: str, word: Word) -> bool:
    """Whether a word stands in a part of the folded text that starts where the text does."""
    at = part.find(word.folded)
    while at >= 0:
        if stands_at(doc, at, word):
            return True
        at = part.find(word.folded, at + 1)
    return False


def stands_at(doc: Folded, place: int, word: Word) -> bool:
    """Whether a word found in the folded text begins as a word; one of two or three letters ends as one, too.

    Longer ones hold for what begins with them (export, exports, exporter); Han needs no border.
    """
    if not word.latin:
        return True
    first = doc.index[place]
    if first > 0 and is_letter(doc.original[first - 1]):
        return False
    if len(word.folded) > SHORT:
        return True
    end = doc.index[place + len(word.folded) - 1] + 1
    end += doc.original[end : end + 1] in ("s", "S")
    return not is_letter(doc.original[end : end + 1])
