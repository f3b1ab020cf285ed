"""desk: what do operators and auditors ask, beyond hits and deliveries?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which entries of the log: every given field must hold. `before` is the first number that is too new."""

    kind: str = ""
    actor: str = ""
    day: date | None = None  # UTC
    before: int | None = None


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A signed head: of how many entries, signed when (as the note says it), and the note itself."""

    size: int
    at: str
    note: str


@dataclass(frozen=True, slots=True)
class FileEdit:
    """One version of a watchlist file that came into force, newest first in lists.

    `actor` is who saved it in the console, or `operator` where the file was changed in its folder.
    """

    seq: int  # of its entry in the log
    at: str
    actor: str
    sha256: str
    before: str | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Finds:
    """How many alerts and reviews one source gave on one day (UTC)."""

    source: str
    day: date
    count: int


@dataclass(frozen=True, slots=True)
class Pause:
    """Why a source rests: who said so, why, since when, and until when (None: until somebody resumes it)."""

    actor: str
    why: str
    since: datetime
    until: datetime | None = None

    def body(self) -> Mapping[str, object]:
        """As it stands in the log and in the source's row."""
        until = self.until.isoformat() if self.until else None
        return {"actor": self.actor, "why": self.why, "since": self.since.isoformat(), "until": until}

    @classmethod
    def of(cls, body: Mapping[str, str | None]) -> Pause:
        """The pause that a body tells."""
        until = body.get("until")
        since = datetime.fromisoformat(str(body["since"]))
        return cls(
            str(body["actor"]), str(body.get("why") or ""), since, datetime.fromisoformat(until) if until else None
        )
