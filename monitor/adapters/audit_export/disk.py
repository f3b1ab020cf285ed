"""disk: was anything that was recorded altered?

Run it inside an export of mention-monitor, without arguments: `python3 verify.py`. It needs Python 3.9 and nothing else. Give it
files with signed heads that you noted outside (a mail footer, MONITOR_AUDIT_TO) as arguments, and it holds the log against them.
The service itself verifies with the same rules, fed from its database; only its signatures are checked by another library.

It says one of: ok; broken at n (an entry, a body, a row or a head does not fit); cut (entries that were signed are missing);
rollback (an older state was put back); fork (the log goes on otherwise than was signed); unknown (nothing to hold it against).
Whatever it cannot check is never ok. Exit code 0 is ok, 1 everything else.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from .manifest import check_manifest
from .notes import NoteError, find_heads, parse_key, size_of
from .rules import (
    Entry,
    Finder,
    Heads,
    Judge,
    Log,
    Verdict,
    check_attempts,
    check_ends,
    check_moved,
    check_rows,
    check_rulings,
)


def log_lines(path: Path) -> Iterator[Entry]:
    """The entries of log.tsv: canonical JSON, hash, salt and body, parted by TAB; no salt and body where they were erased."""
    sha256, loads = hashlib.sha256, json.loads
    with path.open("rb") as lines:
        for place, line in enumerate(lines, 1):
            try:
                told, hashed, salt, body = line[:-1].split(b"\t")
                entry = loads(told)
                yield Entry(
                    entry["seq"], entry["at"], entry["kind"], entry["body_commit"], entry["prev"], hashed.decode(),
                    bytes.fromhex(salt.decode()) if salt else None, body if salt else None, sha256(told).hexdigest(),
                )  # fmt: skip
            except (ValueError, KeyError, TypeError):  # no entry at all: altered
                yield Entry(place, "", "", "", "", "", b"", b"", "unreadable")


class Rows:
    """rows.tsv: a word, and a row of that table in canonical JSON; tables stand one after the other."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def of(self, name: str) -> Iterator[tuple[Any, str]]:
        """(row, SHA-256 of its JSON) of one table."""
        mark = name.encode() + b"\t"
        with self.path.open("rb") as lines:
            for line in lines:
                if line.startswith(mark):
                    told = line[len(mark) : -1]
                    yield json.loads(told), hashlib.sha256(told).hexdigest()


def verify_export(folder: Path, anchors: Iterable[str] = (), keys: Iterable[str] = ()) -> Verdict:
    """Verifies an export. `anchors` are texts with signed heads, `keys` public keys you trust (else those in key.txt)."""
    find = Finder()
    pinned = [parse_key(line) for line in (list(keys) or (folder / "key.txt").read_text("utf-8").split())]
    stored = [(size_of(text), text) for text in find_heads((folder / "heads.txt").read_text("utf-8"))]
    told = [head for text in anchors for head in find_heads(text) or ["nothing"]]
    heads = Heads(stored, told, find)
    log = Log(find, heads.sizes)
    log.walk(log_lines(folder / "log.tsv"))
    rows = Rows(folder / "rows.tsv")
    for name in ("hit", "version", "delivery", "copy"):
        check_rows(log, name, ((row["id"], commit) for row, commit in rows.of(name)))
    check_attempts(log, ((row["message"], row["number"], row["outcome"]) for row, _ in rows.of("attempt")))
    check_ends(log, ((row["id"], row["state"], row["message"]) for row, _ in rows.of("end")))
    check_rulings(log, (row for row, _ in rows.of("ruling")))
    check_moved(log, (row for row, _ in rows.of("regrouped")))
    _texts(folder, find)
    remembered = check_manifest(folder, find, pinned)
    return Judge(log, heads, pinned).verdict(remembered)


def _texts(folder: Path, find: Finder) -> None:
    """Each text and copy in the export is named by its own SHA-256."""
    for path in sorted(folder.glob("texts/*")):
        if hashlib.sha256(path.read_bytes()).hexdigest() != path.stem:
            find(f"the text {path.stem[:12]} was altered: it is not what its version commits to")


def main(arguments: list[str]) -> int:
    """Verifies the export that this file lies in, and says what was found."""
    as_json, files = "--json" in arguments, [one for one in arguments if one != "--json"]
    folder = Path(__file__).resolve().parent
    try:
        anchors = [Path(one).read_text("utf-8", "replace") for one in files]
        found = verify_export(folder, anchors)
    except (OSError, NoteError, ValueError, KeyError, TypeError) as error:
        found = Verdict("broken", 0, "", None, (f"this export cannot be read: {error}",), (), 0, 0, 0)
    if as_json:
        sys.stdout.write(json.dumps(found._asdict(), ensure_ascii=False) + "\n")
    else:
        sys.stdout.write("\n".join(in_words(found)) + "\n")
    return 0 if found.status == "ok" else 1


def in_words(found: Verdict) -> list[str]:
    """The verdict as lines for people."""
    first = {
        "ok": f"ok: {found.entries} entries hold, and the rows agree with them",
        "broken": f"broken{f' at entry {found.broken_at}' if found.broken_at else ''}: {found.entries} entries read",
        "cut": f"cut: {found.entries} entries are there, more were written",
        "rollback": f"rollback: {found.entries} entries are there, more were signed",
        "fork": f"fork: {found.entries} entries are there, not those that were signed",
        "unknown": f"unknown: {found.entries} entries hold, but not every anchor could be used",
    }[found.status]
    head = (
        [f"  head {found.head}, sealed up to entry {found.sealed}, anchored up to {found.anchored}"]
        if found.entries
        else []
    )
    return [first, *(f"  {one}" for one in found.findings), *head, *(f"  note: {one}" for one in found.notes)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
