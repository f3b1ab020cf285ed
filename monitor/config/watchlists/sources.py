"""sources: what does a watchlist ask to be polled, where and how often?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ...domain.source import Source
from . import values
from .fields import Fields, did_you_mean, one_of, plain_text
from .kinds import OptionSpec, SourceKindSpec
from .nodes import Node, Notes, Shape, show
from .topics import read_formerly, read_key

SOURCE_KEYS = ("source", "name", "every", "at", "pace", "formerly")
DEFAULT_EVERY = 900.0  # seconds
ADDRESSES = {"url": values.address, "path": values.folder, "name": values.sender}
EXAMPLES = {"url": "https://example.org/notices/", "path": "/srv/notices", "name": "feed bridge"}


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
    written = fields.require(kind.key, EXAMPLES[kind.address])
    usual: tuple[float, float | None] = (DEFAULT_EVERY, None)
    every, every_max = fields.parsed("every", values.every, usual)
    source = Source(
        key=key,
        kind=kind.key,
        address=fields.parsed(kind.key, ADDRESSES[kind.address], ""),
        every=every,
        every_max=every_max,
        options={name: _option(fields, name, spec) for name, spec in kind.options.items() if fields.get(name)},
        pace=fields.parsed("pace", values.pace, None),
        name=fields.text("name"),
        formerly=read_formerly(fields, key),
        at=_fixed_times(fields),
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


def _fixed_times(fields: Fields) -> str:
    """The times of `at`; with them there is no interval."""
    at = fields.parsed("at", values.at, "")
    if at and (every := fields.get("every")) is not None:
        fields.notes.error(every, f"{fields.what} has both every and at: keep one of them")
    return at


def _option(fields: Fields, name: str, spec: OptionSpec) -> object:
    match spec:
        case {"type": "boolean"}:
            return fields.flag(name)
        case {"type": "integer"}:
            low, high = spec.get("minimum", 0), spec.get("maximum", 1_000_000)
            return fields.number(name, int(str(low)), int(str(low)), int(str(high)))
        case {"type": "array"}:
            return tuple(text for text, _ in fields.texts(name))
        case {"enum": [*known]}:
            return fields.choice(name, [str(word) for word in known], str(known[0]))
        case {"format": "css-selector"}:
            return _selectors(fields, name)
        case {"format": "time-zone"}:
            return fields.parsed(name, values.zone, "")
    return fields.text(name)


def _selectors(fields: Fields, name: str) -> str:
    """One selector, or a list of them as the one selector that finds what any of them finds."""
    value = fields.get(name)
    texts: tuple[tuple[str, Node], ...]
    if value is not None and value.shape is Shape.TEXT:
        text = plain_text(fields.notes, value, f"{fields.what}: {name}")
        texts = ((text, value),) if text else ()
    else:
        texts = fields.texts(name)
    for text, node in texts:
        _check_selector(fields, name, text, node)
    return ", ".join(text for text, _ in texts)


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
