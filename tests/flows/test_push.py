"""Documents that programs send: over a real socket, through a real child, into a real store."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from monitor.adapters.clock import SystemClock
from monitor.adapters.process import ChildRoom
from monitor.adapters.sql import SqlPeople, SqlQueries, SqlStore, open_database
from monitor.console.app import ConsoleSettings, create_app, serve
from monitor.domain.delivery import Routing
from monitor.domain.query import HitFilter
from monitor.domain.secret import Secret
from monitor.domain.source import Source
from monitor.domain.topic import Ruleset, Term, Topic
from monitor.turns import Desk, Limits
from monitor.turns.inbox import Inbox
from tests.fakes import bodies
from tests.fakes.fetcher import FakeFetcher
from tests.fakes.intents import channel
from tests.fakes.notifier import FakeNotifier

RULES = Ruleset("r1", (Topic("qiming", "Qiming Program", terms=(Term("启明计划"), Term("Qiming Program"))),))
TOKEN = "a token of our own"
NOTICE = "关于组织申报启明计划的通知。请各单位于2026年12月1日前报送材料。"


@dataclass
class Stand:
    """The console at an address, its store, and the sources that may push."""

    address: str
    queries: SqlQueries
    sources: list[Source]

    async def post(self, body: object, headers: dict[str, str] | None = None, query: str = "") -> tuple[int, dict]:  # type: ignore[type-arg]
        data = body if isinstance(body, bytes | aiohttp.FormData) else json.dumps(body).encode()
        given = {"Authorization": f"Bearer {TOKEN}", **(headers or {})}
        if not isinstance(data, aiohttp.FormData):
            given.setdefault("Content-Type", "application/json")
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{self.address}/api/documents{query}", data=data, headers=given) as answer,
        ):
            return answer.status, await answer.json()

    def told(self) -> list[tuple[str, str, str]]:
        return sorted((hit.url, hit.title, hit.novelty) for hit in self.queries.hits(HitFilter()))


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def room() -> AsyncIterator[ChildRoom]:
    made = ChildRoom(SystemClock(), b"k" * 32, children=1)
    await made.use(RULES)
    yield made
    await made.close()


@pytest_asyncio.fixture(loop_scope="module")
async def stand(room: ChildRoom, tmp_path: Path) -> AsyncIterator[Stand]:
    database = open_database(f"sqlite:///{tmp_path / 'monitor.db'}")
    queries = SqlQueries(database)
    store, clock = SqlStore(database, queries), SystemClock()
    await store.open("w1", clock.now())
    sources = [Source("bridge", "push", "feed bridge")]
    await store.sync_sources(sources, clock.now())
    desk = Desk(clock, FakeFetcher(), room, FakeNotifier(), store, queries, "w1", Limits(pace=0.0))
    desk.routing, desk.ruleset = Routing((channel(),)), "r1"
    app = create_app(
        queries, store, SqlPeople(database, store.writer), ConsoleSettings(push_token=Secret(TOKEN)), clock,
        Inbox(desk, lambda: tuple(sources)),
    )  # fmt: skip
    server = serve(app, "127.0.0.1", 0)
    yield Stand(await server.start(), queries, sources)
    await server.stop()
    queries.close()
    await store.close()


pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_document_is_answered_after_its_hit_is_stored_and_owed(stand: Stand) -> None:
    sent = {"url": "https://a.example/1", "title": "启明计划申报", "text": NOTICE, "published": "2026-11-01"}
    status, told = await stand.post(sent)
    assert (status, told["outcome"], told["source"], told["alerts"], told["deliveries"]) == (
        202,
        "stored",
        "bridge",
        1,
        1,
    )
    (hit,) = stand.queries.hits(HitFilter())
    assert (hit.url, hit.title, hit.source) == ("https://a.example/1", "启明计划申报", "bridge")
    assert str(hit.published).startswith("2026-11-01")
    (health,) = stand.queries.sources()
    assert (health.outcome, health.kind) == ("changed", "push")


async def test_the_same_document_sent_again_is_known_and_told_once(stand: Stand) -> None:
    sent = {"url": "https://a.example/1", "title": "启明计划申报", "text": NOTICE}
    answers = await asyncio.gather(*(stand.post(sent) for _ in range(5)))
    assert {status for status, _ in answers} == {202}
    assert len(stand.told()) == 1
    assert (await stand.post(sent))[1]["outcome"] == "known"


async def test_html_is_read_as_a_page_and_its_attachments_are_fetched_later(stand: Stand) -> None:
    page = f"<html><body><h1>通知</h1><p>{NOTICE}</p><a href='/files/form.pdf'>附件</a></body></html>"
    status, told = await stand.post({"url": "https://a.example/2", "html": page, "source": "bridge"})
    assert (status, told["alerts"], told["links"]) == (202, 1, 1)


async def test_a_file_is_read_by_its_content_type_and_names_its_source_in_the_query(stand: Stand) -> None:
    document = bodies.docx(bodies.paragraph(NOTICE))
    media = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    status, told = await stand.post(document, {"Content-Type": media}, "?source=bridge&title=Annex")
    assert (status, told["alerts"], told["outcome"]) == (202, 1, "stored")
    assert told["document"].startswith("push:")
    assert (await stand.post(document, {"Content-Type": media}, "?source=bridge&title=Annex"))[1]["outcome"] == "known"


async def test_a_form_with_a_file_does_as_well(stand: Stand) -> None:
    form = aiohttp.FormData({"url": "https://a.example/3"})
    form.add_field("file", NOTICE.encode("gb18030"), filename="通知.txt", content_type="text/plain; charset=gb2312")
    status, told = await stand.post(form)
    assert (status, told["alerts"], told["document"]) == (202, 1, "https://a.example/3")


async def test_who_sends_to_no_source_or_to_one_that_is_not_there_is_told_which_there_are(stand: Stand) -> None:
    status, told = await stand.post({"text": NOTICE, "source": "brigde"})
    assert (status, "bridge" in told["error"]) == (404, True)
    stand.sources.append(Source("second", "push", "another"))
    status, told = await stand.post({"text": NOTICE})
    assert (status, told["error"]) == (404, "name its source: bridge, second")
    stand.sources.pop()
    assert stand.told() == []


@pytest.mark.parametrize("shown", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", "Bearer " + "x" * 9000])
async def test_without_the_token_nothing_is_read(stand: Stand, shown: str) -> None:
    status, told = await stand.post({"text": NOTICE}, {"Authorization": shown})
    assert status == 401
    assert stand.told() == [] and "token" in told["error"]


@pytest.mark.parametrize(
    ("body", "media", "status", "words"),
    [
        (b"{", "application/json", 422, "JSON that cannot be read"),
        (b"[" * 200_000, "application/json", 422, "JSON that cannot be read"),  # A40
        (b"[1]", "application/json", 422, "no object"),
        (b'{"url": "https://a.example/"}', "application/json", 422, "neither text nor html"),
        (b'{"url": "file:///etc/passwd", "text": "a"}', "application/json", 422, "no http"),  # A14
        (b"\x89PNG\r\n", "image/png", 422, "PNG"),
        (b"a=b", "application/x-www-form-urlencoded", 415, "multipart"),
        (b"x", "multipart/form-data", 400, "form"),
        (b"", "application/json", 400, "no body"),
    ],
)
async def test_what_cannot_be_read_is_refused_with_the_reason(
    stand: Stand, body: bytes, media: str, status: int, words: str
) -> None:
    found, told = await stand.post(body, {"Content-Type": media})
    assert (found, words in told["error"]) == (status, True), told


async def test_a_document_over_the_size_is_cut_off_while_it_is_sent(stand: Stand) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(200):
            yield b"x" * 100_000

    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "text/plain"}
    async with aiohttp.ClientSession() as session:
        with contextlib.suppress(aiohttp.ClientError):  # it hangs up before all was sent: refused as well
            async with session.post(f"{stand.address}/api/documents", data=endless(), headers=headers) as answer:
                assert answer.status == 413
    assert stand.told() == []


async def test_who_sends_too_much_at_once_is_asked_to_wait(stand: Stand) -> None:
    answers = [await stand.post(b"", {}) for _ in range(130)]
    waits = [told for status, told in answers if status == 429]
    assert waits and "later" in waits[0]["error"]
    assert {status for status, _ in answers} == {400, 429}


async def test_without_a_token_of_ones_own_the_address_is_closed(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'monitor.db'}")
    queries = SqlQueries(database)
    store = SqlStore(database, queries)
    server = serve(create_app(queries, store, SqlPeople(database, store.writer)), "127.0.0.1", 0)
    address = await server.start()
    status, told = await Stand(address, queries, []).post({"text": NOTICE})
    assert (status, "MONITOR_PUSH_TOKEN_FILE" in told["error"]) == (503, True)
    await server.stop()
    queries.close()
    await store.close()


def test_the_token_is_a_secret_with_a_file_of_its_own(tmp_path: Path) -> None:
    from monitor.config.settings import load_settings

    (tmp_path / "token").write_text("s3cret-token\n")
    environ = {"MONITOR_STATE": str(tmp_path), "MONITOR_PUSH_TOKEN_FILE": str(tmp_path / "token")}
    settings = load_settings(environ)
    assert settings.push_token is not None and settings.push_token.reveal() == "s3cret-token"
    assert "s3cret" not in repr(settings)
    assert replace(ConsoleSettings(), push_token=settings.push_token).push_token == settings.push_token
