"""alerts: who was promised what, and what became of it?"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from .context import now, opened, settings_now
from .output import as_json, line, short, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..domain.delivery import Channel, SendResult
    from ..domain.query import DeliveryView

app = typer.Typer(no_args_is_help=True, help="List deliveries, retry dead ones, test a channel, preview a message.")


@app.command("list")
def list_alerts(
    state: Annotated[
        list[str] | None, typer.Option("--state", help="owed, held, sending, delivered or dead; may be given again.")
    ] = None,
    hit: Annotated[int | None, typer.Option("--hit", help="Only this hit's.")] = None,
    json: Annotated[bool, typer.Option("--json", "--jsonl", help="One JSON object a line, all rows.")] = False,
) -> None:
    """Lists deliveries, newest first: one row for each hit owed to one recipient on one channel."""
    with opened() as (_, queries):
        if json:
            for delivery in queries.deliveries(hit, state or ()):
                print(line(_row(delivery)))
            return
        rows = (
            (one.id, one.hit, one.channel, one.recipient, one.form, one.state, _tries(one), short(one.title, 44))
            for one in queries.deliveries(hit, state or ())
        )
        columns = ("id", "hit", "channel", "recipient", "form", "state", "attempts", "title")
        table("Deliveries", columns, rows, "Nothing is owed to anybody.")


@app.command("retry")
def retry_alerts(
    ids: Annotated[
        list[int] | None, typer.Argument(help="Numbers of dead deliveries; none means all dead ones.")
    ] = None,
) -> None:
    """Makes dead deliveries owed again; a running service sends them within seconds."""

    async def work() -> int:
        try:
            return await store.retry(ids or (), now())
        finally:
            await store.writer.close()

    with opened() as (store, _):
        count = asyncio.run(work())
    print(f"{count} deliveries are owed again")


@app.command("test")
def test_channel(
    channel: Annotated[str, typer.Argument(help="The channel's key in the watchlist.")],
) -> None:
    """Sends a test message to every recipient of a channel and says how each attempt ended."""
    found = _channel(channel)
    results = asyncio.run(_send_test(found))
    for recipient, result in results:
        print(f"{channel} → {recipient}: {result.outcome.value}{f' ({result.detail})' if result.detail else ''}")
    if any(result.outcome.value != "delivered" for _, result in results):
        raise typer.Exit(1)


@app.command("preview")
def preview_alert(
    hit: Annotated[int, typer.Argument(help="The hit's number.")],
    channel: Annotated[str, typer.Option("--channel", help="As this channel would send it.")],
) -> None:
    """Prints the message that a channel would send for a hit, byte for byte; sends nothing."""
    from ..adapters.notifier import Senders
    from ..domain.delivery import Draft, Form, MessageKind, Telling

    found = _channel(channel)
    with opened() as (_, queries):
        view = queries.hit(hit)
    if view is None:
        print(f"monitor: there is no hit {hit}", file=sys.stderr)
        raise typer.Exit(1)
    draft = Draft("preview", MessageKind.ALERT, channel, found.recipients[0], now(), (Telling(0, Form.NEW, view),))
    sys.stdout.buffer.write(Senders({channel: found}).freeze(draft).payload)


def _row(delivery: DeliveryView) -> dict[str, object]:
    plain = as_json(delivery)
    plain["attempts"] = [
        {"number": one["number"], "outcome": one["outcome"], "at": one["at"]} for one in plain["attempts"]
    ]
    first = ("id", "hit", "channel", "recipient", "message", "state", "attempts")
    return {**{name: plain[name] for name in first}, **{k: v for k, v in plain.items() if k not in first}}


def _tries(delivery: DeliveryView) -> str:
    return ", ".join(one.outcome for one in delivery.attempts) or "-"


def _channel(key: str) -> Channel:
    from ..config.watchlists import load_folder

    settings = settings_now()
    loaded = load_folder(settings.watchlists, check_examples=False, schemes=settings.schemes)
    found = next((one for one in loaded.channels if one.key == key), None)
    if found is None:
        names = ", ".join(one.key for one in loaded.channels) or "none"
        for problem in loaded.errors:
            print(problem, file=sys.stderr)
        print(f"monitor: there is no channel {key!r} in {settings.watchlists} (there are: {names})", file=sys.stderr)
        raise typer.Exit(1)
    return found


async def _send_test(channel: Channel) -> Sequence[tuple[str, SendResult]]:
    import uuid

    from ..adapters.notifier import Senders
    from ..domain.delivery import Draft, MessageKind

    senders = Senders({channel.key: channel})
    results = []
    try:
        for recipient in channel.recipients:
            draft = Draft(
                uuid.uuid4().hex, MessageKind.TEST, channel.key, recipient, now(),
                subject="Test message of mention-monitor",
                body=f"This is a test of channel {channel.key}. Nothing was found; nothing needs to be done.",
            )  # fmt: skip
            results.append((recipient, await senders.send(senders.freeze(draft))))
    finally:
        await senders.close()
    return results
