"""parts: which plugs go into which sockets, under which limits?"""

from __future__ import annotations

import os
import secrets
import socket
from datetime import timedelta
from typing import TYPE_CHECKING

from ..domain.secret import Secret

if TYPE_CHECKING:
    from ..adapters.evidence import WarcEvidence
    from ..adapters.folder import Places
    from ..adapters.http import HttpFetcher
    from ..adapters.notifier import Senders
    from ..adapters.process import ChildLimits
    from ..adapters.sql import SqlQueries, SqlStore
    from ..config.settings import Settings
    from ..ports import ReadingRoom
    from ..turns import Desk, Limits


def child_limits(settings: Settings) -> ChildLimits:
    """What one question to a reading child may cost."""
    from ..adapters.process import ChildLimits

    child = settings.child
    return ChildLimits(
        cpu=child.cpu, wall=child.wall, memory=child.memory, text=child.text, bodies=child.bodies, rss=child.keep
    )


def limits_of(settings: Settings) -> Limits:
    """What the turns may do at once."""
    from ..pipeline.retry import Policy
    from ..turns import Limits

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
    from ..adapters.clock import SystemClock
    from ..adapters.http import HttpFetcher

    return HttpFetcher(
        settings.agent, settings.allow_private, settings.host_pace, SystemClock(), robots=settings.fetch.robots,
        spool=settings.state if settings.state.is_dir() else None,
    )  # fmt: skip


def places(settings: Settings) -> Places:
    """The fetcher of all that is watched: the web, and folders of this machine."""
    from ..adapters.clock import SystemClock
    from ..adapters.folder import Folders, Places

    return Places(fetcher(settings), Folders(SystemClock()))


def senders(settings: Settings, key: bytes | None = None) -> Senders:
    """The notifier, with the patience of the settings; channels come with the plan. `key` signs the links of its mails."""
    from ..adapters.notifier import Senders, channel_kinds
    from ..adapters.smtp import Patience

    mail = settings.smtp
    patience = Patience(connect=mail.connect, reply=mail.command, before=4 * mail.command, final=mail.final)
    signing = Secret(key.hex()) if key is not None else None
    return Senders({}, settings.console_base, channel_kinds(patience), settings.rates, signing)


def desk_for(settings: Settings, store: SqlStore, queries: SqlQueries, room: ReadingRoom, ruleset: str = "") -> Desk:
    """What turns need at hand, under the limits of the settings."""
    from ..adapters.clock import SystemClock
    from ..turns import Desk

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
    from ..adapters.evidence import WarcEvidence

    return WarcEvidence(settings.evidence, settings.agent)
