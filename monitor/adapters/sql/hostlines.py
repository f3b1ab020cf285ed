"""hostlines: which lines does a host show on many pages?

Counted with each new document that has a hit, bounded for each host; looked up for the judge.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table, delete, func, select

from monitor.domain.document import Prepared
from monitor.pipeline.dedupe.site import SEEN
from monitor.pipeline.dedupe.urls import host_of
from storage.tables import HostLineRow

from . import quick
from .polls import upsert_in
from .quick import Quick

LINE: Table = HostLineRow.__table__  # type: ignore[attr-defined]

MOST = 800  # rows a host; when they are there, lines of one document alone make room
COUNTED = "SELECT line, count(*) FROM host_line WHERE host = {p} AND line {lines} GROUP BY line"
HELD = "SELECT count(*) FROM host_line WHERE host = {p}"
#: A part for each host, which both databases read in the order of the key; grouping by the host as well took longer.
SHARED = f"SELECT {{number}}, line FROM host_line WHERE host = {{p}} GROUP BY line HAVING count(*) >= {SEEN}"
NEW_LINE = Quick(lambda dialect: upsert_in(dialect, LINE).on_conflict_do_nothing())


def count(connection: Connection, prepared: Prepared, document: int) -> None:
    """Counts the lines at the edges of a document for its host; a line that is the host's already is not counted on."""
    host = host_of(prepared.extracted.url)
    if not host or not prepared.lines:
        return
    words, values = _among(connection, prepared.lines)
    known = dict(quick.rows(connection, COUNTED.format(p=_mark(connection), lines=words), [host, *values]))
    new = [line for line in prepared.lines if known.get(line, 0) < SEEN]
    if not new or not _room(connection, host, len(new)):
        return
    rows: list[dict[str, Any]] = [{"host": host, "line": line, "document": document} for line in new]
    NEW_LINE.many(connection, rows)


def _room(connection: Connection, host: str, wanted: int) -> bool:
    """Whether so many rows still fit; makes room once it is full."""
    if _held(connection, host) + wanted <= MOST:
        return True
    alone = select(LINE.c.line).where(LINE.c.host == host).group_by(LINE.c.line).having(func.count() == 1)
    connection.execute(delete(LINE).where(LINE.c.host == host, LINE.c.line.in_(alone)))
    return _held(connection, host) + wanted <= MOST


def _held(connection: Connection, host: str) -> int:
    return int(quick.rows(connection, HELD.format(p=_mark(connection)), [host])[0][0])


def shared(connection: Connection, hosts: Collection[str]) -> dict[str, tuple[int, ...]]:
    """The lines that each of these hosts shows on at least five documents."""
    if not hosts:
        return {}
    found: dict[str, list[int]] = defaultdict(list)
    named = sorted(hosts)
    for number, line in quick.rows(connection, _shared(len(named), _mark(connection)), named):
        found[named[number]].append(line)
    return {host: tuple(sorted(lines)) for host, lines in found.items()}


@lru_cache(maxsize=64)
def _shared(hosts: int, mark: str) -> str:
    return " UNION ALL ".join(SHARED.format(number=number, p=mark) for number in range(hosts))


def hosts_of(prepared: Prepared, urls: Iterable[str]) -> set[str]:
    """The hosts of a text and of its candidates."""
    return {host for host in map(host_of, (prepared.extracted.url, *urls)) if host}


def lines_for(known: dict[str, tuple[int, ...]], own: str, other: str) -> tuple[int, ...]:
    """The lines of either host of a pair, sorted."""
    if not known:
        return ()
    return tuple(sorted({*known.get(host_of(own), ()), *known.get(host_of(other), ())}))


def _mark(connection: Connection) -> str:
    return "?" if connection.dialect.name == "sqlite" else "%s"


def _among(connection: Connection, values: Sequence[Any]) -> tuple[str, list[Any]]:
    """(the words that ask for one of these values, the values as the driver takes them)."""
    if connection.dialect.name == "sqlite":
        return f"IN ({','.join('?' * len(values))})", list(values)
    return "= ANY(%s)", [list(values)]
