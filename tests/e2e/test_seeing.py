"""Two weeks of a small web in seconds: what is missed, vanishes, falls silent and comes back is known and told.

The service is the real one - fetcher, child, SQLite, webhook - on a clock that the test moves.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from aiohttp import web
from rich.console import Console

from monitor import wiring
from monitor.cli import sources_list
from monitor.config.settings import load_settings
from monitor.domain.query import HitFilter, SourceDay
from tests.fakes.clock import FakeClock

START = datetime(2026, 11, 1, 6, 0, tzinfo=UTC)
NOTICE = "<title>{0}</title><h1>{0}</h1><p>{1}</p><p>各有关单位请于月底前报送材料，联系人见附件，逾期不再受理。</p>"
CALL = "现组织申报启明计划第{0}批项目，申报人须在海外工作三年以上。"
PLAIN = "本市第{0}批道路养护工程已经完成，感谢市民支持。"
LOGIN = "<title>用户登录</title><form><input name=u><input type=password name=p></form>"


def entries(numbers: Iterator[int] | range | list[int], now: datetime, ids: str = "id") -> str:
    """A feed with these entries, the newest first; `now` is when number 0 would have come, one a day."""
    items = "".join(
        f"<item><guid>{ids}-{n}</guid><title>第{n}号通告</title><link>http://feed.example/{n}.html</link>"
        f"<pubDate>{(START + timedelta(days=n - 10)).strftime('%a, %d %b %Y %H:%M:%S GMT')}</pubDate>"
        f"<description>{PLAIN.format(n)}</description></item>"
        for n in numbers
    )
    return f"<rss version='2.0'><channel><title>f</title>{items}</channel></rss>"


@dataclass
class Town:
    """A web whose pages the test sets; None is a 404."""

    pages: dict[str, str | None] = field(default_factory=dict)
    etags: dict[str, str] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)

    async def page(self, asked: web.Request) -> web.Response:
        """Whatever stands under this path now."""
        body = self.pages.get(asked.path)
        if body is None:
            return web.Response(status=404)
        tag = self.etags.get(asked.path)
        if tag and asked.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers={"ETag": tag})
        kind = "application/rss+xml" if asked.path.endswith(".xml") else "text/html"
        return web.Response(text=body, content_type=kind, headers={"ETag": tag} if tag else {})

    async def hook(self, asked: web.Request) -> web.Response:
        """The service channel."""
        told = await asked.json()
        self.heard.append(str(told))
        return web.Response()


class World:
    """The service on its own clock, and the web it watches."""

    def __init__(self, app: wiring.App, town: Town, clock: FakeClock) -> None:
        self.app, self.town, self.clock = app, town, clock

    async def turn(self, **hours: float) -> None:
        """Time passes, then everything that is due is polled, read and sent."""
        self.clock.tick(timedelta(**hours).total_seconds() if hours else 0.0)
        for _ in range(3):
            await self.app.service.polls.round()
            await self.app.service.polls.drain()
            await self.app.service.sends.round(True)
            await self.app.service.sends.drain()

    async def days(self, number: int) -> None:
        """So many days, polled each six hours."""
        for _ in range(number * 4):
            await self.turn(hours=6.8)

    def states(self) -> dict[str, str]:
        """Source → health, as `source list` tells it now."""
        found = sources_list.rows(self.app.queries.sources(), [], self.clock.now())
        return {row.source.source: row.state for row in found}

    def told(self, kind: str, source: str = "") -> list[dict[str, object]]:
        """The bodies of all entries of that kind."""
        return [
            dict(one.body or {}) for one in self.app.queries.audit()
            if one.kind == kind and (not source or (one.body or {}).get("source") == source)
        ]  # fmt: skip

    def account(self, source: str) -> SourceDay:
        """The sum of all days of a source."""
        days = [one for one in self.app.queries.source_days(START.date()) if one.source == source]
        names = ("due", "polled", "changed", "unchanged", "failed", "skipped", "gap")
        return SourceDay(source, START.date(), *(sum(getattr(day, name) for day in days) for name in names))

    def screen(self) -> str:
        """`monitor source list` on a terminal of 100 columns."""
        found = sources_list.rows(
            self.app.queries.sources(), self.app.queries.source_days(START.date()), self.clock.now()
        )
        console = Console(width=100, record=True, force_terminal=True, file=StringIO())
        console.print(sources_list.drawn(found, self.clock.now()))
        console.print(sources_list.summary(found))
        return console.export_text()


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Sources of every kind that this file needs, all well on the first day."""
    town = Town()
    site = web.Application()
    site.router.add_post("/hook", town.hook)
    site.router.add_get("/{path:.*}", town.page)
    runner = web.AppRunner(site, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    folder = tmp_path / "watchlists"
    folder.mkdir()
    rows = {"busy": "feed: {0}/busy.xml", "quiet": "feed: {0}/quiet.xml", "renamed": "feed: {0}/renamed.xml",
            "removed": "feed: {0}/removed.xml", "office": "page: {0}/office.html", "city": "listing: {0}/city/",
            "portal": "page: {0}/portal.html", "liar": "page: {0}/liar.html", "twins": "page: {0}/twins.html"}  # fmt: skip
    sources = "".join(f"  - source: {key}\n    {row.format(base)}\n    every: 6 h\n" for key, row in rows.items())
    (folder / "all.yaml").write_text(
        "topics:\n  - topic: qiming\n    name: Qiming\n    terms: [启明计划]\n"
        f"sources:\n{sources}channels:\n  - channel: ops\n    url: env:OPS\n    service: true\n",
        "utf-8",
    )
    settings = load_settings(
        {"HOME": str(tmp_path)}, state=str(tmp_path / "state"), watchlists=str(folder), allow_private="127.0.0.0/8",
        host_pace=0, console="off",
    )  # fmt: skip
    town.pages |= {
        "/busy.xml": entries(range(9, -1, -1), START), "/quiet.xml": entries(range(9, -1, -1), START),
        "/renamed.xml": entries(range(9, -1, -1), START), "/removed.xml": entries(range(9, -1, -1), START),
        "/office.html": NOTICE.format("办事通知", CALL.format(1)), "/city/": "<a href='/city/1.html'>一号</a>",
        "/city/1.html": NOTICE.format("市局通知", CALL.format(7)), "/portal.html": NOTICE.format("门户", PLAIN.format(3)),
        "/liar.html": NOTICE.format("公告", PLAIN.format(4)), "/twins.html": NOTICE.format("甲", PLAIN.format(5)),
    }  # fmt: skip
    clock = FakeClock(START)
    app = await wiring.build(settings, {"OPS": f"json://{base.removeprefix('http://')}/hook"})
    app.service.desk.clock = clock
    try:
        await app.service.begin(spread=False)
        made = World(app, town, clock)
        await made.turn()
        yield made
    finally:
        await app.abandon()
        await runner.cleanup()


async def test_two_weeks_of_a_small_web(world: World) -> None:
    """Gap, vanished page, term removed, blind, login, gone, new ids, lying tags, flapping, recovery: F43, F45, F47, F48."""
    town = world.town
    assert set(world.states().values()) == {"healthy"}
    # a window that moved on too quickly
    town.pages["/busy.xml"] = entries(range(49, 39, -1), START)
    # all ids given anew over the same entries
    town.pages["/renamed.xml"] = entries(range(9, -1, -1), START, "new")
    # a term leaves its page; a notice leaves its list and its address
    town.pages["/office.html"] = NOTICE.format("办事通知", PLAIN.format(1))
    town.pages["/city/1.html"] = None
    # the portal asks for a login
    town.pages["/portal.html"] = LOGIN
    town.pages["/removed.xml"] = None
    documents = world.app.queries.tally().documents
    await world.turn(hours=6.8)
    await world.turn(hours=6.8)
    assert [(one["before"], world.account("busy").gap) for one in world.told("gap seen")] == [(10, 1)]
    assert len(world.told("source warned", "renamed")) == 1
    assert world.app.queries.tally().documents - documents == 10, "only the ten of the busy feed are new"
    assert [one["topic"] for one in world.told("term removed")] == ["qiming"]
    states = world.states()
    assert (states["portal"], states["removed"]) == ("failing", "failing")
    assert "login page" in str(world.told("source failed", "portal")[0]["reason"])
    assert world.told("document vanished") == []
    # the same two bodies in turn
    for number in range(5):
        town.pages["/twins.html"] = NOTICE.format("甲乙"[number % 2], PLAIN.format(5 + number % 2))
        await world.turn(hours=6.8)
    assert len(world.told("source warned", "twins")) == 1
    # two days of 404
    await world.days(2)
    assert world.states()["removed"] == "gone"
    assert [one["source"] for one in world.told("source gone")] == ["removed"]
    assert [str(one["url"]).rpartition("/")[2] for one in world.told("document vanished")] == ["1.html"]
    # silence beyond habit
    await world.days(3)
    assert world.states()["quiet"] == "blind"
    screen = world.screen()

    print(screen)  # seen with -s
    assert max(len(row) for row in screen.splitlines()) <= 100
    assert "→ it asks for a login now" in " ".join(screen.split())
    # recovery of each
    town.pages["/quiet.xml"] = entries(range(20, 10, -1), START)
    town.pages["/portal.html"] = NOTICE.format("门户", PLAIN.format(8))
    town.pages["/removed.xml"] = entries(range(21, 11, -1), START)
    await world.days(2)
    assert {one["source"] for one in world.told("source recovered")} == {"quiet", "portal", "removed"}
    assert {world.states()[key] for key in ("quiet", "portal", "removed")} == {"healthy"}
    heard = "\n".join(town.heard)
    for words in (
        "Gap in busy",
        "no longer names qiming",
        "has vanished",
        "is blind",
        "is gone",
        "is read again",
        "new ids",
    ):
        assert words in heard, words


async def test_tags_that_lie_are_found_out_and_not_used_any_more(world: World) -> None:
    """F43: a server that answers 304 to whatever it is asked."""
    town = world.town
    town.etags["/liar.html"] = '"for-ever"'
    town.pages["/liar.html"] = NOTICE.format("公告", PLAIN.format(6))
    await world.turn(hours=6.8)
    town.pages["/liar.html"] = NOTICE.format("公告", CALL.format(6))
    for _ in range(24):
        await world.turn(hours=6.8)
    assert len(world.told("source warned", "liar")) == 1
    assert world.app.queries.count_hits(HitFilter(sources=("liar",))) == 1
    town.pages["/liar.html"] = NOTICE.format("公告", CALL.format(8))
    await world.turn(hours=6.8)
    assert world.app.queries.count_hits(HitFilter(sources=("liar",))) == 2, "seen at the next poll, not after 24"


async def test_every_turn_has_its_outcome_in_the_day(world: World) -> None:
    """I8: due is polled and skipped, polled is changed, unchanged and failed; a service that slept says so."""
    await world.turn(hours=6.8)
    await world.turn(hours=48)
    day = world.account("quiet")
    assert day.polled == 3 and day.skipped in {6, 7}
    assert day.due == day.polled + day.skipped
    assert day.polled == day.changed + day.unchanged + day.failed
