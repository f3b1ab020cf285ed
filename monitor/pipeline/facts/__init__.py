"""facts: what does a text offer, ask for and say about itself?

`facts(text)` answers flat objects with spans in code points of the text, by the schema of the project's facts page:
money, age, degree, experience, headcount, deadline, document-number, document-date, issuer, place, period, contact.
Pure, linear in the text, never an exception: in doubt no fact rather than a wrong one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Final

from .dates import dates
from .headcount import headcounts
from .issuers import issuers
from .money import money
from .page import MOST, Page
from .papers import contact, document_numbers
from .people import people
from .places import places
from .rates import in_dollars

__all__ = ["REACH", "facts", "in_dollars"]

_STEPS: Final[tuple[Callable[[Page], Iterable[dict[str, object]]], ...]] = (
    money,
    people,
    headcounts,
    dates,
    document_numbers,
    issuers,
    places,
)


REACH: Final = 1_000_000  # code points read, some 700 pages: a flood of digits must not hold a reading child


def facts(text: str, published: date | None = None) -> list[dict[str, object]]:
    """The facts of a text in the order they stand, `contact` last and without a span; of the first million code points."""
    page = Page.of(text[:REACH], published)
    found = _once(fact for step in _STEPS for fact in step(page))
    found.sort(key=lambda fact: (_place(fact["start"]), _place(fact["end"])))
    del found[MOST:]
    reach = contact(page)
    return [*found, reach] if reach else found


def _place(value: object) -> int:
    return value if isinstance(value, int) else 0


def _once(found: Iterable[dict[str, object]]) -> list[dict[str, object]]:
    """The same fact told twice is one: its first telling stays, and a named role beats `other`."""
    told: dict[tuple[object, ...], dict[str, object]] = {}
    for fact in found:
        key = tuple(value for name, value in fact.items() if name not in ("text", "start", "end"))
        told.setdefault(key, fact)
    named = {_amount(fact) for fact in told.values() if fact["fact"] == "money" and fact["role"] != "other"}
    return [
        fact
        for fact in told.values()
        if fact["fact"] != "money" or fact["role"] != "other" or _amount(fact) not in named
    ]


def _amount(fact: dict[str, object]) -> tuple[object, ...]:
    return fact["low"], fact["high"], fact["currency"]
