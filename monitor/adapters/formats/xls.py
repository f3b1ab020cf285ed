"""xls: what stands in the cells of a legacy Excel workbook (97-2003, and older)?"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import Any

from monitor.domain.document import Harvest, Origin
from monitor.domain.errors import ReadError

from ..charset import clean
from .base import Caps, Format
from .ole import MARK, Compound
from .text import plain

_STREAMS = tuple(name.encode("utf-16-le") + b"\0\0" for name in ("Workbook", "Book"))
_BARE = (b"\x09\x08\x10\x00", b"\x09\x08\x08\x00", b"\x09\x04\x06\x00", b"\x09\x02\x06\x00", b"\x09\x00\x04\x00")


def read(body: bytes, origin: Origin, caps: Caps) -> Harvest:
    """Every sheet, one line a row, cells parted by tabs; the names of the sheets stand above.

    Raises ReadError: `encrypted` for a workbook with a password, `unreadable` for a damaged one.
    """
    import xlrd

    try:
        book = xlrd.open_workbook(file_contents=_stream(body, caps), logfile=io.StringIO(), on_demand=True)
        names = [clean(name) for name in book.sheet_names()]
        lines = [*names, *_lines(book, caps)]
    except xlrd.XLRDError as error:
        reason = "encrypted" if "encrypted" in str(error).lower() else "unreadable"
        raise ReadError(reason, f"the Excel file: {error}") from error
    except (ValueError, KeyError, IndexError, TypeError, AssertionError, AttributeError, struct.error) as error:
        raise ReadError("unreadable", f"the Excel file is damaged: {error}") from error
    return plain(clean("\n".join(lines)), "xls", origin, caps, title=names[0] if names else "")


def _stream(body: bytes, caps: Caps) -> bytes:
    """The stream with the workbook: our own reader of compound files is the stricter one."""
    if not body.startswith(MARK):
        return body
    compound = Compound(body, caps)
    return compound.stream("Workbook" if "Workbook" in compound else "Book")


def _lines(book: Any, caps: Caps) -> Iterator[str]:
    """Rows with something in them, as far as the cap on text reaches (and one beyond it, so that the cut is told)."""
    size = 0
    for number in range(book.nsheets):
        sheet = book.sheet_by_index(number)
        for row in range(sheet.nrows):
            cells = [
                _cell(book, kind, value)
                for kind, value in zip(sheet.row_types(row), sheet.row_values(row), strict=True)
            ]
            if any(cells):
                line = "\t".join(cells).strip("\t")
                size += len(line)
                yield line
            if size > caps.text:
                return
        book.unload_sheet(number)


def _cell(book: Any, kind: int, value: Any) -> str:
    """Numbers without a needless fraction, days as ISO, errors and formats left out."""
    from xlrd import XL_CELL_BOOLEAN, XL_CELL_DATE, XL_CELL_NUMBER, XL_CELL_TEXT, xldate_as_datetime

    if kind == XL_CELL_TEXT:
        return " ".join(str(value).split())
    if kind == XL_CELL_NUMBER:
        return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(value)
    if kind == XL_CELL_DATE:
        try:
            moment = xldate_as_datetime(value, book.datemode)
        except (ValueError, OverflowError):
            return repr(value)
        return str(moment.date()) if moment.time().isoformat() == "00:00:00" else moment.isoformat(" ", "minutes")
    return ("yes" if value else "no") if kind == XL_CELL_BOOLEAN else ""


def looks(body: bytes) -> bool:
    """Whether it is a compound file with a workbook in it, or a bare stream of one."""
    if body.startswith(_BARE):
        return True
    return body.startswith(MARK) and any(name in body for name in _STREAMS)


FORMAT = Format(
    key="xls",
    types=("application/vnd.ms-excel", "application/x-msexcel"),
    endings=(".xls", ".et"),
    read=read,
    looks=looks,
)
