"""base: what is a format, and how much of a body is kept?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from monitor.domain.document import Harvest, Origin


@dataclass(frozen=True, slots=True)
class Caps:
    """How much of one body is kept: bytes of UTF-8 text in all, entries, links. What is cut is told."""

    text: int = 5_000_000
    entries: int = 5_000
    links: int = 5_000
    pages: int = 2_000
    members: int = 1_000
    unpacked: int = 100_000_000


Reader = Callable[[bytes, Origin, Caps], Harvest]
Refiner = Callable[[bytes, Origin, Caps, Harvest], Harvest]


@dataclass(frozen=True, slots=True)
class Format:
    """A sort of file: its media types, its file endings, how to tell it by its bytes, how to read it.

    `read` is cheap and gives all text; `refine` (if there is one) parts main text from furniture, and is asked only
    where a term stands. Both raise ReadError.
    """

    key: str
    types: tuple[str, ...]
    read: Reader
    endings: tuple[str, ...] = ()
    looks: Callable[[bytes], bool] = lambda body: False
    refine: Refiner | None = None


@dataclass(slots=True)
class Budget:
    """Counts down the bytes of text that may still be kept of one body."""

    left: int
    cut: bool = False

    def take(self, text: str) -> str:
        """The text, or as much of its beginning as still fits."""
        size = len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
        if size <= self.left:
            self.left -= size
            return text
        self.cut = True
        kept = text.encode("utf-8", "replace")[: self.left].decode("utf-8", "ignore")
        self.left = 0
        return kept


def joined(lines: Sequence[str]) -> str:
    """Lines as one text, empty ones left out."""
    return "\n".join(line for line in lines if line)
