"""mute: not to hear of a topic or source for a while, with a reason; what is muted is stored and listed."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import typer

from .context import now, opened


def mute_command(
    topic: Annotated[str, typer.Argument(help="The topic's key.")],
    until: Annotated[str, typer.Option("--until", help="The day on which it is heard again: 2026-12-01.")],
    why: Annotated[str, typer.Option("--why", help="The reason, for the log.")],
    source: Annotated[str | None, typer.Option("--source", help="Only hits of this source.")] = None,
    actor: Annotated[str, typer.Option("--actor", help="Who rules.")] = "operator",
) -> None:
    """Mutes a topic (of one source, or everywhere) until a day. Hits are stored as ever; nobody is told of them.

    Example: monitor mute torch-industrial --source city-notices --until 2026-12-01 --why "statistics season"
    """
    from ..domain.ruling import Ruling, RulingKind

    try:
        end = datetime.fromisoformat(until)
    except ValueError:
        raise typer.BadParameter("write a day such as 2026-12-01", param_hint="--until") from None
    end = end if end.tzinfo else end.replace(tzinfo=UTC)
    if end <= now():
        raise typer.BadParameter("that day is past", param_hint="--until")

    async def work() -> None:
        await store.rule(Ruling(RulingKind.MUTED, actor, now(), why, topic=topic, source=source, until=end))
        await store.writer.close()

    with opened() as (store, _):
        asyncio.run(work())
    print(f"{topic}{f' from {source}' if source else ''} is muted until {end:%Y-%m-%d %H:%M} UTC")
