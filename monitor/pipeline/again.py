"""again: what do two rulesets find in a stored text that differs, and which texts need not be looked at?

Most texts hold no form of a term that changed. One automaton over those forms alone tells them apart at the price of folding;
only what passes it is judged, by the same matcher that judges what arrives.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from ..domain.archive import Change
from ..domain.hit import HitDraft, Kind, Verdict
from ..domain.topic import Severity
from .classify import classify
from .match import Compiled, Text, hits
from .match.fold import fold
from .match.scan import CHUNK
from .match.terms import build_automaton
from .read import of_wanted_kind
from .record import passage, stored_span, strongest

Signs = frozenset[tuple[object, ...]]


class Comparison:
    """Two compiled rulesets side by side; without a `before` every hit of `after` is a change."""

    def __init__(self, before: Compiled | None, after: Compiled) -> None:
        self.before = before
        self.after = after
        self.topics = touched(before, after)
        patterns = sorted(set(_patterns(after, self.topics)) | set(_patterns(before, self.topics)))
        self._sieve = build_automaton(patterns)
        self._longest = max(map(len, patterns), default=0)

    def changes(
        self, version: int, content: bytes, url: str = "", published: date | None = None, kind: str | None = None
    ) -> list[Change]:
        """Where the rulesets differ on this stored text. Raises zlib.error and UnicodeDecodeError for a damaged one.

        `kind` is what the text was classified as when it came; None lets it be classified now.
        """
        full = zlib.decompress(content).decode("utf-8")
        if not self._may_differ(full):
            return []
        title, _, body = full.partition("\n")
        text = Text(title, body, published)
        before = self._drafts(text, url, kind, self.before)
        after = self._drafts(text, url, kind, self.after)
        found = []
        for topic in [*after, *(key for key in before if key not in after)]:
            old, new = before.get(topic), after.get(topic)
            if (old and old.verdict) != (new and new.verdict):
                found.append(_change(version, full, title, body, old, new))
        return found

    def _may_differ(self, full: str) -> bool:
        if self._sieve is None:
            return False
        folded = fold(full)
        return any(
            self._sieve.find_matches_as_indexes(folded[base : base + CHUNK + self._longest])
            for base in range(0, len(folded), CHUNK)
        )

    def _drafts(self, text: Text, url: str, kind: str | None, compiled: Compiled | None) -> dict[str, HitDraft]:
        if compiled is None:
            return {}
        drafts = tuple(draft for draft in hits(text, compiled) if draft.topic in self.topics)
        if any(draft.verdict is Verdict.ALERT and compiled.by_key[draft.topic].topic.kinds for draft in drafts):
            sort = Kind(kind) if kind else classify(text.title, text.text, url, {}).kind
            drafts = of_wanted_kind(drafts, sort, compiled)
        return {draft.topic: draft for draft in drafts}


def touched(before: Compiled | None, after: Compiled) -> frozenset[str]:
    """The topics on which the two can differ: rules or written forms are others. All of `after` without a `before`."""
    if before is None:
        return frozenset(after.by_key)
    old, new = dict(_signs(before)), dict(_signs(after))
    return frozenset(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))


def _signs(compiled: Compiled) -> Iterator[tuple[str, tuple[object, Signs]]]:
    """What judges a text in the name of each topic: its rules, and its forms in the automaton."""
    forms: dict[int, set[tuple[object, ...]]] = {topic.number: set() for topic in compiled.topics}
    for pattern, several in zip(compiled.patterns, compiled.forms, strict=True):
        for form in several:
            term = compiled.terms[form.term]
            forms[term.topic].add((pattern, form.way, form.pattern, term.text, term.weak))
    for topic in compiled.topics:
        named = {"name": "", "severity": Severity.LOW, "must_match": (), "must_not_match": (), "formerly": ()}
        judging = replace(topic.topic, **named)  # type: ignore[arg-type]
        yield topic.topic.key, (judging, frozenset(forms[topic.number]))


def _patterns(compiled: Compiled | None, topics: frozenset[str]) -> Iterator[str]:
    """Forms of which one stands in every text that has a hit on one of these topics."""
    if compiled is None:
        return
    numbers = {topic.number for topic in compiled.topics if topic.topic.key in topics}
    for pattern, forms in zip(compiled.patterns, compiled.forms, strict=True):
        if any(compiled.terms[form.term].topic in numbers for form in forms):
            yield pattern
    for topic in compiled.unnamed:
        if topic.number in numbers:
            for one in topic.patterns:
                smallest = min(one.groups, key=len)
                yield from (word.folded for word in smallest)


def _change(version: int, full: str, title: str, body: str, old: HitDraft | None, new: HitDraft | None) -> Change:
    shown = new or old
    assert shown is not None
    match = strongest(shown, title, body)
    start, end = stored_span(match, title) if match else (0, 0)
    words, at = passage(full, start, end)
    return Change(
        version, shown.topic, old.verdict.value if old else None, new.verdict.value if new else None, title[:300],
        match.term if match else "", match.form if match else "", words, start - at, end - at,
        "; ".join(shown.reasons)[:500],
    )  # fmt: skip
