"""doc: what does a legacy Word file (DOC, WPS) say?"""

from __future__ import annotations

import re
import struct

from monitor.domain.document import Harvest, Origin
from monitor.domain.errors import ReadError

from ..charset import clean
from .base import Caps, Format
from .ole import MARK, Compound
from .text import plain

_WORD97 = 0xA5EC
_ENCRYPTED, _SECOND_TABLE = 0x0100, 0x0200
_CLX = 0x01A2
_COUNTS = 0x4C  # code points of: text, footnotes, headers, macros, comments, endnotes, text boxes
_INSTRUCTION = re.compile("\x13[^\x13\x14\x15]*\x14|\x13[^\x13\x14\x15]*\x15|\x14|\x15")
_MARKS = {0x07: "\t", 0x0B: "\n", 0x0C: "\n", 0x0D: "\n", 0x1E: "-", 0xA0: " "}
_MARKS |= dict.fromkeys([*range(7), 8, *range(14, 30), 31], "")
_ENDS = re.compile(r"[\t ]*\n[\t ]*")


def read(body: bytes, origin: Origin, caps: Caps) -> Harvest:
    """All text of a Word 97-2003 file, notes and headers after the body. An encrypted file raises ReadError."""
    compound = Compound(body, caps)
    if "WordDocument" not in compound:
        if "EncryptedPackage" in compound:  # DOCX, XLSX and PPTX with a password come in a compound file too
            raise ReadError("encrypted", "the Office file asks for a password")
        raise ReadError("unsupported", "a legacy Office file with no Word text in it")
    document = compound.stream("WordDocument")
    if len(document) < _CLX + 8 or struct.unpack_from("<H", document)[0] != _WORD97:
        raise ReadError("unsupported", "a Word file older than Word 97")
    flags = struct.unpack_from("<H", document, 10)[0]
    if flags & _ENCRYPTED:
        raise ReadError("encrypted", "the Word file asks for a password")
    table = compound.stream("1Table" if flags & _SECOND_TABLE else "0Table")
    text = _pieces(document, table)[: sum(max(0, count) for count in struct.unpack_from("<7i", document, _COUNTS))]
    text = _INSTRUCTION.sub("", _INSTRUCTION.sub("", text)).translate(_MARKS)
    return plain(clean(_ENDS.sub("\n", text)), "doc", origin, caps)


def _pieces(document: bytes, table: bytes) -> str:
    """The text in its order, put together from the pieces that the table lists."""
    start, size = struct.unpack_from("<II", document, _CLX)
    rest = table[start : start + size]
    while rest[:1] == b"\x01" and len(rest) >= 3:
        rest = rest[3 + struct.unpack_from("<H", rest, 1)[0] :]
    if rest[:1] != b"\x02" or len(rest) < 5:
        raise ReadError("unreadable", "the Word file has no table of pieces")
    plc = rest[5 : 5 + struct.unpack_from("<I", rest, 1)[0]]
    count = (len(plc) - 4) // 12
    places = struct.unpack_from(f"<{count + 1}I", plc)
    found: list[str] = []
    for number in range(count):
        where = struct.unpack_from("<I", plc, 4 * (count + 1) + 8 * number + 2)[0]
        length = places[number + 1] - places[number]
        if not 0 <= length <= len(document):
            raise ReadError("unreadable", "the Word file's table of pieces is damaged")
        if where & 0x40000000:
            start = (where & 0x3FFFFFFF) // 2
            found.append(document[start : start + length].decode("cp1252", "replace"))
        else:
            found.append(document[where : where + 2 * length].decode("utf-16-le", "replace"))
    return "".join(found)


def looks(body: bytes) -> bool:
    """Whether it is a compound file."""
    return body.startswith(MARK)


FORMAT = Format(
    key="doc",
    types=("application/msword", "application/vnd.ms-works", "application/wps-office.wps"),
    endings=(".doc", ".wps", ".dot"),
    read=read,
    looks=looks,
)
