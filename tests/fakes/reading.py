"""A ReadingRoom in this process: the real formats and pipeline, without the walls of a child.

Drive it by address: what is in `dies` raises ChildDied, what is in `overruns` comes back half read. `asked` lists the
addresses that were read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from monitor.adapters.formats import Caps
from monitor.adapters.reader import read_body
from monitor.domain.document import Candidate, Origin, Prepared, Reading
from monitor.domain.errors import ChildDied
from monitor.domain.hit import Decision
from monitor.domain.source import Bytes
from monitor.domain.topic import Ruleset
from monitor.pipeline import dedupe
from monitor.pipeline.match import compile_ruleset
from monitor.pipeline.read import overran
from monitor.ports import Clock


@dataclass
class FakeReadingRoom:
    """Same promises as the ChildRoom, but that nothing outlives a body that crashes the interpreter."""

    clock: Clock
    key: bytes = b"k" * 32
    dies: set[str] = field(default_factory=set)
    overruns: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    closed: bool = False
    ruleset: Ruleset = field(default_factory=lambda: Ruleset(id="none"))

    async def use(self, ruleset: Ruleset) -> None:
        """From now on this ruleset."""
        self.ruleset = ruleset

    async def read(self, body: Bytes, origin: Origin) -> Reading:
        """What the child would answer."""
        self.asked.append(origin.url)
        if origin.url in self.dies:
            raise ChildDied("the fake was told to die of this body")
        compiled = compile_ruleset(self.ruleset)
        half: list[Reading] = []
        reading = read_body(
            body[:],
            origin,
            Caps(),
            compiled,
            self.key,
            lambda harvest, counts: half.append(overran(harvest, counts, self.ruleset.id, self.key)),
        )
        return half[0] if half and origin.url in self.overruns else reading

    async def judge(self, prepared: Prepared, candidates: Sequence[Candidate]) -> Decision:
        """The real judgement."""
        return dedupe.judge(prepared, candidates, self.clock.now())

    async def close(self) -> None:
        """Remembers that it was closed."""
        self.closed = True
