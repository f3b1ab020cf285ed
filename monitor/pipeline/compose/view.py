"""view: what is said of one hit, before any form of mail or chat?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ...domain.delivery import Draft, Form, Telling
from ...domain.hit import HitView
from ..facts.rates import RATES
from ..mask import mask
from . import words
from .because import chief
from .safe import TITLE, Link, cut, head, link, one_line, visible

PASSAGE = 700  # code points of a passage that are shown, around the match
_MARGIN = 100  # beyond them, so that a number at the edge is seen whole by the mask
_NAMED = re.compile(r"\s*(?P<latin>.*?)\s*[（(](?P<native>.+)[）)]\s*")
_KIND_OF_NAME = re.compile(r"\s+(?:Program|Programme|Plan|Project|Scheme)s?$", re.IGNORECASE)
_HAN = re.compile(r"[\u3400-\u9fff]")
_NOVELTY = {Form.NEW: "new", Form.UPDATED: "updated", Form.STORY: "another telling", Form.BASELINE: "first reading"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a passage; `mark` means these characters matched."""

    text: str
    mark: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """One hit in words, everything already harmless: a form only has to lay it out."""

    number: int
    edition: int
    programme: str  # "Qiming Program"
    short: str  # "Qiming"
    native: str  # "启明计划"
    novelty: str
    again: bool  # another telling of a story that was told
    kind: str
    place: str
    title: str
    lang: str
    passage: tuple[Piece, ...]
    facts: tuple[words.Row, ...]
    amount: str
    deadline: str
    changes: tuple[tuple[str, str], ...]
    why: tuple[str, ...]
    differs: tuple[str, ...]
    also_at: tuple[str, ...]
    source: str
    first_seen: str
    page: Link | None
    page_text: str
    console: str
    right: str = ""
    wrong: str = ""
    mute: str = ""
    mute_said: str = ""

    @property
    def badges(self) -> tuple[str, ...]:
        """The words after the programme's name: novelty, kind, place."""
        return tuple(word for word in (self.novelty, self.kind, self.place) if word)

    @property
    def kept(self) -> str:
        """Where the console shows the page as it was fetched; empty without a console."""
        return f"{self.console}#kept" if self.console else ""

    @property
    def line(self) -> str:
        """The hit in one line of a list."""
        words_ = (
            f"until {self.deadline}" if self.deadline else "",
            self.amount,
            self.kind,
            self.place,
            f"also at {len(self.also_at)} place{'s' if len(self.also_at) > 1 else ''}" if self.also_at else "",
        )
        return f"{self.short}, {self.novelty}" + "".join(f" · {word}" for word in words_ if word)


def told(telling: Telling, draft: Draft, whole: bool = True) -> Told:
    """Everything that the messages say of one telling, masked and made visible; not `whole`: what a line needs."""
    hit = telling.hit
    programme, native = named(hit.topic_name or hit.topic)
    money = words.reward(hit.facts)
    last_day = words.deadline(hit.facts)
    return Told(
        number=hit.id,
        edition=hit.edition,
        programme=programme,
        short=short_name(programme),
        native=native,
        novelty=("to review, " if hit.verdict == "review" else "") + _NOVELTY[telling.form],
        again=telling.form is Form.STORY,
        kind=words.kind(hit.kind, hit.part),
        place=words.place(hit.facts),
        title=_clean(hit.title, TITLE) or "(no title)",
        lang=language(hit.title, hit.language),
        passage=passage(hit) if whole else (),
        facts=words.rows(hit.facts, draft.created_at.date(), draft.rates or RATES) if whole else (),
        amount=words.money_short(money) if money else "",
        deadline=words.day(last_day) if last_day else "",
        changes=_changes(hit) if whole and telling.form is Form.UPDATED else (),
        why=tuple(_why(hit, programme, native)) if whole else (),
        differs=tuple(_clean(reason) for reason in hit.relation_reasons[:6]) if whole else (),
        also_at=tuple(_elsewhere(hit.also_at)),
        source=_clean(hit.source),
        first_seen=words.moment(hit.first_seen_at),
        page=link(hit.url),
        page_text=cut(one_line(head(hit.url, 200)), 200),
        console=f"{draft.console.rstrip('/')}/hits/{hit.id}" if draft.console else "",
        right=telling.right,
        wrong=telling.wrong,
        mute=telling.mute,
        mute_said=f"Mute {_clean(hit.topic, 64)} from {_clean(hit.source, 64)} for 7 days",
    )


def language(text: str, known: str | None) -> str:
    """The `lang` of a piece of foreign text: it picks glyphs and voices; empty for Latin script."""
    if not _HAN.search(text):
        return ""
    tag = (known or "").lower()
    if tag.startswith(("zh-hant", "zh-tw", "zh-hk", "zh-mo")):
        return "zh-Hant"
    return "zh-Hans" if tag.startswith("zh") else "und"


