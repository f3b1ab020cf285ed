"""nodes: what does a YAML file say, and where exactly does it say it?

The C parser's events become our own nodes: every value stays text (so `no`, `12:30` and `012` mean
themselves), and what can hide or repeat content - anchors, aliases, tags, merge keys, duplicate keys -
is refused where it stands. An alias is never expanded, so a bomb of them costs nothing.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

import yaml

from ...domain.errors import Problem

MAX_BYTES = 1_000_000
MAX_DEPTH = 12
MAX_PROBLEMS = 500  # of one file; more would bury the first
SHOWN = 60  # characters of a value in a message

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


class Shape(Enum):
    """What a node is."""

    TEXT = "a text"
    LIST = "a list"
    MAP = "a mapping"


class Node(NamedTuple):
    """A piece of a file. `line` and `column` count from 1; `plain` means written without quotes."""

    shape: Shape
    line: int
    column: int
    text: str = ""
    plain: bool = True
    items: tuple[Node, ...] = ()
    pairs: tuple[tuple[Node, Node], ...] = ()

    @property
    def blank(self) -> bool:
        """Whether nothing is written here (`topics:` and no more)."""
        return self.shape is Shape.TEXT and self.plain and self.text in ("", "~")


@dataclass(slots=True)
class Notes:
    """Collects the problems of one file; every message says what is wrong and what to write."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def error(self, node: Node, message: str) -> None:
        """The file cannot be used as it is."""
        self._add(Problem(self.file, node.line, node.column, message))

    def warn(self, node: Node, message: str) -> None:
        """The file can be used, but its author will want to know."""
        self._add(Problem(self.file, node.line, node.column, message, warning=True))

    @property
    def failed(self) -> bool:
        """Whether there is an error among them."""
        return any(not problem.warning for problem in self.problems)

    def _add(self, problem: Problem) -> None:
        if len(self.problems) < MAX_PROBLEMS and problem not in self.problems[-20:]:
            self.problems.append(problem)


def show(text: str) -> str:
    """A value for a message: quoted, shortened, its control and invisible characters spelled out."""
    short = text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
    return '"' + _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", short) + '"'


def at(line: int, column: int) -> Node:
    """A place without a value, to hang a problem on."""
    return Node(Shape.TEXT, line, column)


def parse(content: bytes, notes: Notes) -> Node | None:
    """The root of a file; None when it is empty or cannot be parsed (then `notes` says why)."""
    text = _decode(content, notes)
    if text is None:
        return None
    try:
        return _Builder(notes).build(text)
    except yaml.reader.ReaderError as error:
        before = text.encode()[: error.position].decode("utf-8", "ignore")  # the C reader counts bytes
        notes.error(_place(before, len(before)), _reader_message(error))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = at(mark.line + 1, mark.column + 1) if mark else at(1, 1)
        notes.error(place, _syntax_message(error))
    except yaml.YAMLError as error:
        notes.error(at(1, 1), f"this is not YAML: {error}")
    return None


def _decode(content: bytes, notes: Notes) -> str | None:
    if len(content) > MAX_BYTES:
        notes.error(at(1, 1), "the file is over 1 MB: split it into several *.yaml files of the same folder")
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", "replace")
        notes.error(_place(before, len(before)), "the file is not UTF-8: save it as UTF-8")
        return None


def _place(text: str, index: int) -> Node:
    before = text[:index]
    return at(before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)


def _reader_message(error: yaml.reader.ReaderError) -> str:
    return f"a control character (U+{int(error.character):04X}) stands here: delete it"


