"""compile: how does a ruleset become one automaton and the checks at its hits?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from monitor.domain.topic import Ruleset, Strength, Term, Tolerance, Topic

from .fold import fold
from .forms import (
    count_han,
    count_homophones,
    exact_forms,
    is_everyday,
    is_latin,
    seed_forms,
    takes_typos,
    variant_patterns,
)
from .search import build_find
from .terms import (
    Compiled,
    CompiledPattern,
    CompiledTerm,
    CompiledTopic,
    Form,
    TermProblem,
    Way,
    Word,
    Words,
    build_automaton,
)

SHORT_HAN = 2  # characters; such a term also needs a word check at the hit
SHORT_LATIN = 4  # letters
ACRONYM = 5  # capitals at most
MOST_HOMOPHONES = 250_000  # patterns, about 0.7 kB each; a reading process has 300 MB in all


def compile_ruleset(ruleset: Ruleset) -> Compiled:
    """The compiled form of all topics; odd terms are left out and told in `problems`, never raised."""
    return _Builder(ruleset).build()


class _Builder:
    """Collects terms, forms and problems of one ruleset."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        self.terms: list[CompiledTerm] = []
        self.tolerances: list[Tolerance] = []
        self.forms: dict[str, tuple[Form, ...]] = {}
        self.problems: list[TermProblem] = []
        self.words: dict[tuple[str, ...], Words] = {}  # many terms share theirs: less memory, and warmer

    def build(self) -> Compiled:
        """The whole ruleset, exact forms first, so that no variant hides another topic's exact term."""
        topics = tuple(self._topic(number, topic) for number, topic in enumerate(self.ruleset.topics))
        exact = [(term, form) for term in self.terms for form in exact_forms(term)]
        for _, form in exact:
            self._add(form.pattern, form)
        self._warn_of_equals()
        self._warn_of_shadows(exact)
        self._bound_homophones(exact)
        taken = frozenset(self.forms)
        for term, form in exact:
            self._add_variants(term, form, taken)
        for term, form in exact:
            self._add_seeds(term, form)
        patterns = tuple(self.forms)
        return Compiled(
            ruleset=self.ruleset,
            topics=topics,
            terms=tuple(self.terms),
            patterns=patterns,
            forms=tuple(self.forms.values()),
            problems=tuple(self.problems),
            longest=max(map(len, patterns), default=0),
            find=build_find(patterns, tuple(self.forms.values())),
        )

    def _bound_homophones(self, exact: list[tuple[CompiledTerm, Form]]) -> None:
        """Leaves homophones out of a ruleset that is so large that a reading process could not hold them."""
        wanted = sum(count_homophones(term, form.pattern, self.tolerances[term.number]) for term, form in exact)
        if wanted > MOST_HOMOPHONES:
            self.tolerances = [min(one, Tolerance.SPELLING, key=list(Tolerance).index) for one in self.tolerances]
            message = f"too many terms to look for homophones ({wanted:,} forms): set `tolerance: spelling` to agree"
            self._tell(exact[0][0], message)

    def _add(self, pattern: str, form: Form) -> None:
        self.forms[pattern] = (*self.forms.get(pattern, ()), form)

    def _add_variants(self, term: CompiledTerm, form: Form, taken: frozenset[str]) -> None:
        """All variants of a form share one Form of each way: there are some seventy of them."""
        shared = {way: (replace(form, way=way),) for way in (Way.LOOKALIKE, Way.HOMOPHONE)}
        for way, pattern in variant_patterns(term, form.pattern, self.tolerances[term.number]):
            if pattern not in self.forms:
                self.forms[pattern] = shared[way]
            elif pattern not in taken:
                self.forms[pattern] += shared[way]

    def _add_seeds(self, term: CompiledTerm, form: Form) -> None:
        if not takes_typos(term, self.tolerances[term.number]):
            return
        seeds = seed_forms(term, form)
        if seeds is None:
            self._tell(term, "its parts are too common for typos to be looked for; set `tolerance: exact` to agree")
            return
        left, right = seeds
        self._add(form.pattern[: left.split], left)
        self._add(form.pattern[right.split :], right)

    def _topic(self, number: int, topic: Topic) -> CompiledTopic:
        first = len(self.terms)
        exclude = self._words(topic.exclude)
        for term in topic.terms:
            self._term(number, topic, term, exclude)
        return CompiledTopic(
            number=number,
            topic=topic,
            exclude=exclude,
            exclude_near=tuple(self._exclusions(topic)),
            exclusions=len(topic.exclude) + len(topic.exclude_near),
            evidence=tuple(self._words(group) for group in topic.evidence),
            unless=tuple(_words(topic.unless)),
            context=_joined([term.near for term in self.terms[first:]]),
            patterns=tuple(
                CompiledPattern(pattern, tuple(tuple(_words(group)) for group in pattern.groups))
                for pattern in topic.patterns
                if pattern.groups
            ),
        )

    def _exclusions(self, topic: Topic) -> Iterator[tuple[int, Words, bool]]:
        """The excluding neighbours by their reach, those for weak terms apart."""
        words: dict[tuple[int, bool], list[str]] = {}
        for near in topic.exclude_near:
            words.setdefault((near.within, near.strength is Strength.WEAK), []).append(near.word)
        for (reach, weak_only), texts in sorted(words.items()):
            yield reach, self._words(tuple(texts)), weak_only

    def _words(self, texts: tuple[str, ...]) -> Words:
        if texts not in self.words:
            self.words[texts] = Words.of(_words(texts))
        return self.words[texts]

    def _term(self, number: int, topic: Topic, term: Term, exclude: Words) -> None:
        folded = fold(term.text)
        refusal = _refusal(folded, term)
        if refusal:
            self.problems.append(TermProblem(topic.key, term.text, refusal))
            return
        han, latin = count_han(folded), is_latin(folded)
        short = len(folded) <= (SHORT_LATIN if latin else SHORT_HAN)
        compiled = CompiledTerm(
            number=len(self.terms),
            topic=number,
            text=term.text,
            folded=folded,
            han=han,
            latin=latin,
            acronym=latin and term.text.isupper() and len(folded) <= ACRONYM,
            everyday=latin and all(is_everyday(fold(word)) for word in term.text.split()),
            strong=term.strength is Strength.STRONG,
            weak=term.strength is Strength.WEAK or (term.strength is None and (bool(term.near) or short)),
            near=self._words(term.near),
            within=term.within,
            lifts=term.strength is not Strength.WEAK,
            since=term.since,
            until=term.until,
        )
        self.terms.append(compiled)
        self.tolerances.append(term.tolerance)
        for message in _warnings(compiled, term, exclude, short=short):
            self._tell(compiled, message)

    def _warn_of_equals(self) -> None:
        for forms in self.forms.values():
            first = self.terms[forms[0].term]
            for form in forms[1:]:
                other = self.terms[form.term]
                if other is first or other.near != first.near:
                    continue  # the same name under other conditions is meant
                of_topic = f" of topic {self._key(first)}" if other.topic != first.topic else ""
                self._tell(other, f"equal after folding to {first.text}{of_topic}")

    def _warn_of_shadows(self, exact: list[tuple[CompiledTerm, Form]]) -> None:
        """Tells where a term without conditions holds another topic's: both topics are told at each of its places."""
        free = [(term, form) for term, form in exact if not term.near and not term.weak]
        automaton = build_automaton([form.pattern for _, form in free], dfa_bytes=0)
        if automaton is None or len({term.topic for term, _ in free}) < 2:
            return
        for term, form in free:
            if term.strong:
                continue  # its author agreed
            for number, start, end in automaton.find_matches_as_indexes(form.pattern, overlapping=True):
                other = free[number][0]
                if other.topic != term.topic and end - start < len(form.pattern):
                    self._warn_of_shadow(term, form, other, start, end)

    def _warn_of_shadow(self, term: CompiledTerm, form: Form, other: CompiledTerm, start: int, end: int) -> None:
        words = _is_word_border(form, start) and _is_word_border(form, end)
        if not words or self._is_excluded(form.pattern, other, start, end):
            return
        told = f"holds {other.text} of topic {self._key(other)}: both topics are told wherever it stands"
        self._tell(term, f"{told}; exclude it there, or set `strength: strong` to agree")

    def _is_excluded(self, pattern: str, other: CompiledTerm, start: int, end: int) -> bool:
        """Whether an exclusion of the other topic claims its term at this place of a longer pattern."""
        for word in self._words(self.ruleset.topics[other.topic].exclude).items:
            at = pattern.find(word.folded)
            beyond = at + len(word.folded)
            if 0 <= at < end and start < beyond and not (start <= at and beyond <= end):
                return True
        return False

    def _tell(self, term: CompiledTerm, message: str) -> None:
        problem = TermProblem(self._key(term), term.text, message)
        if problem not in self.problems[-3:]:
            self.problems.append(problem)

    def _key(self, term: CompiledTerm) -> str:
        return self.ruleset.topics[term.topic].key


