"""person: who uses the console, and what may they do?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Right(StrEnum):
    """What may be asked of the console. Tokens carry some of them, roles a fixed set."""

    READ = "read"
    JUDGE = "judge"  # rule on hits and pairs, mute
    OPERATE = "operate"  # watchlists, sources, deliveries
    AUDIT = "audit"  # verify and export the log, open kept copies
    ADMIN = "admin"  # people and tokens
    PUSH = "push"  # hand in documents
    METRICS = "metrics"


class Role(StrEnum):
    """What a person is here for."""

    ANALYST = "analyst"
    OPERATOR = "operator"
    AUDITOR = "auditor"
    ADMIN = "admin"


RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.ANALYST: frozenset({Right.READ, Right.JUDGE}),
    Role.OPERATOR: frozenset({Right.READ, Right.JUDGE, Right.OPERATE}),
    Role.AUDITOR: frozenset({Right.READ, Right.AUDIT}),  # reads everything, changes nothing
    Role.ADMIN: frozenset(Right),
}
TERMINAL = "terminal"  # who holds a link that the service printed: has no password, is an admin


@dataclass(frozen=True, slots=True)
class Person:
    """A local account. `seen_until` is the moment up to which the person has seen what is new."""

    name: str
    role: Role
    created_at: datetime
    has_password: bool = False
    disabled: bool = False
    seen_until: datetime | None = None
    keys: bool = True  # single-letter keys (WCAG 2.1.4: they can be switched off)

    @property
    def rights(self) -> frozenset[Right]:
        """What the person may do; nothing when disabled."""
        return frozenset() if self.disabled else RIGHTS[self.role]


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is signed in. `id` is the SHA-256 of its cookie, in hexadecimal."""

    id: str
    person: str
    opened_at: datetime
    ends_at: datetime
    agent: str = ""


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A key for programs. `id` is the SHA-256 of the key, in hexadecimal; the key itself is never stored."""

    id: str
    label: str
    person: str
    rights: frozenset[Right]
    created_at: datetime
    ends_at: datetime | None = None
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SavedView:
    """A filter of the hit list that a person named. `query` is the part of its address after the question mark."""

    id: int
    person: str
    name: str
    query: str
