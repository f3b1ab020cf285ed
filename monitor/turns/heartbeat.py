"""heartbeat: an outside watcher hears that all is well, and hears nothing when it is not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog

from ..domain.errors import MonitorError
from ..pipeline import alive
from ..pipeline.route import Every
from .desk import Desk
from .duties import Duty

log = structlog.get_logger()


def heartbeat(desk: Desk, seconds: int, beat: Callable[[], Awaitable[None]]) -> Duty:
    """A duty that beats every so many seconds while polling really works; its silence is the alarm of the watcher.

    A watcher that cannot be reached is logged; the next beat is its next chance.
    """

    async def work(now: datetime) -> None:
        wrong = alive.trouble(await asyncio.to_thread(desk.queries.sources), now)
        if wrong:
            log.warning("heartbeat withheld", why=wrong)
            return
        try:
            await beat()
        except MonitorError as error:
            log.warning("heartbeat not taken", why=str(error))

    return Duty("heartbeat", Every(seconds), work)