def _syntax_message(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or "it cannot be parsed"
    if "cannot start any token" in problem:
        hint = "indent with spaces, and put text that begins with a special character in quotes"
    elif "mapping values are not allowed" in problem:
        hint = 'put text that holds ": " in quotes'
    elif "expected <block end>" in problem:
        hint = "check the indentation: what belongs together begins in one column"
    else:
        hint = "check the indentation, quotes and brackets here and in the line above"
    return f"this is not YAML: {problem}; {hint}"


class _Stop(Exception):
    """Parsing on makes no sense; the problem is noted."""


@dataclass(slots=True)
class _Frame:
    shape: Shape
    line: int
    column: int
    children: list[Node] = field(default_factory=list)

    def close(self, notes: Notes) -> Node:
        if self.shape is Shape.LIST:
            return Node(Shape.LIST, self.line, self.column, items=tuple(self.children))
        return Node(Shape.MAP, self.line, self.column, pairs=tuple(_pairs(self.children, notes)))


def _pairs(children: list[Node], notes: Notes) -> Iterator[tuple[Node, Node]]:
    seen: dict[str, Node] = {}
    for key, value in zip(children[::2], children[1::2], strict=True):
        if key.shape is not Shape.TEXT:
            notes.error(
                key, f"a key must be a text, this is {key.shape.value}: put a text that begins with {{ in quotes"
            )
        elif key.text == "<<" and key.plain:
            notes.error(key, "merge keys (<<) are refused: write the values out")
        elif key.text in seen:
            first = seen[key.text]
            notes.error(key, f"the key {show(key.text)} stands twice, first in line {first.line}: keep one of them")
        else:
            seen[key.text] = key
            yield key, value


class _Builder:
    """Turns the events of one document into nodes, without recursion."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._frames: list[_Frame] = []
        self._root: Node | None = None
        self._line = 0

    def build(self, text: str) -> Node | None:
        documents = 0
        try:
            for event in yaml.parse(text, Loader=yaml.CSafeLoader):
                if isinstance(event, yaml.DocumentStartEvent):
                    documents += 1
                    self._only_one(documents, event)
                else:
                    self._take(event)
        except _Stop:
            return None
        return None if self._root is None or self._root.blank else self._root

    def _only_one(self, documents: int, event: yaml.Event) -> None:
        if documents > 1:
            self._notes.error(
                _where(event), 'a second document begins here: put it in a file of its own, or delete "---"'
            )
            raise _Stop

    def _take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.NodeEvent):
            mark = event.start_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            line = self._line = self._line if line == self._line else line  # one number a line, not one a node
            if event.anchor is not None or getattr(event, "tag", None) is not None:
                self._refuse_magic(event, at(line, column))
            if isinstance(event, yaml.ScalarEvent):
                value = sys.intern(event.value) if self._is_key() else event.value
                self._add(Node(Shape.TEXT, line, column, value, event.style in (None, "")))
            elif isinstance(event, yaml.SequenceStartEvent):
                self._open(_Frame(Shape.LIST, line, column))
            elif isinstance(event, yaml.MappingStartEvent):
                self._open(_Frame(Shape.MAP, line, column))
            else:
                self._add(at(line, column))
        elif isinstance(event, yaml.CollectionEndEvent):
            self._add(self._frames.pop().close(self._notes))

    def _is_key(self) -> bool:
        frame = self._frames[-1] if self._frames else None
        return frame is not None and frame.shape is Shape.MAP and len(frame.children) % 2 == 0

    def _refuse_magic(self, event: yaml.NodeEvent, place: Node) -> None:
        if isinstance(event, yaml.AliasEvent):
            self._notes.error(place, f"aliases (*{event.anchor}) are refused: write the values out")
        elif event.anchor:
            self._notes.error(place, f"anchors (&{event.anchor}) are refused: write the values out where needed")
        tag = getattr(event, "tag", None)
        if tag is not None:
            self._notes.error(place, f"tags ({show(tag)}) are refused: write plain text, quoted if need be")

    def _open(self, frame: _Frame) -> None:
        if len(self._frames) >= MAX_DEPTH:
            self._notes.error(
                at(frame.line, frame.column), f"this is nested over {MAX_DEPTH} levels deep: no watchlist needs that"
            )
            raise _Stop
        self._frames.append(frame)

    def _add(self, node: Node) -> None:
        if self._frames:
            self._frames[-1].children.append(node)
        else:
            self._root = node


def _where(event: yaml.Event) -> Node:
    mark = event.start_mark
    if mark is None:
        return at(1, 1)
    return at(mark.line + 1, mark.column + 1)
