"""`monitor read`: one answer for each file or address, errors among them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from monitor.cli.read import read_command
from monitor.domain.source import Failed, Fetched, FetchResult
from tests.fakes import bodies

FIELDS = {"file", "format", "title", "text", "language", "published", "links", "attachments", "truncated", "warnings"}


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


async def fetch(url: str) -> FetchResult:
    if url.endswith("gone"):
        return Failed(url, "HTTP 410", gone=True)
    page = "<nav>首页</nav><h1>申报通知</h1><p>发布时间：2026年11月1日</p><p>请各单位组织申报。</p><a href='/b.doc'>附件</a>"
    return Fetched(url, page.encode(), "hash", "text/html")


def test_every_file_gets_one_line_and_what_cannot_be_read_has_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    word, scan, feed = tmp_path / "a.docx", tmp_path / "b.pdf", tmp_path / "c.xml"
    word.write_bytes(bodies.docx(bodies.paragraph("启明计划")))
    scan.write_bytes(bodies.pdf(b"0 0 m 9 9 l S"))
    feed.write_bytes(bodies.rss("<item><guid>1</guid><title>t</title><link>http://h/1</link></item>"))
    read_command(
        True,
        [str(word), str(scan), str(feed), str(tmp_path / "none"), "https://h.example/gone", "https://h.example/x"],
        fetch,
    )
    answers = lines(capsys)
    assert [answer.get("error") for answer in answers] == [None, None, None, "not found", "not fetched", None]
    assert answers[0].keys() == FIELDS and (answers[0]["text"], answers[0]["format"]) == ("启明计划", "docx")
    assert answers[1]["text"] == "" and answers[1]["warnings"] == ["needs-ocr"]
    assert answers[2]["entries"] == [{"id": "1", "link": "http://h/1", "title": "t", "text": "", "published": None}]
    assert answers[4]["detail"] == "HTTP 410"
    page = answers[5]
    assert (page["title"], page["language"], str(page["published"])[:10]) == ("申报通知", "zh", "2026-11-01")
    assert page["attachments"] == ["https://h.example/b.doc"] and page["links"] == ["https://h.example/b.doc"]


def test_on_a_terminal_the_answer_is_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.txt"
    path.write_text("启明计划")
    read_command(False, [str(path)], fetch)
    out = capsys.readouterr().out
    assert out.startswith(str(path)) and "format: text" in out and out.rstrip().endswith("启明计划")
