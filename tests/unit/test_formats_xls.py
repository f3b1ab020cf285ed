"""Legacy Excel workbooks: every cell that says something, and a word of its own for each way not to be read."""

from __future__ import annotations

import struct

import pytest

from monitor.adapters.formats import Caps, sniff
from monitor.domain.document import Harvest, Origin
from monitor.domain.errors import ReadError
from tests.fakes import bodies


def record(kind: int, data: bytes) -> bytes:
    """One BIFF record."""
    return struct.pack("<HH", kind, len(data)) + data


def label(row: int, column: int, text: str) -> bytes:
    """A cell with a text in UTF-16."""
    return record(0x0204, struct.pack("<HHHHB", row, column, 0, len(text), 1) + text.encode("utf-16-le"))


def number(row: int, column: int, value: float) -> bytes:
    """A cell with a number."""
    return record(0x0203, struct.pack("<HHHd", row, column, 0, value))


def workbook(*cells: bytes, name: str = "名单", globals_: bytes = b"") -> bytes:
    """A workbook of one sheet in a compound file, padded so that its stream stands in whole sectors."""
    begin = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6))
    sheet = (
        record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6))
        + b"".join(cells)
        + record(0x0A, b"")
    )
    named = struct.pack("<BB", len(name), 1) + name.encode("utf-16-le")
    codepage = record(0x0042, struct.pack("<H", 1200))
    place = len(begin) + len(codepage) + len(globals_) + 4 + 6 + len(named) + 4
    bound = record(0x0085, struct.pack("<IH", place, 0) + named)
    stream = begin + codepage + globals_ + bound + record(0x0A, b"") + sheet
    return bodies.compound({"Workbook": stream.ljust(8192, b"\0")})


def read(body: bytes, caps: Caps | None = None) -> Harvest:
    """The body as a document."""
    origin = Origin("s", "document", "https://h.example/list.xls", "application/vnd.ms-excel")
    return sniff(body, origin).read(body, origin, caps or Caps())


def test_every_cell_of_a_legacy_workbook_is_read() -> None:
    harvest = read(workbook(label(0, 0, "项目"), label(0, 1, "启明计划"), number(1, 0, 42.0), number(1, 1, 2.5)))
    assert (harvest.format, harvest.texts[0].text) == ("xls", "名单\n项目\t启明计划\n42\t2.5")
    assert harvest.texts[0].title == "名单"


def test_a_workbook_with_a_password_says_so() -> None:
    with pytest.raises(ReadError) as told:
        read(workbook(label(0, 0, "x"), globals_=record(0x002F, struct.pack("<H", 0) + bytes(4))))
    assert told.value.reason == "encrypted"


def test_an_office_file_with_a_password_says_so_though_it_is_no_zip_file_any_more() -> None:
    with pytest.raises(ReadError) as told:
        read(bodies.compound({"EncryptedPackage": bytes(5000), "EncryptionInfo": bytes(5000)}))
    assert told.value.reason == "encrypted"


@pytest.mark.parametrize("cut", [600, 1500])
def test_a_damaged_workbook_is_unreadable_and_nothing_worse(cut: int) -> None:
    with pytest.raises(ReadError) as told:
        read(workbook(label(0, 0, "x"))[:cut])
    assert told.value.reason in {"unreadable", "unsupported"}


def test_what_is_cut_is_told() -> None:
    harvest = read(workbook(*(label(row, 0, "关于组织申报的通知" * 3) for row in range(40))), Caps(text=600))
    assert harvest.truncated and harvest.texts[0].truncated
    assert len(harvest.texts[0].text.encode()) <= 600
