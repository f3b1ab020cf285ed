"""fields: which values does a mapping hold, and are they of the right form?"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterable
from typing import TypeVar

from .nodes import Node, Notes, Shape, show
from .values import Hidden

T = TypeVar("T")

MAX_TEXT = 4_000  # characters of one value


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """'; did you mean "x"?' when something known is close to the word, else nothing."""
    close = difflib.get_close_matches(word.lower(), list(known), n=1, cutoff=0.6)
    return f"; did you mean {show(close[0])}?" if close else ""


def one_of(known: Collection[str]) -> str:
    """The known words as a sentence part, cut after twenty."""
    words = list(known)
    return ", ".join(words[:20]) + (", …" if len(words) > 20 else "")


class Fields:
    """The values of one mapping by key; asking for one in another form notes a problem and gives the default."""

    def __init__(self, notes: Notes, node: Node, what: str, known: Collection[str]) -> None:
        self.notes = notes
        self.node = node
        self.what = what
        self._values: dict[str, Node] = {}
        self._keys: dict[str, Node] = {}
        for key, value in node.pairs:
            if key.text in known:
                self._values[key.text] = value
                self._keys[key.text] = key
            else:
                close = did_you_mean(key.text, known) or f"; known: {one_of(known)}"
                notes.error(key, f"unknown key {show(key.text)} in {what}{close}")

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def key(self, key: str) -> Node:
        """Where the key stands, or the whole mapping without it."""
        return self._keys.get(key, self.node)

    def get(self, key: str) -> Node | None:
        """The value as it is written, None where it is missing or blank."""
        value = self._values.get(key)
        return None if value is None or value.blank else value

    def require(self, key: str, example: str) -> Node | None:
        """As `get`, but noting when there is none."""
        value = self.get(key)
        if value is None:
            state = "is empty" if key in self._values else "is missing"
            self.notes.error(self.key(key), f'{self.what}: "{key}" {state}; write {key}: {example}')
        return value

    def text(self, key: str, default: str = "") -> str:
        """A text of one line or more, stripped."""
        value = self.get(key)
        return default if value is None else (plain_text(self.notes, value, f"{self.what}: {key}") or default)

    def items(self, key: str) -> tuple[Node, ...]:
        """The items of a list, none where it is missing or blank."""
        value = self.get(key)
        return () if value is None else list_items(self.notes, value, f"{self.what}: {key}")

    def texts(self, key: str) -> tuple[tuple[str, Node], ...]:
        """The texts of a list with their places; repeated ones are a warning and kept once."""
        found: dict[str, Node] = {}
        for item in self.items(key):
            text = plain_text(self.notes, item, f"{self.what}: {key}")
            if text in found:
                self.notes.warn(item, f"{self.what}: {key} has {show(text)} twice: delete one")
            elif text:
                found[text] = item
        return tuple(found.items())

    def choices(self, key: str, known: Collection[str]) -> tuple[str, ...]:
        """The texts of a list, each one of the known ones."""
        return tuple(text for text, node in self.texts(key) if self.check_choice(key, text, node, known))

    def choice(self, key: str, known: Collection[str], default: str) -> str:
        """A text that is one of the known ones."""
        value = self.get(key)
        text = self.text(key)
        return text if value and text and self.check_choice(key, text, value, known) else default

    def flag(self, key: str, default: bool = False) -> bool:
        """true or false."""
        return self.choice(key, ("true", "false"), "true" if default else "false") == "true"

    def number(self, key: str, default: int, low: int, high: int) -> int:
        """A whole number between two limits."""
        value = self.get(key)
        if value is None:
            return default
        text = plain_text(self.notes, value, f"{self.what}: {key}")
        if text and text.isascii() and text.isdigit() and low <= int(text[:12]) <= high:
            return int(text)
        if text:
            self.notes.error(
                value,
                f"{self.what}: {key} is {show(text)}: write a whole number from {low} to {high}, such as {default}",
            )
        return default

    def parsed(self, key: str, parse: Callable[[str], T], default: T) -> T:
        """What a parser makes of a text; its ValueError says what to write instead."""
        value = self.get(key)
        if value is None:
            return default
        text = plain_text(self.notes, value, f"{self.what}: {key}")
        if text is None:
            return default
        try:
            return parse(text)
        except ValueError as error:
            shown = "" if isinstance(error, Hidden) else f" is {show(text)}"
            self.notes.error(value, f"{self.what}: {key}{shown}: {error}")
            return default

    def check_choice(self, key: str, text: str, node: Node, known: Collection[str]) -> bool:
        """Whether the text is a known one; a problem when not."""
        if text in known:
            return True
        close = did_you_mean(text, known) or f": write one of {one_of(known)}" if known else ": there are none"
        self.notes.error(node, f"{self.what}: {key} does not know {show(text)}{close}")
        return False


def plain_text(notes: Notes, node: Node, what: str) -> str | None:
    """The text of a node, stripped; None and a problem when it is no text, empty or far too long."""
    if node.shape is not Shape.TEXT:
        quotes = ", in quotes if it begins with { or [" if node.shape is Shape.MAP or node.items else ""
        notes.error(node, f"{what} must be a text, this is {node.shape.value}: write one text{quotes}")
        return None
    text = node.text.strip()
    if not text or node.blank:
        notes.error(node, f"{what} is empty: write a text or delete it")
        return None
    if len(text) > MAX_TEXT:
        notes.error(node, f"{what} is over {MAX_TEXT:,} characters long: shorten it")
        return None
    return text


def list_items(notes: Notes, node: Node, what: str) -> tuple[Node, ...]:
    """The items of a list node; none and a problem when it is no list."""
    if node.shape is Shape.LIST:
        return node.items
    example = f"[{node.text}]" if node.shape is Shape.TEXT and len(node.text) < 40 else "a list, each item after a dash"
    notes.error(node, f"{what} must be a list, this is {node.shape.value}: write {example}")
    return ()


def mappings(notes: Notes, node: Node, what: str, example: str) -> list[Node]:
    """The mappings of a list node; a problem for each item of another form."""
    found = []
    for item in list_items(notes, node, what):
        if item.shape is Shape.MAP:
            found.append(item)
        else:
            notes.error(item, f"{what}: an item must be a mapping, this is {item.shape.value}: write - {example}")
    return found
