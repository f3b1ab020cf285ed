"""markup: what does a piece of HTML say, as text, with one line a block?"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from monitor.domain.errors import ReadError

from ..charset import clean

_INLINE = [
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "em", "font", "i", "ins", "kbd", "label",
    "mark", "nobr", "o\\:p", "output", "q", "rb", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup",
    "time", "tt", "u", "var", "wbr",
]  # fmt: skip
_SILENT = {"script", "style", "noscript", "template", "iframe", "object", "svg", "math"}
_ELEMENT = re.compile(r"<([a-zA-Z][^\s/>]*)")
_EVERY_INLINE = ",".join(_INLINE)
_INLINE_NAMES = {name.replace("\\", "") for name in _INLINE}
_BLOCK = "\x1e"
_PARAGRAPH = re.compile(r"</?(?:p|br)[ \t\n]*/?>", re.IGNORECASE)
_TAG = re.compile(r"<[a-zA-Z!/?]|&[#a-zA-Z]")
HIDDEN = (
    "[hidden], [style*='display:none'], [style*='display: none'], [style*='font-size:0'], [style*='visibility:hidden']"
)


class Page:
    """A parsed page. Ask for links and elements before `text`, which takes the inline elements apart."""

    def __init__(self, html: str) -> None:
        self.tree = LexborHTMLParser(html.replace(_BLOCK, " "))
        names = {name.lower() for name in set(_ELEMENT.findall(html))}
        self._silent = sorted(names & _SILENT)
        self._inline = bool(names & _INLINE_NAMES)

    def attribute(self, selector: str, name: str) -> str:
        """The attribute of the first element that the selector finds, or an empty string."""
        node = self.tree.css_first(selector)
        return clean((node.attributes.get(name) or "").strip()) if node is not None else ""

    def words(self, selector: str) -> str:
        """The text of the first element that the selector finds, on one line."""
        node = self.tree.css_first(selector)
        return clean(" ".join(node.text(separator="").split())) if node is not None else ""

    def links(
        self, selector: str = "a[href]", wanted: Callable[[str], bool] = lambda href: True
    ) -> list[tuple[str, str]]:
        """(href, words) of each wanted link that the selector finds, or that stands inside what it finds."""
        found: list[tuple[str, str]] = []
        for node in self.select(selector):
            inside = [node] if node.attributes.get("href") else node.css("a[href]")
            for link in inside:
                href = link.attributes.get("href") or ""
                if not wanted(href):
                    continue
                words = link.attributes.get("title") or link.text(separator=" ")
                found.append((href, clean(" ".join((words or "").split()))))
        return found

    def select(self, selector: str) -> list[Any]:
        """Elements in document order. Raises ReadError for a selector that cannot be read."""
        try:
            return list(self.tree.css(selector))
        except SelectolaxError as error:
            raise ReadError("bad selector", f"CSS selector {selector!r} cannot be read: {error}") from error

    def keep(self, select: str | None, ignore: str | None) -> bool:
        """Leaves only what `select` finds, without what `ignore` finds; False when `select` finds nothing."""
        if ignore:
            for node in self.select(ignore):
                node.decompose()
        if not select:
            return True
        blocks = [block for node in self.select(select) if (block := node.html)]
        self.tree = LexborHTMLParser("<body>" + "\n".join(blocks))
        return bool(blocks)

    def hidden(self) -> str:
        """What stands in elements that a reader's browser does not show."""
        return lines(clean("\n".join(node.text(separator="") for node in self.tree.css(HIDDEN)[:200])))[:100_000]

    def text(self) -> str:
        """All text, one line a block, white space as a browser shows it."""
        body = self.tree.body
        if body is None:
            return ""
        if self._silent:
            self.tree.strip_tags(self._silent)
        if self._inline:
            for node in self.tree.css(_EVERY_INLINE):  # one selector costs a quarter of one for each name
                node.unwrap()
        self.tree.merge_text_nodes()
        body = self.tree.body
        raw = body.text(separator=_BLOCK) if body is not None else ""
        return clean("\n".join(words for part in raw.split(_BLOCK) if (words := " ".join(part.split()))))


def to_text(html: str) -> str:
    """The text of a fragment; what has no mark-up in it, or none but bare paragraphs, needs no tree."""
    if not _TAG.search(html):
        return lines(clean(html))
    parts = _PARAGRAPH.split(html)
    if any("<" in part or "&" in part for part in parts):
        return Page(html).text()
    return clean("\n".join(words for part in parts if (words := " ".join(part.split()))))


def lines(text: str) -> str:
    """White space made single within lines, empty lines left out."""
    return "\n".join(words for line in text.splitlines() if (words := " ".join(line.split())))


def squeezed(text: str) -> str:
    """Without any white space, to compare texts of two extractors."""
    return "".join(text.split())


def without(text: str, main: str) -> str:
    """The lines of a text that do not stand in the main text."""
    inside = squeezed(main)
    known = {squeezed(line) for line in main.splitlines()}
    parts: Sequence[str] = text.splitlines()
    thorough = len(parts) * len(inside) < 2_000_000_000  # a substring search for each line, unless that is too much
    rest: list[str] = []
    for line in parts:
        key = squeezed(line)
        if key not in known and not (thorough and key in inside):
            rest.append(line)
    return "\n".join(rest)
