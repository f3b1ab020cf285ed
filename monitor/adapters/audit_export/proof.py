"""proof: does the log vouch for what this folder shows of one hit?

Run it inside an evidence bundle of mention-monitor, without arguments: `python3 verify.py`. It needs Python 3.9 and nothing else.
Of the log it has runs of entries: each from one that tells of the hit to the next signed head, by which every entry of the run is
vouched for. It says ok only if the runs, the heads, the rows, the text and the kept copy fit together; exit code 0 is ok.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from .ed25519 import wrongly_signed
from .manifest import check_manifest
from .notes import NoteError, find_heads, parse_head, parse_key
from .rules import ROWS, Finder, commitments


def verify_bundle(folder: Path) -> Finder:
    """What does not fit; nothing is good."""
    find = Finder()
    proof = folder / "proof"
    key = parse_key((proof / "key.txt").read_text("utf-8"))
    check_manifest(folder, find, [key])
    heads = {}
    for text in find_heads((proof / "heads.txt").read_text("utf-8")):
        head = parse_head(text)
        signed = [(key.public, head.note.text.encode(), one[2]) for one in head.note.signatures if one[:2] == key[:2]]
        if not signed or wrongly_signed(signed) or head.origin != key.name:
            find(f"the head of {head.size} entries is not signed by the key in key.txt")
        heads[head.size] = head.root
    told = _runs(proof / "log.tsv", heads, find)
    rows = _rows(proof / "rows.tsv", told, find)
    _files(folder, rows, find)
    return find


def _runs(path: Path, heads: dict[int, str], find: Finder) -> dict[str, dict[int, str]]:
    """Checks the runs of entries; what their bodies commit to, by table and number."""
    told: dict[str, dict[int, str]] = {one: {} for _, one in ROWS}
    seq, last = 0, ""
    for line in path.read_bytes().split(b"\n")[:-1]:
        text, hashed, salt, body = line.split(b"\t")
        entry = json.loads(text)
        if hashlib.sha256(text).hexdigest() != hashed.decode():
            find(f"entry {entry['seq']} was altered: its hash does not fit")
        if entry["seq"] != seq + 1 or not seq:
            _ended(seq, last, heads, find)
        elif entry["prev"] != last:
            find(f"entry {entry['seq']} does not follow the one before it")
        seq, last = entry["seq"], hashed.decode()
        if salt:
            if hashlib.sha256(bytes.fromhex(salt.decode()) + body).hexdigest() != entry["body_commit"]:
                find(f"the body of entry {seq} was altered")
            for table, number, commit in commitments(json.loads(body)):
                told[table][number] = str(commit)
    _ended(seq, last, heads, find)
    return told


def _ended(seq: int, last: str, heads: dict[int, str], find: Finder) -> None:
    if seq and heads.get(seq) != last:
        find(f"the run of entries that ends at {seq} is vouched for by no signed head")


def _rows(path: Path, told: dict[str, dict[int, str]], find: Finder) -> dict[str, list[Any]]:
    rows: dict[str, list[Any]] = {}
    for line in path.read_bytes().split(b"\n")[:-1]:
        word, _, text = line.partition(b"\t")
        name, row = word.decode(), json.loads(text)
        rows.setdefault(name, []).append(row)
        if name in told and told[name].get(row["id"]) != hashlib.sha256(text).hexdigest():
            find(f"{name} {row['id']} is not what the log commits to")
    if not rows.get("hit"):
        find("no hit is here")
    return rows


def _files(folder: Path, rows: dict[str, list[Any]], find: Finder) -> None:
    """The text and the kept copy are those that the rows name."""
    known = {row["text"] for row in rows.get("version", ())}
    for path in sorted(folder.glob("texts/*.txt")):
        if path.stem not in known or hashlib.sha256(path.read_bytes()).hexdigest() != path.stem:
            find(f"texts/{path.name} is not the text of a version that is shown")
    records = {row["record"] for row in rows.get("copy", ())}
    for path in sorted(folder.glob("copy/*.warc.gz")):
        if hashlib.sha256(path.read_bytes()).hexdigest() not in records:
            find(f"copy/{path.name} is not the copy that the log names")
    bodies = {row["sha256"] for row in rows.get("copy", ())}
    for path in sorted(folder.glob("copy/original.*")):
        if hashlib.sha256(path.read_bytes()).hexdigest() not in bodies:
            find(f"copy/{path.name} is not the body that was fetched")


def main() -> int:
    """Verifies the bundle that this file lies in, and says what was found."""
    try:
        found = verify_bundle(Path(__file__).resolve().parent).texts
    except (OSError, NoteError, ValueError, KeyError, TypeError) as error:
        found = [f"this bundle cannot be read: {error}"]
    if not found:
        sys.stdout.write("ok: the log vouches for the hit, its versions, its deliveries, its text and its copy\n")
        sys.stdout.write("note: compare the key in proof/key.txt with the one you noted (`monitor audit head`)\n")
        return 0
    sys.stdout.write("\n  ".join(["broken", *found]) + "\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