def passage(hit: HitView) -> tuple[Piece, ...]:
    """The passage in pieces, the matches marked to the character; cut evenly around the strongest one.

    The title stands above it: it is left out where the text below has a match of its own.
    """
    found = sorted(_spans(hit))
    below = max(0, len(hit.title) + 1 - hit.passage_start)
    first = below if any(start >= below for start, _ in found) else 0
    strongest = max(hit.start - hit.passage_start, next((start for start, _ in found if start >= first), 0))
    low = max(first, min(strongest - PASSAGE // 2, len(hit.passage) - PASSAGE))
    high = min(len(hit.passage), low + PASSAGE)
    left, right = max(0, low - _MARGIN), high + _MARGIN
    spans = [(start - left, end - left) for start, end in found if low <= start and end <= high]
    text = mask(hit.passage[left:right], keep=spans)
    pieces = [Piece("…")] if low > first else []
    at = low - left
    for start, end in spans:
        if start >= at:
            pieces += [Piece(_flow(text[at:start])), Piece(_flow(text[start:end]), mark=True)]
            at = end
    pieces.append(Piece(_flow(text[at : high - left]) + ("…" if high < len(hit.passage) else "")))
    return tuple(piece for piece in pieces if piece.text)


def _spans(hit: HitView) -> set[tuple[int, int]]:
    """The spans of all matches inside the passage, checked against its characters."""
    body = len(hit.title) + 1  # the stored text is the title, a line end, the body
    claimed = [(hit.start, hit.end, hit.text)]
    for match in hit.matches:
        start, end = match.get("start"), match.get("end")
        if isinstance(start, int) and isinstance(end, int) and match.get("verdict") == hit.verdict:
            offset = 0 if match.get("field") == "title" else body
            claimed.append((start + offset, end + offset, str(match.get("text") or "")))
    inside = ((start - hit.passage_start, end - hit.passage_start, text) for start, end, text in claimed)
    return {
        (start, end)
        for start, end, text in inside
        if 0 <= start < end <= len(hit.passage) and hit.passage[start:end] == text
    }


def _flow(text: str) -> str:
    """Running text: line breaks are spaces, what cannot be seen is shown."""
    return visible(re.sub(r"[\s\x85\u2028\u2029]+", " ", text))


def short_name(programme: str) -> str:
    """The name without what all of them are: `Qiming` of `Qiming Program`."""
    return _KIND_OF_NAME.sub("", programme) or programme


def named(text: str) -> tuple[str, str]:
    """(name, native name) of a topic's name: `Qiming Program (启明计划)`."""
    name = _clean(text)
    found = _NAMED.fullmatch(name)
    return (found["latin"], found["native"]) if found and found["latin"] else (name, "")


def _clean(text: str, limit: int = 300) -> str:
    shown = one_line(mask(head(text, limit)))
    return cut(shown, limit, len(text) if len(text) > limit * 4 else None)


def _changes(hit: HitView) -> tuple[tuple[str, str], ...]:
    changed = [(_clean(before, 240), _clean(after, 240)) for before, after in hit.changes[:8]]
    if len(hit.changes) > 8:
        changed.append(("", f"and {len(hit.changes) - 8} more changes"))
    return tuple(changed)


def _why(hit: HitView, programme: str, native: str) -> Iterable[str]:
    form = words.FORMS.get(hit.form, one_line(hit.form))
    name = f"{programme} {native}".rstrip()
    written = cut(one_line(head(hit.text, 120)), 120)
    if written:
        yield f"The text has {written}" + (f", {form}" if form else "") + f"; it stands for {name}."
    else:
        yield f"No single place is marked; it is about {name}."
    if hit.term and hit.term != hit.text:
        yield f"The watchlist names it {cut(one_line(head(hit.term, 120)), 120)}."
    spoke = dict.fromkeys(clause.words for clause in chief(hit) if not clause.routine)
    for reason in list(spoke)[:6]:
        sentence = _clean(reason)
        sentence = sentence[:1].upper() + sentence[1:]
        yield sentence if sentence.endswith((".", "。")) else f"{sentence}."
    if hit.restored:
        yield "A person restored it from the suppressed ones."
    for warning in hit.warnings[:3]:
        yield f"Take note: {_clean(warning)}."


def _elsewhere(places: Sequence[str]) -> Iterable[str]:
    for place in places[:5]:
        found = link(place)
        yield found.host if found else _clean(place, 80)
    if len(places) > 5:
        yield f"{len(places) - 5} more"
