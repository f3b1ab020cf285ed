"""today: what is new, and what needs a person?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from ...domain.hit import HitView
from ...domain.query import HitFilter, Tally
from .. import words
from .deliveries import STUCK, DeliveryRow, delivery_row, stuck
from .desk import Desk
from .health import condition
from .rows import Row, grouped

SINCE = timedelta(hours=24)
SHOWN = 40  # alerts on the page; the list has the rest
STUCK_LOOKED_AT = 200  # deliveries, newest first
WEEKS = 12
HEIGHT = 34.0  # of the tallest bar, in units of the drawing
CHARTED = ("alert", "review")
MOST = 10_000  # alerts that are counted


@dataclass(frozen=True, slots=True)
class Programme:
    """The new alerts of one topic."""

    key: str
    name: tuple[str, str]
    rows: tuple[Row, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Week:
    """One bar: where it stands, how many alerts and reviews it shows, as heights."""

    x: float
    alerts: float
    reviews: float


@dataclass(frozen=True, slots=True)
class Chart:
    """The weeks of one topic, and the same in words."""

    key: str
    name: tuple[str, str]
    weeks: tuple[Week, ...]
    in_words: str
    this_week: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """A source that needs somebody."""

    key: str
    look: str
    word: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Stuck:
    """The deliveries that are stuck on their way to one recipient: the newest of them, and how many."""

    row: DeliveryRow
    count: int


@dataclass(frozen=True, slots=True)
class TodayPage:
    """The start page; `answer` is its first line."""

    answer: str
    since_words: str  # since when what is shown is new
    drawn: str  # what came later was not on the page
    tally: Tally
    programmes: tuple[Programme, ...]
    alerts: int
    reviews: int
    trouble: tuple[Trouble, ...]
    sources: int
    stuck: tuple[Stuck, ...]
    charts: tuple[Chart, ...]
    tallest: int
    newest: int


def today(desk: Desk) -> TodayPage:
    """Fills the start page."""
    seen = desk.identity.person.seen_until
    since = seen or desk.now - SINCE
    since_words = f"since {desk.moments.short(seen)}" if seen else "in the last 24 hours"
    wanted = HitFilter(verdicts=("alert",), since=since)
    hits = list(desk.queries.hits(wanted, limit=SHOWN))
    alerts = desk.queries.count_up_to(wanted, MOST)
    trouble, sources = _trouble(desk)
    charts, tallest = _charts(desk, hits)
    return TodayPage(
        answer=f"{words.counted(alerts, 'new alert')} {since_words}".replace("no new", "No new", 1),
        since_words=since_words,
        drawn=desk.now.isoformat(),
        tally=desk.tally(),
        programmes=tuple(_programmes(hits)),
        alerts=alerts,
        reviews=desk.tally().reviews,
        newest=desk.queries.newest_hit(),
        trouble=trouble,
        sources=sources,
        stuck=_stuck(desk),
        charts=charts,
        tallest=tallest,
    )


def _trouble(desk: Desk) -> tuple[tuple[Trouble, ...], int]:
    """The sources in trouble, failing ones first, and how many sources there are."""
    known = desk.queries.sources()
    found = [Trouble(health.source, *condition(health, desk)) for health in known]
    trouble = (one for one in found if one.look in {"bad", "warn"})
    return tuple(sorted(trouble, key=lambda one: (one.look, one.key))), len(known)


def _stuck(desk: Desk) -> tuple[Stuck, ...]:
    """What is stuck, one line for each recipient of a channel with its newest delivery; of long queues the newest part."""
    found = (view for view in islice(desk.queries.deliveries(states=STUCK), STUCK_LOOKED_AT) if stuck(view))
    counts: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], DeliveryRow] = {}
    for view in found:
        place = (view.channel, view.recipient)
        counts[place] += 1
        if place not in first:
            first[place] = delivery_row(view, desk)
    return tuple(Stuck(row, counts[place]) for place, row in islice(first.items(), 8))


def _programmes(hits: Iterable[HitView]) -> Iterator[Programme]:
    """The hits by topic, the topic with the newest one first."""
    by_topic: dict[str, list[HitView]] = {}
    for hit in hits:
        by_topic.setdefault(hit.topic, []).append(hit)
    for key, members in by_topic.items():
        name = words.programme(members[0].topic_name, key)
        yield Programme(key, name, tuple(grouped(members)), len(members))


def _charts(desk: Desk, known: Iterable[HitView]) -> tuple[tuple[Chart, ...], int]:
    """A row of weekly bars for each topic, all on one scale; and what the tallest bar counts."""
    counts: dict[str, Counter[tuple[int, str]]] = {}
    today = desk.now.date()
    for one in desk.queries.hit_days(today - timedelta(days=7 * WEEKS - 1)):
        if one.verdict in CHARTED:
            week = WEEKS - 1 - min(WEEKS - 1, max(0, (today - one.day).days // 7))
            counts.setdefault(one.topic, Counter())[week, one.verdict] += one.hits
    names = _names(desk, counts, known)
    tallest = max(
        (found[week, "alert"] + found[week, "review"] for found in counts.values() for week in range(WEEKS)), default=0
    )
    ordered = sorted(counts, key=lambda topic: -counts[topic].total())
    return tuple(_chart(topic, names[topic], counts[topic], tallest) for topic in ordered), tallest


def _names(desk: Desk, topics: Iterable[str], known: Iterable[HitView]) -> dict[str, tuple[str, str]]:
    """The names of topics, from hits that are on the page anyway, else from the newest one."""
    newest: dict[str, HitView | None] = {hit.topic: hit for hit in known}
    for topic in topics:
        if topic not in newest:
            newest[topic] = next(iter(desk.queries.hits(HitFilter(topics=(topic,)), limit=1)), None)
    return {topic: words.programme(hit.topic_name if hit is not None else "", topic) for topic, hit in newest.items()}


def _chart(topic: str, name: tuple[str, str], found: Counter[tuple[int, str]], tallest: int) -> Chart:
    unit = HEIGHT / max(tallest, 1)
    weeks = tuple(
        Week(week * 16.0, round(found[week, "alert"] * unit, 1), round(found[week, "review"] * unit, 1))
        for week in range(WEEKS)
    )
    alerts = sum(count for (_, verdict), count in found.items() if verdict == "alert")
    now = found[WEEKS - 1, "alert"]
    told = (
        f"{name[0]}: {alerts} alerts and {found.total() - alerts} for review in {WEEKS} weeks, {now} alerts this week"
    )
    return Chart(topic, name, weeks, told, now)
