"""Watchlists in the console: what is wrong stands at its line, nothing of others is overwritten, files stay the truth."""

from __future__ import annotations

import re
import time
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from monitor.console.pages.texts import changed, difference, sheet
from monitor.console.workshop import digest
from monitor.domain.errors import Problem
from monitor.domain.person import Role
from monitor.domain.plan import WaitingEdit
from tests.fakes.console_bench import ConsoleBench

GOOD = """# who watches what
topics:
  - topic: qiming
    name: Qiming Program (启明计划)
    severity: high
    terms:
      - 启明计划
      - term: Qiming
        near: [talent, 人才]
        within: 40
    exclude: [启明创投]
    must_match: [关于组织申报启明計劃的通知]
    must_not_match: [启明创投完成新一轮募资]
"""
BAD = GOOD.replace("within: 40", "within: 40 chars")
FAILING = GOOD.replace("启明创投完成新一轮募资", "启明计划来了")
NAME = "talent.yaml"


@pytest.fixture
def bench(tmp_path: Path) -> ConsoleBench:
    made = ConsoleBench(tmp_path)
    made.put(NAME, GOOD)
    return made


def field(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return unescape(found[1]) if found else ""


def typed(page: str) -> str:
    """What stands in the editor; a browser drops the first line end."""
    found = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.S)
    assert found
    return unescape(found[1])


def save(client: TestClient, text: str, base: str, why: str = "") -> Response:
    return client.post(f"/watchlists/{NAME}/save", data={"text": text, "base": base, "why": why})


def settled(client: TestClient, page: Response) -> str:
    """The page of a draft once its preview has ended."""
    for _ in range(200):
        text = client.get(page.url.path).text
        if "aria-busy" not in text:
            return text
        time.sleep(0.01)
    raise AssertionError("the preview goes on and on")


def test_the_list_says_of_each_file_whether_it_is_in_force(bench: ConsoleBench) -> None:
    bench.put("wrong.yaml", BAD.replace("topic: qiming", "topic: other"), in_force=False)
    bench.put("fresh.yaml", "sources:\n", in_force=False)
    with bench.signed_in() as client:
        page = client.get("/watchlists").text
    assert "1 file of 3 is refused" in page
    assert [state in page for state in ("in force", "refused", "not taken up yet")] == [True] * 3
    assert "the first at line 10" in page


def test_a_file_is_read_as_tables_with_its_examples_run(bench: ConsoleBench) -> None:
    with bench.signed_in() as client:
        page = client.get(f"/watchlists/{NAME}").text
    assert "2 of 2 hold" in page and "within 40 characters of one of" in page
    assert "<mark>启明計劃</mark>" in page and "启明创投" in page
    assert 'lang="zh-Hans"' in page and 'lang="zh-Hant"' in page


def test_an_error_stands_at_its_line_and_nothing_is_previewed_or_saved(bench: ConsoleBench) -> None:
    with bench.signed_in() as client:
        page = client.post(f"/watchlists/{NAME}/check", data={"text": BAD, "base": digest(GOOD.encode())})
        text = page.text
        refused = save(client, BAD, digest(GOOD.encode()))
    assert "Not saved yet: 1 problem, at line 10" in text
    assert '<span id="l10" class="e">10</span>' in text and "<u>40 chars</u>" in text
    assert "disabled" in text and bench.previewed == []
    assert "Not saved: 1 problem, at line 10" in refused.text and typed(refused.text) == BAD
    assert (bench.folder / NAME).read_text("utf-8") == GOOD


def test_a_failing_example_is_told_with_the_reason_and_keeps_the_file_from_being_saved(bench: ConsoleBench) -> None:
    with bench.signed_in() as client:
        page = client.post(f"/watchlists/{NAME}/check", data={"text": FAILING, "base": ""}).text
    assert "must not match; gives an alert, by the term 启明计划" in page
    assert "1 of 2 hold" in page and "<mark>启明计划</mark>来了" in page


def test_a_preview_runs_beside_the_page_and_tells_what_it_would_bring(bench: ConsoleBench) -> None:
    bench.slow = True
    with bench.signed_in() as client:
        page = client.post(f"/watchlists/{NAME}/check", data={"text": GOOD + "# more\n", "base": ""})
        running = client.get(page.url.path).text
        assert "10 of 40 texts" in running and "hx-get=" in running and "noscript" in running
        bench.slow = False
        done = settled(client, page)
    assert "关于<mark>启明计划</mark>的通知" in done and "1 alert" not in bench.previewed[0][0]
    assert bench.previewed == [(NAME, (GOOD + "# more\n").encode())]


def test_a_preview_can_be_cancelled_and_the_text_stays(bench: ConsoleBench) -> None:
    bench.slow = True
    with bench.signed_in() as client:
        page = client.post(f"/watchlists/{NAME}/check", data={"text": GOOD + "# more\n", "base": ""})
        where = re.search(r'action="(/watchlists/previews/[^"]+/cancel)"', page.text)
        assert where
        after = client.post(where[1], data={"draft": field(page.text, "draft")}).text
    assert "The preview was cancelled" in after and typed(after) == GOOD + "# more\n"


