"""feedback: what does a link in a mail ask, and what would follow from a yes?

Mail scanners open every link, so opening one decides nothing: its page asks, and only its form rules. No session is
needed; the signature in the link stands for the recipient, and the link is good for one ruling.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ...domain.hit import HitView
from ...domain.query import DeliveryView
from ...domain.ruling import Ruling, RulingKind
from ...pipeline.feedback import MUTE_FOR, Action, Refused, check
from ...pipeline.mask import mask
from ...ports import Queries
from .. import words

KINDS = {Action.RIGHT: RulingKind.RIGHT, Action.WRONG: RulingKind.WRONG, Action.MUTE: RulingKind.MUTED}


@dataclass(frozen=True, slots=True)
class FeedbackPage:
    """What the page asks. `said`: who ruled this hit before, in words; `used`: this link has done its work."""

    token: str
    question: str
    button: str
    effect: str
    title: str
    lang: str
    programme: str
    source: str
    who: str
    said: str
    used: bool


def feedback_page(queries: Queries, key: bytes, token: str, now: datetime) -> FeedbackPage:
    """The page of a link. Raises Refused that says why the link is not good."""
    action, delivery, hit = _found(queries, key, token, now)
    programme = words.visible(hit.topic_name or hit.topic)
    days = MUTE_FOR.days
    question, button, effect = {
        Action.RIGHT: ("Is this alert right?", "Yes, it is right", "It counts for the precision of the programme."),
        Action.WRONG: (
            "Is this alert wrong?", "Yes, it is wrong",
            "It counts against the programme's precision and is listed in the report on the watchlist.",
        ),
        Action.MUTE: (
            f"Mute {programme} from {words.visible(hit.source)} for {days} days?", f"Mute it for {days} days",
            "Nobody is told of it meanwhile. Hits are stored as ever and told in one digest when the days are over.",
        ),
    }[action]  # fmt: skip
    earlier = queries.ruled_on(hit.id)
    used = any((kind, actor) == (KINDS[action].value, delivery.recipient) for kind, actor, _ in earlier)
    return FeedbackPage(
        token=token, question=question, button=button, effect=effect, title=mask(hit.title) or "(no title)",
        lang=words.language(hit.title, hit.language), programme=programme, source=words.visible(hit.source),
        who=_short(delivery.recipient), said=_said(earlier), used=used,
    )  # fmt: skip


def ruling_of(queries: Queries, key: bytes, token: str, now: datetime) -> Ruling:
    """The ruling that a link asks for, by its recipient. Raises Refused."""
    action, delivery, hit = _found(queries, key, token, now)
    why = f"by a link in the mail about hit {hit.id} (delivery {delivery.id})"
    if action is Action.MUTE:
        until = now + MUTE_FOR
        return Ruling(
            KINDS[action], delivery.recipient, now, why, topic=hit.topic, source=hit.source, until=until
        )  # fmt: skip
    return Ruling(KINDS[action], delivery.recipient, now, why, hit=hit.id)


def _found(queries: Queries, key: bytes, token: str, now: datetime) -> tuple[Action, DeliveryView, HitView]:
    asked = check(key, token, now)
    delivery = queries.delivery(asked.delivery)
    hit = queries.hit(delivery.hit) if delivery is not None else None
    if delivery is None or hit is None:
        raise Refused("The hit of this link is no longer kept.")
    return asked.action, delivery, hit


def _said(earlier: list[tuple[str, str, datetime]]) -> str:
    if not earlier:
        return ""
    kind, actor, at = earlier[-1]
    return f"It was ruled {kind} by {_short(actor)} on {at:%Y-%m-%d %H:%M} UTC; the latest ruling counts."


def _short(recipient: str) -> str:
    """A recipient as others may see it: `le…@example.org`."""
    name, at, domain = words.visible(recipient).rpartition("@")
    return f"{name[:2]}…@{domain}" if at else domain
