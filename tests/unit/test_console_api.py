"""The console for programs: JSON, its description, a feed, figures."""

from __future__ import annotations

import asyncio
import base64
import os
from datetime import timedelta
from xml.etree import ElementTree as xml

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from schemathesis.generation import GenerationMode

from monitor.console.app import ConsoleSettings, create_app
from monitor.domain.person import Person, Right, Role
from tests.fakes.clock import FakeClock
from tests.fakes.console_scene import NOW, scene
from tests.fakes.people import InMemoryPeople
from tests.unit.test_console import Notebook

BASE = "http://127.0.0.1:8080"
ALL = frozenset(Right)
EXAMPLES = 200 if os.environ.get("MONITOR_SOAK") else 15


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


@pytest.fixture
def app(notebook: Notebook) -> FastAPI:
    return create_app(scene(), notebook, InMemoryPeople(), ConsoleSettings(), FakeClock(NOW))  # type: ignore[arg-type]


def key_of(app: FastAPI, rights: frozenset[Right] = ALL, days: int | None = None) -> str:
    """A key with these rights."""

    async def make() -> str:
        await app.state.door.people.add(Person("ada", Role.ADMIN, NOW), "root")
        made: str = await app.state.door.key("script", "ada", rights, days, "ada")
        return made

    return asyncio.run(make())


def program(app: FastAPI, rights: frozenset[Right] = ALL) -> TestClient:
    """A program with a key of these rights."""
    return TestClient(app, base_url=BASE, headers={"Authorization": f"Bearer {key_of(app, rights)}"})


def test_hits_come_with_their_reasons_and_masked(app: FastAPI) -> None:
    answer = program(app).get("/api/hits", params={"topic": "qiming", "verdict": "alert", "limit": 5}).json()
    assert answer["total"] >= len(answer["hits"]) == 5
    one = program(app).get("/api/hits/1").json()
    assert one["text"] == "QM（启明）计划"
    assert one["reasons"]
    assert "55500188" not in one["passage"]
    whole = one["title"] + "\n" + " " * 10_000
    assert one["start"] < len(whole)


def test_pages_of_the_api_follow_each_other(app: FastAPI) -> None:
    client = program(app)
    first = client.get("/api/hits", params={"limit": 10}).json()["hits"]
    second = client.get("/api/hits", params={"limit": 10, "offset": 10}).json()["hits"]
    assert len({hit["id"] for hit in first + second}) == 20


@pytest.mark.parametrize(
    ("path", "rights", "status"),
    [
        ("/api/hits", {Right.READ}, 200),
        ("/api/hits", {Right.METRICS}, 403),
        ("/api/audit/verify", {Right.READ}, 403),
        ("/api/audit/verify", {Right.READ, Right.AUDIT}, 200),
        ("/metrics", {Right.METRICS}, 200),
        ("/metrics", {Right.READ}, 403),
        ("/feeds/hits.atom", {Right.READ}, 200),
    ],
)
def test_a_key_opens_what_it_carries(app: FastAPI, path: str, rights: set[Right], status: int) -> None:
    assert program(app, frozenset(rights)).get(path).status_code == status


def test_a_key_opens_no_page_of_people(app: FastAPI) -> None:
    assert program(app).get("/").status_code == 401
    assert program(app).post("/people/add", data={"name": "eve", "role": "admin"}).status_code == 401


def test_a_key_that_ended_or_was_invented_opens_nothing(app: FastAPI) -> None:
    clock = app.state.door._clock
    key = key_of(app, days=1)
    client = TestClient(app, base_url=BASE, headers={"Authorization": f"Bearer {key}"})
    assert client.get("/api/tally").status_code == 200
    clock.tick(timedelta(days=2).total_seconds())
    assert client.get("/api/tally").status_code == 401
    for invented in ("Bearer mm_x", "Bearer ", "Basic !!", "Basic " + base64.b64encode(b"a:mm_b").decode()):
        refused = TestClient(app, base_url=BASE, headers={"Authorization": invented}).get("/api/tally")
        assert refused.status_code == 401
        assert refused.json() == {"error": "You are not signed in."}


