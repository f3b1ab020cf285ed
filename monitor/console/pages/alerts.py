"""alerts: who was told, what did not get through, how do the channels do, and what is silent?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from ...domain.delivery import Channel
from ...domain.overview import ChannelState
from ...domain.query import MuteView
from ...pipeline.route import takes
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
LOOKS = {
    "working": ("good", "working"),
    "waiting": ("warn", "last try failed"),
    "broken": ("bad", "broken"),
    "unused": ("off", "not used yet"),
}


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """One recipient of a channel: its state, what arrived in 24 hours, what waits, and why."""

    key: str
    kind: str
    recipient: str
    takes: str
    look: str
    word: str
    delivered: int
    waiting: int
    dead: int
    delivered_at: datetime | None
    due_at: datetime | None
    detail: str
    known: bool  # a watchlist in force names it


@dataclass(frozen=True, slots=True)
class AlertsPage:
    """Channels, silences, and deliveries in one state and channel, or all, newest first."""

    answer: str
    channels: tuple[ChannelRow, ...]
    names: tuple[str, ...]
    channel: str
    state: str
    tabs: tuple[tuple[str, str, bool], ...]
    rows: tuple[DeliveryRow, ...]
    silences: tuple[MuteView, ...]
    topics: tuple[str, ...]
    can_test: bool
    newer: str
    older: str


def alerts(
    desk: Desk, asked: Mapping[str, str], channels: Sequence[Channel] = (), can_test: bool = False
) -> AlertsPage:
    """Fills the page; `channels` are those in force, as far as the console knows them."""
    state = asked.get("state", "")
    state = state if state in STATES else ""
    rows = _channels(desk, channels)
    names = tuple(dict.fromkeys(row.key for row in rows))
    channel = asked.get("channel", "") if asked.get("channel", "") in names else ""
    number = whole_number(asked.get("page"), 1)
    first = (number - 1) * PAGE
    found = list(islice(desk.queries.deliveries(None, STATES[state][1], channel), first, first + PAGE + 1))
    chosen = {"state": state, "channel": channel}
    return AlertsPage(
        answer=_answer(desk),
        channels=rows,
        names=names,
        channel=channel,
        state=state,
        tabs=tuple(
            (label, address(PATH, {"state": name, "channel": channel}), name == state)
            for name, (label, _) in STATES.items()
        ),
        rows=tuple(delivery_row(view, desk) for view in found[:PAGE]),
        silences=tuple(desk.queries.mutes(desk.now)),
        topics=tuple(sorted(desk.queries.tally().by_topic)),
        can_test=can_test,
        newer=address(PATH, chosen, page=number - 1) if number > 1 else "",
        older=address(PATH, chosen, page=number + 1) if len(found) > PAGE else "",
    )


def _channels(desk: Desk, channels: Sequence[Channel]) -> tuple[ChannelRow, ...]:
    states = {(one.channel, one.recipient): one for one in desk.queries.channel_states(desk.now)}
    known = {(one.key, who): one for one in channels for who in one.recipients}
    rows = [_channel(key, who, known.get((key, who)), states.get((key, who))) for key, who in {**known, **states}]
    order = {"bad": 0, "warn": 1, "good": 2, "off": 3}
    return tuple(sorted(rows, key=lambda row: (not row.known, order[row.look], row.key, row.recipient)))


def _channel(key: str, who: str, channel: Channel | None, state: ChannelState | None) -> ChannelRow:
    look, word = LOOKS[state.state if state else "unused"]
    return ChannelRow(
        key=key,
        kind=channel.kind if channel else "",
        recipient=who,
        takes=takes(channel) if channel else "No watchlist names it any more.",
        look=look,
        word=word,
        delivered=state.delivered if state else 0,
        waiting=state.waiting if state else 0,
        dead=state.dead if state else 0,
        delivered_at=state.delivered_at if state else None,
        due_at=state.due_at if state else None,
        detail=state.last_detail if state and state.state != "working" else "",
        known=channel is not None,
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
