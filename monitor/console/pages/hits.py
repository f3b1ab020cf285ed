"""hits: which hits are mine to judge, and how do I find the others?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from ...domain.hit import Kind, Novelty, Verdict
from ...domain.query import HitFilter
from .. import words
from .desk import MAX_PAGE, Desk, address, whole_number
from .rows import Row, grouped, row

PAGE = 50
PATH = "/hits"
VERDICTS = {"alert": "Alerts", "review": "Review", "suppressed": "Suppressed", "": "All"}
SEEN = {"": "Any time", "1": "Last day", "7": "Last 7 days", "30": "Last 30 days", "365": "Last year"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter, and whether it is the chosen one."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Tab:
    """A verdict with its count and its address."""

    label: str
    count: int
    address: str
    current: bool


@dataclass(frozen=True, slots=True)
class HitsPage:
    """The list of hits under the filters that stand in its address."""

    answer: str
    text: str
    verdict: str
    topics: tuple[Choice, ...]
    kinds: tuple[Choice, ...]
    novelties: tuple[Choice, ...]
    sources: tuple[Choice, ...]
    seen: tuple[Choice, ...]
    tabs: tuple[Tab, ...]
    rows: tuple[Row, ...]
    total: int
    first: int
    last: int
    filtered: bool
    newer: str
    older: str
    everything: str


def hits(desk: Desk, asked: Mapping[str, str]) -> HitsPage:
    """Fills the list from the values in its address; what is unknown there counts as not asked."""
    values = _values(asked)
    number = whole_number(asked.get("page"), 1)
    wanted = _filter(values, desk)
    counts = {name: desk.queries.count_hits(replace(wanted, verdicts=(name,) if name else ())) for name in VERDICTS}
    total = counts[values["verdict"]]
    first = (number - 1) * PAGE
    found = list(desk.queries.hits(wanted, limit=PAGE, offset=first))
    filtered = any(value for name, value in values.items() if name != "verdict")
    return HitsPage(
        answer=_answer(counts, values["verdict"], filtered),
        text=values["q"],
        verdict=values["verdict"],
        topics=_topics(desk, values["topic"]),
        kinds=_choices([kind.value for kind in Kind], values["kind"], "Any kind"),
        novelties=_novelties(values["novelty"]),
        sources=_choices(sorted(health.source for health in desk.queries.sources()), values["source"], "All sources"),
        seen=tuple(Choice(days, label, days == values["seen"]) for days, label in SEEN.items()),
        tabs=_tabs(values, counts),
        rows=tuple(grouped(found) if values["verdict"] == "alert" else map(row, found)),
        total=total,
        first=first + 1,
        last=first + len(found),
        filtered=filtered,
        newer=address(PATH, _shown(values), page=number - 1) if number > 1 else "",
        older=address(PATH, _shown(values), page=number + 1) if first + PAGE < total and number < MAX_PAGE else "",
        everything=address(PATH, {"verdict": asked.get("verdict", "")}),
    )


def _values(asked: Mapping[str, str]) -> dict[str, str]:
    """What was asked, cleaned: verdict is one of ours (alert, if none is named), the rest is a short text."""
    verdict = asked.get("verdict", "alert")
    texts = {name: asked.get(name, "").replace("\0", "").strip()[:200] for name in ("q", "topic", "source")}
    kind, novelty, seen = asked.get("kind", ""), asked.get("novelty", ""), asked.get("seen", "")
    return {
        **texts,
        "verdict": "" if verdict == "all" else verdict if verdict in {found.value for found in Verdict} else "alert",
        "kind": kind if kind in {found.value for found in Kind} else "",
        "novelty": novelty if novelty in {found.value for found in Novelty} else "",
        "seen": seen if seen in SEEN else "",
    }


def _shown(values: Mapping[str, str]) -> dict[str, str]:
    """The values as they stand in an address: no verdict is written `all`, alerts are what one gets unasked."""
    verdict = values["verdict"]
    return {**values, "verdict": "" if verdict == "alert" else verdict or "all"}


def _filter(values: Mapping[str, str], desk: Desk) -> HitFilter:
    def one(name: str) -> tuple[str, ...]:
        return (values[name],) if values[name] else ()

    return HitFilter(
        topics=one("topic"),
        verdicts=one("verdict"),
        novelties=one("novelty"),
        kinds=one("kind"),
        sources=one("source"),
        since=desk.now - timedelta(days=int(values["seen"])) if values["seen"] else None,
        text=values["q"] or None,
    )


def _answer(counts: Mapping[str, int], verdict: str, filtered: bool) -> str:
    names = {"alert": "alert", "review": "hit", "suppressed": "suppressed hit", "": "hit"}
    told = words.counted(counts[verdict], names[verdict])
    told = told[:1].upper() + told[1:]
    if verdict == "review":
        told += " to review"
    if filtered:
        return told + (" fits" if counts[verdict] == 1 else " fit") + " these filters"
    return told + (f", {number_to_review(counts['review'])}" if verdict == "alert" else "")


def number_to_review(count: int) -> str:
    """`3 to review`, `none to review`."""
    return f"{words.number(count) if count else 'none'} to review"


def _topics(desk: Desk, chosen: str) -> tuple[Choice, ...]:
    return _choices(sorted({*desk.queries.tally().by_topic, *([chosen] if chosen else [])}), chosen, "All programmes")


def _novelties(chosen: str) -> tuple[Choice, ...]:
    labels = {"": "Any", **words.NOVELTY}
    return tuple(Choice(value, label, value == chosen) for value, label in labels.items())


def _choices(values: list[str], chosen: str, everything: str) -> tuple[Choice, ...]:
    known = [*values, *([chosen] if chosen and chosen not in values else [])]
    return (
        Choice("", everything, not chosen),
        *(Choice(value, words.plain_kind(value), value == chosen) for value in known),
    )


def _tabs(values: Mapping[str, str], counts: Mapping[str, int]) -> tuple[Tab, ...]:
    return tuple(
        Tab(label, counts[verdict], address(PATH, _shown({**values, "verdict": verdict})), verdict == values["verdict"])
        for verdict, label in VERDICTS.items()
    )
