"""judge: same, revision, story or distinct, and why?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.domain.document import Candidate, Extracted, Prepared
from monitor.domain.hit import Decision, Relation

from .evidence import REPLACED, Evidence, repeats_headline, weigh
from .normalise import units
from .rare import told
from .rolls import in_roll
from .sentences import Parsed, parse
from .site import with_site
from .story import Kinship, kinship, one_story, surely_one_story
from .urls import host_of, host_of_page

MOST_CANDIDATES = 12
MOST_OF_FORM = 4  # texts of one form that are compared before older ones are left out
STORY_WINDOW = timedelta(days=14)
SHORT = 160  # units; below, headline and text must agree nearly wholly
FORM = 0.2  # part of the shorter text that two of one form have in common at least
MOST_TOLD = 0.6  # two of one form have more in common
QUOTED = 0.4  # part of the shorter text that a second article takes over unchanged
LEAST_SUBJECT = 12  # units; a shorter one is the name of a series
LONG_TITLE = 40  # units; two texts of one form often have a shorter headline in common
ATTACHED = re.compile(
    r"(?:附件|附表|annex|attachment|appendix)(?!.*\.[a-z]{3,4}\b)", re.IGNORECASE
)  # no name of a file
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
    judged = tuple(candidate.version for candidate in candidates)
    best, left_out = _strongest(prepared.extracted, candidates[:MOST_CANDIDATES], now)
    if best is None:
        return Decision(Relation.DISTINCT, None, 0.0, ("nothing stored is like it",), judged)
    over = len(candidates) - MOST_CANDIDATES
    notes: tuple[str, ...] = (
        (f"{over} further candidates were not compared (at most {MOST_CANDIDATES})",) if over > 0 else ()
    )
    if left_out:
        notes += (f"{left_out} older texts were not compared: {MOST_OF_FORM} nearer ones only fill in the same form",)
    relation, score, reasons = best.verdict.relation, round(best.verdict.score, 4), best.verdict.reasons + notes
    if relation is Relation.DISTINCT:
        return Decision(relation, None, score, reasons, judged)
    changes = _changes(best.evidence) if relation is Relation.REVISION else ()
    return Decision(relation, best.candidate.version, score, reasons, judged, changes)


@dataclass(frozen=True, slots=True)
class Judged:
    """A candidate with its verdict and what that rests on."""

    candidate: Candidate
    verdict: Verdict
    evidence: Evidence


def _strongest(extracted: Extracted, candidates: Sequence[Candidate], now: datetime) -> tuple[Judged | None, int]:
    """The strongest of the verdicts, and how many older candidates were left out.

    Candidates come with most keys in common first. A copy keeps more of them than what only shares its form, so where
    the first few fill in one form otherwise, older ones behind them bring nothing.
    """
    own = extracted.url
    if extracted.canonical and host_of(extracted.canonical) == host_of(own):
        own = extracted.canonical  # rel=canonical counts only on the host it came from
    fresh = parse(extracted.title, extracted.text, own)
    judged: list[Judged] = []
    of_form = left_out = 0
    for candidate in candidates:
        recent = abs(now - candidate.first_seen_at) <= STORY_WINDOW
        if of_form >= MOST_OF_FORM and not recent:
            left_out += 1
            continue
        stored = with_site(parse(candidate.title, candidate.text, candidate.url), candidate.site)
        one_place = extracted.place and extracted.place == candidate.place and host_of(candidate.url) == host_of(own)
        evidence = weigh(stored, with_site(fresh, candidate.site), bool(one_place))
        verdict = decide(evidence, recent)
        judged.append(Judged(candidate, verdict, evidence))
        if verdict.relation is Relation.SAME:
            break
        of_form += verdict.relation is Relation.DISTINCT and _conflicting(evidence)
    return max(_without_kin_of_forms(judged), key=lambda one: _strength(one.verdict), default=None), left_out


def _without_kin_of_forms(judged: list[Judged]) -> list[Judged]:
    """Where a text fills in a form that others filled in otherwise, a story with another of that form is none."""
    if not any(one.verdict.relation is Relation.DISTINCT and one.evidence.template for one in judged):
        return judged
    kept = [one for one in judged if one.verdict.relation is not Relation.STORY or not _conflicting(one.evidence)]
    return kept or judged


def _conflicting(e: Evidence) -> bool:
    return e.cs >= FORM and bool(e.hard or e.numbers)


def _strength(verdict: Verdict) -> tuple[int, float]:
    return RANK[verdict.relation], verdict.score


def _changes(evidence: Evidence) -> tuple[tuple[str, str], ...]:
    swapped = ((c.before, c.after) for c in (*evidence.title_changes, *evidence.changes))
    return (*swapped, *(("", text) for text in evidence.added))


def decide(e: Evidence, within_window: bool) -> Verdict:
    """The verdict on the evidence; when in doubt, the one that still alerts."""
    if not e.a.sentences or not e.b.sentences:
        return _decide_by_title(e, within_window)
    alike = e.cs >= 0.72 and (e.cl >= 0.22 or (e.title >= 60 and e.cs >= 0.8))
    changed = bool(e.hard or e.numbers or e.plain or e.unseen)
    if _one_page(e):
        return Verdict(Relation.SAME, e.cs, _why(e, "two cut-outs of one text: what both show is equal"))
    if e.same_page and e.cs >= 0.3 and (changed or _new_passages(e)):
        return Verdict(Relation.REVISION, e.cs, _why(e, "the same page, changed"))
    if (alike and _round_up(e)) or _inside(e):
        return _story_or_distinct(e, within_window, contained=True)
    if _announced(e):
        return Verdict(Relation.REVISION, e.cs, _why(e, "its headline says that it changes what the other announces"))
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


def _one_page(e: Evidence) -> bool:
    """Whether both texts are windows on one under one headline; what stands in one only is beyond the other's edge."""
    told = [c for c in (*e.changes, *e.title_changes) if c.why != REPLACED]
    long = min(e.a.title.weight, e.b.title.weight) >= LONG_TITLE
    return e.window and long and e.title >= 95 and not told and not e.same_page and not e.updated


