"""messages: what is due is put together, frozen, started, sent and settled."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import structlog

from ..domain.delivery import AttemptOutcome, Draft, Frozen, MessageKind, SendResult
from ..domain.errors import LeaseLost, MonitorError
from ..domain.intent import MessageClaim, SettleIntent, StartIntent
from ..pipeline import retry, route
from ..pipeline.compose import digest
from .canary import sing
from .desk import Desk

log = structlog.get_logger()
SETTLE_WAITS = (0.1, 0.5, 2.0, 5.0)  # seconds; a sent message whose end cannot be stored stays `started`


class MessageLoop:
    """Keeps a bounded number of messages on their way, one at a time to each channel's recipient."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.tasks: set[asyncio.Task[None]] = set()
        self.delivered = 0
        self._calm: set[tuple[str, str]] = set()  # channels and recipients whose last message got through
        self._freed = asyncio.Event()

    async def round(self, flush: bool = False) -> int:
        """Assembles and sends until nothing is due; returns how many messages were begun."""
        begun = 0
        await self.desk.store.assemble(self.desk.routing, self.desk.now(), flush)
        while not self.desk.stopping:
            room = self.desk.limits.sends - len(self.tasks)
            if room <= 0:
                await self._some_end()
                continue
            claims = await self.desk.store.claim_messages(self.desk.claim(room, None, frozenset()))
            for claim in claims:
                task = asyncio.create_task(self._send(claim))
                self.tasks.add(task)
                task.add_done_callback(self._end)
            begun += len(claims)
            if not claims:
                return begun
        return begun

    async def drain(self) -> None:
        """Waits until everything on its way has ended."""
        while self.tasks:
            await self._some_end()

    def _end(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        self._freed.set()

    async def _some_end(self) -> None:
        self._freed.clear()
        if self.tasks:
            await self._freed.wait()

    async def _send(self, claim: MessageClaim) -> None:
        """One attempt, whatever becomes of it: the loop outlives its work."""
        try:
            result = await self._attempt(claim)
            self.delivered += result.outcome is AttemptOutcome.DELIVERED
            await self._hurry(claim.draft, result)
        except LeaseLost:
            log.info("message came late", message=claim.draft.id)
        except Exception:  # left `started` or due; the rows remember
            log.exception("message turn failed", message=claim.draft.id)

    async def _hurry(self, draft: Draft, result: SendResult) -> None:
        """The first message that gets through after trouble takes the backlog of its recipient with it."""
        place = (draft.channel, draft.recipient)
        if result.outcome is not AttemptOutcome.DELIVERED:
            self._calm.discard(place)
        elif place not in self._calm:
            self._calm.add(place)
            woken = await self.desk.store.hurry(*place, self.desk.now())
            if woken:
                log.info("a channel is back", channel=draft.channel, waiting=woken)
                self.desk.bells.messages.set()

    async def _attempt(self, claim: MessageClaim) -> SendResult:
        desk = self.desk
        number = claim.attempts + 1
        frozen: Frozen | None
        try:
            frozen, broken = claim.frozen or desk.notifier.freeze(await self._filled(claim.draft)), ""
        except MonitorError as error:  # no such channel any more: a refusal that a new watchlist can cure
            frozen, broken = None, str(error)
        await desk.store.start(
            StartIntent(
                claim.draft.id, claim.lease, number, desk.now(), frozen.payload if frozen else b"",
                frozen.content_type if frozen else "", frozen.subject if frozen else "",
            )
        )  # fmt: skip
        if frozen is None:
            result = SendResult(AttemptOutcome.REFUSED, broken)
        else:
            result = await desk.notifier.send(frozen)
        await self._settle(claim, number, result)
        return result

    async def _filled(self, draft: Draft) -> Draft:
        """What a message says besides its hits: digests how things stand now, a canary what became of its text."""
        if draft.kind is MessageKind.CANARY:
            return await sing(self.desk, draft)
        if draft.kind not in digest.FORMS:
            return draft
        queries, channels = self.desk.queries, self.desk.routing.channels
        seen = await asyncio.to_thread(queries.overview, digest.since_of(draft), draft.created_at)
        head = await asyncio.to_thread(queries.signed_head)
        channel = next((one for one in channels if one.key == draft.channel), None)
        if channel is not None:  # what it does not take is none of its business
            topics = tuple(one for one in seen.topics if route.concerns(channel, one.topic))
            waiting = tuple(hit for hit in seen.waiting if route.concerns(channel, hit.topic))
            seen = replace(seen, topics=topics, waiting=waiting)
        return replace(draft, overview=replace(seen, log_head=head))

    async def _settle(self, claim: MessageClaim, number: int, result: SendResult) -> None:
        now = self.desk.now()
        following = retry.after(result, number, claim.first_tried_at or now, now, claim.rejects, self.desk.limits.retry)
        intent = SettleIntent(claim.draft.id, claim.lease, number, now, result, following.due_at, following.dead)
        for wait in (*SETTLE_WAITS, None):
            try:
                await self.desk.store.settle(intent)
                break
            except LeaseLost:
                raise
            except MonitorError:
                if wait is None:
                    raise
                await asyncio.sleep(wait)
        self._tell(claim, number, result, following)

    def _tell(self, claim: MessageClaim, number: int, result: SendResult, following: retry.Next) -> None:
        if result.outcome is AttemptOutcome.DELIVERED:
            log.info("delivered", message=claim.draft.id, channel=claim.draft.channel, hits=len(claim.draft.tellings))
            return
        log.warning(
            "not delivered", message=claim.draft.id, channel=claim.draft.channel, attempt=number,
            outcome=result.outcome.value, detail=result.detail[:300], why=following.why,
            again_at=str(following.due_at) if following.due_at else "never",
        )  # fmt: skip
