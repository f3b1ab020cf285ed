"""Do signed heads get out, wherever MONITOR_AUDIT_TO points, and is it told when they do not?"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from monitor.adapters import anchors
from monitor.adapters.anchors import Anchors, Target, target
from monitor.adapters.audit_export.notes import find_heads, parse_head, size_of
from monitor.adapters.signing import Signer
from monitor.domain.delivery import AttemptOutcome, Channel
from monitor.domain.errors import SettingsError
from monitor.domain.secret import Secret
from tests.fakes.intents import channel
from tests.fakes.notifier import FakeNotifier

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
NAME = "mention-monitor/00000000000000ff"
KEY = Signer(Ed25519PrivateKey.generate())


def head(size: int) -> str:
    """A signed head of that many entries."""
    return KEY.sign(
        NAME, f"{NAME}\n{size}\n{base64.b64encode(b'r' * 32).decode()}\nat 2026-03-02T08:00:00.000000Z\nafter 0\n"
    )


class FakeLog:
    """The log as anchors ask it: `sizes` are its heads; `problem` is what a first comparison finds."""

    def __init__(self, *sizes: int) -> None:
        self.sizes = list(sizes)
        self.problem: str | None = None

    def signed_head(self) -> str | None:
        """The newest head."""
        return head(self.sizes[-1]) if self.sizes else None

    def signed_heads(self, after: int) -> list[str]:
        """The heads above a size."""
        return [head(size) for size in self.sizes if size > after]

    def disagrees(self, head: str) -> str | None:
        """The given problem."""
        return self.problem


class Scene:
    """Anchors with their surroundings."""

    def __init__(self, folder: Path, to: Target | None, log: FakeLog, channels: tuple[Channel, ...] = ()) -> None:
        self.kept = folder / "state" / anchors.FILE
        self.log = log
        self.notifier = FakeNotifier()
        self.told: list[tuple[str, str]] = []
        self.anchors = Anchors(self.kept, to, log, lambda: channels, self.notifier, self._tell)

    async def _tell(self, kind: str, what: str) -> None:
        self.told.append((kind, what))

    @property
    def bodies(self) -> list[str]:
        """What was sent."""
        return [json.loads(one.payload)["body"] for one in self.notifier.sent]


def sizes(path: Path) -> list[int]:
    """Which heads stand in a file."""
    return [parse_head(one).size for one in find_heads(path.read_text("utf-8"))]


async def test_every_head_is_appended_once_to_the_state_folder_and_to_the_file(tmp_path: Path) -> None:
    outside = tmp_path / "other disk" / "heads.txt"
    scene = Scene(tmp_path, Target(file=outside), FakeLog(256, 512))
    await scene.anchors.carry(NOW)
    await scene.anchors.carry(NOW)
    scene.log.sizes.append(768)
    await scene.anchors.carry(NOW)
    assert sizes(scene.kept) == sizes(outside) == [256, 512, 768]
    assert scene.told == []


async def test_a_half_written_head_does_not_stop_the_next(tmp_path: Path) -> None:
    scene = Scene(tmp_path, None, FakeLog(256, 512))
    await scene.anchors.carry(NOW)
    with scene.kept.open("a") as file:
        file.write(head(768)[:40])
    scene.log.sizes.append(768)
    await scene.anchors.carry(NOW)
    found = find_heads(scene.kept.read_text("utf-8"))
    assert [size_of(one) for one in found] == [256, 512, 0, 768]


@contextmanager
def in_the_way(path: Path) -> Iterator[None]:
    """A file where a folder should be: nothing can be written there."""
    path.write_text("in the way")
    yield
    path.unlink()


async def test_a_place_that_cannot_be_written_is_told_once_and_so_is_its_end(tmp_path: Path) -> None:
    """F19, F26: the service goes on, the other place gets its heads."""
    outside = tmp_path / "mount" / "heads.txt"
    scene = Scene(tmp_path, Target(file=outside), FakeLog(256))
    with in_the_way(tmp_path / "mount"):
        for _ in range(3):
            await scene.anchors.carry(NOW)
        assert [kind for kind, _ in scene.told] == ["anchor lost"]
        assert "cannot be written" in scene.told[0][1]
        assert sizes(scene.kept) == [256]
    scene.log.sizes.append(512)
    await scene.anchors.carry(NOW)
    assert [kind for kind, _ in scene.told] == ["anchor lost", "anchor regained"]
    assert sizes(outside) == [256, 512]


async def test_an_address_gets_the_newest_head_by_the_first_mail_channel(tmp_path: Path) -> None:
    mail = Channel("post", Secret("mailto://mail.example.org?from=m@example.org"), "mail", ("a@example.org",))
    scene = Scene(tmp_path, Target(address="auditor@example.org"), FakeLog(256, 512), (channel("hook"), mail))
    await scene.anchors.carry(NOW)
    assert [(one.channel, one.recipient) for one in scene.notifier.sent] == [("post", "auditor@example.org")]
    assert find_heads(scene.bodies[0]) == [head(512)]


async def test_mails_of_heads_keep_a_distance_and_repeat_nothing(tmp_path: Path) -> None:
    scene = Scene(tmp_path, Target(channel="ops"), FakeLog(256), (channel("ops"),))
    for minute in range(12):
        scene.log.sizes.append(512 + minute)
        await scene.anchors.carry(NOW + timedelta(minutes=minute))
    assert len(scene.bodies) == 3
    for hour in range(3):
        await scene.anchors.carry(NOW + timedelta(hours=1 + hour))
    assert len(scene.bodies) == 4


async def test_a_channel_that_fails_is_told_and_tried_again(tmp_path: Path) -> None:
    scene = Scene(tmp_path, Target(channel="ops"), FakeLog(256), (channel("ops"),))
    scene.notifier.outcomes["ops"] = [AttemptOutcome.UNKNOWN, AttemptOutcome.REFUSED]
    for minute in range(3):
        await scene.anchors.carry(NOW + timedelta(minutes=minute))
    assert [kind for kind, _ in scene.told] == ["anchor lost", "anchor regained"]
    assert len(scene.bodies) == 1


@pytest.mark.parametrize(
    "to", [Target(channel="nobody"), Target(address="a@example.org"), Target(url=Secret("nosuch://x"))]
)
async def test_a_place_that_does_not_exist_is_told_with_what_to_do(tmp_path: Path, to: Target) -> None:
    scene = Scene(tmp_path, to, FakeLog(256), (channel("ops"),))
    await scene.anchors.carry(NOW)
    assert [kind for kind, _ in scene.told] == ["anchor lost"]


async def test_a_log_that_is_not_what_was_signed_is_told_at_the_first_look(tmp_path: Path) -> None:
    """F24, F31: before new heads are put on top of the old ones."""
    first = Scene(tmp_path, None, FakeLog(256, 512))
    await first.anchors.carry(NOW)
    again = Scene(tmp_path, None, FakeLog(256))
    again.log.problem = "an older state was put back"
    for _ in range(2):
        await again.anchors.carry(NOW)
    assert [kind for kind, _ in again.told] == ["rollback found"]
    assert sizes(again.kept) == [256, 512, 256]


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("/mnt/other/heads.txt", Target(file=Path("/mnt/other/heads.txt"))),
        ("file:///mnt/heads.txt", Target(file=Path("/mnt/heads.txt"))),
        ("./heads.txt", Target(file=Path("heads.txt"))),
        ("auditor@example.org", Target(address="auditor@example.org")),
        ("ops-room", Target(channel="ops-room")),
        ("ntfy://example.org/topic", Target(url=Secret("ntfy://example.org/topic"))),
        ("  ", None),
    ],
)
def test_what_the_setting_means(told: str, meant: Target | None) -> None:
    assert target(Secret(told)) == meant
    assert target(None) is None


def test_a_setting_that_means_nothing_is_refused_with_what_to_write() -> None:
    with pytest.raises(SettingsError, match="write a file"):
        target(Secret("what is this?"))
