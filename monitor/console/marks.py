"""marks: which characters of a passage matched, and how are they shown without trusting the text?

The text is cut into runs on code points first; each run is made visible, escaped and only then
wrapped, so no markup of a stranger survives and no mark moves by a character.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup, escape

from ..domain.hit import HitView
from ..pipeline.mask import mask
from .words import visible

BEFORE, AFTER = 60, 150  # characters of a passage around the match in a list
_WRAP = {
    "mark": Markup("<mark>{}</mark>"),
    "near": Markup('<span class="near">{}</span>'),
    "fact": Markup('<span class="fact">{}</span>'),
}


@dataclass(frozen=True, slots=True)
class Span:
    """Characters from `start` to before `end`, and what they are: mark, near or fact."""

    start: int
    end: int
    what: str = "mark"


def marked(text: str, spans: Iterable[Span]) -> Markup:
    """The text as markup, each span wrapped; where spans meet, a mark wins over near over fact."""
    painted = [""] * len(text)
    for span in sorted(spans, key=lambda span: span.what):  # fact, mark, near
        for place in range(max(0, span.start), min(len(text), span.end)):
            if painted[place] != "mark":
                painted[place] = span.what
    runs = groupby(range(len(text)), key=lambda place: painted[place])
    return Markup().join(_run(text, what, list(places)) for what, places in runs)


def _run(text: str, what: str, places: list[int]) -> Markup:
    shown = escape(visible(text[places[0] : places[-1] + 1]))
    return _WRAP[what].format(shown) if what else shown


def title(hit: HitView) -> Markup:
    """The title of a hit with its matches."""
    spans = [span for span in _matched(hit, hit.title, 0) if span.end <= len(hit.title)]
    return marked(_masked(hit.title, spans), spans)


def snippet(hit: HitView) -> Markup:
    """The passage of a hit, cut around its first match."""
    text, begin = _body(hit)
    spans = list(_matched(hit, text, begin))
    first = min((span.start for span in spans), default=0)
    start, end = max(0, first - BEFORE), min(len(text), first + AFTER)
    cut = _masked(text, spans)[start:end].replace("\n", " ")
    moved = [Span(span.start - start, span.end - start) for span in spans]
    before, after = ("…" if start else ""), ("…" if end < len(text) else "")
    return before + marked(cut, moved) + after  # Markup escapes the plain texts it is added to


def passage(hit: HitView) -> list[Markup]:
    """The passage of a hit in paragraphs: matches, context that counted, facts."""
    text, begin = _body(hit)
    spans = [*_matched(hit, text, begin), *_context(hit, text, begin), *_facts(hit, text, begin)]
    return paragraphs(_masked(text, spans), spans)


def before(hit: HitView) -> int:
    """How many characters of the text, its title aside, stand before the passage."""
    return max(0, _body(hit)[1] - len(hit.title) - 1)


def _body(hit: HitView) -> tuple[str, int]:
    """The passage and where it begins in the stored text, without the title, which stands above it anyway."""
    over = len(hit.title) + 1 - hit.passage_start
    if 0 < over < len(hit.passage):
        return hit.passage[over:], hit.passage_start + over
    return hit.passage, hit.passage_start


def whole(hit: HitView, text: str) -> list[Markup]:
    """The whole stored text (title, line end, body) in paragraphs, with all matches."""
    spans = list(_matched(hit, text, 0))
    return paragraphs(_masked(text, spans), spans)


def paragraphs(text: str, spans: Iterable[Span]) -> list[Markup]:
    """The lines of a text that are not empty, each with its part of the spans."""
    known, found, at = list(spans), [], 0
    for line in text.split("\n"):
        if line.strip():
            moved = [Span(span.start - at, span.end - at, span.what) for span in known]
            found.append(marked(line, [span for span in moved if span.end > 0 and span.start < len(line)]))
        at += len(line) + 1
    return found


def _masked(text: str, spans: Iterable[Span]) -> str:
    """The text without personal numbers and addresses; as long as before, what matched stays."""
    return mask(text, [(span.start, span.end) for span in spans if span.what == "mark"])


def _matched(hit: HitView, shown: str, shown_from: int) -> Iterator[Span]:
    """Where the matches stand in what is shown; one whose characters are not there is left out."""
    strongest: Mapping[str, object] = {"start": hit.start, "end": hit.end, "text": hit.text}
    for match in (strongest, *hit.matches):
        start, end = _place(match, "start", hit), _place(match, "end", hit)
        if start is None or end is None:
            continue
        start, end = start - shown_from, end - shown_from
        if start >= 0 and shown[start:end] == match.get("text"):
            yield Span(start, end)


def _place(match: Mapping[str, object], name: str, hit: HitView) -> int | None:
    """A place of a match in the stored text: spans count in their field, the strongest one's in the whole."""
    value = match.get(name)
    if not isinstance(value, int):
        return None
    return value + len(hit.title) + 1 if match.get("field") == "text" else value


def _context(hit: HitView, shown: str, shown_from: int) -> Iterator[Span]:
    for match in hit.matches:
        start, word = _place(match, "context_start", hit), match.get("context")
        if start is not None and isinstance(word, str):
            yield from _where(shown, start - shown_from, word, "near")


def _facts(hit: HitView, shown: str, shown_from: int) -> Iterator[Span]:
    for fact in hit.facts:
        start, text = fact.get("start"), fact.get("text")
        if isinstance(start, int) and isinstance(text, str):
            yield from _where(shown, start + len(hit.title) + 1 - shown_from, text, "fact")


def _where(shown: str, start: int, words: str, what: str) -> Iterator[Span]:
    """The span of the words, if they are there."""
    if start >= 0 and words and shown[start : start + len(words)] == words:
        yield Span(start, start + len(words), what)
