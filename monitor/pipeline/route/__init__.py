"""route: who is told of a hit, in which form, and when?"""

from .plan import Hearing, hearings, takes
from .when import Cron, Daily, Every, Quiet, Weekly, When, due, parse_quiet, parse_when
from .who import Traits, audience, concerns, decide, obstacles

__all__ = [
    "Cron",
    "Daily",
    "Every",
    "Hearing",
    "Quiet",
    "Traits",
    "Weekly",
    "When",
    "audience",
    "concerns",
    "decide",
    "due",
    "hearings",
    "obstacles",
    "parse_quiet",
    "parse_when",
    "takes",
]
