"""audit: how is an entry chained to the one before it, and what does verifying the log find?

hash = SHA-256(canonical JSON of actor, at, body_commit, kind, prev, seq, v); body_commit = SHA-256(salt ‖ body). The chain holds
only commitments, so a body can be erased and the chain still verifies (reliability notes, chapter 2).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import rfc8785
from sqlalchemy import Connection, delete, insert, select, text, update

from monitor.domain.audit import AuditNote
from monitor.pipeline.record import clean
from storage.tables import AuditBodyRow, AuditRow, MetaRow

from ..signing import Signer
from . import heads
from .quick import Quick

AUDIT = AuditRow.__table__  # type: ignore[attr-defined]
BODY = AuditBodyRow.__table__  # type: ignore[attr-defined]
META = MetaRow.__table__  # type: ignore[attr-defined]
NEW_ENTRY, NEW_BODY = Quick(lambda _: insert(AUDIT)), Quick(lambda _: insert(BODY))
GENESIS = "0" * 64
HEAD_NAME = "audit-head"
ERASING = "erasing"  # the row of `meta` that opens the fences, seen by its own transaction only
CHAIN_LOCK = 7_310_001  # PostgreSQL's advisory lock on the end of the chain


_SIMPLE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, check_circular=False)


def stamp(moment: datetime) -> str:
    """The form of a time inside the log: UTC, microseconds, Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def entry_text(seq: int, at: str, actor: str, kind: str, body_commit: str, prev: str) -> str:
    """The canonical JSON of an entry, which its hash is of. Keys stand sorted; the hashes hold nothing that is escaped."""
    quote = _quoted
    return (
        f'{{"actor":{quote(actor)},"at":{quote(at)},"body_commit":{quote(body_commit)},"kind":{quote(kind)},'
        f'"prev":{quote(prev)},"seq":{seq},"v":1}}'
    )


def entry_hash(seq: int, at: str, actor: str, kind: str, body_commit: str, prev: str) -> str:
    """The hash of an entry."""
    told = entry_text(seq, at, actor, kind, body_commit, prev)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


_quoted = json.encoder.encode_basestring  # in C, and as RFC 8785 asks


def commit_body(salt: bytes, body: str) -> str:
    """The commitment to a body."""
    return hashlib.sha256(salt + body.encode("utf-8", "surrogatepass")).hexdigest()


def canonical(value: object) -> str:
    """RFC 8785 text of a JSON value; times become text first."""
    plain = _plain(value)
    if _is_simple(plain):  # then the encoder in C writes the same bytes, ten times as fast
        return _SIMPLE.encode(plain)
    return rfc8785.dumps(plain).decode("utf-8")


def row_commit(row: Mapping[str, Any]) -> str:
    """The commitment to every column of a row."""
    return hashlib.sha256(canonical(dict(row)).encode()).hexdigest()


def append(
    connection: Connection, notes: Sequence[AuditNote], signer: Signer | None = None, seal: datetime | None = None
) -> bool:
    """Chains the notes to the end of the log. Comes last in its transaction.

    With a signer it also signs a head: past each multiple of 256 entries, and at `seal` if something is new. Tells whether it did.
    """
    if connection.dialect.name != "sqlite":
        connection.execute(text("SELECT pg_advisory_xact_lock(:k)"), {"k": CHAIN_LOCK})
    seq, prev = head(connection)
    if signer is None or not _is_due(connection, seq, len(notes), seal):
        _write(connection, notes, seq, prev)
        return False
    moment = seal or notes[-1].at
    first = heads.introduction(connection, signer, moment)
    seq, prev = _write(connection, [*notes, first] if first else notes, seq, prev)
    heads.sign(connection, signer, seq, prev, stamp(moment))
    return True


def _is_due(connection: Connection, seq: int, more: int, seal: datetime | None) -> bool:
    if seal is not None:
        sealed = heads.newest_size(connection)
        return seq + more > sealed or not sealed  # even an empty log has a key to introduce
    return (seq + more) // heads.EVERY > seq // heads.EVERY


def _write(connection: Connection, notes: Sequence[AuditNote], seq: int, prev: str) -> tuple[int, str]:
    if not notes:
        return seq, prev
    first = seq == 0
    entries, bodies = [], []
    for note in notes:
        seq += 1
        salt, body = os.urandom(16), canonical(note.body)
        commit, at = commit_body(salt, body), stamp(note.at)
        actor = clean(note.actor)
        digest = entry_hash(seq, at, actor, note.kind, commit, prev)
        entries.append(
            {
                "seq": seq, "at": at, "actor": actor, "kind": note.kind,
                "body_commit": commit, "prev": prev, "hash": digest,
            }
        )  # fmt: skip
        bodies.append({"seq": seq, "salt": salt, "body": body})
        prev = digest
    NEW_ENTRY.many(connection, entries)
    NEW_BODY.many(connection, bodies)
    value = f"{seq} {prev}"
    if first:
        connection.execute(insert(META), {"name": HEAD_NAME, "value": value})
    else:
        connection.execute(update(META).where(META.c.name == HEAD_NAME).values(value=value))
    return seq, prev


def head(connection: Connection) -> tuple[int, str]:
    """(seq, hash) of the newest entry as the store remembers it; (0, zeros) for an empty log."""
    value = connection.execute(select(META.c.value).where(META.c.name == HEAD_NAME)).scalar()
    if value is None:
        return 0, GENESIS
    seq, digest = str(value).split(" ")
    return int(seq), digest


@contextmanager
def erasing(connection: Connection) -> Iterator[None]:
    """Opens the door for an erasure: rows of `audit_body`, `hit` and `kept_copy` may be changed or deleted inside.

    Whoever erases logs it in the same transaction: kind `erased`, body `{"bodies": [seq…], "hits": [{"hit": id, "commit":
    row_commit(new row) or None when the row is gone}…], "versions": …, "copies": …, "why": …}`. Without that entry `audit
    verify` says broken.
    """
    connection.execute(insert(META), {"name": ERASING, "value": "1"})
    yield
    connection.execute(delete(META).where(META.c.name == ERASING))  # an exception rolls the opening back with the rest


def _is_simple(value: Any) -> bool:
    """Whether the encoder in C writes a plain value as RFC 8785 asks: some floats it may write otherwise."""
    kind = type(value)
    if kind is dict:
        return "".join(value).isascii() and _are_simple(value.values())
    if kind is list:
        return _are_simple(value)
    return kind is not float or 1e-4 <= abs(value) < 1e15


def _are_simple(values: Iterable[Any]) -> bool:
    return all(_is_simple(one) for one in values if type(one) in _DOUBTFUL)


_DOUBTFUL = frozenset({dict, list, float})
_EXACT = 2**53  # numbers below are exact as a float


def _plain(value: object) -> Any:
    """The value as JSON has it, the commonest types first: every row that is stored is committed to."""
    if isinstance(value, str):
        return _encodable(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < _EXACT else str(value)
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(inner) for inner in value]
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < _EXACT else float(value)  # 1.0 is written as 1
    return str(value)


def _encodable(value: str) -> str:
    return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
