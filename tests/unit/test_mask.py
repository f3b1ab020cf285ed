"""Contacts are covered, spans hold, and what is no contact stays."""

from __future__ import annotations

import json
import time
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from monitor.pipeline.mask import COVER, mask

LINES = Path(__file__).resolve().parents[1] / "data" / "masking.jsonl"


@cache
def lines() -> tuple[tuple[str, tuple[tuple[int, int, str], ...]], ...]:
    """(text, spans to cover with their sort); written for this project, contacts invented."""
    rows = map(json.loads, LINES.read_text(encoding="utf-8").splitlines())
    return tuple((row["text"], tuple(tuple(span) for span in row["spans"])) for row in rows)


def recall(sort: str) -> tuple[float, list[str]]:
    """How many contacts of a sort are covered whole, and the texts of those that are not."""
    found: Counter[bool] = Counter()
    open_ones: list[str] = []
    for text, spans in lines():
        told = mask(text)
        for start, end, name in spans:
            if name != sort:
                continue
            covered = all(told[at] == COVER for at in range(start, end) if text[at].isalnum())
            found[covered] += 1
            open_ones += [] if covered else [text]
    return found[True] / sum(found.values()), open_ones


def test_the_set_is_large_enough() -> None:
    assert len(lines()) >= 300


@pytest.mark.parametrize(
    ("sort", "floor"), [("mail", 0.99), ("phone", 0.99), ("chat", 0.98), ("bank", 0.98), ("id", 1.0)]
)
def test_contacts_are_covered_whole(sort: str, floor: float) -> None:
    share, open_ones = recall(sort)
    assert share >= floor, open_ones


def test_what_is_no_contact_stays() -> None:
    false = []
    for text, spans in lines():
        wanted = {at for start, end, _ in spans for at in range(start, end)}
        told = mask(text)
        if any(told[at] != text[at] and at not in wanted and text[at].isalnum() for at in range(len(text))):
            false.append(text)
    assert len(false) / len(lines()) <= 0.01, false


def test_a_mask_has_as_many_code_points_as_what_it_hides() -> None:
    text = "电话：𠮷 13800138000，邮箱：ｈｒ＠ｅｘａｍｐｌｅ．ｏｒｇ。"
    told = mask(text)
    assert told == "电话：𠮷 •••••••••••，邮箱：••••••••••••••。"
    assert len(told) == len(text)


def test_the_matched_text_is_never_covered() -> None:
    text = "qiming@example.org or 13800138000"
    assert mask(text, [(0, 6)]) == "qiming•••••••••••• or •••••••••••"
    assert mask(text, [(-5, 100)]) == text
    assert mask(text, [(9, 3)]) == "•••••••••••••••••• or •••••••••••"


def test_digits_inside_an_address_or_a_word_are_never_covered() -> None:
    text = "https://example.org/a/13800138000?q=0571-88880000 www.example.org/13912345678 abc13800138000 x@13800138000"
    assert mask(text) == text


def test_a_mail_link_is_covered_and_a_page_link_with_a_mail_is_not() -> None:
    assert mask("mailto:hr@example.org") == "mailto:••••••••••••••"
    assert mask("https://example.org/?to=hr@example.org") == "https://example.org/?to=hr@example.org"


def test_masking_twice_changes_nothing() -> None:
    for text, _ in lines():
        assert mask(mask(text)) == mask(text)


@pytest.mark.parametrize(
    "unit", ["1", "1 ", "138-0013-8000 ", "a@", "a.", "电话：", "+86", "微信", "http://", "(0", "DE89", "62", "@"]
)
def test_a_megabyte_of_anything_is_masked_in_linear_time(unit: str) -> None:
    text = unit * (300_000 // len(unit))
    started = time.process_time()
    assert len(mask(text)) == len(text)
    assert time.process_time() - started < 6.0  # measured 0.1 to 0.6 s alone on one core


@pytest.mark.parametrize("text", ["", "\x00", "@", "•", "\ud800", "a" * 3])
def test_odd_text_comes_back_as_it_was(text: str) -> None:
    assert mask(text) == text
