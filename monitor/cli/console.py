"""console: how do the commands open the web console beside the service?"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import structlog

from ..domain.errors import MonitorError
from ..domain.secret import Secret

if TYPE_CHECKING:
    from ..console.app import ConsoleServer
    from ..turns.inbox import Inbox
    from ..wiring import App

log = structlog.get_logger()
LINK_FILE = "console-link"


async def open_console(app: App, address: tuple[str, int], setup: bool = True) -> tuple[ConsoleServer, str] | None:
    """Serves the console; (server, one-time link), or None when it cannot listen: the service goes on without it."""
    from ..console.app import ConsoleSettings, create_app, serve
    from ..wiring import evidence
    from .bench import workshop

    host, port = address
    settings = app.settings
    public = urlsplit(settings.console_url or "")
    hosts = ("127.0.0.1", "localhost", "[::1]", host, *([public.hostname] if public.hostname else []))
    chosen = ConsoleSettings(hosts=hosts, setup=setup, secure=settings.console_base.startswith("https://"))
    signing = Secret((await app.store.feedback_key()).hex())
    chosen = replace(chosen, push_token=settings.push_token, feedback_key=signing)
    web = create_app(
        app.queries,
        app.store,
        app.people,
        chosen,
        inbox=_inbox(app),
        workshop=workshop(app),
        evidence=evidence(settings),
    )
    server = serve(web, host, port, settings.console_cert, settings.console_key)
    try:
        base = await server.start()
    except MonitorError as error:
        log.error("console not opened", problem=str(error))
        return None
    return server, str(await web.state.door.link(settings.console_url or base))


def _inbox(app: App) -> Inbox:
    """Takes documents for the sources that are in force at that moment."""
    from ..turns.inbox import Inbox

    service = app.service
    return Inbox(service.desk, lambda: service.plan.sources if service.plan else ())


def tell_link(link: str, state: Path) -> None:
    """Shows the one-time link on a terminal; elsewhere it goes into a file that only this user can read."""
    if sys.stderr.isatty():
        print(f"Console: {link}  (opens once)", file=sys.stderr)
        return
    file = state / LINK_FILE
    state.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    file.write_text(link + "\n", "utf-8")
    log.info("console opened", link_in=str(file))
