"""Sources, alerts and the log in the console: what operators do there reaches the store with their name and reason."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from monitor.console.auth.guard import FRAME_POLICY, FRAMED, POLICY
from monitor.domain.audit import AuditNote, Verification
from monitor.domain.delivery import AttemptOutcome
from monitor.domain.person import Role
from monitor.domain.query import HitFilter
from monitor.domain.source import Source
from tests.fakes.console_bench import NOW, SUGGESTION, ConsoleBench
from tests.fakes.console_scene import scene
from tests.fakes.intents import Stage, hit, text

ALL = HitFilter()


@pytest.fixture
async def bench(tmp_path: Path) -> ConsoleBench:
    made = ConsoleBench(tmp_path)
    stage = Stage(made.store, made.store.queries)
    await made.store.open(stage.worker, stage.now)
    await stage.watch("city", "town")
    await stage.poll("city", text("关于启明计划的通知", hits=[hit()]))
    return made


def waited(client: TestClient, path: str, sign: str) -> str:
    """The page once the sign stands on it."""
    for _ in range(300):
        page = client.get(path).text
        if sign in page:
            return page
        time.sleep(0.01)
    raise AssertionError(f"{sign} never came:\n{page}")


async def test_a_pause_has_an_author_a_reason_and_an_end_and_stays_in_the_list(bench: ConsoleBench) -> None:
    with bench.signed_in() as client:
        page = client.post("/sources/pause", data={"source": "city", "why": "they move <b>", "until": "2026-12-24"})
        assert "city is paused" in page.text and "By lena since 24 Nov 2026, until 24 Dec 2026" in page.text
        assert "they move &lt;b&gt;" in client.get("/sources").text
        assert client.post("/sources/pause", data={"source": "town", "why": " "}).status_code == 400
        assert (
            client.post("/sources/pause", data={"source": "town", "why": "x", "until": "2020-01-01"}).status_code == 400
        )
        assert client.post("/sources/pause", data={"source": "nowhere", "why": "x"}).status_code == 404
        assert "It is polled again" in client.post("/sources/resume", data={"source": "city"}).text
        assert client.post("/sources/resume", data={"source": "city"}).status_code == 404
    assert [actor for actor, _ in bench.entries("source paused") + bench.entries("source resumed")] == ["lena", "lena"]


async def test_programs_pause_and_resume(bench: ConsoleBench) -> None:
    with bench.signed_in() as client:
        assert client.post("/api/sources/city/pause", json={"why": "slow", "until": "2026-12-24"}).status_code == 200
        assert client.post("/api/sources/city/pause", json={"why": "slow", "until": "2020-12-24"}).status_code == 422
        assert client.post("/api/sources/city/resume").status_code == 200
        assert client.post("/api/sources/city/resume").status_code == 404


async def test_a_source_page_tells_finds_days_and_what_to_do(bench: ConsoleBench) -> None:
    with bench.signed_in() as client:
        page = client.get("/sources/city").text
        assert "in 12 weeks" in page and "robots.txt" in page and "By day" in page
        assert client.get("/sources/nobody").status_code == 404
        assert "No source has “zzz”" in client.get("/sources?q=zzz").text
        assert "/sources/town" not in client.get("/sources?q=city").text


async def test_thousands_of_sources_are_one_small_page(bench: ConsoleBench) -> None:
    many = [Source(f"s-{number:04d}", "feed", f"https://s{number}.example.org/feed") for number in range(1500)]
    await bench.store.sync_sources(many, NOW)
    with bench.signed_in() as client:
        page = client.get("/sources")
    assert len(page.content) < 60_000 and "of 1\u202f500 shown" in page.text


async def test_a_trial_that_gives_nothing_says_why(bench: ConsoleBench) -> None:
    with bench.signed_in() as client:
        page = client.post("/sources/-/try", data={"url": "https://new.example.org/"})
        assert "It gives nothing" in waited(client, page.url.path, "timed out")


async def test_a_tried_address_is_opened_in_the_editor_and_saved_there(bench: ConsoleBench) -> None:
    bench.put("sources.yaml", "sources:\n", in_force=False)
    title = "</h2><script>alert(1)</script>"
    bench.trial = {
        "url": "https://new.example.org/", "kind": "feed", "guessed": True, "title": title, "suggestion": SUGGESTION,
        "texts": [{"title": title, "text": "电话 13900001111", "published": None}], "robots": "allows it",
        "links": [], "hits": [], "samples": [{"url": "https://x.example", "title": "", "error": title}],
    }  # fmt: skip
    with bench.signed_in() as client:
        page = client.post("/sources/-/try", data={"url": "https://new.example.org/"})
        shown = waited(client, page.url.path, "It reads as a feed")
        assert "<script>alert" not in shown and "13900001111" not in shown  # A90
        job = page.url.path.rpartition("/")[2]
        assert client.post("/sources/-/add", data={"job": job, "file": "../x.yaml"}).status_code == 404
        draft = client.post("/sources/-/add", data={"job": job, "file": "sources.yaml"})
    assert "Not saved yet" in draft.text and "source: new-notices" in draft.text
    assert (bench.folder / "sources.yaml").read_text("utf-8") == "sources:\n"  # saving is the editor's


async def test_an_analyst_changes_no_source_and_tries_none(bench: ConsoleBench) -> None:
    with bench.signed_in(Role.ANALYST) as client:
        assert 'action="/sources/' not in client.get("/sources/city").text
        for path in ("/sources/pause", "/sources/resume", "/sources/-/try", "/sources/-/add", "/alerts/test"):
            assert client.post(path, data={"source": "city", "why": "x"}).status_code == 403
        assert client.get("/sources/-/try").status_code == 403


async def test_a_test_message_reaches_each_recipient_and_the_log(bench: ConsoleBench) -> None:
    with bench.signed_in() as client:
        assert "delivered" in client.post("/alerts/test", data={"channel": "analysts"}).text
        bench.notifier.outcomes["analysts"] = [AttemptOutcome.REFUSED]
        assert "scripted: refused" in client.post("/alerts/test", data={"channel": "analysts"}).text
        assert client.post("/alerts/test", data={"channel": "nobody"}).status_code == 404
    assert bench.notifier.heard == ["a@example.org"]
    assert [body["results"] for _, body in bench.entries("channel tested")] == [
        [["a@example.org", "delivered"]],
        [["a@example.org", "refused"]],
    ]


async def test_a_silence_has_an_end_and_a_reason_and_is_lifted_early(bench: ConsoleBench) -> None:
    [found] = [one.topic for one in bench.store.queries.hits(ALL)]
    told = {"topic": found, "until": "2026-12-24", "why": "statistics season"}
    with bench.signed_in(Role.ANALYST) as client:
        assert "statistics season" in client.post("/alerts/silence", data=told).text
        for wrong in ({"topic": "nothing"}, {"topic": ""}, {"until": "2020-01-01"}, {"until": ""}, {"why": ""}):
            assert client.post("/alerts/silence", data={**told, **wrong}).status_code == 400
        assert "Heard again." in client.post("/alerts/silence/end", data={"topic": found, "source": ""}).text
        assert client.post("/alerts/silence/end", data={"topic": found, "source": ""}).status_code == 404
    with bench.signed_in(Role.AUDITOR, "rita") as client:
        assert client.post("/alerts/silence", data=told).status_code == 403


def test_all_that_a_channel_gave_up_is_retried_by_the_person_who_asked() -> None:
    from tests.unit.test_console import Notebook, console, signed_in

    queries, notebook = scene(), Notebook()
    dead = [one for one in queries.all_deliveries if one.state == "dead"]
    assert dead
    client = signed_in(console(queries, notebook))
    ours = {"Sec-Fetch-Site": "same-origin"}
    client.post("/alerts/retry", data={"channel": dead[0].channel}, headers=ours)
    assert notebook.retried == [one.id for one in dead if one.channel == dead[0].channel]
    assert client.post("/alerts/retry", data={"channel": "nobody"}, headers=ours).status_code == 404
    assert "Given up" in client.get(f"/alerts?state=dead&channel={dead[0].channel}").text


async def test_a_preview_of_a_mail_stands_in_a_sandbox_with_its_own_policy(bench: ConsoleBench) -> None:
    [found] = bench.store.queries.hits(ALL)
    with bench.signed_in() as client:
        page = client.get("/alerts/preview")
        assert 'sandbox=""' in page.text and page.headers["Content-Security-Policy"] == POLICY
        mail = client.get(FRAMED, params={"channel": "analysts", "hit": found.id})
        assert mail.headers["Content-Security-Policy"] == FRAME_POLICY and "sandbox" in FRAME_POLICY
        assert "启明计划" in mail.text and "<script" not in mail.text
        assert client.get(FRAMED, params={"channel": "nobody", "hit": found.id}).status_code == 404
        assert client.get(FRAMED, params={"channel": "analysts", "hit": 10**9}).status_code == 404


async def test_the_log_is_filtered_by_kind_actor_and_day_in_the_address(bench: ConsoleBench) -> None:
    notes = [AuditNote("looked", f"p{number % 2}", NOW + timedelta(days=number % 3)) for number in range(250)]
    await bench.store.note(notes)
    with bench.signed_in() as client:
        page = client.get("/audit", params={"kind": "looked", "actor": "p1", "day": "2026-11-25"}).text
        assert set(re.findall(r'<td data-l="By">([^<]*)</td>', page)) == {"p1"}
        assert '<th colspan="6">2026-11-25</th>' in page and "2026-11-26</th>" not in page
        first = client.get("/audit", params={"kind": "looked"}).text
        older = re.search(r'href="(/audit\?kind=looked&amp;until=\d+)" rel="next"', first)
        assert older
        assert client.get(older[1].replace("&amp;", "&")).text.count('<tr id="e') == 100
        assert "No entry fits" in client.get("/audit", params={"day": "2001-01-01"}).text
        entry = client.get("/audit/entries/1").text
        assert "Entry 1:" in entry and client.get("/audit/entries/999999").status_code == 404


async def test_verifying_goes_on_beside_the_page_and_is_begun_once(bench: ConsoleBench) -> None:
    bench.verification = Verification("broken", 7, broken_at=3, findings=("entry 3: <i>hash</i> differs",))
    with bench.signed_in(Role.AUDITOR) as client:
        page = client.get("/audit/verify")
        text = waited(client, f"{page.url.path}?{page.url.query.decode()}", "The log does not hold from entry 3 on")
        assert "&lt;i&gt;hash&lt;/i&gt;" in text and 'role="alert"' in text
        assert client.get("/audit/verify").url.query == page.url.query  # fresh enough for the next one


async def test_an_export_is_made_and_fetched_by_auditors_only_and_both_are_logged(bench: ConsoleBench) -> None:
    with bench.signed_in(Role.AUDITOR, "rita") as client:
        page = client.post("/audit/export", data={"texts": "on"})
        text = waited(client, f"{page.url.path}?{page.url.query.decode()}", "Download")
        where = re.search(r'href="(/audit/exports/[^"]+)"', text)
        assert where
        fetched = client.get(where[1])
        assert (fetched.content, fetched.headers["content-type"]) == (b"PK", "application/zip")
    with bench.signed_in(Role.ADMIN, "lena") as client:
        assert client.get(where[1]).status_code == 404  # it is rita's
    with bench.signed_in(Role.OPERATOR, "omar") as client:
        assert client.get(where[1]).status_code == 403 and client.post("/audit/export").status_code == 403
    assert [actor for actor, _ in bench.entries("exported") + bench.entries("export fetched")] == ["rita", "rita"]


def test_without_a_workshop_the_pages_say_so_and_change_nothing() -> None:
    from tests.unit.test_console import Notebook, console, signed_in

    queries = scene()
    queries.files = {"talent.yaml": b"topics:\n  - topic: qiming\n    name: Qiming\n    terms: [Qiming Program]\n"}
    client = signed_in(console(queries, Notebook()))
    ours = {"Sec-Fetch-Site": "same-origin"}
    assert "This console cannot edit" in client.get("/watchlists").text
    assert "Qiming Program" in client.get("/watchlists/talent.yaml").text
    for path in ("/watchlists/talent.yaml/save", "/watchlists/talent.yaml/check", "/sources/-/try", "/alerts/test"):
        assert client.post(path, data={"text": "x"}, headers=ours).status_code == 403
    assert client.post("/audit/export", headers=ours).status_code == 403
    assert client.get("/alerts/preview").status_code == 403
