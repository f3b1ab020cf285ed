"""files: the watchlist folder as an editor sees it: what lies there, and how is a file put in place whole?"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path

from ...config.watchlists import Folder, read_folder
from ...domain.errors import MonitorError, SettingsError

NEW_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,80}\.yaml")
MOST = 450_000  # bytes: what fits into a form, written in Chinese


class NotSaved(MonitorError):
    """Nothing was written; the text says why and what to do."""


class Conflict(NotSaved):
    """The file is no longer the one that the edit began with; `theirs` are its bytes now, None where it is gone."""

    def __init__(self, theirs: bytes | None) -> None:
        super().__init__("The file was changed since you opened it.")
        self.theirs = theirs


class Files:
    """The watchlist files on the disk; the path is that of a folder or of one file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.only = path.name if path.is_file() else None
        self.folder = path.parent if self.only else path
        self._saving = threading.Lock()  # of two who save at once, the second sees what the first wrote

    def read(self) -> Folder:
        """All files, as the service reads them. Empty where the folder is not there."""
        try:
            return read_folder(self.path)
        except SettingsError as error:
            return Folder(self.folder, {}, {self.path.name: str(error)})

    def may_be_new(self, name: str) -> bool:
        """Whether a file of that name may be added."""
        return self.only is None and NEW_NAME.fullmatch(name) is not None

    def save(self, name: str, content: bytes, base: str) -> None:
        """Puts a file in place at once, if it still is the one whose digest is `base` (empty: there is none yet).

        Raises Conflict when it is not, NotSaved when it may not or cannot be written.
        """
        with self._saving:
            files = self.read().files
            target = self._target(name, files)
            theirs = files.get(name)
            if digest(theirs) != base:
                raise Conflict(theirs)
            try:
                _replace(target, content)
            except OSError as error:
                raise NotSaved(f"{name} cannot be written: {error.strerror}. Give the service the right to.") from error

    def _target(self, name: str, files: Mapping[str, bytes]) -> Path:
        if name not in files and not self.may_be_new(name):
            raise NotSaved("A new file has a name of small letters, digits and - that ends in .yaml, in a folder.")
        target = self.folder / name
        if target.is_symlink():
            raise NotSaved(f"{name} is a link to another place: edit it there.")
        return target


def digest(content: bytes | None) -> str:
    """What an edit begins with: the SHA-256 of the file; empty where there is none."""
    return "" if content is None else hashlib.sha256(content).hexdigest()


def normal(text: str) -> bytes:
    """A text as it was typed, with the line ends of files: browsers send carriage returns."""
    return text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace")


def locked(content: bytes) -> str:
    """Why a file cannot be edited in a browser; empty when it can."""
    if len(content) > MOST:
        return f"It has over {MOST // 1000} kB, which is too much for a form. Edit it in its folder."
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return "It is not UTF-8. Edit it in its folder."
    return "It has characters that no form keeps. Edit it in its folder." if "\0" in text else ""


def _replace(target: Path, content: bytes) -> None:
    """Whoever reads meanwhile sees the old file or the new one, whole, also after the power went."""
    mode = target.stat().st_mode & 0o777 if target.is_file() else 0o644
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".new")
    whole = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        whole.chmod(mode)
        whole.replace(target)
    except BaseException:
        whole.unlink(missing_ok=True)
        raise
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
