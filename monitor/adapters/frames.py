"""frames: what may be said between the service and its reading children, and how is it checked?

A frame is four bytes of length and that much JSON, 16 MB at most. Both sides check every frame on arrival.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, Literal, TypeAlias

from monitor.domain.archive import Change
from monitor.domain.document import Candidate, Harvest, Origin, Prepared, Reading
from monitor.domain.errors import MonitorError
from monitor.domain.hit import Decision
from monitor.domain.source import Bytes
from monitor.domain.topic import Ruleset

LONGEST = 16_000_000
_PREFIX = 4
_STEP = 48_000  # bytes of a body that are encoded at once; a multiple of three


class FrameError(MonitorError):
    """A frame that is too long, cut short or not what the protocol allows."""


@dataclass(frozen=True, slots=True)
class Setup:
    """The first frame to a child: its ruleset, the key of fingerprints (hex), its limits. Zero means no limit."""

    kind: Literal["setup"] = field(default="setup", kw_only=True)
    ruleset: Ruleset
    key: str
    cpu: float
    memory: int
    text: int
    before: Ruleset | None = None  # what stored texts are compared under, beside the ruleset


@dataclass(frozen=True, slots=True)
class Read:
    """A question: what does this body (base64) say?"""

    kind: Literal["read"] = field(default="read", kw_only=True)
    body: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Judge:
    """A question: how does this text stand to these?"""

    kind: Literal["judge"] = field(default="judge", kw_only=True)
    prepared: Prepared
    candidates: tuple[Candidate, ...]
    now: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """A stored text to be judged again: its compressed content in base64, and what its version says."""

    version: int
    content: str
    url: str
    published: date | None
    sort: str | None


@dataclass(frozen=True, slots=True)
class Compare:
    """A question: where do the two rulesets differ on these stored texts?"""

    kind: Literal["compare"] = field(default="compare", kw_only=True)
    pages: tuple[Page, ...]


@dataclass(frozen=True, slots=True)
class Ready:
    """The child is set up."""

    kind: Literal["ready"] = field(default="ready", kw_only=True)
    rss: int


@dataclass(frozen=True, slots=True)
class Texts:
    """The first half of an answer to `read`, where a plain term stands: the texts, and how often topics stand in each."""

    kind: Literal["texts"] = field(default="texts", kw_only=True)
    harvest: Harvest
    counts: tuple[dict[str, int], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The judged texts; the harvest comes without its texts, which are those of `prepared`."""

    kind: Literal["answer"] = field(default="answer", kw_only=True)
    reading: Reading
    rss: int


@dataclass(frozen=True, slots=True)
class Decided:
    """The answer to `judge`."""

    kind: Literal["decided"] = field(default="decided", kw_only=True)
    decision: Decision
    rss: int


@dataclass(frozen=True, slots=True)
class Compared:
    """The answer to `compare`; `damaged` are the versions whose stored text is not what was stored."""

    kind: Literal["compared"] = field(default="compared", kw_only=True)
    changes: tuple[Change, ...]
    topics: tuple[str, ...]
    damaged: tuple[int, ...]
    rss: int


@dataclass(frozen=True, slots=True)
class Refused:
    """No answer, and why. `fatal`: the child is of no more use."""

    kind: Literal["refused"] = field(default="refused", kw_only=True)
    reason: str
    detail: str
    rss: int = 0
    fatal: bool = False


Question: TypeAlias = Setup | Read | Judge | Compare
Reply: TypeAlias = Ready | Texts | Answer | Decided | Compared | Refused


def pack(frame: Question | Reply) -> bytes:
    """A frame as it goes over the pipe. Raises FrameError when it is too long or holds what JSON cannot."""
    from pydantic_core import PydanticSerializationError

    try:
        kind: Any = type(frame)
        data: bytes = _adapter(kind).dump_json(frame)
    except (PydanticSerializationError, UnicodeEncodeError, RecursionError) as error:
        raise FrameError(f"a {frame.kind} frame cannot be written: {error}") from error
    if len(data) > LONGEST:
        raise FrameError(f"a {frame.kind} frame of {len(data)} bytes is longer than {LONGEST}")
    return len(data).to_bytes(_PREFIX, "big") + data


def pack_read(body: Bytes, origin: Origin) -> Iterator[bytes]:
    """A `read` frame in pieces, so that a large body is never in memory a second time. Raises FrameError."""
    head, mark, tail = pack(Read("\x00", origin))[_PREFIX:].partition(b'"\\u0000"')
    size = len(head) + len(tail) + 2 + 4 * -(-len(body) // 3)
    if not mark or size > LONGEST:
        raise FrameError(f"a body of {len(body)} bytes is too long to be read")
    return _pieces(size.to_bytes(_PREFIX, "big") + head + b'"', body, b'"' + tail)


def _pieces(head: bytes, body: Bytes, tail: bytes) -> Iterator[bytes]:
    yield head
    for start in range(0, len(body), _STEP):
        yield base64.b64encode(body[start : start + _STEP])
    yield tail


def question(data: bytes) -> Question:
    """A question checked on arrival. Raises FrameError."""
    return _checked(data, Setup | Read | Judge | Compare)  # type: ignore[return-value]


def reply(data: bytes) -> Reply:
    """A reply checked on arrival. Raises FrameError."""
    return _checked(data, Ready | Texts | Answer | Decided | Compared | Refused)  # type: ignore[return-value]


def length(prefix: bytes) -> int:
    """The length that a prefix tells. Raises FrameError when it is more than a frame may have."""
    size = int.from_bytes(prefix, "big")
    if not 0 < size <= LONGEST:
        raise FrameError(f"a frame of {size} bytes was announced, {LONGEST} is the most")
    return size


def is_texts(data: bytes) -> bool:
    """Whether a reply begins like the first half of an answer, which is checked only when it is needed."""
    return data.startswith(b'{"kind":"texts"')


def receive(read: Callable[[int], bytes]) -> bytes | None:
    """The next frame's JSON from a blocking stream, None at its end. Raises FrameError when it is cut short."""
    prefix = _exactly(read, _PREFIX)
    if not prefix:
        return None
    data = _exactly(read, length(prefix)) if len(prefix) == _PREFIX else b""
    if len(prefix) < _PREFIX or len(data) < length(prefix):
        raise FrameError("a frame was cut short")
    return data


def _exactly(read: Callable[[int], bytes], size: int) -> bytes:
    data = bytearray()
    while len(data) < size and (piece := read(size - len(data))):
        data += piece
    return bytes(data)


def _checked(data: bytes, allowed: Hashable) -> Question | Reply:
    from pydantic import ValidationError

    try:
        frame: Question | Reply = _adapter(allowed).validate_json(data, strict=True)
    except (ValidationError, RecursionError) as error:
        raise FrameError(f"a frame is not what the protocol allows: {str(error)[:500]}") from error
    return frame


@cache
def _adapter(allowed: Hashable) -> Any:
    from pydantic import Discriminator, TypeAdapter

    kinds: Any = allowed if isinstance(allowed, type) else Annotated[allowed, Discriminator("kind")]
    return TypeAdapter(kinds)
