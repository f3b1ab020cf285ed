"""verify: was anything that was recorded altered, and does the state agree with the log?

The rules are those of the `verify.py` that every export carries (`adapters/audit_export`); here they are fed from the database, and
texts and kept copies are looked at too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection, select

from monitor.domain.audit import Verification

from ..audit_export.notes import Key, find_heads, size_of
from ..audit_export.rules import (
    Finder,
    Heads,
    Judge,
    Log,
    check_attempts,
    check_ends,
    check_moved,
    check_rows,
    check_rulings,
)
from ..evidence import WarcEvidence
from ..signing import Signer, wrongly_signed
from . import heads, kept, reconcile
from .audit import head

Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class Trust:
    """What a verification holds the log against: this installation's key, heads from outside, the folder of kept copies.

    `anchors` are texts in which signed heads stand; `files` are read for them anew each time.
    """

    signer: Signer | None = None
    anchors: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()
    evidence: Path | None = None

    def also(self, anchors: Sequence[str]) -> Trust:
        """The same with further texts in which heads stand."""
        return replace(self, anchors=(*self.anchors, *anchors)) if anchors else self


def verify(connection: Connection, trust: Trust | None = None, progress: Progress | None = None) -> Verification:
    """Says ok, broken, cut, rollback, fork or unknown; whatever cannot be checked is never ok. Never raises for what it finds."""
    trust = trust or Trust()
    find = Finder()
    stored = connection.execute(select(heads.HEAD.c.size, heads.HEAD.c.note).order_by(heads.HEAD.c.size)).all()
    held = Heads(((row.size, row.note) for row in stored), _anchors(trust), find)
    log = Log(find, held.sizes)
    log.walk(reconcile.entries(connection), (lambda count: progress("entries", count)) if progress else None)
    _rows(connection, log, progress)
    for digest in reconcile.altered_texts(connection):
        find(f"the text {digest[:12]} was altered: it is not what its version commits to")
    for version, digest in reconcile.missing_texts(connection):
        if version not in log.blanked and digest not in log.purged:
            find(f"the text of version {version} is missing without an entry that purged or erased it")
    if trust.evidence is not None:
        copies = WarcEvidence(trust.evidence, "").altered(
            kept.all_of_them(connection), (lambda count: progress("copies", count)) if progress else None
        )
        for problem in copies:
            find(problem)
    name = heads.origin(connection)
    pinned: Sequence[Key] = [trust.signer.key(name)] if trust.signer and name else []
    found = Judge(log, held, pinned, wrongly_signed).verdict(head(connection))
    return Verification(**found._asdict())


def _rows(connection: Connection, log: Log, progress: Progress | None) -> None:
    """Every hit, judged version, delivery, copy, ended attempt and ruling has exactly one entry, and the reverse."""
    for name in ("hit", "version", "delivery", "copy"):
        if progress:
            progress(f"{name} rows", len(log.known[name]))
        check_rows(log, name, reconcile.committed(connection, name))
    check_attempts(
        log, ((row["message"], row["number"], row["outcome"]) for row in reconcile.values(connection, "attempt"))
    )
    check_ends(log, ((row["id"], row["state"], row["message"]) for row in reconcile.values(connection, "end")))
    check_rulings(log, reconcile.values(connection, "ruling"))
    check_moved(log, reconcile.values(connection, "regrouped"))


def _anchors(trust: Trust) -> Iterable[str]:
    """The heads from outside: a text that was given and holds none is handed on, so that it is told."""
    for text in trust.anchors:
        yield from find_heads(text) or ["nothing"]
    for path in trust.files:
        if path.exists():
            found = find_heads(path.read_text("utf-8", "replace"))
            yield from (head for head in found if size_of(head))  # the machine may have died while it wrote one
