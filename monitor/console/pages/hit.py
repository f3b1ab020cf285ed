"""hit: what is it, by when, how much, and is it so?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from markupsafe import Markup

from ...domain.hit import HitView
from ...domain.person import Right
from ...domain.query import VersionView
from ...pipeline.compose.because import Clause, because, chief
from ...pipeline.compose.words import FORMS
from ...pipeline.dedupe import compare_versions
from .. import marks, words
from .deliveries import DeliveryRow, delivery_row
from .desk import Desk
from .rows import Chip, chips

OTHERS = 20  # further places and versions that are listed
PAIRS, PASSAGE = 12, 400  # passages side by side, and their characters
CHANGES = 4  # of each version in the table
LONGEST = 60_000  # characters of a text that is compared while somebody waits


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact: what it is, its value, and the source's own words."""

    label: str
    value: str
    words: str
    language: str
    due: bool


@dataclass(frozen=True, slots=True)
class VersionRow:
    """Another text of the item: how it stands to the others and why we think so."""

    title: str
    language: str
    url: str
    link: str  # empty where the address is not one to click
    relation: str
    why: str
    at: datetime
    current: bool
    changes: tuple[tuple[str, str], ...] = ()
    more: int = 0  # changes that are not listed


@dataclass(frozen=True, slots=True)
class Aligned:
    """The text that this one was set against, passage by passage, as both compare now."""

    version: int
    title: str
    language: str
    link: str
    url: str
    at: datetime
    told: str  # how they compare, in words; empty where a text is gone
    together: bool  # one item: they can be split; else they can be joined
    pairs: tuple[tuple[str, str], ...]
    equal: int
    more: int


@dataclass(frozen=True, slots=True)
class CopyRow:
    """A kept copy of the page or file."""

    number: int
    at: datetime
    what: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Ruled:
    """A ruling in the history of the hit."""

    what: str
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class HitPage:
    """A hit with all that speaks for and against it."""

    number: int
    title: Markup
    language: str
    verdict: str
    programme: tuple[str, str]
    topic: str
    novelty: str
    kind: str
    edition: int
    source: str
    url: str
    link: str
    at: datetime
    published: datetime | None
    chips: tuple[Chip, ...]
    passage: tuple[Markup, ...]
    before: int
    matched: tuple[int, int]
    why: tuple[Clause, ...]
    term: str
    form: str
    written: str
    others: tuple[tuple[str, str], ...]
    places: int
    compared: tuple[str, ...]
    changes: tuple[tuple[str, str], ...]
    also_at: tuple[tuple[str, str], ...]
    versions: tuple[VersionRow, ...]
    facts: tuple[FactRow, ...]
    deliveries: tuple[DeliveryRow, ...]
    warnings: tuple[str, ...]
    ruleset: str
    restored: bool
    version: int
    ruled: str
    ruled_by: str
    ruled_at: datetime | None
    ruled_why: str
    aligned: Aligned | None
    copies: tuple[CopyRow, ...]
    opens: bool  # whether this console can show kept copies
    rulings: tuple[Ruled, ...]
    entry: int | None


@dataclass(frozen=True, slots=True)
class TextPage:
    """The whole stored text of a hit; no paragraphs where the text is no longer kept."""

    number: int
    title: Markup
    language: str
    paragraphs: tuple[Markup, ...]
    length: int


def hit_page(desk: Desk, hit: HitView, copies: bool = False) -> HitPage:
    """Fills the page of a hit; `copies` says whether kept copies can be opened here."""
    strongest = hit.matches[0] if hit.matches else {}
    return HitPage(
        number=hit.id,
        title=marks.title(hit) or Markup("(no title)"),
        language=words.language(hit.title, hit.language),
        verdict=hit.verdict,
        programme=words.programme(hit.topic_name, hit.topic),
        topic=hit.topic,
        novelty=words.NOVELTY.get(hit.novelty, hit.novelty),
        kind=words.plain_kind(hit.kind) + (f", {words.plain_kind(hit.part)}" if hit.part else ""),
        edition=hit.edition,
        source=hit.source,
        url=hit.url,
        link=web_link(hit.url),
        at=hit.first_seen_at,
        published=hit.published,
        chips=chips(hit, most=6),
        passage=tuple(marks.passage(hit)),
        before=marks.before(hit),
        matched=(hit.start, hit.end),
        why=clauses(hit),
        term=hit.term or str(strongest.get("term", "")),
        form=FORMS.get(hit.form, hit.form),
        written=hit.text,
        others=_others(hit),
        places=len(hit.matches),
        compared=hit.relation_reasons,
        changes=hit.changes,
        also_at=tuple((url, web_link(url)) for url in hit.also_at[:OTHERS]),
        versions=tuple(_version(view, hit) for view in desk.queries.versions_of_item(hit.item)[-OTHERS:]),
        facts=tuple(_fact(fact) for fact in words.in_order(hit.facts)),
        deliveries=tuple(delivery_row(view, desk) for view in desk.queries.deliveries(hit=hit.id)),
        warnings=hit.warnings,
        ruleset=hit.ruleset,
        restored=hit.restored,
        version=hit.version,
        ruled=words.RULED.get(hit.ruled, hit.ruled),
        ruled_by=hit.ruled_by,
        ruled_at=hit.ruled_at,
        ruled_why=hit.ruled_why,
        aligned=_aligned(desk, hit),
        copies=tuple(
            CopyRow(one.id, one.fetched_at, one.content_type, one.sha256) for one in desk.queries.copies(hit.version)
        )[:OTHERS],
        opens=copies and desk.may(Right.AUDIT),
        rulings=tuple(
            Ruled(words.RULED.get(kind, kind), actor, at) for kind, actor, at in reversed(desk.queries.ruled_on(hit.id))
        )[:OTHERS],
        entry=desk.queries.entry_of(hit.id),
    )


