"""matcher: the whole way from a document to its hits, on one screen."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate

from monitor.domain.hit import HitDraft, Match, Verdict

from .fold import Folded
from .patterns import pattern_matches
from .rules import ALERT, REVIEW, Rules, strength, without_hidden
from .scan import CHUNK, occurrences, scan
from .terms import Compiled, Guards, Text
from .verify import Found, Refusal, Verifier

FIELDS = ("title", "text")
WALL = "\ue000"  # a private character, which no folding takes away
UNLESS = -0.30  # a whole-document sign against the topic: an alert becomes a review
DEFAULT = Guards()


@dataclass(frozen=True, slots=True)
class Refused:
    """A place that only looks like a term, and why it is none. Spans are code points of the field."""

    topic: str
    term: str
    field: str
    start: int
    end: int
    text: str
    reason: str


@dataclass(slots=True)
class _Findings:
    """What one document gave: matches, what was only counted, and, where they are asked for, refused places."""

    matches: list[Match] = field(default_factory=list)
    counted: dict[str, int] = field(default_factory=dict)
    refused: list[Refused] | None = None


def match(document: Text, compiled: Compiled, guards: Guards = DEFAULT) -> list[Match]:
    """All matches in title and text with their verdicts, suppressed ones too; never raises for odd text."""
    return _search(document, compiled, guards).matches


def explain(document: Text, compiled: Compiled) -> list[Refused]:
    """The places that look like a term and are none, each with its reason: the answer to "why not?"."""
    findings = _Findings(refused=[])
    _search(document, compiled, DEFAULT, findings)
    return list(dict.fromkeys(findings.refused or ()))  # a name that stands in several terms is told once


def hits(document: Text, compiled: Compiled) -> tuple[HitDraft, ...]:
    """The judgement on each topic that has a match in the document."""
    found = _search(document, compiled, DEFAULT)
    return judge(found.matches, compiled, found.counted)


def judge(
    matches: Iterable[Match], compiled: Compiled, counted: Mapping[str, int] | None = None
) -> tuple[HitDraft, ...]:
    """One judgement a topic, in the ruleset's order: the strongest match first, its verdict the hit's.

    `counted` has what stood beyond the listed matches; where it could hide a real one, the hit is a review.
    """
    by_topic: dict[str, list[Match]] = {}
    for one in matches:
        by_topic.setdefault(one.topic, []).append(one)
    order = [topic.key for topic in compiled.ruleset.topics if topic.key in by_topic]
    return tuple(_draft(key, by_topic[key], (counted or {}).get(key, 0)) for key in order)


def _draft(topic: str, matches: list[Match], counted: int) -> HitDraft:
    ordered = sorted(matches, key=lambda one: (*(-part for part in strength(one)), one.field != "title", one.start))
    best = ordered[0]
    verdict = best.verdict
    reasons = list(dict.fromkeys(one.reason for one in ordered if one.verdict is verdict))[:5]
    if counted:
        reasons.append(f"{counted} further matches were only counted")
        verdict = Verdict.REVIEW if verdict is Verdict.SUPPRESSED else verdict
    return HitDraft(topic, verdict, tuple(ordered), tuple(reasons), best.score, counted)


def find_topics(document: Text, compiled: Compiled) -> dict[str, int]:
    """How often a plain term of each topic stands in the document: the bare automaton, without any check."""
    automaton, topics = compiled.plain
    counts: dict[str, int] = {}
    if automaton is None:
        return counts
    for text in (document.title, document.text):
        folded = Folded(text).text
        for base in range(0, len(folded), CHUNK):
            piece = folded[base : base + CHUNK + compiled.longest - 1]
            for pattern, start, _ in automaton.find_matches_as_indexes(piece, overlapping=True):
                if start < CHUNK:
                    for topic in topics[pattern]:
                        key = compiled.topics[topic].topic.key
                        counts[key] = counts.get(key, 0) + 1
    return counts


def standing(texts: Sequence[str], compiled: Compiled) -> set[int]:
    """The places in a list of texts at which a term may stand, in any form: at all others there is no match.

    Short texts go through the automaton together, with walls between them; long ones are not looked through.
    """
    if compiled.unnamed:
        return set(range(len(texts)))
    found = {place for place, text in enumerate(texts) if len(text) > CHUNK}
    short = ["" if place in found else text for place, text in enumerate(texts)]
    for first, last in _batches(short):
        together = Folded(WALL.join(short[first:last]))
        ends = list(accumulate((len(text) + 1 for text in short[first:last]), initial=0))
        for _, start, _ in occurrences(together.text, compiled):
            found.add(first + bisect_right(ends, together.index[start]) - 1)
    return found


def _batches(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """[first, last) of texts that are together about as long as one pass of the automaton."""
    first = size = 0
    for place, text in enumerate(texts):
        if size > CHUNK:
            yield first, place
            first, size = place, 0
        size += len(text)
    yield first, len(texts)


def _search(document: Text, compiled: Compiled, guards: Guards, findings: _Findings | None = None) -> _Findings:
    """Both fields, each by itself; then the signs that only the whole document gives."""
    docs = [Folded(document.title), Folded(document.text)]
    findings = findings or _Findings()
    for name, doc, beside in zip(FIELDS, docs, reversed(docs), strict=True):
        if not doc.text:
            continue
        rules = Rules(doc, name, document.published, guards, beside)
        _search_field(compiled, Verifier(doc, guards), rules, findings)
    _weigh_document(findings, docs, compiled)
    return findings


def _search_field(compiled: Compiled, verifier: Verifier, rules: Rules, findings: _Findings) -> None:
    scanned = scan(rules.doc.text, compiled)
    for number in sorted(scanned.found):
        judged = []
        for candidate in scanned.found[number]:
            found = verifier.verify(candidate, compiled.terms[candidate.form.term])
            if isinstance(found, Found):
                judged.append(rules.judge(found, compiled.topics[number]))
            elif findings.refused is not None:
                findings.refused.append(_refused(found, rules, compiled))
        findings.matches += [one.match for one in without_hidden(judged)]
    for number, count in scanned.counted.items():
        key = compiled.topics[number].topic.key
        findings.counted[key] = findings.counted.get(key, 0) + count
    for topic in compiled.unnamed:
        findings.matches += pattern_matches(rules.doc, rules.field, topic)


def _refused(refusal: Refusal, rules: Rules, compiled: Compiled) -> Refused:
    candidate = refusal.candidate
    term = compiled.terms[candidate.form.term]
    start, end = rules.doc.span(candidate.start, candidate.end)
    return Refused(
        topic=compiled.topics[term.topic].topic.key,
        term=term.text,
        field=rules.field,
        start=start,
        end=end,
        text=rules.doc.original[start:end],
        reason=refusal.reason,
    )


def _weigh_document(findings: _Findings, docs: list[Folded], compiled: Compiled) -> None:
    """Turns alerts of a topic into reviews where the document holds one of its `unless` phrases."""
    against: dict[str, str] = {}
    for key in {one.topic for one in findings.matches if one.verdict is Verdict.ALERT}:
        for word in compiled.by_key[key].unless:
            if any(word.folded in doc.text for doc in docs):
                against[key] = word.text
                break
    if not against:
        return
    findings.matches = [
        _downgrade(one, against[one.topic]) if one.topic in against and one.verdict is Verdict.ALERT else one
        for one in findings.matches
    ]


def _downgrade(one: Match, phrase: str) -> Match:
    score = round(min(max(one.score + UNLESS, REVIEW), ALERT - 0.01), 2)
    reason = f"{one.reason}; the document speaks of {phrase} {UNLESS:+.2f}"
    return replace(one, verdict=Verdict.REVIEW, score=score, reason=reason)
