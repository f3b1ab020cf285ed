"""ports: the sockets that the adapters plug into, each with what it promises."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from .domain.archive import Comparison, ImportEntry, LateIntent, StoredText
from .domain.audit import AuditNote, Verification
from .domain.delivery import Channel, Draft, Frozen, Routing, SendResult
from .domain.desk import FileEdit, Finds, LogFilter, Pause, SignedHead
from .domain.document import Candidate, Origin, Prepared, Reading
from .domain.evidence import KeptCopy
from .domain.hit import Decision, HitView
from .domain.intent import (
    Applied,
    Claim,
    LinkClaim,
    MessageClaim,
    PollIntent,
    SettleIntent,
    SourceClaim,
    StartIntent,
)
from .domain.overview import ChannelState, HitCount, Judged, MessageView, Overview
from .domain.person import ApiToken, Person, Role, SavedView, Session
from .domain.plan import Plan
from .domain.query import (
    Arrival,
    AuditView,
    DeliveryView,
    HitDay,
    HitFilter,
    MuteView,
    SourceDay,
    Tally,
    VersionView,
)
from .domain.ruling import Ruling
from .domain.source import Fetched, FetchResult, Request, Source, SourceHealth
from .domain.topic import Ruleset


class Clock(Protocol):
    """The time, so that tests can own it."""

    def now(self) -> datetime:
        """The wall clock, in UTC with its zone."""
        ...

    def monotonic(self) -> float:
        """Seconds that only grow; for deadlines and pace."""
        ...


class Fetcher(Protocol):
    """Gets bytes from the web, politely and guarded. Never raises for what the other side does."""

    async def fetch(self, request: Request) -> FetchResult:
        """One GET with its redirects. Every failure is a `Failed` value; cancellation is passed on."""
        ...

    async def close(self) -> None:
        """Ends all connections."""
        ...


class ReadingRoom(Protocol):
    """Where hostile bodies are read: child processes without network, database or secrets."""

    async def use(self, ruleset: Ruleset) -> None:
        """From now on questions are answered under this ruleset; those under way end under theirs."""
        ...

    async def read(self, body: bytes, origin: Origin) -> Reading:
        """Texts, matches, kinds and keys of a body.

        Raises ReadError (encrypted, not a feed, unreadable …) and its ChildDied, when the child died or overran.
        An overrun of the matcher alone is no error: its texts come back with `overran` and review hits.
        """
        ...

    async def judge(self, prepared: Prepared, candidates: Sequence[Candidate]) -> Decision:
        """same, revision, story or distinct against the candidates. Raises ChildDied."""
        ...

    async def close(self) -> None:
        """Lets children finish for a moment, then kills them."""
        ...


class Notifier(Protocol):
    """Turns drafts into bytes and sends them, one message to one recipient a call."""

    def use(self, channels: Mapping[str, Channel]) -> None:
        """From now on these channels are sent to."""
        ...

    def freeze(self, draft: Draft) -> Frozen:
        """The bytes as they will leave at every attempt; the same draft gives the same bytes."""
        ...

    async def send(self, frozen: Frozen) -> SendResult:
        """One attempt. Never raises for what the other side does; cancellation means `unknown`."""
        ...

    async def close(self) -> None:
        """Gives up what is still being sent."""
        ...


class Watchlists(Protocol):
    """Where the plan comes from: a folder, read again when it changes."""

    async def changed(self, last_good: Mapping[str, bytes]) -> Plan | None:
        """The plan, when the files are others than at the last call; None when nothing changed.

        Each file is good or bad by itself: a bad one is replaced by its last good version and told in `refused`.
        Raises WatchlistError when nothing can be put in force at all.
        """
        ...


class Evidence(Protocol):
    """Where the bytes lie that hits were read from."""

    async def keep(self, fetched: Fetched, source: str, at: datetime) -> KeptCopy:
        """Keeps a body; when it returns, a crash cannot lose it. Raises StoreError (a full disk): nothing is kept then."""
        ...

    def open(self, copy: KeptCopy) -> bytes:
        """The body as it was fetched. Raises StoreError when it is missing or was altered."""
        ...


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

    async def poll_now(self, key: str, now: datetime) -> bool:
        """Makes a source due; False when there is none of that key."""
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


class People(Protocol):
    """Accounts of the console, their sessions, links, keys and saved views. Every change is an audit entry.

    Digests are SHA-256 of random values, in hexadecimal: what is stored opens nothing.
    """

    def person(self, name: str) -> Person | None:
        """One account, or None."""
        ...

    def people(self) -> list[Person]:
        """All accounts by name, disabled ones included."""
        ...

    def password(self, name: str) -> str | None:
        """The hash of an account's password; None where there is no account, no password, or it is disabled."""
        ...

    def session(self, digest: str, now: datetime) -> Session | None:
        """An open session of an account that is not disabled."""
        ...

    def sessions(self, name: str, now: datetime) -> list[Session]:
        """A person's open sessions, newest first."""
        ...

    def token(self, digest: str, now: datetime) -> ApiToken | None:
        """A key that still opens, of an account that is not disabled; its rights are at most the account's."""
        ...

    def tokens(self, name: str | None = None) -> list[ApiToken]:
        """All keys that were not ended, or those of one person."""
        ...

    def views(self, name: str) -> list[SavedView]:
        """A person's saved views by name."""
        ...

    async def add(self, person: Person, actor: str) -> bool:
        """Makes an account without a password; False when the name is taken."""
        ...

    async def change(
        self,
        name: str,
        actor: str,
        now: datetime,
        *,
        role: Role | None = None,
        password: str | None = None,
        disabled: bool | None = None,
    ) -> bool:
        """Changes what is given; a new password, role or disabling ends all sessions. False: no such account.

        Raises LastAdmin when nobody who is an admin with a password would be left.
        """
        ...

    async def mark_seen(self, name: str, until: datetime) -> None:
        """What is new up to then has been seen."""
        ...

    async def use_keys(self, name: str, keys: bool) -> None:
        """Switches single-letter keys on or off."""
        ...

    async def invite(self, digest: str, name: str, ends_at: datetime, actor: str, now: datetime) -> None:
        """Stores a link that opens one session of that account, once."""
        ...

    async def enter(self, digest: str, now: datetime) -> str | None:
        """Uses up a link: the name of its account, or None for one that is unknown, used or over."""
        ...

    async def open_session(self, session: Session) -> None:
        """Stores a session."""
        ...

    async def end_session(self, digest: str, actor: str, now: datetime) -> bool:
        """Ends a session at once; False when there is none."""
        ...

    async def add_token(self, token: ApiToken, actor: str) -> None:
        """Stores a key."""
        ...

    async def end_token(self, digest: str, actor: str, now: datetime) -> bool:
        """Ends a key at once; False when there is none."""
        ...

    async def used(self, digest: str, now: datetime) -> None:
        """Remembers when a key was used, to within five minutes."""
        ...

    async def keep_view(self, person: str, name: str, query: str) -> int:
        """Stores a view under its name, in place of one that had it; its number."""
        ...

    async def drop_view(self, person: str, number: int) -> bool:
        """Forgets a person's view; False when it is not theirs."""
        ...