def text_page(desk: Desk, hit: HitView) -> TextPage:
    """Fills the page with the whole text."""
    version = desk.queries.version(hit.version)
    text = version.text if version is not None and version.text is not None else ""
    full = text if text.startswith(hit.title) else f"{hit.title}\n{text}" if text else ""
    return TextPage(
        number=hit.id,
        title=marks.title(hit) or Markup("(no title)"),
        language=words.language(hit.title, hit.language),
        paragraphs=tuple(marks.whole(hit, full)),
        length=len(full),
    )


def web_link(url: str) -> str:
    """The address if it is one for a browser, else nothing: a `javascript:` is shown, never linked."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in {"http", "https"} and parts.netloc else ""


def _others(hit: HitView) -> tuple[tuple[str, str], ...]:
    """The further written forms, each once: its characters and why it counts."""
    forms = {str(match.get("text", "")): _shortly(match) for match in hit.matches}
    forms.pop(hit.text, None)
    return tuple(forms.items())[:OTHERS]


def clauses(hit: HitView) -> tuple[Clause, ...]:
    """What spoke for and against a match, each once, with the points that add up to the verdict."""
    return tuple(dict.fromkeys(chief(hit)))


def _shortly(match: Mapping[str, object]) -> str:
    """Why a further place counts: the clauses that spoke, else its form."""
    spoke = [clause.words for clause in because([str(match.get("reason") or "")]) if not clause.routine]
    form = str(match.get("form") or "")
    return "; ".join(spoke) or FORMS.get(form, form)


def _aligned(desk: Desk, hit: HitView) -> Aligned | None:
    """The text that the hit's text was set against; None when it was set against none."""
    own = desk.queries.version(hit.version)
    other = desk.queries.version(own.to) if own is not None and own.to is not None else None
    if own is None or other is None or own.id == other.id:
        return None
    short = max(len(own.text or ""), len(other.text or "")) <= LONGEST
    found = compare_versions(other, own) if short else None
    differ = [pair for pair in found.pairs if pair[0] != pair[1]] if found is not None else []
    return Aligned(
        version=other.id,
        title=other.title,
        language=words.language(other.title, other.language),
        link=web_link(other.url),
        url=other.url,
        at=other.first_seen_at,
        told=words.NOVELTY.get(found.label.value, found.label.value) if found is not None else "",
        together=own.item == other.item,
        pairs=tuple((before[:PASSAGE], after[:PASSAGE]) for before, after in differ[:PAIRS]),
        equal=len(found.pairs) - len(differ) if found is not None else 0,
        more=max(0, len(differ) - PAIRS),
    )


def _version(view: VersionView, hit: HitView) -> VersionRow:
    return VersionRow(
        title=view.title,
        language=words.language(view.title, view.language),
        url=view.url,
        link=web_link(view.url),
        relation="first" if view.to is None else words.NOVELTY.get(view.relation, view.relation),
        why="; ".join(view.reasons),
        at=view.first_seen_at,
        current=view.id == hit.version,
        changes=view.changes[:CHANGES],
        more=max(0, len(view.changes) - CHANGES),
    )


def _fact(fact: Mapping[str, object]) -> FactRow:
    label, value = words.fact_in_words(fact)
    text = str(fact.get("text") or "")
    return FactRow(label, value, text if text != value else "", words.language(text), fact.get("fact") == "deadline")
