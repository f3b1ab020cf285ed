"""What may be said over the pipe between the service and its children."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest

from monitor.adapters import frames
from monitor.domain.document import Extracted, Harvest, Origin, Prepared, Reading
from monitor.domain.hit import HitDraft, Match, Verdict
from monitor.domain.link import FoundLink
from monitor.domain.topic import Ruleset, Term, Topic

TEXT = Extracted(
    "p", "u", "t", "启明", published=datetime(2026, 11, 1, tzinfo=UTC), attachments=(FoundLink("a", "u", "h"),)
)
MATCH = Match("q", "t", "exact", "text", 0, 2, "启明", Verdict.ALERT, 0.9, "r")
READY = Prepared(
    TEXT,
    "0" * 64,
    -5,
    (1, -2),
    facts=({"kind": "money", "value": 3},),
    hits=(HitDraft("q", Verdict.ALERT, (MATCH,), ("r",), 0.9),),
)


@pytest.mark.parametrize(
    "frame",
    [
        frames.Ready(1),
        frames.Texts(Harvest("html", (TEXT,)), ({"q": 1},)),
        frames.Answer(Reading(Harvest("html"), (READY,), "id"), 3),
        frames.Refused("encrypted", "asks for a password"),
    ],
)
def test_a_reply_arrives_as_it_was_sent(frame: frames.Reply) -> None:
    assert frames.reply(frames.pack(frame)[4:]) == frame


def test_a_question_arrives_as_it_was_asked() -> None:
    setup = frames.Setup(Ruleset("x", (Topic("q", "Q", terms=(Term("a", near=("b",)),)),)), "00", 10, 0, 5)
    assert frames.question(frames.pack(setup)[4:]) == setup
    origin = Origin("s", "feed", "http://x/", options={"follow": "a", "n": [1]})
    data = b"".join(frames.pack_read(b"body" * 50_000, origin))
    asked = frames.question(data[4:])
    assert isinstance(asked, frames.Read) and asked.origin == origin and frames.length(data[:4]) == len(data) - 4


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"\xff",
        b'{"kind":"ready"}',
        b'{"kind":"ready","rss":"1"}',
        b'{"kind":"read","body":"","origin":{}}',
        b"[" * 100_000,
    ],
)
def test_what_the_protocol_does_not_allow_is_refused(data: bytes) -> None:
    with pytest.raises(frames.FrameError):
        frames.reply(data)


def test_no_frame_is_longer_than_the_limit_and_none_is_cut_short_unseen() -> None:
    with pytest.raises(frames.FrameError, match="16000000"):
        frames.length((frames.LONGEST + 1).to_bytes(4, "big"))
    with pytest.raises(frames.FrameError, match="longer"):
        frames.pack(frames.Refused("x", "y" * frames.LONGEST))
    with pytest.raises(frames.FrameError, match="too long"):
        frames.pack_read(b"x" * 13_000_000, Origin("s", "page", "u"))
    with pytest.raises(frames.FrameError, match="cut short"):
        frames.receive(io.BytesIO(frames.pack(frames.Ready(1))[:-1]).read)
    assert frames.receive(io.BytesIO(b"").read) is None


def test_what_json_cannot_hold_is_an_error_of_the_sender() -> None:
    with pytest.raises(frames.FrameError, match="cannot be written"):
        frames.pack(frames.Refused("x", "\ud800"))
