"""Sitemaps, folders, paged feeds and searches, from a real web and disk through a real child into a real database."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from monitor.domain.source import Source
from tests.fakes.town import Watching
from tests.fakes.web import Web

NOTICE = "<html><body><h1>{0}</h1><p>{0}：现组织启明计划申报，{1}</p>" + "".join(
    f"<p>第{part}条：申请人应具有博士学位，在海外知名机构工作{part}年以上，年龄不超过{part + 38}周岁。</p>"
    for part in range(3, 9)
)
LIST = (
    "东港市启明计划第一批名单公示\n"
    + "\n".join(f"第{n}项：海洋工程方向{n}号课题组拟支持" for n in range(9))
    + "\n公示至{0}。"
)
ENTRY = "<item><guid>{0}</guid><title>启明计划 {0}</title><link>{1}</link><description>第{0}批次启明计划通知</description></item>"


def feed(*entries: str, more: str = "") -> bytes:
    link = f"<atom:link rel='next' href='{more}'/>" if more else ""
    head = "<rss version='2.0' xmlns:atom='http://www.w3.org/2005/Atom'><channel><title>t</title>"
    return f"{head}{link}{''.join(entries)}</channel></rss>".encode()


def sitemap(*rows: tuple[str, str], index: bool = False) -> bytes:
    outer, inner = ("sitemapindex", "sitemap") if index else ("urlset", "url")
    body = "".join(f"<{inner}><loc>{url}</loc><lastmod>{day}</lastmod></{inner}>" for url, day in rows)
    return f"<{outer}>{body}</{outer}>".encode()


async def later(service: Watching, seconds: float = 1000.0) -> None:
    service.clock.tick(seconds)
    await service.turn()


async def test_a_sitemap_index_is_read_file_by_file_and_a_changed_page_again(tmp_path: Path) -> None:
    async with Web() as web:
        for number in (1, 2, 3):
            web.page(
                f"/art/{number}.html", NOTICE.format(f"东港{number}号通知", f"申报截止2026年12月{number}日。").encode()
            )
        web.page(
            "/sitemap.xml", sitemap((web.url("/a.xml"), "2026-11-01"), (web.url("/b.xml"), "2026-10-01"), index=True)
        )
        web.page("/a.xml", sitemap((web.url("/art/1.html"), "2026-11-01")), etag='"a"')
        web.page("/b.xml", sitemap((web.url("/art/2.html"), "2026-10-01")), etag='"b"')
        async with Watching(tmp_path, Source("map", "sitemap", web.url("/sitemap.xml"))) as service:
            await service.turn(flush=True)
            assert service.ask("select count(*) from document") == [(2,)]
            rows = (web.url("/art/3.html"), "2026-11-20"), (web.url("/art/1.html"), "2026-11-21")
            web.page("/a.xml", sitemap(*rows), etag='"a2"')
            web.page("/art/1.html", NOTICE.format("东港1号通知", "申报截止2027年1月15日。").encode())
            await later(service)
            assert [web.paths().count(f"/art/{number}.html") for number in (1, 2, 3)] == [2, 1, 1]
            assert sorted(service.told()[2:]) == [("new", "东港3号通知"), ("updated", "东港1号通知")]
            assert [one.headers.get("if-none-match") for one in web.asked if one.path == "/b.xml"] == [None, '"b"']
            assert service.ask("select gap from source_day") == [(0,)]  # a file left out is no gap


async def test_files_of_a_folder_are_read_as_they_appear_and_again_when_they_change(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    (inbox / "below").mkdir(parents=True)
    (inbox / "old.txt").write_text(LIST.format("2026年12月1日"))
    settle(inbox / "old.txt")
    state = tmp_path / "state"
    state.mkdir()
    (tmp_path / "secret.txt").write_text("启明计划 secret")
    (inbox / "link.txt").symlink_to(tmp_path / "secret.txt")
    (inbox / ".hidden.txt").write_text("启明计划")
    os.mkfifo(inbox / "pipe.txt")
    async with Watching(state, Source("inbox", "folder", str(inbox))) as service:
        await service.turn(flush=True)
        assert service.told() == [("baseline", "old.txt")]
        (inbox / "新通知.txt").write_text("关于申报启明计划的通知，西洲第二批")
        (inbox / "half.part").write_text("启明计划")
        (inbox / "below" / "deep.txt").write_text("启明计划")
        settle(inbox / "新通知.txt")
        await later(service)
        assert service.told()[1:] == [("new", "新通知.txt")]
        (inbox / "old.txt").write_text(LIST.format("2027年1月15日"))
        settle(inbox / "old.txt", 50)
        await later(service)
        assert service.told()[2:] == [("updated", "old.txt")]
        (inbox / "old.txt").unlink()
        await later(service)
        places = {str(row[0]).rpartition("/")[2] for row in service.ask("select place from document")}
        assert places == {"old.txt", "%E6%96%B0%E9%80%9A%E7%9F%A5.txt"}


def settle(path: Path, seconds: float = 100.0) -> None:
    """The file was written a while ago."""
    found = path.stat()
    os.utime(path, (found.st_atime - seconds, found.st_mtime - seconds))


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "{inbox}/../secret.txt", "{inbox}/link.txt", "http://127.0.0.1/"]
)
async def test_nothing_outside_its_folder_is_read(tmp_path: Path, url: str) -> None:  # A14
    from monitor.adapters.clock import SystemClock
    from monitor.adapters.folder import Folders
    from monitor.domain.source import Failed, Request

    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (tmp_path / "secret.txt").write_text("x")
    (inbox / "link.txt").symlink_to(tmp_path / "secret.txt")
    address = url.format(inbox=inbox.as_uri())
    answer = await Folders(SystemClock()).fetch(Request(address, folder=str(inbox)))
    assert isinstance(answer, Failed) and answer.reason in {"bad address", "unreadable"}


async def test_a_folder_that_is_not_there_is_a_failure_with_its_reason(tmp_path: Path) -> None:
    async with Watching(tmp_path, Source("inbox", "folder", str(tmp_path / "nowhere"))) as service:
        await service.turn()
        assert [row.reason and row.reason.split(":")[0] for row in service.queries.sources()] == ["no such folder"]


async def test_a_paged_feed_is_followed_at_first_and_where_entries_are_missing(tmp_path: Path) -> None:
    async with Web() as web:
        for number in range(1, 13):
            web.page(f"/{number}", b"")
        web.page("/feed", feed(*entries(web, 5, 6), more="/feed?page=2"))
        web.page("/feed?page=2", feed(*entries(web, 3, 4), more="/feed?page=3"))
        web.page("/feed?page=3", feed(*entries(web, 1, 2), more="/feed?page=4"))
        async with Watching(tmp_path, Source("feed", "feed", web.url("/feed"))) as service:
            await service.turn(flush=True)
            assert len(service.told()) == 6 and "/feed?page=4" not in web.paths()
            web.page("/feed", feed(*entries(web, 6, 7), more="/feed?page=2"))
            await later(service)
            assert web.paths().count("/feed?page=2") == 1  # 6 is known: nothing is missing
            web.page("/feed", feed(*entries(web, 11, 12), more="/feed?page=2"))
            web.page("/feed?page=2", feed(*entries(web, 9, 10), more="/feed?page=3"))
            web.page("/feed?page=3", feed(*entries(web, 7, 8), more="/feed?page=4"))
            await later(service)
            assert sorted({title for _, title in service.told()}) == sorted(f"启明计划 {n}" for n in range(1, 13))
            assert service.ask("select gap from source_day") == [(0,)]  # the archive filled it


def entries(web: Web, *numbers: int) -> list[str]:
    return [ENTRY.format(number, web.url(f"/{number}")) for number in numbers]


async def test_links_of_a_search_lead_to_the_articles_and_those_that_lead_nowhere_are_marked(tmp_path: Path) -> None:
    async with Web() as web:
        goal = f"http://localhost:{web.port}/article-1"
        web.redirect("/go/1", goal)
        web.page("/article-1", b"<html><body>the article</body></html>")
        web.page("/go/2", b"<html><script>location = 'somewhere'</script></html>")
        rows = (ENTRY.format(1, web.url("/go/1")), ENTRY.format(2, web.url("/go/2")))
        web.page("/search", feed(*rows))
        source = Source("news", "feed", web.url("/search"), options={"search": True})
        async with Watching(tmp_path, source) as service:
            await service.turn(flush=True)
            places = dict(service.ask("select d.place, v.warnings from document d join version v on v.document = d.id"))
            assert (places[goal], places["2"]) == ("[]", '["unresolved redirect"]')
            web.page("/search", feed(*rows, ENTRY.format(3, f"https://news.example/?url={goal}3")))
            await later(service)
            assert [web.paths().count(path) for path in ("/go/1", "/go/2")] == [1, 1]  # what was found is remembered
            assert len(service.told()) == 3
