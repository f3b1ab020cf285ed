"""A town that publishes notices: a list of several pages, notice pages, attachments; on a real loopback web.

async with Web() as web:
    town = Town(web)
    town.publish(25)
    town.lay_out()                     # what the web shows from now on
    service = Watching(town, tmp_path) # a real fetcher, child and database, a clock that the test moves
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path

from sqlalchemy import text as sql

from monitor.adapters.clock import SystemClock
from monitor.adapters.folder import Folders, Places
from monitor.adapters.http import HttpFetcher
from monitor.adapters.process import ChildRoom
from monitor.adapters.sql import SqlQueries, SqlStore, open_database
from monitor.cli.demo import documents
from monitor.domain.delivery import Routing
from monitor.domain.plan import Plan
from monitor.domain.source import Source
from monitor.domain.topic import Ruleset, Term, Topic
from monitor.turns import Desk, Limits, Service
from tests.fakes import bodies
from tests.fakes.clock import FakeClock
from tests.fakes.intents import channel
from tests.fakes.notifier import FakeNotifier
from tests.fakes.watchlists import FakeWatchlists
from tests.fakes.web import Web

RULES = Ruleset("r1", (Topic("qiming", "Qiming Program", terms=(Term("启明计划"), Term("Qiming Program"))),))
PAGE = 10  # notices on one page of the list
SUBJECTS = ("桥梁", "光纤", "水稻", "海洋涂料", "机器人", "地下水", "钢铸件", "量子钟", "风机", "铁路", "土壤", "隧道")
PLACES = ("东港", "西洲", "南浦", "北原", "青石", "白沙", "柳林", "云台", "长桥", "石门", "金谷", "玉泉", "平湖")
SENTENCES = (
    "{place}市{subject}研究所为每位入选者提供{n}平方米的住房。",
    "申请者须在{subject}领域发表过{m}篇论文，并愿意迁居{place}。",
    "{place}的评审会在本季第{m}天首先听取{subject}方向的报告。",
    "{subject}方向的入选者可带{m}名博士生来{place}工作。",
    "{place}为{subject}方向安排经费{n}万元，由市财政逐年拨付。",
    "材料寄至{place}市中山路{n}号，{subject}方向请在信封上注明。",
)
MAKERS = {
    "pdf": documents.pdf,
    "docx": documents.docx,
    "doc": lambda title, lines: bodies.word97("\r".join((title, *lines)) + "\r"),
}


@dataclass
class Notice:
    """One notice: whether it names the programme, and the attachments it shows by ending."""

    number: int
    title: str
    lines: tuple[str, ...]
    names_it: bool
    attached: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """Where it stands."""
        return f"/art/{self.number}.html"

    def file(self, ending: str) -> str:
        """Where an attachment stands."""
        return f"/files/{self.number}.{ending}"


def notice(number: int) -> Notice:
    """A notice like no other; two of three name the programme, most have attachments."""
    chance = random.Random(number)
    place, subject = f"{chance.choice(PLACES)}{number}", chance.choice(SUBJECTS)
    told = tuple(
        line.format(place=place, subject=subject, n=chance.randint(60, 900), m=chance.randint(3, 90))
        for line in chance.sample(SENTENCES, 4)
    )
    names_it = number % 3 != 2
    name = "启明计划" if names_it else "春苗行动"
    endings = tuple(ending for ending, every in (("pdf", 3), ("docx", 4), ("doc", 5)) if number % every == 0)
    return Notice(
        number,
        f"{place}市关于组织{subject}方向{name}申报的通知",
        (f"{place}市现组织{name}申报。", *told),
        names_it,
        endings,
    )


@dataclass
class Town:
    """What is published, in the order of the list: the newest first."""

    web: Web
    shown: list[Notice] = field(default_factory=list)
    ever: dict[int, Notice] = field(default_factory=dict)

    def publish(self, count: int = 1, at: int = 0) -> None:
        """More notices, at this place of the list."""
        for _ in range(count):
            new = notice(len(self.ever))
            self.ever[new.number] = new
            self.shown.insert(at, new)

    def edit(self, number: int) -> None:
        """A notice says something else from now on."""
        self._put(number, lines=(*self.ever[number].lines, f"补充说明第{number}条：申报时间顺延{number + 3}天。"))

    def attach(self, number: int, ending: str) -> None:
        """A notice shows one more attachment from now on."""
        self._put(number, attached=(*self.ever[number].attached, ending))

    def _put(self, number: int, **changes: object) -> None:
        new = replace(self.ever[number], **changes)  # type: ignore[arg-type]
        self.shown[self.shown.index(self.ever[number])] = new
        self.ever[number] = new

    def lay_out(self) -> None:
        """The web as it is now: three pages of a list and all that hangs on it. What was removed from the list stays."""
        pages = max(1, -(-len(self.shown) // PAGE))
        for page in range(pages):
            self.web.page(_list_path(page), self._list(page, pages).encode())
        for one in self.ever.values():
            self.web.page(one.path, _html(one).encode())
            for ending in one.attached:
                content = MAKERS[ending](f"{one.title}附件{ending}", _annex(one, ending))
                self.web.page(one.file(ending), content, headers={"Content-Type": "application/octet-stream"})

    def _list(self, page: int, pages: int) -> str:
        rows = "".join(
            f"<li><a href='{one.path}'>{escape(one.title)}</a></li>"
            for one in self.shown[page * PAGE : (page + 1) * PAGE]
        )
        script = f"<script>createPageHTML({pages}, {page}, 'index', 'html');</script>"
        menu = "<div class='menu'><a href='/about.html'>关于我们</a></div>"
        return f"<html><head><title>通知公告</title></head><body>{menu}<ul>{rows}</ul>{script}</body></html>"


def _list_path(page: int) -> str:
    return "/notices/index.html" if not page else f"/notices/index_{page}.html"


def _html(one: Notice) -> str:
    text = "".join(f"<p>{escape(line)}</p>" for line in one.lines)
    files = "".join(f"<p><a href='{one.file(ending)}'>附件：{ending}</a></p>" for ending in one.attached)
    title = escape(one.title)
    return f"<html lang='zh'><head><title>{title}</title></head><body><h1>{title}</h1><article>{text}{files}</article></body></html>"


def _annex(one: Notice, ending: str) -> tuple[str, ...]:
    chance = random.Random(f"{one.number} {ending}")
    place, subject = f"{chance.choice(PLACES)}附{one.number}", chance.choice(SUBJECTS)
    told = (
        line.format(place=place, subject=subject, n=chance.randint(60, 900), m=chance.randint(3, 90))
        for line in chance.sample(SENTENCES, 4)
    )
    return ("本附件为启明计划申报书。" if one.names_it else "本附件为申报书。", *told)


class Watching:
    """The service as it is, over a real web, child and database; its clock is the test's, its channels are fakes."""

    def __init__(self, folder: Path, *sources: Source) -> None:
        self.clock = FakeClock()
        system = SystemClock()
        self.database = open_database(f"sqlite:///{folder / 'monitor.db'}")
        self.queries = SqlQueries(self.database)
        self.store = SqlStore(self.database, self.queries)
        self.room = ChildRoom(system, b"k" * 32, children=1)
        self.notifier = _Channels()
        web = HttpFetcher("mention-monitor/0.1", ["127.0.0.0/8"], 0.0, system)
        self.desk = Desk(
            self.clock, Places(web, Folders(system)), self.room, self.notifier, self.store, self.queries, "w1",
            Limits(pace=0.0),
        )  # fmt: skip
        plan = Plan(RULES, "{}", sources, Routing((channel(),), budget=0))
        self.service = Service(self.desk, FakeWatchlists(plan))

    async def __aenter__(self) -> Watching:
        await self.service.begin(spread=False)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.room.close()
        await self.desk.fetcher.close()
        self.queries.close()
        await self.store.close()

    async def turn(self, flush: bool = False) -> None:
        """Everything that is due now: polls, the links they find, the attachments those find, and what is owed."""
        for _ in range(4):
            await self.service.polls.round()
            await self.service.polls.drain()
        await self.send(flush)

    async def send(self, flush: bool = False) -> None:
        """What is owed now."""
        await self.service.sends.round(flush)
        await self.service.sends.drain()

    def ask(self, question: str) -> list[tuple[object, ...]]:
        """Rows of the database."""
        with self.database.read() as connection:
            return [tuple(row) for row in connection.execute(sql(question))]

    def told(self) -> list[tuple[str, str]]:
        """(form, title) of everything that was told, in order."""
        found = []
        for frozen in self.notifier.sent:
            message = json.loads(frozen.payload)
            views = [self.queries.hit(number) for number in message["hits"]]
            found += [(form, view.title) for form, view in zip(message["forms"], views, strict=True) if view]
        return found


class _Channels(FakeNotifier):
    def use(self, channels: object) -> None:
        """As ports.Notifier."""
