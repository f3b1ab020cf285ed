"""route: who is told of a hit, in which form, and when?"""

from .when import Cron, Daily, Every, Quiet, When, due, parse_quiet, parse_when
from .who import audience, decide

__all__ = [
    "Cron",
    "Daily",
    "Every",
    "Quiet",
    "When",
    "audience",
    "decide",
    "due",
    "parse_quiet",
    "parse_when",
]
