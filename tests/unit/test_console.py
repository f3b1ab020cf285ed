"""The console: does each page answer its question from what the store says?"""

from __future__ import annotations

import asyncio
import dataclasses
import re
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import aiohttp
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from monitor.console import marks, words
from monitor.console.app import ConsoleSettings, create_app, serve
from monitor.console.marks import Span
from monitor.console.pages.alerts import AlertsPage
from monitor.console.pages.audit import AuditPage
from monitor.console.pages.hit import HitPage, TextPage
from monitor.console.pages.hits import HitsPage
from monitor.console.pages.sources import SourcesPage
from monitor.console.pages.today import TodayPage
from monitor.domain.audit import Verification
from monitor.domain.desk import Pause
from monitor.domain.errors import MonitorError
from monitor.domain.ruling import Ruling, RulingKind
from tests.fakes.console_scene import NOW, hits_of_the_day, scene
from tests.fakes.people import InMemoryPeople
from tests.fakes.queries import FakeQueries

OURS = {"Sec-Fetch-Site": "same-origin"}


class Wrist:
    """A clock that stands at the scene's moment."""

    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 1000.0


class Notebook:
    """A store that only notes what the console asks it to do."""

    def __init__(self) -> None:
        self.rulings: list[Ruling] = []
        self.polled: list[str] = []
        self.retried: list[int] = []
        self.paused: list[tuple[str, str]] = []

    async def rule(self, ruling: Ruling) -> None:
        self.rulings.append(ruling)

    async def poll_now(self, key: str, actor: str, now: datetime) -> bool:
        self.polled.append(key)
        return key == "harbourlight"

    async def pause(self, key: str, pause: Pause) -> bool:
        self.paused.append((key, pause.why))
        return key == "harbourlight"

    async def resume(self, key: str, actor: str, why: str, now: datetime) -> bool:
        return key == "harbourlight"

    async def retry(self, deliveries: Sequence[int], now: datetime, actor: str = "operator") -> int:
        self.retried += deliveries
        return int(5 in deliveries)


def console(queries: FakeQueries, store: Notebook | None = None, **settings: object) -> FastAPI:
    chosen = ConsoleSettings(zone="Europe/Berlin", setup=False, **settings)  # type: ignore[arg-type]
    return create_app(queries, store, InMemoryPeople(), chosen, Wrist())  # type: ignore[arg-type]


def signed_in(app: FastAPI) -> TestClient:
    client = TestClient(app, base_url="http://127.0.0.1:8080")
    client.get(asyncio.run(app.state.door.link("http://127.0.0.1:8080")))
    return client


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


@pytest.fixture
def client(notebook: Notebook) -> Iterator[TestClient]:
    with signed_in(console(scene(), notebook)) as found:
        yield found


def first_line(page: str) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.S)
    assert found, page[:500]
    return re.sub(r"<[^>]+>", "", found[1]).strip()


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/", "6 new alerts in the last 24 hours"),
        ("/hits", "63 alerts, 16 to review"),
        ("/hits?verdict=review", "16 hits to review"),
        ("/hits?verdict=suppressed", "2 suppressed hits"),
        ("/hits?verdict=all&q=nothing-like-it", "No hits fit these filters"),
        ("/hits/1", "临澜市关于做好2027年度QM（启明）计划人选推荐工作的通知"),
        ("/sources", "4 of 8 sources are read on time"),
        ("/alerts", "1 delivery was given up"),
        ("/audit", "The log has 230 entries"),
        ("/audit/verify", "Nothing was altered: 230 entries hold"),
    ],
)
def test_the_first_line_of_each_page_answers(client: TestClient, path: str, answer: str) -> None:
    page = client.get(path)
    assert page.status_code == 200
    assert first_line(page.text) == answer
    assert len(page.content) < 60_000


@pytest.mark.parametrize("path", ["/", "/hits", "/hits?verdict=all", "/sources", "/alerts", "/audit", "/audit/verify"])
def test_a_new_and_empty_store_has_pages_that_say_so(path: str) -> None:
    page = signed_in(console(FakeQueries())).get(path)
    assert page.status_code == 200
    assert re.search(r"No new|No alerts|No hits|No source|Everybody|no entries", page.text)


def test_today_groups_by_programme_and_puts_tellings_under_their_story(client: TestClient) -> None:
    page = client.get("/").text
    qiming, kunpeng = page.index("<b>Qiming Program</b>"), page.index("<b>Kunpeng Action</b>")
    lead, copy = page.index('href="/hits/1"'), page.index('href="/hits/2"')
    assert qiming < lead < copy < kunpeng
    assert "also at" in page and "same story" in page
    assert "临澜市科技局" in page and "old-hook" in page  # a source and a delivery in trouble


