"""editor: is it saved, what is wrong with it, and what would it do?"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from ...domain.archive import Preview, Sample
from ...domain.desk import FileEdit
from ...domain.errors import Problem
from ...pipeline.mask import mask
from .. import words
from ..marks import Span, marked
from ..workshop import Checked, Draft, Example, Job
from .texts import DiffLine, SheetLine, sheet
from .watchlists import Tab

SHOWN = 12  # examples that hold
DAYS = {"7": "7 days", "30": "30 days", "90": "90 days", "365": "a year", "all": "all time"}


@dataclass(frozen=True)
class ExampleRow:
    """One example as it was run, the match marked."""

    look: str
    word: str
    topic: str
    text: Markup
    language: str
    told: str
    line: int


@dataclass(frozen=True)
class SampleRow:
    """One text that an edit gains or loses."""

    sign: str
    verdict: str
    topic: str
    number: int
    title: str
    language: str
    passage: Markup
    reason: str
    source: str
    url: str


@dataclass(frozen=True)
class PreviewView:
    """A preview, while it runs and when it ended."""

    job: str
    state: str
    done: int
    total: int
    seconds: float
    counts: Mapping[str, int]
    problem: str = ""
    found: Preview | None = None
    samples: tuple[SampleRow, ...] = ()
    a_week: float = 0.0

    @property
    def running(self) -> bool:
        """Whether it goes on."""
        return self.state in ("waiting", "running")


@dataclass(frozen=True)
class EditorPage:
    """The editor of one file."""

    name: str
    answer: str
    told: str
    tabs: tuple[Tab, ...]
    text: str
    base: str
    sheet: tuple[SheetLine, ...]
    checked: Checked | None = None
    examples: tuple[ExampleRow, ...] = ()
    more_examples: int = 0
    holding: int = 0
    draft: str = ""
    refused: bool = False
    preview: PreviewView | None = None
    locked: str = ""
    edits: tuple[FileEdit, ...] = ()
    theirs: tuple[DiffLine, ...] | None = None  # of a conflict: from the file as it is now to the text here
    their_base: str = ""

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What keeps it from being saved."""
        return self.checked.errors if self.checked else ()

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What keeps nothing from being saved."""
        return self.checked.warnings if self.checked else ()


def editor(
    name: str, told: str, tabs: tuple[Tab, ...], draft: Draft, edits: tuple[FileEdit, ...], job: Job | None
) -> EditorPage:
    """The editor over a text that was checked."""
    checked = draft.checked
    rows = [example_row(one) for one in sorted(checked.examples, key=lambda one: one.holds)]
    failing = sum(not one.holds for one in checked.examples)
    return EditorPage(
        name=name,
        answer=_answer(draft),
        told=told,
        tabs=tabs,
        text=draft.text,
        base=draft.base,
        sheet=sheet(draft.text, checked.problems),
        checked=checked,
        examples=tuple(rows[: failing + SHOWN]),
        more_examples=max(0, len(rows) - failing - SHOWN),
        holding=len(rows) - failing,
        draft=draft.id,
        refused=draft.refused,
        preview=preview_view(job) if job is not None else None,
        edits=edits[:5],
    )


def _answer(draft: Draft) -> str:
    errors = draft.checked.errors
    lines = sorted({one.line for one in draft.checked.problems if not one.warning})
    if not errors:
        return "Not saved yet: it has no problems"
    where = f", at {'line' if len(lines) == 1 else 'lines'} {_listed(lines)}" if lines else ""
    return f"{'Not saved: ' if draft.refused else 'Not saved yet: '}{words.counted(len(errors), 'problem')}{where}"


def _listed(lines: list[int]) -> str:
    shown = [str(line) for line in lines[:4]]
    if len(lines) > 4:
        return ", ".join(shown) + f" and {len(lines) - 4} more"
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + f" and {shown[-1]}"


def example_row(one: Example) -> ExampleRow:
    """An example with its match marked."""
    look, word = ("good", "holds") if one.holds else ("bad", "fails")
    text = marked(one.text, [Span(one.start, one.end)] if one.end > one.start else [])
    return ExampleRow(look, word, one.topic, text, words.language(one.text), one.told, one.line)


def preview_view(job: Job) -> PreviewView:
    """How far a preview has come, or what it gave."""
    found = job.result if isinstance(job.result, Preview) else None
    rate = 0.0
    if found is not None and found.since is not None:
        days = max(1.0, (time.time() - found.since.timestamp()) / 86_400)
        rate = (found.gained - found.lost) / days * 7
    return PreviewView(
        job.id, job.state, job.progress.done, job.progress.total, job.elapsed, job.progress.counts, job.problem,
        found, tuple(_sample(one) for one in found.samples) if found else (), rate,
    )  # fmt: skip


def _sample(one: Sample) -> SampleRow:
    change = one.change
    sign = "+" if change.gained else "–" if change.lost else "±"
    verdict = (change.before if change.lost else change.after) or "suppressed"
    spans = [Span(change.start, change.end)]
    passage = marked(mask(change.passage, [(change.start, change.end)]).replace("\n", " "), spans)
    return SampleRow(
        sign, verdict, change.topic, change.version, change.title, words.language(change.title), passage,
        change.reason, one.source, one.url,
    )  # fmt: skip
