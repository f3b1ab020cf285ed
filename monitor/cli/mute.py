"""mute: not to hear of a topic or source for a while, with a reason; what is muted waits, and is listed."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from .context import now, opened
from .output import line, table

if TYPE_CHECKING:
    from ..domain.ruling import Ruling

Source = Annotated[str | None, typer.Option("--source", help="Only hits of this source.")]
Actor = Annotated[str, typer.Option("--actor", help="Who rules.")]


def mute_command(
    topic: Annotated[
        str | None, typer.Argument(help="The topic's key; none with --source means all of a source.")
    ] = None,
    until: Annotated[str, typer.Option("--until", help="The day on which it is heard again: 2026-12-01.")] = "",
    why: Annotated[str, typer.Option("--why", help="The reason, for the log.")] = "",
    source: Source = None,
    actor: Actor = "operator",
    listed: Annotated[bool, typer.Option("--list", help="Lists what is muted now.")] = False,
    json: Annotated[bool, typer.Option("--json", help="With --list: one JSON object a line.")] = False,
) -> None:
    """Mutes a topic (of one source, or everywhere) until a day. Its hits are stored and wait: one digest tells them then.

    Examples: monitor mute torch-industrial --source city-notices --until 2026-12-01 --why "statistics season"
    monitor mute --list
    """
    from ..domain.ruling import Ruling, RulingKind

    if listed:
        _list(json)
        return
    if topic is None and source is None:
        raise typer.BadParameter("name a topic, a --source or both; --list shows what is muted", param_hint="TOPIC")
    if not why.strip():
        raise typer.BadParameter("say why, for those who wonder later", param_hint="--why")
    end = _day(until)
    _rule(Ruling(RulingKind.MUTED, actor, now(), why, topic=topic, source=source, until=end))
    print(f"{_what(topic, source)} is muted until {end:%Y-%m-%d %H:%M} UTC")


def unmute_command(
    topic: Annotated[str | None, typer.Argument(help="The topic's key, as it was muted.")] = None,
    source: Source = None,
    why: Annotated[str, typer.Option("--why", help="The reason, for the log.")] = "",
    actor: Actor = "operator",
) -> None:
    """Lifts a silence early. What waited for its end is told in one digest, unless another silence covers it.

    Example: monitor unmute torch-industrial --source city-notices
    """
    import sys

    from ..domain.ruling import Ruling, RulingKind

    with opened() as (_, queries):
        live = queries.mutes(now())
    if not any((one.topic, one.source) == (topic, source) for one in live):
        there = "; ".join(_what(one.topic, one.source) for one in live) or "nothing"
        print(f"monitor: {_what(topic, source)} is not muted (muted: {there})", file=sys.stderr)
        raise typer.Exit(1)
    _rule(Ruling(RulingKind.UNMUTED, actor, now(), why, topic=topic, source=source))
    print(f"{_what(topic, source)} is heard again; what waited is told within seconds where the service runs")


def _list(json: bool) -> None:
    with opened() as (_, queries):
        found = queries.mutes(now())
    if json:
        for one in found:
            print(line(one))
        return
    rows = [
        (one.topic or "any", one.source or "any", one.actor, one.since, one.until, one.waiting, one.why)
        for one in found
    ]
    columns = ("topic", "source", "by", "since", "until", "waiting", "why")
    table("Muted", columns, rows, "Nothing is muted.")


def _rule(ruling: Ruling) -> None:
    async def work() -> None:
        await store.rule(ruling)
        await store.writer.close()

    with opened() as (store, _):
        asyncio.run(work())


def _day(text: str) -> datetime:
    try:
        end = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("write a day such as 2026-12-01", param_hint="--until") from None
    end = end if end.tzinfo else end.replace(tzinfo=UTC)
    if end <= now():
        raise typer.BadParameter("that day is past", param_hint="--until")
    return end


def _what(topic: str | None, source: str | None) -> str:
    return " from ".join(name for name in (topic or "everything", source) if name)
