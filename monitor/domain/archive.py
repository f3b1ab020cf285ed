"""archive: what is asked of stored texts, long after they came?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .document import Prepared
from .hit import Decision

HEARD = ("alert", "review")  # verdicts that somebody hears of


@dataclass(frozen=True, slots=True)
class StoredText:
    """A stored version with its text as it lies there: `content` is the zlib-compressed title, a line end, the body.

    `kind` is None where the text was never classified, because nothing was found in it. `whole_page` says that it may
    be a page with its menus: main text is parted from furniture only where a term stood.
    """

    version: int
    source: str
    place: str
    url: str
    content: bytes
    first_seen_at: datetime
    published: datetime | None = None
    kind: str | None = None
    language: str | None = None
    format: str = ""
    whole_page: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """On one (version, topic) two rulesets differ: the verdict before and after, None for no hit, with the passage that says why.

    `start` and `end` are the match in the passage, in code points.
    """

    version: int
    topic: str
    before: str | None
    after: str | None
    title: str = ""
    term: str = ""
    form: str = ""
    passage: str = ""
    start: int = 0
    end: int = 0
    reason: str = ""

    @property
    def gained(self) -> bool:
        """Somebody would hear of it now, and would not have before."""
        return self.after in HEARD and self.before not in HEARD

    @property
    def lost(self) -> bool:
        """Somebody would have heard of it before, and would not now."""
        return self.before in HEARD and self.after not in HEARD


@dataclass(frozen=True, slots=True)
class Comparison:
    """What comparing some stored texts gave; `damaged` versions hold no text that can be read."""

    changes: tuple[Change, ...] = ()
    topics: tuple[str, ...] = ()  # on which the two rulesets can differ at all
    damaged: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """One change as it is shown, with where it stands."""

    change: Change
    source: str
    url: str
    first_seen_at: datetime
    whole_page: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """What an edit comes to for one topic in one source."""

    topic: str
    source: str
    alerts: int = 0  # gained
    reviews: int = 0  # gained
    lost: int = 0
    moved: int = 0  # alert to review, or back
    suppressed: int = 0  # newly looked at and explained away


@dataclass(frozen=True, slots=True)
class Preview:
    """What an edit would have caught and lost over the stored texts.

    `missing` versions had no text any more; `unjudged` ones overran the matcher's limits, by version number.
    """

    since: datetime | None
    texts: int = 0
    missing: int = 0
    unjudged: tuple[int, ...] = ()
    rows: tuple[Row, ...] = ()
    samples: tuple[Sample, ...] = ()
    topics: tuple[str, ...] = ()  # that the edit touches
    seconds: float = 0.0

    @property
    def gained(self) -> int:
        """Hits that would be heard of and were not."""
        return sum(row.alerts + row.reviews for row in self.rows)

    @property
    def lost(self) -> int:
        """Hits that would not be heard of any more."""
        return sum(row.lost for row in self.rows)

    @property
    def moved(self) -> int:
        """Hits that turn from alert to review, or back."""
        return sum(row.moved for row in self.rows)

    def by_source(self) -> Mapping[str, int]:
        """Gained hits of each source, most first."""
        counts: dict[str, int] = {}
        for row in self.rows:
            counts[row.source] = counts.get(row.source, 0) + row.alerts + row.reviews
        return {key: n for key, n in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])) if n}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long work has come: things done, of how many (0 when nobody knows), and what it says of itself."""

    done: int
    total: int = 0
    words: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LateIntent:
    """What judging a stored version again comes to: the hits that differ, stored whole or not at all.

    `decision` says how its text stands to the others; None for a version that has an item already. `lost` are stored hits
    that no longer hold. `run` names the round, whose hits are told together when it ends; empty: nobody is told.
    """

    version: int
    prepared: Prepared  # with those hits only that are to be recorded
    decision: Decision | None
    ruleset: str
    at: datetime
    run: str
    why: str
    lost: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Rematched:
    """What a rematch came to."""

    run: str = ""
    texts: int = 0
    versions: int = 0  # that were judged otherwise
    hits: int = 0
    alerts: int = 0
    reviews: int = 0
    suppressed: int = 0
    lost: int = 0
    unjudged: tuple[int, ...] = ()
    missing: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing of an archive on disk, before anybody reads it.

    `place` names it inside the source and stays the same at every import. `kind` says how its body is read: `any` by what
    its bytes look like, `stored` as a text whose first line is the title. Without a body it is an address to be fetched,
    unless `problem` says (in few words) why there is none.
    """

    place: str
    url: str
    body: bytes | None = None
    kind: str = "any"
    content_type: str = ""
    charset: str | None = None
    title: str = ""
    language: str = ""
    published: datetime | None = None
    fetched: datetime | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to: pieces by outcome, and the broken ones by reason."""

    run: str = ""
    source: str = ""
    pieces: int = 0
    stored: int = 0  # that brought a text that was not there
    known: int = 0  # whose texts were all there
    broken: Mapping[str, int] = field(default_factory=dict)
    before: int = 0  # done by an earlier run
    versions: int = 0
    hits: int = 0
    alerts: int = 0
    waiting: int = 0  # hits that are told as one summary
    seconds: float = 0.0
    stopped: str = ""  # why it ended before the end, and at which piece
    examples: tuple[tuple[str, str], ...] = ()  # (reason, place), some of each


@dataclass(frozen=True, slots=True)
class ImportEntry:
    """What became of one piece: `stored`, `known` or `broken` (with the reason)."""

    source: str
    place: str
    digest: str  # SHA-256 of its bytes
    outcome: str
    reason: str
    published: datetime | None
    fetched: datetime | None
    at: datetime
    run: str


@dataclass(frozen=True, slots=True)
class Retention:
    """How long texts and copies are kept: without a hit, with one; and how many bytes of compressed text in all."""

    unmatched: timedelta = timedelta(days=30)
    matched: timedelta = timedelta(days=800)  # next year's call must still find last year's
    budget: int = 5_000_000_000


@dataclass(frozen=True, slots=True)
class Purge:
    """What retention takes away, or would: texts and bytes by reason. `kept_back` are past their time but still needed."""

    unmatched: int = 0
    unmatched_bytes: int = 0
    matched: int = 0
    matched_bytes: int = 0
    over_budget: int = 0
    over_budget_bytes: int = 0
    copies: int = 0
    copies_bytes: int = 0
    kept_back: int = 0
    held: int = 0  # bytes of all texts before
    budget: int = 0

    @property
    def texts(self) -> int:
        """All texts that go."""
        return self.unmatched + self.matched + self.over_budget


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure took away: numbers of hits, versions and copies, sums of the rest."""

    hits: tuple[int, ...] = ()
    versions: tuple[int, ...] = ()
    copies: tuple[int, ...] = ()
    texts: int = 0
    messages: int = 0
