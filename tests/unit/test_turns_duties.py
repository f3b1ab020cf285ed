"""Recurring duties in the running service: does each run once a slot, and does a failing one come again?"""

from __future__ import annotations

from datetime import datetime

from monitor.pipeline.route import Every
from monitor.turns import Duty
from tests.fakes.scene import Scene


async def test_a_duty_runs_once_for_each_slot_however_often_the_bell_rings() -> None:
    scene = Scene({"city": ["-quiet"]})
    ran: list[datetime] = []

    async def work(now: datetime) -> None:
        ran.append(now)

    scene.service.duties.append(Duty("count", Every(3600), work))
    await scene.begin()
    for _ in range(8):
        await scene.service.recurring.round()
        await scene.service.recurring.drain()
        scene.clock.tick(900)
    assert len(ran) in {2, 3}
    assert len({moment.replace(minute=0, second=0, microsecond=0) for moment in ran}) == len(ran)


async def test_a_duty_that_fails_comes_again_and_holds_up_no_other() -> None:
    """One broken duty does not stop the rest."""
    scene = Scene({"city": ["-quiet"]})
    ran: list[str] = []

    async def breaks(now: datetime) -> None:
        ran.append("breaks")
        if ran.count("breaks") == 1:
            raise RuntimeError("the disk was full")

    async def works(now: datetime) -> None:
        ran.append("works")

    scene.service.duties.extend([Duty("a", Every(86_400), breaks), Duty("b", Every(86_400), works)])
    await scene.begin()
    for seconds in (0, 86_400, 61, 61):
        scene.clock.tick(seconds)
        await scene.service.recurring.round()
        await scene.service.recurring.drain()
    assert ran.count("breaks") == 2
    assert ran.count("works") == 1
