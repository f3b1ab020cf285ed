"""rules: what speaks for a match, what against it, and what does the sum say?

Parts of a score, each of which the reason lists: the written form, the strength of the term, the context found or
missed, an excluding word near by. `alert` from 0.60, `review` from 0.35, below it `suppressed`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from datetime import date

from monitor.domain.hit import Match, Verdict

from .evidence import OPENING, STRONG_GAINS, WEAK_GAINS, Evidence, stands_at, stands_in
from .fold import Folded, is_letter
from .terms import CompiledTopic, Guards, Way, Word, Words
from .verify import Found

ALERT, REVIEW = 0.60, 0.35
EXACT_FORM, LONG_TYPO_FORM, TYPO_FORM, HOMOPHONE_FORM = 0.80, 0.65, 0.50, 0.35
LONG_NAME = 20  # letters
WEAK_TERM, NO_CONTEXT = -0.40, -0.30
CONTEXT_STRONG, CONTEXT_WEAK, CONTEXT_VARIANT = 0.20, 0.30, 0.20
NEAR_EXCLUSION = -0.60
IN_QUOTES = 0.25  # lifts a weak term to the review list
NUMERALS = frozenset("十百千万")  # quotes make a name of a number, “千人”; “启明” names many things anyway
BELOW_ALERT, BELOW_REVIEW = 0.59, 0.34
# folded characters in which another term's context word supports a match: a Han character says as much as three letters
OTHER_CONTEXT, OTHER_CONTEXT_LATIN = 30, 90

AROUND, PROGRAM_MARKS = 160, 2  # characters either side, and how many marks of a program make it one
_PROGRAM_TEXT = re.compile(r"[{}`$|]|=>|::|==|</|\(\)|\w\.\w+\(|\w_\w|[\w\"]: ?['\"]|= ?['\"]")

_LONGER_NAME = re.compile(r" ([A-Z][a-z]+|[A-Z]?\d\w*)\b")  # Qiming Venus, Qiming X7

QUOTED = frozenset(("“”", "「」", "『』", "《》", "〈〉", "〝〞", '""', "‘’", "''", "«»", "„“"))

_RANK = {Verdict.ALERT: 2, Verdict.REVIEW: 1, Verdict.SUPPRESSED: 0}


@dataclass(slots=True)
class Near:
    """A word beside a match: its folded span and how many folded characters lie between."""

    word: Word
    start: int
    end: int
    distance: int
    side: str

    def __str__(self) -> str:
        return f"{self.word.text} {self.distance} characters {self.side}"


@dataclass(slots=True)
class Judged:
    """A match with what decides about its neighbours: its folded span and whether an exclusion claims it."""

    match: Match
    found: Found
    excluded: bool


class Rules:
    """Weighs the matches of one field of a document."""

    def __init__(
        self, doc: Folded, field: str, published: date | None, guards: Guards, beside: Folded | None = None
    ) -> None:
        self.doc = doc
        self.field = field
        self.beside = beside  # the other field
        self.evidence = Evidence([one for one in (doc, beside) if one is not None])
        self.published = published
        self.guards = guards

    def judge(self, found: Found, topic: CompiledTopic) -> Judged:
        """The match that a found term makes in its topic."""
        if claimed := self._claim(found, topic):
            return self._judged(found, topic, 0.0, [claimed], None, excluded=True)
        if self.published is not None and (dated := _out_of_time(found, self.published)):
            return self._judged(found, topic, 0.0, [dated], None)
        parts = [_form_part(found)]
        score = _form_score(found)
        if found.term.weak:
            score += WEAK_TERM
            parts.append(_WEAK_PART)
        beside, context, part = self._context(found, topic)
        score += beside
        parts += [part] if part else []
        against = self._excluding_neighbour(found, topic)
        if against:
            score += NEAR_EXCLUSION
            parts.append(f"excluding word {against} {NEAR_EXCLUSION:+.2f}")
        else:
            if beside == NO_CONTEXT:
                gain, part = self._without_context(found, topic, score)
                score += gain
                parts += [part] if part else []
            if topic.exclusions:
                parts.append(f"{topic.exclusions} exclusions tried, none holds")
        most = BELOW_ALERT if beside > 0 and not against else BELOW_REVIEW
        if score > most and self._is_everyday(found):
            parts.append(f"plain words in small letters {most - score:+.2f}")
            score = most
        return self._judged(found, topic, score, parts, context)

    def _without_context(self, found: Found, topic: CompiledTopic, score: float) -> tuple[float, str]:
        """What lifts a match beside which nothing stands: the rest of the document, or quotes round it."""
        quoted = found.term.weak and self._in_quotes(found)
        if topic.evidence and (found.term.lifts or quoted):
            gain, part = self._whole_document(found, topic, score)
            if part:
                return gain, part
        if not quoted or (0 < found.term.han <= 2 and NUMERALS.isdisjoint(found.term.text)):
            return 0.0, ""
        return IN_QUOTES, f"stands in quotes {IN_QUOTES:+.2f}"

    def _whole_document(self, found: Found, topic: CompiledTopic, score: float) -> tuple[float, str]:
        """What the rest of the document says for a match without context: (score, words for the reason)."""

        def around(words: Words, reach: int) -> Word | None:
            near = self.nearest(found, words, reach)
            return near.word if near else None

        words = self.evidence.words(topic, around)
        if not words:
            return self._in_doubt(found, topic)
        gains = WEAK_GAINS if found.term.weak else STRONG_GAINS
        signs = len(words) + (found.term.weak and self._in_quotes(found))  # quotes make a name of it
        gain = gains[min(signs, len(gains) - 1)]
        told = f"the document speaks of {', '.join(word.text for word in words)}"
        if score + gain >= ALERT and (against := self._against(found, topic)):
            gain = round(BELOW_ALERT - score, 2)
            told += f", but {against}"
        return gain, f"{told} {gain:+.2f}"

    def _against(self, found: Found, topic: CompiledTopic) -> str:
        """What keeps a match that only the rest of the document speaks for on the review list, in words."""
        if namesake := self.evidence.namesake(topic, weak=found.term.weak):
            return f"of {namesake.text} too"
        _, end = self.doc.span(found.start, found.end)
        longer = _LONGER_NAME.match(self.doc.original, end) if found.term.weak and found.term.latin else None
        return f"the name goes on: {longer[1]}" if longer else ""

    def _in_doubt(self, found: Found, topic: CompiledTopic) -> tuple[float, str]:
        """A name in letters for which nothing speaks is a review in prose, as long as nothing speaks against it either.

        Two Han characters are words and given names far too often, and program text names things as it likes.
        """
        term = found.term
        unlikely = term.han or term.acronym or term.everyday or self._in_program_text(found)
        if not term.weak or unlikely or self.evidence.namesake(topic, weak=True):
            return 0.0, ""
        return WEAK_GAINS[1], f"a bare name, and nothing that speaks of a namesake {WEAK_GAINS[1]:+.2f}"

    def _in_program_text(self, found: Found) -> bool:
        """Whether what stands around a match looks like the text of a program, a table of data or a command."""
        start, end = self.doc.span(found.start, found.end)
        around = self.doc.original[max(0, start - AROUND) : end + AROUND]
        return len(_PROGRAM_TEXT.findall(around)) >= PROGRAM_MARKS

    def _in_quotes(self, found: Found) -> bool:
        """Whether a term stands in quotes by itself, as names do."""
        start, end = self.doc.span(found.start, found.end)
        return self.doc.original[max(0, start - 1) : start] + self.doc.original[end : end + 1] in QUOTED

    def _is_everyday(self, found: Found) -> bool:
        """Whether a term that needs context stands there as plain words: the torch program, a hundred people."""
        term = found.term
        if not term.everyday or not term.near:
            return False
        start, end = self.doc.span(found.start, found.end)
        return self.doc.original[start:end].islower() and not self._in_quotes(found)

    def _claim(self, found: Found, topic: CompiledTopic) -> str:
        """The exclusion phrase that overlaps the match and is not inside it, in words."""
        if not self.guards.exclusions:
            return ""
        start, end = found.start, found.end
        first = max(0, start - topic.exclude.longest + 1)
        window = self.doc.text[first : end + topic.exclude.longest - 1]
        for word in topic.exclude.items:
            at = window.find(word.folded)
            while at >= 0:
                begin = first + at
                beyond = begin + len(word.folded)
                inside = start <= begin and beyond <= end
                if not inside and begin < end and start < beyond and self._is_phrase(word, begin):
                    return f"excluded by {word.text}"
                at = window.find(word.folded, at + 1)
        return ""

    def _counts(self, word: Word, place: int) -> bool:
        """Whether a word found in the folded text stands there as a word; Han needs no border."""
        return not self.guards.context_borders or stands_at(self.doc, place, word)

    def _is_phrase(self, word: Word, place: int) -> bool:
        """Whether an exclusion found in the folded text begins and ends as a word; a plural s may follow."""
        if not self._counts(word, place):
            return False
        if not is_letter(word.folded[-1]) or not self.guards.context_borders:
            return True
        original = self.doc.original
        at = self.doc.index[place + len(word.folded) - 1] + 1
        at += original[at : at + 1] in ("s", "S")
        return at >= len(original) or not is_letter(original[at])

    def _context(self, found: Found, topic: CompiledTopic) -> tuple[float, Near | None, str]:
        """What the context is worth: (score, word, words for the reason)."""
        term = found.term
        if term.near:
            near = self.nearest(found, term.near, term.within)
            if near is None and not term.weak and (word := self._elsewhere(term.near)) is not None:
                other = "text" if self.field == "title" else "title"
                return CONTEXT_STRONG, None, f"context {word.text} in the {other} {CONTEXT_STRONG:+.2f}"
            if near is None:
                return NO_CONTEXT, None, f"no context word within {term.within} {NO_CONTEXT:+.2f}"
        else:
            reach = OTHER_CONTEXT_LATIN if term.latin else OTHER_CONTEXT
            near = self.nearest(found, topic.context, reach) if topic.context else None
            if near is None:
                return 0.0, None, ""
        if found.way is Way.HOMOPHONE:
            gain = CONTEXT_VARIANT
        else:
            gain = CONTEXT_WEAK if term.weak or found.way is not Way.EXACT else CONTEXT_STRONG
        return gain, near, f"context {near} {gain:+.2f}"

    def _elsewhere(self, words: Words) -> Word | None:
        """A context word in the title, or for a match in the title at the beginning of the text."""
        if self.beside is None:
            return None
        opening = self.beside.text[:OPENING]
        return next((word for word in words.items if stands_in(self.beside, opening, word)), None)

    def _excluding_neighbour(self, found: Found, topic: CompiledTopic) -> Near | None:
        if not self.guards.exclusions:
            return None
        for within, words, weak_only in topic.exclude_near:
            near = None if weak_only and not found.term.weak else self.nearest(found, words, within)
            if near is not None:
                return near
        return None

    def nearest(self, found: Found, words: Words, within: int) -> Near | None:
        """The word nearest to a match on either side, at most `within` folded characters away."""
        text, start, end = self.doc.text, found.start, found.end
        reach = within + words.longest
        around = text[max(0, start - reach) : end + reach]
        best: Near | None = None
        for word in words.items:
            if word.folded in around:  # nearly none is
                best = self._nearer(best, self._before(word, start, within))
                best = self._nearer(best, self._after(word, end, within))
        return best

    @staticmethod
    def _nearer(best: Near | None, other: Near | None) -> Near | None:
        if best is None or other is None:
            return best or other
        return other if other.distance < best.distance else best

    def _before(self, word: Word, start: int, within: int) -> Near | None:
        text, size = self.doc.text, len(word.folded)
        first = max(0, start - within - size)
        at = text.rfind(word.folded, first, start)
        while at >= 0 and not self._counts(word, at):
            at = text.rfind(word.folded, first, at + size - 1)
        return None if at < 0 else Near(word, at, at + size, start - at - size, "before")

    def _after(self, word: Word, end: int, within: int) -> Near | None:
        text, size = self.doc.text, len(word.folded)
        last = end + within + size
        at = text.find(word.folded, end, last)
        while at >= 0 and not self._counts(word, at):
            at = text.find(word.folded, at + 1, last)
        return None if at < 0 else Near(word, at, at + size, at - end, "after")

    def _judged(
        self,
        found: Found,
        topic: CompiledTopic,
        score: float,
        parts: list[str],
        context: Near | None,
        *,
        excluded: bool = False,
    ) -> Judged:
        start, end = self.doc.span(found.start, found.end)
        score = round(min(1.0, max(0.0, score)), 2)
        word, place, distance = _told(context, self.doc) if context else (None, None, None)
        match = Match(
            topic.topic.key,
            found.term.text,
            found.form,
            self.field,
            start,
            end,
            self.doc.original[start:end],
            verdict_of(score),
            score,
            "; ".join(parts),
            word,
            place,
            distance,
        )
        return Judged(match, found, excluded)


_WEAK_PART = f"weak term {WEAK_TERM:+.2f}"


def _told(context: Near, doc: Folded) -> tuple[str, int, int]:
    """A context word as a match tells it: the word, where it stands in the original, how far away."""
    return context.word.text, doc.index[context.start], context.distance


def _form_score(found: Found) -> float:
    """What a written form is worth; one edit in a long name in letters leaves no doubt."""
    if found.way is Way.TYPO and len(found.term.folded) >= LONG_NAME:
        return LONG_TYPO_FORM
    return _FORM_SCORES.get(found.way, EXACT_FORM)


_FORM_SCORES = {Way.LOOKALIKE: TYPO_FORM, Way.TYPO: TYPO_FORM, Way.HOMOPHONE: HOMOPHONE_FORM}


def verdict_of(score: float) -> Verdict:
    """What a score says."""
    if score >= ALERT:
        return Verdict.ALERT
    return Verdict.REVIEW if score >= REVIEW else Verdict.SUPPRESSED


def _form_part(found: Found) -> str:
    notes = f" ({', '.join(found.notes)})" if found.notes else ""
    return f"{found.form} form of {found.term.text}{notes} {_form_score(found):+.2f}"


def _out_of_time(found: Found, published: date) -> str:
    """Why a dated term does not hold for a document of that day, if so."""
    since, until = found.term.since, found.term.until
    if since is not None and published < since:
        return f"{found.term.text} holds from {since}, the document is of {published}"
    if until is not None and published > until:
        return f"{found.term.text} held until {until}, the document is of {published}"
    return ""


def without_hidden(judged: list[Judged]) -> list[Judged]:
    """Each place once: the longest exact match hides what lies inside it, an exact one hides its look-alikes.

    A match that only lacks context hides nothing, a review no alert: a shorter term inside it may stand.
    """
    if len(judged) == 1:
        return judged
    exact = _outermost([one for one in judged if one.found.way is Way.EXACT])
    taken = [(one.found.start, one.found.end) for one in exact]
    others = sorted(
        (one for one in judged if one.found.way is not Way.EXACT),
        key=lambda one: (one.found.start, one.found.way, one.found.start - one.found.end),
    )
    kept = [one for one in others if not _overlaps(one.found, taken)]
    return sorted(exact + _apart(kept), key=lambda one: (one.found.start, -one.found.end))


def _outermost(judged: list[Judged]) -> list[Judged]:
    """Exact matches that no longer one covers; of equal spans the strongest."""
    order = sorted(judged, key=lambda one: (one.found.start, -one.found.end, -strength(one.match)[0], -one.match.score))
    kept: list[Judged] = []
    reach, rank, last = -1, 0, (-1, -1)
    for one in order:
        span = (one.found.start, one.found.end)
        own = _RANK[one.match.verdict]
        if span == last or (span[1] <= reach and own <= rank):
            continue
        last = span
        kept.append(one)
        if one.excluded or own > 0:
            reach, rank = max(reach, span[1]), _RANK[Verdict.ALERT] if one.excluded else own
    return kept


def _overlaps(found: Found, taken: list[tuple[int, int]]) -> bool:
    """Whether any of the spans, sorted by start, overlaps the match."""
    at = bisect_left(taken, (found.end, 0))
    return any(end > found.start for _, end in taken[max(0, at - 2) : at])


def _apart(judged: list[Judged]) -> list[Judged]:
    """Variants that do not overlap, the first and likeliest of each place."""
    kept: list[Judged] = []
    reach = -1
    for one in judged:
        if one.found.start >= reach:
            kept.append(one)
            reach = one.found.end
    return kept


def strength(match: Match) -> tuple[int, float]:
    """The order of matches: by verdict, then by score."""
    return _RANK[match.verdict], match.score
