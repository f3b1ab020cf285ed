"""A whole service on fakes: a web, a reading room, channels, a store in memory and a clock that stands still.

    scene = Scene({"city": ["Notice one", "Notice two"]}, broken={"ops"})
    await scene.begin()
    await scene.turn()                      # polls what is due, reads the links, sends what is owed
    assert scene.heard == ["me", "me"]
    scene.show("city", "Notice three")      # what the source shows from now on
    scene.clock.tick(900)

A body is a list of lines: `TITLE` is a text with a hit, `-TITLE` one without, `>PATH` a link to a page that `show` fills.
Two titles that are equal up to ` at ` are copies of one notice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from monitor.domain.delivery import Channel, Routing
from monitor.domain.document import Candidate, Harvest, Origin, Prepared, Reading
from monitor.domain.errors import ChildDied, ReadError
from monitor.domain.hit import Decision, Relation
from monitor.domain.plan import Plan
from monitor.domain.source import Source
from monitor.domain.topic import Ruleset, Severity, Topic
from monitor.turns import Desk, Limits, Service
from tests.fakes.clock import FakeClock
from tests.fakes.fetcher import FakeFetcher
from tests.fakes.intents import channel, link, number, source, text
from tests.fakes.notifier import FakeNotifier
from tests.fakes.store import InMemoryStore
from tests.fakes.watchlists import FakeWatchlists

RULES = Ruleset("r1", (Topic("qiming", "Qiming Program", Severity.HIGH),))


class SceneNotifier(FakeNotifier):
    """Knows which channels are in force."""

    channels: Mapping[str, Channel] = {}

    def use(self, channels: Mapping[str, Channel]) -> None:
        """As ports.Notifier."""
        self.channels = channels


@dataclass
class LineRoom:
    """A reading room that reads lines. `dies`: addresses that kill the child; `misread`: those it cannot read."""

    dies: set[str] = field(default_factory=set)
    misread: dict[str, str] = field(default_factory=dict)
    judged: list[str] = field(default_factory=list)
    ruleset: Ruleset = RULES
    closed: bool = False

    async def use(self, ruleset: Ruleset) -> None:
        """As ports.ReadingRoom."""
        self.ruleset = ruleset

    async def read(self, body: bytes, origin: Origin) -> Reading:
        """As ports.ReadingRoom."""
        if origin.url in self.dies:
            raise ChildDied("killed by signal 9")
        if origin.url in self.misread:
            raise ReadError(self.misread[origin.url], "the fake was told to")
        lines = body.decode().splitlines()
        texts = tuple(self._prepared(line, origin) for line in lines if line and line[0] != ">")
        links = tuple(link(line[1:], "city.example.org") for line in lines if line.startswith(">"))
        harvest = Harvest("html", tuple(one.extracted for one in texts), links, entries=len(texts))
        return Reading(harvest, texts, self.ruleset.id)

    def _prepared(self, line: str, origin: Origin) -> Prepared:
        title = line.removeprefix("-")
        name = title.split(" at ")[0]
        place = f"{origin.url}#{number(title) & 0xFFFF}"
        keys = (number(name), number(name + "."))
        return text(title, place=place, hits=() if line.startswith("-") else None, keys=keys)

    async def judge(self, prepared: Prepared, candidates: Sequence[Candidate]) -> Decision:
        """The same when the titles agree up to ` at `."""
        self.judged.append(prepared.extracted.title)
        judged = tuple(one.version for one in candidates)
        name = prepared.extracted.title.split(" at ")[0]
        for one in candidates:
            if one.title.split(" at ")[0] == name:
                return Decision(Relation.SAME, one.version, 1.0, judged=judged)
        return Decision(Relation.DISTINCT, judged=judged)

    async def close(self) -> None:
        """As ports.ReadingRoom."""
        self.closed = True


class Scene:
    """Sources and what they show; channels, of which some are `broken`."""

    def __init__(
        self,
        pages: Mapping[str, Iterable[str]],
        channels: Sequence[Channel] | None = None,
        broken: Iterable[str] = (),
        store: InMemoryStore | None = None,
        clock: FakeClock | None = None,
    ) -> None:
        self.clock = clock or FakeClock()
        self.store = store or InMemoryStore()
        self.fetcher = FakeFetcher()
        self.room = LineRoom()
        self.notifier = SceneNotifier(broken=set(broken))
        self.plan = Plan(
            RULES, "{}", tuple(source(key) for key in pages), Routing(tuple(channels or (channel(),)), budget=0)
        )
        self.watchlists = FakeWatchlists(self.plan)
        self.desk = Desk(
            self.clock, self.fetcher, self.room, self.notifier, self.store, self.store.queries, "w1",
            Limits(pace=0.0, stop_fetches=0.2, stop_sends=0.4),
        )  # fmt: skip
        self.service = Service(self.desk, self.watchlists)
        for key, lines in pages.items():
            self.show(key, *lines)

    def url(self, key: str) -> str:
        """Where a source stands."""
        return f"https://{key}.example.org/{key}.xml"

    def show(self, key: str, *lines: str) -> None:
        """What the source, or the page `city/PATH`, shows from now on."""
        url = f"https://city.example.org/{key.partition('/')[2]}" if "/" in key else self.url(key)
        self.fetcher.put(url, "\n".join(lines))

    def watch(self, *sources: Source, **changes: object) -> None:
        """The watchlists of the next look."""
        self.watchlists.plan = replace(self.plan, sources=tuple(sources), **changes)  # type: ignore[arg-type]

    async def begin(self) -> None:
        """Opens the store and puts the plan in force."""
        await self.service.begin(spread=False)

    async def turn(self, flush: bool = True) -> None:
        """Everything that is due now, until nothing is."""
        for _ in range(3):
            await self.service.polls.round()
            await self.service.polls.drain()
            await self.service.sends.round(flush)
            await self.service.sends.drain()

    async def later(self, seconds: float = 2000.0) -> None:
        """Some time passes, then a turn."""
        self.clock.tick(seconds)
        await self.turn()

    @property
    def heard(self) -> list[str]:
        """The recipients of what was delivered, in order."""
        return self.notifier.heard

    @property
    def told(self) -> list[str]:
        """The subjects of what was delivered, in order."""
        return [frozen.subject for frozen in self.notifier.sent]

    def health(self) -> dict[str, tuple[str | None, str | None]]:
        """Outcome and reason of every source."""
        return {row.source: (row.outcome, row.reason) for row in self.store.queries.sources()}

    def states(self) -> list[str]:
        """The states of all deliveries, oldest first."""
        return [row.state for row in self.store.queries.deliveries()][::-1]

    def outcomes(self) -> list[str]:
        """The outcomes of all attempts of the first delivery."""
        rows = list(self.store.queries.deliveries())
        return [attempt.outcome for attempt in rows[-1].attempts]

    def entries(self) -> list[str]:
        """The kinds of all entries of the log."""
        return [entry.kind for entry in self.store.queries.audit()]

    def leased(self) -> list[object]:
        """Rows that somebody still holds."""
        t = self.store.tables
        rows = (*t.sources.values(), *t.links.values(), *t.messages.values(), *t.hosts.values())
        return [row for row in rows if row.worker is not None]


async def until(condition: object, seconds: float = 5.0) -> None:
    """Waits until the condition (a callable) holds."""
    assert callable(condition)
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)
