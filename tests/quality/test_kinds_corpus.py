"""Kinds on the shared corpus: accuracy with its confusion, with floors that only rise."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import pytest

from monitor.pipeline.classify import classify

pytestmark = pytest.mark.quality

CORPUS = Path(os.environ.get("MONITOR_CORPUS") or Path(__file__).resolve().parents[2].parent / "shared" / "corpus")


def confusion(name: str, label: str) -> tuple[float, Counter[tuple[str, str]]]:
    """Accuracy and (wanted, told) counts; a kind in `kind_also` is right, doubtful texts are left out."""
    path = CORPUS / name
    if not path.exists():
        pytest.skip("shared corpus is absent: set MONITOR_CORPUS")
    counts: Counter[tuple[str, str]] = Counter()
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row.get("doubtful"):
            continue
        wanted = "profile" if row[label] == "CV-or-profile" else row[label]
        told = classify("", row["text"]).kind.value
        wanted = told if told in (row.get("kind_also") or ()) else wanted
        counts[wanted, told] += 1
    right = sum(count for (wanted, told), count in counts.items() if wanted == told)
    return right / sum(counts.values()), counts


def test_kinds_of_the_written_texts_stay_above_their_floor() -> None:
    accuracy, counts = confusion("facts.jsonl", "kind")
    assert accuracy >= 0.97, counts


def test_kinds_of_the_real_passages_stay_above_their_floor() -> None:
    accuracy, counts = confusion("texts/passages.jsonl", "doc_kind")
    assert accuracy >= 0.91, counts
