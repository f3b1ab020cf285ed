"""bench: what is at hand for operators and auditors, and what does a watchlist file say while it is being written?"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from ...config.watchlists import DEFAULT_KINDS, Folder, digest_of, load_files
from ...config.watchlists.examples import failure
from ...config.watchlists.nodes import Node, Notes, parse
from ...config.watchlists.reading import FileReading, Scope, read_file
from ...config.watchlists.ruleset import ruleset
from ...domain.archive import Preview
from ...domain.audit import Verification
from ...domain.delivery import Channel
from ...domain.errors import Problem
from ...domain.hit import HitDraft, Verdict
from ...domain.plan import WaitingEdit
from ...domain.rates import Rates
from ...domain.source import Source
from ...domain.topic import Topic
from ...pipeline.match import Text, compile_ruleset, hits
from ...ports import Notifier
from .files import Files
from .jobs import Jobs, Tell

MOST_CHECKED = 50


@dataclass(frozen=True)
class Example:
    """One example that was run: whether it holds, where the match stands in it, and what happened in words."""

    topic: str
    text: str
    wanted: bool
    line: int
    holds: bool
    told: str
    start: int = 0
    end: int = 0
    verdict: str = ""


@dataclass(frozen=True)
class Checked:
    """What one file says, with all its problems and examples; `elsewhere` are errors that it brings to other files."""

    problems: tuple[Problem, ...] = ()
    elsewhere: tuple[Problem, ...] = ()
    topics: tuple[Topic, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict)  # topic, source -> line
    sources: tuple[Source, ...] = ()
    examples: tuple[Example, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that keep it from being saved, here first."""
        return tuple(problem for problem in (*self.problems, *self.elsewhere) if not problem.warning)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """The problems that keep nothing from being saved."""
        return tuple(problem for problem in self.problems if problem.warning)


@dataclass(frozen=True)
class Exported:
    """An export of the log, ready to be fetched."""

    path: Path
    entries: int
    rows: int
    size: int


class WaitingEdits(Protocol):
    """The edit that waits for a person."""

    def waiting(self) -> WaitingEdit | None:
        """The edit that waits, or None."""
        ...

    async def accept(self, edit: WaitingEdit, actor: str, why: str, now: datetime) -> None:
        """A person accepts it."""
        ...


class Checks:
    """What files say, remembered while nothing changes: running all examples takes a second."""

    def __init__(self, environ: Mapping[str, str] | None = None, schemes: frozenset[str] = frozenset()) -> None:
        self._environ = environ or {}
        self._schemes = schemes
        self._known: dict[tuple[str, str, str], Checked] = {}

    def of(self, name: str, content: bytes, on_disk: Folder) -> Checked:
        """What the folder would say with this text in it. Takes a second at first: ask in a thread."""
        key = (name, hashlib.sha256(content).hexdigest(), digest_of(on_disk.files))
        if key not in self._known:
            while len(self._known) >= MOST_CHECKED:
                self._known.pop(next(iter(self._known)), None)
            self._known[key] = check(name, content, on_disk, self._environ, self._schemes)
        return self._known[key]


@dataclass
class Workshop:
    """What the console's pages for operators work with. Built beside the service; a console without one only shows."""

    files: Files
    edits: WaitingEdits
    notifier: Notifier
    channels: Callable[[], Sequence[Channel]]  # in force
    preview: Callable[[str, bytes, datetime | None, Tell], Awaitable[Preview]]
    try_address: Callable[[str, str], Awaitable[Mapping[str, Any]]]  # address, kind
    add_source: Callable[[str, str], str]  # text of a file, suggestion: the text with it. Raises MonitorError
    verify: Callable[[Tell], Verification]  # blocking
    export: Callable[[Path, bool, bool, str, Tell], Awaitable[Exported]]  # folder, texts, copies, actor
    room: Path  # where exports lie until they are fetched
    environ: Mapping[str, str]
    schemes: frozenset[str]
    base: str = ""  # address of the console, for messages
    rates: Rates | None = None
    jobs: Jobs = field(default_factory=Jobs)
    _known: tuple[str, tuple[Problem, ...]] | None = None

    def __post_init__(self) -> None:
        self.checks = Checks(self.environ, self.schemes)

    def problems(self, on_disk: Folder) -> tuple[Problem, ...]:
        """The problems of the folder as it lies there; remembered until a file changes."""
        key = digest_of(on_disk.files) + repr(sorted(on_disk.unreadable.items()))
        if self._known is None or self._known[0] != key:
            loaded = load_files(on_disk.files, environ=self.environ, schemes=self.schemes, folder=on_disk)
            self._known = key, loaded.problems
        return self._known[1]


