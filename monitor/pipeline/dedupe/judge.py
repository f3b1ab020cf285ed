"""judge: same, revision, story or distinct, and why?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from rapidfuzz import fuzz

from monitor.domain.document import Candidate, Prepared
from monitor.domain.hit import Decision, Relation

from .align import Alignment, Pair, align
from .furniture import speaks_of_matter
from .guard import Change, Weight, judge_span, settle
from .normalise import compact
from .numerals import SIGNS, figure
from .sentences import Parsed, parse
from .spans import Span, spans
from .story import kinship, one_story, told
from .titles import Title, announces_change, says_updated
from .urls import host_of
from .words import MONTHS

MOST_CANDIDATES = 12
STORY_WINDOW = timedelta(days=14)
SHORT = 160  # units; below, headline and text must agree nearly wholly
TINY = 100  # units; below, the text alone proves nothing ("see attachment")
RANK = {Relation.SAME: 3, Relation.REVISION: 2, Relation.STORY: 1, Relation.DISTINCT: 0}


@dataclass(frozen=True, slots=True)
class Page:
    """A text at an address."""

    url: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two pages stand to each other, with what a person needs to see why.

    `pairs` are the aligned passages (A, B) for display, one side empty where a passage stands alone; `changes` what
    was substituted (before, after).
    """

    label: Relation
    score: float
    reasons: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...] = ()
    changes: tuple[tuple[str, str], ...] = ()


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
    def plain(self) -> list[Change]:
        """Unknown changes of words."""
        return [c for c in (*self.changes, *self.title_changes) if c.weight is Weight.PLAIN]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A relation, how sure, and why."""

    relation: Relation
    score: float
    reasons: tuple[str, ...]


def compare(a: Page, b: Page, within_window: bool = True) -> Comparison:
    """How B stands to A. Bounded in time; never raises, whatever the texts are.

    `within_window` says whether they were seen close enough in time to be one story.
    """
    evidence = weigh(parse(a.title, a.text, a.url), parse(b.title, b.text, b.url))
    verdict = decide(evidence, within_window)
    return Comparison(
        verdict.relation,
        round(verdict.score, 4),
        verdict.reasons,
        _shown(evidence),
        tuple((c.before, c.after) for c in (*evidence.title_changes, *evidence.changes)),
    )


def judge(prepared: Prepared, candidates: Sequence[Candidate], now: datetime) -> Decision:
    """The strongest relation of a new text to the candidates, the first of them that is `same` ends the search.

    At most 12 candidates are compared, and stories only with those first seen within 14 days.
    """
    extracted = prepared.extracted
    own = extracted.url
    if extracted.canonical and host_of(extracted.canonical) == host_of(own):
        own = extracted.canonical
    fresh = parse(extracted.title, extracted.text, own)
    best: tuple[tuple[int, float], Verdict, Candidate, Evidence] | None = None
    for candidate in candidates[:MOST_CANDIDATES]:
        stored = parse(candidate.title, candidate.text, candidate.url)
        same_place = (
            bool(extracted.place) and extracted.place == candidate.place and host_of(candidate.url) == host_of(own)
        )
        evidence = weigh(stored, fresh, same_place)
        verdict = decide(evidence, abs(now - candidate.first_seen_at) <= STORY_WINDOW)
        strength = (RANK[verdict.relation], verdict.score)
        if best is None or strength > best[0]:
            best = (strength, verdict, candidate, evidence)
        if verdict.relation is Relation.SAME:
            break
    judged = tuple(candidate.version for candidate in candidates)
    over = len(candidates) - MOST_CANDIDATES
    notes = (f"{over} further candidates were not compared (at most {MOST_CANDIDATES})",) if over > 0 else ()
    if best is None:
        return Decision(Relation.DISTINCT, None, 0.0, ("nothing stored is like it",), judged)
    _, verdict, candidate, evidence = best
    if verdict.relation is Relation.DISTINCT:
        return Decision(Relation.DISTINCT, None, round(verdict.score, 4), verdict.reasons + notes, judged)
    changes = tuple((c.before, c.after) for c in (*evidence.title_changes, *evidence.changes))
    if verdict.relation is Relation.REVISION:
        changes += tuple(("", text) for text in evidence.added)
    return Decision(
        verdict.relation,
        candidate.version,
        round(verdict.score, 4),
        verdict.reasons + notes,
        judged,
        changes if verdict.relation is Relation.REVISION else (),
    )


def weigh(a: Parsed, b: Parsed, same_place: bool = False) -> Evidence:
    """Aligns two pages and weighs what differs. `a` is the earlier one."""
    alignment = align(a, b)
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
        before_first=sum(1 for i in lone if i < first and longer.sentences[i].full),
        unseen=bool(a.rest or b.rest) and not (a.rest <= b.rest or b.rest <= a.rest),
    )


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
        if not a.sentences[pair.a].full and not b.sentences[pair.b].full:
            outside = _outside(pair, a, b, alignment)
            if outside and not (
                speaks_of_matter(a.sentences[pair.a].text) or speaks_of_matter(b.sentences[pair.b].text)
            ):
                continue  # a clock, a counter, the name of a site
            found = [s for s in found if (s.before and s.after) or (not outside and _has_figure(s.before + s.after))]
        ends = (a.truncated and pair.a == len(a.sentences) - 1, b.truncated and pair.b == len(b.sentences) - 1)
        changes.extend(judge_span(span, norms) for span in found if not _cut_off(span, ends))
    changes = settle(changes)
    changes.extend(_replaced(a, b, alignment))
    if a.sign_off and b.sign_off and a.sign_off != b.sign_off:
        changes.append(Change(str(a.sign_off), str(b.sign_off), Weight.HARD, "signed in another year"))
    if a.signer and b.signer and a.signer not in b.signer and b.signer not in a.signer:
        changes.append(Change(a.signer, b.signer, Weight.HARD, "signed by another body"))
    elif a.signer and b.signer and a.signed_on != b.signed_on:
        changes.append(Change(a.signed_on, b.signed_on, Weight.NUMBER, "signed on another day"))
    one = sorted(figure for contact in a.contacts for figure in contact.figures)
    other = sorted(figure for contact in b.contacts for figure in contact.figures)
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
    """Full sentences that stand alone on both sides between the same neighbours: a list of names, another condition."""
    anchors = [(p.a, p.b) for p in alignment.pairs]
    changes: list[Change] = []
    if not anchors:
        return changes
    edges = [(-1, -1), *anchors, (len(a.sentences), len(b.sentences))]
    for place, ((a0, b0), (a1, b1)) in enumerate(pairwise(edges)):
        if b1 <= b0:
            continue
        one = [i for i in alignment.lone_a if a0 < i < a1 and a.sentences[i].full]
        other = [j for j in alignment.lone_b if b0 < j < b1 and b.sentences[j].full]
        if not one or not other:
            continue
        if place == len(edges) - 2 and not (_tells(a, one) and _tells(b, other)):
            continue  # behind the last common passage stand footers, beside what was cut from a copy
        changes.append(
            Change(
                a.sentences[one[0]].text, b.sentences[other[0]].text, Weight.HARD, "another passage in the same place"
            )
        )
    return changes


def _tells(page: Parsed, places: list[int]) -> bool:
    """Whether sentences hold what notices differ in: figures, or a list of names."""
    texts = [page.sentences[i].text for i in places]
    return any(text.count("、") + text.count(", ") >= 2 or any(sign.isdigit() for sign in text) for text in texts)


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
    if likeness < 62 or a.norm == b.norm:
        return changes
    for span in spans(a.text, b.text):
        if not span.before or not span.after:
            continue  # a longer or shorter headline is no other one
        change = judge_span(span)
        if a.marked != b.marked and (says_updated(change.before) or says_updated(change.after)):
            continue  # that is the announcement of the change, not another subject
        if change.weight is Weight.NUMBER and not (_has_figure(span.before) and _has_figure(span.after)):
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


def decide(e: Evidence, within_window: bool) -> Verdict:
    """The verdict on the evidence; when in doubt, the one that still alerts."""
    if not e.a.sentences or not e.b.sentences:
        return _decide_by_title(e, within_window)
    alike = e.cs >= 0.72 and (e.cl >= 0.22 or (e.title >= 60 and e.cs >= 0.8))
    changed = bool(e.hard or e.numbers or e.plain or e.unseen)
    if e.same_page and e.cs >= 0.3 and (changed or _new_passages(e)):
        return Verdict(Relation.REVISION, e.cs, _why(e, "the same page, changed"))
    if alike and _round_up(e):
        return _story_or_distinct(e, within_window, contained=True)
    if alike and e.updated and not e.hard and (changed or _new_passages(e)):
        return Verdict(Relation.REVISION, e.cs, _why(e, "it says that it changes an earlier text"))
    if e.hard or e.numbers:
        if alike:
            return Verdict(Relation.DISTINCT, 1 - e.cs, _why(e, "the same wording about something else"))
        return _story_or_distinct(e, within_window)
    if alike and (e.plain or e.unseen):
        return Verdict(Relation.REVISION, e.cs, _why(e, "the same text with other words"))
    if alike and _long_enough(e):
        return Verdict(Relation.SAME, e.cs, _why(e, "the same text"))
    return _story_or_distinct(e, within_window)


def _round_up(e: Evidence) -> bool:
    return e.cl < 0.6 and e.title < 60 and e.before_first >= 2


def _new_passages(e: Evidence) -> bool:
    """Whether a full sentence stands in only one of the texts, and not just because the other breaks off before it."""
    last_a = max((p.a for p in e.alignment.pairs), default=-1)
    last_b = max((p.b for p in e.alignment.pairs), default=-1)
    only_a = [i for i in e.alignment.lone_a if e.a.sentences[i].full and not (e.b.truncated and i > last_a)]
    only_b = [j for j in e.alignment.lone_b if e.b.sentences[j].full and not (e.a.truncated and j > last_b)]
    return bool(only_a or only_b)


def _long_enough(e: Evidence) -> bool:
    """Short texts look alike by accident: there the headline has to agree as well."""
    weight = min(e.a.weight, e.b.weight)
    if weight >= SHORT:
        return True
    titled = bool(e.a.title.norm and e.b.title.norm)
    if e.cs >= 0.88 and e.title >= 80:
        return True
    return e.cs >= 0.97 and (e.title >= 60 or (weight >= TINY or not titled) or e.same_page)


def _decide_by_title(e: Evidence, within_window: bool) -> Verdict:
    """One text or both are empty: only headline and address can tell."""
    agree = bool(e.a.title.norm) and e.a.title.norm == e.b.title.norm
    both = not e.a.sentences and not e.b.sentences
    if both and agree and (e.same_page or e.a.title.weight >= 24):
        return Verdict(Relation.SAME, 1.0, ("only headlines, and they are equal",))
    if e.same_page and (not both or not agree):
        return Verdict(
            Relation.REVISION, 0.5, ("the same page; one of the texts is empty or only the headline differs",)
        )
    if agree and not both and within_window and e.a.title.weight >= 24:
        return Verdict(Relation.STORY, 0.5, ("equal headlines, but one of the texts is empty",))
    return Verdict(Relation.DISTINCT, 0.0, ("too little text to tell",))


def _story_or_distinct(e: Evidence, within_window: bool, contained: bool = False) -> Verdict:
    if contained:
        if within_window:
            return Verdict(Relation.STORY, e.cs, (f"{e.cs:.0%} of it stands inside a round-up of several items",))
        return Verdict(Relation.DISTINCT, e.cs, ("it stands inside a round-up, but more than 14 days apart",))
    kin = kinship(e.a, e.b)
    if one_story(kin):
        facts = ", ".join(told(fact) for fact in kin.shared[:8])
        reason = f"tells of the same: {facts}" if facts else "shares much of its rare wording"
        if within_window:
            return Verdict(Relation.STORY, min(1.0, max(kin.part, kin.grams)), (reason,))
        return Verdict(Relation.DISTINCT, kin.part, (reason, "but more than 14 days apart"))
    return Verdict(
        Relation.DISTINCT, e.cs, (f"{e.cs:.0%} of the shorter text in common", f"{len(kin.shared)} shared facts")
    )


def _why(e: Evidence, first: str) -> tuple[str, ...]:
    """The reasons in words: the verdict, the overlap, each change (eight at most), what was not compared."""
    reasons = [first, f"{e.cs:.0%} of the shorter and {e.cl:.0%} of the longer text in common"]
    changes = [*e.title_changes, *e.changes]
    reasons.extend(f"{c.why}: {_quoted(c.before)} -> {_quoted(c.after)}" for c in changes[:8])
    if len(changes) > 8:
        reasons.append(f"{len(changes) - 8} further changes")
    if e.a.cut or e.b.cut:
        reasons.append("cut: beyond 300 sentences of 2,000 characters texts were compared by hash only")
    return tuple(reasons)


def _quoted(text: str) -> str:
    if not text:
        return "nothing"
    return f'"{text}"' if len(text) <= 60 else f'"{text[:57]}..."'


def _shown(e: Evidence) -> tuple[tuple[str, str], ...]:
    a, b = e.a.sentences, e.b.sentences
    partner = {p.a: p.b for p in e.alignment.pairs}
    rows = [(a[i].text, b[partner[i]].text if i in partner else "") for i in range(len(a))]
    return (*rows, *(("", b[j].text) for j in e.alignment.lone_b))