def _one_site(e: Evidence) -> bool:
    """Whether both stand on one host."""
    return host_of_page(e.a.page) == host_of_page(e.b.page) != ""


def _announced(e: Evidence) -> bool:
    """Whether one is the short notice that changes the other: one headline but for the words of change, and one source."""
    if e.a.title.marked == e.b.title.marked or units(e.a.title.subject) < LEAST_SUBJECT:
        return False
    if e.a.title.subject != e.b.title.subject:
        return False
    one_source = (e.a.signer and e.a.signer == e.b.signer) or _one_site(e)
    dated = bool(e.a.title.years & e.b.title.years)
    return bool(one_source) and (dated or kinship(e.a, e.b).surprise >= 6)


def _round_up(e: Evidence) -> bool:
    return e.title < 60 and ((e.cl < 0.6 and e.before_first >= 2) or (e.cl < 0.75 and e.before_first >= 3))


def _inside(e: Evidence) -> bool:
    """Whether a text stands whole and unchanged in a far longer one under another headline."""
    unchanged = not e.template and min(e.a.weight, e.b.weight) >= SHORT
    return unchanged and e.cs >= 0.9 and e.cl < 0.22 and e.title < 60


def _new_passages(e: Evidence) -> bool:
    """Whether a sentence or a row stands in only one of the texts, and not just because the other breaks off before it."""
    last_a = max((p.a for p in e.alignment.pairs), default=-1)
    last_b = max((p.b for p in e.alignment.pairs), default=-1)
    only_a = [i for i in e.alignment.lone_a if _tells(e.a, i) and not (e.b.truncated and i > last_a)]
    only_b = [j for j in e.alignment.lone_b if _tells(e.b, j) and not (e.a.truncated and j > last_b)]
    return bool(only_a or only_b)


def _tells(page: Parsed, place: int) -> bool:
    """Whether a passage is a sentence of the text, a row of a list or table, or names an annex."""
    line = page.sentences[place]
    return (
        in_roll(page, place)
        or ATTACHED.match(line.text) is not None
        or (line.full and not repeats_headline(line, page.title))
    )


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
    near = e.title >= 80 and not e.title_changes and min(e.a.title.weight, e.b.title.weight) >= 24
    if both and near and within_window:
        return Verdict(Relation.STORY, e.title / 100, ("only headlines, and they are nearly equal",))
    if agree and not both and within_window and e.a.title.weight >= 24:
        return Verdict(Relation.STORY, 0.5, ("equal headlines, but one of the texts is empty",))
    return Verdict(Relation.DISTINCT, 0.0, ("too little text to tell",))


def _story_or_distinct(e: Evidence, within_window: bool, contained: bool = False) -> Verdict:
    if contained:
        if within_window:
            return Verdict(Relation.STORY, e.cs, (f"{e.cs:.0%} of it stands inside a round-up of several items",))
        return Verdict(Relation.DISTINCT, e.cs, ("it stands inside a round-up, but more than 14 days apart",))
    common = f"{e.cs:.0%} of the shorter text in common"
    if not within_window:
        return Verdict(Relation.DISTINCT, e.cs, (common, "more than 14 days apart, so no telling of one story"))
    kin, one = _told_alike(e)
    if not one and _one_headline(e, kin):
        return Verdict(Relation.STORY, max(kin.part, 0.3), ("the same headline over another text",))
    if one:
        facts = ", ".join(told(fact) for fact in kin.shared[:8])
        reason = f"tells of the same: {facts}" if facts else "shares much of its rare wording"
        return Verdict(Relation.STORY, min(1.0, max(kin.part, kin.grams)), (reason,))
    return Verdict(Relation.DISTINCT, e.cs, (common, f"{len(kin.shared)} shared facts"))


def _one_headline(e: Evidence, kin: Kinship) -> bool:
    """Whether both stand under one long headline, or at one address under much the same, and are no form filled in twice."""
    if _conflicting(e):
        return False
    if e.same_page and e.title >= 80:
        return bool(kin.shared)
    return e.a.title.norm == e.b.title.norm and e.a.title.weight >= LONG_TITLE and len(kin.shared) >= 2


def _quotes(e: Evidence) -> bool:
    """Whether one text takes over whole sentences of the other as they stand."""
    return e.cs >= QUOTED and not e.template and all(pair.score >= 90 for pair in e.alignment.pairs)


def _told_alike(e: Evidence) -> tuple[Kinship, bool]:
    """What the texts share and whether that makes them one story.

    Sentences in common are those of a form or of a copy, so beside them the rest has to tell of the same by itself,
    or the whole of so much that no form could.
    """
    kin = kinship(e.a, e.b)
    if not e.alignment.pairs or (e.cs < FORM and not e.template):
        return kin, one_story(kin)
    if surely_one_story(kin):
        return kin, True
    if _quotes(e) and kin.rare and not kin.apart:
        return kin, True
    if kin.quoted and e.cs < MOST_TOLD and one_story(kin):
        return kin, True
    if e.template or not one_story(kin):
        return kin, False  # what the whole does not tell, its parts do not
    kin = kinship(*e.own_words())
    return kin, one_story(kin)


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
