"""beat: one GET to an outside watcher that waits for it."""

from __future__ import annotations

import aiohttp

from ..domain.errors import MonitorError
from ..domain.secret import Secret

PATIENCE = 30.0  # seconds


async def beat(url: Secret) -> None:
    """Asks the address once and follows no redirect. Raises MonitorError that says what came, without the address."""
    wait = aiohttp.ClientTimeout(total=PATIENCE)
    try:
        async with (
            aiohttp.ClientSession(timeout=wait, cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.get(url.reveal(), allow_redirects=False, headers={"User-Agent": "mention-monitor"}) as answer,
        ):
            status = answer.status
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise MonitorError(f"the heartbeat address cannot be reached: {type(error).__name__}") from None
    if not 200 <= status < 300:
        raise MonitorError(f"the heartbeat address answered {status}")