def test_what_is_saved_is_what_was_typed_with_who_and_why(bench: ConsoleBench) -> None:
    text = GOOD + "\n# 备注 \t\n\n"
    with bench.signed_in() as client:
        base = field(client.get(f"/watchlists/{NAME}/edit").text, "base")
        page = save(client, text.replace("\n", "\r\n"), base, "a note")
    assert page.url.path == f"/watchlists/{NAME}" and "Saved." in page.text
    assert (bench.folder / NAME).read_bytes() == text.encode()
    [(actor, body)] = bench.entries("watchlist saved")
    assert (actor, body["why"], body["sha256"]) == ("lena", "a note", digest(text.encode()))
    assert not list(bench.folder.glob(".*"))  # nothing half-written is left


def test_an_edit_that_began_with_an_older_file_is_not_saved_and_both_texts_are_shown(bench: ConsoleBench) -> None:
    with bench.signed_in() as client:
        base = field(client.get(f"/watchlists/{NAME}/edit").text, "base")
        theirs = GOOD.replace("severity: high", "severity: low")
        (bench.folder / NAME).write_text(theirs, "utf-8")  # by git, say
        mine = GOOD.replace("who watches what", "mine")
        page = save(client, mine, base)
        assert page.status_code == 409 and "somebody changed the file" in page.text
        assert "<ins># mine</ins>" in page.text and "severity: low" in page.text
        assert (bench.folder / NAME).read_text("utf-8") == theirs
        onward = re.search(rf'href="(/watchlists/{NAME}/drafts/[^"]+)"', page.text)
        assert onward
        draft = client.get(onward[1]).text
        assert typed(draft) == mine and field(draft, "base") == digest(theirs.encode())
        assert save(client, mine, field(draft, "base")).url.path == f"/watchlists/{NAME}"
    assert (bench.folder / NAME).read_text("utf-8") == mine


def test_versions_are_listed_with_who_and_an_old_one_opens_in_the_editor(bench: ConsoleBench) -> None:
    second = GOOD.replace("severity: high", "severity: low")
    with bench.signed_in() as client:
        save(client, second, digest(GOOD.encode()), "calmer")
        bench.put(NAME, second)  # the service takes it up
        history = client.get(f"/watchlists/{NAME}/history").text
        assert "2 versions" in history and "lena: “calmer”" in history and "(in the folder)" in history
        diff = client.get(f"/watchlists/{NAME}/history/{digest(second.encode())}").text
        assert "<ins>    severity: low</ins>" in diff and "<del>    severity: high</del>" in diff
        old = client.get(f"/watchlists/{NAME}/edit", params={"from": digest(GOOD.encode())}).text
        assert typed(old) == GOOD and field(old, "base") == digest(second.encode())
        assert client.get(f"/watchlists/{NAME}/history/{'0' * 64}").status_code == 404


def test_what_lies_in_the_folder_is_set_against_what_is_in_force(bench: ConsoleBench) -> None:
    (bench.folder / NAME).write_text(GOOD.replace("high", "low"), "utf-8")
    with bench.signed_in() as client:
        page = client.get(f"/watchlists/{NAME}/changes").text
    assert "not what is in force" in page and "<ins>    severity: low</ins>" in page


def test_an_edit_that_waits_is_accepted_here_only_as_it_was_shown(bench: ConsoleBench) -> None:
    bench.edits.edit = WaitingEdit("d1", ("it drops the topic qiming, which had 9 hits in 30 days",), ("qiming",))
    with bench.signed_in() as client:
        assert "which had 9 hits" in client.get("/watchlists").text
        assert client.post("/watchlists/apply", data={"digest": "d0"}).status_code == 409
        assert "Accepted." in client.post("/watchlists/apply", data={"digest": "d1", "why": "it ended"}).text
    assert bench.edits.accepted == [("d1", "lena", "it ended")]


def test_a_new_file_is_begun_and_its_name_cannot_leave_the_folder(bench: ConsoleBench) -> None:
    with bench.signed_in() as client:
        page = client.get("/watchlists/new", params={"name": "extra"})
        assert page.url.path == "/watchlists/extra.yaml/edit" and "extra.yaml is new" in page.text
        saved = client.post("/watchlists/extra.yaml/save", data={"text": "sources: []\n", "base": ""})
        assert saved.url.path == "/watchlists/extra.yaml" and (bench.folder / "extra.yaml").is_file()
        for name in ("../evil.yaml", "..%2Fevil.yaml", ".hidden.yaml", "evil.sh", "a" * 200 + ".yaml"):
            assert client.post(f"/watchlists/{name}/save", data={"text": "sources: []\n"}).status_code in (
                404,
                405,
                409,
            )
    assert [path.name for path in bench.folder.parent.iterdir()] == ["watchlists"]  # A92


