"""sheets: what stands in the cells of an Excel workbook (XLSX)?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from monitor.domain.document import Harvest, Origin

from ..charset import clean
from .base import Caps, Format
from .container import Container, xml
from .text import plain

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_SHEET = re.compile(r"xl/worksheets/sheet(\d+)\.xml")


def read(body: bytes, origin: Origin, caps: Caps) -> Harvest:
    """Every sheet, one line a row, cells parted by tabs; the names of the sheets stand above."""
    container = Container(body, caps)
    shared: list[str] = []
    if "xl/sharedStrings.xml" in container.names:
        shared = [_text(item) for item in xml(container.read("xl/sharedStrings.xml")).iter(f"{_S}si")]
    names = []
    if "xl/workbook.xml" in container.names:
        names = [sheet.get("name") or "" for sheet in xml(container.read("xl/workbook.xml")).iter(f"{_S}sheet")]
    sheets = sorted((int(found[1]), name) for name in container.names if (found := _SHEET.fullmatch(name)))
    lines = list(names)
    for _, name in sheets:
        lines.extend(_rows(xml(container.read(name)), shared))
    return plain(clean("\n".join(lines)), "xlsx", origin, caps, title=names[0] if names else "")


def _rows(root: Any, shared: list[str]) -> Iterator[str]:
    for row in root.iter(f"{_S}row"):
        cells = [_cell(cell, shared) for cell in row.iter(f"{_S}c")]
        if any(cells):
            yield "\t".join(cells).strip("\t")


def _cell(cell: Any, shared: list[str]) -> str:
    if cell.get("t") == "inlineStr":
        return _text(cell)
    value = cell.findtext(f"{_S}v") or ""
    if cell.get("t") == "s":
        return shared[int(value)] if value.isdecimal() and int(value) < len(shared) else ""
    return " ".join(value.split())


def _text(node: Any) -> str:
    """Its runs on one line, without the phonetic help that East Asian cells may carry."""
    runs = [run.text or "" for run in node.iter(f"{_S}t") if run.getparent().tag != f"{_S}rPh"]
    return " ".join("".join(runs).split())


def looks(body: bytes) -> bool:
    """Whether it is a zip file whose members are those of a workbook."""
    return body.startswith(b"PK\x03\x04") and (b"xl/workbook" in body[:100_000] or b"xl/workbook" in body[-100_000:])


FORMAT = Format(
    key="xlsx",
    types=("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",),
    endings=(".xlsx", ".xlsm"),
    read=read,
    looks=looks,
)
