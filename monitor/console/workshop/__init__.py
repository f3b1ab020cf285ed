"""workshop: what operators work with in the console: watchlist files, long jobs, trials, messages, the log's export."""

from .bench import Checked, Checks, Example, Exported, Workshop, check
from .drafts import Draft, Drafts
from .files import Conflict, Files, NotSaved, digest, locked, normal
from .jobs import Job, Jobs

__all__ = [
    "Checked",
    "Checks",
    "Conflict",
    "Draft",
    "Drafts",
    "Example",
    "Exported",
    "Files",
    "Job",
    "Jobs",
    "NotSaved",
    "Workshop",
    "check",
    "digest",
    "locked",
    "normal",
]