def test_the_match_is_marked_to_the_character(client: TestClient) -> None:
    page = client.get("/hits/1").text
    assert page.count("<mark>QM（启明）计划</mark>") == 2  # title and passage
    assert '<span class="fact">300万至500万元</span>' in page
    assert "2027年度<mark>QM（启明）计划</mark>人选推荐" in page


def test_a_hit_tells_why_what_changed_and_who_was_told(client: TestClient) -> None:
    page = client.get("/hits/1").text
    assert "None of its 5 exclusions holds" in page
    assert "“人选推荐” stands 2 characters after it" in page
    assert "+0.70" in page
    assert "<del>300万元</del>" in page and "<ins>300万至500万元</ins>" in page
    assert "left us, no reply (no reply in 20 s)" in page
    assert "白塔区人才办转发市" in page  # the other version
    assert "¥3,000,000–5,000,000" in page and "20 Jan 2027" in page


def test_the_whole_text_is_shown_with_all_matches(client: TestClient) -> None:
    page = client.get("/hits/6/text").text
    assert page.count("<mark>鲲鹏行动</mark>") == 3  # heading, title, body


def test_a_text_that_is_no_longer_kept_is_said_to_be_gone() -> None:
    queries = scene()
    queries.all_versions = []
    assert "no longer kept" in signed_in(console(queries)).get("/hits/6/text").text


def test_suppressed_and_review_hits_stand_in_the_list_with_their_reasons(client: TestClient) -> None:
    assert "Exclusion 启明星辰 covers the match" in client.get("/hits?verdict=suppressed").text
    assert "it may be a given name" in client.get("/hits?verdict=review").text


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("topic=kunpeng", "/hits/6", "/hits/1"),
        ("kind=recruitment-ad", "/hits/4", "/hits/1"),
        ("novelty=revision", "/hits/1", "/hits/4"),
        ("source=haian-gazette", "/hits/5", "/hits/1"),
        ("q=公示期", "/hits/6", "/hits/5"),
        ("seen=1", "/hits/1", "/hits/7"),
    ],
)
def test_filters_stand_in_the_address_and_hold(client: TestClient, query: str, shown: str, hidden: str) -> None:
    page = client.get(f"/hits?{query}").text
    assert f'href="{shown}"' in page and f'href="{hidden}"' not in page
    name, value = query.split("=")
    assert re.search(rf'name="{name}"[^>]*value="{value}"|value="{value}" selected', page)


def test_pages_of_a_list_lead_to_each_other_and_keep_the_filters(client: TestClient) -> None:
    first = client.get("/hits?verdict=all").text
    older = re.search(r'href="(/hits\?[^"]*page=2[^"]*)"', first)
    assert older
    second = client.get(older[1].replace("&amp;", "&")).text
    assert "verdict=all" in older[1] and "31 to 60 of 81" in second
    assert "past the end" in client.get("/hits?page=77").text


def test_the_log_is_paged_from_its_end(client: TestClient) -> None:
    page = client.get("/audit").text
    assert 'id="e230"' in page and 'id="e131"' in page and 'id="e130"' not in page
    older = client.get("/audit?until=130").text
    assert 'id="e130"' in older and 'id="e131"' not in older
    assert "the body was purged" in page


def test_a_broken_log_says_where_and_what() -> None:
    queries = scene()
    queries.verification = Verification("broken", 230, broken_at=57, findings=("entry 57: hash differs",))
    page = signed_in(console(queries)).get("/audit/verify").text
    assert first_line(page) == "The log does not hold from entry 57 on"
    assert "entry 57: hash differs" in page and 'role="alert"' in page


def test_a_ruling_goes_to_the_store_and_the_page_says_so(client: TestClient, notebook: Notebook) -> None:
    answer = client.post("/hits/8/ruling", data={"kind": "restored", "why": "it is the programme"}, headers=OURS)
    assert answer.status_code == 200 and "Saved: restored." in answer.text
    assert notebook.rulings == [
        Ruling(kind=RulingKind.RESTORED, actor="terminal", at=NOW, why="it is the programme", hit=8),
    ]


