"""output: tables for people on a terminal, plain columns when piped, JSON lines for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from typing import Any


def as_json(value: object) -> Any:
    """A value as JSON knows it: dataclasses become objects, times ISO 8601 in UTC with Z."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): as_json(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [as_json(inner) for inner in value]
    return value


def line(value: object, only: Sequence[str] = ()) -> str:
    """One JSON line; `only` picks and orders the fields of an object."""
    plain = as_json(value)
    if only:
        plain = {name: plain[name] for name in only}
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def print_lines(values: Iterable[object], only: Sequence[str] = ()) -> int:
    """Prints JSON lines; returns how many."""
    count = 0
    for value in values:
        sys.stdout.write(line(value, only) + "\n")
        count += 1
    sys.stdout.flush()
    return count


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], empty: str) -> int:
    """A table on a terminal, tab-separated lines when piped; says `empty` when there is nothing. Returns the rows."""
    if not sys.stdout.isatty():
        return _plain(columns, rows, empty)
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    drawn = Table(title=title, title_justify="left", header_style="bold", expand=False)
    for column in columns:
        drawn.add_column(column, overflow="fold")
    count = 0
    for row in rows:
        drawn.add_row(*(Text(_cell(cell)) for cell in row))
        count += 1
    console.print(drawn if count else Text(empty))
    return count


def _plain(columns: Sequence[str], rows: Iterable[Sequence[object]], empty: str) -> int:
    count = 0
    for row in rows:
        if not count:
            print("\t".join(columns))
        print("\t".join(_cell(cell) for cell in row))
        count += 1
    if not count:
        print(empty)
    return count


def _cell(value: object) -> str:
    """A cell as text: no control characters, so that content can forge neither rows nor colours."""
    if value is None:
        return "-"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    return "".join(sign if sign.isprintable() else " " for sign in str(value))


def short(text: str, length: int = 60) -> str:
    """The text cut to a length, with a mark when something is missing."""
    return text if len(text) <= length else text[: length - 1] + "…"
