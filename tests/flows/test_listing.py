"""A list of three pages over ten polls: every notice and every attachment is one document, found once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from monitor.domain.source import Source
from tests.fakes.town import Town, Watching
from tests.fakes.web import Web


def watched(web: Web, **options: object) -> Source:
    address = web.url("/notices/index.html")
    return Source("town", "listing", address, every=900.0, options={"follow": "ul a", **options})


async def test_every_notice_and_attachment_of_a_moving_list_is_one_document_found_once(tmp_path: Path) -> None:
    async with Web() as web:
        town = Town(web)
        town.publish(25)
        town.lay_out()
        async with Watching(tmp_path, watched(web)) as service:
            await service.turn(flush=True)
            for poll in range(2, 11):
                change(town, poll)
                town.lay_out()
                service.clock.tick(1000)
                await service.turn()
            places = [str(row[0]) for row in service.ask("select place from document")]
            wanted = [web.url(one.path) for one in town.ever.values()]
            wanted += [web.url(one.file(ending)) for one in town.ever.values() for ending in one.attached]
            assert Counter(places) == Counter(wanted)
            asked = Counter(path for path in web.paths() if path.startswith(("/art/", "/files/")))
            removed = {one.path for one in town.ever.values() if one not in town.shown}
            assert {path for path, times in asked.items() if times > 1} <= removed  # looked for once more
            told = Counter(title for _, title in service.told())
            assert told == Counter(one.title for one in town.ever.values() if one.names_it)
            apart = service.ask(
                "select l.url from version v join document d on d.id = v.document join link l on l.id = d.link"
                " join document p on p.link = l.parent join version w on w.document = p.id"
                " where l.attachment and v.item <> w.item"
            )
            assert apart == []
            assert service.ask("select count(*) from link where state not in ('read', 'unchanged')") == [(0,)]


def change(town: Town, poll: int) -> None:
    """Notices are added in front, in the middle and at the end, edited, reordered and removed."""
    if poll % 2 == 0:
        town.publish(2)
    if poll == 3:
        town.publish(at=14)  # on the second page only
        town.edit(4)
    if poll == 4:
        town.publish(at=len(town.shown))
    if poll == 5:
        town.shown.reverse()
    if poll == 6:
        del town.shown[3:5]
    if poll == 7:
        town.edit(7)
        town.shown[0], town.shown[20] = town.shown[20], town.shown[0]
    if poll == 9:
        del town.shown[-6:]


async def test_a_notice_is_told_with_its_attachments_and_a_late_one_under_it(tmp_path: Path) -> None:
    async with Web() as web:
        town = Town(web)
        town.publish(3)
        town.lay_out()
        async with Watching(tmp_path, watched(web)) as service:
            await service.turn(flush=True)
            town.publish(4)  # notice 6 names the programme and has a PDF
            town.lay_out()
            web.status("/files/6.pdf", 503)
            service.clock.tick(1000)
            await service.turn()
            slow = town.ever[6].title
            assert slow not in [title for _, title in service.told()]  # it waits
            service.clock.tick(540)
            await service.send()
            assert slow not in [title for _, title in service.told()]
            service.clock.tick(70)
            await service.send()
            assert ("new", slow) in service.told()  # ten minutes are over: out with what is there
            town.lay_out()  # the file is there at last
            service.clock.tick(600)
            await service.turn()
            await service.turn()
            assert service.told()[-1] == ("updated", "附件：pdf")
            items = service.ask("select distinct item from version where url like '%/6.%' and item is not null")
            assert len(items) == 1


async def test_a_document_with_an_alert_is_read_again_after_1_3_7_30_and_90_days(tmp_path: Path) -> None:
    async with Web() as web:
        town = Town(web)
        town.publish(3)  # 0 and 1 name the programme, 2 does not
        town.lay_out()
        async with Watching(tmp_path, watched(web)) as service:
            await service.turn(flush=True)
            read = []
            for day in range(1, 101):
                service.clock.tick(86_400)
                before = web.paths().count("/art/1.html")
                await service.service.polls.round()
                await service.service.polls.drain()
                if web.paths().count("/art/1.html") > before:
                    read.append(day)
            assert read == [1, 3, 7, 30, 90]
            assert web.paths().count("/art/2.html") == 1
            assert sorted(service.told()) == sorted(("baseline", town.ever[number].title) for number in (0, 1))


async def test_a_list_that_leads_back_to_itself_is_walked_once(tmp_path: Path) -> None:  # A52
    async with Web() as web:
        page = (
            "<html><body><ul><a href='/art/{0}.html'>Notice {0}</a></ul><a rel='next' href='{1}'>more</a></body></html>"
        )
        web.page("/notices/index.html", page.format(1, "/notices/2.html").encode())
        web.page("/notices/2.html", page.format(2, "/notices/index.html").encode())
        async with Watching(tmp_path, watched(web, pages=50)) as service:
            await service.turn()
            assert [path for path in web.paths() if path.startswith("/notices/")] == [
                "/notices/index.html",
                "/notices/2.html",
            ]
            assert service.ask("select count(*) from link") == [(2,)]


async def test_a_further_page_that_fails_is_told_and_asked_again(tmp_path: Path) -> None:
    async with Web() as web:
        town = Town(web)
        town.publish(12)
        town.lay_out()
        web.status("/notices/index_1.html", 500)
        async with Watching(tmp_path, watched(web)) as service:
            await service.turn(flush=True)
            (row,) = service.ask("select outcome, reason from source")
            assert (row[0], "page 2 not read: http 500" in str(row[1])) == ("changed", True)
            town.lay_out()
            service.clock.tick(1000)
            await service.turn()
            assert service.ask("select count(*) from document where place like '%/art/%'") == [(12,)]


async def test_unchanged_pages_are_asked_with_their_own_validators(tmp_path: Path) -> None:
    async with Web() as web:
        page = "<html><body><ul><a href='/art/{0}.html'>Notice {0}</a></ul>{1}</body></html>"
        web.page("/notices/index.html", page.format(1, "<a rel=next href='2.html'>more</a>").encode(), etag='"one"')
        web.page("/notices/2.html", page.format(2, "").encode(), etag='"two"')
        async with Watching(tmp_path, watched(web)) as service:
            await service.turn()
            service.clock.tick(1000)
            await service.turn()
            (asked,) = [one for one in web.asked if one.path == "/notices/2.html"][1:]
            assert asked.headers["if-none-match"] == '"two"'
            assert service.ask("select outcome, unchanged from source") == [("unchanged", 1)]
