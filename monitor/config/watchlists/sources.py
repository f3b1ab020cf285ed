"""sources: what does a watchlist ask to be polled, where and how often?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ...domain.source import Source
from . import values
from .fields import Fields, did_you_mean, one_of, plain_text
from .kinds import OptionForm, OptionSpec, SourceKindSpec
from .nodes import Node, Notes, Shape, show
from .topics import read_formerly, read_key

SOURCE_KEYS = ("source", "name", "every", "pace", "formerly")
DEFAULT_EVERY = 900.0  # seconds


@dataclass(frozen=True, slots=True)
class ReadSource:
    """A source and where it stands; `address` is where its address stands."""

    source: Source
    node: Node
    address: Node


def read_source(node: Node, kinds: Sequence[SourceKindSpec], notes: Notes) -> ReadSource | None:
    """A source of the `sources` section; None without a usable key and kind (noted)."""
    key = read_key(node, "source", "city-notices", notes)
    what = f"source {show(key)}" if key else "a source"
    kind = _kind(node, kinds, what, notes)
    if key is None or kind is None:
        return None
    fields = Fields(notes, node, what, (*SOURCE_KEYS, kind.key, *kind.options))
    written = fields.require(kind.key, "https://example.org/notices/")
    usual: tuple[float, float | None] = (DEFAULT_EVERY, None)
    every, every_max = fields.parsed("every", values.every, usual)
    source = Source(
        key=key,
        kind=kind.key,
        address=fields.parsed(kind.key, values.address, ""),
        every=every,
        every_max=every_max,
        options={name: _option(fields, name, spec) for name, spec in kind.options.items() if fields.get(name)},
        pace=fields.parsed("pace", values.pace, None),
        name=fields.text("name"),
        formerly=read_formerly(fields, key),
    )
    return ReadSource(source, node, written or node)


def _kind(node: Node, kinds: Sequence[SourceKindSpec], what: str, notes: Notes) -> SourceKindSpec | None:
    known = {kind.key: kind for kind in kinds}
    named = [name for name, _ in node.pairs if name.text in known]
    if len(named) == 1:
        return known[named[0].text]
    if named:
        notes.error(named[1], f"{what} has two kinds, {named[0].text} and {named[1].text}: keep one of them")
        return None
    others = {*SOURCE_KEYS, *(option for kind in kinds for option in kind.options)}
    unknown = [name for name, _ in node.pairs if name.text not in others]
    close = next((did_you_mean(name.text, known) for name in unknown if did_you_mean(name.text, known)), "")
    place = unknown[0] if unknown else node
    strange = f", {show(unknown[0].text)} is none" if unknown else ""
    example = "feed: https://example.org/feed.xml"
    notes.error(
        place, f"{what} needs its kind ({one_of(known)}) with its address{strange}{close or f': write {example}'}"
    )
    return None


def _option(fields: Fields, name: str, spec: OptionSpec) -> object:
    if spec.form is OptionForm.FLAG:
        return fields.flag(name)
    if spec.form is OptionForm.NUMBER:
        return fields.number(name, spec.low, spec.low, spec.high)
    if spec.form is OptionForm.CHOICE:
        return fields.choice(name, spec.choices, spec.choices[0])
    value = fields.get(name)
    if spec.form is OptionForm.TEXTS or (
        spec.form is OptionForm.SELECTORS and value is not None and value.shape is not Shape.TEXT
    ):
        texts = fields.texts(name)
    else:
        text = plain_text(fields.notes, value, f"{fields.what}: {name}") if value else None
        texts = ((text, value),) if value and text else ()
    if spec.form in (OptionForm.SELECTOR, OptionForm.SELECTORS):
        for text, node in texts:
            _check_selector(fields, name, text, node)
    found = tuple(text for text, _ in texts)
    return found if spec.form is OptionForm.TEXTS else ", ".join(found)


@lru_cache(maxsize=4_096)
def _selector_problem(text: str) -> str | None:
    from selectolax.lexbor import LexborHTMLParser, SelectolaxError

    try:
        LexborHTMLParser("<p></p>").css(text)
    except (SelectolaxError, ValueError) as error:
        return str(error).rstrip(".")
    return None


def _check_selector(fields: Fields, name: str, text: str, node: Node) -> None:
    problem = _selector_problem(text)
    if problem:
        fields.notes.error(
            node,
            f"{fields.what}: {name} {show(text)} is no CSS selector ({problem}): write one such as a[href*='/art/']",
        )
