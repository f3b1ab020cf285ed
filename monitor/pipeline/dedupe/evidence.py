"""evidence: what do two pages have in common, and what differs?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from rapidfuzz import fuzz

from .align import Alignment, Pair, align
from .furniture import speaks_of_matter
from .guard import NEGATED, OPPOSITE, Change, Weight, judge_span, settle
from .normalise import compact
from .numerals import SIGNS, figure
from .rolls import figures_in_row, in_roll, is_roll, names_person
from .sentences import LONGEST, Parsed, Sentence
from .spans import Span, spans
from .titles import Title, announces_change, says_updated
from .urls import host_of_page
from .windows import windows
from .words import MONTHS

REPLACED = "another passage in the same place"
TURNED = (NEGATED, OPPOSITE)  # what no site's frame says
MOST_ROWS = 20  # between a row of one text alone and one that both have


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that the verdict rests on. `cs`, `cl`: the part of the shorter and the longer text that is aligned."""

    a: Parsed
    b: Parsed
    alignment: Alignment
    cs: float
    cl: float
    changes: tuple[Change, ...]
    title_changes: tuple[Change, ...]
    title: float
    same_page: bool
    added: tuple[str, ...]
    updated: bool
    window: bool
    before_first: int
    unseen: bool

    @property
    def hard(self) -> list[Change]:
        """Changes that make another notice of it."""
        return [c for c in (*self.changes, *self.title_changes) if c.weight is Weight.HARD]

    @property
    def numbers(self) -> list[Change]:
        """Other figures."""
        return [c for c in (*self.changes, *self.title_changes) if c.weight is Weight.NUMBER]

    @property
    def template(self) -> bool:
        """Whether common sentences have other figures or names: the wording is that of a form, not of a telling."""
        return any(c.weight in (Weight.HARD, Weight.NUMBER) and c.why != REPLACED for c in self.changes)

    def own_words(self) -> tuple[Parsed, Parsed]:
        """Both texts without the sentences they have in common: a telling is told by its own."""
        if not self.alignment.pairs:
            return self.a, self.b
        one = {p.a for p in self.alignment.pairs} | self.alignment.inside_a
        other = {p.b for p in self.alignment.pairs} | self.alignment.inside_b
        return _without(self.a, one), _without(self.b, other)

    @property
    def plain(self) -> list[Change]:
        """Unknown changes of words."""
        return [c for c in (*self.changes, *self.title_changes) if c.weight is Weight.PLAIN]


def weigh(a: Parsed, b: Parsed, same_place: bool = False) -> Evidence:
    """Aligns two pages and weighs what differs. `a` is the earlier one."""
    alignment = _without_site(a, b, align(a, b))
    changes = _body_changes(a, b, alignment)
    title = _title_likeness(a.title, b.title)
    title_changes = _title_changes(a.title, b.title, title)
    changes = _subject(changes, a.title, b.title, title)
    cover_a = _coverage(a, {p.a for p in alignment.pairs} | alignment.inside_a, alignment.lone_a)
    cover_b = _coverage(b, {p.b for p in alignment.pairs} | alignment.inside_b, alignment.lone_b)
    cs, cl = (cover_a, cover_b) if a.weight <= b.weight else (cover_b, cover_a)
    longer, lone = (b, alignment.lone_b) if a.weight <= b.weight else (a, alignment.lone_a)
    first = min((p.b if longer is b else p.a for p in alignment.pairs), default=0)
    added = tuple(b.sentences[j].text for j in alignment.lone_b if b.sentences[j].full)
    lone_texts = [a.sentences[i].text for i in alignment.lone_a] + [b.sentences[j].text for j in alignment.lone_b]
    return Evidence(
        a=a,
        b=b,
        alignment=alignment,
        cs=cs,
        cl=cl,
        changes=tuple(changes),
        title_changes=tuple(title_changes),
        title=title,
        same_page=same_place or (bool(a.page) and a.page == b.page),
        added=added,
        updated=a.title.marked != b.title.marked or (min(cs, cl) >= 0.6 and any(map(announces_change, lone_texts))),
        window=windows(a, b, alignment),
        before_first=len(_before(longer, lone, first)),
        unseen=bool(a.rest or b.rest) and not (a.rest <= b.rest or b.rest <= a.rest),
    )


