"""classify: what sort of text is this, and what part does it play?

Transparent evidence: each cue has a weight and a name, everyday words that lean towards a kind add to it by the root of
the text's length, the sum for each kind decides, and `reasons` lists what spoke for it. Where it is weak: `other`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ..domain.hit import Kind, Part
from .cues import HOSTS, LIMIT, META, PARTS, REACH, leanings, likely
from .facts.page import Page

_TOLD: Final[tuple[Kind, ...]] = tuple(kind for kind in Kind if kind is not Kind.OTHER)
CLEAR: Final = 6.0  # evidence that gives a score of 1
WORDS: Final = 0.9  # what a leaning word counts beside a cue, in a text of no length
WORDS_LENGTH: Final = 10  # words of text over which leaning words come by chance: they count by the root of the length
DOUBT: Final = 1.5  # a kind must be better than `other` by one plain cue
_LATIN_WORD: Final = re.compile(r"[a-z]+")
_HAN_CHAR: Final = re.compile(r"[一-鿿]")


@dataclass(frozen=True, slots=True)
class Classified:
    """A kind with its part (of ads and policy documents), a score from 0 to 1 and the evidence in words."""

    kind: Kind
    part: Part | None
    score: float
    reasons: tuple[str, ...]


def classify(title: str, text: str, url: str = "", meta: Mapping[str, str] | None = None) -> Classified:
    """The kind of a text. `meta` may hold og:type, og:site_name, article:author and schema types of its page."""
    page = Page.of(f"{title}\n{text[:LIMIT]}" if title else text[:LIMIT])
    evidence: dict[Kind, list[tuple[float, str]]] = {kind: [] for kind in Kind}
    for kind, weight, name in _evidence(page, url, meta or {}):
        evidence[kind].append((weight, name))
    for kind, weight, named in _words(page):
        evidence[kind].append((weight, named))
    best = _best(_sums(evidence))
    reasons = tuple(f"{name} ({weight:+.1f})" for weight, name in sorted(evidence[best], reverse=True))
    weight = sum(weight for weight, _ in evidence[best])
    score = min(1.0, max(0.0, weight) / CLEAR) if best is not Kind.OTHER else 0.0
    return Classified(best, _part(best, page), round(score, 2), reasons or ("no evidence for another kind",))


def _sums(evidence: Mapping[Kind, list[tuple[float, str]]]) -> dict[Kind, float]:
    return {kind: sum(weight for weight, _ in found) for kind, found in evidence.items()}


def _best(sums: Mapping[Kind, float]) -> Kind:
    """The kind that form and words name together; `other` where what speaks for it is no less."""
    best = max(_TOLD, key=lambda kind: sums[kind])
    return best if sums[best] > sums[Kind.OTHER] + DOUBT else Kind.OTHER


def _words(page: Page) -> Iterator[tuple[Kind, float, str]]:
    """What everyday words that lean towards a kind count, four of them named."""
    damping = WORDS / math.sqrt(1 + _length(page.plain[:REACH]) / WORDS_LENGTH)
    found: dict[Kind, list[tuple[float, str]]] = {}
    for kind, word, weight in leanings(page.plain):
        found.setdefault(kind, []).append((weight, word))
    for kind, words in found.items():
        named = ", ".join(word for _, word in sorted(words, key=lambda one: -one[0])[:4])
        yield kind, round(damping * sum(weight for weight, _ in words), 2), f"words: {named}"


def _length(text: str) -> float:
    """About how many words a text has: Latin ones, and one for every 1.6 Chinese characters."""
    return len(_LATIN_WORD.findall(text)) + len(_HAN_CHAR.findall(text)) / 1.6


def _evidence(page: Page, url: str, meta: Mapping[str, str]) -> Iterator[tuple[Kind, float, str]]:
    han = _HAN_CHAR.search(page.plain) is not None
    for cue in likely(page.plain, page.shape):
        times = cue.times(page.shape if cue.cased else page.plain, han=han)
        if times:
            yield cue.kind, cue.weight * min(times, cue.most), cue.name
    for kind, weight, name, pattern in HOSTS:
        if url and pattern.search(url.lower()):
            yield kind, weight, name
    said = " ".join(f"{key}={value}" for key, value in sorted(meta.items()))[:2000].lower()
    for kind, weight, name, pattern in META:
        if said and pattern.search(said):
            yield kind, weight, name


def _part(kind: Kind, page: Page) -> Part | None:
    """What an ad or a policy document does; None for other kinds."""
    if kind is Kind.RECRUITMENT_AD:
        return Part.AD
    if kind is not Kind.POLICY_DOCUMENT:
        return None
    scores: dict[Part, float] = {}
    for part, weight, pattern in PARTS:
        if pattern.search(page.plain):
            scores[part] = scores.get(part, 0.0) + weight
    return max(scores, key=lambda part: scores[part]) if scores else None
