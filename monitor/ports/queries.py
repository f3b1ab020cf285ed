"""queries: what is asked, each method one question?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Protocol

from ..domain.audit import Verification
from ..domain.desk import FileEdit, Finds, LogFilter, SignedHead
from ..domain.document import Candidate, Prepared
from ..domain.evidence import KeptCopy
from ..domain.hit import HitView
from ..domain.overview import ChannelState, HitCount, Judged, MessageView, Overview
from ..domain.query import Arrival, AuditView, DeliveryView, HitDay, HitFilter, MuteView, SourceDay, Tally, VersionView
from ..domain.source import SourceHealth


class AlertQueries(Protocol):
    """What digests, reports and commands about alerts ask; a part of Queries."""

    def delivery(self, number: int) -> DeliveryView | None:
        """One delivery without its attempts, or None."""
        ...

    def owed(self, hit: int) -> set[tuple[str, str]]:
        """The (channel, recipient) that another version of the hit's item owes the same topic."""
        ...

    def mutes(self, now: datetime) -> list[MuteView]:
        """The silences in force, those that end first at the top."""
        ...

    def messages(self, numbers: Sequence[str]) -> list[MessageView]:
        """The messages of these ids, by channel and recipient."""
        ...

    def channel_states(self, now: datetime) -> list[ChannelState]:
        """Every recipient that a message was ever made for, by channel."""
        ...

    def hit_counts(self, since: datetime) -> list[HitCount]:
        """How many hits of each topic, term, source and verdict since then."""
        ...

    def judged(self, since: datetime) -> list[Judged]:
        """Hits since then that people ruled on, each with its latest ruling, newest hit first. Restored counts as right."""
        ...

    def ruled_on(self, hit: int) -> list[tuple[str, str, datetime]]:
        """(kind, actor, time) of each ruling on a hit, oldest first."""
        ...

    def overview(self, since: datetime, now: datetime) -> Overview:
        """What happened since then, and how things stand now."""
        ...


class DeskQueries(Protocol):
    """What operators and auditors ask in the console; a part of Queries."""

    def log(self, wanted: LogFilter, limit: int) -> list[AuditView]:
        """Entries of the log that fit, newest first."""
        ...

    def log_words(self) -> tuple[list[str], list[str]]:
        """All kinds of entries and all actors there are, sorted."""
        ...

    def file_edits(self, name: str, limit: int = 500) -> list[FileEdit]:
        """The versions of a watchlist file that came into force, the newest first."""
        ...

    def file_content(self, sha256: str) -> bytes | None:
        """The bytes of a watchlist file that was once in force, or None."""
        ...

    def heads(self, limit: int) -> tuple[int, list[SignedHead]]:
        """How many signed heads the log has, and the newest of them, newest first."""
        ...

    def finds(self, since: datetime) -> list[Finds]:
        """Alerts and reviews since then by source and day (UTC)."""
        ...


class HitQueries(Protocol):
    """What the console's lists and charts ask of hits; a part of Queries."""

    def count_up_to(self, wanted: HitFilter, most: int) -> int:
        """How many hits the filter lets through, counted up to `most`: quick in a store of any size."""
        ...

    def hit_days(self, since: date) -> list[HitDay]:
        """Hits by day (UTC), topic and verdict since then, today's included."""
        ...

    def arrived(self, after: int, limit: int) -> list[Arrival]:
        """The first hits with a number above that one, in order."""
        ...

    def newest_hit(self) -> int:
        """The number of the newest hit, 0 before there is one."""
        ...

    def entry_of(self, hit: int) -> int | None:
        """The number of the log's entry that commits to a hit, None where it is not found."""
        ...


class Queries(AlertQueries, DeskQueries, HitQueries, Protocol):
    """Reads, each one question; safe from any thread, never blocks the writer."""

    def known(self, source: str, pairs: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
        """Which (place, text_hash) of a source are stored already."""
        ...

    def sight(self, source: str) -> str | None:
        """What a source showed at its last changed poll, as `pipeline.sight` stored it."""
        ...

    def candidates(self, source: str, prepared: Prepared, now: datetime) -> list[Candidate]:
        """Stored versions that may be the same (at most 12, most keys in common first), texts included."""
        ...

    def hits(self, wanted: HitFilter, limit: int | None = None, offset: int = 0) -> Iterator[HitView]:
        """Hits, newest first; all of them without a limit."""
        ...

    def count_hits(self, wanted: HitFilter) -> int:
        """How many hits the filter lets through."""
        ...

    def hit(self, number: int) -> HitView | None:
        """One hit, or None."""
        ...

    def version(self, number: int) -> VersionView | None:
        """One version with its text, or None."""
        ...

    def versions_of_item(self, item: int) -> list[VersionView]:
        """All versions of an item, oldest first."""
        ...

    def deliveries(
        self, hit: int | None = None, states: Sequence[str] = (), channel: str = ""
    ) -> Iterator[DeliveryView]:
        """Deliveries with their attempts, newest first; empty means all."""
        ...

    def sources(self) -> list[SourceHealth]:
        """All sources, those in trouble first."""
        ...

    def source_days(self, since: date) -> list[SourceDay]:
        """The days of all sources since then."""
        ...

    def tally(self, since: datetime | None = None) -> Tally:
        """Counts for a start page and a summary."""
        ...

    def audit(self, after: int = 0, limit: int | None = None) -> Iterator[AuditView]:
        """Entries of the log in order."""
        ...

    def verify(self) -> Verification:
        """Walks the chain, recomputes every commitment and reconciles hits and deliveries with entries."""
        ...

    def copies(self, version: int) -> list[KeptCopy]:
        """The kept copies of a version, the newest first."""
        ...

    def signed_head(self) -> str | None:
        """The newest signed head of the log, a C2SP note of a few lines; None before there is one.

        Whoever sends something out puts it below: each copy outside is an anchor that the log must agree with.
        """
        ...

    def current_files(self) -> dict[str, bytes]:
        """The watchlist files in force, by name: the last good version of each."""
        ...

    def close(self) -> None:
        """Ends the readers' connections."""
        ...
