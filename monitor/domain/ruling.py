"""ruling: what a person decided. Rulings never change; the latest counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RulingKind(StrEnum):
    """What can be decided."""

    RIGHT = "right"
    WRONG = "wrong"
    RESTORED = "restored"
    NOT_THE_SAME = "not the same"
    THE_SAME = "the same"
    MUTED = "muted"
    UNMUTED = "unmuted"
    WITHDRAWN = "withdrawn"  # what was ruled on a hit before does not count; what was told stays told


#: Of these the latest counts on a hit.
RULES_A_HIT = (RulingKind.RIGHT, RulingKind.WRONG, RulingKind.RESTORED, RulingKind.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Ruling:
    """One decision: by whom, on what, why, and until when (mutes only)."""

    kind: RulingKind
    actor: str
    at: datetime
    why: str = ""
    hit: int | None = None
    pair: tuple[int, int] | None = None
    topic: str | None = None
    source: str | None = None
    until: datetime | None = None
