"""What does every evidence folder promise?"""

from __future__ import annotations

import gzip
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from monitor.adapters.evidence import EvidenceError, WarcEvidence
from monitor.domain.errors import StoreError
from monitor.domain.source import Fetched
from monitor.ports import Evidence
from tests.fakes.evidence import FakeEvidence

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
PAGE = Fetched("https://city.example.org/a", "<h1>启明计划</h1>".encode(), "h", "text/html; charset=utf-8", etag='"1"')


@pytest.fixture(params=["memory", "warc"])
def evidence(request: pytest.FixtureRequest, tmp_path: Path) -> Evidence:
    """Every evidence folder there is."""
    return FakeEvidence() if request.param == "memory" else WarcEvidence(tmp_path / "evidence", "test/1")


@pytest.fixture
def warc(tmp_path: Path) -> WarcEvidence:
    """The folder of WARC files."""
    return WarcEvidence(tmp_path / "evidence", "test/1")


async def test_what_was_kept_is_opened_byte_for_byte(evidence: Evidence) -> None:
    bodies = [b"", b"a", bytes(range(256)) * 50, "启明".encode() * 40_000, b"HTTP/1.1 200 OK\r\n\r\nWARC/1.1\r\n"]
    copies = [await evidence.keep(replace(PAGE, body=body), "city", NOW) for body in bodies]
    assert [evidence.open(copy) for copy in copies] == bodies
    assert {(copy.url, copy.fetched_at) for copy in copies} == {(PAGE.url, NOW)}


async def test_a_copy_that_is_not_there_is_told(evidence: Evidence) -> None:
    copy = await evidence.keep(PAGE, "city", NOW)
    with pytest.raises(StoreError, match="missing"):
        evidence.open(replace(copy, offset=10_000_000))


async def test_a_day_is_a_file_that_any_warc_reader_opens(warc: WarcEvidence) -> None:
    first = await warc.keep(PAGE, "city", NOW)
    await warc.keep(replace(PAGE, body=b"other"), "city", NOW)
    later = await warc.keep(PAGE, "city", NOW.replace(day=3))
    assert (first.file, later.file) == ("monitor-2026-03-02.warc.gz", "monitor-2026-03-03.warc.gz")
    with (warc.folder / first.file).open("rb") as file:
        records = [(one.rec_type, one.content_stream().read()) for one in ArchiveIterator(file)]
    assert [kind for kind, _ in records] == ["warcinfo", "response", "metadata", "response", "metadata"]
    assert records[1][1] == PAGE.body
    assert b'"source": "city"' in records[2][1]
    assert (warc.folder / first.file).stat().st_mode & 0o077 == 0


async def test_headers_cannot_forge_records(warc: WarcEvidence) -> None:
    evil = replace(
        PAGE, url="https://x.example/\r\nWARC-Type: resource", content_type="text/html\r\n\r\nforged", etag="a\nb"
    )
    copy = await warc.keep(evil, "city", NOW)
    assert warc.open(copy) == PAGE.body


async def test_one_changed_byte_of_a_copy_is_found(warc: WarcEvidence) -> None:
    """F23."""
    copy = await warc.keep(PAGE, "city", NOW)
    path = warc.folder / copy.file
    whole = path.read_bytes()
    for place in (copy.offset, copy.offset + copy.length // 2, copy.offset + copy.length - 1):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(EvidenceError, match="was altered"):
            warc.open(copy)
        assert len(list(warc.altered([copy]))) == 1
    path.unlink()
    assert "missing" in next(warc.altered([copy]))


async def test_half_a_record_is_cut_off_at_the_start_and_told(warc: WarcEvidence) -> None:
    """F22: the machine died while a record was written."""
    copy = await warc.keep(PAGE, "city", NOW)
    path = warc.folder / copy.file
    whole = path.read_bytes()
    ends = {copy.file: copy.offset + copy.length}
    for half in (b"\x1f", b"\x1f\x8b\x08\x00abc", gzip.compress(b"WARC/1.1" * 500)[:-5], b"\x00" * 70_000):
        path.write_bytes(whole + half)
        told = warc.mend(ends)
        assert len(told) == 1
        assert f"{len(half)} bytes" in told[0]
        assert path.read_bytes() == whole
    assert warc.mend(ends) == warc.mend({}) == []
    again = await warc.keep(PAGE, "city", NOW)
    assert warc.open(again) == warc.open(copy) == PAGE.body


async def test_a_file_that_lost_what_is_named_is_told_and_left_as_it_is(warc: WarcEvidence) -> None:
    copy = await warc.keep(PAGE, "city", NOW)
    path = warc.folder / copy.file
    os.truncate(path, copy.offset + 10)
    told = warc.mend({copy.file: copy.offset + copy.length, "gone.warc.gz": 5})
    assert any("is cut at" in one for one in told)
    assert any("is gone" in one for one in told)


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """No file may grow beyond that: writing fails half way, as on a full disk."""
    import signal

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


async def test_a_disk_that_fills_up_in_the_middle_keeps_nothing_by_halves(warc: WarcEvidence) -> None:
    """F18."""
    copy = await warc.keep(PAGE, "city", NOW)
    length = (warc.folder / copy.file).stat().st_size
    big = replace(PAGE, body=os.urandom(50_000))
    with files_of_at_most(length + 20_000), pytest.raises(EvidenceError, match="cannot be kept"):
        await warc.keep(big, "city", NOW)
    assert (warc.folder / copy.file).stat().st_size == length
    assert warc.open(await warc.keep(big, "city", NOW)) == big.body
