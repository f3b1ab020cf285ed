"""process: who reads hostile bodies, and what happens when one of them kills its reader?

Children answer questions over a pipe. One that dies, overruns or breaks the protocol costs the body it had; that body
is tried once more alone in a new child. Sources take turns, and those whose bodies take long never hold all children.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import signal
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from monitor.domain.archive import Comparison, StoredText
from monitor.domain.document import Candidate, Origin, Prepared, Reading
from monitor.domain.errors import ChildDied, ReadError
from monitor.domain.hit import Decision
from monitor.domain.source import Bytes
from monitor.domain.topic import Ruleset
from monitor.ports import Clock

from . import frames
from .slots import FIRST, Slots

_STARTING = 60.0  # seconds a child may take to import and compile on a busy machine
_SLOW = 3.0  # seconds of one question from which on its source is a slow one
_FAREWELL = 1.0  # seconds a child gets to notice the end of its input
_NOTHING = Ruleset(id="none")


@dataclass(frozen=True, slots=True)
class ChildLimits:
    """What one question may cost (seconds of CPU and of wall time, bytes), and when a child is replaced."""

    cpu: float = 10.0
    wall: float = 20.0
    memory: int = 512_000_000
    text: int = 5_000_000
    bodies: int = 1_000
    rss: int = 300_000_000
    idle: float = 30.0


class _Child:
    """One process, asked one question at a time."""

    def __init__(self, process: asyncio.subprocess.Process, generation: int, limits: ChildLimits) -> None:
        self._process = process
        self._limits = limits
        self.generation = generation
        self.bodies = 0
        self.rss = 0

    @classmethod
    async def start(cls, setup: frames.Setup, generation: int, limits: ChildLimits) -> _Child:
        """A child that is ready. Raises ChildDied when it is not after a minute."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-I", "-m", "monitor.child"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={},
            close_fds=True,
            start_new_session=True,  # a Ctrl-C at the terminal is the service's to handle
            limit=2**16,
        )
        child = cls(process, generation, limits)
        try:
            async with asyncio.timeout(_STARTING):
                await child._send([frames.pack(setup)])
                reply = frames.reply(await child._receive())
        except (TimeoutError, frames.FrameError, ChildDied) as error:
            await child.kill()
            raise ChildDied(f"a reading child did not start: {error}") from error
        except BaseException:
            await child.kill()
            raise
        if not isinstance(reply, frames.Ready):
            await child.kill()
            raise ChildDied(f"a reading child did not start: {getattr(reply, 'detail', reply.kind)}")
        return child

    async def ask(self, question: Iterable[bytes]) -> tuple[bytes | None, frames.Reply]:
        """(the texts frame, if one came, unchecked; the reply). Raises _Lost, with the child dead, or ReadError."""
        self.bodies += 1
        texts: bytes | None = None
        try:
            async with asyncio.timeout(self._limits.wall):
                await self._send(question)
                data = await self._receive()
                if frames.is_texts(data):
                    texts = data
                    data = await self._receive()
                reply = frames.reply(data)
        except TimeoutError as error:
            await self.kill()
            raise _Lost(f"no answer within {self._limits.wall:g} s", texts) from error
        except (ChildDied, frames.FrameError) as error:
            await self.kill()
            raise _Lost(str(error).removeprefix("unreadable: "), texts) from error
        except BaseException:
            await self.kill()  # a question that nobody waits for any more leaves a child in an unknown state
            raise
        self.rss = getattr(reply, "rss", 0)
        if isinstance(reply, frames.Refused) and (reply.fatal or texts is not None):
            await self.kill()
            raise _Lost(reply.detail or reply.reason, texts)
        return texts, reply

    @property
    def spent(self) -> bool:
        """Whether it has read enough to be replaced, or is gone."""
        return (
            self.bodies >= self._limits.bodies or self.rss >= self._limits.rss or self._process.returncode is not None
        )

    async def end(self) -> None:
        """Closes its input and lets it go; kills it when it stays."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            async with asyncio.timeout(_FAREWELL):
                await self._process.wait()
        except TimeoutError:
            await self.kill()

    async def kill(self) -> None:
        """Ends it now."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await asyncio.shield(self._process.wait())
        if self._process.stdin is not None:
            self._process.stdin.close()

    async def _send(self, pieces: Iterable[bytes]) -> None:
        assert self._process.stdin is not None
        try:
            for piece in pieces:
                self._process.stdin.write(piece)
                await self._process.stdin.drain()
        except (BrokenPipeError, ConnectionResetError) as error:
            raise ChildDied(await self._fate()) from error

    async def _receive(self) -> bytes:
        assert self._process.stdout is not None
        try:
            size = frames.length(await self._process.stdout.readexactly(4))
            return await self._process.stdout.readexactly(size)
        except (asyncio.IncompleteReadError, ConnectionResetError) as error:
            raise ChildDied(await self._fate()) from error

    async def _fate(self) -> str:
        """How it ended, in words."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_FAREWELL):
                await self._process.wait()
        code = self._process.returncode
        if code is None:
            return "the reading child closed its pipe"
        if code == -signal.SIGXCPU:
            return f"used more than {self._limits.cpu:g} s of CPU"
        return f"the reading child was ended by signal {-code}" if code < 0 else f"the reading child exited with {code}"


class _Lost(Exception):
    """A question whose child is gone; `texts` is the first half of the answer, if it came."""

    def __init__(self, detail: str, texts: bytes | None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.texts = texts


class ChildRoom:
    """A ReadingRoom of child processes: at most `children` at work, one idle one kept."""

    def __init__(
        self,
        clock: Clock,
        fingerprint_key: bytes,
        children: int = 2,
        limits: ChildLimits | None = None,
        before: Ruleset | None = None,
    ) -> None:
        self._clock = clock
        self._before = before  # what `compare` compares with
        self._key = fingerprint_key
        self._limits = limits or ChildLimits()
        self._slots = Slots(children)
        self._idle: list[_Child] = []
        self._all: set[_Child] = set()
        self._ruleset = _NOTHING
        self._generation = 0
        self._chores: set[asyncio.Task[None]] = set()
        self._closed = False

    async def use(self, ruleset: Ruleset) -> None:
        """Starts a child with the ruleset, then sends the old ones home as they finish. Raises ChildDied."""
        child = await self._start(ruleset, self._generation + 1)
        self._ruleset, self._generation = ruleset, self._generation + 1
        old, self._idle = self._idle, [child]
        for one in old:
            self._chore(one)

    async def read(self, body: Bytes, origin: Origin) -> Reading:
        """Texts, matches, kinds and keys of a body. Raises ReadError and its ChildDied."""
        ruleset = self._ruleset
        try:
            _, reply = await self._asked(lambda: frames.pack_read(body, origin), origin.source)
        except frames.FrameError as error:
            raise ReadError("too large", str(error)) from error
        except _Lost as lost:
            return self._half_read(lost, ruleset)
        if isinstance(reply, frames.Answer):
            texts = tuple(prepared.extracted for prepared in reply.reading.prepared)
            return replace(reply.reading, harvest=replace(reply.reading.harvest, texts=texts))
        raise _refusal(reply)

    async def judge(self, prepared: Prepared, candidates: Sequence[Candidate]) -> Decision:
        """same, revision, story or distinct against the candidates. Raises ChildDied."""
        question = frames.Judge(prepared, tuple(candidates), self._clock.now())
        try:
            packed = frames.pack(question)
            _, reply = await self._asked(lambda: [packed])
        except frames.FrameError as error:
            raise ChildDied(str(error)) from error
        except _Lost as lost:
            raise ChildDied(lost.detail) from lost
        if isinstance(reply, frames.Decided):
            return reply.decision
        raise ChildDied(str(_refusal(reply)))

    async def compare(self, texts: Sequence[StoredText]) -> Comparison:
        """Where the ruleset and the one before it differ on stored texts. Raises ChildDied when that is not to be had."""
        pages = tuple(
            frames.Page(
                one.version, base64.b64encode(one.content).decode(), one.url,
                one.published.date() if one.published else None, one.kind,
            )
            for one in texts
        )  # fmt: skip
        try:
            packed = frames.pack(frames.Compare(pages))
            _, reply = await self._asked(lambda: [packed])
        except frames.FrameError as error:
            raise ChildDied(str(error)) from error
        except _Lost as lost:
            raise ChildDied(lost.detail) from lost
        if isinstance(reply, frames.Compared):
            return Comparison(reply.changes, reply.topics, reply.damaged)
        raise ChildDied(str(_refusal(reply)))

    async def close(self) -> None:
        """Lets children finish for a moment, then kills them."""
        self._closed = True
        self._idle.clear()
        for child in list(self._all):
            self._chore(child)
        await asyncio.gather(*self._chores, return_exceptions=True)

    async def _asked(
        self, question: Callable[[], Iterable[bytes]], who: str = FIRST
    ) -> tuple[bytes | None, frames.Reply]:
        """The reply; after a lost child once more, alone in a new one. Raises _Lost when that is lost too."""
        try:
            async with self._slots.place(who):
                return await self._answer(await self._take(), question(), who)
        except _Lost as first:
            if self._closed:
                raise
            async with self._slots.place(who):
                try:
                    alone = await self._start(self._ruleset, self._generation)
                except ChildDied as error:
                    raise _Lost(error.args[0], first.texts) from error
                try:
                    return await self._answer(alone, question(), who)
                except _Lost as second:
                    raise _Lost(second.detail, second.texts or first.texts) from second

    async def _answer(self, child: _Child, question: Iterable[bytes], who: str) -> tuple[bytes | None, frames.Reply]:
        began, lost = self._clock.monotonic(), True
        try:
            answer = await child.ask(question)
            lost = False
            return answer
        except _Lost:
            self._all.discard(child)
            raise
        finally:
            if who != FIRST:
                self._slots.mark(who, slow=lost or self._clock.monotonic() - began > _SLOW)
            self._give_back(child)

    async def _take(self) -> _Child:
        while self._idle:
            child = self._idle.pop()
            if not child.spent:
                return child
            self._chore(child)
        return await self._start(self._ruleset, self._generation)

    async def _start(self, ruleset: Ruleset, generation: int) -> _Child:
        limits = self._limits
        setup = frames.Setup(ruleset, self._key.hex(), limits.cpu, limits.memory, limits.text, self._before)
        child = await _Child.start(setup, generation, limits)
        self._all.add(child)
        return child

    def _give_back(self, child: _Child) -> None:
        """The child waits for the next question, or goes home: spent, of an old ruleset, or one too many."""
        if child not in self._all:
            return
        if child.spent or child.generation != self._generation or self._closed:
            self._chore(child)
        else:
            self._idle.append(child)
            if len(self._idle) > 1:
                asyncio.get_running_loop().call_later(self._limits.idle, self._shrink)

    def _shrink(self) -> None:
        """Sends the longest idle child home, unless it is the last."""
        if len(self._idle) > 1:
            self._chore(self._idle.pop(0))

    def _chore(self, child: _Child) -> None:
        self._all.discard(child)
        chore = asyncio.get_running_loop().create_task(child.end())
        self._chores.add(chore)
        chore.add_done_callback(self._chores.discard)

    def _half_read(self, lost: _Lost, ruleset: Ruleset) -> Reading:
        """The texts with reviews for every topic whose plain term stands there: a limit is never a non-hit."""
        if lost.texts is None:
            raise ChildDied(lost.detail) from lost
        try:
            half = frames.reply(lost.texts)
        except frames.FrameError as error:
            raise ChildDied(f"{lost.detail}; {error}") from error
        if not isinstance(half, frames.Texts) or len(half.counts) != len(half.harvest.texts):
            raise ChildDied(lost.detail) from lost
        from monitor.pipeline.read import overran  # its tables are loaded only when they are needed

        return overran(half.harvest, half.counts, ruleset.id, self._key)


def _refusal(reply: frames.Reply) -> ReadError:
    if isinstance(reply, frames.Refused):
        return ReadError(reply.reason, reply.detail)
    return ReadError("unreadable", f"the reading child answered with {reply.kind}")
