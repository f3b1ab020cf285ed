"""cues: which words, addresses and page data speak for which kind of text?

A cue is a pattern with a weight; 2.0 is enough alone, less needs company. Weights were set by reading, not fitted;
tests/quality guards the figures on texts that were read and on texts that never were.
"""

from __future__ import annotations

from typing import Final

from .ads import ADS
from .cue import Cue
from .people import PEOPLE
from .policies import POLICIES
from .press import PRESS
from .register import REGISTER
from .rest import REST
from .science import SCIENCE
from .signs import HOSTS, META, PARTS
from .words import REACH, leanings

__all__ = ["CUES", "HOSTS", "LIMIT", "META", "PARTS", "REACH", "Cue", "leanings"]

LIMIT: Final = 4_000  # code points looked at: what a text is shows early
CUES: Final = (*ADS, *POLICIES, *PRESS, *PEOPLE, *SCIENCE, *REST, *REGISTER)
