"""check: is everything right that somebody wrote: settings, watchlists, examples, channels, database, pace?"""

from __future__ import annotations

import json as jsonlib
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..domain.errors import Problem, SettingsError
from ..domain.source import Source

if TYPE_CHECKING:
    from ..config.settings import Settings
    from ..config.watchlists import Loaded, SourceKindSpec

ExtraCheck = Callable[["Settings"], list[str]]
"""Looks at one more thing; each text it returns is an error, or a warning when it begins `warning: `."""

WARNING = "warning: "
SAFE_SQLITE = (3, 51, 3)  # versions before it have the WAL-reset fault; we work round it


@dataclass(frozen=True, slots=True)
class Report:
    """All that was found: about files with their places, and about the rest in words."""

    problems: tuple[Problem, ...] = ()
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    hints: tuple[str, ...] = ()

    @property
    def failed(self) -> int:
        """How many errors there are."""
        return len(self.errors) + sum(not problem.warning for problem in self.problems)

    @property
    def warned(self) -> int:
        """How many warnings there are."""
        return len(self.warnings) + sum(problem.warning for problem in self.problems)


def check_command(
    watchlists: Path | None = None,
    json: bool = False,
    *,
    extra_checks: Sequence[ExtraCheck] = (),
    kinds: Sequence[SourceKindSpec] | None = None,
    environ: Mapping[str, str] | None = None,
) -> None:
    """Prints everything that is wrong at once. Exits 1 when there is an error, 2 when the settings are wrong."""
    import typer

    from ..config.settings import load_settings

    environ = os.environ if environ is None else environ
    try:
        settings = load_settings(environ, watchlists=watchlists)
        report = look(settings, environ, extra_checks=extra_checks, kinds=kinds)
    except SettingsError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(2) from None
    if json:
        print(jsonlib.dumps(as_json(report), ensure_ascii=False))
    else:
        show_report(report)
    if report.failed:
        raise typer.Exit(1)


def look(
    settings: Settings,
    environ: Mapping[str, str],
    *,
    extra_checks: Sequence[ExtraCheck] = (),
    kinds: Sequence[SourceKindSpec] | None = None,
) -> Report:
    """All that is wrong or odd under these settings. Raises SettingsError when the watchlists are not there."""
    from ..config.settings import unknown_variables
    from ..config.watchlists import DEFAULT_KINDS, load_folder

    loaded = load_folder(settings.watchlists, kinds=kinds or DEFAULT_KINDS, environ=environ, schemes=settings.schemes)
    told = [text for check in (old_sqlite, *extra_checks) for text in check(settings)]
    warnings = unknown_variables(environ, loaded.variables)
    warnings += [text.removeprefix(WARNING) for text in told if text.startswith(WARNING)]
    warnings += [
        *slow_hosts(loaded.sources, settings.host_pace),
        *private_sources(loaded.sources, settings.allow_private),
        *closed_sources(loaded.sources, settings),
    ]
    return Report(
        problems=loaded.problems,
        errors=tuple(text for text in told if not text.startswith(WARNING)),
        warnings=tuple(warnings),
        counts={"topics": len(loaded.topics), "sources": len(loaded.sources), "channels": len(loaded.channels)},
        hints=tuple(_hints(loaded, settings.watchlists)),
    )


def old_sqlite(settings: Settings) -> list[str]:
    """A warning when the database is SQLite of a version with a known fault."""
    import sqlite3

    if settings.database.reveal().startswith("sqlite") and sqlite3.sqlite_version_info < SAFE_SQLITE:
        safe = ".".join(map(str, SAFE_SQLITE))
        return [
            f"{WARNING}SQLite {sqlite3.sqlite_version} is older than {safe}, which mends the WAL-reset fault; "
            "a lock beside the file keeps this service from it: open the file with no other writer"
        ]
    return []


