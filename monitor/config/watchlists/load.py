"""load: what do the watchlist files say together, and which of them can be used?"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from ...domain.delivery import Channel
from ...domain.errors import Problem, SettingsError
from ...domain.source import Source
from ...domain.topic import Topic
from .channels import Surroundings
from .doubles import warn_of_doubles
from .examples import try_topics
from .fields import did_you_mean
from .kinds import DEFAULT_KINDS, SourceKindSpec
from .nodes import MAX_BYTES, Node, Notes, show
from .reading import FileReading, Scope, read_file, unreadable
from .services import DEFAULT_SCHEMES

MAX_FILES = 1_000


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a set of watchlist files says. Topics, sources and channels are those of good files only.

    `files` are the bytes of all files by name, `bad` the names of those with errors, `replaced` those of
    which the last good version is in force, `variables` the environment variables that channels name.
    """

    topics: tuple[Topic, ...] = ()
    sources: tuple[Source, ...] = ()
    channels: tuple[Channel, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    bad: frozenset[str] = frozenset()
    replaced: frozenset[str] = frozenset()
    variables: frozenset[str] = frozenset()

    @property
    def ok(self) -> bool:
        """Whether there is no error; warnings are fine."""
        return not self.errors

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that keep a file from being used."""
        return tuple(problem for problem in self.problems if not problem.warning)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """The problems that keep nothing from being used."""
        return tuple(problem for problem in self.problems if problem.warning)

    @property
    def good_files(self) -> dict[str, bytes]:
        """The bytes of the files without an error, by name."""
        return {name: content for name, content in self.files.items() if name not in self.bad}


@dataclass(frozen=True, slots=True)
class Folder:
    """The watchlist files of a folder, or the one file, as they lie on the disk.

    `unreadable` says of a file why it could not be read; `path` is where relative paths begin.
    """

    path: Path
    files: Mapping[str, bytes]
    unreadable: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Problem, ...] = ()


def read_folder(path: Path) -> Folder:
    """All *.yaml files of a folder (not of folders in it), or one file. Raises SettingsError when neither is there."""
    try:
        if path.is_file():
            return _read_paths(path.parent, [path])
        names = sorted(os.listdir(path))  # noqa: PTH208 - names are what is sorted and filtered
    except OSError as error:
        raise SettingsError(
            f'the watchlists cannot be read: "{path}": {error.strerror}; name a folder of *.yaml files, or one file'
        ) from None
    wanted = [name for name in names if name.endswith(".yaml") and not name.startswith(".") and (path / name).is_file()]
    strange = [name for name in names if name.endswith((".yml", ".YAML", ".YML")) and not name.startswith(".")]
    notes = [
        Problem(str(path / name), 1, 1, "this file is not read: its name must end in .yaml", True) for name in strange
    ]
    if not wanted:
        notes.append(
            Problem(str(path), 1, 1, "there is no *.yaml file in this folder: write one, or name another folder")
        )
    if len(wanted) > MAX_FILES:
        notes.append(Problem(str(path), 1, 1, f"there are over {MAX_FILES:,} files here: join some of them"))
    folder = _read_paths(path, [path / name for name in wanted[:MAX_FILES]])
    return Folder(path, folder.files, folder.unreadable, tuple(notes))


def _read_paths(folder: Path, paths: Iterable[Path]) -> Folder:
    files: dict[str, bytes] = {}
    failed: dict[str, str] = {}
    for path in paths:
        try:
            with path.open("rb") as file:
                files[path.name] = file.read(MAX_BYTES + 1)
        except OSError as error:
            failed[path.name] = f"the file cannot be read: {error.strerror}; give this user the right to read it"
    return Folder(folder, files, failed)


def load_folder(
    path: Path,
    *,
    kinds: Sequence[SourceKindSpec] = DEFAULT_KINDS,
    environ: Mapping[str, str] | None = None,
    check_examples: bool = True,
    channels: bool = True,
    sources: bool = True,
    schemes: Collection[str] = DEFAULT_SCHEMES,
) -> Loaded:
    """What the folder (or one file) says, with all its problems; never raises for what a file holds.

    `channels=False` and `sources=False` leave those sections unread, so that nobody needs their secrets.
    `environ` None is the environment of this process. Raises SettingsError when there is no such folder.
    """
    folder = read_folder(path)
    return load_files(
        folder.files,
        kinds=kinds,
        environ=environ,
        check_examples=check_examples,
        channels=channels,
        sources=sources,
        schemes=schemes,
        folder=folder,
    )


def load_files(
    files: Mapping[str, bytes],
    *,
    kinds: Sequence[SourceKindSpec] = DEFAULT_KINDS,
    environ: Mapping[str, str] | None = None,
    check_examples: bool = True,
    channels: bool = True,
    sources: bool = True,
    schemes: Collection[str] = DEFAULT_SCHEMES,
    folder: Folder | None = None,
    kept: Collection[str] = (),
) -> Loaded:
    """As `load_folder`, of files that are at hand by name.

    Files named in `kept` are last good versions: what they name and nobody has any more is only a warning.
    """
    base = folder.path if folder else Path()
    around = Surroundings(os.environ if environ is None else environ, base, schemes) if channels else None
    scope = Scope(kinds, around, sources)
    readings = [read_file(name, _shown(folder, name), files[name], scope) for name in sorted(files)]
    if folder:
        readings += [unreadable(name, _shown(folder, name), why) for name, why in sorted(folder.unreadable.items())]
    _check_keys(readings)
    _check_references(readings, sources, kept)
    warn_of_doubles(readings)
    if check_examples:
        try_topics((topic, reading.notes) for reading in readings for topic in reading.topics)
    return _join(readings, files, folder)


def merge_last_good(
    new: Mapping[str, bytes],
    last_good: Mapping[str, bytes],
    *,
    kinds: Sequence[SourceKindSpec] = DEFAULT_KINDS,
    environ: Mapping[str, str] | None = None,
    check_examples: bool = True,
    channels: bool = True,
    schemes: Collection[str] = DEFAULT_SCHEMES,
    folder: Folder | None = None,
) -> Loaded:
    """What is in force after an edit: each bad file is replaced by its last good version.

    The problems are those of the new files; `replaced` names the files whose last good version is used, `bad`
    those that nothing is used of. `files` are the bytes in force. A folder without any file changes nothing.
    """

    def load(files: Mapping[str, bytes], kept: Collection[str], examples: bool, whence: Folder | None) -> Loaded:
        return load_files(
            files, kinds=kinds, environ=environ, check_examples=examples, channels=channels, schemes=schemes,
            folder=whence, kept=kept,
        )  # fmt: skip

    told = loaded = load(new, (), check_examples, folder)
    whence = Folder(folder.path, {}) if folder else None
    files, kept = dict(new), frozenset[str]()
    if not new and not told.bad and last_good:  # an empty folder is a mistake, or not mounted
        files, kept = dict(last_good), frozenset(last_good)
        loaded = load(files, kept, False, whence)
    while loaded.bad:
        back = {name for name in loaded.bad if name in last_good and name not in kept}
        for name in loaded.bad:
            files.pop(name, None)
        files |= {name: last_good[name] for name in back}
        kept |= back
        loaded = load(files, kept, False, whence)
    return Loaded(
        loaded.topics, loaded.sources, loaded.channels, files, told.problems,
        frozenset(told.bad) - frozenset(files), kept & frozenset(files), loaded.variables,
    )  # fmt: skip


def _shown(folder: Folder | None, name: str) -> str:
    return str(folder.path / name) if folder else name


def _join(readings: Sequence[FileReading], files: Mapping[str, bytes], folder: Folder | None) -> Loaded:
    good = [reading for reading in readings if not reading.notes.failed]
    return Loaded(
        topics=tuple(read.topic for reading in good for read in reading.topics),
        sources=tuple(read.source for reading in good for read in reading.sources),
        channels=tuple(read.channel for reading in good for read in reading.channels),
        files=dict(files),
        problems=(
            *(folder.notes if folder else ()),
            *(problem for reading in readings for problem in reading.problems),
        ),
        bad=frozenset(reading.name for reading in readings if reading.notes.failed),
        variables=frozenset(name for reading in readings for read in reading.channels for name in read.variables),
    )


def _keyed(readings: Iterable[FileReading]) -> Iterator[tuple[str, str, tuple[str, ...], Node, Notes]]:
    for reading in readings:
        for topic in reading.topics:
            yield "topic", topic.topic.key, topic.topic.formerly, topic.node, reading.notes
        for source in reading.sources:
            yield "source", source.source.key, source.source.formerly, source.node, reading.notes
        for channel in reading.channels:
            yield "channel", channel.channel.key, (), channel.node, reading.notes


def _check_keys(readings: Sequence[FileReading]) -> None:
    """A key that stands twice is an error at both places; so is a former key that is in use or claimed twice."""
    places: defaultdict[tuple[str, str], list[tuple[Node, Notes]]] = defaultdict(list)
    former: defaultdict[tuple[str, str], list[tuple[Node, Notes]]] = defaultdict(list)
    for kind, key, formerly, node, notes in _keyed(readings):
        places[kind, key].append((node, notes))
        for old in formerly:
            former[kind, old].append((node, notes))
    for (kind, key), where in places.items():
        _note_twice(where, f"the {kind} {show(key)} stands also", "give each its own key")
    for (kind, old), where in former.items():
        _note_twice(where, f"another {kind} too was formerly {show(old)}: it stands", "let one of them have been it")
        for node, notes in where:
            if (kind, old) in places:
                notes.error(node, f"formerly names {show(old)}, which is a {kind} still: delete one of the two")


def _note_twice(where: Sequence[tuple[Node, Notes]], what: str, then: str) -> None:
    if len(where) < 2:
        return
    for index, (node, notes) in enumerate(where):
        other, others = where[1 if index == 0 else 0]
        notes.error(node, f"{what} at {others.file}:{other.line}:{other.column}: {then}")


def _check_references(readings: Sequence[FileReading], sources: bool, kept: Collection[str]) -> None:
    """A channel that names a topic or source that nobody has is an error (only a warning in a kept file)."""
    known: defaultdict[str, set[str]] = defaultdict(set)
    for kind, key in (pair for reading in readings for pair in reading.mentioned):
        known[kind].add(key)
    for kind, _, formerly, _, _ in _keyed(readings):
        known[kind].update(formerly)
    for reading in readings:
        for channel in reading.channels:
            named = [("topic", *pair) for pair in channel.topics]
            named += [("source", *pair) for pair in channel.sources] if sources else []
            for kind, key, node in named:
                if not any(fnmatchcase(name, key) for name in known[kind]):  # a key, or a pattern such as qiming*
                    note = reading.notes.warn if reading.name in kept else reading.notes.error
                    hint = did_you_mean(key, known[kind]) or f"; write the key of a {kind} of these files"
                    note(
                        node,
                        f"channel {show(channel.channel.key)} names the {kind} {show(key)}, which nobody has{hint}",
                    )
