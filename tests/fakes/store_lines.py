"""Lines of hosts in the store in memory: counted with each new document that has a hit, bounded, told to the judge."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from monitor.adapters.sql import hostlines
from monitor.domain.document import Prepared
from monitor.pipeline.dedupe.site import SEEN
from monitor.pipeline.dedupe.urls import host_of

if TYPE_CHECKING:
    from tests.fakes.store_queries import Tables


def count(t: Tables, prepared: Prepared, document: int) -> None:
    """Counts the lines at the edges of a document for its host, until they are the host's own."""
    host = host_of(prepared.extracted.url)
    known = _known(t, host)
    new = {(host, line, document) for line in prepared.lines if known[line] < SEEN}
    if not host or not new:
        return
    if known.total() + len(new) > hostlines.MOST:  # lines of one document alone make room
        t.lines -= {row for row in t.lines if row[0] == host and known[row[1]] == 1}
    if _known(t, host).total() + len(new) <= hostlines.MOST:
        t.lines |= new


def shared(t: Tables, urls: Iterable[str]) -> tuple[int, ...]:
    """The lines that the hosts of these addresses show on five documents and more, sorted."""
    found = (_known(t, host) for host in {host_of(url) for url in urls} if host)
    return tuple(sorted({line for known in found for line, seen in known.items() if seen >= SEEN}))


def _known(t: Tables, host: str) -> Counter[int]:
    return Counter(line for where, line, _ in t.lines if where == host)
