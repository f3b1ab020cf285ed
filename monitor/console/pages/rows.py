"""rows: how does a hit look in a list, and which hits are tellings of one story?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from ...domain.hit import HitView
from ...pipeline.compose.because import because
from .. import marks, words

CHIPS = 4  # facts in a row; the rest stand on the hit's page
TELLINGS = 6


@dataclass(frozen=True, slots=True)
class Chip:
    """A fact in two words; `due` is a deadline."""

    label: str
    value: str
    due: bool = False


@dataclass(frozen=True, slots=True)
class Telling:
    """The same text or story at another place."""

    number: int
    relation: str
    title: str
    language: str
    source: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Row:
    """One hit in a list. `reason` is told where nobody was told of the hit."""

    number: int
    title: Markup
    language: str
    snippet: Markup
    verdict: str
    programme: tuple[str, str]
    novelty: str
    kind: str
    source: str
    at: datetime
    chips: tuple[Chip, ...]
    reason: str
    restored: bool
    tellings: tuple[Telling, ...] = ()
    ruled: str = ""  # what people ruled last, by whom and when
    ruled_by: str = ""
    ruled_at: datetime | None = None
    fresh: bool = True  # nobody ruled on it


def row(hit: HitView, tellings: Iterable[HitView] = ()) -> Row:
    """The row of one hit with the other tellings below it."""
    quiet = hit.verdict != "alert" and bool(hit.reasons)
    return Row(
        number=hit.id,
        title=marks.title(hit) or Markup("(no title)"),
        language=words.language(hit.title, hit.language),
        snippet=marks.snippet(hit),
        verdict=hit.verdict,
        programme=words.programme(hit.topic_name, hit.topic),
        novelty=words.NOVELTY.get(hit.novelty, hit.novelty),
        kind=words.plain_kind(hit.kind) + (f", {words.plain_kind(hit.part)}" if hit.part else ""),
        source=hit.source,
        at=hit.first_seen_at,
        chips=chips(hit),
        reason="; ".join(clause.words for clause in because(hit.reasons[:1]) if not clause.routine) if quiet else "",
        restored=hit.restored,
        tellings=tuple(_telling(other) for other in list(tellings)[:TELLINGS]),
        ruled=words.RULED.get(hit.ruled, hit.ruled),
        ruled_by=hit.ruled_by,
        ruled_at=hit.ruled_at,
        fresh=not hit.ruled,
    )


def chips(hit: HitView, most: int = CHIPS) -> tuple[Chip, ...]:
    """The facts that people ask for first."""
    asked = ("deadline", "money", "age", "headcount", "place")
    facts = [fact for fact in words.in_order(hit.facts) if fact.get("fact") in asked]
    found = [Chip(*words.fact_in_words(fact, short=True), due=fact.get("fact") == "deadline") for fact in facts]
    return tuple(chip for chip in found if chip.value)[:most]


def grouped(hits: Iterable[HitView]) -> list[Row]:
    """Rows, newest first, with the tellings of one story under the one that told something new."""
    groups: dict[tuple[str, str, int], list[HitView]] = {}
    for hit in hits:
        story = ("story", hit.story) if hit.story is not None else ("item", hit.item)
        groups.setdefault((hit.topic, *story), []).append(hit)
    rows = []
    for members in groups.values():
        lead = next((hit for hit in members if hit.novelty in {"new", "revision"}), members[0])
        rows.append(row(lead, (hit for hit in members if hit is not lead)))
    return rows


def _telling(hit: HitView) -> Telling:
    relation = {"same": "also at", "revision": "earlier", "new": "first told"}.get(hit.novelty, "same story")
    language = words.language(hit.title, hit.language)
    return Telling(hit.id, relation, hit.title, language, hit.source, hit.first_seen_at)
