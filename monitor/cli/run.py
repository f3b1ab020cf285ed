"""run: the service, for ever or once."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .context import settings_now

if TYPE_CHECKING:
    from ..config.settings import Settings
    from ..wiring import App


def run_command(
    once: Annotated[
        bool,
        typer.Option("--once", help="Poll each source that is due once, read its links, send the messages, and end."),
    ] = False,
    watchlists: Annotated[Path | None, typer.Option("--watchlists", help="Folder of *.yaml files.")] = None,
) -> None:
    """Runs the service: polls sources, stores hits, sends alerts, until SIGTERM or Ctrl-C.

    Examples: monitor run · monitor run --once --watchlists ./watchlists
    """
    from .. import wiring

    wiring.few_arenas()
    settings = settings_now(watchlists)
    wiring.configure_logging(settings.log.level, settings.log.format)
    asyncio.run(_once(settings) if once else _run(settings))


async def _once(settings: Settings) -> None:
    from .. import wiring

    app = await wiring.build(settings)
    _stop_on_signals(app)
    try:
        await app.service.once()
    except BaseException:
        await app.abandon()
        raise


async def _run(settings: Settings) -> None:
    from .. import wiring

    app = await wiring.build(settings)
    _stop_on_signals(app)
    console = asyncio.create_task(_console(app, settings))
    try:
        await app.service.run()
    except BaseException:
        await app.abandon()
        raise
    finally:
        console.cancel()
        await asyncio.gather(console, return_exceptions=True)


async def _console(app: App, settings: Settings) -> None:
    """The console, once the service is ready, until the task is cancelled."""
    from .console import open_console, tell_link

    await app.service.ready.wait()
    if settings.console_address is None:
        return
    opened = await open_console(app, settings.console_address)
    if opened is None:
        return
    server, link = opened
    tell_link(link, settings.state)
    try:
        await server.run()
    finally:
        await server.stop()


def _stop_on_signals(app: App) -> None:
    """SIGTERM and Ctrl-C ask for an orderly end; a second one for a quick one."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, app.service.stop)
