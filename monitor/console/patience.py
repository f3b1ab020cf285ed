"""patience: how long may a connection take to say what it wants, and who goes first when too many take long?

A connection waits while its request has not arrived as a whole: before the first byte, between the lines of the header, within a
body, and between two requests. Whoever is answered does not wait, so pages that stay open for live news are no matter of this.
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_IN, BODY_IN = 10.0, 60.0  # seconds that a header and a body may take
MOST_WAITING = 64  # of all connections; one more, and the one that waited longest is closed


def patient(head_in: float = HEAD_IN, body_in: float = BODY_IN, most: int = MOST_WAITING) -> type[H11Protocol]:
    """uvicorn's protocol with these limits, for one server: strangers who say nothing cannot keep others out."""
    waiting: dict[_Patient, None] = {}

    class Patient(_Patient):
        line = waiting
        seconds = (head_in, body_in)
        longest_line = most

    return Patient


class _Patient(H11Protocol):
    line: dict[_Patient, None]
    seconds: tuple[float, float]
    longest_line: int
    _end: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """As asyncio.Protocol."""
        super().connection_made(transport)
        self._wait(self.seconds[0])

    def connection_lost(self, exc: Exception | None) -> None:
        """As asyncio.Protocol."""
        self._heard()
        super().connection_lost(exc)

    def handle_events(self) -> None:
        """What has arrived: a whole request ends the waiting, a header alone waits for its body."""
        before = self.cycle
        super().handle_events()
        if self.cycle is None or self.cycle.response_complete:
            return
        if not self.cycle.more_body:
            self._heard()
        elif self.cycle is not before:
            self._wait(self.seconds[1])

    def on_response_complete(self) -> None:
        """The answer is out: what comes next is waited for, and a body that nobody asked for ends soon."""
        super().on_response_complete()
        if not self.transport.is_closing() and self.cycle.response_complete:
            self._wait(self.seconds[0])

    def _wait(self, seconds: float) -> None:
        self._heard()
        self.line[self] = None
        self._end = self.loop.call_later(seconds, self._give_up)
        if len(self.line) > self.longest_line:
            next(iter(self.line))._give_up()

    def _heard(self) -> None:
        self.line.pop(self, None)
        if self._end is not None:
            self._end.cancel()
            self._end = None

    def _give_up(self) -> None:
        self._heard()
        self.transport.abort()  # whoever does not read their answer would hold a close for ever
