"""compare: how do two texts stand to each other, and why?"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import TextIO

from monitor.pipeline.dedupe import Comparison, Page, compare


def compare_command(jsonl: bool) -> None:
    """Reads pairs from stdin, one JSON object a line, and answers each on stdout.

    A line is `{"id", "a": {"url", "title", "text"}, "b": {…}}`; the answer `{"id", "label", "score", "reasons"}`, with
    `jsonl` false the same in words. A line that cannot be read is told on stderr with its number; the others go on.
    """
    for number, line in enumerate(sys.stdin.buffer, start=1):
        if not line.strip():
            continue
        try:
            pair = json.loads(line)
            name, a, b = _read(pair)
        except (ValueError, RecursionError) as error:
            _complain(sys.stderr, number, error)
            continue
        found = compare(a, b)
        sys.stdout.write(_as_json(name, found) if jsonl else _in_words(name, found))
    sys.stdout.flush()


def _complain(err: TextIO, number: int, error: Exception) -> None:
    reason = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
    err.write(
        f"line {number}: {reason}; wanted one JSON object with id, a and b, each of these with url, title, text\n"
    )


def _read(pair: object) -> tuple[object, Page, Page]:
    """The id and both pages of a line. Raises ValueError that says what is wrong."""
    if not isinstance(pair, dict):
        raise ValueError("not a JSON object")
    return pair.get("id"), _page(pair, "a"), _page(pair, "b")


def _page(pair: Mapping[str, object], side: str) -> Page:
    page = pair.get(side)
    if not isinstance(page, dict):
        raise ValueError(f'"{side}" is missing or no object')
    fields = []
    for name in ("url", "title", "text"):
        value = page.get(name)
        if value is None:
            value = ""
        if not isinstance(value, str):
            raise ValueError(f'"{side}.{name}" is no text')
        fields.append(value)
    return Page(*fields)


def _as_json(name: object, found: Comparison) -> str:
    answer = {"id": name, "label": found.label.value, "score": found.score, "reasons": list(found.reasons)}
    return json.dumps(answer, ensure_ascii=True) + "\n"


def _in_words(name: object, found: Comparison) -> str:
    head = f"{name}: {found.label.value} ({found.score:.2f})"
    lines = [head, *(f"  {reason}" for reason in found.reasons)]
    return "".join(line.encode("utf-8", "replace").decode("utf-8") + "\n" for line in lines)
