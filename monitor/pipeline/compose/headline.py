"""headline: what does the first line say, so that the mail need not be opened?"""

from __future__ import annotations

from collections.abc import Sequence

from ...domain.delivery import Draft, Form, MessageKind
from .digest import heading
from .digest import headline as lead
from .safe import cut, head, one_line
from .view import Told

PLAIN = {MessageKind.NOTICE, MessageKind.TEST, MessageKind.CANARY}  # they bring their own words
LONGEST = 180  # code points; the header is folded and encoded by the mail writer


def subject(draft: Draft, told: Sequence[Told]) -> str:
    """The subject of a mail and the title of a post, on one line.

    One hit: programme, updated?, what the text is (its part where it has one: call), place, amount,
    deadline as far as the facts have them, then the title. Several: the programmes and how many. Notices and tests bring their own.
    """
    if draft.kind is MessageKind.BASELINE:
        return _short(f"{read_whence(draft, told)}: {notices(len(told))}")
    if draft.kind is MessageKind.OVERVIEW:
        return _short(draft.subject or heading(draft, told))
    if draft.kind is MessageKind.DIGEST:
        return _short(draft.subject or (f"{lead(draft, told)}{_programmes(told)}" if told else heading(draft, told)))
    if draft.kind in PLAIN or not told:
        return _short(draft.subject or "mention-monitor")
    return _short(_one(draft, told[0]) if len(told) == 1 else f"{notices(len(told))}{_programmes(told)}")


def read_whence(draft: Draft, told: Sequence[Told]) -> str:
    """What a summary is of: the first reading of a source, or a round over what was stored or saved (its name begins with @)."""
    source = _source(draft, told)
    if source.startswith("@rematch"):
        return "Found late in stored texts, under the watchlists now in force"
    if source.startswith("@import into "):
        return f"Imported from an archive into {source.removeprefix('@import into ').split(' ')[0]}"
    return f"First reading of {source}"


def notices(number: int) -> str:
    """`12 notices`, and `1 notice`."""
    return f"{number:,} notice{'' if number == 1 else 's'}"


def _one(draft: Draft, hit: Told) -> str:
    updated = ", updated" if draft.tellings[0].form is Form.UPDATED else ""
    place = hit.place.partition(",")[0]
    until = f"until {hit.deadline}" if hit.deadline else ""
    told = [word for word in (hit.kind.rpartition(", ")[2], place, hit.amount, until) if word]
    return f"{hit.short}{updated}: {', '.join(told)} | {hit.title}"


def _programmes(told: Sequence[Told]) -> str:
    names = list(dict.fromkeys(hit.short for hit in told))
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f": {', '.join(names[:3])}{more}" if names else ""


def _source(draft: Draft, told: Sequence[Told]) -> str:
    return one_line(draft.source) or next((hit.source for hit in told), "a source")


def _short(text: str) -> str:
    line = one_line(head(text, LONGEST))
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1].rstrip()}…"


def preview(draft: Draft, told: Sequence[Told]) -> str:
    """The hidden line that mail programs show beside the subject."""
    if len(told) != 1:
        return cut("; ".join(hit.title for hit in told[:3]), 140)
    hit = told[0]
    rows = [f"{row.label} {row.value}" for row in hit.facts[:2]]
    return cut(". ".join([*rows, ", ".join(word for word in (hit.kind, hit.place) if word)]), 140)
