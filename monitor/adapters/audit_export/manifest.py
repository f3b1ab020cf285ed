"""manifest: is every file of a folder the one that was laid down there?"""

from __future__ import annotations

import hashlib
from pathlib import Path

from .ed25519 import wrongly_signed
from .notes import Key, NoteError, parse_note
from .rules import Finder

COVERED_BY_NOTHING = {"README.txt", "MANIFEST"}


def check_manifest(folder: Path, find: Finder, pinned: list[Key]) -> tuple[int, str]:
    """Holds every file against the signed list; (entries, hash) of the log as the list names them."""
    try:
        note = parse_note((folder / "MANIFEST").read_text("utf-8"))
        lines = note.text[:-1].split("\n")
        if lines[1] != "export 1":
            raise NoteError("it is no list of an export")
        head = lines[3].split(" ")
        size, digest = int(head[1]), head[2]
        listed = {name: (said, int(length)) for said, length, name in (line.split(" ", 2) for line in lines[4:])}
    except (OSError, NoteError, ValueError, IndexError) as error:
        find(f"MANIFEST cannot be read: {error}")
        return -1, ""
    keys = {(key.name, key.id): key for key in pinned}
    signed = [(keys[one[:2]].public, note.text.encode(), one[2]) for one in note.signatures if one[:2] in keys]
    if not signed or wrongly_signed(signed):
        find("MANIFEST is not signed by the key in key.txt: it was altered")
    present = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} - COVERED_BY_NOTHING
    for name in sorted(present - listed.keys()):
        find(f"{name} is not in MANIFEST: it was put there later")
    for name in sorted(listed.keys() - present):
        find(f"{name} is in MANIFEST, but not here")
    for name in sorted(listed.keys() & present):
        if file_digest(folder / name) != listed[name]:
            find(f"{name} was altered: it is not what MANIFEST says")
    return size, digest


def file_digest(path: Path) -> tuple[str, int]:
    """(SHA-256, length) of a file."""
    digest, length = hashlib.sha256(), 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
            length += len(block)
    return digest.hexdigest(), length
