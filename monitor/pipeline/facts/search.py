"""search: do the facts of a hit offer this amount, in this place, by this day?"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from datetime import date

from ...domain.query import HitFilter
from .places import named_place


def asks_for_facts(wanted: HitFilter) -> bool:
    """Whether a filter looks into the facts."""
    return (
        wanted.min_amount is not None
        or wanted.currency is not None
        or wanted.place is not None
        or wanted.deadline_before is not None
        or wanted.deadline_after is not None
    )


def facts_fit(facts: Iterable[Mapping[str, object]], wanted: HitFilter, seen: date) -> bool:
    """Whether the facts hold all that is asked: one amount, one place, one deadline; `seen` is the hit's first day."""
    told = list(facts)
    return (
        _amount_fits(told, wanted)
        and (wanted.place is None or _place_fits(told, wanted.place))
        and _deadline_fits(told, wanted, seen)
    )


def _amount_fits(facts: Iterable[Mapping[str, object]], wanted: HitFilter) -> bool:
    """An amount reaches the least if one of its told ends does; amount and currency must stand in one fact."""
    if wanted.min_amount is None and wanted.currency is None:
        return True
    for fact in facts:
        if fact.get("fact") != "money":
            continue
        if wanted.currency is not None and str(fact.get("currency")) != wanted.currency.upper():
            continue
        ends = [end for end in (fact.get("low"), fact.get("high")) if isinstance(end, int | float)]
        if wanted.min_amount is None or (ends and max(ends) >= wanted.min_amount):
            return True
    return False


def _place_fits(facts: Iterable[Mapping[str, object]], name: str) -> bool:
    """A province takes in its cities; a city is only itself. A name nobody knows fits nothing."""
    places = named_place(name)
    return any(
        fact.get("fact") == "place"
        and any(fact.get("province") == province and city in (None, fact.get("city")) for province, city in places)
        for fact in facts
    )


def _deadline_fits(facts: Iterable[Mapping[str, object]], wanted: HitFilter, seen: date) -> bool:
    if wanted.deadline_before is None and wanted.deadline_after is None:
        return True
    for fact in facts:
        day = last_day(str(fact.get("date")), seen) if fact.get("fact") == "deadline" else None
        if (
            day is not None
            and (wanted.deadline_before is None or day < wanted.deadline_before)
            and (wanted.deadline_after is None or day >= wanted.deadline_after)
        ):
            return True
    return False


def last_day(told: str, seen: date) -> date | None:
    """The last day that a deadline's `date` tells: a month ends with its last day, a yearly date is the next one from `seen` on."""
    try:
        if told.startswith("--"):
            month, day = int(told[2:4]), int(told[5:7])
            this = _day(seen.year, month, day)
            return this if this >= seen else _day(seen.year + 1, month, day)
        if len(told) == 7:
            year, month = int(told[:4]), int(told[5:])
            return date(year, month, calendar.monthrange(year, month)[1])
        return date.fromisoformat(told)
    except ValueError:  # a fact that is no date, from an older reader: it fits no day
        return None


def _day(year: int, month: int, day: int) -> date:
    """That day, 29 February being the 28th where there is none."""
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))
