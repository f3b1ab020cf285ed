"""Accounts of the console: who comes in, as whom, and what their role lets them do."""

from __future__ import annotations

import asyncio
import re

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from monitor.console.app import ConsoleSettings, create_app
from monitor.console.auth import Door, WrongPassword
from monitor.console.pages.people import browser
from monitor.domain.person import Right, Role
from tests.fakes.clock import FakeClock
from tests.fakes.console_scene import NOW, scene
from tests.fakes.people import InMemoryPeople
from tests.unit.test_console import Notebook

BASE = "http://127.0.0.1:8080"
OURS = {"Sec-Fetch-Site": "same-origin"}
PASSWORD = "four random words here"


class Office:
    """A console with nobody in it, and browsers for whoever comes."""

    def __init__(self) -> None:
        self.people = InMemoryPeople()
        self.store = Notebook()
        self.clock = FakeClock(NOW)
        self.app: FastAPI = create_app(scene(), self.store, self.people, ConsoleSettings(), self.clock)  # type: ignore[arg-type]

    def browser(self) -> TestClient:
        return TestClient(self.app, base_url=BASE, headers=OURS)

    def from_the_terminal(self) -> TestClient:
        client = self.browser()
        client.get(asyncio.run(self.app.state.door.link(BASE)))
        return client

    def admit(self, name: str, role: Role) -> TestClient:
        """An account made by link, with a password of its own, signed in."""
        page = self.from_the_terminal().post("/people/add", data={"name": name, "role": role.value}).text
        link = re.search(r'<code class="block">([^<]+)</code>', page)
        assert link
        client = self.browser()
        assert "Choose a password" in client.get(link[1]).text
        client.post("/me/password", data={"password": PASSWORD})
        answer = client.post("/sign-in", data={"name": name, "password": PASSWORD})
        assert answer.status_code == 200
        return client


@pytest.fixture
def office() -> Office:
    return Office()


def test_the_first_link_leads_to_the_first_account_and_later_ones_do_not(office: Office) -> None:
    client = office.from_the_terminal()
    assert "Make the first account" in client.get("/people/first").text
    short = client.post("/people/first", data={"name": "root", "password": "short"})
    assert "at least 10 characters" in short.text
    assert "1 account" in client.post("/people/first", data={"name": "root", "password": PASSWORD}).text
    assert "Make the first account" not in office.from_the_terminal().get("/").text
    assert [(one.name, one.role) for one in office.people.people()] == [
        ("root", Role.ADMIN), ("terminal", Role.ADMIN),
    ]  # fmt: skip


def test_whoever_has_an_account_comes_back_by_password(office: Office) -> None:
    office.admit("ada", Role.ANALYST)
    client = office.browser()
    wrong = client.post("/sign-in", data={"name": "ada", "password": "not this one"})
    assert wrong.status_code == 403
    assert "do not belong together" in wrong.text
    assert client.get("/").status_code == 401
    assert client.post("/sign-in", data={"name": "ada", "password": PASSWORD}).status_code == 200
    assert "You are ada, analyst" in client.get("/me").text


def test_a_missing_name_is_told_like_a_wrong_password(office: Office) -> None:
    office.admit("ada", Role.ANALYST)
    answers = [
        office.browser().post("/sign-in", data={"name": name, "password": "wrong wrong"}).text
        for name in ("ada", "eve")
    ]
    assert answers[0].replace("ada", "") == answers[1].replace("eve", "")


async def test_too_many_tries_have_to_wait_and_then_may_try_again() -> None:
    """A94: guessing is slow."""
    people, clock = InMemoryPeople(), FakeClock()
    door = Door(people, clock)
    for _ in range(5):
        with pytest.raises(WrongPassword, match="do not belong"):
            await door.by_password("ada", "guess", "10.0.0.1", "")
    with pytest.raises(WrongPassword, match=r"Wait \d+ seconds"):
        await door.by_password("ada", "guess", "10.0.0.2", "")
    with pytest.raises(WrongPassword, match="do not belong"):
        await door.by_password("bob", "guess", "10.0.0.1", "")
    clock.tick(31)
    with pytest.raises(WrongPassword, match="do not belong"):
        await door.by_password("ada", "guess", "10.0.0.1", "")


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.ANALYST, {"/hits/1/ruling"}),
        (Role.OPERATOR, {"/hits/1/ruling", "/sources/poll", "/alerts/retry"}),
        (Role.AUDITOR, set()),
        (Role.ADMIN, {"/hits/1/ruling", "/sources/poll", "/alerts/retry", "/people/add"}),
    ],
)
def test_each_role_may_do_its_part_and_no_more(office: Office, role: Role, may: set[str]) -> None:
    """A94, A95."""
    client = office.admit("ada", role)
    forms = {
        "/hits/1/ruling": {"kind": "right"}, "/sources/poll": {"source": "harbourlight"},
        "/alerts/retry": {"delivery": "5"}, "/people/add": {"name": "new", "role": "analyst"},
    }  # fmt: skip
    done = {path for path, form in forms.items() if client.post(path, data=form).status_code == 200}
    assert done == may
    assert (client.get("/people").status_code == 200) == (role is Role.ADMIN)
    assert client.get("/hits/1").status_code == 200
    assert [one.actor for one in office.store.rulings] == ["ada"] * ("/hits/1/ruling" in may)


