"""slots: whose question is answered next, when more wait than children are at work?"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

FIRST = ""  # whoever has begun a turn and must only compare what was read: it goes first, so that turns end


class Slots:
    """So many places, taken in turn by all who wait; those known to be slow never take the last one.

    A source with a thousand links waits as long as one with a single page, and sources whose bodies hang or kill their
    reader hold up each other, not the rest.
    """

    def __init__(self, places: int) -> None:
        self._free = places
        self._free_for_slow = max(1, places - 1)
        self._slow: set[str] = set()
        self._waiting: OrderedDict[str, deque[asyncio.Future[bool]]] = OrderedDict()  # in the order of their turns

    def mark(self, who: str, slow: bool) -> None:
        """Remembers how the last question of somebody went."""
        (self._slow.add if slow else self._slow.discard)(who)

    @asynccontextmanager
    async def place(self, who: str) -> AsyncIterator[None]:
        """A place for as long as it is held."""
        slow = await self._enter(who)
        try:
            yield
        finally:
            self._leave(slow)

    async def _enter(self, who: str) -> bool:
        turn: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(who, deque()).append(turn)
        self._admit()
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._leave(turn.result())
            raise

    def _leave(self, slow: bool) -> None:
        self._free += 1
        self._free_for_slow += slow
        self._admit()

    def _admit(self) -> None:
        while self._free and (who := self._next()) is not None:
            turns = self._waiting[who]
            turn = turns.popleft()
            if turns:
                self._waiting.move_to_end(who)
            else:
                del self._waiting[who]
            if turn.done():  # whoever waited has gone
                continue
            slow = who in self._slow
            self._free -= 1
            self._free_for_slow -= slow
            turn.set_result(slow)

    def _next(self) -> str | None:
        if FIRST in self._waiting:
            return FIRST
        return next((who for who in self._waiting if self._free_for_slow or who not in self._slow), None)
