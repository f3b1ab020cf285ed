"""Lines of a host on every store: counted with each document, bounded, and told to the judge."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from monitor.adapters.sql import SqlStore, hostlines
from monitor.domain.document import Prepared
from tests.fakes.intents import Stage, text
from tests.fakes.store import InMemoryStore


@pytest.fixture
async def city(stage: Stage) -> Stage:
    """A store that watches two sources."""
    await stage.watch("city", "town")
    return stage


def notice(title: str, lines: tuple[int, ...], host: str = "a.example.org") -> Prepared:
    """A text at a host with these lines at its edges."""
    number = int("0" + "".join(sign for sign in title if sign.isdigit()))
    made = text(title, keys=(1_000 + number,))
    place = f"https://{host}/{title.replace(' ', '-')}"
    return replace(made, extracted=replace(made.extracted, place=place, url=place), lines=lines)


def known(stage: Stage) -> tuple[int, ...]:
    """The lines told with the candidates of a further text of the host."""
    found = stage.queries.candidates("town", notice("another of 0", ()), stage.now)
    return found[0].site


def counted(stage: Stage) -> int:
    """How many lines are counted, once for each document."""
    if isinstance(stage.store, InMemoryStore):
        return len(stage.store.tables.lines)
    assert isinstance(stage.store, SqlStore)
    with stage.store.database.read() as connection:
        return connection.execute(select(func.count()).select_from(hostlines.LINE)).scalar_one()


async def test_a_line_on_five_documents_of_a_host_is_its_own(city: Stage) -> None:
    for number in range(5):
        assert known(city) == () if number else True
        await city.poll("city", notice(f"notice {number}", (7, 100 + number)))
    assert known(city) == (7,)


async def test_texts_of_another_host_do_not_count(city: Stage) -> None:
    for number in range(5):
        await city.poll("city", notice(f"notice {number}", (7,), host=f"h{number}.example.org"))
    assert known(city) == ()


async def test_a_line_that_is_the_hosts_own_is_not_counted_on(city: Stage) -> None:
    for number in range(8):
        await city.poll("city", notice(f"notice {number}", (7,)))
    assert counted(city) == 5


async def test_the_lines_of_a_host_are_bounded_and_its_own_ones_stay(
    city: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hostlines, "MOST", 20)
    for number in range(12):
        await city.poll("city", notice(f"notice {number}", (7, *range(100 * number, 100 * number + 3))))
    assert counted(city) <= 20
    assert known(city) == (7,)
