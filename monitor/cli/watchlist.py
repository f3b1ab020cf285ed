"""watchlist: does a watchlist find what it says it finds, and how is one written?"""

from __future__ import annotations

import json as jsonlib
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..domain.errors import SettingsError

if TYPE_CHECKING:
    from ..config.watchlists import Loaded, SourceKindSpec


def watchlist_test(
    path: Path | None = None,
    json: bool = False,
    *,
    kinds: Sequence[SourceKindSpec] | None = None,
    environ: Mapping[str, str] | None = None,
) -> None:
    """Runs the examples of a file or folder (by default the watchlists of the settings); needs no channel's secret.

    Exits 1 when an example fails or a file is wrong, 2 when there is no such file.
    """
    from ..config.settings import load_settings
    from ..config.watchlists import DEFAULT_KINDS, load_folder

    environ = os.environ if environ is None else environ
    try:
        folder = path or load_settings(environ).watchlists
        loaded = load_folder(folder, kinds=kinds or DEFAULT_KINDS, environ=environ, channels=False)
    except SettingsError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(2) from None
    if json:
        print(jsonlib.dumps(as_json(loaded), ensure_ascii=False))
    else:
        _show(loaded)
    if not loaded.ok:
        raise typer.Exit(1)


def watchlist_schema(kinds: Sequence[SourceKindSpec] | None = None) -> None:
    """Prints the JSON Schema of watchlist files, for editors."""
    from ..config.watchlists import DEFAULT_KINDS, schema_text

    print(schema_text(kinds or DEFAULT_KINDS), end="")


def as_json(loaded: Loaded) -> dict[str, object]:
    """What was tried, for programs: each topic with its numbers, and all problems."""
    topics = [
        {
            "topic": topic.key,
            "name": topic.name,
            "terms": len(topic.terms),
            "patterns": len(topic.patterns),
            "must_match": len(topic.must_match),
            "must_not_match": len(topic.must_not_match),
        }
        for topic in loaded.topics
    ]
    problems = [
        {
            "file": problem.file,
            "line": problem.line,
            "column": problem.column,
            "severity": "warning" if problem.warning else "error",
            "message": problem.message,
        }
        for problem in loaded.problems
    ]
    return {"ok": loaded.ok, "topics": topics, "problems": problems}


def _show(loaded: Loaded) -> None:
    from .check import Report, show_report

    examples = sum(len(topic.must_match) + len(topic.must_not_match) for topic in loaded.topics)
    counts = {
        "topics": len(loaded.topics),
        "terms": sum(len(topic.terms) for topic in loaded.topics),
        "examples": examples,
    }
    show_report(Report(problems=loaded.problems, counts=counts))


def watchlist_apply(
    why: Annotated[str, typer.Option("--why", help="The reason, for the log.")] = "",
    actor: Annotated[str, typer.Option("--actor", help="Who accepts it, for the log.")] = "operator",
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Accepts an edit that waits because it drops a topic with recent hits or over a tenth of the sources.

    The running service puts it in force within seconds, otherwise the next `monitor run` does. A further edit waits anew.
    """
    import asyncio

    from .. import wiring
    from ..adapters.sql.edits import SqlEdits
    from .context import now, opened, settings_now
    from .output import line

    settings = settings_now()
    with opened(settings) as (store, queries):
        edits = SqlEdits(store.database, store.writer)
        edit = edits.waiting() or wiring.edit_on_disk(settings, queries.current_files(), edits)

        async def accept() -> None:
            if edit is not None and edits.accepted() != edit.digest:
                await edits.accept(edit, actor, why, now())
            await store.writer.close()

        asyncio.run(accept())
    if json:
        print(line({"accepted": edit is not None, "edit": edit}))
    elif edit is None:
        print("no edit waits")
    else:
        for reason in edit.why:
            print(reason)
        print(
            f"accepted by {actor}: the running service puts it in force within seconds, or the next `monitor run` does"
        )
