"""hit: what was found in a text, how it was judged, and why?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Verdict(StrEnum):
    """What becomes of a hit: told, put on the review list, or kept with its reason."""

    ALERT = "alert"
    REVIEW = "review"
    SUPPRESSED = "suppressed"


class Relation(StrEnum):
    """How two versions stand to each other."""

    SAME = "same"
    REVISION = "revision"
    STORY = "story"
    DISTINCT = "distinct"


class Novelty(StrEnum):
    """The strongest relation of a hit's text to what is stored, or `new`."""

    NEW = "new"
    SAME = "same"
    REVISION = "revision"
    STORY = "story"


class Kind(StrEnum):
    """What sort of text it is."""

    RECRUITMENT_AD = "recruitment-ad"
    POLICY_DOCUMENT = "policy-document"
    NEWS = "news"
    PROFILE = "profile"
    TECHNICAL = "technical"
    OTHER = "other"


class Part(StrEnum):
    """What a policy document or ad does."""

    CALL = "call"
    MEASURE = "measure"
    AWARD_LIST = "award-list"
    RULE = "rule"
    AD = "ad"


@dataclass(frozen=True, slots=True)
class Match:
    """A term in a text. Spans are code points of the field's stored text, end exclusive."""

    topic: str
    term: str  # as the watchlist writes it
    form: str  # exact, traditional, width, spaced, gap, plural, look-alike, homophone, typo, pattern …
    field: str  # title or text
    start: int
    end: int
    text: str
    verdict: Verdict
    score: float  # 0 to 1, the sum of the parts that `reason` lists
    reason: str
    context: str | None = None
    context_start: int | None = None
    context_distance: int | None = None


@dataclass(frozen=True, slots=True)
class HitDraft:
    """The judgement on one (text, topic): the strongest match first, the reasons in words."""

    topic: str
    verdict: Verdict
    matches: tuple[Match, ...]
    reasons: tuple[str, ...]
    score: float
    counted: int = 0  # matches beyond the listed ones, counted only


@dataclass(frozen=True, slots=True)
class Decision:
    """How a new version stands to what is stored: the relation, to which version, and why.

    A number below zero names a text of the same intent by its place: -1 is the first.
    `judged` are the version ids that were looked at, so that the store can tell whether another
    worker stored a further candidate meanwhile.
    """

    relation: Relation
    to: int | None = None
    score: float = 0.0
    reasons: tuple[str, ...] = ()
    judged: tuple[int, ...] = ()
    changes: tuple[tuple[str, str], ...] = ()  # (before, after) of each passage that changed
    unjudged: bool = False  # gave up after three rounds: stored as new and flagged


@dataclass(frozen=True, slots=True)
class HitView:
    """A stored hit with what people ask about it; the field names are the `--json` contract.

    `text`, `start` and `end` are of the strongest match, in code points of the stored text - the
    title, a line end, the body - which `passage` is cut from at `passage_start`.
    """

    id: int
    topic: str
    verdict: str
    novelty: str
    item: int
    url: str
    source: str
    title: str
    text: str
    start: int
    end: int
    passage: str
    passage_start: int
    matches: tuple[Mapping[str, object], ...]
    kind: str
    part: str | None
    facts: tuple[Mapping[str, object], ...]
    reasons: tuple[str, ...]
    ruleset: str
    first_seen_at: datetime
    topic_name: str = ""
    severity: str = "medium"
    term: str = ""
    form: str = ""
    published: datetime | None = None
    language: str | None = None
    format: str = ""
    version: int = 0
    document: int = 0
    story: int | None = None
    edition: int = 1
    restored: bool = False
    also_at: tuple[str, ...] = ()
    changes: tuple[tuple[str, str], ...] = ()
    relation_reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = field(default=())
    ruled: str = ""  # the ruling that counts: right, wrong, restored; by whom, when and why
    ruled_by: str = ""
    ruled_at: datetime | None = None
    ruled_why: str = ""
