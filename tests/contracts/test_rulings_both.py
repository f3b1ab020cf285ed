"""What a ruling on a pair does, in every store alike: the two databases and the one in memory."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.domain.hit import Relation
from monitor.domain.query import HitFilter
from monitor.domain.ruling import Ruling, RulingKind
from tests.fakes.intents import Stage, text, to

SHARED = (21, 22, 23)


async def told_copy(stage: Stage) -> tuple[int, int]:
    """A notice and a copy of it, as stored: their versions."""
    await stage.watch("city", "town")
    await stage.poll("city", text("call of 2026", keys=SHARED))
    first = next(iter(stage.queries.hits(HitFilter()))).version
    await stage.poll("town", text("call of 2027", keys=SHARED), decision=to(Relation.SAME, first, first))
    return first, next(one.version for one in stage.queries.hits(HitFilter()) if one.title == "call of 2027")


def items(stage: Stage) -> dict[str, int]:
    """The item of each hit, by title."""
    return {one.title: one.item for one in stage.queries.hits(HitFilter())}


async def told(stage: Stage) -> list[str]:
    """Titles that are told now."""
    found = []
    for claim in await stage.messages():
        found += [one.hit.title for one in claim.draft.tellings]
        await stage.send(claim)
    return sorted(found)


async def test_not_the_same_splits_and_tells_the_later_one(stage: Stage) -> None:
    pair = await told_copy(stage)
    assert await told(stage) == ["call of 2026"]
    await stage.store.rule(Ruling(RulingKind.NOT_THE_SAME, "lena", stage.now, "read both", pair=pair))
    assert await told(stage) == ["call of 2027"]
    found = items(stage)
    assert found["call of 2026"] != found["call of 2027"]
    assert await told(stage) == []


@pytest.mark.parametrize("rejoined", [True, False])
async def test_the_same_joins_again(stage: Stage, rejoined: bool) -> None:
    pair = await told_copy(stage)
    await stage.store.rule(Ruling(RulingKind.NOT_THE_SAME, "lena", stage.now, "read both", pair=pair))
    if rejoined:
        await stage.store.rule(Ruling(RulingKind.THE_SAME, "lena", stage.now, "a mistake", pair=pair))
    assert len(set(items(stage).values())) == (1 if rejoined else 2)


async def test_a_ruling_is_told_with_the_candidates_it_binds(stage: Stage) -> None:
    first, later = await told_copy(stage)
    await stage.store.rule(Ruling(RulingKind.NOT_THE_SAME, "lena", stage.now, "read both", pair=(first, later)))
    again = text("call of 2027", keys=SHARED)
    ruled = {one.version: one.ruled for one in stage.queries.candidates("town", again, stage.now)}
    assert ruled == {first: RulingKind.NOT_THE_SAME, later: None}
    await stage.store.rule(Ruling(RulingKind.THE_SAME, "lena", stage.now, "a mistake", pair=(first, later)))
    found = stage.queries.candidates("city", again, stage.now)
    assert (found[0].version, found[0].ruled) == (later, RulingKind.THE_SAME)


async def test_a_copy_of_a_text_ruled_apart_meanwhile_is_told_as_new(stage: Stage) -> None:
    first, later = await told_copy(stage)
    await told(stage)
    await stage.store.rule(Ruling(RulingKind.NOT_THE_SAME, "lena", stage.now, "read both", pair=(first, later)))
    await told(stage)
    copy = replace(text("call of 2027", keys=SHARED), text_hash="f" * 64)
    await stage.poll("town", copy, decision=to(Relation.SAME, first, first, later))
    newest = next(iter(stage.queries.hits(HitFilter())))
    assert newest.relation_reasons[-1] == "ruled not the same meanwhile: told as new"
    assert newest.item != items_of(stage)[first]


def items_of(stage: Stage) -> dict[int, int]:
    """The item of each hit, by its version."""
    return {one.version: one.item for one in stage.queries.hits(HitFilter())}
