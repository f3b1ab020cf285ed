"""container: what lies in a zip file, read within bounds?"""

from __future__ import annotations

import io
import zipfile
import zlib
from itertools import pairwise
from typing import Any

from monitor.domain.errors import ReadError

from .base import Caps

_RATIO = 200
_SMALL = 1_000_000  # below this a high ratio is no bomb


class Container:
    """A zip file of which only named members are read, into memory, never onto the disk."""

    def __init__(self, body: bytes, caps: Caps) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(body))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError) as error:
            raise ReadError("unreadable", f"not a whole zip file: {error}") from error
        self.names = [info.filename for info in self._zip.infolist()]
        if len(self.names) > caps.members:
            raise ReadError("too large", f"{len(self.names)} members in a zip file, {caps.members} are read")
        self._infos = {info.filename: info for info in self._zip.infolist()}
        self._left = caps.unpacked
        self._refuse_overlap(len(body))

    def read(self, name: str) -> bytes:
        """The bytes of a member, counted as they come out: what the file says of its size is not believed."""
        info = self._infos[name]
        if info.flag_bits & 1:
            raise ReadError("encrypted", f"{name} asks for a password")
        bound = max(_SMALL, info.compress_size * _RATIO)
        try:
            with self._zip.open(info) as member:
                data = member.read(min(self._left, bound) + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
            raise ReadError("unreadable", f"{name} in the zip file is damaged: {error}") from error
        if len(data) > min(self._left, bound):
            raise ReadError("too large", f"{name} unpacks to more than {min(self._left, bound)} bytes")
        self._left -= len(data)
        return data

    def _refuse_overlap(self, size: int) -> None:
        """Members that share bytes (a quoted-overlap bomb) are refused."""
        spans = sorted(
            (info.header_offset, info.header_offset + 30 + info.compress_size) for info in self._infos.values()
        )
        if any(end > start for (_, end), (start, _) in pairwise(spans)) or any(e > size for _, e in spans):
            raise ReadError("unreadable", "members of the zip file overlap")


def xml(data: bytes) -> Any:
    """The root element of an XML member: no entities, no network, no huge trees. Raises ReadError."""
    from lxml import etree

    if b"<!DOCTYPE" in data[:2_000] or b"<!ENTITY" in data:
        raise ReadError("unreadable", "an XML member has a document type definition")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ReadError("unreadable", f"an XML member is damaged: {error}") from error
    if root is None:
        raise ReadError("unreadable", "an XML member is empty")
    return root
