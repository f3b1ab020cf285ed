"""The demo's texts against the watchlists that ship: does each bring what it promises, and nothing else?"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from monitor.cli.demo.site import Piece, first_pieces, later_pieces

ROOT = Path(__file__).resolve().parents[2]
LOOKED_AT = 15 + 30  # the prepared pieces and two and a half minutes of continuations


def texts(piece: Piece) -> Iterator[tuple[str, str]]:
    """The texts a piece brings: its page, and its attachment."""
    yield piece.title, "\n".join(piece.paragraphs)
    if piece.attachment is not None:
        yield piece.attachment.title, "\n".join(piece.attachment.paragraphs)


@pytest.fixture(scope="module")
def verdicts() -> dict[str, set[tuple[str, str]]]:
    """What the command `match` says of each piece: topic and verdict of its hits."""
    pieces = [*first_pieces(), *islice(later_pieces(), LOOKED_AT)]
    lines = [
        json.dumps({"id": f"{piece.key}|{number}", "title": title, "text": text})
        for piece in pieces
        for number, (title, text) in enumerate(texts(piece))
    ]
    done = subprocess.run(
        [sys.executable, "-m", "monitor", "match", "--jsonl", "--watchlists", str(ROOT / "watchlists")],
        input="\n".join(lines),
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"},
        cwd=ROOT,
    )
    found: dict[str, set[tuple[str, str]]] = {piece.key: set() for piece in pieces}
    for line in done.stdout.splitlines():
        answer: dict[str, Any] = json.loads(line)
        key = str(answer["id"]).partition("|")[0]
        found[key] |= {(hit["topic"], hit["verdict"]) for hit in answer["hits"]}
    return found


def pieces_by_key() -> dict[str, Piece]:
    return {piece.key: piece for piece in [*first_pieces(), *islice(later_pieces(), LOOKED_AT)]}


@pytest.mark.parametrize("key", list(pieces_by_key()))
def test_a_piece_brings_the_alerts_it_promises_and_no_other(
    key: str, verdicts: dict[str, set[tuple[str, str]]]
) -> None:
    piece = pieces_by_key()[key]
    promised = {expectation.topic for expectation in piece.expects if expectation.verdict == "alert"}
    alerted = {topic for topic, verdict in verdicts[key] if verdict == "alert"}
    assert alerted == promised
