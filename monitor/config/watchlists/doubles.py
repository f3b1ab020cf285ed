"""doubles: which sources ask for the same thing twice?"""

from __future__ import annotations

from collections.abc import Sequence

from .nodes import show
from .reading import FileReading


def warn_of_doubles(readings: Sequence[FileReading]) -> None:
    """Notes addresses that two sources poll."""
    seen: dict[tuple[str, str], str] = {}
    for reading in readings:
        for read in reading.sources:
            same = (read.source.kind, read.source.address)
            if read.source.address and same in seen:
                message = f"source {show(read.source.key)} polls the address that {show(seen[same])} polls: delete one"
                reading.notes.warn(read.address, message)
            seen.setdefault(same, read.source.key)
