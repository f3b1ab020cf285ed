"""same: are two hits one notice, and why does the service think so?"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from .context import now, opened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..adapters.sql import SqlQueries, SqlStore
    from ..domain.hit import HitView
    from ..domain.query import VersionView
    from ..domain.ruling import RulingKind
    from ..pipeline.dedupe import Comparison

First = Annotated[int, typer.Argument(metavar="A", help="A hit's number.")]
Second = Annotated[int, typer.Argument(metavar="B", help="Another hit's number.")]
Why = Annotated[str, typer.Option("--why", help="The reason, for the log.")]
Actor = Annotated[str, typer.Option("--actor", help="Who rules.")]
MOST_PASSAGES = 40
LONGEST = 300  # characters of a passage


def join_hits(a: First, b: Second, why: Why = "", actor: Actor = "operator") -> None:
    """Rules two hits the same notice: what comes later to either is compared with both, and copies are told once.

    Example: monitor hits same 12 31 --why "one notice on two sites"
    """
    from ..domain.ruling import RulingKind

    print(_rule(RulingKind.THE_SAME, a, b, why, actor))


def split_hits(a: First, b: Second, why: Why = "", actor: Actor = "operator") -> None:
    """Rules two hits different notices: the later one is told to those who did not hear of it, and stays apart for ever.

    Example: monitor hits split 12 31 --why "another city"
    """
    from ..domain.ruling import RulingKind

    print(_rule(RulingKind.NOT_THE_SAME, a, b, why, actor))


def _rule(kind: RulingKind, a: int, b: int, why: str, actor: str) -> str:
    """Stores the ruling; says what became of both hits. Ends with 1 when a hit is unknown, 2 when both are one text."""
    from ..domain.ruling import Ruling

    with opened() as (store, queries):
        first, second = _hit(queries, a), _hit(queries, b)
        if first.version == second.version:
            print(f"monitor: hits {a} and {b} are on one text: there is nothing to compare", file=sys.stderr)
            raise typer.Exit(2)
        asyncio.run(_store(store, Ruling(kind, actor, now(), why, pair=(first.version, second.version))))
        return _became(kind.value, (first, second), (_hit(queries, a), _hit(queries, b)))


async def _store(store: SqlStore, ruling: object) -> None:
    try:
        await store.rule(ruling)  # type: ignore[arg-type]
    finally:
        await store.writer.close()


def _hit(queries: SqlQueries, number: int) -> HitView:
    found = queries.hit(number)
    if found is None:
        print(f"monitor: there is no hit {number}; `monitor hits list` shows those there are", file=sys.stderr)
        raise typer.Exit(1)
    return found


def _became(kind: str, before: tuple[HitView, HitView], after: tuple[HitView, HitView]) -> str:
    a, b = after
    head = f"hits {a.id} and {b.id}: {kind}"
    if a.item == b.item:
        return f"{head}; both are item {a.item} {'now' if before[0].item != before[1].item else 'as before'}"
    if before[0].item == before[1].item:
        told = "who did not hear of the later one is told by the running service, or the next `monitor run`"
        return f"{head}; they are items {a.item} and {b.item} now; {told}"
    return f"{head}; they are items {a.item} and {b.item} as before, and stay so"


def compared(queries: SqlQueries, hit: HitView) -> tuple[VersionView, Comparison | None] | None:
    """The stored text that a hit's text was set against, and how both compare now.

    None when it was set against none; no comparison when one of the texts is no longer kept.
    """
    from ..pipeline.dedupe import compare_versions

    own = queries.version(hit.version)
    other = queries.version(own.to) if own is not None and own.to is not None else None
    if own is None or other is None:
        return None
    return other, compare_versions(other, own)


def in_words(hit: HitView, found: tuple[VersionView, Comparison | None] | None) -> list[str]:
    """The decision on a hit's text in lines for people: the reasons then, the passages side by side as they compare now."""
    lines = [f"  {reason}" for reason in hit.relation_reasons]
    lines += [f"  changed: {before or '(nothing)'} → {after or '(gone)'}" for before, after in hit.changes]
    if found is None:
        return lines
    other, comparison = found
    lines.append(f"Set against {other.title!r} (version {other.id}, {other.url}):")
    if comparison is None:
        return [*lines, "  a text is no longer kept: the passages cannot be shown"]
    lines.append(f"  as compared now: {comparison.label.value} ({comparison.score:.2f})")
    return [*lines, *_passages(comparison.pairs)]


def _passages(pairs: Sequence[tuple[str, str]]) -> list[str]:
    """Passages that differ, one above the other; equal ones are counted."""
    equal = sum(before == after for before, after in pairs)
    differ = [pair for pair in pairs if pair[0] != pair[1]]
    lines = [f"  {equal} passages are equal, {len(differ)} are not" + (":" if differ else "")]
    for before, after in differ[:MOST_PASSAGES]:
        lines += [f"    - {_short(before)}", f"    + {_short(after)}"]
    if len(differ) > MOST_PASSAGES:
        lines.append(f"    … and {len(differ) - MOST_PASSAGES} more")
    return lines


def _short(text: str) -> str:
    line = " ".join(text.split())
    if not line:
        return "(nothing)"
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def as_object(found: tuple[VersionView, Comparison | None] | None) -> dict[str, object] | None:
    """The same for programs: `version`, `url`, `title`, and if both texts are kept `label`, `score`, `reasons`, `pairs`."""
    if found is None:
        return None
    other, comparison = found
    head: dict[str, object] = {"version": other.id, "url": other.url, "title": other.title}
    if comparison is None:
        return head
    return {
        **head,
        "label": comparison.label.value,
        "score": comparison.score,
        "reasons": list(comparison.reasons),
        "pairs": [list(pair) for pair in comparison.pairs],
    }
