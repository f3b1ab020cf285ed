"""folder: how is an export laid down, so that whoever has it needs nobody to check it?

log.tsv is an entry a line: its canonical JSON, its hash, the salt and the body, parted by TAB (the last two are empty where the body
was erased). rows.tsv is a word and the canonical JSON of a row. MANIFEST is a signed note with the SHA-256 of every other file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import IO

from ...domain.errors import MonitorError
from ..signing import Signer, written
from .manifest import file_digest

PARTS = ("notes.py", "ed25519.py", "rules.py", "manifest.py", "disk.py")
Progress = Callable[[str, int], None]
README = """An export of the audit log of mention-monitor

Check it:   python3 verify.py
With heads that you noted outside (the footer of a mail, the file of MONITOR_AUDIT_TO):   python3 verify.py noted.txt

verify.py needs Python 3.9 or newer and nothing else. It is ok only if every entry, body, row, head and file fits.

log.tsv      the entries: canonical JSON, SHA-256, salt, body; parted by TAB
rows.tsv     the rows that entries commit to: hits, versions, deliveries, attempts, rulings …
heads.txt    the signed heads (C2SP notes)
key.txt      the public keys; compare them with what you noted when the service was set up (`monitor audit head`)
texts/       if asked for: the texts of documents with a hit, each named by its SHA-256
copies/      if asked for: the kept copies (WARC)
MANIFEST     the SHA-256 of every file but this one, signed

This file is the only one that nothing vouches for. It was made at {at}.
"""


@dataclass(frozen=True, slots=True)
class Laid:
    """What an export holds."""

    entries: int
    rows: int
    heads: int
    size: int  # bytes


@dataclass(frozen=True)
class Material:
    """What an export is made of; all of one snapshot. Rows are (word, canonical JSON), texts (SHA-256, bytes)."""

    origin: str
    at: str
    entries: Iterable[tuple[str, str, bytes | None, str | None]]  # canonical JSON, hash, salt, body
    rows: Iterable[tuple[str, str]]
    heads: Iterable[str]
    texts: Iterable[tuple[str, bytes]] = ()
    copies: Iterable[Path] = ()


def verifier(names: Sequence[str] = PARTS) -> str:
    """verify.py: the parts of this package in one file; the last one has the `main`."""
    parts = [resources.files(__package__).joinpath(name).read_text("utf-8") for name in names]
    doc = re.sub(r"\A\w+: ", "verify: ", parts[-1].split('"""')[1])
    bodies = [re.sub(r'\A""".*?"""\n', "", part, flags=re.S) for part in parts]
    bodies = [re.sub(r"^from \.\w+ import (\([^)]*\)|[^\n]*)\n", "", body, flags=re.M) for body in bodies]
    future = "from __future__ import annotations\n"
    whole = "\n\n".join(body.replace(future, "").strip() for body in bodies)
    return f'#!/usr/bin/env python3\n"""{doc}"""\n\n{future}\n{whole}\n'


def lay_down(folder: Path, material: Material, signer: Signer, progress: Progress | None = None) -> Laid:
    """Writes an export. Raises MonitorError when the folder is not empty, OSError when it cannot be written."""
    if folder.exists() and any(folder.iterdir()):
        raise MonitorError(f"{folder} is not empty: name a folder that is not there yet")
    folder.mkdir(parents=True, exist_ok=True)
    tell = progress or (lambda what, count: None)
    heads = list(material.heads)
    entries, last = _log(folder / "log.tsv", material.entries, tell)
    rows = _rows(folder / "rows.tsv", material.rows, tell)
    (folder / "heads.txt").write_text("".join(f"{note}\n" for note in heads), "utf-8")
    (folder / "key.txt").write_text(written(signer.key(material.origin)) + "\n", "utf-8")
    (folder / "verify.py").write_text(verifier(), "utf-8")
    _extras(folder, material)
    (folder / "README.txt").write_text(README.format(at=material.at), "utf-8")
    (folder / "MANIFEST").write_text(manifest(folder, material.origin, material.at, signer, entries, last), "utf-8")
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Laid(entries, rows, len(heads), size)


def _log(path: Path, entries: Iterable[tuple[str, str, bytes | None, str | None]], tell: Progress) -> tuple[int, str]:
    count, last = 0, "0" * 64
    with _open(path) as file:
        for told, last, salt, body in entries:
            coded = (salt.hex(), body) if salt is not None and body is not None else ("", "")
            file.write(f"{told}\t{last}\t{coded[0]}\t{coded[1]}\n")
            count += 1
            if not count % 20_000:
                tell("entries", count)
    return count, last


def _rows(path: Path, rows: Iterable[tuple[str, str]], tell: Progress) -> int:
    count = 0
    with _open(path) as file:
        for word, told in rows:
            file.write(f"{word}\t{told}\n")
            count += 1
            if not count % 20_000:
                tell("rows", count)
    return count


def _extras(folder: Path, material: Material) -> None:
    for digest, content in material.texts:
        (folder / "texts").mkdir(exist_ok=True)
        (folder / "texts" / f"{digest}.txt").write_bytes(content)
    for path in material.copies:
        (folder / "copies").mkdir(exist_ok=True)
        (folder / "copies" / path.name).write_bytes(path.read_bytes())


def manifest(folder: Path, origin: str, at: str, signer: Signer, entries: int, last: str) -> str:
    """The signed list of all files that lie there, and of the log's length and last hash."""
    lines = [origin, "export 1", f"at {at}", f"log {entries} {last}"]
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "README.txt"):
        digest, length = file_digest(path)
        lines.append(f"{digest} {length} {path.relative_to(folder).as_posix()}")
    return signer.sign(origin, "\n".join(lines) + "\n")


@contextmanager
def _open(path: Path) -> Iterator[IO[str]]:
    with path.open("w", encoding="utf-8", errors="surrogatepass", newline="\n", buffering=1 << 20) as file:
        yield file