def test_nobody_raises_their_own_role(office: Office) -> None:
    """A95, A98: further fields of a form change nothing."""
    client = office.admit("ada", Role.ANALYST)
    client.post("/me/keys", data={"keys": "on", "role": "admin", "name": "root"})
    assert client.post("/people/change", data={"name": "ada", "what": "role", "role": "admin"}).status_code == 403
    found = office.people.person("ada")
    assert found is not None
    assert found.role is Role.ANALYST


def test_a_disabled_account_is_out_at_once(office: Office) -> None:
    """A103."""
    ada, root = office.admit("ada", Role.ANALYST), office.admit("root", Role.ADMIN)
    assert root.post("/people/change", data={"name": "ada", "what": "disable"}).status_code == 200
    assert ada.get("/").status_code == 401
    assert ada.post("/sign-in", data={"name": "ada", "password": PASSWORD}).status_code == 403


def test_the_last_admin_cannot_be_disabled(office: Office) -> None:
    root = office.admit("root", Role.ADMIN)
    assert "last admin" in root.post("/people/change", data={"name": "root", "what": "disable"}).text
    assert root.get("/people").status_code == 200


def test_a_session_is_ended_from_another_browser(office: Office) -> None:
    one = office.admit("ada", Role.ANALYST)
    two = office.browser()
    two.post("/sign-in", data={"name": "ada", "password": PASSWORD})
    number = re.search(r'name="session" value="([0-9a-f]{64})"', two.get("/me").text)
    assert number
    two.post("/me/sessions/end", data={"session": number[1]})
    assert one.get("/").status_code == 401
    assert two.get("/").status_code == 200


def test_another_s_session_is_not_ended(office: Office) -> None:
    """A95: a number of somebody else's is not found."""
    ada, bob = office.admit("ada", Role.ANALYST), office.admit("bob", Role.ANALYST)
    [mine] = office.people.sessions("ada", office.clock.now())
    assert bob.post("/me/sessions/end", data={"session": mine.id}).status_code == 404
    assert ada.get("/").status_code == 200


def test_a_key_is_shown_once_and_carries_only_rights_of_its_owner(office: Office) -> None:
    client = office.admit("ada", Role.ANALYST)
    refused = client.post("/me/tokens/add", data={"label": "x", "rights": ["read", "admin"], "days": "90"})
    assert "rights that you have" in refused.text or "right that you have" in refused.text
    page = client.post("/me/tokens/add", data={"label": "my script", "rights": ["read"], "days": "90"}).text
    key = re.search(r">(mm_[^<]+)<", page)
    assert key
    assert key[1] not in client.get("/me").text
    [token] = office.people.tokens("ada")
    assert token.rights == {Right.READ}
    assert token.id not in key[1]


def test_what_is_new_is_what_came_since_i_said_i_had_seen_it(office: Office) -> None:
    client = office.from_the_terminal()
    office.clock.now()
    page = client.get("/").text
    until = re.search(r'name="until" value="([^"]+)"', page)
    if until is None:
        pytest.fail("nothing new to be seen on the page")
    client.post("/seen", data={"until": until[1]})
    assert "No new alerts since" in client.get("/").text


@pytest.mark.parametrize(
    ("agent", "named"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Windows"),
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36",
            "Chrome on Linux",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36 Edg/140.0",
            "Edge on Android",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 15_0) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15",
            "Safari on Macintosh",
        ),
        ("curl/8.5", "curl/8.5"),
        ("", "a browser that does not say its name"),
        ("x" * 500, "x" * 60),
    ],
)
def test_a_browser_is_named_as_people_name_it(agent: str, named: str) -> None:
    assert browser(agent) == named


def test_an_invitation_behind_a_proxy_that_speaks_tls_does_so_too() -> None:
    """A92: the link opens a session, so it does not travel in the clear."""
    people = InMemoryPeople()
    app = create_app(scene(), Notebook(), people, ConsoleSettings(secure=True), FakeClock(NOW))  # type: ignore[arg-type]
    client = TestClient(app, base_url=BASE.replace("http:", "https:"), headers=OURS)
    client.get(asyncio.run(app.state.door.link(BASE)).replace("http:", "https:"))
    client.base_url = BASE.replace("https:", "http:")  # type: ignore[assignment]
    client.cookies = dict(client.cookies.items())  # type: ignore[assignment]
    page = client.post("/people/add", data={"name": "ada", "role": "analyst"}).text
    assert re.search(r'<code class="block">https://[^<]+token=', page)
