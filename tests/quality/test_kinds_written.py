"""Kinds on short texts written for this project: `seen` was read while building, the others were labelled before they ran.

First tries: `later` .4 to .7, `third` .82 (before form and words were added up), `fourth` .89 (after),
`fifth` .84, `sixth` .90.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from monitor.pipeline.classify import classify

pytestmark = pytest.mark.quality

WRITTEN = Path(__file__).resolve().parents[1] / "data" / "kinds.jsonl"


@pytest.mark.parametrize(
    ("half", "floor"),
    [
        ("seen", 0.97),
        ("kept", 0.95),
        ("later", 0.94),
        ("third", 0.96),
        ("fourth", 0.94),
        ("fifth", 0.94),
        ("sixth", 0.9),
    ],
)
def test_kinds_of_short_texts_without_title_or_address_stay_above_their_floor(half: str, floor: float) -> None:
    counts: Counter[tuple[str, str]] = Counter()
    for line in WRITTEN.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["half"] == half:
            counts[row["kind"], classify("", row["text"]).kind.value] += 1
    right = sum(count for (wanted, told), count in counts.items() if wanted == told)
    assert right / sum(counts.values()) >= floor, counts
