"""A store with an archive: what stands in it was imported, and is asked again under other rules.

shelf = Shelf(tmp_path)
await shelf.bring({"title": "…", "text": "…"}, rules=RULES)        # through a real reading child
found = await shelf.preview(RULES, OTHER)
sums = await shelf.rematch(OTHER)
assert shelf.messages(channel()) == [...]                          # what the next assemble makes of it
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from monitor.adapters.archive import pieces
from monitor.adapters.process import ChildRoom
from monitor.adapters.sql import SqlQueries, SqlStore, open_database
from monitor.adapters.sql.late import SqlLateHits
from monitor.adapters.sql.texts import SqlArchive
from monitor.config.watchlists import ruleset
from monitor.domain.archive import Imported, Piece, Preview, Rematched
from monitor.domain.delivery import Channel, Routing
from monitor.domain.intent import Claim, MessageClaim
from monitor.domain.topic import Ruleset, Term, Topic
from monitor.ports import ReadingRoom
from monitor.turns import Desk, Limits
from monitor.turns.importing import Order, import_pieces
from monitor.turns.preview import preview
from monitor.turns.rematch import rematch
from tests.fakes.clock import FakeClock
from tests.fakes.fetcher import FakeFetcher
from tests.fakes.intents import channel
from tests.fakes.notifier import FakeNotifier


def rules(**topics: str | Sequence[str]) -> Ruleset:
    """A ruleset of topics with one or more strong terms each."""
    made = [
        Topic(key, key.title(), terms=tuple(Term(term) for term in ([terms] if isinstance(terms, str) else terms)))
        for key, terms in topics.items()
    ]
    return ruleset(made, "test")[0]


class Shelf:
    """A SQLite store in a folder, with children to read and a clock that stands still."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = FakeClock()
        self.database = open_database(f"sqlite:///{folder / 'monitor.db'}")
        self.queries = SqlQueries(self.database)
        self.store = SqlStore(self.database, self.queries)
        self.late = SqlLateHits(self.store.writer)
        self.archive = SqlArchive(self.database)
        self.fetcher = FakeFetcher()
        self.runs = 0
        self.rooms: dict[tuple[str, str], ChildRoom] = {}

    @asynccontextmanager
    async def room(self, after: Ruleset, before: Ruleset | None = None) -> AsyncIterator[ChildRoom]:
        """A child under these rules; it stays for the next who asks."""
        asked = (after.id, before.id if before else "")
        if asked not in self.rooms:
            self.rooms[asked] = ChildRoom(self.clock, b"k" * 32, 1, None, before)
            await self.rooms[asked].use(after)
        yield self.rooms[asked]

    def desk(self, room: ReadingRoom, under: Ruleset) -> Desk:
        """What turns have at hand."""
        return Desk(
            self.clock, self.fetcher, room, FakeNotifier(), self.store, self.queries, "w1", Limits(pace=0.0),
            ruleset=under.id,
        )  # fmt: skip

    def run(self, word: str) -> str:
        """The name of another round."""
        self.runs += 1
        return f"{word} {self.runs}"

    async def take(
        self, things: Iterator[Piece], under: Ruleset, quiet: bool = False, source: str = "s", at_once: int = 1
    ) -> Imported:
        """Imports pieces, in their order unless several are to be under way at once."""
        async with self.room(under) as room:
            order = Order(source, self.run("import"), "li", quiet, "a test" if quiet else "", at_once)
            return await import_pieces(self.desk(room, under), self.late, things, order)

    async def bring(self, *records: dict[str, str], under: Ruleset, quiet: bool = True, source: str = "s") -> Imported:
        """Imports records as lines of JSON."""
        path = self.folder / "records.jsonl"
        path.write_text("".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in records), "utf-8")
        return await self.take(pieces([path], source), under, quiet, source)

    async def preview(self, before: Ruleset | None, after: Ruleset, days: int = 30) -> Preview:
        """What `after` finds that `before` does not, and the reverse."""
        async with self.room(after, before) as room:
            return await preview(self.archive, room, self.clock.now() - timedelta(days=days))

    async def rematch(self, under: Ruleset) -> Rematched:
        """Judges all of it again."""
        async with self.room(under) as room:
            return await rematch(self.desk(room, under), self.archive, room, self.late, self.run("rematch"), None)

    async def messages(self, *channels: Channel) -> list[MessageClaim]:
        """What the service would send now."""
        now = self.clock.now()
        await self.store.assemble(Routing(channels or (channel(),)), now, flush=False)
        return await self.store.claim_messages(Claim("w1", now, now + timedelta(minutes=20)))

    def column(self, table: object, name: str) -> list[object]:
        """All values of one column."""
        with self.database.read() as connection:
            return list(connection.execute(select(table.c[name]).order_by(table.c.id)).scalars())  # type: ignore[attr-defined]

    async def close(self) -> None:
        """Ends it."""
        for room in self.rooms.values():
            await room.close()
        self.queries.close()
        await self.store.close()
