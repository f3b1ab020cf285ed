"""plan: what is in force, put together from the watchlists?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from .delivery import Routing
from .errors import Problem
from .source import Source
from .topic import Ruleset


@dataclass(frozen=True, slots=True)
class Plan:
    """The ruleset, the sources and the channels in force, and the files they come from.

    `refused` are the problems of edits that are not in force: the last good version of their file is.
    """

    ruleset: Ruleset
    canonical: str
    sources: tuple[Source, ...] = ()
    routing: Routing = field(default_factory=Routing)
    files: Mapping[str, bytes] = field(default_factory=dict)
    refused: tuple[Problem, ...] = ()
    example: tuple[str, str] | None = None  # a topic and a text that it must match, for canaries


@dataclass(frozen=True, slots=True)
class WaitingEdit:
    """An edit that takes so much away that it waits for a person; `digest` is that of all its files together."""

    digest: str
    why: tuple[str, ...]
    topics: tuple[str, ...] = ()  # that it drops
    sources: tuple[str, ...] = ()
    since: datetime | None = None
