"""store: what is written, each method one transaction?"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from ..domain.audit import AuditNote
from ..domain.delivery import Routing
from ..domain.desk import Pause
from ..domain.intent import Applied, Claim, LinkClaim, MessageClaim, PollIntent, SettleIntent, SourceClaim, StartIntent
from ..domain.ruling import Ruling
from ..domain.source import Source
from ..domain.topic import Ruleset


class Store(Protocol):
    """Writes. Every method is one transaction; when it returns, the change is committed."""

    async def open(self, worker: str, now: datetime) -> int:
        """Takes the run lock, ends leases of workers that are gone, marks their open attempts `unknown`.

        Returns how many attempts were found open. Raises StoreBusy when another `monitor run` holds the file.
        """
        ...

    async def sync_sources(self, sources: Sequence[Source], now: datetime, spread: bool = True) -> None:
        """Makes the source rows those of the watchlists; what is no longer named is retired.

        `spread`: first polls are spread over the interval when there are many sources; else all are due at once.
        """
        ...

    async def save_ruleset(self, ruleset: Ruleset, canonical: str, now: datetime) -> None:
        """Stores the ruleset once; a new one is an audit entry."""
        ...

    async def save_watchlist_file(self, name: str, content: bytes, now: datetime) -> None:
        """Keeps an accepted file; a changed one is an audit entry. It is in force from now on."""
        ...

    async def keep_watchlist_files(self, names: Collection[str], now: datetime) -> None:
        """Files of other names are in force no more; each is an audit entry."""
        ...

    async def note(self, notes: Sequence[AuditNote]) -> None:
        """Appends entries to the audit log."""
        ...

    async def claim_sources(self, claim: Claim) -> list[SourceClaim]:
        """Leases due sources of hosts that may be asked now, the longest due first."""
        ...

    async def claim_links(self, claim: Claim) -> list[LinkClaim]:
        """Leases due links of hosts that may be asked now, the longest due first."""
        ...

    async def release(self, worker: str) -> None:
        """Gives back everything this worker still holds, due as before."""
        ...

    async def apply(self, intent: PollIntent, routing: Routing) -> Applied:
        """Stores all of it or nothing. Raises LeaseLost when the row was claimed anew meanwhile.

        With `unjudged` candidates in the answer nothing was stored: judge them and come again.
        """
        ...

    async def poll_now(self, key: str, actor: str, now: datetime) -> bool:
        """Makes a source due, by a person's word; False when there is none of that key in force (or it rests)."""
        ...

    async def pause(self, key: str, pause: Pause) -> bool:
        """A source rests from now on, by a person's word; False when there is none of that name in force."""
        ...

    async def resume(self, key: str, actor: str, why: str, now: datetime) -> bool:
        """A source that rests is polled again, at once; False when it does not rest."""
        ...

    async def assemble(self, routing: Routing, now: datetime, flush: bool = False) -> int:
        """Puts due deliveries into messages, and baselines whose links have ended (or are 24 h old).

        `flush` releases every baseline now. Returns how many messages were made.
        """
        ...

    async def claim_messages(self, claim: Claim) -> list[MessageClaim]:
        """Leases due messages with all that is needed to compose them, oldest first."""
        ...

    async def start(self, intent: StartIntent) -> None:
        """Commits that an attempt begins. Raises LeaseLost: then nothing may be sent."""
        ...

    async def settle(self, intent: SettleIntent) -> None:
        """Commits how an attempt ended, with its audit entry."""
        ...

    async def canaries(self, routing: Routing, channel: str | None, now: datetime) -> list[str]:
        """Makes a canary, due now, for each recipient of a channel (None: of every channel); the ids of the messages."""
        ...

    async def hurry(self, channel: str, recipient: str, now: datetime) -> int:
        """A message got through: what waits for this recipient after a failure of ten minutes ago or more is due now.

        Returns how many messages.
        """
        ...

    async def retry(self, deliveries: Sequence[int], now: datetime, actor: str = "operator") -> int:
        """Makes dead deliveries owed again; returns how many."""
        ...

    async def claim_duties(
        self, slots: Mapping[str, datetime], worker: str, now: datetime, until: datetime
    ) -> list[str]:
        """Leases until `until` the recurring duties that are due; their keys. `slots`: key → next slot at or after now.

        A duty not seen before is due at its slot; one that is not yet due follows a slot that was changed.
        """
        ...

    async def finish_duty(self, key: str, worker: str, now: datetime, due_at: datetime, done: bool) -> None:
        """Ends the lease of a duty, which is due again at `due_at`; `done` says whether its work was."""
        ...

    async def rule(self, ruling: Ruling) -> None:
        """Stores a ruling with its audit entry. The next `assemble` owes what it brings to those who would have heard.

        A restored hit counts as an alert; `not the same` splits the later version of the pair off its item and `the same`
        joins both items, with an entry `regrouped` that commits to what moved. The latest ruling on a pair counts.
        """
        ...

    async def rule_once(self, ruling: Ruling) -> bool:
        """As `rule`, unless the same actor ruled the same before (kind, hit or topic and source, and why); False then."""
        ...

    async def seal(self, now: datetime) -> None:
        """Signs a head of the log if entries came after the last one; a store that was given no key does nothing."""
        ...

    async def upkeep(self, now: datetime) -> None:
        """Closes days, purges what is past its time, checkpoints."""
        ...

    async def reap(self, worker: str, now: datetime) -> int:
        """Ends leases of workers that are gone, as `open` does; returns how many attempts were found open."""
        ...

    async def close(self) -> None:
        """Drains the writer, checkpoints, gives up the run lock."""
        ...
