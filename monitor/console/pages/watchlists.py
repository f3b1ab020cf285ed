"""watchlists: which files are in force, what do they say, and how did they come to say it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import quote

from ...config.watchlists import Folder, digest_of
from ...domain.desk import FileEdit
from ...domain.errors import Problem
from ...domain.plan import WaitingEdit
from ...domain.source import Source
from ...domain.topic import Term, Topic
from .. import words
from ..workshop import Checked, Example, digest
from .desk import Desk
from .texts import DiffLine, difference

STATES = {
    "in force": ("good", "in force"),
    "refused": ("bad", "refused"),
    "waits": ("warn", "waits for you"),
    "new": ("warn", "not taken up yet"),
    "gone": ("off", "no longer here"),
}

FEW = 3  # topics of a file that are shown whole, all of them


@dataclass(frozen=True, slots=True)
class FileRow:
    """One watchlist file: its state as look and word, what that means, since when its version is in force."""

    name: str
    address: str
    look: str
    word: str
    sentence: str
    since: datetime | None
    actor: str
    versions: int
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class WatchlistsPage:
    """All files, and the edit that waits for a person."""

    answer: str
    rows: tuple[FileRow, ...]
    waiting: WaitingEdit | None
    folder_notes: tuple[str, ...]
    can_edit: bool
    may_add: bool


@dataclass(frozen=True, slots=True)
class Tab:
    """One view of a file."""

    label: str
    address: str
    current: bool
    count: int = 0


@dataclass(frozen=True, slots=True)
class TermRow:
    """Terms of a topic that share their conditions, as a table tells them."""

    texts: tuple[str, ...]
    notes: tuple[tuple[str, tuple[str, ...]], ...]  # label, words


@dataclass(frozen=True, slots=True)
class TopicView:
    """One topic as tables tell it."""

    topic: Topic
    name: tuple[str, str]
    line: int
    terms: tuple[TermRow, ...]
    examples: tuple[Example, ...]

    @property
    def failing(self) -> int:
        """Examples that do not hold."""
        return sum(not example.holds for example in self.examples)


@dataclass(frozen=True)
class FilePage:
    """One file and the view of it that was asked for."""

    name: str
    answer: str
    told: str
    row: FileRow
    tabs: tuple[Tab, ...]
    topics: tuple[TopicView, ...] = ()
    index: tuple[TopicView, ...] = ()  # of a file with many topics, of which one at a time is shown whole
    sources: tuple[Source, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    diff: tuple[DiffLine, ...] = ()
    diff_told: tuple[str, str] = ("", "")
    edits: tuple[FileEdit, ...] = ()
    chosen: FileEdit | None = None


def state_of(
    name: str, on_disk: Folder, in_force: Mapping[str, bytes], problems: Sequence[Problem], waiting: WaitingEdit | None
) -> str:
    """Which of the STATES a file is in."""
    content = on_disk.files.get(name)
    if content is None and name not in on_disk.unreadable:
        return "gone"
    if content is not None and in_force.get(name) == content:
        return "in force"
    if any(not one.warning for one in problems):
        return "refused"
    if waiting is not None and waiting.digest == digest_of(on_disk.files):
        return "waits"
    return "new"


def watchlists(
    desk: Desk, on_disk: Folder, problems: Sequence[Problem], waiting: WaitingEdit | None, can_edit: bool, may_add: bool
) -> WatchlistsPage:
    """Fills the list of files."""
    in_force = desk.queries.current_files()
    names = sorted({*on_disk.files, *on_disk.unreadable, *in_force})
    rows = [file_row(desk, name, on_disk, in_force, problems, waiting) for name in names]
    order = {"bad": 0, "warn": 1, "good": 2, "off": 3}
    rows.sort(key=lambda row: (order[row.look], row.name))
    notes = tuple(one.message for one in on_disk.notes if not one.message.startswith("there is no *.yaml"))
    return WatchlistsPage(_answer(rows, waiting), tuple(rows), waiting, notes, can_edit, may_add)


def file_row(
    desk: Desk,
    name: str,
    on_disk: Folder,
    in_force: Mapping[str, bytes],
    problems: Sequence[Problem],
    waiting: WaitingEdit | None,
) -> FileRow:
    """The row of one file."""
    own = tuple(one for one in problems if one.file == str(on_disk.path / name))
    state = state_of(name, on_disk, in_force, own, waiting)
    edits = desk.queries.file_edits(name)
    current = next((one for one in edits if one.sha256 == digest(in_force.get(name))), None)
    look, word = STATES[state]
    return FileRow(
        name, address_of(name), look, word, _sentence(state, name in in_force, own),
        datetime.fromisoformat(current.at) if current else None, current.actor if current else "", len(edits), own,
    )  # fmt: skip


def address_of(name: str, view: str = "") -> str:
    """Where a file is read."""
    return f"/watchlists/{quote(name, safe='')}{view}"


def _sentence(state: str, was: bool, problems: Sequence[Problem]) -> str:
    errors = [one for one in problems if not one.warning]
    kept = "its last good version stays in force" if was else "nothing of it is in force"
    match state:
        case "in force":
            warnings = len(problems) - len(errors)
            return (
                f"It is what lies in the folder. {words.counted(warnings, 'warning')}."
                if warnings
                else "It is what lies in the folder."
            )
        case "refused":
            first = errors[0]
            return f"{words.counted(len(errors), 'problem')}, the first at line {first.line}: {first.message}; {kept}."
        case "waits":
            return f"It takes much away, so a person has to accept it; {kept} until then."
        case "new":
            return "A running service takes it up within seconds; otherwise the next start does."
    return "It is no longer in the folder. A running service lets go of it within seconds."


def _answer(rows: Sequence[FileRow], waiting: WaitingEdit | None) -> str:
    refused = sum(row.look == "bad" for row in rows)
    if not rows:
        return "There is no watchlist yet"
    if refused:
        verb = "is" if refused == 1 else "are"
        return f"{words.counted(refused, 'file')} of {len(rows)} {verb} refused, the last good version stays in force"
    if waiting is not None:
        return "An edit waits for you: it takes much away"
    fresh = sum(row.look == "warn" for row in rows)
    if fresh:
        return f"{words.counted(fresh, 'file')} of {len(rows)} not taken up yet"
    return "The watchlist is in force as it is written" if len(rows) == 1 else f"All {len(rows)} files are in force"


def tabs(name: str, current: str, versions: int, lines_changed: int) -> tuple[Tab, ...]:
    """The views of a file."""
    found = (
        ("Table", "", 0),
        ("YAML", "/edit", 0),
        ("Changes", "/changes", lines_changed),
        ("History", "/history", versions),
        ("How its terms do", "/terms", 0),
    )
    return tuple(Tab(label, address_of(name, view), view == current, count) for label, view, count in found)


def topic_views(checked: Checked) -> tuple[TopicView, ...]:
    """The topics of a file as tables tell them."""
    return tuple(
        TopicView(
            topic,
            words.programme(topic.name, topic.key),
            checked.lines.get(topic.key, 1),
            tuple(_terms(topic.terms)),
            tuple(one for one in checked.examples if one.topic == topic.key),
        )
        for topic in checked.topics
    )


def with_topics(page: FilePage, checked: Checked, chosen: str) -> FilePage:
    """The page with the topics, sources and examples of the file: few are shown whole, of many the chosen one."""
    views = topic_views(checked)
    if len(views) <= FEW:
        return replace(page, topics=views, sources=checked.sources, lines=checked.lines)
    one = tuple(view for view in views if view.topic.key == chosen)
    return replace(page, topics=one, index=views, sources=checked.sources, lines=checked.lines)


def _terms(terms: Sequence[Term]) -> list[TermRow]:
    """Terms with the same conditions stand in one row; those without any come first."""
    groups: dict[tuple[object, ...], list[str]] = {}
    first: dict[tuple[object, ...], Term] = {}
    for term in terms:
        key = (term.near, term.within if term.near else 0, term.tolerance, term.strength, term.since, term.until)
        groups.setdefault(key, []).append(term.text)
        first.setdefault(key, term)
    rows = [TermRow(tuple(texts), tuple(_notes(first[key]))) for key, texts in groups.items()]
    return sorted(rows, key=lambda row: len(row.notes))


def _notes(term: Term) -> list[tuple[str, tuple[str, ...]]]:
    found: list[tuple[str, tuple[str, ...]]] = []
    if term.near:
        found.append((f"within {term.within} characters of one of", term.near))
    if term.tolerance.value != "homophone":
        found.append(("written", ("exactly so" if term.tolerance.value == "exact" else "so, or with typing errors",)))
    if term.strength is not None:
        found.append(("strength", (term.strength.value,)))
    if term.since:
        found.append(("in texts from", (term.since.isoformat(),)))
    if term.until:
        found.append(("in texts until", (term.until.isoformat(),)))
    return found


def file_page(
    desk: Desk, name: str, view: str, on_disk: Folder, problems: Sequence[Problem], waiting: WaitingEdit | None
) -> FilePage:
    """What every view of a file shows: its state and tabs; each view adds its own."""
    in_force = desk.queries.current_files()
    row = file_row(desk, name, on_disk, in_force, problems, waiting)
    edits = tuple(desk.queries.file_edits(name))
    now = on_disk.files.get(name, b"")
    lines = difference(readable(in_force.get(name, b"")), readable(now)) if now != in_force.get(name, b"") else ()
    changed = sum(line.look in ("new", "old") for line in lines)
    since = f"In force since {desk.moments.short(row.since)}, by {row.actor}." if row.since else "Not in force yet."
    fresh = name not in on_disk.files and name not in on_disk.unreadable and not edits
    return FilePage(
        name=name,
        answer=f"{name} is new"
        if fresh
        else f"{name} {row.word if row.word.startswith('waits') else 'is ' + row.word}",
        told="It is not in the folder yet: saving puts it there." if fresh else f"{row.sentence} {since}",
        row=row,
        tabs=tabs(name, view, len(edits), changed),
        problems=row.problems,
        diff=lines,
        edits=edits,
    )


def readable(content: bytes) -> str:
    """A file as text; what is not UTF-8 is shown as such."""
    return content.decode("utf-8", "replace")
