"""hit: what is it, by when, how much, and is it so?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from markupsafe import Markup

from ...domain.hit import HitView
from ...domain.query import VersionView
from .. import marks, words
from .deliveries import DeliveryRow, delivery_row
from .desk import Desk
from .rows import Chip, chips

OTHERS = 20  # further places and versions that are listed
FORMS = {
    "exact": "as the watchlist writes it",
    "traditional": "in Traditional script",
    "width": "in full-width letters",
    "spaced": "with spaces or signs inside",
    "gap": "with other characters inside",
    "plural": "in the plural",
    "look-alike": "with look-alike characters",
    "homophone": "in characters that sound alike",
    "typo": "with a typing error",
    "pattern": "by several signs together, without a name",
}


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
    why: tuple[str, ...]
    term: str
    form: str
    written: str
    others: tuple[tuple[str, str], ...]
    places: int
    against: tuple[str, ...]
    compared: tuple[str, ...]
    changes: tuple[tuple[str, str], ...]
    also_at: tuple[tuple[str, str], ...]
    versions: tuple[VersionRow, ...]
    facts: tuple[FactRow, ...]
    deliveries: tuple[DeliveryRow, ...]
    warnings: tuple[str, ...]
    ruleset: str
    restored: bool


@dataclass(frozen=True, slots=True)
class TextPage:
    """The whole stored text of a hit; no paragraphs where the text is no longer kept."""

    number: int
    title: Markup
    language: str
    paragraphs: tuple[Markup, ...]
    length: int


def hit_page(desk: Desk, hit: HitView) -> HitPage:
    """Fills the page of a hit."""
    quiet = hit.verdict != "alert"
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
        why=() if quiet else hit.reasons,
        term=hit.term or str(strongest.get("term", "")),
        form=FORMS.get(hit.form, hit.form),
        written=hit.text,
        others=_others(hit),
        places=len(hit.matches),
        against=hit.reasons if quiet else (),
        compared=hit.relation_reasons,
        changes=hit.changes,
        also_at=tuple((url, web_link(url)) for url in hit.also_at[:OTHERS]),
        versions=tuple(_version(view, hit) for view in desk.queries.versions_of_item(hit.item)[-OTHERS:]),
        facts=tuple(_fact(fact) for fact in words.in_order(hit.facts)),
        deliveries=tuple(delivery_row(view, desk) for view in desk.queries.deliveries(hit=hit.id)),
        warnings=hit.warnings,
        ruleset=hit.ruleset,
        restored=hit.restored,
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
    forms = {str(match.get("text", "")): str(match.get("reason") or match.get("form") or "") for match in hit.matches}
    forms.pop(hit.text, None)
    return tuple(forms.items())[:OTHERS]


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
    )


def _fact(fact: Mapping[str, object]) -> FactRow:
    label, value = words.fact_in_words(fact)
    text = str(fact.get("text") or "")
    return FactRow(label, value, text if text != value else "", words.language(text), fact.get("fact") == "deadline")
