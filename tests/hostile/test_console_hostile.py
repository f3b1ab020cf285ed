"""The console against strangers: A89-A103 of the reliability page."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.console.app import ConsoleSettings, create_app
from monitor.domain.person import Right
from tests.fakes.console_scene import scene
from tests.fakes.people import InMemoryPeople
from tests.fakes.queries import FakeQueries

BASE = "http://127.0.0.1:8080"
OURS = {"Sec-Fetch-Site": "same-origin"}
STRANGERS = ("/sign-in", "/static/", "/health", "/f/")  # what is open to whoever has no session
OWN_DOOR = ("/api/documents",)  # asks for a token of its own, no cookie: nothing for other sites to borrow
PAGES = [
    "/",
    "/hits",
    "/hits?verdict=suppressed",
    "/hits?verdict=all",
    "/hits/11",
    "/hits/11/text",
    "/hits/11/beside",
    "/watchlists",
    "/sources",
    "/sources/harbourlight",
    "/alerts",
    "/audit",
    "/audit/entries/1",
]


class Untouched:
    """A store that nobody may reach."""

    def __getattr__(self, name: str) -> object:
        raise AssertionError(f"the store was asked to {name}")


@pytest.fixture
def app() -> FastAPI:
    return create_app(scene(), Untouched(), InMemoryPeople(), ConsoleSettings(setup=False))  # type: ignore[arg-type]


@pytest.fixture
def link(app: FastAPI) -> str:
    return asyncio.run(app.state.door.link(BASE))


@pytest.fixture
def stranger(app: FastAPI) -> TestClient:
    return TestClient(app, base_url=BASE, follow_redirects=False, raise_server_exceptions=False)


@pytest.fixture
def reader(app: FastAPI, link: str) -> TestClient:
    client = TestClient(app, base_url=BASE, follow_redirects=False, raise_server_exceptions=False)
    assert client.get(link).status_code == 303
    return client


def foreign_scripts(page: str) -> list[str]:
    """Scripts that are not our own files."""
    return re.findall(r'<script(?! src="/static/[a-z.]+" defer></script>)', page)


def routes(app: FastAPI) -> Iterator[tuple[str, str]]:
    for route in app.routes:
        assert isinstance(route, APIRoute), route
        for method in route.methods:
            yield method, re.sub(r"\{[^}]+\}", "1", route.path)


def test_every_route_without_a_session_gives_401(app: FastAPI, stranger: TestClient) -> None:  # A94
    found = [(method, path) for method, path in routes(app) if not path.startswith((*STRANGERS, *OWN_DOOR))]
    assert len(found) >= 11
    for method, path in found:
        answer = stranger.request(method, path, headers=OURS, data={} if method == "POST" else None)
        assert answer.status_code == 401, (method, path)
        assert "Sign in" in answer.text or "not signed in" in answer.text
    assert stranger.get("/no-such-page").status_code == 401  # not even what exists is told


def test_there_are_no_routes_but_ours(app: FastAPI) -> None:
    assert {path for _, path in routes(app)} == {
        "/", "/seen", "/hits", "/hits/1", "/hits/1/text", "/hits/1/ruling",
        "/hits/rulings", "/hits/1/pair", "/hits/1/beside", "/hits/1/copies/1", "/views/keep", "/views/drop", "/live",
        "/watchlists", "/watchlists/new", "/watchlists/apply", "/watchlists/1", "/watchlists/1/edit", "/watchlists/1/check",
        "/watchlists/1/save", "/watchlists/1/drafts/1", "/watchlists/1/changes", "/watchlists/1/terms",
        "/watchlists/1/history", "/watchlists/1/history/1", "/watchlists/previews/1", "/watchlists/previews/1/cancel",
        "/sources", "/sources/1", "/sources/poll", "/sources/pause", "/sources/resume", "/sources/-/try",
        "/sources/-/try/1", "/sources/-/add", "/alerts", "/alerts/retry", "/alerts/silence", "/alerts/silence/end",
        "/alerts/test", "/alerts/preview", "/alerts/preview/page", "/audit", "/audit/verify", "/audit/entries/1",
        "/audit/export", "/audit/exports/1", "/api/watchlists", "/api/watchlists/1", "/api/watchlists/1/check",
        "/api/sources/1/pause", "/api/sources/1/resume",
        "/sign-in", "/sign-out", "/static/1",
        "/people", "/people/first", "/people/add", "/people/change",
        "/api/hits", "/api/hits/1", "/api/hits/1/ruling", "/api/tally", "/api/sources", "/api/sources/1/poll",
        "/api/deliveries", "/api/deliveries/1/retry", "/api/audit", "/api/audit/verify", "/api/openapi.json",
        "/feeds/hits.atom", "/metrics", "/health", "/f/1", "/api/documents",
        "/me", "/me/password", "/me/keys", "/me/sessions/end", "/me/tokens/add", "/me/tokens/end",
    }  # fmt: skip


def test_every_route_that_is_not_public_names_the_right_it_needs(app: FastAPI) -> None:  # A94
    for route in app.routes:
        assert isinstance(route, APIRoute)
        rights = [one.call.right for one in route.dependant.dependencies if hasattr(one.call, "right")]
        public = route.path.startswith(("/sign-out", *STRANGERS, *OWN_DOOR))
        assert public or len(rights) == 1, route.path
        if "POST" in route.methods and not public and not route.path.startswith(("/me", "/seen", "/views")):
            assert rights[0] is not Right.READ, route.path


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": BASE},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Origin": BASE + ".evil.example"},
    ],
)
def test_a_form_from_elsewhere_changes_nothing(
    app: FastAPI, reader: TestClient, headers: dict[str, str]
) -> None:  # A93
    for method, path in routes(app):
        if method == "POST" and path not in OWN_DOOR:
            assert reader.post(path, data={"kind": "right", "source": "x"}, headers=headers).status_code == 403, path
    assert reader.get("/hits").status_code == 200  # still signed in


@pytest.mark.parametrize("path", ["/hits/1/ruling", "/sources/poll", "/alerts/retry", "/sign-out"])
def test_reading_an_address_never_acts(reader: TestClient, path: str) -> None:  # A93
    assert reader.get(path).status_code in {404, 405}


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(reader: TestClient, method: str) -> None:
    assert reader.request(method, "/hits/1", headers=OURS).status_code == 405


def test_a_link_signs_in_once(stranger: TestClient, app: FastAPI, link: str) -> None:
    assert stranger.get("/sign-in?token=wrong").status_code == 403
    assert stranger.get(link).status_code == 303
    other = TestClient(app, base_url=BASE, follow_redirects=False)
    again = other.get(link)
    assert again.status_code == 403 and not again.cookies
    assert other.get(asyncio.run(app.state.door.link(BASE))).status_code == 303


def test_the_cookie_is_ours_fresh_and_out_of_reach_of_scripts(
    stranger: TestClient, link: str
) -> None:  # session fixation
    stranger.cookies.set("monitor_session_8080", "chosen-by-a-stranger", domain="127.0.0.1")
    cookie = stranger.get(link).headers["set-cookie"]
    assert "chosen-by-a-stranger" not in cookie
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/" in cookie


def test_a_session_that_was_left_is_dead(reader: TestClient) -> None:  # A103
    cookies = dict(reader.cookies)
    assert reader.post("/sign-out", headers=OURS).status_code == 401
    reader.cookies.update(cookies)
    assert reader.get("/").status_code == 401


@pytest.mark.parametrize(
    "cookie", ["monitor_session_8080=", "monitor_session_8080=x", "a;b;;=", "é=1; monitor_session_8080=\xff"]
)
def test_an_invented_session_opens_nothing(stranger: TestClient, cookie: str) -> None:
    assert stranger.get("/", headers={"Cookie": cookie.encode("latin-1")}).status_code == 401


@pytest.mark.parametrize("target", ["//evil.example", "/\\evil.example", "https://evil.example"])
def test_signing_in_leads_nowhere_else(stranger: TestClient, link: str, target: str) -> None:  # A102
    answer = stranger.get(link, params={"token": link.partition("=")[2], "next": target})
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize("path", PAGES)
def test_hostile_words_stay_words(reader: TestClient, path: str) -> None:  # A89, A90, A91
    page = reader.get(path)
    assert page.status_code == 200
    assert not foreign_scripts(page.text) and "<img" not in page.text and "<b>near" not in page.text
    assert "\u202e" not in page.text and "\x07" not in page.text
    assert not re.search(r"""(?:href|src|action)=["']?\s*javascript:""", page.text)
    assert not re.search(r"\sstyle=|\son\w+=[\"']", page.text)  # the policy forbids both


