"""serve: how does the console run inside a loop that has other work?"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from ..domain.errors import MonitorError
from .patience import patient

GRACE = 1  # seconds that open requests get when the service stops
MOST_AT_ONCE = 200  # connections: those that wait (patience), live pages, and requests that are answered
_ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - how a browser on this machine names them


class _Quiet(uvicorn.Server):
    """uvicorn without its signal handlers: who started the loop decides when it ends."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Takes no signals."""
        yield


class ConsoleServer:
    """The console at one address: `await start()`, then `address`; `await stop()` ends it within a second."""

    def __init__(self, app: ASGIApp, host: str, port: int, cert: Path | None = None, key: Path | None = None) -> None:
        self._app = app
        self._wanted = (host, port)
        self._scheme = "https" if cert is not None else "http"
        self._server = _Quiet(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                server_header=False,
                lifespan="off",
                ws="none",
                http=patient(),
                timeout_graceful_shutdown=GRACE,
                timeout_keep_alive=5,
                h11_max_incomplete_event_size=32_768,
                limit_concurrency=MOST_AT_ONCE,
                ssl_certfile=cert,
                ssl_keyfile=key,
            )
        )
        self._task: asyncio.Task[None] | None = None
        self.address = ""

    async def start(self) -> str:
        """Binds (port 0: a free one) and serves; returns the address. Raises MonitorError if it cannot bind."""
        host, port = self._wanted
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            listener.close()
            raise MonitorError(
                f"console: cannot listen on {host}:{port}: {error.strerror}. "
                "Choose another address with MONITOR_CONSOLE, or `off`."
            ) from error
        shown = _ANYWHERE.get(host) or (f"[{host}]" if ":" in host else host)
        self.address = f"{self._scheme}://{shown}:{listener.getsockname()[1]}"
        self._task = asyncio.create_task(self._server.serve(sockets=[listener]), name="console")
        while not self._server.started and not self._task.done():  # noqa: ASYNC110 - uvicorn only sets a flag
            await asyncio.sleep(0.01)
        if self._task.done() and (fault := self._task.exception()) is not None:
            self._task = None
            raise MonitorError(f"console: cannot serve on {host}:{port}: {fault}. Look at its certificate and key.")
        return self.address

    async def run(self) -> None:
        """Serves until `stop`, or until the task is cancelled."""
        if self._task is None:
            await self.start()
        assert self._task is not None
        try:
            await asyncio.shield(self._task)
        finally:
            await self.stop()

    async def stop(self) -> None:
        """Ends serving within a second; open requests are cut off then."""
        if self._task is None:
            return
        end = getattr(getattr(self._app, "state", None), "end", None)
        if end is not None:
            end()
        self._server.should_exit = True
        done, _ = await asyncio.wait({self._task}, timeout=GRACE)
        if not done:
            self._server.force_exit = True
            self._task.cancel()
            await asyncio.wait({self._task}, timeout=GRACE)
        self._task = None


def serve(app: ASGIApp, host: str, port: int, cert: Path | None = None, key: Path | None = None) -> ConsoleServer:
    """The console, ready to be started in the running loop; with a certificate and its key it speaks TLS."""
    return ConsoleServer(app, host, port, cert, key)
