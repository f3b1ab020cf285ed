"""preview: what would an edit have caught and lost, and what does an old ruleset say today?"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .context import now, opened, settings_now
from .output import line, short, table
from .progress import progress

if TYPE_CHECKING:
    from ..adapters.sql import SqlQueries
    from ..adapters.sql.texts import SqlArchive
    from ..config.settings import Settings
    from ..domain.archive import Preview, Sample
    from ..domain.topic import Ruleset

Since = Annotated[str, typer.Option("--since", help="How far back: 30d, 12h, 8w, a day such as 2026-11-01, or all.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]
SHOWN_ROWS = 30
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def preview_command(
    path: Annotated[Path, typer.Argument(metavar="FILE|FOLDER", help="The edited file, or a whole folder.")],
    since: Since = "30d",
    json: Json = False,
) -> None:
    """Tells what an edit would have caught and lost over the stored texts; stores nothing, tells nobody.

    A file stands for the one of its name that is in force (or is added), a folder for all of them. Exits 1 when the edit
    is wrong. Example: monitor watchlist preview watchlists/talent-programmes.yaml --since 30d
    """
    import asyncio

    from .. import wiring
    from ..domain.errors import WatchlistError

    settings, after = settings_now(), since_of(since)
    with opened(settings) as (_, queries), progress("preview", "texts") as tell:
        try:
            found = asyncio.run(wiring.preview_edit(settings, queries, path, after, tell))
        except WatchlistError as error:
            print(error, file=sys.stderr)
            print("monitor: the edit is wrong, so there is nothing to preview", file=sys.stderr)
            raise typer.Exit(1) from None
    show(found, since, json, "edit")


def replay_command(
    ruleset: Annotated[str, typer.Option("--ruleset", help="Its id, or how that begins.")] = "",
    version: Annotated[int | None, typer.Option("--version", help="One stored version only.")] = None,
    since: Since = "30d",
    json: Json = False,
) -> None:
    """Judges stored texts under an old ruleset with today's reader and shows how the ruleset in force differs from it.

    Without --ruleset it lists the rulesets there are. Example: monitor watchlist replay --ruleset 3fa9 --version 17
    """
    from .. import wiring
    from ..adapters.sql.texts import SqlArchive

    settings, after = settings_now(), since_of(since)
    with opened(settings) as (_, queries):
        archive = SqlArchive(queries.database)
        known = archive.rulesets()
        present = wiring.in_force(settings, queries.current_files())[0]
        if not ruleset:
            rows = ((name, moment, "in force" if name == present.id else "") for name, moment in known)
            table("Rulesets", ("ruleset", "first in force (UTC)", ""), rows, "No ruleset was ever in force.")
            return
        found = _replayed(settings, archive, ruleset, version, after, present)
        read = _reread(settings, queries, archive, ruleset, version, present)
    if read is not None and not json:
        from .reread import in_words

        print("\n".join(in_words(read)))
    window = since if version is None else f"version {version}"
    show(found, window, json, f"ruleset in force, against {ruleset[:12]},", {"reread": read} if read else {})


def _reread(
    settings: Settings, queries: SqlQueries, archive: SqlArchive, name: str, version: int | None, present: Ruleset
) -> dict[str, object] | None:
    """What today's reader makes of the kept bytes of that one version; None when all are asked."""
    import asyncio

    from ..config.watchlists import ruleset_of
    from .reread import reread

    old = archive.ruleset(name)
    if version is None or old is None:
        return None
    return asyncio.run(reread(settings, queries, version, ruleset_of(*old), present))


def _replayed(
    settings: Settings, archive: SqlArchive, name: str, version: int | None, since: datetime | None, present: Ruleset
) -> Preview:
    import asyncio

    from .. import wiring
    from ..config.watchlists import ruleset_of
    from ..turns.preview import preview

    old = archive.ruleset(name)
    if old is None:
        print(f"monitor: no ruleset begins with {name}; `monitor watchlist replay` lists them", file=sys.stderr)
        raise typer.Exit(1)
    if version is not None and archive.text(version) is None:
        print(f"monitor: there is no version {version} whose text is stored", file=sys.stderr)
        raise typer.Exit(1)

    async def work() -> Preview:
        async with wiring.comparing(settings, ruleset_of(*old), present) as room:
            with progress("replay", "texts") as tell:
                return await preview(archive, room, since, tell, version=version)

    return asyncio.run(work())


