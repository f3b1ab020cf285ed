"""wiring: Settings in, App out. Here, and only here, plugs meet sockets."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from .domain.delivery import Routing
from .domain.errors import SettingsError, StoreError, WatchlistError
from .domain.plan import Plan, WaitingEdit
from .domain.secret import Secret
from .domain.topic import Ruleset

if TYPE_CHECKING:
    from .adapters.evidence import WarcEvidence
    from .adapters.folder import Places
    from .adapters.http import HttpFetcher
    from .adapters.notifier import Senders
    from .adapters.process import ChildLimits, ChildRoom
    from .adapters.signing import Signer
    from .adapters.sql import SqlPeople, SqlQueries, SqlStore
    from .adapters.sql.edits import SqlEdits
    from .adapters.sql.keeping import SqlKeeping
    from .adapters.sql.verify import Trust
    from .config.settings import Settings
    from .config.watchlists import Loaded
    from .domain.archive import Preview, Retention
    from .ports import ReadingRoom
    from .turns import Desk, Limits, Service
    from .turns.preview import Tell

log = structlog.get_logger()
SEAL_EVERY = 300  # seconds
RETAIN_EVERY = 86_400
READER_VERSION = "1"  # of extractors and kinds; raise it when what is read from the same bytes changes


@dataclass
class App:
    """The parts of a running service, put together."""

    settings: Settings
    store: SqlStore
    queries: SqlQueries
    people: SqlPeople
    service: Service

    async def abandon(self) -> None:
        """Ends what was begun when the service itself could not: children, connections, the database."""
        desk = self.service.desk
        for part in (desk.room, desk.notifier, desk.fetcher):
            await part.close()
        if not self.store.writer.closed:
            await self.store.close()


class FolderWatchlists:
    """The watchlist folder as the service's plan; implements `ports.Watchlists`."""

    def __init__(
        self, settings: Settings, environ: Mapping[str, str] | None = None, edits: SqlEdits | None = None
    ) -> None:
        self._settings = settings
        self.environ = self._environ = os.environ if environ is None else environ
        self._edits = edits
        self._seen: Mapping[str, bytes] | None = None
        self._waits: WaitingEdit | None = None
        self.folder = settings.watchlists

    async def changed(self, last_good: Mapping[str, bytes]) -> Plan | None:
        """The plan when a file is another than at the last call. Raises WatchlistError when nothing can be in force.

        An edit that takes much away waits: what was in force stays so until a person accepts it.
        """
        before, first = self._waits, self._seen is None
        plan = await asyncio.to_thread(self._changed, last_good)
        if self._edits is not None and (first or self._waits != before):
            await self._edits.wait(self._waits, datetime.now(UTC))
        if self._waits is not None and self._waits != before:
            log.warning("watchlist edit waits", why=self._waits.why, accept_by="monitor watchlist apply")
        return plan

    def _changed(self, last_good: Mapping[str, bytes]) -> Plan | None:
        from .config.watchlists import merge_last_good, must_wait, read_folder

        try:
            folder = read_folder(self.folder)
        except SettingsError:
            if not last_good:
                raise
            if self._seen is not None:
                return None
            raise
        if self._seen is not None and dict(folder.files) == dict(self._seen) and not self._is_accepted():
            return None
        first = self._seen is None
        accepted = dict(folder.files) == dict(
            last_good
        )  # then the examples held already, under this version or another
        loaded = merge_last_good(
            folder.files, last_good, environ=self._environ, schemes=self._settings.schemes, folder=folder,
            check_examples=not accepted,
        )  # fmt: skip
        self._seen = dict(folder.files)
        errors = tuple(problem for problem in loaded.problems if not problem.warning)
        if errors and first and not loaded.topics and not loaded.sources:
            raise WatchlistError(errors)
        edits = self._edits
        self._waits = must_wait(loaded, last_good, edits.accepted(), edits.recent_hits) if edits else None
        if self._waits is None:
            return plan_of(loaded, self._settings)
        if not first:
            return None
        return plan_of(
            merge_last_good(
                last_good, last_good, environ=self._environ, schemes=self._settings.schemes, check_examples=False
            ),
            self._settings,
        )

    def _is_accepted(self) -> bool:
        return self._edits is not None and self._waits is not None and self._edits.accepted() == self._waits.digest


def edit_on_disk(settings: Settings, last_good: Mapping[str, bytes], edits: SqlEdits) -> WaitingEdit | None:
    """The edit that the folder of the settings would wait with, were the service to look now; None when it need not wait."""
    from .config.watchlists import merge_last_good, must_wait, read_folder

    folder = read_folder(settings.watchlists)
    loaded = merge_last_good(folder.files, last_good, schemes=settings.schemes, folder=folder)
    return must_wait(loaded, last_good, edits.accepted(), edits.recent_hits)


