"""alerts: who was promised what, and what became of it?"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .context import now, opened, settings_now
from .output import as_json, line, short, table
from .route import route_command

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..config.settings import Settings
    from ..config.watchlists import Loaded
    from ..domain.delivery import Channel, Frozen, SendResult
    from ..domain.query import DeliveryView

app = typer.Typer(
    no_args_is_help=True,
    help="List deliveries, retry dead ones, see how channels do, test them, preview a message, ask who would hear.",
)
app.command("route")(route_command)


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
            (
                one.id,
                one.hit,
                one.channel,
                one.recipient,
                one.form,
                one.state,
                _tries(one),
                short(one.title, 44),
                "" if one.state == "delivered" else short(one.reason or "", 60),
            )
            for one in queries.deliveries(hit, state or ())
        )
        columns = ("id", "hit", "channel", "recipient", "form", "state", "attempts", "title", "why")
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
    page: Annotated[Path | None, typer.Option("--html", help="Writes the mail's HTML page into this file.")] = None,
    raw: Annotated[bool, typer.Option("--raw", help="Byte for byte, as it would leave.")] = False,
) -> None:
    """Prints the message that a channel would send for a hit, as its reader sees it; sends nothing.

    A mail is shown with its subject and text; a post with its title and body; a webhook's JSON as it is.
    """
    from .. import wiring
    from ..domain.delivery import Draft, Form, MessageKind, Telling
    from ..pipeline import compose

    settings, found = settings_now(), _channel(channel)
    with opened(settings) as (_, queries):
        view = queries.hit(hit)
    if view is None:
        print(f"monitor: there is no hit {hit}", file=sys.stderr)
        raise typer.Exit(1)
    form = {"revision": Form.UPDATED, "story": Form.STORY}.get(view.novelty, Form.NEW)
    draft = Draft(
        "preview", MessageKind.ALERT, channel, found.recipients[0], now(), (Telling(0, form, view),),
        console=settings.console_base, rates=settings.rates,
    )  # fmt: skip
    if page is not None:
        page.write_text(compose.html(draft), "utf-8")
        print(f"{page}: written")
        return
    senders = wiring.senders(settings)
    senders.use({channel: found})
    frozen = senders.freeze(draft)
    if raw or frozen.content_type == "application/json":
        sys.stdout.buffer.write(frozen.payload)
    else:
        sys.stdout.write(_readable(frozen))


@app.command("channels")
def list_channels(
    json: Annotated[bool, typer.Option("--json", "--jsonl", help="One JSON object a line.")] = False,
) -> None:
    """Shows how each channel does: what arrived in the last 24 hours, what waits and why, when it is tried again."""
    with opened() as (_, queries):
        states = queries.channel_states(now())
    known = {(one.channel, one.recipient) for one in states}
    unused = [(key, who) for key, who in _recipients() if (key, who) not in known]
    if json:
        for one in states:
            print(line({**as_json(one), "state": one.state}))
        for key, who in unused:
            print(line({"channel": key, "recipient": who, "state": "unused"}))
        return
    rows: list[tuple[object, ...]] = [
        (
            one.channel, one.recipient, one.state, one.delivered, one.waiting, one.dead, one.delivered_at, one.due_at,
            "" if one.state == "working" else short(one.last_detail, 60),
        )
        for one in states
    ]  # fmt: skip
    rows += [(key, who, "unused", 0, 0, 0, None, None, "") for key, who in unused]
    columns = ("channel", "recipient", "state", "24 h", "waiting", "dead", "arrived", "next try", "why")
    table("Channels", columns, rows, "There is no channel, and nothing was ever sent.")


@app.command("canary")
def canary(
    channel: Annotated[str | None, typer.Argument(help="The channel's key; none means every channel.")] = None,
    seconds: Annotated[float, typer.Option("--wait", help="How long the running service gets.")] = 60.0,
) -> None:
    """Sends a known text the whole way through the running service: child, matcher, store, message, channel.

    It is told as a canary and never counted as a hit. Exits 1 when one does not arrive in time.
    """
    import time

    from ..domain.delivery import Routing

    channels = [_channel(channel)] if channel else list(_channels())

    async def work() -> list[str]:
        try:
            return await store.canaries(Routing(tuple(channels)), channel, now())
        finally:
            await store.writer.close()

    with opened() as (store, queries):
        numbers = asyncio.run(work())
        until = time.monotonic() + seconds
        while any(one.state == "open" for one in queries.messages(numbers)) and time.monotonic() < until:
            time.sleep(0.2)
        found = queries.messages(numbers)
    for one in found:
        said = f" ({one.detail})" if one.detail else " (not tried: does `monitor run` run?)" if not one.attempts else ""
        print(f"{one.channel} → {one.recipient}: {one.outcome or 'waiting'}{said}")
    if any(one.state != "delivered" for one in found):
        raise typer.Exit(1)


def _readable(frozen: Frozen) -> str:
    """What the reader sees of a mail or post: subject and text, without control characters."""
    import json as jsonlib
    from email import message_from_bytes, policy

    if frozen.content_type == "message/rfc822":
        mail = message_from_bytes(frozen.payload, policy=policy.default)
        part = mail.get_body(("plain",))
        text = part.get_content() if part is not None else ""
        headers = "".join(f"{name}: {mail[name]}\n" for name in ("From", "To", "Subject", "References") if mail[name])
        return f"{headers}\n{text}"
    post = jsonlib.loads(frozen.payload)
    return f"{post['title']}\n\n{post['body']}\n"


def _row(delivery: DeliveryView) -> dict[str, object]:
    plain = as_json(delivery)
    plain["attempts"] = [
        {"number": one["number"], "outcome": one["outcome"], "at": one["at"]} for one in plain["attempts"]
    ]
    first = ("id", "hit", "channel", "recipient", "message", "state", "attempts")
    return {**{name: plain[name] for name in first}, **{k: v for k, v in plain.items() if k not in first}}


def _tries(delivery: DeliveryView) -> str:
    return ", ".join(one.outcome for one in delivery.attempts) or "-"


def _loaded() -> tuple[Loaded, Settings]:
    from ..config.watchlists import load_folder

    settings = settings_now()
    return load_folder(settings.watchlists, check_examples=False, schemes=settings.schemes), settings


def _channels() -> Sequence[Channel]:
    return tuple(_loaded()[0].channels)


def _recipients() -> list[tuple[str, str]]:
    return [(one.key, who) for one in _channels() for who in one.recipients]


def _channel(key: str) -> Channel:
    loaded, settings = _loaded()
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

    from .. import wiring
    from ..domain.delivery import Draft, MessageKind

    senders = wiring.senders(settings_now())
    senders.use({channel.key: channel})
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
