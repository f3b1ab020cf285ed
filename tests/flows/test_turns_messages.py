"""What a message turn adds before a message is frozen: how things stand, what became of a canary; and what follows success."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

from monitor.domain.delivery import AttemptOutcome, Draft, Frozen, MessageKind
from monitor.domain.errors import ChildDied
from tests.fakes.intents import channel
from tests.fakes.scene import Scene, SceneNotifier


class Listening(SceneNotifier):
    """Keeps the drafts as they were frozen."""

    drafts: list[Draft]

    def freeze(self, draft: Draft) -> Frozen:
        """As ports.Notifier."""
        self.drafts.append(draft)
        return super().freeze(draft)


async def begun(**given: object) -> tuple[Scene, Listening]:
    scene = Scene({"city": []}, channels=[channel("mail", "lena", **given)])
    listening = Listening()
    listening.drafts = []
    scene.desk.notifier = scene.notifier = listening
    await scene.begin()
    return scene, listening


async def test_a_digest_is_told_with_how_things_stand_for_its_channel() -> None:
    scene, listening = await begun(topics=("qi*",), when="daily 08:00 UTC")
    scene.desk.example = ("qiming", "启明计划")
    await scene.turn()
    scene.show("city", "Notice one")
    await scene.later()
    await scene.later(86_400)
    [digest] = [one for one in listening.drafts if one.kind is MessageKind.DIGEST]
    assert digest.overview is not None
    assert {one.topic for one in digest.overview.topics} == {"qiming"}
    assert digest.overview.sources == 1
    assert digest.overview.log_head == scene.store.queries.signed_head()
    other = replace(scene.desk.routing.channels[0], topics=("huoju",))
    scene.desk.routing = replace(scene.desk.routing, channels=(other,))
    filled = await scene.service.sends._filled(digest)
    assert filled.overview is not None
    assert filled.overview.topics == (), "what it does not take is none of its business"


async def test_a_canary_is_read_by_a_child_and_never_stored_as_a_hit() -> None:
    scene, listening = await begun()
    scene.desk.example = ("qiming", "a text that holds it")
    await scene.store.canaries(scene.desk.routing, None, scene.clock.now())
    await scene.turn()
    [told] = [json.loads(frozen.payload) for frozen in listening.sent]
    assert told["kind"] == "canary"
    assert "topic qiming went the whole way" in told["body"]
    assert listening.drafts[0].subject == "Canary: the whole way works"
    assert list(scene.store.queries.deliveries()) == []


async def test_a_canary_that_is_not_found_is_told_as_such_and_is_an_event() -> None:
    scene, listening = await begun()
    scene.desk.example = ("huoju", "a text that the reader knows nothing of")
    await scene.store.canaries(scene.desk.routing, None, scene.clock.now())
    await scene.turn()
    assert listening.drafts[0].subject == "Canary: the known text was NOT found"
    assert "canary failed" in scene.entries()


async def test_a_child_that_dies_of_the_canary_is_told() -> None:
    scene, listening = await begun()
    scene.desk.example = ("qiming", "a text")

    async def dies(*_: object) -> None:
        raise ChildDied("killed by signal 9")

    scene.desk.room.read = dies  # type: ignore[method-assign,assignment]
    await scene.store.canaries(scene.desk.routing, None, scene.clock.now())
    await scene.turn()
    assert "killed by signal 9" in listening.drafts[0].body


async def test_f54_the_first_success_after_trouble_takes_the_backlog_with_it() -> None:
    scene, listening = await begun()
    await scene.turn()
    listening.outcomes["mail"] = [AttemptOutcome.REFUSED] * 99
    scene.show("city", "one", "two")
    await scene.later()
    for _ in range(8):
        await scene.later(1_000)
    waits = [row.due_at for row in scene.store.queries.deliveries()]
    assert min(due for due in waits if due) - scene.clock.now() > timedelta(minutes=20)
    assert scene.states().count("sending") == 2
    listening.outcomes["mail"] = []
    scene.show("city", "one", "two", "three")
    await scene.later(960)
    assert scene.states() == ["delivered"] * 3
