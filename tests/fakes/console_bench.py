"""A console with a workshop over a watchlist folder, an InMemoryStore and a FakeNotifier.

bench = ConsoleBench(tmp_path)
with bench.signed_in() as client:      # a context, so that jobs of the console go on between requests
    client.get("/watchlists")
bench.entries("watchlist saved")       # what stands in the log
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from monitor.console.app import ConsoleSettings, create_app
from monitor.console.workshop import Exported, Files, Workshop
from monitor.console.workshop.jobs import Tell
from monitor.domain.archive import Change, Preview, Progress, Row, Sample
from monitor.domain.audit import AuditNote, Verification
from monitor.domain.delivery import Channel
from monitor.domain.person import Person, Role
from monitor.domain.plan import WaitingEdit
from monitor.domain.secret import Secret
from tests.fakes.clock import FakeClock
from tests.fakes.notifier import FakeNotifier
from tests.fakes.people import InMemoryPeople
from tests.fakes.store import InMemoryStore

BASE = "http://127.0.0.1:8080"
OURS = {"Sec-Fetch-Site": "same-origin"}
NOW = datetime(2026, 11, 24, 8, 12, tzinfo=UTC)
MAIL = Channel("analysts", Secret("mailto://nobody"), "mail", ("a@example.org",))
SUGGESTION = "- source: new-notices\n  feed: https://new.example.org/feed.xml\n  every: 1 h\n"


class HeldEdits:
    """The edit that waits, and who accepted it."""

    def __init__(self) -> None:
        self.edit: WaitingEdit | None = None
        self.accepted: list[tuple[str, str, str]] = []

    def waiting(self) -> WaitingEdit | None:
        """The edit that a test set."""
        return self.edit

    async def accept(self, edit: WaitingEdit, actor: str, why: str, now: datetime) -> None:
        """Notes who accepted it."""
        self.accepted.append((edit.digest, actor, why))
        self.edit = None


class ConsoleBench:
    """Everything that a console beside a service has, without a service."""

    def __init__(self, folder: Path, store: InMemoryStore | None = None) -> None:
        self.folder = folder / "watchlists"
        self.folder.mkdir()
        self.store = store or InMemoryStore()
        self.people = InMemoryPeople()
        self.edits = HeldEdits()
        self.notifier = FakeNotifier()
        self.gate = asyncio.Event()  # previews wait for it while `slow`
        self.slow = False
        self.previewed: list[tuple[str, bytes]] = []
        self.trial: Mapping[str, Any] = {"url": "https://new.example.org/", "error": "timed out"}
        self.verification = Verification("ok", 7)
        self.shop = Workshop(
            files=Files(self.folder), edits=self.edits, notifier=self.notifier, channels=lambda: (MAIL,),
            preview=self._preview, try_address=self._try, add_source=lambda text, told: f"{text}{told}",
            verify=self._verify, export=self._export, room=folder / "exports", environ={}, schemes=frozenset(),
        )  # fmt: skip
        self.app = create_app(
            self.store.queries, self.store, self.people, ConsoleSettings(setup=False), FakeClock(NOW), None, self.shop
        )

    @contextmanager
    def signed_in(self, role: Role = Role.ADMIN, name: str = "lena") -> Iterator[TestClient]:
        """A browser of somebody with that role."""

        async def link() -> str:
            await self.people.add(Person(name, role, NOW), "root")
            made: str = await self.app.state.door.link(BASE, name, "root")
            return made

        with TestClient(self.app, base_url=BASE, headers=OURS) as client:
            assert client.portal is not None
            client.get(client.portal.call(link))
            yield client

    def put(self, name: str, text: str, in_force: bool = True) -> None:
        """A file in the folder, and in force unless told otherwise."""
        (self.folder / name).write_text(text, "utf-8")
        if in_force:
            asyncio.run(self.store.save_watchlist_file(name, text.encode(), NOW))

    def entries(self, kind: str) -> list[tuple[str, Mapping[str, object]]]:
        """(actor, body) of the entries of that kind."""
        return [(one.actor, one.body or {}) for one in self.store.queries.audit() if one.kind == kind]

    async def _preview(self, name: str, content: bytes, since: datetime | None, tell: Tell) -> Preview:
        self.previewed.append((name, content))
        tell(Progress(10, 40, "", {"gained": 1}))
        while self.slow:
            await asyncio.sleep(0.01)
        change = Change(
            7, "qiming", None, "alert", "申报通知", "启明计划", "exact", "关于启明计划的通知", 2, 6, "main text"
        )
        sample = Sample(change, "city", "https://city.example.org/7", NOW)
        return Preview(NOW, 40, rows=(Row("qiming", "city", 1),), samples=(sample,), topics=("qiming",))

    async def _try(self, address: str, kind: str) -> Mapping[str, Any]:
        return self.trial

    def _verify(self, tell: Tell) -> Verification:
        tell(Progress(7, 0, "entries"))
        return self.verification

    async def _export(self, room: Path, texts: bool, copies: bool, actor: str, tell: Tell) -> Exported:
        room.mkdir(exist_ok=True)
        path = room / "audit-1.zip"
        path.write_bytes(b"PK")
        await self.store.note([AuditNote("exported", actor, NOW, {"what": "audit log", "texts": texts})])
        return Exported(path, 7, 3, 2)
