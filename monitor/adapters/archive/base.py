"""base: what do all sorts of archives have in common?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO
from urllib.parse import quote

from monitor.domain.archive import Piece


@dataclass(frozen=True, slots=True)
class Caps:
    """How much of an archive is taken at once: bytes of one body, characters of a line, members of a ZIP."""

    body: int = 10_000_000
    line: int = 20_000_000
    members: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Origin:
    """Where pieces come from: the file, how it is called in the import, the source they are for."""

    path: Path
    name: str
    source: str

    def url(self, member: str = "") -> str:
        """An address for what has none: it says that it was imported, and from what."""
        whole = f"{self.name}/{member}" if member else self.name
        return f"import:{quote(self.source)}/{quote(whole, safe='/!@,;=()+')}"

    def broken(self, member: str, problem: str) -> Piece:
        """A piece that cannot be had."""
        return Piece(f"{self.name}!{member}" if member else self.name, self.url(member), problem=problem)


def bounded(stream: IO[bytes], most: int) -> bytes | None:
    """All that a stream holds; None when that is more than `most`."""
    data = stream.read(most + 1)
    return None if len(data) > most else data


def moment(text: object) -> datetime | None:
    """A time of ISO 8601, in UTC where it names no zone; None for anything else."""
    if not isinstance(text, str) or not text.strip():
        return None
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def lines(stream: IO[bytes], most: int) -> Iterator[tuple[int, bytes | None]]:
    """(number from 1, line without its end) of a stream; None for a line longer than `most`, which is skipped."""
    number = 0
    while line := stream.readline(most + 1):
        number += 1
        if len(line) <= most or line.endswith(b"\n"):
            yield number, line.rstrip(b"\r\n")
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(most + 1)
        yield number, None
