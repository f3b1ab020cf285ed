"""reread: what does today's reader make of the very bytes that a version was read from?"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..adapters.sql import SqlQueries
    from ..config.settings import Settings
    from ..domain.document import Prepared, Reading
    from ..domain.query import VersionView
    from ..domain.topic import Ruleset


async def reread(
    settings: Settings, queries: SqlQueries, version: int, old: Ruleset, present: Ruleset
) -> dict[str, object]:
    """The kept copy of a version read anew under both rulesets: verdicts by topic, and how its text differs from the stored one.

    `copy` is None where no bytes were kept; `problem` says why they cannot be read.
    """
    from .. import wiring
    from ..adapters.sql.texts import SqlArchive
    from ..domain.document import Origin
    from ..domain.errors import ReadError, StoreError

    view = queries.version(version)
    copies = queries.copies(version)
    judged = SqlArchive(queries.database).verdicts([version])
    recorded = {topic: verdict for (_, topic), (_, verdict, _) in judged.items()}
    told: dict[str, object] = {"version": version, "copy": None, "recorded": recorded}
    if view is None or not copies:
        return told
    copy = copies[0]
    told["copy"] = {"url": copy.url, "sha256": copy.sha256, "fetched_at": copy.fetched_at}
    origin = Origin(view.source, "any", copy.url, copy.content_type)
    try:
        body = wiring.evidence(settings).open(copy)
        for name, rules in (("under the old ruleset", old), ("in force", present)):
            async with wiring.comparing(settings, None, rules) as room:
                one = _which(await room.read(body, origin), view)
            told[name] = {hit.topic: hit.verdict.value for hit in one.hits}
    except (ReadError, StoreError) as error:
        return {**told, "problem": str(error)}
    return {**told, "text": _difference(view.text or "", one.extracted.text)}


def _which(reading: Reading, view: VersionView) -> Prepared:
    """The text of a body that the version is of: a feed has many. Raises ReadError for a body without any."""
    from ..domain.errors import ReadError

    if not reading.prepared:
        raise ReadError("no text", "today's reader finds none in the kept copy")
    alike = [one for one in reading.prepared if one.extracted.title == view.title or one.extracted.url == view.url]
    return (alike or list(reading.prepared))[0]


def _difference(before: str, after: str) -> str:
    """`as stored`, or how many lines are only in one of the two."""
    if before == after:
        return "as stored"
    changes: Sequence[str] = list(difflib.ndiff(before.splitlines()[:5_000], after.splitlines()[:5_000]))
    gone, new = (sum(line.startswith(mark) for line in changes) for mark in ("- ", "+ "))
    return f"{new} lines only today's reader gives, {gone} only the stored text has"


def in_words(told: dict[str, object]) -> list[str]:
    """What was found, in lines for people."""
    if told["copy"] is None:
        return ["no bytes of it were kept: only its stored text was judged"]
    if "problem" in told:
        return [f"its kept copy cannot be read again: {told['problem']}"]
    lines = [f"kept copy read by today's reader: text {told['text']}"]
    for name in ("recorded", "under the old ruleset", "in force"):
        verdicts = told[name]
        assert isinstance(verdicts, dict)
        said = ", ".join(f"{topic} {verdict}" for topic, verdict in sorted(verdicts.items())) or "no hit"
        lines.append(f"  {name}: {said}")
    return lines
