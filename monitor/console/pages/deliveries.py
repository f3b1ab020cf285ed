"""deliveries: who was told, at which try, and what is stuck?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ...domain.query import DeliveryView
from .. import words
from .desk import Desk

STUCK = ("owed", "sending", "dead")


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One delivery: its state as look and word, and its attempts in words."""

    number: int
    hit: int
    title: str
    language: str
    topic: str
    form: str
    channel: str
    recipient: str
    look: str
    word: str
    attempts: tuple[str, ...]
    at: datetime
    dead: bool


def delivery_row(view: DeliveryView, desk: Desk) -> DeliveryRow:
    """The row of a delivery, its attempts as sentences."""
    look, word = words.STATE.get(view.state, ("off", view.state))
    tried = [_attempt(view, place, desk) for place in range(len(view.attempts))]
    if view.state == "held":
        tried.append("Waits for its digest, its quiet hours or the end of a first poll.")
    if view.state == "owed" and view.due_at is not None:
        tried.append(f"Next try {desk.moments.short(view.due_at)}.")
    if view.state == "dead":
        tried.append("We gave up. Retry it when the channel is mended.")
    last = view.attempts[-1].at if view.attempts else view.created_at
    return DeliveryRow(
        number=view.id,
        hit=view.hit,
        title=view.title,
        language=words.language(view.title),
        topic=view.topic,
        form=words.NOVELTY.get(view.form, view.form),
        channel=view.channel,
        recipient=view.recipient,
        look=look,
        word=word,
        attempts=tuple(tried),
        at=last,
        dead=view.state == "dead",
    )


def stuck(view: DeliveryView) -> bool:
    """Whether somebody should look: given up, or tried in vain and still owed."""
    failed = any(attempt.outcome not in {"delivered", "started"} for attempt in view.attempts)
    return view.state == "dead" or (view.state in STUCK and failed)


def _attempt(view: DeliveryView, place: int, desk: Desk) -> str:
    attempt = view.attempts[place]
    outcome = words.OUTCOME.get(attempt.outcome, attempt.outcome)
    detail = f" ({attempt.detail})" if attempt.detail and attempt.outcome != "delivered" else ""
    return f"Try {attempt.number}, {desk.moments.short(attempt.at)}: {outcome}{detail}."
