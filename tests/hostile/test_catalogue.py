"""Is there a test for every row of the catalogue of bad input that touches fetching, reading and matching?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parents[1]
CLAIMED = {f"A{number:02}" for number in range(1, 77)} | {"A105"}
TEST = re.compile(r'^ *(?:async )?def test_(\w+)\((?:[^"]*?)\) -> None:(?:\n +"""(.*?)""")?', re.MULTILINE | re.DOTALL)
RANGE = re.compile(r"\bA(\d{2,3}) to A(\d{2,3})\b", re.IGNORECASE)
ROW = re.compile(r"\bA(\d{2,3})\b", re.IGNORECASE)


def rows_of(name: str, docstring: str) -> Iterator[str]:
    """The rows that a test names: in its name (test_a01_to_a07_…, test_a43_a44_…) or in its docstring."""
    told = f"{name.replace('_', ' ')} . {docstring}"
    for first, last in RANGE.findall(told):
        yield from (f"A{number:02}" for number in range(int(first), int(last) + 1))
    yield from (f"A{int(number):02}" for number in ROW.findall(told))


def named() -> dict[str, list[str]]:
    """Row → the tests that name it."""
    found: dict[str, list[str]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        for name, docstring in TEST.findall(path.read_text("utf-8")):
            for row in rows_of(name, docstring):
                found.setdefault(row, []).append(f"{path.relative_to(TESTS)}::test_{name}")
    return found


def test_every_row_of_the_catalogue_is_named_by_a_test() -> None:
    missing = sorted(CLAIMED - named().keys())
    assert missing == [], f"rows of the catalogue that no test names: {', '.join(missing)}"
