"""odf: what does an OpenDocument text or table (ODT, ODS) say?"""

from __future__ import annotations

from typing import Any

from monitor.domain.document import Harvest, Origin
from monitor.domain.errors import ReadError

from ..charset import clean
from .base import Caps, Format
from .container import Container, xml
from .text import plain

_T = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_ROW = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}table-row"
_CELL = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}table-cell"
_SKIPPED = {f"{_T}tracked-changes", "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}annotation"}
_SPACES = {f"{_T}s": " ", f"{_T}tab": "\t", f"{_T}line-break": "\n"}
_MARK = b"mimetypeapplication/vnd.oasis.opendocument."


def read(body: bytes, origin: Origin, caps: Caps) -> Harvest:
    """The body and then headers and footers of its styles; one line a paragraph or table row."""
    container = Container(body, caps)
    if "content.xml" not in container.names:
        raise ReadError("unreadable", "an OpenDocument file without content")
    if b"encryption-data" in (
        container.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in container.names else b""
    ):
        raise ReadError("encrypted", "the OpenDocument file asks for a password")
    lines = _lines(xml(container.read("content.xml")))
    if "styles.xml" in container.names:
        lines += [line for line in _lines(xml(container.read("styles.xml"))) if line not in lines]
    return plain(clean("\n".join(lines)), "odt", origin, caps)


def _lines(root: Any) -> list[str]:
    found: list[str] = []
    line: list[str] = []
    cells = 0
    stack: list[tuple[Any, bool]] = [(root, False)]
    while stack:
        node, leaving = stack.pop()
        if leaving:
            if node.tag == _CELL:
                cells -= 1
                line.append("\t")
            elif node.tag == _ROW or (node.tag in {f"{_T}p", f"{_T}h"} and not cells):
                found.append("".join(line).strip())
                line = []
            line.append(node.tail or "" if _inside(node) else "")
            continue
        if not isinstance(node.tag, str) or node.tag in _SKIPPED:
            continue
        cells += node.tag == _CELL
        line.append(_SPACES.get(node.tag, ""))
        line.append(node.text or "" if _inside(node) or node.tag in {f"{_T}p", f"{_T}h"} else "")
        stack.append((node, True))
        stack.extend((child, False) for child in reversed(node))
    return [text for text in found if text]


def _inside(node: Any) -> bool:
    """Whether it is a part of a line: only there is white space between elements text."""
    return str(node.tag).startswith(_T) and node.tag not in {
        f"{_T}p",
        f"{_T}h",
        f"{_T}list",
        f"{_T}list-item",
        f"{_T}section",
    }


def looks(body: bytes) -> bool:
    """Whether it is a zip file that begins with an OpenDocument type."""
    return body.startswith(b"PK\x03\x04") and _MARK in body[:200]


FORMAT = Format(
    key="odt",
    types=("application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet"),
    endings=(".odt", ".ods"),
    read=read,
    looks=looks,
)
