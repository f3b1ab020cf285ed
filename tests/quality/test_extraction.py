"""How much of real feeds, pages and documents is read, against what people said stands in them."""

from __future__ import annotations

import io
import json
import logging
import os
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import mean
from typing import Any

import pytest

from monitor.adapters.charset import decode
from monitor.adapters.formats import Caps, feeds, html, sniff
from monitor.adapters.formats.markup import squeezed, to_text
from monitor.domain.document import Origin
from monitor.domain.errors import ReadError

CORPUS = Path(os.environ.get("MONITOR_CORPUS") or Path(__file__).parents[3] / "shared" / "corpus")
pytestmark = pytest.mark.quality


@cache
def manifest() -> list[dict[str, Any]]:
    path = CORPUS / "manifest.jsonl"
    if not path.exists():
        pytest.skip("shared corpus is absent: set MONITOR_CORPUS")
    return [json.loads(line) for line in path.read_text().splitlines()]


def rows(kind: str) -> Iterator[tuple[dict[str, Any], bytes]]:
    for row in manifest():
        if row["kind"] == kind:
            yield row, (CORPUS / row["file"]).read_bytes()


def awaited(row: dict[str, Any], body: bytes) -> int:
    """The entries that the manifest tells; for the parser's own test cases what that parser finds with its defaults."""
    import feedparser

    told = row["label"].get("entries")
    return told if told is not None else len(feedparser.parse(io.BytesIO(body)).entries)


def test_every_feed_gives_the_entries_that_the_manifest_tells() -> None:
    better = {"feeds/reader/invalid.json": 8}  # a JSON Feed with eight items, of which the reference parser reads none
    wrong = []
    for row, body in rows("feed"):
        harvest = feeds.read(body, Origin("s", "feed", "https://feeds.example/f"), Caps())
        count = better.get(row["file"], awaited(row, body))
        if (harvest.entries, len({text.place for text in harvest.texts})) != (count, count):
            wrong.append((row["file"], count, harvest.entries))
    assert wrong == []


def test_real_feeds_give_text_titles_and_dates() -> None:
    texts = [
        text
        for row, body in rows("feed")
        if row.get("size_class") == "full"
        for text in feeds.read(body, Origin("s", "feed", "https://feeds.example/f"), Caps()).texts
    ]
    assert mean(bool(text.title) for text in texts) > 0.95
    assert mean(bool(text.published) for text in texts) > 0.9
    assert not any("<p>" in text.text or "&amp;amp;" in text.text for text in texts)


def test_documents_give_their_text_or_a_clear_state() -> None:
    for row, body in rows("document"):
        label, origin = row["label"], Origin("s", "document", f"https://d.example/{row['file']}")
        try:
            (text,) = sniff(body, origin).read(body, origin, Caps()).texts
        except ReadError as error:
            assert (error.reason, "NotDecrypted" in str(label.get("text_layer"))) == ("encrypted", True), row["file"]
            continue
        found, wanted = squeezed(text.text), squeezed(re.sub(r"[\x00-\x1f]", " ", label.get("first_words", "")))
        if not found:
            assert text.warnings and (label.get("text_layer") == "none" or label.get("chars") == 0), row["file"]
        if wanted and label.get("text_layer") != "none":
            assert overlap(wanted[:60], found) > 0.8, row["file"]
        if "chars" in label:
            assert len(text.text) >= 0.95 * label["chars"], row["file"]


def overlap(wanted: str, found: str) -> float:
    """The share of three-character pieces that stand in the text."""
    pieces = [wanted[i : i + 3] for i in range(len(wanted) - 2)]
    return mean(piece in found for piece in pieces) if pieces else 1.0


def grams(text: str) -> Counter[tuple[str, ...]]:
    """Runs of three words (hanzi and kana count as words)."""
    words = re.findall(r"[\u3040-\u30ff\u4e00-\u9fff]|\w+", text.lower())
    return Counter(zip(words, words[1:], words[2:], strict=False))


@cache
def extraction() -> dict[tuple[str, str], tuple[float, float, int]]:
    """(extractor, language) → mean precision, mean recall, pages; beside trafilatura alone."""
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    scores: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for row, body in rows("page"):
        path = row.get("expected_file")
        if not path or path.endswith(".json"):
            continue
        told = (CORPUS / path).read_text(errors="replace")
        wanted = grams(to_text(told) if path.endswith(".html") else told)
        origin = Origin("s", "page", "https://p.example/x")
        plain = html.read(body, origin, Caps())
        ours = html.refine(body, origin, Caps(), plain).texts[0].text
        alone = trafilatura.extract(decode(body).text, include_comments=False) or ""
        language = row["lang"] if row["lang"] in {"en", "zh"} else "other"
        for name, text in (("ours", ours), ("trafilatura", alone), ("plain", plain.texts[0].text)):
            found = grams(text)
            common = (wanted & found).total()
            pair = (common / max(1, found.total()), common / max(1, wanted.total()))
            for key in (language, "all"):
                scores.setdefault((name, key), []).append(pair)
    return {
        key: (mean(precision for precision, _ in pairs), mean(recall for _, recall in pairs), len(pairs))
        for key, pairs in scores.items()
    }


def test_main_text_is_found_better_than_by_trafilatura_alone() -> None:
    table = extraction()
    for (name, language), (precision, recall, pages) in sorted(table.items()):
        print(f"{name:12} {language:6} precision {precision:.3f} recall {recall:.3f} pages {pages}")
    ours, alone = table["ours", "all"], table["trafilatura", "all"]
    assert ours[0] >= 0.9 and ours[1] >= 0.95
    assert 2 / (1 / ours[0] + 1 / ours[1]) > 2 / (1 / alone[0] + 1 / alone[1])


def test_phrases_that_must_stand_in_the_text_do_and_those_of_furniture_mostly_do_not() -> None:
    hit = wanted = bad = unwanted = 0
    for row, body in rows("page"):
        path = row.get("expected_file") or ""
        if not path.endswith(".json"):
            continue
        told = json.loads((CORPUS / path).read_text())
        origin = Origin("s", "page", "https://p.example/x")
        text = squeezed(html.refine(body, origin, Caps(), html.read(body, origin, Caps())).texts[0].text)
        hit += sum(squeezed(phrase) in text for phrase in told.get("with", []))
        bad += sum(squeezed(phrase) in text for phrase in told.get("without", []))
        wanted += len(told.get("with", []))
        unwanted += len(told.get("without", []))
    assert hit / wanted >= 0.98 and bad / unwanted <= 0.15


def test_pages_are_decoded_by_what_their_bytes_say() -> None:
    damaged = [row["file"] for row, body in rows("page") if decode(body).damaged]
    assert len(damaged) <= 1