def slow_hosts(sources: Iterable[Source], host_pace: float) -> Iterator[str]:
    """A sentence for each host that is asked for more than its pace allows; `host_pace` is in seconds."""
    from ..config.watchlists.values import told

    hosts: defaultdict[str, list[Source]] = defaultdict(list)
    for source in sources:
        if source.kind not in ("folder", "push") and not source.at:
            hosts[urlsplit(source.address).netloc.lower()].append(source)
    for host, asked in sorted(hosts.items()):
        shortest = min(source.every_max or source.every for source in asked)
        load = sum(
            (host_pace if source.pace is None else source.pace) / (source.every_max or source.every) for source in asked
        )
        if load > 1:
            count = f"{len(asked)} sources" if len(asked) > 1 else "one source"
            yield (
                f"host {host} needs {told(_whole(load * shortest))} for sources that ask for {told(shortest)} "
                f"({count}): write a longer every:, or a shorter pace: if the host agrees"
            )


def _whole(seconds: float) -> float:
    """Rounded up to minutes, below two of them to seconds."""
    return ceil(seconds / 60) * 60.0 if seconds >= 120 else float(ceil(seconds))


def private_sources(sources: Iterable[Source], allowed: Sequence[str]) -> Iterator[str]:
    """A sentence for each source whose literal address is private and not allowed by name."""
    for source in sources:
        host = (urlsplit(source.address).hostname or "").rstrip(".")
        if host not in allowed and _is_private(host, allowed):
            yield f"source {source.key} will not be polled: {host} is private; name it in MONITOR_ALLOW_PRIVATE if it is meant"


def closed_sources(sources: Iterable[Source], settings: Settings) -> Iterator[str]:
    """A sentence for each folder that is not there, and for each pushing source that nothing can be sent to."""
    for source in sources:
        if source.kind == "folder" and not Path(source.address).is_dir():
            yield f"source {source.key}: there is no folder {source.address}: make it, or correct its path"
        elif source.kind == "push" and settings.push_token is None:
            yield f"source {source.key} takes no documents: set MONITOR_PUSH_TOKEN_FILE to a file with a token of your own"
        elif source.kind == "push" and settings.console is None:
            yield f"source {source.key} takes no documents: they come in by the console, and MONITOR_CONSOLE is off"


def _is_private(host: str, allowed: Sequence[str]) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    networks = [ip_network(name) for name in allowed if "/" in name]
    return not address.is_global and not any(address in network for network in networks)


def _hints(loaded: Loaded, folder: Path) -> Iterator[str]:
    if loaded.bad:
        return
    if not loaded.sources:
        yield f"there is no source yet: add one in {folder / 'sources.yaml' if folder.is_dir() else folder}"
    if not loaded.channels:
        yield f"there is no channel yet, nobody is told: add one in {folder / 'channels.yaml' if folder.is_dir() else folder}"


def as_json(report: Report) -> dict[str, object]:
    """The report for programs; `file`, `line` and `column` are null where a finding is of no file."""
    rows: list[dict[str, object]] = [
        {
            "file": problem.file,
            "line": problem.line,
            "column": problem.column,
            "severity": "warning" if problem.warning else "error",
            "message": problem.message,
        }
        for problem in report.problems
    ]
    for severity, texts in (("error", report.errors), ("warning", report.warnings)):
        nowhere = {"file": None, "line": None, "column": None, "severity": severity}
        rows += [{**nowhere, "message": text} for text in texts]
    return {
        "ok": not report.failed,
        "errors": report.failed,
        "warnings": report.warned,
        **report.counts,
        "problems": rows,
    }


def show_report(report: Report) -> None:
    """The report for people: one line a finding, a sum at the end; coloured on a terminal."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, markup=False, emoji=False)
    lines = [(str(problem), "yellow" if problem.warning else "red") for problem in report.problems]
    lines += [(text, "red") for text in report.errors] + [(WARNING + text, "yellow") for text in report.warnings]
    lines += [(text, "cyan") for text in report.hints]
    counts = ", ".join(f"{number} {name if number != 1 else name[:-1]}" for name, number in report.counts.items())
    errors, warnings = _count(report.failed, "error"), _count(report.warned, "warning")
    where = " in files without an error" if report.failed else ""
    lines.append((f"{counts}{where}: {errors}, {warnings}", "bold red" if report.failed else "bold green"))
    for text, style in lines:
        console.print(Text(text, style=style if console.is_terminal else ""), soft_wrap=True)


def _count(number: int, word: str) -> str:
    return f"{number or 'no'} {word}{'' if number == 1 else 's'}"
