"""Places that are taken in turn: who waits long, and who does not."""

from __future__ import annotations

import asyncio

from monitor.adapters.slots import FIRST, Slots


async def _hold(slots: Slots, who: str, told: list[str], until: asyncio.Event) -> None:
    async with slots.place(who):
        told.append(who)
        await until.wait()


async def _later(number: int = 5) -> None:
    for _ in range(number):
        await asyncio.sleep(0)


async def test_a_source_with_many_links_waits_in_turn_with_one_that_has_a_single_page() -> None:
    slots, told, go = Slots(1), list[str](), asyncio.Event()
    tasks = [asyncio.create_task(_hold(slots, "many", told, go)) for _ in range(50)]
    await _later()
    tasks.append(asyncio.create_task(_hold(slots, "one", told, go)))
    await _later()
    go.set()
    await asyncio.gather(*tasks)
    assert told.index("one") <= 2


async def test_slow_sources_leave_the_last_place_to_the_others() -> None:
    slots, told, never = Slots(2), list[str](), asyncio.Event()
    for number in range(9):
        slots.mark(f"slow {number}", slow=True)
    tasks = [asyncio.create_task(_hold(slots, f"slow {number}", told, never)) for number in range(9)]
    await _later()
    assert told == ["slow 0"]
    for number in range(3):
        async with slots.place(f"quick {number}"):
            told.append(f"quick {number}")
    assert told == ["slow 0", "quick 0", "quick 1", "quick 2"]
    never.set()
    await asyncio.gather(*tasks)
    assert len(told) == 12, "they come to their turn all the same"


async def test_a_slow_source_that_is_quick_again_is_like_any() -> None:
    slots, told, never = Slots(2), list[str](), asyncio.Event()
    for who in ("a", "b"):
        slots.mark(who, slow=True)
    slots.mark("b", slow=False)
    tasks = [asyncio.create_task(_hold(slots, who, told, never)) for who in ("a", "b")]
    await _later()
    assert told == ["a", "b"]
    never.set()
    await asyncio.gather(*tasks)


async def _enters(slots: Slots, who: str) -> bool:
    """Whether somebody gets a place at once."""
    try:
        async with asyncio.timeout(1), slots.place(who):
            return True
    except TimeoutError:
        return False


async def test_where_there_is_one_place_slow_sources_have_it_too() -> None:
    slots = Slots(1)
    slots.mark("slow", slow=True)
    assert await _enters(slots, "slow")


async def test_whoever_gives_up_waiting_keeps_no_place() -> None:
    slots, told, go = Slots(1), list[str](), asyncio.Event()
    first, second, third = (asyncio.create_task(_hold(slots, who, told, go)) for who in "abc")
    await _later()
    second.cancel()
    go.set()
    await _later()
    first.cancel()
    third.cancel()
    await asyncio.gather(first, second, third, return_exceptions=True)
    assert await _enters(slots, "d")


async def test_what_was_begun_is_ended_first() -> None:
    slots, told, go = Slots(1), list[str](), asyncio.Event()
    tasks = [asyncio.create_task(_hold(slots, who, told, go)) for who in ("a", "b", "c", FIRST)]
    await _later()
    go.set()
    await asyncio.gather(*tasks)
    assert told == ["a", FIRST, "b", "c"]