def plan_of(loaded: Loaded, settings: Settings) -> Plan:
    """The plan that the good files make."""
    from .config.watchlists import ruleset

    rules, canonical = ruleset(loaded.topics, reader_version())
    routing = Routing(
        channels=tuple(loaded.channels),
        severities={topic.key: topic.severity.value for topic in loaded.topics},
        budget=settings.alert_budget,
    )
    good = loaded.good_files
    refused = tuple(problem for problem in loaded.problems if not problem.warning)
    example = next(((topic.key, topic.must_match[0]) for topic in loaded.topics if topic.must_match), None)
    return Plan(rules, canonical, tuple(loaded.sources), routing, good, refused, example=example)


def reader_version() -> str:
    """What makes the same bytes read and judged alike: the folding table, the matcher's rules, the extractors."""
    from .pipeline.match import TABLE_VERSION

    return f"{TABLE_VERSION}+{READER_VERSION}"


def topics_only(path: Path) -> Ruleset:
    """The ruleset of a folder or file for `match`, `read` and `compare`: no channel's secret is asked for."""
    from .config.watchlists import load_folder, ruleset

    loaded = load_folder(path, check_examples=False, channels=False, sources=False)
    if not loaded.ok:
        raise WatchlistError(tuple(problem for problem in loaded.problems if not problem.warning))
    return ruleset(loaded.topics, reader_version())[0]


def edited(settings: Settings, last_good: Mapping[str, bytes], path: Path) -> tuple[Ruleset, Ruleset]:
    """The rulesets before and after an edit: a folder stands for all files, one file for that of its name.

    Before is what was last in force; where nothing ever was, the folder of the settings. Raises WatchlistError with
    the problems of the edit, SettingsError when there is no such file.
    """
    from .config.watchlists import Folder, load_files, read_folder, ruleset

    now = dict(last_good) or dict(read_folder(settings.watchlists).files)
    given = read_folder(path)
    after = dict(given.files) if path.is_dir() else now | dict(given.files)
    loaded = load_files(after, channels=False, sources=False, folder=Folder(given.path, given.files, given.unreadable))
    if not loaded.ok:
        raise WatchlistError(loaded.errors)
    before = load_files(now, channels=False, sources=False, check_examples=False)
    return ruleset(before.topics, reader_version())[0], ruleset(loaded.topics, reader_version())[0]


def in_force(settings: Settings, last_good: Mapping[str, bytes]) -> tuple[Ruleset, str]:
    """The ruleset of the files that were last accepted (of the folder, where none ever was) and its canonical JSON."""
    from .config.watchlists import load_files, read_folder, ruleset

    files = dict(last_good) or dict(read_folder(settings.watchlists).files)
    loaded = load_files(files, channels=False, sources=False, check_examples=False)
    return ruleset(loaded.topics, reader_version())


@asynccontextmanager
async def comparing(
    settings: Settings, before: Ruleset | None, after: Ruleset, key: bytes = b"no fingerprints"
) -> AsyncIterator[ChildRoom]:
    """Child processes that judge stored texts under two rulesets; ended when the block is left."""
    from .adapters.clock import SystemClock
    from .adapters.process import ChildRoom

    room = ChildRoom(SystemClock(), key, settings.child.count, child_limits(settings), before)
    try:
        await room.use(after)
        yield room
    finally:
        await room.close()


async def preview_edit(
    settings: Settings, queries: SqlQueries, path: Path, since: datetime | None, tell: Tell | None = None
) -> Preview:
    """What an edit would have caught and lost over the stored texts since then. Raises WatchlistError, SettingsError."""
    from .adapters.sql.texts import SqlArchive
    from .turns.preview import preview

    last_good = await asyncio.to_thread(queries.current_files)
    before, after = await asyncio.to_thread(edited, settings, last_good, path)
    async with comparing(settings, before, after) as room:
        return await preview(SqlArchive(queries.database), room, since, tell)


def open_store(settings: Settings) -> tuple[SqlStore, SqlQueries]:
    """The store, created or upgraded. Raises StoreError."""
    from .adapters import signing
    from .adapters.sql import SqlQueries, SqlStore, open_database

    database = open_database(settings.database.reveal())
    queries = SqlQueries(database)
    store = SqlStore(database, queries)
    store.writer.signer = signing.load(settings.keys)
    queries.trust = trust_of(settings, store.writer.signer)
    return store, queries


def trust_of(settings: Settings, signer: Signer | None) -> Trust:
    """What the log of this installation is held against: its key, the heads that went out to files, the kept copies."""
    from .adapters import anchors
    from .adapters.sql.verify import Trust

    to = anchors.target(settings.audit_to)
    outside = (to.file,) if to is not None and to.file is not None else ()
    return Trust(signer, (), (settings.state / anchors.FILE, *outside), settings.evidence)


