"""A day of trouble: a real store, real senders and real servers, in virtual time.

async with Day(folder) as day:
    await day.live()          # 18 hours of hits, then four days for what was late
print(day.table())            # what happened, window by window
"""

from __future__ import annotations

import email
import socket
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any
from unittest.mock import patch

from monitor.adapters.notifier import Senders, inspect
from monitor.adapters.smtp import Mail, Patience
from monitor.adapters.sql import SqlQueries, SqlStore, open_database
from monitor.adapters.webhook import Patience as WebPatience
from monitor.adapters.webhook import Webhook
from monitor.domain.delivery import Channel, Routing
from monitor.domain.query import DeliveryView
from monitor.domain.secret import Secret
from monitor.turns import Desk, Limits
from monitor.turns.messages import MessageLoop
from tests.fakes.fetcher import FakeFetcher
from tests.fakes.intents import Stage, text
from tests.fakes.scene import LineRoom
from tests.fakes.smtp import MailServer
from tests.fakes.webhook import Receiver

HOURS = 18
EVERY = timedelta(minutes=15)
REFUSED = "b@example.org"


@dataclass(frozen=True)
class Window:
    """Trouble from one hour to another."""

    begin: float
    end: float
    what: str

    def holds(self, hour: float) -> bool:
        """Whether that hour is within."""
        return self.begin <= hour < self.end


WEATHER = (
    Window(2, 5, "mail server down: it hangs up before DATA"),
    Window(6, 6.5, "mail server hangs up after the final dot"),
    Window(8, 9.5, "greylisting: 451 for each mail the first time"),
    Window(10, 11, "webhook answers 429, Retry-After half an hour"),
    Window(12, 12.5, "webhook takes the request and hangs up"),
    Window(15, 15.5, "mail server accepts, its reply comes too late"),
    Window(16.5, 17.5, "DNS gone"),
)
CALM = Window(0, 0, "no trouble")


