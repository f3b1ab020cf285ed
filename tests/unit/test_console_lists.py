"""The hit list: filters, saved views, rulings on one, on many, on pairs; what is shown beside it and kept below it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from monitor.console.app import ConsoleSettings, create_app
from monitor.console.pages.filters import read
from monitor.domain.audit import AuditNote
from monitor.domain.errors import StoreError
from monitor.domain.evidence import KeptCopy
from monitor.domain.ruling import Ruling, RulingKind
from tests.fakes.console_scene import NOW, scene
from tests.fakes.people import InMemoryPeople
from tests.fakes.queries import FakeQueries

OURS = {"Sec-Fetch-Site": "same-origin"}
BASE = "http://127.0.0.1:8080"


class Wrist:
    """A clock that stands at the scene's moment."""

    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 1000.0


class Notebook:
    """A store that only notes what it is asked to do."""

    def __init__(self) -> None:
        self.rulings: list[Ruling] = []
        self.notes: list[AuditNote] = []

    async def rule(self, ruling: Ruling) -> None:
        self.rulings.append(ruling)

    async def note(self, notes: list[AuditNote]) -> None:
        self.notes += notes


class Shelf:
    """Kept bytes, or none of them."""

    def __init__(self, content: bytes | None) -> None:
        self.content = content

    def open(self, copy: KeptCopy) -> bytes:
        if self.content is None:
            raise StoreError("the file is missing")
        return self.content


def console(queries: FakeQueries, store: Notebook, content: bytes | None = b"") -> FastAPI:
    settings = ConsoleSettings(zone="Europe/Berlin", setup=False)
    return create_app(queries, store, InMemoryPeople(), settings, Wrist(), evidence=Shelf(content))  # type: ignore[arg-type]


def signed_in(app: FastAPI) -> TestClient:
    client = TestClient(app, base_url=BASE)
    client.get(asyncio.run(app.state.door.link(BASE)))
    return client


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


@pytest.fixture
def client(notebook: Notebook) -> Iterator[TestClient]:
    with signed_in(console(scene(), notebook)) as found:
        yield found


def shown(page: str) -> list[int]:
    """The hits that stand in the list, tellings aside."""
    return [int(number) for number in re.findall(r'<li data-hit="(\d+)"', page)]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("place=Linlan", []),
        ("min_amount=300万&topic=qiming&seen=7", [1, 4]),
        ("min_amount=6000000&currency=CNY", [1]),
        ("deadline_after=2027-02-01&deadline_before=2027-03-01", [5]),
        ("part=measure", [7]),
        ("verdict=all&q=人才 团队", [9]),
        ("verdict=all&q=啟明計畫 送件", [5]),
        ("verdict=all&q=SIGNING bonuses", [4]),
        ("verdict=all&until=2026-11-22&topic=ttp&source=nowhere", []),
        ("verdict=all&state=right", []),
    ],
)
def test_every_filter_of_the_address_holds(client: TestClient, query: str, numbers: list[int]) -> None:
    assert shown(client.get(f"/hits?{query}").text) == numbers


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1,000,000", "1000000"),
        ("300万", "3000000"),
        ("1.5m", "1500000"),
        ("2亿", "200000000"),
        ("¥5000", "5000"),
        ("lots", ""),
    ],
)
def test_amounts_are_read_as_people_write_them(typed: str, amount: str) -> None:
    assert read({"min_amount": typed})["min_amount"] == amount


def test_what_an_address_asks_that_nobody_knows_counts_as_not_asked() -> None:
    asked = {"verdict": "x", "kind": "'", "since": "0001-01-01", "state": "none", "currency": "EURO", "seen": "-1"}
    values = read(asked)
    assert values.pop("verdict") == "alert"
    assert not any(values.values())


def test_several_ticked_hits_are_ruled_at_once_and_the_list_comes_back(client: TestClient, notebook: Notebook) -> None:
    form = {"hit": ["8", "9"], "kind": "wrong", "back": "/hits?verdict=review&q=x"}
    answer = client.post("/hits/rulings", data=form, headers=OURS, follow_redirects=False)
    assert answer.headers["location"] == "/hits?verdict=review&q=x&said=wrong-2"
    assert [(one.hit, one.kind) for one in notebook.rulings] == [(8, RulingKind.WRONG), (9, RulingKind.WRONG)]
    assert "2 ruled wrong" in client.get(answer.headers["location"]).text