def since_of(text: str, option: str = "--since") -> datetime | None:
    """The moment that `30d`, a day or `all` (None) means."""
    text = text.strip().lower()
    if text == "all":
        return None
    span = re.fullmatch(r"(\d{1,6})\s*([mhdw])", text)
    if span:
        return now() - timedelta(**{_UNITS[span[2]]: int(span[1])})
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        hint = "write 30d, 12h, 8w, a day such as 2026-11-01, or all"
        raise typer.BadParameter(hint, param_hint=option) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def show(found: Preview, since: str, json: bool, what: str, more: Mapping[str, object] | None = None) -> None:
    """The answer: the sum in one line, then by topic and source, then samples; `more` stands in the JSON object too."""
    if json:
        sums = {"gained": found.gained, "lost": found.lost, "moved": found.moved, "by_source": found.by_source()}
        print(line({**sums, **_plain(found), **(more or {})}))
        return
    print(headline(found, since, what))
    for text in _notes(found):
        print(text)
    if not found.rows:
        return
    rows = (
        (row.topic, row.source, row.alerts, row.reviews, -row.lost, row.moved, row.suppressed)
        for row in found.rows[:SHOWN_ROWS]
    )
    columns = ("topic", "source", "+ alerts", "+ reviews", "lost", "moved", "suppressed")
    print()
    table("By topic and source", columns, rows, "")
    if len(found.rows) > SHOWN_ROWS:
        print(f"… and {len(found.rows) - SHOWN_ROWS} more rows: see --json")
    print()
    for text in samples(found):
        print(text)


def _plain(found: Preview) -> dict[str, object]:
    from .output import as_json

    plain: dict[str, object] = as_json(found)
    return plain


def headline(found: Preview, since: str, what: str) -> str:
    """`+143 hits in 30 days, 131 from 2 sources; −2`, of how many texts."""
    most = list(found.by_source().items())[:2]
    named = f", {sum(n for _, n in most):,} from {' and '.join(key for key, _ in most)}" if most else ""
    moved = f"; {found.moved:,} between alert and review" if found.moved else ""
    sums = f"+{found.gained:,} hits in {_window(since)}{named}; −{found.lost:,}{moved}"
    asked = f"{what} over {found.texts:,} stored texts in {found.seconds:.1f} s"
    return f"{sums} ({asked})" if found.rows else f"no difference in {_window(since)} ({asked})"


def _window(since: str) -> str:
    """`30 days`, `all time`, `the time since 2026-11-01`."""
    span = re.fullmatch(r"(\d+)\s*([mhdw])", since)
    if span:
        return f"{span[1]} {_UNITS[span[2]].removesuffix('s') if span[1] == '1' else _UNITS[span[2]]}"
    return {"all": "all time"}.get(since, since if since.startswith("version") else f"the time since {since}")


def _notes(found: Preview) -> Iterator[str]:
    if not found.topics:
        yield "No topic is judged differently: only comments, names, severities, examples or order changed."
    if found.missing:
        yield f"{found.missing:,} versions of that time have no text any more and could not be asked."
    if found.unjudged:
        named = ", ".join(map(str, found.unjudged[:10]))
        yield f"{len(found.unjudged):,} texts could not be judged within the limits, or are damaged: versions {named}"


def samples(found: Preview) -> Iterator[str]:
    """Some hits of each sort with the passage, the match in 【 】, and why."""
    from ..pipeline.compose.safe import visible
    from ..pipeline.mask import mask

    for one in found.samples:
        change = one.change
        sign = "+" if change.gained else "−" if change.lost else "~"
        verdicts = f"{change.before or 'nothing'} → {change.after or 'nothing'}"
        yield visible(f"{sign} {change.topic} · {verdicts} · {one.source} · {mask(short(change.title, 80))}")
        yield visible(f"    {one.url}")
        yield visible(f"    {marked(one)}")
        yield visible(f"    {change.reason}" + (" (a whole page: may be in its menus)" if one.whole_page else ""))


def marked(one: Sample) -> str:
    """The passage on one line with its match in 【 】; numbers and addresses of persons masked."""
    from ..pipeline.mask import mask

    change = one.change
    shown = mask(change.passage, [(change.start, change.end)])
    text = f"{shown[: change.start]}【{shown[change.start : change.end]}】{shown[change.end :]}"
    return " ".join(text.split())