class Day:
    """Publishes a hit `every` so often to three mail recipients (one of them refused) and a webhook."""

    def __init__(self, folder: Path, every: timedelta = EVERY) -> None:
        self._folder, self._every = folder, every
        self._stack = AsyncExitStack()
        self.mail, self.hook = MailServer(), Receiver()
        self._dns_gone = False

    async def __aenter__(self) -> Day:
        await self._stack.enter_async_context(self.mail)
        await self._stack.enter_async_context(self.hook)
        self._stack.enter_context(patch("socket.getaddrinfo", self._resolve(socket.getaddrinfo)))
        self.mail.script(REFUSED, "550 5.1.1 no such user")
        kinds = (Mail(Patience(final=0.15, idle=0.05)), Webhook(WebPatience(answer=0.3)))
        three = ("a@example.org", REFUSED, "c@example.org")
        urls = {
            "mail": self.mail.url(*three, host="localhost"),
            "ops": self.hook.url().replace("127.0.0.1", "localhost"),
        }
        channels = {}
        for key, url in urls.items():
            kind, recipients = inspect(key, Secret(url), kinds)
            channels[key] = Channel(key, Secret(url), kind, recipients)
        database = open_database(f"sqlite:///{self._folder / 'day.db'}")
        self.store = SqlStore(database, SqlQueries(database))
        self.stage = Stage(self.store, self.store.queries, routing=Routing(tuple(channels.values()), budget=0))
        self.began = self.stage.now
        await self.store.open("sender", self.began)
        await self.stage.watch("city")
        senders = Senders(channels, kinds=kinds)
        desk = Desk(
            self.stage.clock, FakeFetcher(), LineRoom(), senders, self.store, self.store.queries, "sender",
            Limits(sends=1), routing=self.stage.routing,
        )  # fmt: skip
        self._loop = MessageLoop(desk)
        self._stack.push_async_callback(self.store.close)
        self._stack.push_async_callback(senders.close)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    def _resolve(self, real: Any) -> Any:
        def resolve(host: object, *rest: Any, **more: Any) -> Any:
            if self._dns_gone and host == "localhost":
                raise socket.gaierror(socket.EAI_NONAME, "the name servers do not answer")
            return real(host, *rest, **more)

        return resolve

    async def live(self) -> None:
        """Lets time go from one thing that is due to the next."""
        for number in range(int(HOURS * timedelta(hours=1) / self._every)):
            await self._until(self.began + number * self._every)
            await self.stage.poll("city", text(f"notice {number}"))
            await self._round()
        await self._until(self.began + timedelta(days=5))

    async def _until(self, moment: datetime) -> None:
        while True:
            waiting = [one.due_at for one in self.deliveries() if one.state == "sending" and one.due_at is not None]
            following = min((due for due in waiting if due <= moment), default=None)
            if following is None:
                break
            self._go_to(following)
            await self._round()
        self._go_to(moment)

    def _go_to(self, moment: datetime) -> None:
        self.stage.clock.tick(max(0.0, (moment - self.stage.now).total_seconds()))

    async def _round(self) -> None:
        self._weather()
        await self._loop.round()
        await self._loop.drain()

    def hour(self, moment: datetime) -> float:
        """Hours since the day began."""
        return (moment - self.began) / timedelta(hours=1)

    def _weather(self) -> None:
        now = self.hour(self.stage.now)
        down, after_dot, grey, later, cut, late, dns = (window.holds(now) for window in WEATHER)
        self.mail.vanish = "before data" if down else "after dot" if after_dot else ""
        self.mail.greylisting = grey
        self.mail.late = 0.4 if late else 0.0
        self.hook.answers = ["429 Retry-After=1800"] * 9 if later else ["close"] * 9 if cut else []
        self._dns_gone = dns

    def deliveries(self) -> list[DeliveryView]:
        """All promises, oldest first."""
        return list(reversed(list(self.store.queries.deliveries())))

    def arrived(self) -> Counter[str]:
        """How often each message arrived, by its Message-ID or Idempotency-Key."""
        mails = Counter(str(email.message_from_bytes(payload)["Message-ID"]) for _, payload in self.mail.mails)
        return mails + Counter(request.headers["idempotency-key"] for request in self.hook.taken)

    def table(self) -> str:
        """What happened in each window to the promises that were made in it."""
        rows = [_row(window, self._of(window)) for window in (*WEATHER, CALM)]
        everything = self.deliveries()
        copies = sum(times - 1 for times in self.arrived().values())
        unknown = sum(one.outcome == "unknown" for made in everything for one in made.attempts)
        states = Counter(one.state for one in everything)
        head = f"{'hours':<10}{'what happened':<50}{'promised':>9}{'at once':>9}{'later':>7}{'dead':>6}{'unknown':>9}{'longest':>10}"
        foot = (
            f"{len(everything)} promises: {states['delivered']} delivered, {states['dead']} given up (all to {REFUSED}: 550), "
            f"{len(everything) - states['delivered'] - states['dead']} open. {unknown} attempts ended unknown; {copies} copies "
            "arrived, each after an unknown attempt and with its Message-ID or key."
        )
        return "\n".join([head, *rows, foot])

    def _of(self, window: Window) -> Sequence[DeliveryView]:
        def within(made: DeliveryView) -> bool:
            hour = self.hour(made.created_at)
            return window.holds(hour) if window is not CALM else not any(one.holds(hour) for one in WEATHER)

        return [made for made in self.deliveries() if within(made)]


def _row(window: Window, made: Sequence[DeliveryView]) -> str:
    good = [one for one in made if one.state == "delivered"]
    at_once = [one for one in good if len(one.attempts) == 1]
    unknown = sum(end.outcome == "unknown" for one in made for end in one.attempts)
    longest = max((one.attempts[-1].at - one.created_at for one in good), default=timedelta(0))
    hours = f"{window.begin:g}-{window.end:g}" if window is not CALM else "else"
    dead = sum(one.state == "dead" for one in made)
    return (
        f"{hours:<10}{window.what:<50}{len(made):>9}{len(at_once):>9}{len(good) - len(at_once):>7}{dead:>6}{unknown:>9}"
        f"{str(longest).split('.')[0]:>10}"
    )
