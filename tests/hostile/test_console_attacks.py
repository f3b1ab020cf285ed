"""The console against attackers, a test a row of the reliability page (A89-A103), over every route there is.

The routes are found by asking the application, so that a page that somebody adds is attacked too.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from lxml import html as lxml_html

from monitor.console import patience
from monitor.console.app import ConsoleSettings, create_app, serve
from monitor.console.auth import Door, WrongPassword
from monitor.console.workshop.files import Conflict, Files, NotSaved, digest
from monitor.domain.person import RIGHTS, Person, Right, Role
from tests.fakes.clock import FakeClock
from tests.fakes.console_scene import NOW, scene
from tests.fakes.people import InMemoryPeople
from tests.fakes.queries import FakeQueries

BASE = "http://127.0.0.1:8080"
OURS = {"Sec-Fetch-Site": "same-origin"}
FORM = {**OURS, "Content-Type": "application/x-www-form-urlencoded"}
PASSWORD = "four random words here"
EVIL = "\"'><script>own(1)</script><img src=x onerror=own(1)>{{7*7}}${7*7}\u202e\x1b[31m\r\nSet-Cookie: own=1"
ENDLESS = {"/live"}  # an answer that does not end; its tests stand with it
FORBIDDEN_TAGS = {"iframe", "object", "embed", "base", "style", "math", "template", "frame", "applet"}
NAMES = (
    "..%2f..%2fetc%2fpasswd", "%2e%2e%5capp.py", "%00", "a%00.yaml", "x.yaml%0aSet-Cookie:a=b", "con.yaml",
    "%ff%fe", "..%252fx", "%3Cscript%3E.yaml", "a" * 300, ".hidden.yaml", "~root",
)  # fmt: skip


class Untouched:
    """A store that nobody may reach."""

    def __getattr__(self, name: str) -> object:
        raise AssertionError(f"the store was asked to {name}")


class Nothing:
    """A store that has nothing of what it is asked for: every promise comes back as 0."""

    def __getattr__(self, name: str) -> Callable[..., Awaitable[int]]:
        async def none(*_: object, **__: object) -> int:
            return 0

        return none


class Ground:
    """A console over a scene, and browsers for whoever comes."""

    def __init__(self, queries: FakeQueries | None = None, store: object | None = None) -> None:
        self.people = InMemoryPeople()
        self.clock = FakeClock(NOW)
        chosen = queries if queries is not None else scene()
        wanted: Any = store if store is not None else Untouched()
        self.app: FastAPI = create_app(chosen, wanted, self.people, ConsoleSettings(setup=False), self.clock)
        self.door: Door = self.app.state.door

    def browser(self) -> TestClient:
        return TestClient(self.app, base_url=BASE, headers=OURS, follow_redirects=False, raise_server_exceptions=False)

    def terminal(self) -> TestClient:
        client = self.browser()
        assert client.get(asyncio.run(self.door.link(BASE))).status_code == 303
        return client

    def person(self, name: str, role: Role) -> TestClient:
        """Somebody of that role, signed in."""
        asyncio.run(self.people.add(Person(name, role, NOW), "root"))
        cookie = asyncio.run(self.door._open(name, "a browser", timedelta(days=1)))
        client = self.browser()
        client.cookies.set("monitor_session_8080", cookie, domain="127.0.0.1")
        return client


def addresses(app: FastAPI, method: str, value: str = "1") -> Iterator[tuple[str, Right | None]]:
    """Every address of that method with its parts filled, and the right it needs."""
    for route in app.routes:
        assert isinstance(route, APIRoute)
        if method in route.methods and route.path not in ENDLESS:
            rights = [one.call.right for one in route.dependant.dependencies if hasattr(one.call, "right")]
            yield re.sub(r"\{[^}]+\}", value, route.path), rights[0] if rights else None


def poisoned(value: Any) -> Any:
    """The same thing with hostile words in every text that is free."""
    if is_dataclass(value) and not isinstance(value, type):
        kept = {
            "verdict",
            "novelty",
            "state",
            "outcome",
            "ruleset",
            "form",
            "at",
            "kind",
            "part",
            "status",
            "relation",
            "ruled",
        }
        return replace(
            value, **{one.name: poisoned(getattr(value, one.name)) for one in fields(value) if one.name not in kept}
        )
    if isinstance(value, str):
        return EVIL + value
    if isinstance(value, (tuple, list)):
        return type(value)(poisoned(one) for one in value)
    if isinstance(value, dict):
        return {
            key: poisoned(one) if key not in {"fact", "start", "end", "date", "role", "currency"} else one
            for key, one in value.items()
        }
    return value


@pytest.fixture
def hostile() -> FakeQueries:
    """A scene in which everything that strangers write is an attack."""
    queries = scene()
    for name in ("all_hits", "all_versions", "all_deliveries", "all_sources", "all_entries"):
        setattr(queries, name, poisoned(getattr(queries, name)))
    return queries


def faults_of(page: str) -> list[str]:
    """What a page holds that only an attack, or a page that breaks the policy, would bring."""
    found = []
    for node in lxml_html.fromstring(page).iter("*"):
        tag = str(node.tag)
        if tag in FORBIDDEN_TAGS and not (tag == "iframe" and node.get("sandbox") is not None):
            found.append(f"<{tag}>")
        if tag == "script" and not str(node.get("src", "")).startswith("/static/"):
            found.append("a script of its own")
        for name, value in node.attrib.items():
            if str(name).lower().startswith("on") or (name in {"style", "srcdoc", "http-equiv"} and value != "refresh"):
                found.append(f"{tag} {name}={value[:40]}")
            if name in {"href", "src", "action", "formaction", "poster", "data"} and not _safe(str(value)):
                found.append(f"{tag} {name}={value[:60]}")
        href = str(node.get("href", ""))
        if tag == "a" and urlsplit(href).netloc and "noreferrer" not in str(node.get("rel", "")):
            found.append(f"a link to elsewhere tells where it came from: {href[:60]}")
    return found


def shown(page: str) -> str:
    """What people see or hear of a page; values of forms go back as they came."""
    tree = lxml_html.fromstring(page)
    told = [
        str(node.get(name, "")) for node in tree.iter("*") for name in ("title", "aria-label", "alt", "placeholder")
    ]
    return str(tree.text_content()) + "".join(told)


def _safe(address: str) -> bool:
    parts = urlsplit(address.strip())
    return parts.scheme in {"http", "https"} or (not parts.scheme and not address.strip().startswith(("//", "\\")))


def test_a89_a90_hostile_words_are_words_on_every_page(hostile: FakeQueries) -> None:
    client = Ground(hostile).terminal()
    seen = 0
    more = (
        "/hits?verdict=all",
        "/hits?verdict=suppressed",
        "/hits?q=" + quote(EVIL),
        "/alerts?state=dead",
        "/hits?seen=1",
    )
    for path in (*(path for path, _ in addresses(client.app, "GET")), *more):  # type: ignore[arg-type]
        answer = client.get(path)
        assert answer.status_code != 500, path
        assert "own" not in answer.headers.get("set-cookie", ""), path
        if answer.headers.get("content-type", "").startswith("text/html"):
            seen += 1
            assert faults_of(answer.text) == [], path
            assert not {"\u202e", "\x1b"} & set(shown(answer.text)), path
    assert seen >= 20


def test_a91_what_looks_like_a_style_reaches_no_attribute(hostile: FakeQueries) -> None:
    hostile.all_hits = [
        replace(one, kind='x" style=color:red', verdict='alert" class="own') for one in hostile.all_hits
    ]
    hostile.all_sources = [
        replace(one, outcome="failed", state='bad" style="', kind='"><style>*{}') for one in hostile.all_sources
    ]
    client = Ground(hostile).terminal()
    for path in ("/hits?verdict=all", f"/hits/{hostile.all_hits[0].id}", "/sources", "/"):
        page = client.get(path).text
        assert faults_of(page) == [], path
        assert "own" not in {
            name for node in lxml_html.fromstring(page).iter("*") for name in str(node.get("class", "")).split()
        }


def test_a92_nothing_of_a_stranger_is_given_out_as_a_page_of_ours(hostile: FakeQueries) -> None:
    client = Ground(hostile).terminal()
    for path, _ in addresses(client.app, "GET"):  # type: ignore[arg-type]
        answer = client.get(path)
        kind = answer.headers.get("content-type", "").partition(";")[0]
        assert answer.headers["x-content-type-options"] == "nosniff", path
        assert "default-src 'none'" in answer.headers["content-security-policy"], path
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy or policy.endswith("; sandbox"), (
            path
        )  # a mail is shown with its own styles, alone
        assert kind != "image/svg+xml" or path.startswith("/static/"), path


def test_a93_reading_an_address_writes_nothing() -> None:
    """The store raises when it is asked; GET stands in mails, chats and images of strangers."""
    ground = Ground()
    client = ground.terminal()
    before = len(ground.people.notes)
    for path, _ in addresses(ground.app, "GET"):
        assert client.get(path).status_code != 500, path
        assert client.head(path).status_code in {200, 303, 401, 403, 404, 405, 410}, path
    assert len(ground.people.notes) == before


def test_a94_no_role_reaches_what_it_has_no_right_to() -> None:
    ground = Ground(store=object())
    for role in Role:
        client = ground.person(f"a-{role.value}", role)
        for method in ("GET", "POST"):
            for path, right in addresses(ground.app, method):
                if right is not None and right not in RIGHTS[role]:
                    answer = client.request(method, path, data={} if method == "POST" else None)
                    assert answer.status_code == 403, (role, method, path, answer.status_code)


def test_a95_what_belongs_to_others_is_not_found() -> None:
    ground = Ground()
    eve, ada = ground.person("eve", Role.ANALYST), ground.person("ada", Role.ANALYST)
    key = asyncio.run(ground.door.key("key-of-ada", "ada", frozenset({Right.READ}), None, "ada"))
    session = ground.people.sessions("ada", NOW)[0].id
    token = ground.people.tokens("ada")[0].id
    assert eve.post("/me/sessions/end", data={"session": session}).status_code == 404
    assert eve.post("/me/tokens/end", data={"token": token}).status_code == 404
    assert ada.get("/hits").status_code == 200
    assert (
        TestClient(ground.app, base_url=BASE, headers={"Authorization": f"Bearer {key}"}).get("/api/tally").status_code
        == 200
    )
    page = eve.get("/me").text
    assert session not in page and token not in page and "key-of-ada" not in page


def test_a95_secrets_stand_in_no_address_but_the_one_time_link() -> None:
    ground = Ground()
    link = asyncio.run(ground.door.link(BASE))
    client = ground.browser()
    answer = client.get(link)
    assert "token" not in answer.headers["location"]
    secret = link.partition("=")[2]
    cookies = set(client.cookies.values())
    for path, _ in addresses(ground.app, "GET"):
        page = client.get(path).text
        assert secret not in page and not any(cookie in page for cookie in cookies), path
    by_key = ground.browser().get("/api/tally?key=mm_x&token=mm_x&access_token=mm_x")
    assert by_key.status_code == 401


@pytest.mark.parametrize("name", NAMES)
def test_a96_hostile_names_in_paths_open_and_write_nothing(name: str) -> None:
    ground = Ground(store=Nothing())
    client = ground.terminal()
    for method in ("GET", "POST"):
        for path, _ in addresses(ground.app, method, name):
            if name not in path:
                continue
            answer = client.request(method, path, data={"text": "x", "kind": "right"} if method == "POST" else None)
            assert answer.status_code in {303, 400, 403, 404, 405, 409, 410, 411, 422, 503}, (
                method,
                path,
                answer.status_code,
            )
            assert "root:" not in answer.text and "own" not in answer.headers.get("set-cookie", "")
            assert urlsplit(answer.headers.get("location", "")).netloc == ""


def test_a98_a_form_sets_only_what_it_asks_for() -> None:
    """Mass assignment: fields that the form does not have change nobody's role, password, name or right."""
    ground = Ground()
    eve = ground.person("eve", Role.ANALYST)
    ground.person("ada", Role.ADMIN)
    extra = {
        "role": "admin",
        "name": "ada",
        "person": "ada",
        "disabled": "",
        "rights": "admin",
        "actor": "ada",
        "id": "1",
    }
    eve.post("/me/keys", data={"keys": "on", **extra})
    eve.post("/me/password", data={"password": PASSWORD, **extra})
    assert ground.people.accounts["eve"].role is Role.ANALYST
    assert not ground.people.accounts["ada"].has_password
    client = ground.person("eve2", Role.ANALYST)
    page = client.post("/me/tokens/add", data={"label": "x", "rights": ["admin", "operate"], "person": "ada"})
    assert "at least one right that you have yourself" in page.text
    assert ground.people.tokens() == []
    assert {one.actor for one in ground.people.notes if one.kind.startswith("person")} <= {"eve", "root", "terminal"}