def test_an_unknown_ruling_and_an_unknown_hit_change_nothing(client: TestClient, notebook: Notebook) -> None:
    assert client.post("/hits/8/ruling", data={"kind": "muted"}, headers=OURS).status_code == 400
    assert client.post("/hits/999/ruling", data={"kind": "right"}, headers=OURS).status_code == 404
    assert notebook.rulings == []


def test_a_source_is_made_due_and_a_dead_delivery_owed_again(client: TestClient, notebook: Notebook) -> None:
    assert "Due now." in client.post("/sources/poll", data={"source": "harbourlight"}, headers=OURS).text
    assert "Owed again." in client.post("/alerts/retry", data={"delivery": "5"}, headers=OURS).text
    assert client.post("/sources/poll", data={"source": "nobody"}, headers=OURS).status_code == 404
    assert client.post("/alerts/retry", data={"delivery": "x"}, headers=OURS).status_code == 404
    assert (notebook.polled, notebook.retried) == (["harbourlight", "nobody"], [5, 0])


def test_a_console_that_only_reads_shows_no_forms_and_takes_none(notebook: Notebook) -> None:
    reader = signed_in(console(scene(), notebook, read_only=True))
    for path in ("/hits/1", "/sources", "/alerts"):
        assert reader.get(path).text.count('method="post"') == 1  # signing out
    assert reader.post("/hits/1/ruling", data={"kind": "right"}, headers=OURS).status_code == 403
    assert notebook.rulings == []


PAGES = [
    (TodayPage, "today.html"),
    (HitsPage, "hits.html"),
    (HitPage, "hit.html"),
    (TextPage, "text.html"),
    (SourcesPage, "sources.html"),
    (AlertsPage, "alerts.html"),
    (AuditPage, "audit.html"),
]


@pytest.mark.parametrize(("page", "template"), PAGES)
def test_a_template_shows_every_field_of_its_page_and_no_other(page: type, template: str) -> None:
    text = files("monitor.console").joinpath("templates", template).read_text("utf-8")
    fields = {field.name for field in dataclasses.fields(page)}
    assert set(re.findall(r"\bpage\.(\w+)", text)) == fields


# --- words and marks ---


def test_marks_are_laid_on_code_points_after_escaping() -> None:
    text = "a<b>𠮷启明计划</b>&"
    assert marks.marked(text, [Span(5, 9)]) == "a&lt;b&gt;𠮷<mark>启明计划</mark>&lt;/b&gt;&amp;"


def test_where_spans_meet_the_match_wins() -> None:
    spans = [Span(0, 6, "fact"), Span(2, 4), Span(3, 5, "near")]
    assert marks.marked("abcdef", spans) == (
        '<span class="fact">ab</span><mark>cd</mark><span class="near">e</span><span class="fact">f</span>'
    )


def test_a_match_whose_characters_are_not_there_is_not_marked() -> None:
    lying = dataclasses.replace(hits_of_the_day()[5], text="somewhere else", matches=())
    assert "<mark>" not in "".join(marks.passage(lying))


def test_a_passage_does_not_say_the_title_again() -> None:
    hit = hits_of_the_day()[5]
    whole = dataclasses.replace(hit, passage=f"{hit.title}\n{hit.passage}", passage_start=0)
    assert marks.passage(whole) == marks.passage(hit) and marks.snippet(whole) == marks.snippet(hit)
    assert marks.before(whole) == 0
    only_title = dataclasses.replace(hit, passage=hit.title, passage_start=0)
    assert "<mark>鲲鹏行动</mark>" in marks.passage(only_title)[0]


def test_a_long_passage_is_cut_around_its_match() -> None:
    hit = hits_of_the_day()[5]
    far = dataclasses.replace(
        hit,
        passage="前" * 500 + "鲲鹏行动" + "后" * 500,
        start=hit.passage_start + 500,
        end=hit.passage_start + 504,
        matches=(),
    )
    snippet = marks.snippet(far)
    assert snippet.startswith("…前") and snippet.endswith("后…") and "<mark>鲲鹏行动</mark>" in snippet
    assert len(snippet) < 250


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202eb", "a⟨U+202E⟩b"),
        ("\x00\x1b[31m", "⟨U+0000⟩⟨U+001B⟩[31m"),
        ("zero\u200bwidth\ufeff", "zero⟨U+200B⟩width⟨U+FEFF⟩"),
        ("\udc80", "⟨U+DC80⟩"),
        ("启明，计划\n", "启明，计划\n"),
    ],
)
def test_what_hides_or_acts_is_made_visible(text: str, shown: str) -> None:
    assert words.visible(text) == shown