def test_hostile_words_are_shown_as_they_are(reader: TestClient) -> None:
    page = reader.get("/hits/11").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; @everyone ⟨U+202E⟩gnp.exe" in page
    assert "javascript:alert(1)" in page  # told, not linked


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:8080", "localhost@evil.example", "", "[::1"])
def test_a_foreign_host_name_is_refused(reader: TestClient, host: str) -> None:  # DNS rebinding
    assert reader.get("/", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize(
    "name", ["..%2fapp.py", "%2e%2e/app.py", "..%5capp.py", "console.css%00", "/etc/passwd", "templates/hit.html"]
)
def test_only_named_files_are_given_out(reader: TestClient, name: str) -> None:  # A96
    assert reader.get(f"/static/{name}").status_code == 404


def test_static_files_need_no_session_and_say_what_they_are(stranger: TestClient) -> None:
    answer = stranger.get("/static/console.css", headers={"Range": "bytes=" + ",".join(["0-1"] * 500)})
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/css")  # A101: no ranges


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"Content-Length": "99999999999999"}, b"", 413),
        ({"Content-Length": "20000"}, b"a" * 20000, 413),
        ({"Content-Length": "-1"}, b"", 411),
        ({"Content-Type": "multipart/form-data; boundary=x"}, b"--x", 415),
        ({"Content-Type": "application/json"}, b"{}", 415),
        ({}, b"&".join(b"a=%d" % n for n in range(500)), 400),
        ({}, b"kind=\xff\xfe", 400),
    ],
)
def test_odd_forms_are_refused(reader: TestClient, headers: dict[str, str], body: bytes, status: int) -> None:  # A101
    sent = {"Content-Type": "application/x-www-form-urlencoded", **OURS, **headers}
    assert reader.post("/hits/1/ruling", content=body, headers=sent).status_code == status


