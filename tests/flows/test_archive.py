"""Preview, rematch and import over one store: what stands there is asked again, by the matcher that judged it first."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.adapters.sql.late import IMPORT
from monitor.adapters.sql.texts import HIT, TEXT, VERSION
from monitor.domain.archive import Piece
from monitor.domain.delivery import MessageKind
from monitor.domain.document import Extracted
from monitor.domain.errors import ChildDied
from monitor.domain.ruling import Ruling, RulingKind
from monitor.pipeline import compose
from monitor.pipeline.match import compile_ruleset
from monitor.pipeline.read import prepare_text, watched_forms
from monitor.turns import importing
from monitor.turns.preview import preview
from tests.fakes.intents import channel
from tests.fakes.shelf import Shelf, rules

QIMING = rules(qiming="启明计划")
BOTH = rules(qiming="启明计划", skills=["职工技能竞赛", "技能大赛"])
SKILLS = rules(skills=["职工技能竞赛", "技能大赛"])
CALL = {
    "url": "https://a.example.org/1",
    "title": "申报通知",
    "text": "现组织申报启明计划，请各单位于月底前报送材料。",
    "published": "2025-02-01",
}
CONTEST = {
    "url": "https://a.example.org/2",
    "title": "赛事",
    "text": "本市职工技能竞赛将于五月举行，欢迎报名。",
    "fetched": "2026-02-20",
}
PLAIN = {"url": "https://b.example.org/3", "title": "会议", "text": "市政府召开常务会议，研究部署近期工作。"}


@pytest.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[Shelf]:
    made = Shelf(tmp_path)
    yield made
    await made.close()


def places(shelf: Shelf) -> list[tuple[object, object]]:
    return list(zip(shelf.column(HIT, "topic"), shelf.column(HIT, "verdict"), strict=True))


async def test_every_text_is_stored_with_its_title_and_dates_whether_or_not_something_stands_in_it(
    shelf: Shelf,
) -> None:
    found = await shelf.bring(CALL, CONTEST, PLAIN, under=QIMING)
    assert (found.stored, found.hits, found.versions) == (3, 1, 3)
    texts = [zlib.decompress(one.content).decode() for batch in shelf.archive.texts(None) for one in batch]
    assert texts == ["会议\n" + PLAIN["text"], "赛事\n" + CONTEST["text"], "申报通知\n" + CALL["text"]]
    assert [str(one)[:10] for one in shelf.column(VERSION, "published")] == ["2025-02-01", "None", "None"]
    assert shelf.column(IMPORT, "outcome") == ["stored"] * 3
    assert sorted(str(one)[:10] for one in shelf.column(IMPORT, "fetched_at")) == ["2026-02-20", "None", "None"]


async def test_a_preview_tells_what_an_edit_gains_and_loses_and_stores_nothing(shelf: Shelf) -> None:
    await shelf.bring(CALL, CONTEST, PLAIN, under=QIMING)
    found = await shelf.preview(QIMING, SKILLS)
    assert (found.texts, found.gained, found.lost, found.topics) == (3, 1, 1, ("qiming", "skills"))
    assert [(row.topic, row.source, row.alerts, row.lost) for row in found.rows] == [
        ("skills", "s", 1, 0), ("qiming", "s", 0, 1),
    ]  # fmt: skip
    won = next(one for one in found.samples if one.change.gained)
    assert won.change.passage[won.change.start : won.change.end] == "职工技能竞赛"
    assert won.url == CONTEST["url"] and "exact" in won.change.reason
    assert len(shelf.column(HIT, "id")) == 1


async def test_a_preview_of_comments_alone_asks_no_text(shelf: Shelf) -> None:
    await shelf.bring(CALL, under=QIMING)
    found = await shelf.preview(QIMING, QIMING)
    assert (found.topics, found.rows, found.texts) == ((), (), 1)


async def test_a_preview_finds_in_every_text_what_the_live_way_finds(shelf: Shelf) -> None:
    texts = [
        {"title": f"通知{number}", "text": f"{words}。第{number}号，请遵照执行。"}
        for number, words in enumerate(
            [
                "启明计划申报",
                "啟明計劃",
                "启 明 计 划",
                "启鸣计划",
                "启明计戈",
                "启动明年计划",
                "技能大赛",
                "职工技能竟赛",
            ]
        )
    ]
    await shelf.bring(*texts, under=BOTH)
    compiled = compile_ruleset(BOTH)
    live = {
        (number + 1, hit.topic): hit.verdict.value
        for number, one in enumerate(texts)
        for hit in prepare_text(
            Extracted("p", "u", one["title"], one["text"]), {}, compiled, b"k", watched_forms(compiled)
        ).hits
    }
    async with shelf.room(BOTH) as room:
        again = [one for batch in shelf.archive.texts(None) for one in (await room.compare(batch)).changes]
    assert {(one.version, one.topic): one.after for one in again} == live
    assert len(live) >= 5


async def test_a_text_that_kills_its_child_costs_itself_alone(shelf: Shelf) -> None:
    """F14: the others of its batch are judged, it is told by number."""
    await shelf.bring(CALL, CONTEST, PLAIN, under=QIMING)

    class Fragile:
        async def compare(self, texts):  # type: ignore[no-untyped-def]
            if any(one.version == 2 for one in texts):
                raise ChildDied("used more than 10 s of CPU")
            return await room.compare(texts)

    async with shelf.room(SKILLS, QIMING) as room:
        found = await preview(shelf.archive, Fragile(), None)
    assert (found.texts, found.unjudged, found.lost, found.gained) == (3, (2,), 1, 0)


async def test_a_damaged_text_is_named_and_the_rest_judged(shelf: Shelf) -> None:
    """F23: a flipped bit in a stored text."""
    await shelf.bring(CALL, CONTEST, under=QIMING)
    with shelf.database.write() as connection:
        connection.execute(TEXT.update().where(TEXT.c.with_hit.is_(False)).values(content=b"no zlib at all"))
    found = await shelf.preview(QIMING, SKILLS)
    assert (found.unjudged, found.lost, found.gained) == ((2,), 1, 0)


async def test_a_rematch_records_what_differs_once_and_tells_it_as_one_summary(shelf: Shelf) -> None:
    await shelf.bring(CALL, CONTEST, PLAIN, under=QIMING, quiet=True)
    await shelf.bring(
        {**CONTEST, "url": "https://c.example.org/9", "text": "区里的技能大赛本周开幕。"}, under=QIMING, source="t"
    )
    first, again = await shelf.rematch(BOTH), await shelf.rematch(BOTH)
    assert (first.hits, first.alerts, first.lost) == (2, 2, 0)
    assert (again.hits, again.versions) == (0, 0)
    assert places(shelf) == [("qiming", "alert"), ("skills", "alert"), ("skills", "alert")]
    hit = shelf.queries.hit(2)
    assert hit is not None and any("found-late" in reason for reason in hit.reasons)
    messages = await shelf.messages(channel("me"), channel("ops"))
    assert sorted(one.draft.channel for one in messages) == ["me", "ops"]
    assert {one.draft.kind for one in messages} == {MessageKind.BASELINE}
    assert [len(one.draft.tellings) for one in messages] == [2, 2]
    assert await shelf.messages(channel("me"), channel("ops")) == []
    assert shelf.queries.verify().status == "ok"


async def test_a_late_hit_is_compared_with_what_stands_there(shelf: Shelf) -> None:
    """Two copies of one notice found late are one item, told once."""
    text = "关于举办职工技能竞赛的通知。比赛于五月十日在市体育馆举行，各单位可组队报名，报名截止四月二十日。"
    await shelf.bring({"title": "通知", "text": text, "url": "https://a.example.org/1"}, under=QIMING)
    await shelf.bring({"title": "通知", "text": text, "url": "https://b.example.org/1"}, under=QIMING, source="t")
    await shelf.rematch(BOTH)
    assert sorted(shelf.column(HIT, "novelty")) == ["new", "same"]
    assert len(set(shelf.column(HIT, "item"))) == 1
    assert [len(one.draft.tellings) for one in await shelf.messages()] == [1]


async def test_a_judgement_that_no_longer_holds_becomes_a_suppressed_hit_that_says_so(shelf: Shelf) -> None:
    await shelf.bring(CALL, under=QIMING)
    sums, again = await shelf.rematch(SKILLS), await shelf.rematch(SKILLS)
    assert (sums.lost, again.lost, again.hits) == (1, 0, 0)
    assert places(shelf) == [("qiming", "alert"), ("qiming", "suppressed")]
    hit = shelf.queries.hit(2)
    assert hit is not None and "takes the place of hit 1" in hit.reasons[0]
    assert await shelf.messages() == []
    assert shelf.queries.verify().status == "ok"


async def test_what_was_ruled_wrong_is_not_told_again_when_it_is_found_again(shelf: Shelf) -> None:
    await shelf.bring(CALL, under=QIMING)
    await shelf.store.rule(Ruling(RulingKind.WRONG, "li", shelf.clock.now(), "an old notice", hit=1))
    await shelf.rematch(SKILLS)
    await shelf.rematch(BOTH)
    assert places(shelf)[-1] == ("qiming", "alert")
    assert await shelf.messages() == []


async def test_a_round_that_died_is_told_when_its_time_is_over(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """F11: killed between the last hit and the end of the round."""
    await shelf.bring(CONTEST, under=QIMING)

    async def killed(*_: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(type(shelf.late), "end", killed)
        await shelf.rematch(BOTH)
    assert await shelf.messages() == []
    shelf.clock.tick(6 * 3600 + 1)
    assert [len(one.draft.tellings) for one in await shelf.messages()] == [1]


async def test_an_import_is_told_as_one_summary_a_quiet_one_to_nobody(shelf: Shelf) -> None:
    told = await shelf.bring(
        CALL,
        {**CALL, "url": "https://a.example.org/7", "text": "启明计划入选名单公示，共二十人。"},
        under=QIMING,
        quiet=False,
    )
    assert told.waiting == 2
    assert [len(one.draft.tellings) for one in await shelf.messages()] == [2]
    await shelf.bring({**CALL, "url": "https://a.example.org/8", "text": "启明计划评审会在京召开。"}, under=QIMING)
    assert await shelf.messages() == []
    hit = shelf.queries.hit(3)
    assert hit is not None and "told to nobody: a test" in hit.reasons[-1]


async def test_an_import_goes_on_where_it_stood_and_counts_broken_pieces_by_reason(shelf: Shelf) -> None:
    """A disk that fills up in the middle: what was acknowledged is there, the rest is done by the next run."""

    def things(count: int) -> list[Piece]:
        made = [
            Piece(f"n{n}", f"https://a.example.org/{n}", f"通知{n}\n第{n}号通知。".encode(), "stored")
            for n in range(count)
        ]
        made[3] = Piece("n3", "import:s/n3", b"\x89PNG\r\n\x1a\n\0\0", "any")
        made[5] = Piece("n5", "import:s/n5", problem="encrypted")
        return made

    add, done = shelf.late.add, 0

    async def full(*given):  # type: ignore[no-untyped-def]
        nonlocal done
        done += 1
        if done > 6:
            from monitor.domain.errors import StoreError

            raise StoreError("the database refused a change: database or disk is full")
        return await add(*given)

    shelf.late.add = full  # type: ignore[method-assign]
    first = await shelf.take(iter(things(12)), QIMING)
    assert "disk is full" in first.stopped and "goes on from there" in first.stopped
    assert first.stored == 6
    shelf.late.add = add  # type: ignore[method-assign]
    second = await shelf.take(iter(things(12)), QIMING)
    assert not second.stopped and second.pieces == 12
    assert second.before + second.stored + sum(second.broken.values()) == 12
    assert len(shelf.column(VERSION, "id")) == 10
    third = await shelf.take(iter(things(12)), QIMING)
    assert (third.before, third.stored) == (12, 0)
    reasons = dict(first.broken) | dict(second.broken)
    assert reasons == {"unsupported": 1, "encrypted": 1}
    assert shelf.queries.verify().status == "ok"


async def test_an_import_that_is_asked_to_stop_says_where(shelf: Shelf) -> None:
    async with shelf.room(QIMING) as room:
        order = importing.Order("s", "import x")
        found = await importing.import_pieces(
            shelf.desk(room, QIMING), shelf.late, iter(()), order, None, lambda: "asked to stop"
        )
    assert found.stopped.startswith("asked to stop; 0 pieces are done")


async def test_addresses_of_a_list_are_fetched_and_those_that_fail_are_asked_again(shelf: Shelf) -> None:
    shelf.fetcher.put(
        "https://a.example.org/1", "<html><title>T</title><body><p>申报启明计划的通知，请报送材料。</p></body></html>"
    )
    things = [
        Piece("https://a.example.org/1", "https://a.example.org/1"),
        Piece("https://a.example.org/gone", "https://a.example.org/gone"),
    ]
    found = await shelf.take(iter(things), QIMING)
    assert (found.stored, found.hits, sum(found.broken.values())) == (1, 1, 1)
    shelf.fetcher.put("https://a.example.org/gone", "<p>又有了</p>")
    again = await shelf.take(iter(things), QIMING)
    assert (again.before, again.stored) == (1, 1)


async def test_the_summary_of_a_round_says_what_it_is_of(shelf: Shelf) -> None:
    await shelf.bring(CALL, under=QIMING, quiet=False)
    imported = (await shelf.messages())[0].draft
    await shelf.bring(CONTEST, under=QIMING)
    await shelf.rematch(BOTH)
    late = (await shelf.messages())[0].draft
    named = replace(imported, source="@import into city 2026-03-02 08.00.00")
    assert compose.subject(named) == "Imported from an archive into city: 1 notice"
    assert compose.subject(late) == "Found late in stored texts, under the watchlists now in force: 1 notice"
    assert "found-late" in next(iter(late.tellings)).hit.reasons[-1]