@pytest.mark.parametrize(
    ("text", "declared", "lang"),
    [
        ("启明计划", None, "zh-Hans"),
        ("啟明計畫", None, "zh-Hant"),
        ("人才", "zh-TW", "zh-Hant"),
        ("Qiming", "en", "en"),
        ("Qiming", '"><script>', "und"),
        ("Qiming", None, "und"),
    ],
)
def test_every_piece_says_its_language(text: str, declared: str | None, lang: str) -> None:
    assert words.language(text, declared) == lang


@pytest.mark.parametrize(
    ("fact", "short", "told"),
    [
        ({"fact": "money", "low": 3e6, "high": 5e6, "currency": "CNY", "role": "reward"}, True, ("reward", "¥3–5 m")),
        (
            {"fact": "money", "low": None, "high": 8000000, "currency": "CNY", "role": "startup-funding"},
            False,
            ("start-up", "up to ¥8,000,000"),
        ),
        (
            {"fact": "money", "low": 6000, "high": 6000, "currency": "EUR", "role": "salary", "per": "month"},
            True,
            ("pay", "€6,000 a month"),
        ),
        ({"fact": "deadline", "date": "2027-01-20"}, True, ("until", "20 Jan 2027")),
        ({"fact": "deadline", "date": "--10-31"}, True, ("until", "10-31")),
        ({"fact": "age", "min": None, "max": 40}, True, ("age", "up to 40")),
        ({"fact": "place", "province": "CN-ZJ", "city": "Huzhou"}, True, ("at", "Huzhou, CN-ZJ")),
        ({"fact": "contact", "mail": True, "phone": False, "wechat": True}, True, ("contact", "mail and wechat given")),
        (
            {"fact": "experience", "where": "top-university", "months": 36},
            False,
            ("experience", "top university, 36 months"),
        ),
        ({"fact": "surprise", "text": "x"}, False, ("surprise", "x")),
    ],
)
def test_facts_are_told_in_words(fact: dict[str, object], short: bool, told: tuple[str, str]) -> None:
    assert words.fact_in_words(fact, short) == told


def test_times_are_told_in_the_zone_of_the_reader() -> None:
    moments = words.Moments("Asia/Shanghai", NOW)
    assert moments.short(NOW) == "16:12"
    assert moments.short(NOW - timedelta(hours=20)) == "yesterday 20:12"
    assert moments.short(datetime(2026, 3, 1, 20, 0, tzinfo=UTC)) == "2 Mar, 04:00"
    assert moments.short(datetime(2025, 3, 1, 12, 0, tzinfo=UTC)) == "1 Mar 2025"
    assert moments.short(None) == "never"


# --- serving ---


async def test_the_console_serves_in_a_loop_with_other_work_and_stops_within_a_second() -> None:
    app = console(scene())
    server = serve(app, "127.0.0.1", 0)
    address = await server.start()
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        async with browser.get(await app.state.door.link(address)) as answer:
            assert answer.status == 200 and "6 new alerts" in await answer.text()
        began = time.monotonic()
        await server.stop()
        assert time.monotonic() - began < 1.5
        with pytest.raises(aiohttp.ClientConnectionError):
            await browser.get(address)


async def test_a_running_console_ends_when_its_task_is_cancelled() -> None:
    server = serve(console(scene()), "127.0.0.1", 0)
    running = asyncio.create_task(server.run())
    while not server.address:
        await asyncio.sleep(0.01)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(running, 3)


async def test_an_address_that_is_taken_is_told_with_what_to_do() -> None:
    first = serve(console(scene()), "127.0.0.1", 0)
    port = int((await first.start()).rsplit(":", 1)[1])
    with pytest.raises(MonitorError, match=rf"cannot listen on 127.0.0.1:{port}.*MONITOR_CONSOLE"):
        await serve(console(scene()), "127.0.0.1", port).start()
    await first.stop()


async def test_a_console_that_listens_everywhere_is_told_by_a_name_that_browsers_open() -> None:
    server = serve(console(scene()), "0.0.0.0", 0)
    assert (await server.start()).startswith("http://127.0.0.1:")
    await server.stop()


async def test_a_certificate_that_is_none_is_told_and_stops_nothing_else(tmp_path: Path) -> None:
    bad = tmp_path / "cert.pem"
    bad.write_text("no certificate")
    with pytest.raises(MonitorError, match="certificate and key"):
        await serve(console(FakeQueries()), "127.0.0.1", 0, bad, bad).start()
