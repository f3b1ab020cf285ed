"""archive: how are stored texts asked again, and others brought in?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from ..domain.archive import Comparison, ImportEntry, LateIntent, StoredText
from ..domain.audit import AuditNote
from ..domain.intent import Applied, PollIntent


class Archive(Protocol):
    """The texts that were stored, with a hit and without; reads only, safe from any thread."""

    def count(self, since: datetime | None) -> tuple[int, int]:
        """(versions first seen since then whose text is there, those whose text is gone)."""
        ...

    def texts(self, since: datetime | None) -> Iterator[Sequence[StoredText]]:
        """All stored texts since then in batches of some hundred kilobytes, the newest first."""
        ...

    def text(self, version: int) -> StoredText | None:
        """The stored text of one version; None when there is none, or it is gone."""
        ...

    def verdicts(self, versions: Sequence[int]) -> dict[tuple[int, str], tuple[int, str, bool]]:
        """(version, topic) → (hit, verdict, page furniture) of the latest stored judgement on each."""
        ...


class Comparer(Protocol):
    """Where stored texts are judged again under two rulesets: child processes, as for reading."""

    async def compare(self, texts: Sequence[StoredText]) -> Comparison:
        """Where the two rulesets differ. Raises ChildDied, then fewer texts at once may do."""
        ...


class LateHits(Protocol):
    """Records hits on versions that are stored already, or whose telling waits for the end of a longer round."""

    async def record(self, intent: LateIntent) -> Applied:
        """Stores the hits of one version with their entry; those that stand already are left out.

        With `unjudged` candidates in the answer nothing was stored: judge them and come again.
        """
        ...

    async def end(self, run: str, now: datetime, note: AuditNote | None = None) -> int:
        """Ends a round: its hits are owed with the next `assemble`, as one summary for each recipient. Returns how many."""
        ...


class Imports(Protocol):
    """Where pieces of archives are stored with what became of them."""

    def done(self, source: str, pieces: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
        """Which (place, digest) an earlier import of this source brought to an end already."""
        ...

    async def add(self, intent: PollIntent, run: str, entry: ImportEntry) -> Applied:
        """Stores a piece as any poll's, with its entry; owed to nobody before the round ends (never, without a run).

        With `unjudged` candidates in the answer nothing was stored: judge them and come again.
        """
        ...

    async def tidy(self) -> None:
        """Asked now and then in a long import: keeps what the database writes ahead from growing without end."""
        ...

    async def skip(self, entry: ImportEntry) -> None:
        """Stores that a piece was broken."""
        ...

    async def end(self, run: str, now: datetime, note: AuditNote | None = None) -> int:
        """Ends a round, as `LateHits.end`."""
        ...