def seal(settings: Settings, store: SqlStore, queries: SqlQueries, service: Service) -> None:
    """Has heads of the log signed and carried outside: as they are made, and every five minutes. Raises SettingsError."""
    from .adapters import anchors, signing
    from .domain.audit import AuditNote
    from .pipeline.route import Every
    from .turns.duties import Duty

    desk = service.desk
    store.writer.signer = signing.load_or_make(settings.keys)
    queries.trust = trust_of(settings, store.writer.signer)

    async def tell(kind: str, what: str) -> None:
        await store.note([AuditNote(kind, "monitor", desk.now(), {"what": what})])

    courier = anchors.Anchors(
        settings.state / anchors.FILE, anchors.target(settings.audit_to), queries, lambda: desk.routing.channels,
        desk.notifier, tell,
    )  # fmt: skip
    store.writer.on_sealed = lambda: courier.ring(desk.now)

    async def work(now: datetime) -> None:
        await store.seal(now)
        await courier.carry(now)

    service.duties.append(Duty("seal", Every(SEAL_EVERY), work))
    service.endings.append(work)  # what was logged last is sealed too


def upgrade_database(settings: Settings) -> tuple[str | None, str]:
    """Brings the schema to the newest revision; (before, after). Raises StoreError."""
    from storage.engine import Database, DatabaseError
    from storage.migrate import upgrade

    try:
        database = Database(settings.database.reveal())
        revisions = upgrade(database)
        database.close()
    except DatabaseError as error:
        raise StoreError(str(error)) from error
    return revisions


def restore_database(settings: Settings, copy: Path) -> Path | None:
    """Puts a safety copy in the SQLite file's place; returns where the present file is kept. Raises StoreError."""
    from storage.engine import Database, DatabaseError

    try:
        database = Database(settings.database.reveal())
        if not database.is_sqlite:
            raise StoreError("this is PostgreSQL: use pg_restore")
        database.hold("restore")
        kept = database.restore(copy)
        database.close()
    except DatabaseError as error:
        raise StoreError(str(error)) from error
    return kept


def check_database(settings: Settings) -> list[str]:
    """What keeps the database from being opened; empty when it opens. For `monitor check`."""
    try:
        store, queries = open_store(settings)
    except StoreError as error:
        return [str(error)]
    from .adapters.sql.edits import SqlEdits

    waiting = SqlEdits(store.database, store.writer).waiting()
    queries.close()
    store.database.close()
    words = "warning: a watchlist edit waits for `monitor watchlist apply`, the last good version is in force"
    told = [f"{words}: {'; '.join(waiting.why)}"] if waiting else []
    return told + anchors_out_of_reach(settings)


def anchors_out_of_reach(settings: Settings) -> list[str]:
    """A warning when the file of MONITOR_AUDIT_TO cannot be written."""
    from .adapters.anchors import target

    to = target(settings.audit_to)
    if to is None or to.file is None:
        return []
    place = to.file if to.file.exists() else next(one for one in to.file.absolute().parents if one.exists())
    if place.is_dir() != (place == to.file) and os.access(place, os.W_OK):
        return []
    return [f"warning: MONITOR_AUDIT_TO: {place} cannot be written: signed heads of the audit log will not get out there"]


def policy_of(settings: Settings) -> Retention:
    """How long texts and copies are kept."""
    from .domain.archive import Retention

    keep = settings.keep
    return Retention(timedelta(days=keep.unmatched_days), timedelta(days=keep.matched_days), keep.budget)


def keeping(settings: Settings, store: SqlStore) -> SqlKeeping:
    """Who takes away what is past its time or to be erased."""
    from functools import partial

    from .adapters.blanking import blank
    from .adapters.sql.keeping import SqlKeeping

    return SqlKeeping(store.database, store.writer, policy_of(settings), partial(blank, settings.evidence))


def retain(settings: Settings, store: SqlStore, service: Service) -> None:
    """Has the service take away once a day what is past its time."""
    from .pipeline.route import Every
    from .turns.duties import Duty

    keeper = keeping(settings, store)
    store.retention = keeper.policy

    async def work(now: datetime) -> None:
        await keeper.retain(now)

    service.duties.append(Duty("retention", Every(RETAIN_EVERY), work))


def child_limits(settings: Settings) -> ChildLimits:
    """What one question to a reading child may cost."""
    from .adapters.process import ChildLimits

    child = settings.child
    return ChildLimits(
        cpu=child.cpu, wall=child.wall, memory=child.memory, text=child.text, bodies=child.bodies, rss=child.keep
    )


