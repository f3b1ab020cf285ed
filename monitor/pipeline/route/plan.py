"""plan: who would hear of a hit, when, as what, and why (not)?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from ...domain.delivery import Channel, Form, Routing
from ...domain.hit import Novelty, Verdict
from .when import due
from .who import FORM_NAMES, Traits, decide, obstacles

_FORMS = {Form.NEW: "as new", Form.UPDATED: "as updated", Form.STORY: "as another telling", Form.BASELINE: "as known"}


@dataclass(frozen=True, slots=True)
class Hearing:
    """What one recipient of one channel hears of a hit: when (UTC) and in which form, or that it is silence; and why."""

    channel: str
    recipient: str
    told: bool
    form: Form | None
    due_at: datetime | None
    why: tuple[str, ...]


def hearings(
    hit: Traits,
    routing: Routing,
    now: datetime,
    owed: Callable[[str, str], bool] = lambda channel, recipient: False,
    news: bool = False,
    muted: str = "",
) -> list[Hearing]:
    """One row for each recipient of each channel, as if the hit came now.

    `owed(channel, recipient)`: an earlier version of the item owes it to them. `news`: a known story with another topic,
    amount or deadline. `muted`: in which words it is muted, if it is: then it waits.
    """
    return [
        _hearing(hit, channel, recipient, routing, now, owed(channel.key, recipient), news, muted)
        for channel in routing.channels
        for recipient in channel.recipients
    ]


def takes(channel: Channel) -> str:
    """What the channel takes and when, in words for the foot of its messages: `topic qiming*, kind news, at once`."""
    asked = [f"{name} {' or '.join(wanted)}" for name, wanted in _filters(channel).items() if wanted]
    return ", ".join([*(asked or ["everything"]), "at once" if channel.when == "now" else channel.when])


def _filters(channel: Channel) -> dict[str, tuple[str, ...]]:
    return {
        "topic": channel.topics, "verdict": channel.verdicts, "kind": channel.kinds, "part": channel.parts,
        "severity": channel.severities, "source": channel.sources, "language": channel.languages,
        "place": channel.places, "novelty": channel.novelties,
    }  # fmt: skip


def _hearing(
    hit: Traits, channel: Channel, recipient: str, routing: Routing, now: datetime, owed: bool, news: bool, muted: str
) -> Hearing:
    kept_out = tuple(obstacles(hit, channel))
    if kept_out:
        return Hearing(channel.key, recipient, False, None, None, kept_out)
    form = decide(Verdict.ALERT, Novelty(hit.novelty), owed, news)
    if form is None:
        why = "it was told of an earlier version of this item, and this one is the same"
        return Hearing(channel.key, recipient, False, None, None, (why,))
    if channel.novelties and FORM_NAMES[form] not in channel.novelties:
        why = f"it would hear of it {_FORMS[form]}, it takes {' or '.join(channel.novelties)}"
        return Hearing(channel.key, recipient, False, None, None, (why,))
    if muted:
        return Hearing(channel.key, recipient, False, form, None, (f"{muted}; it waits until then",))
    at = due(channel, now, form, routing.digest)
    return Hearing(channel.key, recipient, True, form, at, tuple(_reasons(hit, channel, form, at, now, routing)))


def _reasons(hit: Traits, channel: Channel, form: Form, at: datetime, now: datetime, routing: Routing) -> Iterator[str]:
    """Which filters it passed, in which form it is told, and what decides the moment."""
    asked = [f"{name} {' or '.join(wanted)}" for name, wanted in _filters(channel).items() if wanted]
    yield f"it takes {', '.join(asked)}" if asked else "it takes everything"
    if hit.novelty != "new":
        yield f"the text is {hit.novelty}, told {_FORMS[form]}"
    if form is Form.STORY and channel.when == "now":
        yield f"retold stories wait for {channel.options.get('digest', routing.digest)}"
    elif channel.when != "now":
        yield f"it hears {channel.when}"
    elif channel.group:
        yield f"the first at once, then what comes within {channel.group / 60:g} min together"
    if channel.quiet and at > now:
        yield f"quiet hours {channel.quiet}"
    if form is not Form.STORY and channel.when == "now" and routing.budget:
        yield f"at most {routing.budget} an hour of one source, more wait for a digest"