def test_a_giant_address_is_refused(reader: TestClient) -> None:  # A101
    assert reader.get("/hits?q=" + "a" * 5000).status_code == 414


@pytest.mark.parametrize(
    "path", ["/hits/99999999999999999999999", "/hits/-1", "/hits/1e3", "/hits/０", "/hits/1/text/x"]
)
def test_numbers_of_nobody_are_not_found(reader: TestClient, path: str) -> None:  # A95
    assert reader.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/", "/hits/1", "/nothing", "/static/console.css", "/sign-in", "/audit/verify"])
def test_every_answer_carries_the_policy(reader: TestClient, path: str) -> None:
    headers = reader.get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] in {"no-store", "max-age=3600"}


def test_a_broken_store_gives_a_page_without_its_secrets() -> None:
    queries = FakeQueries(fail={"hits"})
    app = create_app(queries, None, InMemoryPeople(), ConsoleSettings(setup=False))
    client = TestClient(app, base_url=BASE, raise_server_exceptions=False, follow_redirects=False)
    client.get(asyncio.run(app.state.door.link(BASE)))
    answer = client.get("/hits")
    assert answer.status_code == 500 and "secret detail" not in answer.text and "RuntimeError" not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


@given(
    st.dictionaries(
        st.sampled_from(["q", "topic", "kind", "novelty", "source", "seen", "page", "verdict", "until", "state", "x"]),
        st.text(max_size=40),
    ),
    st.sampled_from(["/hits", "/alerts", "/audit", "/hits/1"]),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_address_breaks_a_page(reader: TestClient, values: dict[str, str], path: str) -> None:
    page = reader.get(path, params=values)
    assert page.status_code == 200
    assert not foreign_scripts(page.text)


def test_what_is_stored_of_links_and_cookies_opens_nothing(app: FastAPI, link: str) -> None:
    token = link.partition("=")[2]
    assert token not in repr(vars(app.state.door.people))


@pytest.mark.parametrize("path", ["/hits/1", "/hits/1/text", "/hits", "/"])
def test_personal_numbers_and_addresses_are_masked(reader: TestClient, path: str) -> None:
    page = reader.get(path).text
    assert "55500188" not in page and "rcb@linlan" not in page
    assert "QM（启明）计划" in page