def test_a_link_in_the_folder_is_not_followed(bench: ConsoleBench, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.yaml"
    elsewhere.write_text("sources: []\n", "utf-8")
    (bench.folder / "linked.yaml").symlink_to(elsewhere)
    with bench.signed_in() as client:
        base = digest(b"sources: []\n")
        answer = client.post("/watchlists/linked.yaml/save", data={"text": "topics: []\n", "base": base})
    assert answer.status_code == 409 and elsewhere.read_text("utf-8") == "sources: []\n"


@pytest.mark.parametrize(
    "more",
    ["sources:\n  - source: all\n    folder: /etc\n", "channels:\n  - channel: me\n    url: file:/etc/passwd\n"],
)
def test_what_is_of_the_machine_is_not_named_from_a_browser(bench: ConsoleBench, more: str) -> None:
    with bench.signed_in() as client:
        page = save(client, GOOD + more, digest(GOOD.encode()))
        assert "of the machine that the service runs on" in page.text
        (bench.folder / NAME).write_text(GOOD + more, "utf-8")  # who may write there may name it
        page = save(client, GOOD + more + "# and on\n", digest((GOOD + more).encode()))
    assert "of the machine that the service runs on" not in page.text


def test_a_draft_is_its_writers_own(bench: ConsoleBench) -> None:
    with bench.signed_in() as client:
        page = client.post(f"/watchlists/{NAME}/check", data={"text": BAD, "base": ""})
    with bench.signed_in(Role.OPERATOR, "omar") as other:
        assert other.get(page.url.path).status_code == 404


@pytest.mark.parametrize("role", [Role.ANALYST, Role.AUDITOR])
def test_who_does_not_operate_reads_and_saves_nothing(bench: ConsoleBench, role: Role) -> None:
    with bench.signed_in(role) as client:
        page = client.get(f"/watchlists/{NAME}/edit").text
        assert "readonly" in page and "Check and preview</button>" not in page and ">Save<" not in page
        for what in ("check", "save"):
            assert client.post(f"/watchlists/{NAME}/{what}", data={"text": GOOD}).status_code == 403
        assert client.post("/watchlists/apply", data={"digest": "d1"}).status_code == 403


def test_hostile_text_stays_text_in_the_editor_the_tables_and_the_diff(bench: ConsoleBench) -> None:
    hostile = GOOD.replace("who watches what", "</textarea><script>alert(1)</script>").replace(
        "Qiming Program", "</h2><img src=x>\u202egnp"
    )
    bench.put(NAME, hostile, in_force=False)
    with bench.signed_in() as client:
        pages = [client.get(f"/watchlists/{NAME}{view}").text for view in ("", "/edit", "/changes", "/terms")]
    for page in pages:
        assert "<script>alert" not in page and "<img src=x>" not in page
    assert typed(pages[1]) == hostile and "⟨U+202E⟩" in pages[0]


def test_the_first_empty_line_of_a_file_is_kept(bench: ConsoleBench) -> None:
    bench.put(NAME, "\n\n" + GOOD)
    with bench.signed_in() as client:
        assert typed(client.get(f"/watchlists/{NAME}/edit").text) == "\n\n" + GOOD


def test_how_the_terms_do_names_those_that_found_nothing(bench: ConsoleBench) -> None:
    with bench.signed_in() as client:
        page = client.get(f"/watchlists/{NAME}/terms").text
    assert re.search("[Nn]o alerts in 90 days", page) and "Terms that found nothing" in page and "启明计划" in page


def test_programs_check_and_save_files_too(bench: ConsoleBench) -> None:
    base = digest(GOOD.encode())
    with bench.signed_in() as client:
        assert client.get("/api/watchlists").json()[0]["state"] == "in force"
        assert client.get(f"/api/watchlists/{NAME}").json()["text"] == GOOD
        assert client.get("/api/watchlists/nobody.yaml").status_code == 404
        wrong = client.post(f"/api/watchlists/{NAME}/check", json={"text": BAD}).json()
        assert (wrong["ok"], wrong["problems"][0]["line"]) == (False, 10)
        assert client.post(f"/api/watchlists/{NAME}", json={"text": BAD, "base": base}).json()["ok"] is False
        assert client.post(f"/api/watchlists/{NAME}", json={"text": GOOD, "base": "0" * 64}).status_code == 409
        assert client.post(f"/api/watchlists/{NAME}", json={"text": GOOD + "# x\n", "base": base}).json()["ok"] is True
    assert (bench.folder / NAME).read_text("utf-8") == GOOD + "# x\n"
    assert [actor for actor, _ in bench.entries("watchlist saved")] == ["lena"]


def test_a_difference_shows_what_changed_with_some_lines_around() -> None:
    old = "\n".join(f"line {number}" for number in range(30))
    lines = difference(old, old.replace("line 15", "line fifteen"))
    assert changed(lines) == (1, 1)
    assert [line.text for line in lines if line.look == "gap"] == ["12 lines the same", "11 lines the same"]
    assert difference(old, old) == ()


def test_a_sheet_underlines_from_the_column_to_the_comment_and_an_error_hides_a_warning() -> None:
    problems = [Problem("f", 2, 4, "odd", True), Problem("f", 2, 6, "wrong")]
    one, two = sheet("first\na:   30 chars   # why", problems)
    assert (one.look, two.look, two.wrong, two.message) == ("", "e", "30 chars", "wrong")
    assert two.before + two.wrong + two.after == "a:   30 chars   # why"
