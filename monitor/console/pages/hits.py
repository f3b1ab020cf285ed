"""hits: which hits are mine to judge, and how do I find the others?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

from ...domain.hit import HitView, Kind, Part, Verdict
from ...domain.person import SavedView
from ...domain.query import HitFilter
from .. import words
from .beside import Beside, beside
from .desk import Desk, address, whole_number
from .filters import MORE, NARROWING, SEEN, STATES, filter_of, read
from .rows import Row, grouped, row

PAGE = 30
PAGES = 300  # further back one narrows by time
MOST = 10_000  # hits that are counted; a count beyond it says so
MOST_FACTS = 300  # where the facts of each have to be asked
FEW = 40  # sources that stand in a list; more are typed
PATH = "/hits"
VERDICTS = {"alert": "Alerts", "review": "Review", "suppressed": "Suppressed", "": "All"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter, and whether it is the chosen one."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Tab:
    """A verdict with its count in words and its address."""

    label: str
    count: str
    address: str
    current: bool


@dataclass(frozen=True, slots=True)
class View:
    """A saved view: its address in the list and as a feed."""

    number: int
    name: str
    address: str
    feed: str
    current: bool


@dataclass(frozen=True, slots=True)
class HitsPage:
    """The list of hits under the filters that stand in its address."""

    answer: str
    asked: Mapping[str, str]
    verdict: str
    topics: tuple[Choice, ...]
    kinds: tuple[Choice, ...]
    parts: tuple[Choice, ...]
    novelties: tuple[Choice, ...]
    sources: tuple[Choice, ...]  # empty: they are too many for a list
    seen: tuple[Choice, ...]
    states: tuple[Choice, ...]
    tabs: tuple[Tab, ...]
    rows: tuple[Row, ...]
    total: str
    some: bool
    first: int
    last: int
    filtered: bool
    more: bool  # whether one of the filters that are folded away is in use
    newer: str
    older: str
    everything: str
    here: str
    query: str
    feed: str
    views: tuple[View, ...]
    newest: int
    yes: str  # the ruling that `y` gives
    beside: Beside | None


def hits(desk: Desk, asked: Mapping[str, str], views: list[SavedView]) -> HitsPage:
    """Fills the list from the values in its address; what is unknown there counts as not asked."""
    values = read(asked)
    number = min(whole_number(asked.get("page"), 1), PAGES)
    wanted = filter_of(values, desk)
    counts = _counts(desk, wanted)
    total, first = counts[values["verdict"]], (number - 1) * PAGE
    found = list(desk.queries.hits(wanted, limit=PAGE + 1, offset=first))
    shown, is_more = found[:PAGE], len(found) > PAGE
    here = address(PATH, _shown(values), page=number)
    rows = tuple(grouped(shown) if values["verdict"] == "alert" else map(row, shown))
    return HitsPage(
        answer=_answer(counts, values),
        asked=values,
        verdict=values["verdict"],
        topics=_choices(sorted({*desk.tally().by_topic, values["topic"]} - {""}), values["topic"], "All"),
        kinds=_choices([kind.value for kind in Kind], values["kind"], "Any"),
        parts=_choices([part.value for part in Part], values["part"], "Any"),
        novelties=_labelled({"": "Any", **words.NOVELTY}, values["novelty"]),
        sources=_sources(desk, values["source"]),
        seen=_labelled(SEEN, values["seen"]),
        states=_labelled(STATES, values["state"]),
        tabs=_tabs(values, counts),
        rows=rows,
        total=bounded(total, wanted),
        some=total > 0,
        first=first + 1,
        last=first + len(shown),
        filtered=any(value for name, value in values.items() if name in NARROWING),
        more=any(values[name] for name in MORE),
        newer=address(PATH, _shown(values), page=number - 1) if number > 1 else "",
        older=address(PATH, _shown(values), page=number + 1) if is_more and number < PAGES else "",
        everything=address(PATH, {"verdict": asked.get("verdict", "")}),
        here=here,
        query=here.partition("?")[2],
        feed=feed_of(values),
        views=tuple(_view(view, here) for view in views),
        newest=desk.queries.newest_hit(),
        yes="right" if values["verdict"] in {"alert", ""} else "restored",
        beside=_selected(desk, shown, rows, asked.get("at"), here),
    )


def feed_of(values: Mapping[str, str]) -> str:
    """The same filters as an Atom feed; a span of days has no place in it."""
    asked = {name: value for name, value in values.items() if value and name != "seen"}
    return f"/feeds/hits.atom?{urlencode(asked)}" if asked else "/feeds/hits.atom"


def bounded(count: int, wanted: HitFilter) -> str:
    """A count in words: `412`, or `10 000+` where nobody counted on."""
    most = _most(wanted)
    return f"{words.number(most)}+" if count > most else words.number(count)


def number_to_review(count: int) -> str:
    """`3 to review`, `none to review`."""
    return f"{words.number(count) if count else 'none'} to review"


def _most(wanted: HitFilter) -> int:
    return MOST_FACTS if wanted.min_amount is not None else MOST


def _counts(desk: Desk, wanted: HitFilter) -> dict[str, int]:
    """How many hits of each verdict fit; without other filters the kept counters say it."""
    if wanted == HitFilter(verdicts=wanted.verdicts):
        tally = desk.tally()
        counts = {"alert": tally.alerts, "review": tally.reviews, "suppressed": tally.suppressed}
        return counts | {"": sum(counts.values())}
    most = _most(wanted)
    counts = {
        verdict: desk.queries.count_up_to(replace(wanted, verdicts=(verdict,)), most + 1)
        for verdict in VERDICTS
        if verdict
    }
    return counts | {"": sum(counts.values())}


def _shown(values: Mapping[str, str]) -> dict[str, str]:
    """The values as they stand in an address: no verdict is written `all`, alerts are what one gets unasked."""
    verdict = values["verdict"]
    return {**values, "verdict": "" if verdict == Verdict.ALERT else verdict or "all"}


def _answer(counts: Mapping[str, int], values: Mapping[str, str]) -> str:
    verdict, filtered = values["verdict"], any(value for name, value in values.items() if name in NARROWING)
    names = {"alert": "alert", "review": "hit", "suppressed": "suppressed hit", "": "hit"}
    wanted = _bounding(values) if filtered else HitFilter()
    count = counts[verdict]
    told = f"More than {words.number(_most(wanted))} {names[verdict]}s" if filtered and count > _most(wanted) else (
        words.counted(count, names[verdict])
    )  # fmt: skip
    told = told[:1].upper() + told[1:]
    if verdict == "review":
        told += " to review"
    if filtered:
        return told + (" fits" if count == 1 else " fit") + " these filters"
    return told + (f", {number_to_review(counts['review'])}" if verdict == "alert" else "")


def _bounding(values: Mapping[str, str]) -> HitFilter:
    """Only whether facts are asked, which bounds what is counted."""
    return HitFilter(min_amount=1) if values["min_amount"] else HitFilter()


def _sources(desk: Desk, chosen: str) -> tuple[Choice, ...]:
    known = sorted(health.source for health in desk.queries.sources())
    return _choices(known, chosen, "All sources", plain=False) if len(known) <= FEW else ()


def _labelled(labels: Mapping[str, str], chosen: str) -> tuple[Choice, ...]:
    return tuple(Choice(value, label, value == chosen) for value, label in labels.items())


def _choices(values: list[str], chosen: str, everything: str, plain: bool = True) -> tuple[Choice, ...]:
    known = [*values, *([chosen] if chosen and chosen not in values else [])]
    return (
        Choice("", everything, not chosen),
        *(Choice(value, words.plain_kind(value) if plain else value, value == chosen) for value in known),
    )


def _tabs(values: Mapping[str, str], counts: Mapping[str, int]) -> tuple[Tab, ...]:
    filtered = any(value for name, value in values.items() if name in NARROWING)
    most = _bounding(values) if filtered else None
    return tuple(
        Tab(
            label, words.number(counts[verdict]) if most is None else bounded(counts[verdict], most),
            address(PATH, _shown({**values, "verdict": verdict})), verdict == values["verdict"],
        )
        for verdict, label in VERDICTS.items()
    )  # fmt: skip


def _view(view: SavedView, here: str) -> View:
    where = f"{PATH}?{view.query}" if view.query else PATH
    return View(view.id, view.name, where, feed_of(_from_query(view.query)), where == here)


def _from_query(query: str) -> dict[str, str]:
    """The values of an address that was kept, read as any address is."""
    return read(dict(parse_qsl(query)))


def _selected(desk: Desk, shown: list[HitView], rows: tuple[Row, ...], asked: str | None, here: str) -> Beside | None:
    """The hit beside the list: the asked one if it is on this page, else the first."""
    known = {hit.id: hit for hit in shown}
    number = whole_number(asked, 0, least=0, most=2**53)
    hit = known.get(number) or (known[rows[0].number] if rows else None)
    return beside(desk, hit, here) if hit is not None else None
