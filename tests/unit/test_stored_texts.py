"""Is a text that was stored read back as it was, whatever its length?"""

from __future__ import annotations

import random
import zlib

import pytest

from monitor.adapters.sql.rows import SHORT, pack, unpack


@pytest.mark.parametrize("length", [0, 1, 199, SHORT - 1, SHORT, SHORT + 1, 5 * SHORT, 300_000])
def test_a_packed_text_is_read_back_by_every_reader_of_zlib(length: int) -> None:
    raw = "".join(random.Random(length).choices("公告 harbour 12。\n", k=length))
    assert unpack(pack(raw.encode())) == raw
    assert zlib.decompress(pack(raw.encode())) == raw.encode()


def test_a_text_that_was_packed_with_full_tables_is_still_read() -> None:
    assert unpack(zlib.compress("启明计划\n申报通知".encode(), 1)) == "启明计划\n申报通知"


def test_a_repeating_text_of_either_sort_becomes_small() -> None:
    for times in (100, 1_000):
        raw = ("启明计划支持申报人。" * times).encode()
        assert len(pack(raw)) * 10 < len(raw)
