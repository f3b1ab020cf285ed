"""texts: how do two versions of a file differ, and which lines of one are wrong?"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from ...domain.errors import Problem

AROUND = 3  # unchanged lines about a change
MOST = 20_000  # lines of a file that are compared line by line
_COMMENT = re.compile(r"\s+#.*$")


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line of a difference: `look` is new, old, same or gap (then `text` says how many lines are left out)."""

    look: str
    old: int | None
    new: int | None
    text: str


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line of the sheet under the editor: its look, what is underlined, and what is said of it."""

    number: int
    look: str  # e (error), w (warning) or nothing
    before: str
    wrong: str
    after: str
    message: str


def difference(old: str, new: str) -> tuple[DiffLine, ...]:
    """The lines that differ, with some around them; empty when nothing does."""
    before, after = old.splitlines(), new.splitlines()
    if len(before) > MOST or len(after) > MOST:
        return (DiffLine("gap", None, None, f"over {MOST} lines are not compared here"),) if before != after else ()
    found: list[DiffLine] = []
    last = 0
    for group in difflib.SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(AROUND):
        if group[0][1] > last:
            found.append(DiffLine("gap", None, None, _left_out(group[0][1] - last)))
        for tag, low, high, start, end in group:
            if tag == "equal":
                pairs = zip(range(low, high), range(start, end), strict=True)
                found += [DiffLine("same", a + 1, b + 1, after[b]) for a, b in pairs]
                continue
            found += [DiffLine("old", a + 1, None, before[a]) for a in range(low, high)]
            found += [DiffLine("new", None, b + 1, after[b]) for b in range(start, end)]
        last = group[-1][2]
    if found and last < len(before):
        found.append(DiffLine("gap", None, None, _left_out(len(before) - last)))
    return tuple(found)


def _left_out(count: int) -> str:
    return f"{count} line{'' if count == 1 else 's'} the same"


def changed(lines: Iterable[DiffLine]) -> tuple[int, int]:
    """How many lines are new, and how many went."""
    looks = [line.look for line in lines]
    return looks.count("new"), looks.count("old")


def sheet(text: str, problems: Iterable[Problem]) -> tuple[SheetLine, ...]:
    """Every line of a text with its first problem; an error comes before a warning."""
    worst: dict[int, Problem] = {}
    for problem in problems:
        known = worst.get(problem.line)
        if known is None or (known.warning and not problem.warning):
            worst[problem.line] = problem
    lines = text.split("\n")
    widest = max(lines, key=_width)  # makes the sheet as wide as the text; the others need not be sent twice
    return tuple(
        _line(number, line if number in worst or line == widest else "", worst.get(number))
        for number, line in enumerate(lines, 1)
    )


def _width(line: str) -> int:
    """About how wide a line is: Chinese characters take two places."""
    return len(line) + sum(char > "\u2e80" for char in line)


def _line(number: int, text: str, problem: Problem | None) -> SheetLine:
    if problem is None:
        return SheetLine(number, "", text, "", "", "")
    start = min(max(0, problem.column - 1), len(text))
    end = max(len(_COMMENT.sub("", text).rstrip()), start)
    look = "w" if problem.warning else "e"
    return SheetLine(number, look, text[:start], text[start:end], text[end:], _short(problem.message))


def _short(message: str) -> str:
    return message if len(message) <= 100 else message[:99] + "…"