def test_a_ruling_of_a_program_has_its_owner_s_name(app: FastAPI, notebook: Notebook) -> None:
    answer = program(app).post("/api/hits/8/ruling", json={"kind": "wrong", "why": "a venture fund"})
    assert answer.json() == {"done": True}
    assert [(one.actor, one.kind.value, one.hit) for one in notebook.rulings] == [("ada", "wrong", 8)]


@pytest.mark.parametrize("body", [{"kind": "right", "actor": "root"}, {"kind": "the same"}, {}, [], {"kind": None}])
def test_fields_that_were_not_asked_for_are_refused(app: FastAPI, notebook: Notebook, body: object) -> None:
    """A98: mass assignment."""
    assert program(app).post("/api/hits/8/ruling", json=body).status_code == 422
    assert notebook.rulings == []


def test_a_browser_s_session_is_no_key_for_other_sites(app: FastAPI, notebook: Notebook) -> None:
    """A93."""
    browser = TestClient(app, base_url=BASE)
    browser.get(asyncio.run(app.state.door.link(BASE)), headers={"Sec-Fetch-Site": "none"})
    answer = browser.post("/api/hits/8/ruling", json={"kind": "wrong"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert notebook.rulings == []


def test_the_feed_is_atom_with_one_id_for_each_hit(app: FastAPI) -> None:
    basic = base64.b64encode(f"reader:{key_of(app, frozenset({Right.READ}))}".encode()).decode()
    client = TestClient(app, base_url=BASE, headers={"Authorization": f"Basic {basic}"})
    answer = client.get("/feeds/hits.atom", params={"verdict": "alert", "topic": "qiming"})
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = xml.fromstring(answer.content)
    atom = "{http://www.w3.org/2005/Atom}"
    ids = [entry.findtext(f"{atom}id") for entry in feed.iter(f"{atom}entry")]
    assert ids
    assert len(set(ids)) == len(ids)
    assert all(one and one.startswith(f"{BASE}/hits/") for one in ids)


def test_hostile_titles_leave_the_feed_well_formed(app: FastAPI) -> None:
    """A89."""
    feed = program(app).get("/feeds/hits.atom").content
    assert xml.fromstring(feed) is not None
    assert b"<script" not in feed


def test_the_figures_are_those_of_the_store(app: FastAPI) -> None:
    page = program(app).get("/metrics").text
    assert 'monitor_hits{verdict="alert"} 63.0' in page
    assert "monitor_sources{state=" in page
    assert "linlan" not in page  # never a label by source or host


def test_the_service_s_health_is_open_and_tells_nothing_else(app: FastAPI) -> None:
    answer = TestClient(app, base_url=BASE).get("/health")
    assert answer.json() == {"status": "ok"}


def test_a_broken_database_is_no_health() -> None:
    broken = scene()
    broken.fail = {"tally"}
    app = create_app(broken, None, InMemoryPeople(), ConsoleSettings())
    assert TestClient(app, base_url=BASE).get("/health").status_code == 503


@pytest.mark.timeout(300)
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_no_request_that_the_description_allows_or_forbids_breaks_the_api(app: FastAPI, mode: GenerationMode) -> None:
    """A101: requests made from the OpenAPI document, good and bad ones, never give a 500."""
    headers = {"Authorization": f"Bearer {key_of(app)}", "Host": "127.0.0.1"}
    client = TestClient(app, base_url=BASE, headers=headers)
    schema = schemathesis.openapi.from_dict(client.get("/api/openapi.json").json())
    operations = [result.ok() for result in schema.get_all_operations()]
    statuses: set[int] = set()
    for operation in operations:
        if mode is GenerationMode.NEGATIVE and not (operation.query or operation.path_parameters or operation.body):
            continue

        @given(operation.as_strategy(generation_mode=mode))
        @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        def check(case: schemathesis.Case) -> None:
            answer = case.call(app=app, base_url=BASE, headers=headers)
            closed = answer.status_code == 503 and case.path == "/api/documents"  # this console takes none, and says so
            assert answer.status_code < 500 or closed, (case.method, case.formatted_path, answer.text)
            statuses.add(answer.status_code)

        check()
    assert len(operations) >= 9
    assert statuses & ({200} if mode is GenerationMode.POSITIVE else {404, 422})
