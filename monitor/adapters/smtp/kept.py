"""kept: is there a connection from the mail before that the next one may use?"""

from __future__ import annotations

import contextlib
import smtplib
import time
from dataclasses import dataclass
from threading import Lock
from weakref import WeakKeyDictionary

from .server import Server

MOST_MAILS = 50  # on one connection; many servers end it at 100


@dataclass(slots=True)
class _Idle:
    client: smtplib.SMTP
    since: float
    mails: int


class Kept:
    """Idle connections by door; for threads. What is older than `idle` seconds is said goodbye to."""

    def __init__(self, idle: float) -> None:
        self._idle = idle
        self._lock = Lock()
        self._waiting: dict[object, list[_Idle]] = {}
        self._mails: WeakKeyDictionary[smtplib.SMTP, int] = WeakKeyDictionary()

    def take(self, server: Server) -> smtplib.SMTP | None:
        """The connection that was used last, if one is fresh."""
        self.prune()
        with self._lock:
            waiting = self._waiting.get(server.door)
            if not waiting:
                return None
            found = waiting.pop()
            self._mails[found.client] = found.mails
            return found.client

    def give(self, server: Server, client: smtplib.SMTP) -> None:
        """Keeps a connection for the next mail, unless it has carried its share."""
        with self._lock:
            mails = self._mails.pop(client, 0) + 1
            if mails < MOST_MAILS:
                self._waiting.setdefault(server.door, []).append(_Idle(client, time.monotonic(), mails))
                return
        _goodbye(client)

    def prune(self, all_of_them: bool = False) -> None:
        """Ends connections that waited too long."""
        before = time.monotonic() - self._idle
        with self._lock:
            old = [one for waiting in self._waiting.values() for one in waiting if all_of_them or one.since < before]
            for waiting in self._waiting.values():
                waiting[:] = [one for one in waiting if one not in old]
        for one in old:
            _goodbye(one.client)


def _goodbye(client: smtplib.SMTP) -> None:
    """QUIT without waiting for its answer: nothing depends on it."""
    with contextlib.suppress(OSError, smtplib.SMTPException):  # gone already, which is what was wanted
        client.putcmd("quit")
    client.close()
