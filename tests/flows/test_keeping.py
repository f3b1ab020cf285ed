"""What is past its time goes, what is to be erased is gone everywhere, and the log verifies and says so."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError
from warcio.archiveiterator import ArchiveIterator

from monitor.adapters.blanking import blank
from monitor.adapters.evidence import WarcEvidence
from monitor.adapters.sql.erasure import MESSAGE
from monitor.adapters.sql.keeping import SqlKeeping
from monitor.adapters.sql.retention import COPY, JOB, TEXT
from monitor.domain.archive import Piece, Retention
from monitor.domain.delivery import AttemptOutcome, SendResult
from monitor.domain.errors import StoreError
from monitor.domain.intent import SettleIntent, StartIntent
from monitor.turns import Desk
from tests.fakes.shelf import Shelf, rules

QIMING = rules(qiming="启明计划")
PAGE = "<html><head><title>通知{n}</title></head><body><p>现组织申报启明计划{n}，联系人王五，电话 0571-12345678。</p></body></html>"
DAY = timedelta(days=1)


class Kept(Shelf):
    """A shelf with an evidence folder and somebody who keeps order in it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.evidence = folder / "evidence"
        self.warc = WarcEvidence(self.evidence, "test")
        self.policy = Retention()

    @property
    def keeper(self) -> SqlKeeping:
        return SqlKeeping(self.database, self.store.writer, self.policy, partial(blank, self.evidence))

    def desk(self, room, under) -> Desk:  # type: ignore[no-untyped-def]
        desk = super().desk(room, under)
        desk.evidence = self.warc
        return desk

    async def pages(self, *numbers: int, quiet: bool = True) -> None:
        things = [
            Piece(f"p{n}", f"https://a.example.org/{n}.html", PAGE.format(n=n).encode(), "any", "text/html")
            for n in numbers
        ]
        await self.take(iter(things), QIMING, quiet)

    async def send(self) -> None:
        for claim in await self.messages():
            now = self.clock.now()
            frozen = (claim.draft.id, claim.lease, 1, now)
            await self.store.start(StartIntent(*frozen, b"bytes with a passage", "text/plain", "subject"))
            await self.store.settle(SettleIntent(*frozen, SendResult(AttemptOutcome.DELIVERED), None))

    def everything(self) -> bytes:
        """All bytes that lie on the disk, texts and copies unpacked."""
        found = [path.read_bytes() for path in self.folder.rglob("*") if path.is_file()]
        with self.database.read() as connection:
            found += [zlib.decompress(row.content) for row in connection.execute(TEXT.select())]
        for path in self.evidence.glob("*.warc.gz"):
            with path.open("rb") as file:
                found += [record.content_stream().read() for record in ArchiveIterator(file)]
        return b"\n".join(found)


@pytest.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[Kept]:
    made = Kept(tmp_path)
    yield made
    await made.close()


async def test_an_erased_hit_is_gone_from_store_copies_and_messages_and_the_log_says_so(shelf: Kept) -> None:
    await shelf.pages(1, 2, quiet=False)
    await shelf.send()
    erased = await shelf.keeper.erase_hit(1, "li", "request 14", shelf.clock.now())
    assert (erased.hits, erased.versions, erased.copies, erased.texts, erased.messages) == ((1,), (1,), (1,), 1, 1)
    hit, other = shelf.queries.hit(1), shelf.queries.hit(2)
    assert hit is not None and other is not None
    assert (hit.title, hit.passage, hit.text, hit.matches, hit.facts) == ("[erased]", "", "", (), ())
    assert (hit.topic, hit.verdict, hit.url) == ("qiming", "alert", "https://a.example.org/1.html")
    assert "王五" in other.passage
    assert shelf.column(COPY, "version") == [2]
    entry = next(one for one in shelf.queries.audit() if one.kind == "erased")
    assert entry.actor == "li" and entry.body is not None and entry.body["why"] == "request 14"
    with shelf.database.write() as connection:
        assert connection.execute(MESSAGE.select()).first().payload is None  # type: ignore[union-attr]
    verified = shelf.queries.verify()
    assert (verified.status, verified.findings) == ("ok", ())
    left = shelf.everything().decode("utf-8", "replace")
    assert "启明计划2" in left
    assert "申报启明计划1，" not in left.replace("\n", "")


async def test_the_file_of_an_erased_copy_is_a_whole_warc_file_still(shelf: Kept) -> None:
    await shelf.pages(1, 2, 3)
    await shelf.keeper.erase_hit(2, "li", "w", shelf.clock.now())
    bodies = []
    for path in shelf.evidence.glob("*.warc.gz"):
        with path.open("rb") as file:
            bodies += [
                record.content_stream().read() for record in ArchiveIterator(file) if record.rec_type == "response"
            ]
    assert len(bodies) == 2
    with shelf.database.read() as connection:
        from monitor.adapters.sql import kept

        assert list(shelf.warc.altered(kept.all_of_them(connection))) == []


async def test_what_is_owed_to_somebody_still_is_not_erased(shelf: Kept) -> None:
    await shelf.pages(1, quiet=False)
    await shelf.messages()
    with pytest.raises(StoreError, match="still open"):
        await shelf.keeper.erase_hit(1, "li", "w", shelf.clock.now())
    assert shelf.queries.hit(1).passage  # type: ignore[union-attr]


