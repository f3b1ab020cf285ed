"""classify: what sort of text is this, and what part does it play?

Transparent evidence: each cue has a weight and a name, the sum for each kind decides, and `reasons` lists what spoke
for it. Where no form is seen, everyday words that lean towards a kind decide; where they are weak too, `other`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ..domain.hit import Kind, Part
from .cues import CUES, HOSTS, LIMIT, META, PARTS, Cue, leanings
from .facts.page import Page

ENOUGH: Final = 2.0  # one strong cue, or two plain ones
_TOLD: Final[tuple[Kind, ...]] = tuple(kind for kind in Kind if kind is not Kind.OTHER)
CLEAR: Final = 6.0  # evidence that gives a score of 1
LEAN: Final = 0.7  # what a leaning word counts beside a cue
LEAN_LENGTH: Final = 60  # code points over which such words come by chance: they count less in longer texts
LEAN_ENOUGH: Final = 0.8  # two such words in a short text
ALONE: Final = 0.25  # what one weak cue counts when the words must decide
DOUBT: Final = 1.3  # words of ordinary talk are common in every kind: they must clearly lose


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
    best = _by_form(_sums(evidence)) or _by_words(page, evidence)
    reasons = tuple(f"{name} ({weight:+.1f})" for weight, name in sorted(evidence[best], reverse=True))
    weight = sum(weight for weight, _ in evidence[best])
    score = min(1.0, max(0.0, weight) / CLEAR) if best is not Kind.OTHER else 0.0
    return Classified(best, _part(best, page), round(score, 2), reasons or ("no evidence for another kind",))


def _sums(evidence: Mapping[Kind, list[tuple[float, str]]]) -> dict[Kind, float]:
    return {kind: sum(weight for weight, _ in found) for kind, found in evidence.items()}


def _by_form(sums: Mapping[Kind, float]) -> Kind | None:
    """The kind that the cues name, `other` where they speak for that; None where they are too few."""
    best = max(_TOLD, key=lambda kind: sums[kind])
    if max(sums[best], sums[Kind.OTHER]) < ENOUGH:
        return None
    return best if sums[best] > sums[Kind.OTHER] else Kind.OTHER


def _by_words(page: Page, evidence: dict[Kind, list[tuple[float, str]]]) -> Kind:
    """The kind that everyday words lean towards; adds them to the evidence, four named."""
    for kind in _TOLD:
        evidence[kind] = [(ALONE * weight, name) for weight, name in evidence[kind]]
    damping = LEAN / (1 + len(page.plain) / LEAN_LENGTH)
    for kind in Kind:
        found = [(weight, word) for leans, word, weight in leanings(page.plain) if leans is kind]
        if found:
            named = ", ".join(word for _, word in sorted(found, key=lambda one: -one[0])[:4])
            evidence[kind].append((round(damping * sum(weight for weight, _ in found), 2), f"words: {named}"))
    sums = _sums(evidence)
    best = max(_TOLD, key=lambda kind: sums[kind])
    return best if sums[best] >= LEAN_ENOUGH and sums[best] > DOUBT * sums[Kind.OTHER] else Kind.OTHER


def _evidence(page: Page, url: str, meta: Mapping[str, str]) -> Iterator[tuple[Kind, float, str]]:
    for cue in CUES:
        times = _times(cue, page)
        if times:
            yield cue.kind, cue.weight * min(times, cue.most), cue.name
    for kind, weight, name, pattern in HOSTS:
        if url and pattern.search(url.lower()):
            yield kind, weight, name
    said = " ".join(f"{key}={value}" for key, value in sorted(meta.items()))[:2000].lower()
    for kind, weight, name, pattern in META:
        if said and pattern.search(said):
            yield kind, weight, name


def _times(cue: Cue, page: Page) -> int:
    """How often a cue stands in the text, counted to its `most`."""
    view = page.shape if cue.cased else page.plain
    count = 0
    for _ in cue.pattern.finditer(view):
        count += 1
        if count >= cue.most:
            break
    return count


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
