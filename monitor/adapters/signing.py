"""signing: with which key are heads of the log signed, and where does it lie?

Ed25519 in C2SP's signed-note form. The private key is made at first use and lies in the state folder, readable by its owner only;
whoever has it can sign as this installation, so a copy of the database alone cannot. Losing it loses no entry: a new key is
made, its first head vouches for all that the old one signed, and `audit verify` tells of the change.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ..domain.errors import SettingsError
from .audit_export.ed25519 import Signed
from .audit_export.notes import Key, key_id

FILE = "audit.key"
MARK = "mention-monitor audit key 1"


class Signer:
    """A private key; `name` in its methods is the origin of the log it signs."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public = private.public_key().public_bytes_raw()

    def key(self, name: str) -> Key:
        """The public key as notes of that log name it."""
        return Key(name, key_id(name, self.public), self.public)

    def sign(self, name: str, text: str) -> str:
        """The signed note of a text that ends with a line end."""
        signature = key_id(name, self.public) + self._private.sign(text.encode())
        return f"{text}\n\u2014 {name} {base64.b64encode(signature).decode()}\n"


def written(key: Key) -> str:
    """A public key in C2SP's form `name+id+base64`."""
    return f"{key.name}+{key.id.hex()}+{base64.b64encode(bytes([1]) + key.public).decode()}"


def wrongly_signed(signed: Sequence[Signed]) -> list[int]:
    """The places of the signatures that do not hold."""
    wrong = []
    for place, (public, message, signature) in enumerate(signed):
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        except (InvalidSignature, ValueError):
            wrong.append(place)
    return wrong


def load(folder: Path) -> Signer | None:
    """The key of this installation, None where none was made. Raises SettingsError when the file is no key."""
    path = folder / FILE
    try:
        text = path.read_text("ascii")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"the key {path} cannot be read: {error}; put it back from a backup") from error
    lines = text.split("\n")
    try:
        if lines[0] != MARK:
            raise ValueError("it does not begin as one")
        return Signer(Ed25519PrivateKey.from_private_bytes(base64.b64decode(lines[1], validate=True)))
    except (ValueError, IndexError) as error:
        raise SettingsError(
            f"{path} is no audit key ({error}): put it back from a backup, or move it away and a new key is made"
        ) from error


def load_or_make(folder: Path) -> Signer:
    """The key of this installation, made now if there is none; two processes make one. Raises SettingsError."""
    found = load(folder)
    if found is not None:
        return found
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _make(folder)
    except OSError as error:
        raise SettingsError(f"no audit key can be made in {folder}: {error.strerror}; check MONITOR_STATE") from error
    made = load(folder)
    if made is None:
        raise SettingsError(f"the audit key in {folder} was taken away while it was made: start again")
    return made


def _make(folder: Path) -> None:
    """Writes the whole key beside its place and links it there: whoever comes second finds the first one's."""
    seed = base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw()).decode()
    fresh = folder / f".{FILE}.{os.getpid()}.{os.urandom(4).hex()}"
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(f"{MARK}\n{seed}\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, folder / FILE)
        except FileExistsError:
            return
        directory = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
    finally:
        fresh.unlink()
