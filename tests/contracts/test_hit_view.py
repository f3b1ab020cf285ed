"""The view for tools that only read: what it shows, and that it cannot be written through."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from monitor.domain.ruling import Ruling, RulingKind
from tests.fakes.intents import Stage
from tests.fakes.intents import text as notice

COLUMNS = [
    "id", "topic", "verdict", "novelty", "kind", "part", "title", "url", "source", "term", "form", "text", "passage",
    "score", "reasons", "facts", "first_seen_at", "published", "language", "format", "item", "story", "edition",
    "version", "document", "ruleset", "ruled", "delivered",
]  # fmt: skip


@pytest.mark.parametrize("stage", ["sqlite", "postgresql"], indirect=True)
async def test_each_hit_is_one_row_with_its_ruling_and_its_item(stage: Stage) -> None:
    await stage.watch("city")
    await stage.poll("city", notice("one"), notice("two"))
    await stage.store.rule(Ruling(RulingKind.WRONG, "li", stage.now, "no", hit=1))
    database = stage.store.database  # type: ignore[attr-defined]
    with database.read() as connection:
        rows = connection.execute(text("SELECT * FROM hit_view ORDER BY id")).mappings().all()
    assert list(rows[0]) == COLUMNS
    assert [(row["title"], row["ruled"], row["delivered"]) for row in rows] == [("one", "wrong", 0), ("two", None, 0)]
    assert rows[0]["item"] != rows[1]["item"]


@pytest.mark.parametrize("stage", ["sqlite", "postgresql"], indirect=True)
@pytest.mark.parametrize("words", ["DELETE FROM hit_view", "UPDATE hit_view SET title = 'x'"])
async def test_nothing_is_written_through_it(stage: Stage, words: str) -> None:
    database = stage.store.database  # type: ignore[attr-defined]
    with pytest.raises(DBAPIError), database.write() as connection:
        connection.execute(text(words))
