"""adding: how does a source get into a watchlist file without a comment being lost or the folder becoming bad?"""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..domain.errors import MonitorError
from .trying import key_of

if TYPE_CHECKING:
    from ..config.settings import Settings
    from ..domain.source import Source

HEAD = "# yaml-language-server: $schema=./schema.json\n\nsources:\n"


class NotAdded(MonitorError):
    """Nothing was written; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Written:
    """Where the new lines stand, and what they are."""

    path: Path
    line: int
    text: str


def add(settings: Settings, found: Mapping[str, object], file: str, key: str = "", every: str = "") -> Written:
    """Writes what a trial suggests (its `suggestion`) into a file of the watchlist folder. Raises NotAdded."""
    entry = entry_of(str(found["suggestion"]))
    entry["source"] = key or key_of(str(found["url"]))
    if every:
        entry["every"] = every
    return write(settings, [entry], file)


def entry_of(text: str) -> dict[str, Any]:
    """The mapping of a suggested block."""
    from ruamel.yaml import YAML

    (entry,) = YAML(typ="safe", pure=True).load(text)
    return dict(entry)


def write(settings: Settings, entries: Sequence[Mapping[str, Any]], file: str) -> Written:
    """Appends sources to a file, which is put in place whole, and only if the folder is good with it. Raises NotAdded."""
    folder = settings.watchlists
    path = folder if folder.is_file() else folder / file
    if (path.name != file and not folder.is_file()) or path.suffix not in (".yaml", ".yml"):
        raise NotAdded(f"{file!r} is no name of a watchlist file: write one such as sources.yaml")
    before = path.read_bytes() if path.is_file() else b""
    known = _known(settings)
    taken = {source.key for source in known}
    _refuse_doubles(known, entries)
    text = _appended(before.decode("utf-8") if before else HEAD, [_free(entry, taken) for entry in entries])
    _check(settings, path, text.encode())
    if (path.read_bytes() if path.is_file() else b"") != before:
        raise NotAdded(f"{path} was changed meanwhile: try again")
    _replace(path, text)
    old = before.decode("utf-8").splitlines()
    new = text.splitlines()
    first = next((at for at, line in enumerate(new) if at >= len(old) or line != old[at]), len(new))
    added = new[first : first + len(new) - len(old)]
    return Written(path, first + 1, "\n".join(added) + "\n")


def _known(settings: Settings) -> tuple[Source, ...]:
    from ..config.watchlists import load_folder

    if not settings.watchlists.exists():
        return ()
    return tuple(load_folder(settings.watchlists, check_examples=False, channels=False).sources)


def _refuse_doubles(known: Sequence[Source], entries: Sequence[Mapping[str, Any]]) -> None:
    polled = {(source.kind, source.address): source.key for source in known}
    for entry in entries:
        key = next((polled[pair] for pair in entry.items() if pair in polled), None)
        if key is not None:
            raise NotAdded(f"the source {key} polls this address already")


def _free(entry: Mapping[str, Any], taken: set[str]) -> dict[str, Any]:
    """The entry under a key that no source has yet."""
    key, number = str(entry["source"]), 1
    free = key
    while free in taken:
        number += 1
        free = f"{key[:60]}-{number}"
    taken.add(free)
    return {**entry, "source": free}


def _appended(text: str, entries: Sequence[Mapping[str, Any]]) -> str:
    """The file with the entries at the end of its `sources`; everything else byte for byte as ruamel keeps it."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    try:
        document = yaml.load(text)
    except YAMLError as error:
        raise NotAdded(f"the file cannot be read ({' '.join(str(error).split())[:200]}): mend it first") from error
    if document is None or document.get("sources") is None:
        return _with_section(text, entries, document)
    for entry in entries:
        document["sources"].append(dict(entry))
    out = io.StringIO()
    yaml.dump(document, out)
    return out.getvalue()


def _with_section(text: str, entries: Sequence[Mapping[str, Any]], document: Any) -> str:
    """A file without any source yet: its comments (examples, mostly) stay where they are."""
    lines = text.splitlines()
    blank = next(
        (at for at, line in enumerate(lines) if line.rstrip() in ("sources:", "sources: ~", "sources: []")), None
    )
    if document is not None and "sources" in document and blank is None:
        raise NotAdded("its `sources` cannot be added to: write `sources:` on a line of its own")
    block = [line for entry in entries for line in lines_of(entry)]
    if blank is None:
        return "\n".join([*lines, *([""] if lines else []), "sources:", *block]) + "\n"
    lines[blank] = "sources:"
    return "\n".join([*lines[: blank + 1], *block, *lines[blank + 1 :]]) + "\n"


def lines_of(entry: Mapping[str, Any]) -> list[str]:
    """An entry as the lines of a list."""
    from .trying import scalar

    rows = [f"{name}: {scalar(value)}" for name, value in entry.items()]
    return [f"  {'- ' if not at else '  '}{row}" for at, row in enumerate(rows)]


def _check(settings: Settings, path: Path, content: bytes) -> None:
    """Raises NotAdded with what would be wrong with the folder."""
    from ..config.watchlists import load_files, read_folder

    files = dict(read_folder(settings.watchlists).files) if settings.watchlists.exists() else {}
    earlier = {str(problem) for problem in load_files(files, check_examples=False, channels=False).errors}
    loaded = load_files({**files, path.name: content}, check_examples=False, channels=False)
    wrong = [str(problem) for problem in loaded.errors if str(problem) not in earlier]
    if wrong:
        raise NotAdded(f"the watchlists would be wrong: {wrong[0]}")
    if any(problem.file == path.name for problem in loaded.errors):
        raise NotAdded(f"{path.name} is wrong already (`monitor check` tells where): mend it first")


def _replace(path: Path, text: str) -> None:
    """Puts the whole file in place at once: who reads meanwhile sees the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = path.stat().st_mode & 0o777 if path.is_file() else 0o644
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".new")
    whole = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        whole.chmod(mode)
        whole.replace(path)
    except BaseException:
        whole.unlink()
        raise
