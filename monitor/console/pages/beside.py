"""beside: the selected hit next to the list: what is it, why, and what did people say?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from ...domain.hit import HitView
from ...domain.person import Right
from ...pipeline.compose.because import Clause
from ...pipeline.compose.words import FORMS
from .. import marks, words
from .desk import Desk
from .hit import clauses, web_link
from .rows import Chip, chips

CLAUSES = 6


@dataclass(frozen=True, slots=True)
class Beside:
    """A hit in the column beside the list; `back` is the address of that list."""

    number: int
    title: Markup
    language: str
    verdict: str
    passage: tuple[Markup, ...]
    written: str
    form: str
    term: str
    why: tuple[Clause, ...]
    compared: tuple[str, ...]
    changes: tuple[tuple[str, str], ...]
    chips: tuple[Chip, ...]
    source: str
    link: str
    ruled: str
    ruled_by: str
    ruled_at: datetime | None
    restored: bool
    may_rule: bool
    back: str


def beside(desk: Desk, hit: HitView, back: str) -> Beside:
    """Fills the column from a hit."""
    return Beside(
        number=hit.id,
        title=marks.title(hit) or Markup("(no title)"),
        language=words.language(hit.title, hit.language),
        verdict=hit.verdict,
        passage=tuple(marks.passage(hit)),
        written=hit.text,
        form=FORMS.get(hit.form, hit.form),
        term=hit.term,
        why=clauses(hit)[:CLAUSES],
        compared=hit.relation_reasons[:2],
        changes=hit.changes[:2],
        chips=chips(hit, most=6),
        source=hit.source,
        link=web_link(hit.url),
        ruled=words.RULED.get(hit.ruled, hit.ruled),
        ruled_by=hit.ruled_by,
        ruled_at=hit.ruled_at,
        restored=hit.restored,
        may_rule=desk.may(Right.JUDGE),
        back=back,
    )
