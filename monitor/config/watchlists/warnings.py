"""warnings: what in good watchlists will surprise their author?"""

from __future__ import annotations

from collections.abc import Sequence

from .nodes import Node, show
from .reading import FileReading


def warn_of_doubles(readings: Sequence[FileReading]) -> None:
    """Notes terms that fold to the same text, and addresses that two sources poll."""
    _terms(readings)
    _addresses(readings)


def _terms(readings: Sequence[FileReading]) -> None:
    from ...pipeline.match.fold import fold

    for reading in readings:
        for topic in reading.topics:
            seen: dict[tuple[object, ...], tuple[str, Node]] = {}
            for term, node in topic.terms:
                same = (fold(term.text), term.near, term.within, term.since, term.until)
                if same in seen:
                    first, where = seen[same]
                    reading.notes.warn(
                        node,
                        f"topic {show(topic.topic.key)}: the term {show(term.text)} finds what {show(first)} in line "
                        f"{where.line} finds already (script, width, case and spaces make no difference): delete one",
                    )
                else:
                    seen[same] = term.text, node


def _addresses(readings: Sequence[FileReading]) -> None:
    seen: dict[tuple[str, str], str] = {}
    for reading in readings:
        for read in reading.sources:
            same = (read.source.kind, read.source.address)
            if read.source.address and same in seen:
                message = f"source {show(read.source.key)} polls the address that {show(seen[same])} polls: delete one"
                reading.notes.warn(read.address, message)
            seen.setdefault(same, read.source.key)
