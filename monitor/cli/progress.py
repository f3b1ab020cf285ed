"""progress: how far has a long work come, told on stderr to whoever watches?"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..domain.archive import Progress

EVERY = 10.0  # seconds between lines where nobody sees a bar


@contextmanager
def progress(title: str, what: str) -> Iterator[Callable[[Progress], None]]:
    """Gives a function that shows each Progress: a bar on a terminal, a line every ten seconds elsewhere."""
    if not sys.stderr.isatty():
        yield _Lines(title, what)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn(what))
    bars = Bars(*columns, TimeRemainingColumn(), TextColumn("{task.fields[told]}"), console=Console(stderr=True))
    with bars:
        task = bars.add_task(title, total=None, told="")

        def show(now: Progress) -> None:
            bars.update(task, completed=now.done, total=now.total or None, told=counts_in_words(now))

        yield show


class _Lines:
    """One line now and then, so that a log of a long work shows that it lives."""

    def __init__(self, title: str, what: str) -> None:
        self.title, self.what = title, what
        self.last = time.monotonic()

    def __call__(self, now: Progress) -> None:
        if time.monotonic() - self.last < EVERY:
            return
        self.last = time.monotonic()
        of = f" of {now.total:,}" if now.total else ""
        print(f"{self.title}: {now.done:,}{of} {self.what}; {counts_in_words(now)}".rstrip("; "), file=sys.stderr)


def counts_in_words(now: Progress) -> str:
    """`gained 12, lost 3`, what is nought left out; or the words it brings."""
    counted = ", ".join(f"{name} {number:,}" for name, number in now.counts.items() if number)
    return "; ".join(part for part in (counted, now.words) if part)