@pytest.mark.parametrize(
    "form",
    [
        {"kind": "wrong"},
        {"hit": ["8"], "kind": "deleted"},
        {"hit": [str(number) for number in range(101)], "kind": "wrong"},
        {"hit": ["8", "424242"], "kind": "wrong"},
    ],
)
def test_a_form_that_is_wrong_in_part_rules_nothing(
    client: TestClient, notebook: Notebook, form: dict[str, object]
) -> None:
    assert client.post("/hits/rulings", data=form, headers=OURS).status_code in {400, 404}
    assert notebook.rulings == []


@pytest.mark.parametrize(
    "back", ["//evil.example", "https://evil.example/hits?x", "/sign-out", "/hits/../x", "javascript:1"]
)
def test_a_form_never_leads_away_from_our_list(client: TestClient, back: str) -> None:  # A95
    answer = client.post("/hits/8/ruling", data={"kind": "right", "back": back}, headers=OURS, follow_redirects=False)
    assert answer.headers["location"] == "/hits?said=right-1"


def test_the_ruling_that_counts_is_shown_and_can_be_taken_back(notebook: Notebook) -> None:
    queries = scene()
    queries.all_hits[0] = replace(
        queries.all_hits[0], ruled="wrong", ruled_by="lena", ruled_at=NOW, ruled_why="a person"
    )
    client = signed_in(console(queries, notebook))
    page = client.get("/hits/1").text
    assert "Ruled <b>wrong</b> by lena" in page and "“a person”" in page and 'data-key="u"' in page
    assert "ruled <b>wrong</b> by lena" in client.get("/hits?state=wrong").text
    assert "Saved: withdrawn." in client.post("/hits/1/ruling", data={"kind": "withdrawn"}, headers=OURS).text
    assert notebook.rulings[-1].kind is RulingKind.WITHDRAWN


def test_a_view_is_kept_under_its_name_with_a_feed_and_forgotten_again(client: TestClient) -> None:
    kept = client.post("/views/keep", data={"name": "浙江 calls", "query": "q=人才&topic=qiming"}, headers=OURS)
    assert kept.status_code == 200
    page = client.get("/hits").text
    assert "浙江 calls" in page
    feed = re.search(r'href="(/feeds/hits\.atom\?[^"]*)" aria-label', page)
    assert feed and client.get(feed[1].replace("&amp;", "&")).status_code == 200
    number = re.search(r'name="view" value="(\d+)"', page)
    assert number
    client.post("/views/drop", data={"view": number[1], "back": "/hits"}, headers=OURS)
    assert "浙江 calls" not in client.get("/hits").text
    assert client.post("/views/drop", data={"view": number[1]}, headers=OURS).status_code == 404


def test_the_selected_hit_stands_beside_the_list_and_in_the_address(client: TestClient) -> None:
    assert 'data-beside="4"' in client.get("/hits?topic=qiming&at=4").text
    part = client.get("/hits/4/beside?back=/hits%3Ftopic%3Dqiming").text
    assert "<html" not in part and "<mark>Qiming Program</mark>" in part and "/hits?topic=qiming" in part


def test_two_texts_are_set_side_by_side_and_can_be_split(client: TestClient, notebook: Notebook) -> None:
    page = client.get("/hits/2").text
    assert "Set against an earlier text" in page and "Not the same" in page
    client.post("/hits/2/pair", data={"version": "1", "kind": "split"}, headers=OURS)
    assert notebook.rulings == [Ruling(RulingKind.NOT_THE_SAME, "terminal", NOW, pair=(2, 1))]
    assert client.post("/hits/2/pair", data={"version": "2", "kind": "split"}, headers=OURS).status_code == 400


def test_a_kept_copy_is_shown_as_text_and_its_opening_is_logged(notebook: Notebook) -> None:
    queries = scene()
    queries.all_copies = [
        KeptCopy("https://x.example", "text/html", "ab" * 32, "f.warc.gz", 0, 9, "cd" * 32, NOW, 5, 1)
    ]
    client = signed_in(console(queries, notebook, "<script>alert(1)</script>启明计划".encode()))
    assert "Open as text" in client.get("/hits/1").text
    page = client.post("/hits/1/copies/5", headers=OURS).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;启明计划" in page and "<script>alert" not in page
    assert [(note.kind, note.body["copy"]) for note in notebook.notes] == [("copy opened", 5)]
    assert client.post("/hits/1/copies/6", headers=OURS).status_code == 404
    gone = signed_in(console(queries, notebook, None))
    assert gone.post("/hits/1/copies/5", headers=OURS).status_code == 410


def test_a_full_page_of_the_list_stays_small(client: TestClient) -> None:
    assert len(client.get("/hits?verdict=all").content) < 60_000