def limits_of(settings: Settings) -> Limits:
    """What the turns may do at once."""
    from .pipeline.retry import Policy
    from .turns import Limits

    return Limits(
        in_flight=settings.fetch.connections,
        lease=settings.lease,
        pace=settings.host_pace,
        body=settings.fetch.cap,
        deadline=settings.fetch.deadline,
        retry=Policy(
            timedelta(seconds=settings.retry.first),
            timedelta(seconds=settings.retry.cap),
            timedelta(seconds=settings.retry.total),
        ),
    )


def fetcher(settings: Settings) -> HttpFetcher:
    """The fetcher that really goes out."""
    from .adapters.clock import SystemClock
    from .adapters.http import HttpFetcher

    return HttpFetcher(
        settings.agent, settings.allow_private, settings.host_pace, SystemClock(), robots=settings.fetch.robots
    )


def places(settings: Settings) -> Places:
    """The fetcher of all that is watched: the web, and folders of this machine."""
    from .adapters.clock import SystemClock
    from .adapters.folder import Folders, Places

    return Places(fetcher(settings), Folders(SystemClock()))


def senders(settings: Settings, key: bytes | None = None) -> Senders:
    """The notifier, with the patience of the settings; channels come with the plan. `key` signs the links of its mails."""
    from .adapters.notifier import Senders, channel_kinds
    from .adapters.smtp import Patience

    mail = settings.smtp
    patience = Patience(connect=mail.connect, reply=mail.command, before=4 * mail.command, final=mail.final)
    signing = Secret(key.hex()) if key is not None else None
    return Senders({}, settings.console_base, channel_kinds(patience), settings.rates, signing)


def desk_for(settings: Settings, store: SqlStore, queries: SqlQueries, room: ReadingRoom, ruleset: str = "") -> Desk:
    """What turns need at hand, under the limits of the settings."""
    from .adapters.clock import SystemClock
    from .turns import Desk

    return Desk(
        clock=SystemClock(),
        fetcher=places(settings),
        room=room,
        notifier=senders(settings),
        store=store,
        queries=queries,
        worker=f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}",
        limits=limits_of(settings),
        ruleset=ruleset,
        evidence=evidence(settings),
    )


def evidence(settings: Settings) -> WarcEvidence:
    """The folder of kept copies."""
    from .adapters.evidence import WarcEvidence

    return WarcEvidence(settings.evidence, settings.agent)


async def build(settings: Settings, environ: Mapping[str, str] | None = None) -> App:
    """All parts of the service, connected; nothing runs yet. Raises StoreError."""
    from .adapters.beat import beat
    from .adapters.clock import SystemClock
    from .adapters.process import ChildRoom
    from .adapters.sql import SqlPeople
    from .adapters.sql.edits import SqlEdits
    from .turns import Service
    from .turns.heartbeat import heartbeat

    store, queries = await asyncio.to_thread(open_store, settings)
    clock = SystemClock()
    room = ChildRoom(clock, await store.fingerprint_key(), settings.child.count, child_limits(settings))
    desk = desk_for(settings, store, queries, room)
    desk.notifier = senders(settings, await store.feedback_key())
    state = store.database.path.parent if store.database.is_sqlite else None
    people = SqlPeople(store.database, store.writer)
    edits = SqlEdits(store.database, store.writer)
    service = Service(desk, FolderWatchlists(settings, environ, edits), state)
    seal(settings, store, queries, service)
    retain(settings, store, service)
    if settings.heartbeat_url is not None:
        service.duties.append(heartbeat(desk, int(settings.heartbeat_every), partial(beat, settings.heartbeat_url)))
    await mend(settings, store, queries, desk)
    return App(settings, store, queries, people, service)


async def mend(settings: Settings, store: SqlStore, queries: SqlQueries, desk: Desk) -> None:
    """Cuts half-written records off the kept copies, and tells what is missing."""
    from .domain.audit import AuditNote

    for problem in await asyncio.to_thread(evidence(settings).mend, await asyncio.to_thread(queries.copies_end)):
        structlog.get_logger().error("kept copies", problem=problem)
        await store.note([AuditNote("evidence mended", "monitor", desk.now(), {"what": problem})])


def configure_logging(level: str = "info", form: str = "auto") -> None:
    """One event a line on stderr: JSON in services, for people on a terminal. Content cannot forge lines."""
    people = form == "text" or (form == "auto" and sys.stderr.isatty())
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if people
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    tracebacks = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)  # locals may hold secrets and bodies
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *([] if people else [structlog.processors.ExceptionRenderer(tracebacks)]),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
    for name in ("apprise", "apscheduler", "aiohttp", "uvicorn", "trafilatura", "asyncio"):
        logging.getLogger(name).setLevel(logging.ERROR)
