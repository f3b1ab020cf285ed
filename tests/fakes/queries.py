"""A FakeQueries over lists: fill `all_hits`, `all_deliveries` … and ask it what pages ask the store.

`fail` names methods that raise, so that a page's behaviour on a broken store can be seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice

from monitor.domain.audit import Verification
from monitor.domain.desk import SignedHead
from monitor.domain.document import Candidate, Prepared
from monitor.domain.evidence import KeptCopy
from monitor.domain.hit import HitView
from monitor.domain.overview import ChannelState, HitCount, Judged, MessageView, Overview
from monitor.domain.query import (
    Arrival,
    AuditView,
    DeliveryView,
    HitDay,
    HitFilter,
    MuteView,
    SourceDay,
    Tally,
    VersionView,
)
from monitor.domain.source import SourceHealth
from monitor.pipeline.facts.search import facts_fit
from monitor.pipeline.search import asked_words, words
from tests.fakes.desk_queries import DeskAnswers


@dataclass
class FakeQueries(DeskAnswers):
    """Everything a store would answer, in lists that a test fills."""

    all_hits: list[HitView] = field(default_factory=list)
    all_versions: list[VersionView] = field(default_factory=list)
    all_deliveries: list[DeliveryView] = field(default_factory=list)
    all_sources: list[SourceHealth] = field(default_factory=list)
    all_days: list[SourceDay] = field(default_factory=list)
    all_entries: list[AuditView] = field(default_factory=list)
    all_candidates: list[Candidate] = field(default_factory=list)
    all_mutes: list[MuteView] = field(default_factory=list)
    all_channels: list[ChannelState] = field(default_factory=list)
    all_judged: list[Judged] = field(default_factory=list)
    given_overview: Overview | None = None
    verification: Verification = field(default_factory=lambda: Verification("ok", 0))
    head: str | None = None
    all_copies: list[KeptCopy] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    past_files: dict[str, bytes] = field(default_factory=dict)  # SHA-256 -> bytes
    all_heads: list[SignedHead] = field(default_factory=list)
    documents: int = 0
    last_poll_at: datetime | None = None
    fail: set[str] = field(default_factory=set)

    def _may_fail(self, method: str) -> None:
        if method in self.fail:
            raise RuntimeError(f"the store broke in {method}: secret detail")

    def candidates(self, source: str, prepared: Prepared, now: datetime) -> list[Candidate]:
        """The given candidates, at most 12."""
        return self.all_candidates[:12]

    def hits(self, wanted: HitFilter, limit: int | None = None, offset: int = 0) -> Iterator[HitView]:
        """The hits that fit, newest first."""
        self._may_fail("hits")
        found = sorted(
            (hit for hit in self.all_hits if fits(hit, wanted)),
            key=lambda hit: (hit.first_seen_at, hit.id),
            reverse=True,
        )
        return islice(iter(found), offset, None if limit is None else offset + limit)

    def count_up_to(self, wanted: HitFilter, most: int) -> int:
        """How many fit, up to that many."""
        return min(most, self.count_hits(wanted))

    def hit_days(self, since: date) -> list[HitDay]:
        """Counts over the hits."""
        found = Counter((hit.first_seen_at.date(), hit.topic, hit.verdict) for hit in self.all_hits)
        return [HitDay(*key, hits) for key, hits in sorted(found.items()) if key[0] >= since]

    def arrived(self, after: int, limit: int) -> list[Arrival]:
        """Hits with higher numbers."""
        found = sorted((hit for hit in self.all_hits if hit.id > after), key=lambda hit: hit.id)
        return [Arrival(hit.id, hit.topic, hit.verdict, hit.first_seen_at) for hit in found[:limit]]

    def newest_hit(self) -> int:
        """The highest number."""
        self._may_fail("newest_hit")
        return max((hit.id for hit in self.all_hits), default=0)

    def entry_of(self, hit: int) -> int | None:
        """The first entry that names the hit."""
        return next((one.seq for one in self.all_entries if f"'hit': {hit}" in str(one.body)), None)

    def count_hits(self, wanted: HitFilter) -> int:
        """How many fit."""
        return sum(fits(hit, wanted) for hit in self.all_hits)

    def hit(self, number: int) -> HitView | None:
        """The hit of that number."""
        return next((hit for hit in self.all_hits if hit.id == number), None)

    def version(self, number: int) -> VersionView | None:
        """The version of that number."""
        return next((version for version in self.all_versions if version.id == number), None)

    def versions_of_item(self, item: int) -> list[VersionView]:
        """The versions of an item, oldest first."""
        return sorted((v for v in self.all_versions if v.item == item), key=lambda v: v.first_seen_at)

    def deliveries(
        self, hit: int | None = None, states: Sequence[str] = (), channel: str = ""
    ) -> Iterator[DeliveryView]:
        """Deliveries, newest first."""
        return iter(
            sorted(
                (
                    d
                    for d in self.all_deliveries
                    if hit in (None, d.hit) and (not states or d.state in states) and channel in ("", d.channel)
                ),
                key=lambda d: d.created_at,
                reverse=True,
            )
        )

    def delivery(self, number: int) -> DeliveryView | None:
        """The delivery of that number."""
        return next((one for one in self.all_deliveries if one.id == number), None)

    def owed(self, hit: int) -> set[tuple[str, str]]:
        """Nobody was told of another version."""
        return set()

    def mutes(self, now: datetime) -> list[MuteView]:
        """The given silences."""
        return list(self.all_mutes)

    def messages(self, numbers: Sequence[str]) -> list[MessageView]:
        """None are kept."""
        return []

    def channel_states(self, now: datetime) -> list[ChannelState]:
        """The given states."""
        return list(self.all_channels)

    def hit_counts(self, since: datetime) -> list[HitCount]:
        """Counts over the hits."""
        found = Counter((hit.topic, hit.term, hit.source, hit.verdict) for hit in self.all_hits)
        return [HitCount(*key, count) for key, count in sorted(found.items())]

    def judged(self, since: datetime) -> list[Judged]:
        """The given judgements."""
        return list(self.all_judged)

    def ruled_on(self, hit: int) -> list[tuple[str, str, datetime]]:
        """Those of the given judgements."""
        return [("right" if one.right else "wrong", one.actor, one.at) for one in self.all_judged if one.hit.id == hit]

    def overview(self, since: datetime, now: datetime) -> Overview:
        """The given overview, or an empty one."""
        return self.given_overview or Overview(since, now)

    def sources(self) -> list[SourceHealth]:
        """All sources, failing ones first."""
        return sorted(self.all_sources, key=lambda source: source.outcome != "failed")

    def source_days(self, since: date) -> list[SourceDay]:
        """The days since then."""
        return [day for day in self.all_days if day.day >= since]

    def tally(self, since: datetime | None = None) -> Tally:
        """Counts over the lists."""
        self._may_fail("tally")
        hits = [hit for hit in self.all_hits if since is None or hit.first_seen_at >= since]
        verdicts = Counter(hit.verdict for hit in hits)
        states = Counter(delivery.state for delivery in self.all_deliveries)
        return Tally(
            alerts=verdicts["alert"],
            reviews=verdicts["review"],
            suppressed=verdicts["suppressed"],
            documents=self.documents,
            sources=len(self.all_sources),
            sources_failing=sum(source.outcome == "failed" for source in self.all_sources),
            open_links=sum(source.open_links for source in self.all_sources),
            deliveries_open=states["owed"] + states["held"] + states["sending"],
            deliveries_dead=states["dead"],
            by_topic=Counter(hit.topic for hit in hits if hit.verdict == "alert"),
            last_poll_at=self.last_poll_at,
        )

    def audit(self, after: int = 0, limit: int | None = None) -> Iterator[AuditView]:
        """Entries in order."""
        return islice((entry for entry in self.all_entries if entry.seq > after), limit)

    def verify(self) -> Verification:
        """The given verification."""
        return self.verification

    def copies(self, version: int) -> list[KeptCopy]:
        """The given copies of a version."""
        return [one for one in self.all_copies if one.version == version]

    def signed_head(self) -> str | None:
        """The given head."""
        return self.head

    def current_files(self) -> dict[str, bytes]:
        """The given files."""
        return dict(self.files)

    def contents(self) -> dict[str, bytes]:
        """The given past files."""
        return self.past_files

    def signed(self) -> list[SignedHead]:
        """The given heads."""
        return self.all_heads

    def close(self) -> None:
        """Nothing to end."""


def _has_words(asked: str, *texts: str) -> bool:
    found = asked_words(asked)
    return bool(found) and words(*texts).issuperset(found)


def fits(hit: HitView, wanted: HitFilter, text: str = "") -> bool:
    """Whether a hit passes a filter; `text` is its stored text, for searches."""
    return (
        (not wanted.topics or hit.topic in wanted.topics)
        and (not wanted.verdicts or hit.verdict in wanted.verdicts)
        and (not wanted.novelties or hit.novelty in wanted.novelties)
        and (not wanted.kinds or hit.kind in wanted.kinds)
        and (not wanted.parts or hit.part in wanted.parts)
        and (not wanted.sources or hit.source in wanted.sources)
        and (wanted.since is None or hit.first_seen_at >= wanted.since)
        and (wanted.until is None or hit.first_seen_at < wanted.until)
        and facts_fit(hit.facts, wanted, hit.first_seen_at.date())
        and (not wanted.text or _has_words(wanted.text, hit.title, hit.passage, text))
        and (not wanted.states or (hit.ruled or "unjudged") in wanted.states)
    )