async def test_copies_of_the_same_text_elsewhere_are_erased_with_it(shelf: Kept) -> None:
    await shelf.bring(
        {"url": "https://a.example.org/1", "title": "通知", "text": "申报启明计划，联系人王五。"}, under=QIMING
    )
    await shelf.bring(
        {"url": "https://b.example.org/1", "title": "通知", "text": "申报启明计划，联系人王五。"},
        under=QIMING,
        source="t",
    )
    erased = await shelf.keeper.erase_hit(2, "li", "w", shelf.clock.now())
    assert erased.hits == (1, 2)
    assert shelf.queries.verify().status == "ok"


async def test_a_crash_before_the_bytes_of_a_copy_are_gone_is_made_good_by_the_next_call(shelf: Kept) -> None:
    """F11: killed between commit and the file."""
    await shelf.pages(1)
    keeper = SqlKeeping(shelf.database, shelf.store.writer, shelf.policy, failing)
    await keeper.erase_hit(1, "li", "w", shelf.clock.now())
    assert "王五" in shelf.everything().decode("utf-8", "replace")
    assert len([one for one in shelf.column(JOB, "id") if str(one).startswith("blank-copy:")]) == 1
    await shelf.keeper.retain(shelf.clock.now())
    assert "王五" not in shelf.everything().decode("utf-8", "replace")
    assert [one for one in shelf.column(JOB, "id") if str(one).startswith("blank-copy:")] == []


def failing(file: str, offset: int, length: int) -> None:
    raise OSError(5, "Input/output error")


async def test_the_text_of_an_entry_can_be_erased_but_not_what_rows_are_checked_by(shelf: Kept) -> None:
    await shelf.pages(1)
    keeper, now = shelf.keeper, shelf.clock.now()
    kinds = {entry.kind: entry.seq for entry in shelf.queries.audit()}
    await keeper.erase_body(kinds["import begun"], "li", "names somebody", now)
    with pytest.raises(StoreError, match="holds what rows are checked by"):
        await keeper.erase_body(kinds["polled"], "li", "w", now)
    with pytest.raises(StoreError, match="gone already"):
        await keeper.erase_body(kinds["import begun"], "li", "w", now)
    assert shelf.queries.verify().status == "ok"


async def test_nobody_erases_past_the_log(shelf: Kept) -> None:
    """Deleting by hand is refused by the database itself."""
    await shelf.pages(1)
    for words in ("DELETE FROM hit", "UPDATE hit SET title = ''", "DELETE FROM kept_copy", "DELETE FROM audit_body"):
        with pytest.raises(DBAPIError, match="append-only"), shelf.database.write() as connection:
            connection.execute(sql(words))


async def test_a_dry_run_tells_what_would_go_and_takes_nothing(shelf: Kept) -> None:
    await shelf.pages(1)
    await shelf.bring({"title": "会议", "text": "市政府召开常务会议。"}, under=QIMING)
    shelf.clock.tick(31 * 86_400)
    found = shelf.keeper.plan(shelf.clock.now())
    assert (found.unmatched, found.matched, found.over_budget, found.copies) == (1, 0, 0, 0)
    assert 0 < found.unmatched_bytes < found.held
    assert shelf.archive.count(None) == (2, 0)
    assert await shelf.keeper.retain(shelf.clock.now()) == found
    assert shelf.archive.count(None) == (1, 1)


async def test_with_a_hit_text_and_copy_go_together_after_their_time(shelf: Kept) -> None:
    await shelf.pages(1)
    shelf.clock.tick(801 * 86_400)
    found = await shelf.keeper.retain(shelf.clock.now())
    assert (found.matched, found.copies) == (1, 1)
    assert shelf.column(COPY, "id") == [] and shelf.archive.count(None) == (0, 1)
    assert shelf.queries.hit(1).passage  # type: ignore[union-attr]
    assert shelf.queries.verify().status == "ok"
    assert shelf.keeper.plan(shelf.clock.now()).texts == 0


async def test_over_the_budget_the_oldest_without_a_hit_go_and_the_operator_is_told(shelf: Kept) -> None:
    await shelf.pages(1)
    for number in range(6):
        shelf.clock.tick(3_600)
        await shelf.bring({"title": f"会议{number}", "text": f"第{number}次常务会议。" * 40}, under=QIMING)
    held = shelf.keeper.plan(shelf.clock.now()).held
    shelf.policy = Retention(budget=held - 1)
    found = await shelf.keeper.retain(shelf.clock.now())
    assert found.over_budget == 1
    kept = [zlib.decompress(one.content).decode()[:3] for batch in shelf.archive.texts(None) for one in batch]
    assert kept == ["会议5", "会议4", "会议3", "会议2", "会议1", "通知1"]
    assert [one.kind for one in shelf.queries.audit()].count("text budget reached") == 1


async def test_the_copy_of_what_has_no_web_address_holds_its_bytes_too(shelf: Kept) -> None:
    body = PAGE.format(n=5).encode()
    await shelf.take(iter([Piece("p5", "import:s/p5.html", body, "any")]), QIMING, quiet=True)
    [copy] = shelf.queries.copies(1)
    assert shelf.warc.open(copy) == body
