"""plan: which watchlists are in force, which wait, and what would an edited one be?"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from ..domain.delivery import Routing
from ..domain.errors import SettingsError, WatchlistError
from ..domain.plan import Plan, WaitingEdit
from ..domain.topic import Ruleset

if TYPE_CHECKING:
    from ..adapters.sql.edits import SqlEdits
    from ..config.settings import Settings
    from ..config.watchlists import Loaded

log = structlog.get_logger()
READER_VERSION = "1"  # of extractors and kinds; raise it when what is read from the same bytes changes


class FolderWatchlists:
    """The watchlist folder as the service's plan; implements `ports.Watchlists`."""

    def __init__(
        self, settings: Settings, environ: Mapping[str, str] | None = None, edits: SqlEdits | None = None
    ) -> None:
        self._settings = settings
        self.environ = self._environ = os.environ if environ is None else environ
        self._edits = edits
        self._seen: Mapping[str, bytes] | None = None
        self._waits: WaitingEdit | None = None
        self.folder = settings.watchlists

    async def changed(self, last_good: Mapping[str, bytes]) -> Plan | None:
        """The plan when a file is another than at the last call. Raises WatchlistError when nothing can be in force.

        An edit that takes much away waits: what was in force stays so until a person accepts it.
        """
        before, first = self._waits, self._seen is None
        plan = await asyncio.to_thread(self._changed, last_good)
        if self._edits is not None and (first or self._waits != before):
            await self._edits.wait(self._waits, datetime.now(UTC))
        if self._waits is not None and self._waits != before:
            log.warning("watchlist edit waits", why=self._waits.why, accept_by="monitor watchlist apply")
        return plan

    def _changed(self, last_good: Mapping[str, bytes]) -> Plan | None:
        from ..config.watchlists import merge_last_good, must_wait, read_folder

        try:
            folder = read_folder(self.folder)
        except SettingsError:
            if not last_good:
                raise
            if self._seen is not None:
                return None
            raise
        if self._seen is not None and dict(folder.files) == dict(self._seen) and not self._is_accepted():
            return None
        first = self._seen is None
        accepted = dict(folder.files) == dict(
            last_good
        )  # then the examples held already, under this version or another
        loaded = merge_last_good(
            folder.files, last_good, environ=self._environ, schemes=self._settings.schemes, folder=folder,
            check_examples=not accepted,
        )  # fmt: skip
        self._seen = dict(folder.files)
        errors = tuple(problem for problem in loaded.problems if not problem.warning)
        if errors and first and not loaded.topics and not loaded.sources:
            raise WatchlistError(errors)
        edits = self._edits
        self._waits = must_wait(loaded, last_good, edits.accepted(), edits.recent_hits) if edits else None
        if self._waits is None:
            return plan_of(loaded, self._settings)
        if not first:
            return None
        return plan_of(
            merge_last_good(
                last_good, last_good, environ=self._environ, schemes=self._settings.schemes, check_examples=False
            ),
            self._settings,
        )

    def _is_accepted(self) -> bool:
        return self._edits is not None and self._waits is not None and self._edits.accepted() == self._waits.digest


def edit_on_disk(settings: Settings, last_good: Mapping[str, bytes], edits: SqlEdits) -> WaitingEdit | None:
    """The edit that the folder of the settings would wait with, were the service to look now; None when it need not wait."""
    from ..config.watchlists import merge_last_good, must_wait, read_folder

    folder = read_folder(settings.watchlists)
    loaded = merge_last_good(folder.files, last_good, schemes=settings.schemes, folder=folder)
    return must_wait(loaded, last_good, edits.accepted(), edits.recent_hits)


def plan_of(loaded: Loaded, settings: Settings) -> Plan:
    """The plan that the good files make."""
    from ..config.watchlists import ruleset

    rules, canonical = ruleset(loaded.topics, reader_version())
    routing = Routing(
        channels=tuple(loaded.channels),
        severities={topic.key: topic.severity.value for topic in loaded.topics},
        budget=settings.alert_budget,
    )
    good = loaded.good_files
    refused = tuple(problem for problem in loaded.problems if not problem.warning)
    example = next(((topic.key, topic.must_match[0]) for topic in loaded.topics if topic.must_match), None)
    return Plan(rules, canonical, tuple(loaded.sources), routing, good, refused, example=example)


def reader_version() -> str:
    """What makes the same bytes read and judged alike: the folding table, the matcher's rules, the extractors."""
    from ..pipeline.match import TABLE_VERSION

    return f"{TABLE_VERSION}+{READER_VERSION}"


def topics_only(path: Path) -> Ruleset:
    """The ruleset of a folder or file for `match`, `read` and `compare`: no channel's secret is asked for."""
    from ..config.watchlists import load_folder, ruleset

    loaded = load_folder(path, check_examples=False, channels=False, sources=False)
    if not loaded.ok:
        raise WatchlistError(tuple(problem for problem in loaded.problems if not problem.warning))
    return ruleset(loaded.topics, reader_version())[0]


def edited(settings: Settings, last_good: Mapping[str, bytes], path: Path) -> tuple[Ruleset, Ruleset]:
    """The rulesets before and after an edit: a folder stands for all files, one file for that of its name.

    Before is what was last in force; where nothing ever was, the folder of the settings. Raises WatchlistError with
    the problems of the edit, SettingsError when there is no such file.
    """
    from ..config.watchlists import Folder, load_files, read_folder, ruleset

    now = dict(last_good) or dict(read_folder(settings.watchlists).files)
    given = read_folder(path)
    after = dict(given.files) if path.is_dir() else now | dict(given.files)
    loaded = load_files(after, channels=False, sources=False, folder=Folder(given.path, given.files, given.unreadable))
    if not loaded.ok:
        raise WatchlistError(loaded.errors)
    before = load_files(now, channels=False, sources=False, check_examples=False)
    return ruleset(before.topics, reader_version())[0], ruleset(loaded.topics, reader_version())[0]


def in_force(settings: Settings, last_good: Mapping[str, bytes]) -> tuple[Ruleset, str]:
    """The ruleset of the files that were last accepted (of the folder, where none ever was) and its canonical JSON."""
    from ..config.watchlists import load_files, read_folder, ruleset

    files = dict(last_good) or dict(read_folder(settings.watchlists).files)
    loaded = load_files(files, channels=False, sources=False, check_examples=False)
    return ruleset(loaded.topics, reader_version())
