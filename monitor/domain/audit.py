"""audit: what was done, by whom, committed to by a chain of hashes?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AuditNote:
    """Something to be logged with the change it tells: past-tense kind, actor, JSON body."""

    kind: str
    actor: str
    at: datetime
    body: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verification:
    """What `audit verify` found. `status` is ok, broken, cut, rollback, fork or unknown; what cannot be checked is never ok.

    `findings` are what is wrong, `notes` what is told and not wrong. `sealed` and `anchored` are how many entries a signed head of
    the store and one from outside vouch for, `unsealed` how many came after the former.
    """

    status: str
    entries: int
    head: str = ""
    broken_at: int | None = None
    findings: tuple[str, ...] = ()
    unsealed: int = 0
    notes: tuple[str, ...] = ()
    sealed: int = 0
    anchored: int = 0