def test_a100_what_a_stranger_types_is_no_second_line_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    client = Ground().terminal()
    client.get("/hits?q=" + quote(EVIL), headers={"User-Agent": "a\x1b[31mb"})
    client.get("/" + quote(EVIL, safe=""))
    client.post("/sign-in", data={"name": EVIL, "password": EVIL})
    told = [record.getMessage() for record in caplog.records if record.name.startswith(("monitor", "uvicorn"))]
    assert not any("\n" in line or "\x1b" in line for line in told)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"Cookie": "a;" * 15_000}, None),
        ({"Cookie": "a=" + '"' * 30_000}, None),
        ({"Range": "bytes=" + ",".join(f"{n}-" for n in range(5_000))}, None),
        ({"Content-Type": "application/x-www-form-urlencoded;" + "a;" * 10_000}, b"kind=right"),
        ({"Content-Type": "multipart/form-data; boundary=" + "a" * 5_000}, b"--a"),
        ({}, b"a" * 16_000),
        ({}, b"&" * 16_000),
        ({}, b"%" * 16_000),
        ({}, b"=&" * 8_000),
        ({"Accept-Language": "a-" * 10_000, "Authorization": "Basic " + "A" * 20_000}, None),
    ],
)
def test_a101_giant_requests_cost_a_tenth_of_a_second_at_most(headers: dict[str, str], body: bytes | None) -> None:
    client = Ground(store=Nothing()).terminal()
    path, method = ("/hits/1/ruling", "POST") if body is not None else ("/static/console.css", "GET")
    client.get("/static/console.css")
    client.post("/hits/1/ruling", content=b"", headers=FORM)
    began = time.process_time()
    answer = client.request(method, path, content=body, headers={**FORM, **headers})
    assert time.process_time() - began < 0.1 + 0.1  # the second for the client that asks
    assert answer.status_code in ({200} if body is None else {303, 400, 403, 411, 413, 415})