def repeats_headline(line: Sentence, title: Title) -> bool:
    """Whether a line tells nothing beyond the headline of its page."""
    return line.weight <= title.weight and fuzz.partial_ratio(line.norm, title.norm) >= 90


def _before(page: Parsed, lone: tuple[int, ...], first: int) -> set[str]:
    """The full sentences of one text alone before what both have, each once, without the headline."""
    lines = (page.sentences[place] for place in lone if place < first)
    return {line.norm for line in lines if line.full and not repeats_headline(line, page.title)}


def _without_site(a: Parsed, b: Parsed, found: Alignment) -> Alignment:
    """The alignment without what the hosts show on many pages: sentences of one text alone, and equal ones of both."""
    if not a.site and not b.site:
        return found
    return Alignment(
        tuple(p for p in found.pairs if p.score < 100 or not (p.a in a.site or p.b in b.site)),
        found.inside_a - a.site,
        found.inside_b - b.site,
        tuple(place for place in found.lone_a if place not in a.site),
        tuple(place for place in found.lone_b if place not in b.site),
    )


def _without(page: Parsed, places: set[int]) -> Parsed:
    kept = tuple(s for place, s in enumerate(page.sentences) if place not in places)
    return replace(page, sentences=kept)


def _coverage(page: Parsed, matched: set[int] | frozenset[int], lone: tuple[int, ...]) -> float:
    """The part of a text's weight that is matched; menu-like lines outside the matched part do not count."""
    if not page.sentences:
        return 0.0
    first, last = min(matched, default=0), max(matched, default=len(page.sentences))
    got = sum(page.sentences[i].weight for i in matched)
    missed = sum(page.sentences[i].weight for i in lone if page.sentences[i].full or (matched and first < i < last))
    return got / (got + missed) if got else 0.0


def _body_changes(a: Parsed, b: Parsed, alignment: Alignment) -> list[Change]:
    changes: list[Change] = []
    norms = (a.joined, b.joined)
    for pair in alignment.pairs:
        if pair.score == 100.0 and a.sentences[pair.a].norm == b.sentences[pair.b].norm:
            continue
        found = spans(a.sentences[pair.a].text, b.sentences[pair.b].text)
        if not found and max(len(a.sentences[pair.a].text), len(b.sentences[pair.b].text)) >= LONGEST:
            changes.append(Change("...", "...", Weight.PLAIN, f"differs beyond {LONGEST:,} characters of one sentence"))
        if not a.sentences[pair.a].full and not b.sentences[pair.b].full:
            outside = _outside(pair, a, b, alignment)
            roll = outside and in_roll(a, pair.a) and in_roll(b, pair.b)
            if outside and not roll and not _matters(a.sentences[pair.a], b.sentences[pair.b]):
                changes.extend(change for change in map(judge_span, found) if change.why in TURNED)
                continue  # a clock, a counter, the name of a site
            found = [s for s in found if (s.before and s.after) or (not outside and _has_figure(s.before + s.after))]
        ends = (a.truncated and pair.a == len(a.sentences) - 1, b.truncated and pair.b == len(b.sentences) - 1)
        changes.extend(judge_span(span, norms) for span in found if not _cut_off(span, ends))
    changes = settle(changes)
    changes.extend(_replaced(a, b, alignment))
    changes.extend(_more_rows(a, b, alignment))
    if a.sign_off and b.sign_off and a.sign_off != b.sign_off:
        changes.append(Change(str(a.sign_off), str(b.sign_off), Weight.HARD, "signed in another year"))
    if a.signer and b.signer and a.signer not in b.signer and b.signer not in a.signer:
        changes.append(Change(a.signer, b.signer, Weight.HARD, "signed by another body"))
    elif a.signer and b.signer and a.signed_on != b.signed_on:
        changes.append(Change(a.signed_on, b.signed_on, Weight.NUMBER, "signed on another day"))
    one = sorted(figure for contact in a.contacts for figure in contact.figures)
    other = sorted(figure for contact in b.contacts for figure in contact.figures)
    if a.number and b.number and a.number != b.number:
        changes.append(Change(a.number, b.number, Weight.HARD, "another document number"))
    asked = [frozenset[str]().union(*(contact.programmes for contact in page.contacts)) for page in (a, b)]
    if asked[0] and asked[1] and asked[0] != asked[1]:
        changes.append(
            Change(" ".join(asked[0]), " ".join(asked[1]), Weight.HARD, "another programme beside the contact")
        )
    if one and other and one != other:
        changes.append(Change(" ".join(one), " ".join(other), Weight.NUMBER, "another number beside the contact"))
    return changes


