"""feedback: is this link in a mail one that we signed, for what, and is it still good?

A link names an action, a delivery (by which the store knows hit and recipient) and the hour it ends; no address and no
secret stands in it. Whoever holds a mail may use its links, as whoever holds a letter may answer it: they can only judge
that one hit, or mute its topic at its source for a week, and each does so once.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

LIFE = timedelta(days=30)
MUTE_FOR = timedelta(days=7)
_HOUR = 3_600
_FORM = re.compile(r"([rwm])([1-9][0-9]{0,15})-([1-9][0-9]{0,9})-([A-Za-z0-9_-]{22})")


class Action(StrEnum):
    """What a link asks for."""

    RIGHT = "r"
    WRONG = "w"
    MUTE = "m"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a good link asks for, of which delivery."""

    action: Action
    delivery: int


class Refused(ValueError):
    """The link is none of ours, or its time is over; says what to do."""


def sign(key: bytes, action: Action, delivery: int, made: datetime) -> str:
    """The last part of a link's address; the same arguments give the same one. It is good for `LIFE` after `made`."""
    ends = int((made + LIFE).timestamp()) // _HOUR
    return f"{action.value}{delivery}-{ends}-{_mac(key, action.value, str(delivery), str(ends))}"


def check(key: bytes, token: str, now: datetime) -> Asked:
    """What the link asks for. Raises Refused."""
    found = _FORM.fullmatch(token)
    if not found or not hmac.compare_digest(_mac(key, *found.group(1, 2, 3)), found[4]):
        raise Refused("This link is not one of ours, or it was cut. Open it from the mail itself.")
    if now >= datetime.fromtimestamp((int(found[3]) + 1) * _HOUR, UTC):
        raise Refused(f"This link was good for {LIFE.days} days and they are over. Judge the hit in the console.")
    return Asked(Action(found[1]), int(found[2]))


def _mac(key: bytes, *words: str) -> str:
    digest = hmac.new(key, "\x00".join(("feedback", *words)).encode(), hashlib.sha256).digest()
    return urlsafe_b64encode(digest[:16]).decode().rstrip("=")
