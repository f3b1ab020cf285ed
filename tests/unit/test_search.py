"""By which words is a hit found, and what happens to them when its text goes?"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text as sql

from monitor.adapters.sql import SqlQueries, SqlStore, open_database, search
from monitor.adapters.sql.writer import Tx
from monitor.domain.query import HitFilter
from monitor.pipeline.search import LABEL, asked_words, labels, question, words
from tests.fakes.intents import Stage, hit, text


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("人才", ("人才",)),
        ("才", ("才",)),
        ("人才计划", ("人才", "才计", "计划")),
        ("人才計畫", ("人才", "才计", "计划")),
        ("ＱＭ计划", ("qm", "计划")),
        ("signing bonuses", ("signing", "bonus")),
        ("programmes", ("program",)),
        ("a_b", ("a", "b")),
        ("…", ()),
    ],
)
def test_a_search_asks_for_these_words(asked: str, found: tuple[str, ...]) -> None:
    assert asked_words(asked) == found
    assert words(asked).issuperset(found)


def test_no_text_can_pretend_to_be_a_label() -> None:
    label = next(iter(labels({"topic": "qiming"}, (), date(2026, 1, 1))))
    assert label.startswith(LABEL)
    assert not any(LABEL in word for word in words(f"{label} {LABEL}x"))


def test_an_open_end_of_deadlines_is_a_handful_of_labels() -> None:
    assert len(question(HitFilter(deadline_after=date(2026, 6, 2))).labels[0]) < 120
    exact = question(HitFilter(deadline_after=date(2026, 6, 1), deadline_before=date(2026, 7, 3)))
    assert len(exact.labels[0]) == 3 and not exact.approximate


async def filled(path: Path) -> tuple[Stage, SqlStore, SqlQueries]:
    database = open_database(f"sqlite:///{path / 'monitor.db'}")
    queries = SqlQueries(database)
    store = SqlStore(database, queries)
    stage = Stage(store, queries)
    await store.open(stage.worker, stage.now)
    await stage.watch("city")
    await stage.poll("city", text("QM opens", "启明计划。" + "很长的话。" * 300 + "安家费", hits=[hit()]))
    return stage, store, queries


async def test_what_is_erased_is_found_no_more_but_stays_in_its_list(tmp_path: Path) -> None:
    _, store, queries = await filled(tmp_path)
    await store.writer.run(lambda tx: search.forget(tx.connection, [1], entirely=True))
    assert queries.count_hits(HitFilter(text="安家")) == queries.count_hits(HitFilter(text="启明")) == 0
    assert queries.count_hits(HitFilter(topics=("qiming",), verdicts=("alert",))) == 1
    queries.close()
    await store.close()


async def test_of_a_text_that_is_past_its_time_the_passage_is_still_found(tmp_path: Path) -> None:
    _, store, queries = await filled(tmp_path)
    with store.database.read() as connection:
        keys = list(connection.execute(sql("SELECT sha256 FROM text")).scalars())
    await store.writer.run(lambda tx: search.forget_texts(tx.connection, keys))
    assert queries.count_hits(HitFilter(text="安家")) == 0
    assert queries.count_hits(HitFilter(text="启明")) == 1
    queries.close()
    await store.close()


async def test_hits_that_stood_before_the_index_are_added_by_upkeep(tmp_path: Path) -> None:
    stage, store, queries = await filled(tmp_path)

    def unlearn(tx: Tx) -> None:
        search.forget(tx.connection, [1], entirely=True)
        tx.connection.execute(sql("DROP TABLE hit_search"))
        tx.connection.execute(
            sql(
                "CREATE VIRTUAL TABLE hit_search USING fts5(words, content='', columnsize=0, detail='none', tokenize='ascii')"
            )
        )
        tx.connection.execute(sql("INSERT INTO meta VALUES ('search-left', '1')"))

    await store.writer.run(unlearn)
    assert queries.count_hits(HitFilter(text="安家")) == 0
    await store.upkeep(stage.now)
    assert queries.count_hits(HitFilter(text="安家")) == 1
    await store.upkeep(stage.now)
    queries.close()
    await store.close()