def check(
    name: str, content: bytes, on_disk: Folder, environ: Mapping[str, str], schemes: frozenset[str] = frozenset()
) -> Checked:
    """What a file says, its problems among the others of its folder, and its examples run by the real matcher."""
    files = {**on_disk.files, name: content}
    folder = Folder(on_disk.path, files, {one: why for one, why in on_disk.unreadable.items() if one != name})
    loaded = load_files(files, environ=environ, schemes=schemes, folder=folder)
    shown = str(folder.path / name)
    reading = read_file(name, shown, content, Scope(DEFAULT_KINDS, None))
    before = {(one.file, one.message) for one in load_others(on_disk, name, environ, schemes)}
    return Checked(
        problems=(*(one for one in loaded.problems if one.file == shown), *_reaches(shown, content, on_disk, name)),
        elsewhere=tuple(
            one
            for one in loaded.problems
            if one.file != shown and not one.warning and (one.file, one.message) not in before
        ),
        topics=tuple(one.topic for one in reading.topics),
        lines={
            **{one.topic.key: one.node.line for one in reading.topics},
            **{one.source.key: one.node.line for one in reading.sources},
        },
        sources=tuple(one.source for one in reading.sources),
        examples=tuple(_examples(reading)),
    )


def load_others(on_disk: Folder, name: str, environ: Mapping[str, str], schemes: frozenset[str]) -> tuple[Problem, ...]:
    """The errors that other files have already, whatever stands in this one."""
    loaded = load_files(on_disk.files, environ=environ, schemes=schemes, folder=on_disk, check_examples=False)
    return tuple(one for one in loaded.errors if one.file != str(on_disk.path / name))


def _reaches(shown: str, content: bytes, on_disk: Folder, name: str) -> list[Problem]:
    """Files and folders of this machine that the text names and the file on the disk does not.

    Who may edit here need not be who may read the machine: such things are written into the file itself.
    """
    known = {told for _, told in _of_this_machine(on_disk.files.get(name, b""))}
    return [
        Problem(
            shown, node.line, node.column,
            f"{told} is of the machine that the service runs on: such a line is written in the folder, not here",
        )
        for node, told in _of_this_machine(content)
        if told not in known
    ]  # fmt: skip


def _of_this_machine(content: bytes) -> list[tuple[Node, str]]:
    root = parse(content, Notes("")) if content else None
    found = []
    for section, value in root.pairs if root is not None else ():
        for item in value.items:
            for key, one in item.pairs:
                place, told = (section.text, key.text), one.text.strip()
                if place == ("sources", "folder") or (place == ("channels", "url") and told.startswith("file:")):
                    found.append((one, told))
    return found


def _examples(reading: FileReading) -> list[Example]:
    if not any(topic.examples for topic in reading.topics):
        return []
    compiled = compile_ruleset(ruleset([one.topic for one in reading.topics], "examples")[0])
    found = []
    for topic in reading.topics:
        for example in topic.examples:
            given = hits(Text("", example.text), compiled)
            wrong = failure(example, given)
            hit = next((one for one in given if one.topic == example.topic), None)
            match = hit.matches[0] if hit is not None and hit.matches else None
            found.append(
                Example(
                    example.topic, example.text, example.wanted, example.node.line, wrong is None,
                    _told(hit, example.wanted), match.start if match else 0, match.end if match else 0,
                    hit.verdict.value if hit else "",
                )
            )  # fmt: skip
    return found


def _told(hit: HitDraft | None, wanted: bool) -> str:
    """What the matcher made of an example, in words."""
    must = "" if wanted == (hit is not None and hit.verdict is Verdict.ALERT) else _must(wanted)
    if hit is None:
        return must + "no term of it stands here"
    match = hit.matches[0] if hit.matches else None
    how = {"alert": "gives an alert", "review": "to review only", "suppressed": "suppressed"}[hit.verdict.value]
    by = f", by the term {match.term}" if match else ""
    form = f" ({match.form})" if match and match.form != "exact" else ""
    why = "; ".join(hit.reasons) or (match.reason if match else "")
    return f"{must}{how}{by}{form}" + (f": {why}" if why else "")


def _must(wanted: bool) -> str:
    return "must match; " if wanted else "must not match; "
