"""identity: who asks, and what may they do?"""

from __future__ import annotations

from dataclasses import dataclass

from ...domain.person import Person, Right


@dataclass(frozen=True, slots=True)
class Identity:
    """Whoever sent a request. `session` is the id of the browser's session, None for a program with a key."""

    person: Person
    rights: frozenset[Right]
    session: str | None = None

    @property
    def name(self) -> str:
        """The actor of what is done."""
        return self.person.name