def _refusal(folded: str, term: Term) -> str:
    """Why a term cannot be matched at all, or nothing."""
    if not folded:
        return "nothing is left of it after folding: it can never match"
    if len(folded) == 1:
        return "one letter alone stands in every text: it is not matched"
    if term.since and term.until and term.since > term.until:
        return "its `since` is later than its `until`: it can never match"
    return ""


def _is_word_border(form: Form, place: int) -> bool:
    """Whether a word of a form begins or ends at this place; Han has its borders everywhere."""
    pattern = form.pattern
    at_end = place in (0, len(pattern)) or place in form.borders
    return at_end or not (is_latin(pattern[place - 1]) and is_latin(pattern[place]))


def _warnings(compiled: CompiledTerm, term: Term, exclude: Words, *, short: bool) -> Iterator[str]:
    """What its author may not have meant."""
    alone = not term.near and term.strength is None
    if short and alone:
        yield "too short to stand alone: it gives reviews only; add `near` words"
    elif alone and is_everyday(compiled.folded):
        yield "an everyday word: it will match often; add `near` words, or `strength: strong` to agree"
    if term.near and not compiled.near:
        yield "nothing is left of its `near` words after folding: it counts wherever it stands"
    for phrase in exclude.items:
        if phrase.folded in compiled.folded:
            yield f"the exclusion {phrase.text} lies inside it and cannot hold against it"


def _joined(several: list[Words]) -> Words:
    """The words of all of them; the very same object where there is but one."""
    different = list({id(words): words for words in several}.values())
    return different[0] if len(different) == 1 else Words.of(word for words in different for word in words.items)


def _words(texts: Iterable[str]) -> Iterator[Word]:
    for text in texts:
        folded = fold(text)
        if folded:
            yield Word(text, folded, is_latin(folded[0]))