@asynccontextmanager
async def serving(monkeypatch: pytest.MonkeyPatch, head_in: float = 5.0) -> AsyncIterator[tuple[str, int]]:
    """The console on a real socket, as the service serves it."""
    monkeypatch.setattr("monitor.console.serve.patient", lambda: patience.patient(head_in, head_in))
    server = serve(Ground().app, "127.0.0.1", 0)
    parts = urlsplit(await server.start())
    assert parts.port is not None
    try:
        yield "127.0.0.1", parts.port
    finally:
        await server.stop()


async def _ask(place: tuple[str, int], request: bytes, seconds: float = 5.0) -> bytes:
    reader, writer = await asyncio.open_connection(*place)
    writer.write(request)
    try:
        return await asyncio.wait_for(reader.read(65_536), seconds)
    finally:
        writer.close()


def _head(place: tuple[str, int], first: str, *more: str) -> bytes:
    return "\r\n".join((f"{first} HTTP/1.1", f"Host: 127.0.0.1:{place[1]}", *more, "", "")).encode()


SLOW = {
    "who say nothing": "",
    "who never end their header": "GET / HTTP/1.1\r\nX-A: ",
    "who never send their body": "POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nSec-Fetch-Site: same-origin\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\na=",
}


@pytest.mark.parametrize("words", SLOW.values(), ids=list(SLOW))
async def test_a101_slow_strangers_do_not_keep_others_out(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    async with serving(monkeypatch) as place:
        held = []
        for _ in range(300):
            _, writer = await asyncio.open_connection(*place)
            writer.write(words.format(port=place[1]).encode())
            held.append(writer)
        answer = await _ask(place, _head(place, "GET /health"))
        assert answer.startswith(b"HTTP/1.1 200"), answer[:100]
        for writer in held:
            writer.close()


@pytest.mark.parametrize("words", SLOW.values(), ids=list(SLOW))
async def test_a101_who_does_not_come_to_the_point_is_shown_out(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    async with serving(monkeypatch, head_in=0.3) as place:
        reader, writer = await asyncio.open_connection(*place)
        writer.write(words.format(port=place[1]).encode())
        with pytest.raises(ConnectionResetError):
            if await asyncio.wait_for(reader.read(), 5) == b"":
                raise ConnectionResetError
        writer.close()


async def test_a101_a_body_of_ten_megabytes_is_refused_before_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(monkeypatch) as place:
        size = f"Content-Length: {10_000_000}"
        kind = "Content-Type: application/x-www-form-urlencoded"
        for path in ("/sign-in", "/f/x"):
            answer = await _ask(place, _head(place, f"POST {path}", "Sec-Fetch-Site: same-origin", kind, size))
            assert answer.startswith(b"HTTP/1.1 413"), answer[:100]
        pushed = await _ask(place, _head(place, "POST /api/documents", "Content-Type: application/json", size))
        assert pushed.startswith((b"HTTP/1.1 401", b"HTTP/1.1 503"))
        endless = _head(place, "POST /sign-in", "Sec-Fetch-Site: same-origin", kind, "Transfer-Encoding: chunked")
        assert (await _ask(place, endless)).startswith(b"HTTP/1.1 411")


@pytest.mark.parametrize(
    "request_line",
    [
        "GET /static/..%2f..%2fsite.py",
        "GET /static/%2e%2e/%2e%2e/site.py",
        "GET /../site.py",
        "GET //evil.example/",
        "GET /static/..\\site.py",
    ],
)
async def test_a96_a102_raw_paths_stay_inside(monkeypatch: pytest.MonkeyPatch, request_line: str) -> None:
    """Clients tidy paths up before they send them; attackers do not."""
    async with serving(monkeypatch) as place:
        answer = await _ask(place, _head(place, request_line))
        assert answer.startswith((b"HTTP/1.1 404", b"HTTP/1.1 401", b"HTTP/1.1 400")), answer[:100]
        assert b"\r\nlocation:" not in answer.lower() and b"class Site" not in answer


async def test_a100_two_requests_in_one_are_not_told_apart_wrongly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Request smuggling: two lengths, or a length and chunks, are no request."""
    async with serving(monkeypatch) as place:
        for lines in (("Content-Length: 4", "Content-Length: 40"), ("Content-Length: x",), ("Host: evil.example",)):
            answer = await _ask(place, _head(place, "POST /sign-in", "Sec-Fetch-Site: same-origin", *lines) + b"a=1&")
            assert answer.startswith(b"HTTP/1.1 400"), (lines, answer[:100])


@pytest.mark.parametrize(
    "target", ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:own(1)", "/%0d%0aX: y"]
)
def test_a102_no_form_leads_elsewhere(target: str) -> None:
    ground = Ground()
    client = ground.terminal()
    asked = dict.fromkeys(("next", "to", "return", "back", "url", "redirect", "from", "source", "name", "view"), target)
    for path, right in addresses(ground.app, "POST"):
        if right in {None, Right.READ}:
            answer = client.post(
                f"{path}?next={quote(target)}&to={quote(target)}",
                data=asked,
                headers={"Referer": target.replace("\\", "")},
            )
            place = answer.headers.get("location", "/")
            assert place.startswith("/") and not place.startswith(("//", "/\\")), (path, place)
            client = ground.terminal() if path == "/sign-out" else client


def test_a103_a_session_is_dead_after_every_way_out() -> None:
    ground = Ground()
    ada = ground.person("ada", Role.ANALYST)
    other = ground.person("ada", Role.ANALYST)
    kept = dict(ada.cookies)
    ada.post("/me/password", data={"password": PASSWORD})
    ada.cookies.update(kept)
    assert ada.get("/").status_code == 401 and other.get("/").status_code == 401
    eve = ground.person("eve", Role.ANALYST)
    asyncio.run(ground.people.change("eve", "root", NOW, disabled=True))
    assert eve.get("/").status_code == 401
    asyncio.run(ground.people.change("eve", "root", NOW, disabled=False))
    assert eve.get("/").status_code == 401, "enabling an account brings no old session back"
    bob = ground.person("bob", Role.ANALYST)
    ground.clock.tick(timedelta(days=15).total_seconds())
    assert bob.get("/").status_code == 401


def test_a103_every_way_in_makes_a_session_of_its_own() -> None:
    """Session fixation: a cookie that a stranger planted is never the one that counts."""
    ground = Ground()
    ground.person("ada", Role.ANALYST)
    asyncio.run(ground.people.change("ada", "root", NOW, password=asyncio.run(ground.door.passwords.hash(PASSWORD))))
    client = ground.browser()
    client.cookies.set("monitor_session_8080", "planted", domain="127.0.0.1")
    first = client.post("/sign-in", data={"name": "ada", "password": PASSWORD}).headers["set-cookie"]
    second = client.post("/sign-in", data={"name": "ada", "password": PASSWORD}).headers["set-cookie"]
    cookies = {re.match(r"[^=]+=([^;]+)", one)[1] for one in (first, second)}  # type: ignore[index]
    assert len(cookies) == 2 and "planted" not in cookies
    assert all("HttpOnly" in one and "samesite=lax" in one.lower() for one in (first, second))


@pytest.mark.parametrize("beside", ['a={"x":1}', "b=[x] y", "c=中文", 'd="', "=;;=", "e=" + "x" * 5_000])
def test_odd_cookies_of_other_programs_on_the_machine_sign_nobody_out(beside: str) -> None:
    """Cookies know no ports: whatever else runs on 127.0.0.1 puts its own beside ours."""
    client = Ground().terminal()
    mine = client.cookies["monitor_session_8080"]
    client.cookies.clear()
    answer = client.get("/hits", headers={"Cookie": f"{beside}; monitor_session_8080={mine}".encode()})
    assert answer.status_code == 200


async def _tries(door: Door, names: list[str], password: str, peer: str) -> list[str]:
    async def one(name: str) -> str:
        try:
            return "in" if await door.by_password(name, password, peer, "") else ""
        except WrongPassword as error:
            return "wait" if "Wait" in str(error) else "wrong"

    return list(await asyncio.gather(*(one(name) for name in names)))


def _quick(door: Door, right: str) -> list[str]:
    """Passwords without their cost; what was tried is noted."""
    tried: list[str] = []

    async def fits(stored: str | None, password: str) -> bool:
        tried.append(password)
        await asyncio.sleep(0.01)
        return password == right and stored is not None

    door.passwords.fits = fits  # type: ignore[method-assign]
    return tried


async def test_a103_a_hundred_guesses_at_once_are_five() -> None:
    door = Door(InMemoryPeople(), FakeClock())
    tried = _quick(door, "x")
    assert sorted(set(await _tries(door, ["ada"] * 100, "guess", "10.0.0.1"))) == ["wait", "wrong"]
    assert len(tried) == 5


async def test_a103_one_password_at_many_names_ends_at_twenty() -> None:
    door = Door(InMemoryPeople(), FakeClock())
    tried = _quick(door, "x")
    await _tries(door, [f"name-{n}" for n in range(200)], "Spring2026!", "10.0.0.1")
    assert len(tried) == 20
    assert (await _tries(door, ["ada"], "guess", "10.0.0.2")) == ["wrong"], "another address may still try"


async def test_a103_an_account_of_ones_own_buys_no_new_guesses() -> None:
    people = InMemoryPeople()
    await people.add(Person("eve", Role.ANALYST, NOW), "root")
    await people.change("eve", "root", NOW, password="a hash")
    door = Door(people, FakeClock(NOW))
    tried = _quick(door, "right")
    for number in range(60):
        await _tries(door, [f"name-{number}"], "guess", "10.0.0.1")
        await _tries(door, ["eve"], "right", "10.0.0.1")
    assert tried.count("guess") <= 20


async def test_a103_a_missing_name_costs_what_a_wrong_password_costs() -> None:
    people = InMemoryPeople()
    door = Door(people, FakeClock(NOW))
    await people.add(Person("ada", Role.ANALYST, NOW), "root")
    await people.change("ada", "root", NOW, password=await door.passwords.hash(PASSWORD))
    costs = {}
    for name in ("ada", "nobody", "ada", "nobody"):
        began = time.process_time()
        assert await _tries(door, [name], "guess", name) == ["wrong"]
        costs[name] = min(costs.get(name, 9.0), time.process_time() - began)
    assert 0.4 < costs["ada"] / costs["nobody"] < 2.5


def test_a94_what_a_stranger_sees_tells_nothing_of_what_there_is() -> None:
    stranger = Ground().browser()
    pages = {
        stranger.get(path).text for path in ("/hits/1", "/hits/999", "/people", "/no-such-thing", "/watchlists/x.yaml")
    }
    assert len(pages) == 1
    answers = {json.dumps(stranger.get(path).json()) for path in ("/api/hits", "/api/no-such-thing", "/metrics")}
    assert len(answers) == 1


def test_the_console_listens_where_it_is_told_and_nowhere_else() -> None:
    """A console on loopback is not reachable by another address of the machine."""

    async def check() -> None:
        server = serve(Ground().app, "127.0.0.1", 0)
        port = urlsplit(await server.start()).port
        assert port is not None
        with socket.socket() as probe:
            probe.settimeout(1)
            assert probe.connect_ex(("127.0.0.2", port)) != 0
        await server.stop()

    asyncio.run(check())


@pytest.mark.parametrize(
    "name",
    [
        "../own.yaml",
        "/tmp/own.yaml",
        "sub/own.yaml",
        "..",
        ".own.yaml",
        "own.yml",
        "Own.yaml",
        "own.yaml\n",
        "a" * 90 + ".yaml",
        "own\0.yaml",
        "",
    ],
)
def test_a96_a_watchlist_is_written_in_its_folder_and_nowhere_else(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "watchlists"
    folder.mkdir()
    with pytest.raises(NotSaved):
        Files(folder).save(name, b"topics: []", "")
    assert [one.name for one in tmp_path.rglob("*")] == ["watchlists"]


def test_a96_a_file_that_leads_out_of_the_folder_is_not_written_through(tmp_path: Path) -> None:
    folder, secret = tmp_path / "watchlists", tmp_path / "secret.yaml"
    folder.mkdir()
    secret.write_text("kept: 1", "utf-8")
    (folder / "own.yaml").symlink_to(secret)
    with pytest.raises(NotSaved):
        Files(folder).save("own.yaml", b"topics: []", digest(b"kept: 1"))
    assert secret.read_text("utf-8") == "kept: 1"


def test_of_two_who_save_at_once_one_is_told_of_the_other(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_bytes(b"topics: []")
    files = Files(tmp_path)

    def save(number: int) -> bool:
        try:
            files.save("own.yaml", b"topics: [] # %d" % number, digest(b"topics: []"))
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        saved = list(threads.map(save, range(8)))
    assert sum(saved) == 1
