"""record: how does a judged text become what is stored, and which passage is shown?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ..domain.hit import HitDraft, Match, Relation, Verdict

AROUND = 160  # code points on each side of the match; about four lines of a mail
EQUAL = 0.001  # scores this near are the same strength
MOST_MATCHES = 200  # listed with a hit; the rest is counted
_BORDERS = "。！？；\n.!?;"
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def clean(text: str) -> str:
    """The text as every database and JSON can hold it: NUL and lone surrogates become U+FFFD, spans stay true."""
    return _UNSTORABLE.sub("�", text)


def one_line(title: str) -> str:
    """A title without line ends, of the same length, so that the stored text's first line is the title."""
    return clean(title).translate({10: " ", 13: " ", 0x2028: " ", 0x2029: " "})


def stored_text(title: str, text: str) -> str:
    """What is kept of a version: the title, a line end, the body."""
    return f"{title}\n{text}"


def stored_span(match: Match, title: str) -> tuple[int, int]:
    """The span of a match in the stored text."""
    shift = 0 if match.field == "title" else len(title) + 1
    return match.start + shift, match.end + shift


def passage(full: str, start: int, end: int) -> tuple[str, int]:
    """The words around a span and where they begin: whole sentences where they are near, at most 160 code points aside."""
    low, high = max(0, start - AROUND), min(len(full), end + AROUND)
    title_end = full.find("\n") + 1
    if title_end <= start:
        low = max(low, title_end)  # a passage of the body does not begin with the title
    if low > title_end:
        border = max(full.rfind(mark, low, start) for mark in _BORDERS)
        low = border + 1 if border >= low else low
    if high < len(full):
        ends = [place for place in (full.find(mark, end, high) for mark in _BORDERS) if place >= 0]
        far = [place for place in ends if place - end > AROUND // 3]
        high = (min(far) if far else high - 1) + 1
    while low < start and full[low].isspace():
        low += 1
    return full[low:high], low


def match_record(match: Match) -> dict[str, object]:
    """A match as it stands in a stored hit and in every `--json` answer."""
    return {
        "topic": match.topic,
        "verdict": match.verdict.value,
        "term": match.term,
        "form": match.form,
        "field": match.field,
        "start": match.start,
        "end": match.end,
        "text": match.text,
        "reason": match.reason,
        "score": round(match.score, 4),
    }


def strongest(hit: HitDraft, title: str = "", text: str = "") -> Match | None:
    """The match that speaks for the hit: of those as strong as the first, one in a sentence of the body if there is one.

    A title says less than a sentence, and pages repeat it as the body's first line. None where no match stands in the
    text (page furniture, a matcher that overran).
    """
    if not hit.matches:
        return None
    first = hit.matches[0]
    heading = (
        text.find(title, 0, 2 * len(title) + 200) + len(title) if title and title in text[: 2 * len(title) + 200] else 0
    )
    equals = (one for one in hit.matches if one.verdict is first.verdict and one.score >= first.score - EQUAL)
    return next((one for one in equals if one.field == "text" and one.start >= heading), first)


def brings_news(
    topic: str, facts: Sequence[Mapping[str, object]], told: Sequence[tuple[str, Sequence[Mapping[str, object]]]]
) -> bool:
    """Whether a further telling of a story has another topic, amount or deadline than those told before."""
    if topic not in {earlier for earlier, _ in told}:
        return True
    known = {figure for _, earlier in told for figure in _figures(earlier)}
    return bool(_figures(facts) - known)


def _figures(facts: Sequence[Mapping[str, object]]) -> set[tuple[object, ...]]:
    figures: set[tuple[object, ...]] = set()
    for fact in facts:
        if fact.get("fact") == "money" and fact.get("currency") == "CNY":
            figures.add(("money", fact.get("low"), fact.get("high")))
        elif fact.get("fact") == "deadline":
            figures.add(("deadline", fact.get("date")))
    return figures


def novelty_of(relation: Relation) -> str:
    """The novelty that a relation gives a hit: distinct texts are new."""
    return "new" if relation is Relation.DISTINCT else relation.value


def is_told(hits: Sequence[HitDraft]) -> bool:
    """Whether any of the hits would be told to people."""
    return any(hit.verdict is Verdict.ALERT for hit in hits)
