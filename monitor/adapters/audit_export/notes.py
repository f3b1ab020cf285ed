"""notes: what does a signed note (C2SP) say, and where do heads of a log stand in a text?"""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import NamedTuple

GENESIS = "0" * 64


class NoteError(ValueError):
    """A text is no signed note, or no signed head of a log."""


class Note(NamedTuple):
    """A signed note: its text (with the last line end) and its signatures (key name, key id, signature)."""

    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]


class Head(NamedTuple):
    """A signed head: the log of this origin had `size` entries, the last of them with hash `root` (hex)."""

    origin: str
    size: int
    root: str
    at: str
    after: int | None  # the size of the head before it
    note: Note


def parse_note(text: str) -> Note:
    """A note out of its text. Raises NoteError."""
    body, found, signatures = text.rpartition("\n\n")
    lines = signatures.split("\n")
    if not found or not body or lines[-1] or len(lines) < 2:
        raise NoteError("no signature stands below an empty line")
    made = []
    for line in lines[:-1]:
        mark, _, rest = line.partition(" ")
        name, _, coded = rest.partition(" ")
        try:
            raw = base64.b64decode(coded, validate=True)
        except (binascii.Error, ValueError):
            raw = b""
        if mark != "\u2014" or not name or len(raw) != 68 or base64.b64encode(raw).decode() != coded:
            raise NoteError("a signature line is not `\u2014 name base64`")
        made.append((name, raw[:4], raw[4:]))
    return Note(body + "\n", tuple(made))


def parse_head(text: str) -> Head:
    """A signed head out of its text. Raises NoteError."""
    note = parse_note(text)
    lines = note.text[:-1].split("\n")
    if len(lines) < 3 or not lines[1].isdigit() or not lines[1].isascii() or str(int(lines[1])) != lines[1]:
        raise NoteError("its second line is no number of entries")
    try:
        root = base64.b64decode(lines[2], validate=True)
    except (binascii.Error, ValueError):
        root = b""
    if len(root) != 32 or base64.b64encode(root).decode() != lines[2]:
        raise NoteError("its third line is no hash")
    more = dict(line.partition(" ")[::2] for line in lines[3:])
    after = more.get("after", "")
    return Head(lines[0], int(lines[1]), root.hex(), more.get("at", ""), int(after) if after.isdigit() else None, note)


def size_of(text: str) -> int:
    """How many entries a head names; 0 where it is none."""
    try:
        return parse_head(text).size
    except NoteError:
        return 0


def find_heads(text: str) -> list[str]:
    """The texts of all signed heads that stand in a text: a file of them, or a mail that quotes and wraps them."""
    lines = [line.strip().lstrip("> ") for line in text.replace("\r", "").split("\n")]
    found = []
    for place, line in enumerate(lines):
        if not line.startswith("mention-monitor/"):
            continue
        end = lines.index("", place) if "" in lines[place:] else len(lines)
        signed, at = [], end + 1
        while at < len(lines) and lines[at].startswith("\u2014 "):
            wrapped = lines[at].count(" ") == 1 and at + 1 < len(lines)
            signed.append(f"{lines[at]} {lines[at + 1]}" if wrapped else lines[at])
            at += 2 if wrapped else 1
        found.append("\n".join([*lines[place:end], "", *signed]) + "\n")
    return found


class Key(NamedTuple):
    """A public key as notes name it."""

    name: str
    id: bytes
    public: bytes


def parse_key(text: str) -> Key:
    """A key out of its C2SP form `name+id+base64`. Raises NoteError."""
    name, _, rest = text.strip().partition("+")
    number, _, coded = rest.partition("+")
    try:
        raw = base64.b64decode(coded, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != 33 or raw[0] != 1 or key_id(name, raw[1:]).hex() != number:
        raise NoteError("this is no Ed25519 key of the form name+id+base64")
    return Key(name, key_id(name, raw[1:]), raw[1:])


def key_id(name: str, public: bytes) -> bytes:
    """The four bytes by which a signature names its key."""
    return hashlib.sha256(name.encode() + b"\n\x01" + public).digest()[:4]
