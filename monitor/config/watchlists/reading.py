"""reading: what does one file say, whatever the others say?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ...domain.errors import Problem
from .channels import ReadChannel, Surroundings, read_channel
from .fields import Fields, mappings
from .kinds import SourceKindSpec
from .nodes import MAX_BYTES, Node, Notes, Shape, at, parse
from .sources import ReadSource, read_source
from .topics import ReadTopic, read_topic

SECTIONS = ("watchlist", "topics", "sources", "channels")

_MENTIONED = re.compile(r"^[^#\n]*?(?<![\w-])(topic|source):[ \t]*[\"']?([a-z0-9-]+)", re.MULTILINE)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Scope:
    """What is read of a file and against what; `around` None leaves the channels out."""

    kinds: Sequence[SourceKindSpec]
    around: Surroundings | None
    sources: bool = True


@dataclass(slots=True)
class FileReading:
    """What one file says. `mentioned` are the (kind, key) pairs of its topics and sources, as far as they can be seen."""

    name: str
    notes: Notes
    topics: tuple[ReadTopic, ...] = ()
    sources: tuple[ReadSource, ...] = ()
    channels: tuple[ReadChannel, ...] = ()
    mentioned: frozenset[tuple[str, str]] = frozenset()

    @property
    def problems(self) -> list[Problem]:
        """All that was noted, in the order of the file."""
        return sorted(self.notes.problems, key=lambda problem: (problem.line, problem.column))


def read_file(name: str, shown: str, content: bytes, scope: Scope) -> FileReading:
    """Everything a file says, and every problem it has; `shown` is what problems call it."""
    notes = Notes(shown)
    reading = FileReading(name, notes)
    root = parse(content, notes)
    if root is None:
        reading.mentioned = frozenset(_MENTIONED.findall(content[:MAX_BYTES].decode("utf-8", "replace")))
        return reading
    reading.mentioned = frozenset(_keys(root))
    if root.shape is not Shape.MAP:
        notes.error(root, f"a watchlist file begins with topics:, sources: or channels:, this is {root.shape.value}")
        return reading
    fields = Fields(notes, root, "a watchlist file", SECTIONS)
    fields.text("watchlist")
    reading.topics = _section(fields, "topics", "topic: qiming", lambda node: read_topic(node, notes))
    if scope.sources:
        reading.sources = _section(
            fields, "sources", "source: city-notices", lambda node: read_source(node, scope.kinds, notes)
        )
    around = scope.around
    if around is not None:
        reading.channels = _section(
            fields, "channels", "channel: analysts", lambda node: read_channel(node, around, notes)
        )
    return reading


def _keys(root: Node) -> Iterator[tuple[str, str]]:
    """The keys of all topics and sources, of wrong ones too: who names them is not wrong as well."""
    for section, value in root.pairs:
        kind = section.text.removesuffix("s")
        for item in value.items:
            yield from ((kind, value.text.strip()) for key, value in item.pairs if key.text == kind)


def unreadable(name: str, shown: str, why: str) -> FileReading:
    """A file that is there but could not be read from the disk."""
    notes = Notes(shown)
    notes.error(at(1, 1), why)
    return FileReading(name, notes)


def _section(fields: Fields, key: str, example: str, read: Callable[[Node], T | None]) -> tuple[T, ...]:
    section = fields.get(key)
    if section is None:
        return ()
    found = (read(node) for node in mappings(fields.notes, section, key, example))
    return tuple(item for item in found if item is not None)
