"""alerts: who was told, and what did not get through?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from .. import words
from .deliveries import DeliveryRow, delivery_row
from .desk import Desk, address, whole_number

PAGE = 50
PATH = "/alerts"
STATES: dict[str, tuple[str, tuple[str, ...]]] = {
    "": ("All", ()),
    "open": ("Waiting", ("owed", "sending")),
    "held": ("Held", ("held",)),
    "dead": ("Given up", ("dead",)),
    "delivered": ("Delivered", ("delivered",)),
}


@dataclass(frozen=True, slots=True)
class AlertsPage:
    """Deliveries in one state, or all, newest first."""

    answer: str
    tabs: tuple[tuple[str, str, bool], ...]
    rows: tuple[DeliveryRow, ...]
    newer: str
    older: str


def alerts(desk: Desk, asked: Mapping[str, str]) -> AlertsPage:
    """Fills the list of deliveries."""
    state = asked.get("state", "")
    state = state if state in STATES else ""
    number = whole_number(asked.get("page"), 1)
    first = (number - 1) * PAGE
    found = list(islice(desk.queries.deliveries(states=STATES[state][1]), first, first + PAGE + 1))
    return AlertsPage(
        answer=_answer(desk),
        tabs=tuple((label, address(PATH, {"state": name}), name == state) for name, (label, _) in STATES.items()),
        rows=tuple(delivery_row(view, desk) for view in found[:PAGE]),
        newer=address(PATH, {"state": state}, page=number - 1) if number > 1 else "",
        older=address(PATH, {"state": state}, page=number + 1) if len(found) > PAGE else "",
    )


def _answer(desk: Desk) -> str:
    tally = desk.queries.tally()
    if tally.deliveries_dead:
        many = tally.deliveries_dead > 1
        return f"{words.counted(tally.deliveries_dead, 'delivery', 'deliveries')} {'were' if many else 'was'} given up"
    if tally.deliveries_open:
        verb = "wait" if tally.deliveries_open > 1 else "waits"
        return f"{words.counted(tally.deliveries_open, 'delivery', 'deliveries')} {verb}, none was given up"
    return "Everybody was told"