class AlertQueries(Protocol):
    """What digests, reports and commands about alerts ask; a part of Queries."""

    def delivery(self, number: int) -> DeliveryView | None:
        """One delivery without its attempts, or None."""
        ...

    def owed(self, hit: int) -> set[tuple[str, str]]:
        """The (channel, recipient) that another version of the hit's item owes the same topic."""
        ...

    def mutes(self, now: datetime) -> list[MuteView]:
        """The silences in force, those that end first at the top."""
        ...

    def messages(self, numbers: Sequence[str]) -> list[MessageView]:
        """The messages of these ids, by channel and recipient."""
        ...

    def channel_states(self, now: datetime) -> list[ChannelState]:
        """Every recipient that a message was ever made for, by channel."""
        ...

    def hit_counts(self, since: datetime) -> list[HitCount]:
        """How many hits of each topic, term, source and verdict since then."""
        ...

    def judged(self, since: datetime) -> list[Judged]:
        """Hits since then that people ruled on, each with its latest ruling, newest hit first. Restored counts as right."""
        ...

    def ruled_on(self, hit: int) -> list[tuple[str, str, datetime]]:
        """(kind, actor, time) of each ruling on a hit, oldest first."""
        ...

    def overview(self, since: datetime, now: datetime) -> Overview:
        """What happened since then, and how things stand now."""
        ...


class DeskQueries(Protocol):
    """What operators and auditors ask in the console; a part of Queries."""

    def log(self, wanted: LogFilter, limit: int) -> list[AuditView]:
        """Entries of the log that fit, newest first."""
        ...

    def log_words(self) -> tuple[list[str], list[str]]:
        """All kinds of entries and all actors there are, sorted."""
        ...

    def file_edits(self, name: str, limit: int = 500) -> list[FileEdit]:
        """The versions of a watchlist file that came into force, the newest first."""
        ...

    def file_content(self, sha256: str) -> bytes | None:
        """The bytes of a watchlist file that was once in force, or None."""
        ...

    def heads(self, limit: int) -> tuple[int, list[SignedHead]]:
        """How many signed heads the log has, and the newest of them, newest first."""
        ...

    def finds(self, since: datetime) -> list[Finds]:
        """Alerts and reviews since then by source and day (UTC)."""
        ...


class HitQueries(Protocol):
    """What the console's lists and charts ask of hits; a part of Queries."""

    def count_up_to(self, wanted: HitFilter, most: int) -> int:
        """How many hits the filter lets through, counted up to `most`: quick in a store of any size."""
        ...

    def hit_days(self, since: date) -> list[HitDay]:
        """Hits by day (UTC), topic and verdict since then, today's included."""
        ...

    def arrived(self, after: int, limit: int) -> list[Arrival]:
        """The first hits with a number above that one, in order."""
        ...

    def newest_hit(self) -> int:
        """The number of the newest hit, 0 before there is one."""
        ...

    def entry_of(self, hit: int) -> int | None:
        """The number of the log's entry that commits to a hit, None where it is not found."""
        ...


