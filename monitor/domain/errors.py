"""errors: what can go wrong that a caller can act on?"""

from __future__ import annotations

from dataclasses import dataclass


class MonitorError(Exception):
    """Base of every error that is told to a person; its text says what, where and what to do."""


class SettingsError(MonitorError):
    """The settings or the command line are wrong; nothing was started (exit code 2)."""


class StoreError(MonitorError):
    """The database cannot be opened, read or written; says which one and what to check."""


class StoreBusy(StoreError):
    """Another process holds the store (a second `monitor run` on one SQLite file)."""


class LastAdmin(MonitorError):
    """The change would leave nobody who may admit others."""


class LeaseLost(StoreError):
    """The row was claimed anew meanwhile: this worker's result is late and must not be stored."""


class ReadError(MonitorError):
    """A body cannot be read; `reason` is one word for tables, the text says more."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason


class ChildDied(ReadError):
    """The reading child died or overran its limits on this body; the next body gets a new child."""

    def __init__(self, detail: str, reason: str = "unreadable") -> None:
        super().__init__(reason, detail)


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding about a file an operator wrote: where it stands, what is wrong, what to do."""

    file: str
    line: int
    column: int
    message: str
    warning: bool = False

    def __str__(self) -> str:
        mark = "warning: " if self.warning else ""
        return f"{self.file}:{self.line}:{self.column}: {mark}{self.message}"


class WatchlistError(MonitorError):
    """One or more watchlist files are wrong; `problems` has all of them."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems
