"""desk: what does every page need to answer: the store's queries, the moment, the reader's zone?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from ...domain.person import Right
from ...domain.query import Tally
from ...ports import Queries
from ..auth.identity import Identity
from ..words import Moments

SAFE_NUMBER = 2**53  # numbers beyond it are nobody's
MAX_PAGE = 10_000


@dataclass(frozen=True, slots=True)
class Desk:
    """One request's tools, and who asks. `writable` is False where the console only reads."""

    queries: Queries
    now: datetime
    moments: Moments
    identity: Identity
    writable: bool
    _tally: list[Tally] = field(default_factory=list)

    def tally(self) -> Tally:
        """The counts of the store, asked once for a request."""
        if not self._tally:
            self._tally.append(self.queries.tally())
        return self._tally[0]

    def may(self, right: Right) -> bool:
        """Whether a form that needs this right is shown."""
        return self.writable and right in self.identity.rights


def address(path: str, values: Mapping[str, object], **changes: object) -> str:
    """A path with its filters; empty ones are left out, so that a view has one address."""
    merged = {**values, **changes}
    query = urlencode({name: str(value) for name, value in merged.items() if value not in ("", None, 1)})
    return f"{path}?{query}" if query else path


def whole_number(text: str | None, default: int, least: int = 1, most: int = MAX_PAGE) -> int:
    """A number somebody wrote into an address, within its bounds; the default if it is none."""
    if text is None or not text.isascii() or not text.isdecimal() or len(text) > 16:
        return default
    return max(least, min(most, int(text)))