def _outside(pair: Pair, a: Parsed, b: Parsed, alignment: Alignment) -> bool:
    """Whether a pair of menu-like lines stands before or behind the text: there counters come and go as well."""
    text = [p.a for p in alignment.pairs if a.sentences[p.a].full and b.sentences[p.b].full]
    return bool(text) and not (text[0] < pair.a < text[-1])


def _cut_off(span: Span, ends: tuple[bool, bool]) -> bool:
    """Whether a span is only where one text breaks off: that side has nothing, or a part of what the other has."""
    if not span.tail:
        return False
    for cut, mine, theirs in ((ends[0], span.before, span.after), (ends[1], span.after, span.before)):
        if cut and "".join(theirs).casefold().startswith("".join(mine).casefold().rstrip(".,:%")):
            return True
    return False


def _replaced(a: Parsed, b: Parsed, alignment: Alignment) -> list[Change]:
    """Passages that stand alone on both sides between the same neighbours: a list of names, another condition."""
    anchors = [(p.a, p.b) for p in alignment.pairs]
    if not anchors:
        return []
    text = [p.a for p in alignment.pairs if _is_content(a, p.a) and _is_content(b, p.b)] or [-1]
    one_site = bool(a.page) and host_of_page(a.page) == host_of_page(b.page)  # what differs there is no footer
    edges = [(-1, -1), *anchors, (len(a.sentences), len(b.sentences))]
    changes = []
    for (a0, b0), (a1, b1) in pairwise(edges):
        lone_a = [i for i in alignment.lone_a if a0 < i < a1 and not repeats_headline(a.sentences[i], a.title)]
        lone_b = [j for j in alignment.lone_b if b0 < j < b1 and not repeats_headline(b.sentences[j], b.title)]
        if lone_a and lone_b:
            one, other = [a.sentences[i] for i in lone_a], [b.sentences[j] for j in lone_b]
            tail = a0 >= text[-1]
            found = _in_one_place(one, other, a1 <= text[0], tail, one_site)
            if found is None and tail:
                found = _rows(a, b, lone_a, lone_b)
            if found is not None:
                changes.append(Change(found[0].text, found[1].text, Weight.HARD, REPLACED))
    return changes


def _rows(a: Parsed, b: Parsed, lone_a: list[int], lone_b: list[int]) -> tuple[Sentence, Sentence] | None:
    """The first two rows of one table that only one of the texts has each."""
    one = next((a.sentences[i] for i in lone_a if in_roll(a, i)), None)
    other = next((b.sentences[j] for j in lone_b if in_roll(b, j)), None)
    return (one, other) if one and other else None


def _plain_row(page: Parsed, place: int) -> bool:
    text = page.sentences[place].text
    return names_person(text) or bool(figures_in_row(text))


def _more_rows(a: Parsed, b: Parsed, alignment: Alignment) -> list[Change]:
    """A row that only one of two lists has; other rows are common, so the lists are one or fill in one form."""
    found = []
    for page, lone, paired in (
        (a, alignment.lone_a, {p.a for p in alignment.pairs}),
        (b, alignment.lone_b, {p.b for p in alignment.pairs}),
    ):
        row = next((i for i in lone if {i - 1, i + 1} & (paired | set(lone)) and in_roll(page, i)), None)
        if (
            row is not None
            and _plain_row(page, row)
            and any(in_roll(page, i) for i in paired if abs(i - row) <= MOST_ROWS)
        ):
            text = page.sentences[row].text
            change = (text, "") if page is a else ("", text)
            found.append(Change(*change, Weight.NUMBER, "a row that only one has"))
    return found


def _is_content(page: Parsed, place: int) -> bool:
    """A full sentence, or the line that signs a notice: all before it is text."""
    sentence = page.sentences[place]
    return sentence.full or (bool(page.signer) and sentence.norm == page.signer)


