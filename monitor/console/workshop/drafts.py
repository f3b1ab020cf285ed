"""drafts: what did somebody type, and what was found when it was checked?

Drafts live in this process only: the file on the disk is the truth, and nobody's half-done edit is in force.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from .bench import Checked

MOST = 40


@dataclass(frozen=True)
class Draft:
    """A checked text of one person. `base` is the digest of the file that it began with, `job` that of its preview."""

    owner: str
    name: str
    text: str
    base: str
    checked: Checked
    job: str = ""
    refused: bool = False  # somebody wanted to save it, and it had problems
    id: str = field(default_factory=lambda: secrets.token_urlsafe(12))


class Drafts:
    """The newest drafts of everybody."""

    def __init__(self) -> None:
        self._drafts: dict[str, Draft] = {}

    def put(self, draft: Draft) -> str:
        """Keeps a draft; its id."""
        self._drafts[draft.id] = draft
        while len(self._drafts) > MOST:
            del self._drafts[next(iter(self._drafts))]
        return draft.id

    def get(self, number: str, owner: str) -> Draft | None:
        """The draft of that id, if it is theirs."""
        draft = self._drafts.get(number)
        return draft if draft is not None and draft.owner == owner else None
