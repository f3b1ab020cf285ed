"""tables: what is one row, what makes it unique, and which question does each index serve?

SQLModel classes, used through Core statements (`Table.__table__`): validation happens in the domain, before a row is made.
Times are UTC. JSON stands in text columns in canonical form, so that hashes over rows can be computed again.
"""

from __future__ import annotations

from .base import COUNTED, metadata
from .collecting import HostRow, ImportRow, JobRow, LinkRow, SightRow, SourceDayRow, SourceRow
from .hits import HitDayRow, HitRow, RulesetRow, RulingRow, WatchlistCurrentRow, WatchlistFileRow
from .log import AuditBodyRow, AuditHeadRow, AuditRow, KeptCopyRow, MetaRow
from .sending import AttemptRow, DeliveryRow, MessageRow
from .texts import (
    DedupKeyRow,
    DocumentRow,
    HostLineRow,
    ItemRow,
    RegroupedRow,
    StoryKeyRow,
    StoryRow,
    TextRow,
    VersionRow,
)

__all__ = [
    "COUNTED",
    "AttemptRow",
    "AuditBodyRow",
    "AuditHeadRow",
    "AuditRow",
    "DedupKeyRow",
    "DeliveryRow",
    "DocumentRow",
    "HitDayRow",
    "HitRow",
    "HostLineRow",
    "HostRow",
    "ImportRow",
    "ItemRow",
    "JobRow",
    "KeptCopyRow",
    "LinkRow",
    "MessageRow",
    "MetaRow",
    "RegroupedRow",
    "RulesetRow",
    "RulingRow",
    "SightRow",
    "SourceDayRow",
    "SourceRow",
    "StoryKeyRow",
    "StoryRow",
    "TextRow",
    "VersionRow",
    "WatchlistCurrentRow",
    "WatchlistFileRow",
    "metadata",
]