class Queries(AlertQueries, DeskQueries, HitQueries, Protocol):
    """Reads, each one question; safe from any thread, never blocks the writer."""

    def known(self, source: str, pairs: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
        """Which (place, text_hash) of a source are stored already."""
        ...

    def sight(self, source: str) -> str | None:
        """What a source showed at its last changed poll, as `pipeline.sight` stored it."""
        ...

    def candidates(self, source: str, prepared: Prepared, now: datetime) -> list[Candidate]:
        """Stored versions that may be the same (at most 12, most keys in common first), texts included."""
        ...

    def hits(self, wanted: HitFilter, limit: int | None = None, offset: int = 0) -> Iterator[HitView]:
        """Hits, newest first; all of them without a limit."""
        ...

    def count_hits(self, wanted: HitFilter) -> int:
        """How many hits the filter lets through."""
        ...

    def hit(self, number: int) -> HitView | None:
        """One hit, or None."""
        ...

    def version(self, number: int) -> VersionView | None:
        """One version with its text, or None."""
        ...

    def versions_of_item(self, item: int) -> list[VersionView]:
        """All versions of an item, oldest first."""
        ...

    def deliveries(
        self, hit: int | None = None, states: Sequence[str] = (), channel: str = ""
    ) -> Iterator[DeliveryView]:
        """Deliveries with their attempts, newest first; empty means all."""
        ...

    def sources(self) -> list[SourceHealth]:
        """All sources, those in trouble first."""
        ...

    def source_days(self, since: date) -> list[SourceDay]:
        """The days of all sources since then."""
        ...

    def tally(self, since: datetime | None = None) -> Tally:
        """Counts for a start page and a summary."""
        ...

    def audit(self, after: int = 0, limit: int | None = None) -> Iterator[AuditView]:
        """Entries of the log in order."""
        ...

    def verify(self) -> Verification:
        """Walks the chain, recomputes every commitment and reconciles hits and deliveries with entries."""
        ...

    def copies(self, version: int) -> list[KeptCopy]:
        """The kept copies of a version, the newest first."""
        ...

    def signed_head(self) -> str | None:
        """The newest signed head of the log, a C2SP note of a few lines; None before there is one.

        Whoever sends something out puts it below: each copy outside is an anchor that the log must agree with.
        """
        ...

    def current_files(self) -> dict[str, bytes]:
        """The watchlist files in force, by name: the last good version of each."""
        ...

    def close(self) -> None:
        """Ends the readers' connections."""
        ...


class Archive(Protocol):
    """The texts that were stored, with a hit and without; reads only, safe from any thread."""

    def count(self, since: datetime | None) -> tuple[int, int]:
        """(versions first seen since then whose text is there, those whose text is gone)."""
        ...

    def texts(self, since: datetime | None) -> Iterator[Sequence[StoredText]]:
        """All stored texts since then in batches of some hundred kilobytes, the newest first."""
        ...

    def text(self, version: int) -> StoredText | None:
        """The stored text of one version; None when there is none, or it is gone."""
        ...

    def verdicts(self, versions: Sequence[int]) -> dict[tuple[int, str], tuple[int, str, bool]]:
        """(version, topic) → (hit, verdict, page furniture) of the latest stored judgement on each."""
        ...


class Comparer(Protocol):
    """Where stored texts are judged again under two rulesets: child processes, as for reading."""

    async def compare(self, texts: Sequence[StoredText]) -> Comparison:
        """Where the two rulesets differ. Raises ChildDied, then fewer texts at once may do."""
        ...


class LateHits(Protocol):
    """Records hits on versions that are stored already, or whose telling waits for the end of a longer round."""

    async def record(self, intent: LateIntent) -> Applied:
        """Stores the hits of one version with their entry; those that stand already are left out.

        With `unjudged` candidates in the answer nothing was stored: judge them and come again.
        """
        ...

    async def end(self, run: str, now: datetime, note: AuditNote | None = None) -> int:
        """Ends a round: its hits are owed with the next `assemble`, as one summary for each recipient. Returns how many."""
        ...


class Imports(Protocol):
    """Where pieces of archives are stored with what became of them."""

    def done(self, source: str, pieces: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
        """Which (place, digest) an earlier import of this source brought to an end already."""
        ...

    async def add(self, intent: PollIntent, run: str, entry: ImportEntry) -> Applied:
        """Stores a piece as any poll's, with its entry; owed to nobody before the round ends (never, without a run).

        With `unjudged` candidates in the answer nothing was stored: judge them and come again.
        """
        ...

    async def tidy(self) -> None:
        """Asked now and then in a long import: keeps what the database writes ahead from growing without end."""
        ...

    async def skip(self, entry: ImportEntry) -> None:
        """Stores that a piece was broken."""
        ...

    async def end(self, run: str, now: datetime, note: AuditNote | None = None) -> int:
        """Ends a round, as `LateHits.end`."""
        ...
