"""Bodies that arrive in pieces: counted, unpacked, hashed, and whole or not."""

from __future__ import annotations

import gzip
import hashlib
import random
from pathlib import Path

import pytest

from monitor.adapters.body import IN_MEMORY, Body, Damaged, NoRoom, Overflow, Spooled, opened, pieces

TEXT = random.Random(7).randbytes(200_000)


@pytest.mark.parametrize("piece", [1000, 65_536, 1_000_000])
def test_a_packed_body_comes_out_as_it_went_in_whatever_the_pieces(piece: int) -> None:
    packed = gzip.compress(TEXT)
    body = Body(1_000_000, packed=True)
    for start in range(0, len(packed), piece):
        body.feed(packed[start : start + piece])
    whole, digest = body.whole()
    assert (whole[:], digest) == (TEXT, hashlib.sha256(TEXT).hexdigest())


def test_several_gzip_members_are_one_body() -> None:
    body = Body(1000, packed=True)
    body.feed(gzip.compress(b"one ") + gzip.compress(b"two") + b"\0\0\0")
    assert body.whole()[0] == b"one two"


def test_an_empty_packed_body_is_empty() -> None:
    assert Body(1000, packed=True).whole()[0] == b""


def test_the_cap_is_exact() -> None:
    body = Body(10, packed=False)
    body.feed(b"0123456789")
    assert body.whole()[0] == b"0123456789"
    with pytest.raises(Overflow):
        body.feed(b"x")
    assert body.so_far() == b"0123456789"


def test_a23_a_bomb_stops_at_a_hundred_times_its_size() -> None:
    body = Body(1 << 30, packed=True)
    with pytest.raises(Overflow, match="100 times"):
        body.feed(gzip.compress(bytes(20 << 20)))
    assert len(body.so_far()) < 4 << 20


def test_a_small_page_may_be_packed_tightly() -> None:
    body = Body(10_000_000, packed=True)
    body.feed(gzip.compress(b" " * 900_000))
    assert len(body.whole()[0]) == 900_000


@pytest.mark.parametrize("cut", [5, 100, 1000])
def test_f41_a_truncated_gzip_is_not_a_body(cut: int) -> None:
    body = Body(1_000_000, packed=True)
    body.feed(gzip.compress(TEXT)[:-cut])
    with pytest.raises(Damaged):
        body.whole()


def test_a_body_that_only_says_gzip_is_damaged() -> None:
    with pytest.raises(Damaged):
        Body(1000, packed=True).feed(b"<html>not packed</html>")


@pytest.mark.parametrize("packed", [True, False])
def test_a_large_body_waits_in_a_file_and_reads_the_same(packed: bool, tmp_path: Path) -> None:
    body = Body(1_000_000, packed, tmp_path)
    sent = gzip.compress(TEXT) if packed else TEXT
    for start in range(0, len(sent), 30_000):
        body.feed(sent[start : start + 30_000])
    whole, digest = body.whole()
    assert isinstance(whole, Spooled) and len(whole) == len(TEXT) > IN_MEMORY
    assert whole[:] == TEXT and whole[100:-100] == TEXT[100:-100] and whole[-5:] == TEXT[-5:] and whole[300_000:] == b""
    assert digest == hashlib.sha256(b"".join(pieces(whole))).hexdigest()
    assert opened(whole).read() == TEXT
    assert list(tmp_path.iterdir()) == [], "the file has no name: a crash leaves none behind"


def test_a_large_body_is_cut_exactly_at_its_cap_too() -> None:
    body = Body(IN_MEMORY + 10, packed=False)
    with pytest.raises(Overflow):
        body.feed(TEXT)
    assert body.so_far()[:] == TEXT[: IN_MEMORY + 10]


def test_a_folder_that_takes_no_more_is_told() -> None:
    body = Body(1_000_000, packed=False, folder=Path("/nowhere/at/all"))
    with pytest.raises(NoRoom, match="/nowhere/at/all: No such file"):
        body.feed(TEXT)
