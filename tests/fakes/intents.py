"""What a poll comes to, in few words; and a Stage on which any store is played.

    stage = Stage(store, queries)
    await stage.watch("city")
    await stage.poll("city", text("QM plan opens", "…"))          # one text with an alert
    await stage.poll("city", text("…", keys=(7,)), decision=same(1))
    assert [m.draft.kind for m in await stage.messages()] == ["alert"]

Texts are invented; every text has a key of its own, unless `keys` says otherwise.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.domain.delivery import AttemptOutcome, Channel, Frozen, Routing, SendResult
from monitor.domain.document import Extracted, Prepared
from monitor.domain.hit import Decision, HitDraft, Match, Relation, Verdict
from monitor.domain.intent import (
    Applied,
    Claim,
    LinkClaim,
    LinkUpdate,
    MessageClaim,
    PollIntent,
    SettleIntent,
    SourceClaim,
    SourceUpdate,
    StartIntent,
    VersionIntent,
)
from monitor.domain.link import FoundLink, LinkState
from monitor.domain.secret import Secret
from monitor.domain.source import Outcome, Source, Validators
from monitor.ports import Queries, Store
from tests.fakes.clock import FakeClock

TERM = "启明计划"
LEASE = timedelta(minutes=20)
NEW = Decision(Relation.DISTINCT, reasons=("nothing like it is stored",))


def source(key: str, host: str | None = None, **given: object) -> Source:
    """A feed on a host of its own, unless told otherwise."""
    usual = Source(key, "feed", f"https://{host or key + '.example.org'}/{key}.xml")
    return replace(usual, **given)  # type: ignore[arg-type]


def channel(key: str = "me", *recipients: str, **given: object) -> Channel:
    """A channel that hears everything at once."""
    usual = Channel(key, Secret(f"json://{key}.example.org"), "webhook", recipients or (key,))
    return replace(usual, **given)  # type: ignore[arg-type]


def number(text: str) -> int:
    """A signed 64-bit number made of a text, as keys and fingerprints are."""
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "replace")).digest()[:8], "big", signed=True)


def hit(topic: str = "qiming", verdict: Verdict = Verdict.ALERT, start: int = 0) -> HitDraft:
    """A hit on the first characters of the text."""
    match = Match(topic, TERM, "exact", "text", start, start + len(TERM), TERM, verdict, 0.9, "stands as written")
    return HitDraft(topic, verdict, (match,), ("stands as written",), 0.9)


def text(
    title: str,
    body: str = "",
    place: str | None = None,
    hits: Sequence[HitDraft] | None = None,
    keys: Sequence[int] | None = None,
    story_keys: Sequence[int] = (),
    facts: Sequence[Mapping[str, object]] = (),
) -> Prepared:
    """A text that names the programme; `hits=()` for one that does not."""
    body = body or f"{TERM}：{title}。"
    found = (hit(),) if hits is None else tuple(hits)
    own = number(title + body)
    url = place or f"https://notices.example.org/{own & 0xFFFFFF:x}"
    return Prepared(
        Extracted(place=url, url=url, title=title, text=body, language="zh-Hans"),
        text_hash=hashlib.sha256((title + body).encode("utf-8", "replace")).hexdigest(),
        fingerprint=own,
        keys=((own,) if keys is None else tuple(keys)) if found else (),
        story_keys=tuple(story_keys) if found else (),
        kind="policy-document",
        part="call",
        facts=tuple(facts),
        hits=found,
    )


def link(path: str, host: str = "notices.example.org", title: str = "") -> FoundLink:
    """An address that a list showed."""
    url = f"https://{host}/{path}"
    return FoundLink(url, url, f"{host}:443", title or path)


def to(relation: Relation, version: int, *judged: int) -> Decision:
    """The decision that a text stands so to a stored version."""
    return Decision(relation, version, 0.9, ("as the test says",), judged=(version, *judged))


@dataclass
class Stage:
    """A store with its queries, a clock, and who is told."""

    store: Store
    queries: Queries
    clock: FakeClock = field(default_factory=FakeClock)
    routing: Routing = field(default_factory=lambda: Routing((channel(),), {"qiming": "high"}))
    worker: str = "w1"

    @property
    def now(self) -> datetime:
        """The time on stage."""
        return self.clock.now()

    def claim(self, worker: str | None = None, **given: object) -> Claim:
        """What a worker asks for."""
        usual = Claim(worker or self.worker, self.now, self.now + LEASE)
        return replace(usual, **given)  # type: ignore[arg-type]

    async def watch(self, *sources: Source | str) -> None:
        """Makes these the sources."""
        wanted = [one if isinstance(one, Source) else source(one) for one in sources]
        await self.store.sync_sources(wanted, self.now, spread=False)

    async def sources(self, worker: str | None = None, **given: object) -> list[SourceClaim]:
        """Claims due sources."""
        return await self.store.claim_sources(self.claim(worker, **given))

    async def links(self, worker: str | None = None, **given: object) -> list[LinkClaim]:
        """Claims due links."""
        return await self.store.claim_links(self.claim(worker, **given))

    def intent(
        self,
        claim: SourceClaim,
        *texts: Prepared | VersionIntent,
        decision: Decision = NEW,
        links: Sequence[FoundLink] = (),
        baseline: bool = False,
        etag: str | None = None,
        outcome: Outcome = Outcome.CHANGED,
        reason: str | None = None,
        due_in: float = 0.0,
    ) -> PollIntent:
        """All that a poll of this claim comes to."""
        versions = tuple(
            one if isinstance(one, VersionIntent) else VersionIntent(one, decision, "b" * 64, baseline) for one in texts
        )
        validators = Validators(etag, None, "b" * 64) if etag else None
        update = SourceUpdate(
            claim.key, claim.lease, outcome, self.now, self.now + timedelta(seconds=due_in), claim.interval,
            reason, validators, len(texts),
        )  # fmt: skip
        return PollIntent(
            claim.key, self.now, "r1", source_update=update, versions=versions, links=tuple(links), baseline=baseline
        )

    async def poll(self, key: str, *texts: Prepared | VersionIntent, **given: object) -> Applied:
        """Claims that source, stores what its poll comes to; it is due again at once unless `due_in` says otherwise."""
        claims = {one.key: one for one in await self.sources()}
        intent = self.intent(claims[key], *texts, **given)  # type: ignore[arg-type]
        applied = await self.store.apply(intent, self.routing)
        await self.store.release(self.worker)
        return applied

    async def read(self, claim: LinkClaim, *texts: Prepared, state: LinkState = LinkState.READ) -> Applied:
        """Ends the reading of a link."""
        update = LinkUpdate(claim.id, claim.source, claim.lease, state, self.now, None, visits=claim.visits + 1)
        versions = tuple(VersionIntent(one, NEW, "b" * 64, claim.baseline) for one in texts)
        intent = PollIntent(
            claim.source, self.now, "r1", link_update=update, versions=versions, from_link=claim.id,
            baseline=claim.baseline,
        )  # fmt: skip
        return await self.store.apply(intent, self.routing)

    async def messages(self, flush: bool = False, **given: object) -> list[MessageClaim]:
        """Puts together what is due, and claims it."""
        await self.store.assemble(self.routing, self.now, flush)
        return await self.store.claim_messages(self.claim(**given))  # type: ignore[arg-type]

    async def begin(self, claim: MessageClaim) -> None:
        """Commits that an attempt begins."""
        frozen = claim.frozen or Frozen(claim.draft.id, "", "", "text/plain", f"bytes of {claim.draft.id}".encode(), "")
        await self.store.start(
            StartIntent(
                claim.draft.id, claim.lease, claim.attempts + 1, self.now, frozen.payload, frozen.content_type, "s"
            )
        )

    async def end(
        self, claim: MessageClaim, outcome: AttemptOutcome, again_in: float | None = None, dead: bool = False
    ) -> None:
        """Commits how it ended."""
        due = None if again_in is None else self.now + timedelta(seconds=again_in)
        await self.store.settle(
            SettleIntent(
                claim.draft.id, claim.lease, claim.attempts + 1, self.now, SendResult(outcome, "as the test says"),
                due, dead,
            )
        )  # fmt: skip

    async def send(self, claim: MessageClaim, outcome: AttemptOutcome = AttemptOutcome.DELIVERED) -> None:
        """A whole attempt."""
        await self.begin(claim)
        again = None if outcome is AttemptOutcome.DELIVERED else 60.0
        await self.end(claim, outcome, again)

    def kinds(self) -> list[str]:
        """The kinds of all entries of the log, in order."""
        return [entry.kind for entry in self.queries.audit()]

    def bodies(self, kind: str) -> list[Mapping[str, object]]:
        """The bodies of all entries of one kind."""
        return [entry.body for entry in self.queries.audit() if entry.kind == kind and entry.body is not None]
