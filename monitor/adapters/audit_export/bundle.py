"""bundle: all that is known of one hit in a folder that opens in a browser without us.

index.html has no script and loads nothing; the fetched bytes lie beside it under a name that no browser runs. proof/ has the runs of
log entries that vouch for it, verify.py checks them with the standard library.
"""

from __future__ import annotations

import base64
import hashlib
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined

from ...domain.errors import MonitorError
from ...domain.evidence import KeptCopy
from ...domain.hit import HitView
from ...domain.query import DeliveryView, VersionView
from ..signing import Signer, written
from .folder import manifest, verifier

PARTS = ("notes.py", "ed25519.py", "rules.py", "manifest.py", "proof.py")
HARMLESS = {  # by content type: what the bytes are called, so that a double click shows them and runs nothing
    "application/pdf": "pdf", "text/plain": "txt", "application/json": "json.txt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
}  # fmt: skip
README = (
    "Open index.html in a browser. Check it: python3 verify.py (Python 3.9 or newer, nothing else). Made at {at}.\n"
)


@dataclass(frozen=True)
class Proof:
    """Runs of the log with bodies where they tell of the hit, the heads that end them, and rows (word, canonical JSON)."""

    origin: str
    entries: Sequence[tuple[str, str, bytes | None, str | None]]
    told: Sequence[dict[str, Any]]  # the entries that tell of the hit: seq, at, kind, hash
    heads: Sequence[str]
    rows: Sequence[tuple[str, str]]
    texts: Sequence[tuple[str, bytes]]


@dataclass(frozen=True)
class Case:
    """What is shown of a hit. `record` and `body` are the kept copy, None with `missing` in words where it cannot be opened."""

    hit: HitView
    versions: Sequence[VersionView]
    deliveries: Sequence[DeliveryView]
    rulings: Sequence[str]
    stored: str | None  # the stored text of its version: title, line end, body
    copy: KeptCopy | None
    record: bytes | None
    body: bytes | None
    missing: str
    proof: Proof


def lay_down(target: Path, case: Case, signer: Signer, at: datetime) -> None:
    """Writes a bundle into a folder, or into a ZIP when the name says so. Raises MonitorError and OSError."""
    if target.suffix.lower() == ".zip":
        if target.exists():
            raise MonitorError(f"{target} is there already: name another file")
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made)
            _fill(folder, case, signer, at)
            _zip(folder, target)
        return
    if target.exists() and any(target.iterdir()):
        raise MonitorError(f"{target} is not empty: name a folder that is not there yet, or a file that ends in .zip")
    _fill(target, case, signer, at)


def _zip(folder: Path, target: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, Path(target.stem) / path.relative_to(folder))


def _fill(folder: Path, case: Case, signer: Signer, at: datetime) -> None:
    proof = case.proof
    stamp = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    key = written(signer.key(proof.origin))
    (folder / "proof").mkdir(parents=True, exist_ok=True)
    lines = (
        f"{told}\t{hashed}\t{salt.hex() if salt is not None and body is not None else ''}\t{body or ''}\n"
        for told, hashed, salt, body in proof.entries
    )
    (folder / "proof" / "log.tsv").write_text("".join(lines), "utf-8", "surrogatepass", "\n")
    (folder / "proof" / "rows.tsv").write_text("".join(f"{word}\t{told}\n" for word, told in proof.rows), "utf-8")
    (folder / "proof" / "heads.txt").write_text("".join(f"{note}\n" for note in proof.heads), "utf-8")
    (folder / "proof" / "key.txt").write_text(key + "\n", "utf-8")
    for digest, content in proof.texts:
        (folder / "texts").mkdir(exist_ok=True)
        (folder / "texts" / f"{digest}.txt").write_bytes(content)
    original = _copy(folder, case)
    (folder / "index.html").write_text(_page(case, key, original, stamp), "utf-8")
    (folder / "verify.py").write_text(verifier(PARTS), "utf-8")
    (folder / "README.txt").write_text(README.format(at=stamp), "utf-8")
    seq, last = (int(proof.told[-1]["seq"]), str(proof.told[-1]["hash"])) if proof.told else (0, "0" * 64)
    (folder / "MANIFEST").write_text(manifest(folder, proof.origin, stamp, signer, seq, last), "utf-8")


def _copy(folder: Path, case: Case) -> str:
    """Lays down the kept copy; what its body is called."""
    if case.copy is None or case.record is None or case.body is None:
        return ""
    kind = case.copy.content_type.partition(";")[0].strip().lower()
    name = f"original.{HARMLESS.get(kind, 'html.txt' if 'html' in kind or 'xml' in kind else 'bin')}"
    (folder / "copy").mkdir(exist_ok=True)
    (folder / "copy" / "record.warc.gz").write_bytes(case.record)
    (folder / "copy" / name).write_bytes(case.body)
    return name


def _page(case: Case, key: str, original: str, at: str) -> str:
    hit = case.hit
    low, high = hit.start - hit.passage_start, hit.end - hit.passage_start
    style = _resource("page.css")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    environment.filters["when"] = lambda moment: f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    stored = case.stored
    return environment.from_string(_resource("page.html")).render(
        hit=hit, versions=case.versions, deliveries=case.deliveries, rulings=case.rulings, at=at,
        passage=(hit.passage[:low], hit.passage[low:high], hit.passage[high:]), language=hit.language or "",
        facts=[_fact(fact) for fact in hit.facts], copy=case.copy if original else None, original=original,
        missing=f": {case.missing}" if case.missing else "", length=len(stored or ""),
        text=(stored[: hit.start], stored[hit.start : hit.end], stored[hit.end :]) if stored else None,
        origin=case.proof.origin, key=key, entries=case.proof.told, style=style,
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
    )  # fmt: skip


def _fact(fact: Any) -> tuple[str, str]:
    """A fact as a name and what it says: as it stands in the text, else its values."""
    name = str(fact.get("fact", "fact"))
    said = fact.get("text") or ", ".join(f"{key} {value}" for key, value in fact.items() if key != "fact" and value)
    return name, str(said)


def _resource(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text("utf-8")
