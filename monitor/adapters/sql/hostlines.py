"""hostlines: which lines does a host show on many pages?

Counted with each new document that has a hit, bounded for each host; looked up for the judge.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, func, select

from monitor.domain.document import Prepared
from monitor.pipeline.dedupe.site import SEEN
from monitor.pipeline.dedupe.urls import host_of
from storage.tables import HostLineRow

from .polls import upsert

LINE: Table = HostLineRow.__table__  # type: ignore[attr-defined]

MOST = 800  # rows a host; when they are there, lines of one document alone make room
COUNTED = (
    select(LINE.c.line, func.count().label("n"))
    .where(LINE.c.host == bindparam("of"), LINE.c.line.in_(bindparam("lines", expanding=True)))
    .group_by(LINE.c.line)
)
HELD = select(func.count()).select_from(LINE).where(LINE.c.host == bindparam("of"))
SHARED = (
    select(LINE.c.host, LINE.c.line)
    .where(LINE.c.host.in_(bindparam("hosts", expanding=True)))
    .group_by(LINE.c.host, LINE.c.line)
    .having(func.count() >= SEEN)
)


def count(connection: Connection, prepared: Prepared, document: int) -> None:
    """Counts the lines at the edges of a document for its host; a line that is the host's already is not counted on."""
    host = host_of(prepared.extracted.url)
    if not host or not prepared.lines:
        return
    known = {row.line: row.n for row in connection.execute(COUNTED, {"of": host, "lines": list(prepared.lines)})}
    new = [line for line in prepared.lines if known.get(line, 0) < SEEN]
    if not new or not _room(connection, host, len(new)):
        return
    rows: list[dict[str, Any]] = [{"host": host, "line": line, "document": document} for line in new]
    connection.execute(upsert(connection, LINE).on_conflict_do_nothing(), rows)


def _room(connection: Connection, host: str, wanted: int) -> bool:
    """Whether so many rows still fit; makes room once it is full."""
    if int(connection.execute(HELD, {"of": host}).scalar_one()) + wanted <= MOST:
        return True
    alone = select(LINE.c.line).where(LINE.c.host == host).group_by(LINE.c.line).having(func.count() == 1)
    connection.execute(delete(LINE).where(LINE.c.host == host, LINE.c.line.in_(alone)))
    return int(connection.execute(HELD, {"of": host}).scalar_one()) + wanted <= MOST


def shared(connection: Connection, hosts: Collection[str]) -> dict[str, tuple[int, ...]]:
    """The lines that each of these hosts shows on at least five documents."""
    found: dict[str, list[int]] = defaultdict(list)
    for row in connection.execute(SHARED, {"hosts": sorted(hosts)}) if hosts else ():
        found[row.host].append(row.line)
    return {host: tuple(sorted(lines)) for host, lines in found.items()}


def hosts_of(prepared: Prepared, urls: Iterable[str]) -> set[str]:
    """The hosts of a text and of its candidates."""
    return {host for host in map(host_of, (prepared.extracted.url, *urls)) if host}


def lines_for(known: dict[str, tuple[int, ...]], own: str, other: str) -> tuple[int, ...]:
    """The lines of either host of a pair, sorted."""
    if not known:
        return ()
    return tuple(sorted({*known.get(host_of(own), ()), *known.get(host_of(other), ())}))