def _in_one_place(
    one: list[Sentence], other: list[Sentence], head: bool, tail: bool, one_site: bool
) -> tuple[Sentence, Sentence] | None:
    """The first two passages of a gap that replace each other, or None when it is only page furniture."""
    full_one, full_other = [s for s in one if s.full], [s for s in other if s.full]
    footers = tail and not one_site and not (_tells(full_one) and _tells(full_other))
    if full_one and full_other and not footers:  # footers stand behind the last common passage, beside what was cut
        return full_one[0], full_other[0]
    if tail and is_roll(one) and is_roll(other):
        return one[0], other[0]
    if not head and not tail and max(len(one), len(other)) <= 4 and not (full_one or full_other):
        return one[0], other[0]  # a short line inside the text: a row of a table
    return next(((x, y) for x in one[:20] for y in other[:20] if _one_frame(x, y)), None)


def _matters(x: Sentence, y: Sentence) -> bool:
    """Whether short lines outside the text may still be what a notice is about."""
    return speaks_of_matter(x.text) or speaks_of_matter(y.text) or (":" in x.text and _one_frame(x, y))


def _one_frame(x: Sentence, y: Sentence) -> bool:
    """Whether two unpaired passages say another thing of the same: one label, one beginning, much the same words."""
    label, _, value = x.text.partition(":")
    if value and len(label) >= 2 and y.text.startswith(label + ":") and not any(sign.isdigit() for sign in value):
        return True
    if x.norm[:3] == y.norm[:3] and speaks_of_matter(x.text):
        return True
    return x.full and y.full and fuzz.ratio(x.norm, y.norm) >= 45


def _tells(sentences: list[Sentence]) -> bool:
    """Whether sentences hold what notices differ in: figures, or a list of names."""
    return any(
        s.text.count("、") + s.text.count(", ") >= 2 or any(sign.isdigit() for sign in s.text) for s in sentences
    )


def _title_likeness(a: Title, b: Title) -> float:
    if not a.norm or not b.norm:
        return 0.0
    if a.norm in b.norm or b.norm in a.norm:
        shorter = min(len(a.norm), len(b.norm))
        return 100.0 if shorter >= 8 else fuzz.ratio(a.norm, b.norm)
    return fuzz.ratio(a.norm, b.norm)


def _title_changes(a: Title, b: Title, likeness: float) -> list[Change]:
    """Years, batches, places, names in near-equal headlines; plain words only in nearly equal ones."""
    changes: list[Change] = []
    if a.years and b.years and not (a.years & b.years):
        changes.append(
            Change(" ".join(sorted(a.years)), " ".join(sorted(b.years)), Weight.HARD, "another year in the title")
        )
    if a.tag and b.tag and a.tag != b.tag:
        changes.append(Change(a.tag, b.tag, Weight.PLAIN, "another tag before the title"))
    if likeness < 62 or a.norm == b.norm:
        return changes
    for span in spans(a.text, b.text):
        if not span.before or not span.after:
            continue  # a longer or shorter headline is no other one
        change = judge_span(span)
        if a.marked != b.marked and (says_updated(change.before) or says_updated(change.after)):
            continue  # that is the announcement of the change, not another subject
        if change.weight is Weight.NUMBER and _has_figure(span.before) != _has_figure(span.after):
            continue
        if change.weight in (Weight.HARD, Weight.NUMBER) or (change.weight is Weight.PLAIN and likeness >= 80):
            changes.append(Change(change.before, change.after, change.weight, f"{change.why} in the title"))
    return changes


def _subject(changes: list[Change], a: Title, b: Title, likeness: float) -> list[Change]:
    """What is replaced in the headline as well as in the text is what the text is about."""
    if likeness < 40 or a.norm == b.norm or not any(c.weight is Weight.PLAIN for c in changes):
        return changes
    swapped = {(compact(" ".join(s.before)), compact(" ".join(s.after))) for s in spans(a.text, b.text)}
    return [
        Change(c.before, c.after, Weight.HARD, "the subject, in the title as well")
        if c.weight is Weight.PLAIN and c.before and c.after and (compact(c.before), compact(c.after)) in swapped
        else c
        for c in changes
    ]


def _has_figure(words: tuple[str, ...]) -> bool:
    return any(word in SIGNS or figure(word) is not None or word.casefold() in MONTHS for word in words)
