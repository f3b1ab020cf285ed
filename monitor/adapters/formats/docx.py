"""docx: what does a Word document say, its tables, headers and footnotes included?"""

from __future__ import annotations

import re
from typing import Any

from monitor.domain.document import Harvest, Origin
from monitor.domain.errors import ReadError

from ..charset import clean
from .base import Caps, Format
from .container import Container, xml
from .text import plain

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARTS = re.compile(r"word/(header\d*|document\d*|footnotes|endnotes|comments|footer\d*)\.xml")
_ORDER = ("header", "document", "footnotes", "endnotes", "comments", "footer")
_BREAKS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_SKIPPED = {
    f"{_W}del",
    f"{_W}instrText",
    f"{_W}delText",
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}


def read(body: bytes, origin: Origin, caps: Caps) -> Harvest:
    """All text: headers, body with tables (one line a row), notes, footers. Text that was deleted is left out."""
    container = Container(body, caps)
    names = [name for name in container.names if _PARTS.fullmatch(name)]
    if not any("document" in name for name in names):
        raise ReadError("unreadable", "a zip file without a Word document in it")
    names.sort(key=lambda name: next(i for i, part in enumerate(_ORDER) if part in name))
    blocks: list[str] = []
    title = _title(container)
    for name in names:
        text = clean("\n".join(_lines(xml(container.read(name)))))
        if "document" in name:
            title = title or text.partition("\n")[0][:120]
        if text and text not in blocks:  # the same header for odd, even and first pages
            blocks.append(text)
    return plain("\n".join(blocks), "docx", origin, caps, title=title)


def _lines(root: Any) -> list[str]:
    """One line a paragraph, one line a table row with its cells parted by tabs. Without recursion."""
    found: list[str] = []
    line: list[str] = []
    cells = 0
    stack: list[tuple[Any, bool]] = [(root, False)]
    while stack:
        node, leaving = stack.pop()
        tag = node.tag
        if leaving:
            if tag == f"{_W}tc":
                cells -= 1
                line.append("\t")
            elif tag == f"{_W}tr" or (tag == f"{_W}p" and not cells):
                found.append("".join(line).replace(" \t", "\t").strip())
                line = []
            elif tag == f"{_W}p":
                line.append(" ")
            continue
        if not isinstance(tag, str) or tag in _SKIPPED:
            continue
        if tag == f"{_W}t":
            line.append(node.text or "")
            continue
        line.append(_BREAKS.get(tag, ""))
        if tag in {f"{_W}tc", f"{_W}tr", f"{_W}p"}:
            cells += tag == f"{_W}tc"
            stack.append((node, True))
        stack.extend((child, False) for child in reversed(node))
    found.append("".join(line).strip())
    return [text for text in found if text]


def _title(container: Container) -> str:
    if "docProps/core.xml" not in container.names:
        return ""
    found = xml(container.read("docProps/core.xml")).find(".//{http://purl.org/dc/elements/1.1/}title")
    return " ".join(clean(found.text or "").split())[:200] if found is not None else ""


def looks(body: bytes) -> bool:
    """Whether it is a zip file whose members are those of a Word document."""
    return body.startswith(b"PK\x03\x04") and (b"word/" in body[:100_000] or b"word/" in body[-100_000:])


FORMAT = Format(
    key="docx",
    types=(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.ms-word.document.macroenabled.12",
    ),
    endings=(".docx", ".docm"),
    read=read,
    looks=looks,
)
