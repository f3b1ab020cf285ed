"""shapes: what does each answer of the API look like? The field names are those of the command line's `--json`."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from ....domain.hit import HitView, Kind, Novelty, Part, Verdict
from ....domain.query import HitFilter
from ....pipeline.mask import mask

MOST = 500  # rows of one answer
SAFE = 2**53 - 1
EARLIEST, LATEST = datetime(1971, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
Text = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]
State = Literal["unjudged", "right", "wrong", "restored"]
Number = Annotated[int, Field(ge=1, le=SAFE)]


class Shape(BaseModel):
    """Made from the domain's own objects; unknown fields of a request are refused (A98)."""

    model_config = ConfigDict(from_attributes=True, extra="forbid")


class Hit(Shape):
    """A stored hit: the recorded judgement on one text and topic. Personal numbers and addresses are masked."""

    id: int
    topic: str
    topic_name: str
    severity: str
    verdict: str
    novelty: str
    item: int
    story: int | None
    edition: int
    version: int
    url: str
    source: str
    title: str
    text: str = Field(description="what matched, as written")
    start: int = Field(description="code points of the stored text: the title, a line end, the body")
    end: int
    passage: str
    passage_start: int
    term: str
    form: str
    matches: list[dict[str, Any]]
    kind: str
    part: str | None
    facts: list[dict[str, Any]]
    reasons: list[str]
    relation_reasons: list[str]
    warnings: list[str]
    also_at: list[str]
    language: str | None
    format: str
    published: datetime | None
    first_seen_at: datetime
    restored: bool
    ruled: str = Field(description="the ruling that counts: right, wrong, restored, or empty")
    ruled_by: str
    ruled_at: datetime | None
    ruleset: str

    @classmethod
    def of(cls, hit: HitView) -> Hit:
        """The hit as it may leave."""
        return cls.model_validate(masked(hit))


class Hits(Shape):
    """A page of hits, newest first."""

    total: int
    offset: int
    hits: list[Hit]


class RulingIn(Shape):
    """What a person or program decides on a hit."""

    kind: Annotated[str, Field(pattern="^(right|wrong|restored|withdrawn)$")]
    why: Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")] = ""


class SourceOut(Shape):
    """A source and how it fares."""

    source: str
    kind: str
    address: str
    state: str
    outcome: str | None
    reason: str | None
    polled_at: datetime | None
    succeeded_at: datetime | None
    changed_at: datetime | None
    due_at: datetime | None
    entries: int | None
    failures: int
    open_links: int


class AttemptOut(Shape):
    """One try to send a message."""

    number: int
    outcome: str
    at: datetime
    detail: str


class DeliveryOut(Shape):
    """One hit owed to one recipient on one channel."""

    id: int
    hit: int
    channel: str
    recipient: str
    message: str | None
    state: str
    form: str
    due_at: datetime | None
    created_at: datetime
    attempts: list[AttemptOut]


class EntryOut(Shape):
    """An entry of the log; `body` is null where it was erased."""

    seq: int
    at: str
    actor: str
    kind: str
    hash: str
    body: dict[str, Any] | None


class VerificationOut(Shape):
    """What the walk over the log found. Only `ok` is ok."""

    status: str
    entries: int
    head: str
    broken_at: int | None
    findings: list[str]
    unsealed: int


class TallyOut(Shape):
    """Counts for a start page."""

    alerts: int
    reviews: int
    suppressed: int
    documents: int
    sources: int
    sources_failing: int
    open_links: int
    deliveries_open: int
    deliveries_dead: int
    by_topic: dict[str, int]
    last_poll_at: datetime | None


class Done(Shape):
    """It was done, and stands in the log."""

    done: bool = True


def masked(hit: HitView) -> HitView:
    """The hit without mail addresses and numbers of persons; what matched stays as it is, all lengths hold."""
    shown = mask(hit.passage, [(hit.start - hit.passage_start, hit.end - hit.passage_start)])
    return replace(hit, passage=shown, title=mask(hit.title), reasons=tuple(mask(reason) for reason in hit.reasons))


def wanted(
    topic: Annotated[list[Text] | None, Query(max_length=50)] = None,
    verdict: Annotated[list[Verdict] | None, Query()] = None,
    novelty: Annotated[list[Novelty] | None, Query()] = None,
    kind: Annotated[list[Kind] | None, Query()] = None,
    part: Annotated[list[Part] | None, Query()] = None,
    source: Annotated[list[Text] | None, Query(max_length=50)] = None,
    since: datetime | None = None,
    until: datetime | None = None,
    q: Annotated[Text | None, Query(description="all its words stand in title, passage or stored text")] = None,
    min_amount: Annotated[float | None, Query(ge=0, le=1e15, allow_inf_nan=False)] = None,
    currency: Annotated[str | None, Query(pattern="^[A-Z]{3}$")] = None,
    place: Annotated[Text | None, Query()] = None,
    deadline_before: date | None = None,
    deadline_after: date | None = None,
    state: Annotated[list[State] | None, Query(description="of its latest ruling")] = None,
) -> HitFilter:
    """The filter that an address names; each field narrows, several values of one field widen."""
    return HitFilter(
        topics=tuple(topic or ()),
        verdicts=_values(verdict),
        novelties=_values(novelty),
        kinds=_values(kind),
        sources=tuple(source or ()),
        since=_aware(since),
        until=_aware(until),
        text=(q or "").strip() or None,
        parts=_values(part),
        min_amount=min_amount,
        currency=currency,
        place=(place or "").strip() or None,
        deadline_before=deadline_before,
        deadline_after=deadline_after,
        states=tuple(state or ()),
    )


def _values(found: Any) -> tuple[str, ...]:
    return tuple(one.value for one in found or ())


def _aware(moment: datetime | None) -> datetime | None:
    """A time without a zone is UTC; one that no source can have is brought to the nearest that one can."""
    if moment is None:
        return None
    if not 1971 <= moment.year <= 9000:
        return EARLIEST if moment.year < 1971 else LATEST
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def errors() -> dict[int | str, dict[str, Any]]:
    """The refusals of an address, for its description."""
    known = {
        400: "the host name or the request cannot be taken",
        401: "no session and no key that opens",
        403: "the role or key may not do this",
        404: "there is no such thing",
        405: "this address does not do that",
        411: "the request does not say how long it is",
        413: "the body is too large",
        414: "the address is too long",
        415: "the body is not JSON",
    }
    return {status: {"description": text} for status, text in known.items()}
