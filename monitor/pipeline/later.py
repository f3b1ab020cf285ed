"""later: which patterns need not be compiled when a process starts?

Reading a text for facts takes two hundred patterns, most of them tried only near a quick sign: half are never asked by
a process that reads a few hundred short texts, and compiling all took a quarter of its start.
"""

from __future__ import annotations

import re
from typing import Any, cast


def later(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """The pattern, compiled when it is first asked for anything but its source; a fault in it shows only then."""
    return cast("re.Pattern[str]", _Later(pattern, flags))


class _Later:
    """Stands for a pattern; from the first question on its answers are the pattern's own methods."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(self.pattern, self._flags)
        for asked in ("search", "match", "fullmatch", "finditer", "findall", "sub", "subn", "split", "flags", "groups"):
            setattr(self, asked, getattr(compiled, asked))
        return getattr(compiled, name)
