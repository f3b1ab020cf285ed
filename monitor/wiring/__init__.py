"""wiring: Settings in, App out. Here, and only here, plugs meet sockets.

Each file imports what it wires inside its functions, so that a command loads only what it needs.
"""

from __future__ import annotations

from .app import App, build
from .asking import comparing, preview_edit
from .database import anchors_out_of_reach, check_database, open_store, restore_database, trust_of, upgrade_database
from .logs import configure_logging
from .memory import few_arenas
from .parts import child_limits, desk_for, evidence, fetcher, limits_of, places, senders
from .plan import READER_VERSION, FolderWatchlists, edit_on_disk, edited, in_force, plan_of, reader_version, topics_only
from .upkeep import keeping, mend, policy_of, retain, seal

__all__ = [
    "READER_VERSION",
    "App",
    "FolderWatchlists",
    "anchors_out_of_reach",
    "build",
    "check_database",
    "child_limits",
    "comparing",
    "configure_logging",
    "desk_for",
    "edit_on_disk",
    "edited",
    "evidence",
    "fetcher",
    "few_arenas",
    "in_force",
    "keeping",
    "limits_of",
    "mend",
    "open_store",
    "places",
    "plan_of",
    "policy_of",
    "preview_edit",
    "reader_version",
    "restore_database",
    "retain",
    "seal",
    "senders",
    "topics_only",
    "trust_of",
    "upgrade_database",
]
