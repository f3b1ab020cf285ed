"""report: which topics, terms and sources were right, and what would have helped?"""

from __future__ import annotations

import json as jsonlib
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from .context import now, opened
from .output import line, table

if TYPE_CHECKING:
    from ..pipeline.report import Lesson, Row

MOST_LINES = 5  # of one topic, on a terminal


def report_command(
    days: Annotated[int, typer.Option("--days", min=1, max=800, help="How far it looks back.")] = 30,
    json: Annotated[bool, typer.Option("--json", "--jsonl", help="One JSON object a line.")] = False,
) -> None:
    """Shows each topic's alerts and reviews, the share ruled wrong, and precision by topic, term and source.

    For hits that people ruled wrong it prints the lines for `must_not_match` (and, where one fits them, for `exclude`)
    that would have kept them away. Example: monitor watchlist report --days 90
    """
    from ..pipeline.report import lessons, rows

    since = now() - timedelta(days=days)
    with opened() as (_, queries):
        counts, judged = queries.hit_counts(since), queries.judged(since)
        known = list(queries.names)
    found, learned = rows(counts, judged), lessons(judged)
    if json:
        for row in found:
            print(line({**_fields(row), "days": days}))
        for lesson in learned:
            print(line(_told(lesson)))
        return
    _show(found, learned, known, days)


def _fields(row: Row) -> dict[str, object]:
    return {
        "by": row.sort, "key": row.key, "alerts": row.alerts, "reviews": row.reviews, "right": row.right,
        "wrong": row.wrong, "precision": row.precision, "wrong_share": row.wrong_share,
    }  # fmt: skip


def _told(lesson: Lesson) -> dict[str, object]:
    return {
        "by": "lesson", "topic": lesson.topic, "exclude": lesson.exclude or None, "covered": lesson.covered,
        "must_not_match": [{"hit": number, "line": text} for number, text in lesson.must_not_match],
    }  # fmt: skip


def _show(found: list[Row], learned: list[Lesson], known: list[str], days: int) -> None:
    columns = ("alerts", "reviews", "right", "wrong", "wrong share", "precision")
    for sort in ("topic", "term", "source"):
        cells = [(row.key, *_numbers(row)) for row in found if row.sort == sort]
        if sort == "topic":
            told = {row.key for row in found}
            cells += [(key, 0, 0, 0, 0, "-", "-") for key in sorted(known) if key not in told]
        table(f"By {sort}, {days} days", (sort, *columns), cells, f"Nothing was found in {days} days.")
        print()
    for lesson in learned:
        _teach(lesson)
    if not learned:
        print("No hit of this time was ruled wrong. Rule with `monitor hits judge` or by the links in mails.")


def _numbers(row: Row) -> tuple[object, ...]:
    shares = ("-" if share is None else f"{share:.0%}" for share in (row.wrong_share, row.precision))
    return row.alerts, row.reviews, row.right, row.wrong, *shares


def _teach(lesson: Lesson) -> None:
    """Prints YAML that can be put under the topic."""
    print(f"# topic {lesson.topic}: what would have kept its wrong hits away")
    if lesson.exclude:
        count = len(lesson.must_not_match)
        print(
            f"exclude:\n  - {_quoted(lesson.exclude)}  # stands in {lesson.covered} of {count} wrong, in none ruled right"
        )
    print("must_not_match:")
    for number, text in lesson.must_not_match[:MOST_LINES]:
        print(f"  - {_quoted(text)}  # hit {number}")
    if len(lesson.must_not_match) > MOST_LINES:
        print(f"  # and {len(lesson.must_not_match) - MOST_LINES} more: --json tells all")
    print()


def _quoted(text: str) -> str:
    """A text as YAML in quotes, on one line; control characters are escaped, so nothing reaches the terminal."""
    written = jsonlib.dumps(text, ensure_ascii=False)
    return "".join(char if char.isprintable() else jsonlib.dumps(char)[1:-1] for char in written)
