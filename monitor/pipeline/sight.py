"""sight: did we see all there was since last time, and is what we see still the source?

Each poll that brings a body is compared with what the body before showed. The comparison finds windows that moved on
too quickly (a gap), identifiers that all changed over the same entries, bodies that alternate, things taken out of the
middle of a list, pages that lost their text, and sources that show nothing where they showed something.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from itertools import pairwise

from ..domain.document import Prepared, Reading
from ..domain.intent import SourceClaim

MOST_SHOWN = 2_000  # things of one body that are compared
WINDOW = 200  # things remembered of what a source showed, the first listed first
PAST = 8  # bodies remembered, to know one that comes back
FLAPS = 2  # returns in a row to a body seen before: A, B, A, B
MOST_NEW = 0.8  # of the identifiers new over this share of old entries: they were all given anew
HABITS = 12  # spells of silence remembered
LEAST_HABIT, LEAST_DATES = 4, 5  # spells, or dated entries, before a source has a habit
SILENCE = 3.0  # so many times its longest spell of silence is longer than its habit …
SHORTEST_SILENCE = timedelta(days=3)  # … but no weekend is
LOST = 0.1  # of its text left: a page is no longer itself
LONG_TEXT = 1_500  # code points from which on a loss of text tells something
LONG_LIST = 10  # links, likewise
DAMAGE = re.compile(r"encoding|charset|damaged", re.IGNORECASE)

IDS_CHANGED = "ids changed"
FLAPPING = "flapping"
CHARSET = "charset"
LOST_TEXT = "lost text"


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing of a list: its name, and two others it is known by should that name change."""

    place: str
    twin: str  # of address and title
    copy: str  # of title and text


@dataclass(frozen=True, slots=True)
class Sight:
    """What a source showed last. `changed_at` is when its content changed last, `habit` seconds between changes."""

    window: tuple[Shown, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)  # identifier now → the one it is stored under
    content: str = ""
    past: tuple[str, ...] = ()
    flaps: int = 0
    length: int = 0
    habit: tuple[float, ...] = ()
    changed_at: datetime | None = None
    warned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """What the comparison found. `refusal`: this is not the source at all, and why."""

    after: Sight
    reading: Reading
    nothing_new: bool = False  # the content is that of last time, or of a body that alternates with it
    empty: bool = False  # it shows nothing where it showed something
    gap: bool = False
    before: int = 0  # things it showed last time
    span: float | None = None  # seconds from the oldest to the newest of what it shows
    dropped: tuple[str, ...] = ()
    warnings: tuple[tuple[str, str], ...] = ()  # (which, in words)
    fresh_warnings: tuple[str, ...] = ()  # those that were not told yet
    blind_at: datetime | None = None
    refusal: str = ""


def load(stored: str | None) -> Sight:
    """The sight as it was stored; an empty one for none, and for one of another form."""
    try:
        found = json.loads(stored) if stored else {}
        changed = found.get("changed_at")
        return Sight(
            tuple(Shown(*row) for row in found.get("window", ())),
            dict(found.get("aliases", {})),
            str(found.get("content", "")),
            tuple(found.get("past", ())),
            int(found.get("flaps", 0)),
            int(found.get("length", 0)),
            tuple(found.get("habit", ())),
            datetime.fromisoformat(changed) if changed else None,
            tuple(found.get("warned", ())),
        )
    except (ValueError, TypeError, AttributeError):
        return Sight()


def store(sight: Sight) -> str:
    """The sight as JSON."""
    found = {
        "window": [[one.place, one.twin, one.copy] for one in sight.window],
        "aliases": dict(sight.aliases),
        "content": sight.content,
        "past": sight.past,
        "flaps": sight.flaps,
        "length": sight.length,
        "habit": [round(one) for one in sight.habit],
        "changed_at": sight.changed_at.isoformat() if sight.changed_at else None,
        "warned": sight.warned,
    }
    return json.dumps({key: value for key, value in found.items() if value}, ensure_ascii=False, separators=(",", ":"))


def look(claim: SourceClaim, before: Sight, reading: Reading, now: datetime) -> Look:
    """Compares what a body showed with what the one before did."""
    reading, aliases, changed_ids = _same_ids(before, reading)
    shown = _shown(reading)
    length = sum(len(one.extracted.text) for one in reading.prepared)
    if refusal := _refusal(before, reading, len(shown), length):
        return Look(before, reading, refusal=refusal)
    content = _content(reading)
    same, returned = content == before.content, content in before.past
    flaps = before.flaps if same else before.flaps + 1 if returned else 0
    empty = _is_empty(claim.kind, before, shown, length)
    warnings = tuple(_warnings(before, reading, length, changed_ids or bool(aliases), flaps, empty))
    nothing_new = same or flaps >= FLAPS
    dates = _dates(reading.prepared)
    habit = before.habit if nothing_new or empty else _habit(before, now)
    after = Sight(
        window=before.window if not shown else tuple(shown[:WINDOW]),
        aliases=aliases,
        content=content,
        past=(content, *(one for one in before.past if one != content))[:PAST],
        flaps=flaps,
        length=length or before.length,
        habit=habit,
        changed_at=before.changed_at if (nothing_new or empty) and before.changed_at else now,
        warned=tuple(which for which, _ in warnings),
    )
    return Look(
        after,
        reading,
        nothing_new=nothing_new,
        empty=empty,
        gap=claim.kind != "page" and _overran(before.window, shown),
        before=len(before.window),
        span=_span(dates),
        dropped=_dropped(before.window, shown),
        warnings=warnings,
        fresh_warnings=tuple(words for which, words in warnings if which not in before.warned),
        blind_at=claim.blind_at if nothing_new or empty else _blind_at(habit, dates, now),
    )


def _shown(reading: Reading) -> list[Shown]:
    """What stands in the list: its links, or the entries of a feed, in their order."""
    links = reading.harvest.links
    if links:
        return [Shown(link.address, _key(_bare(link.url), link.title), _key(link.title)) for link in links[:MOST_SHOWN]]
    if not reading.harvest.entries:
        return []
    return [_entry(one) for one in reading.prepared[:MOST_SHOWN]]


def _entry(one: Prepared) -> Shown:
    found = one.extracted
    return Shown(
        found.place, _key(_bare(found.url), found.title), _key(found.title, one.text_hash) if found.title else ""
    )


def _bare(url: str) -> str:
    """The address without its scheme, so that a move to https is none."""
    return url.partition("://")[2].removeprefix("www.") or url


def _same_ids(before: Sight, reading: Reading) -> tuple[Reading, dict[str, str], bool]:
    """Entries under the names they are stored by, when a feed gave nearly all of them new ones."""
    if not reading.harvest.entries or reading.harvest.links or not before.window:
        return reading, {}, False
    entries = [_entry(one) for one in reading.prepared]
    aliases = {one.place: before.aliases[one.place] for one in entries if one.place in before.aliases}
    old = {one.place for one in before.window}
    fresh = [one for one in entries if aliases.get(one.place, one.place) not in old]
    changed = False
    if fresh and len(fresh) >= MOST_NEW * len(entries):
        kept = {aliases.get(one.place, one.place) for one in entries}
        renamed = _renamed([one for one in before.window if one.place not in kept], fresh)
        changed = len(renamed) >= MOST_NEW * len(fresh)
        aliases |= renamed if changed else {}
    if not aliases:
        return reading, {}, False
    prepared = tuple(
        replace(one, extracted=replace(one.extracted, place=aliases[one.extracted.place]))
        if one.extracted.place in aliases
        else one
        for one in reading.prepared
    )
    return replace(reading, prepared=prepared), aliases, changed


def _renamed(gone: Sequence[Shown], fresh: Sequence[Shown]) -> dict[str, str]:
    """New identifier → old one, where address and title, or title and text, name one entry on either side."""
    found: dict[str, str] = {}
    for name in ("twin", "copy"):
        old = _by(gone, name)
        for key, one in _by(fresh, name).items():
            if key in old and one.place not in found and old[key].place not in found.values():
                found[one.place] = old[key].place
    return found


def _by(things: Iterable[Shown], name: str) -> dict[str, Shown]:
    """Things by that key, those left out that share it."""
    counted = Counter(getattr(one, name) for one in things)
    return {getattr(one, name): one for one in things if getattr(one, name) and counted[getattr(one, name)] == 1}


def _overran(before: Sequence[Shown], shown: Sequence[Shown]) -> bool:
    """Whether nothing of the last window is still there: what came and went between nobody has seen."""
    if not before or not shown or len(before) == len(shown) == 1:
        return False
    for name in ("place", "twin", "copy"):
        if {getattr(one, name) for one in before} & {getattr(one, name) for one in shown} - {""}:
            return False
    return True


def _dropped(before: Sequence[Shown], shown: Sequence[Shown]) -> tuple[str, ...]:
    """Things taken out while what is older stays: they did not leave at the end of the list."""
    now = {one.place for one in shown} | {f"\0{one.twin}" for one in shown}
    stays = [one.place in now or f"\0{one.twin}" in now for one in before]
    if not any(stays) or all(stays):
        return ()
    first, last = stays.index(True), len(stays) - 1 - stays[::-1].index(True)
    if first and shown[-1].place in {one.place for one in before}:
        first = 0  # new things come in front: what stood in front of all did not leave by itself either
    return tuple(one.place for one, there in zip(before[first:last], stays[first:last], strict=True) if not there)


def _content(reading: Reading) -> str:
    """A hash of what the body came to: its texts without clocks and furniture, its links and attachments."""
    digest = blake2b(digest_size=10)
    for one in reading.prepared:
        extracted = one.extracted
        digest.update(f"{extracted.place}\0{extracted.title}\0{one.text_hash}\0".encode("utf-8", "replace"))
        for attached in extracted.attachments:
            digest.update(attached.address.encode("utf-8", "replace") + b"\0")
    for link in reading.harvest.links:
        digest.update(f"{link.address}\0{link.title}\0".encode("utf-8", "replace"))
    return digest.hexdigest()


def _refusal(before: Sight, reading: Reading, shown: int, length: int) -> str:
    """Why a page is not the source at all: it lost nearly everything and what is left looks like a door."""
    doubt = reading.harvest.meta.get("doubt", "")
    if not doubt:
        return ""
    if before.window and len(before.window) >= LONG_LIST and shown < LOST * len(before.window):
        return f"{doubt} (it showed {len(before.window)} links, now {shown})"
    if not before.window and before.length >= LONG_TEXT and length < LOST * before.length:
        return f"{doubt} (it had {before.length:,} characters of text, now {length:,})"
    return ""


def _is_empty(kind: str, before: Sight, shown: Sequence[Shown], length: int) -> bool:
    if kind == "page":
        return length == 0
    if kind == "listing":
        return not shown
    return not shown and bool(before.window)


def _warnings(
    before: Sight, reading: Reading, length: int, changed_ids: bool, flaps: int, empty: bool
) -> Iterable[tuple[str, str]]:
    """What is odd about this body, each with the words an operator reads."""
    if changed_ids:
        yield IDS_CHANGED, "the feed gave its entries new ids; they are known by address, title and text"
    if flaps >= FLAPS:
        yield FLAPPING, "it shows the same few versions in turn; each is told once"
    for warning in reading.harvest.warnings:
        if DAMAGE.search(warning):
            yield CHARSET, warning
            break
    if not before.window and before.length >= LONG_TEXT and length < LOST * before.length and not empty:
        yield LOST_TEXT, f"it lost most of its text (from {before.length:,} to {length:,} characters)"


def _habit(before: Sight, now: datetime) -> tuple[float, ...]:
    if before.changed_at is None:
        return before.habit
    return (*before.habit, (now - before.changed_at).total_seconds())[-HABITS:]


def _blind_at(habit: Sequence[float], dates: Sequence[datetime], now: datetime) -> datetime | None:
    """From when on further silence is longer than the source's habit; None while it has none."""
    spells = list(habit) if len(habit) >= LEAST_HABIT else []
    if len(dates) >= LEAST_DATES:
        spells += [(later - sooner).total_seconds() for sooner, later in pairwise(dates)]
    if not spells:
        return None
    return now + max(timedelta(seconds=SILENCE * max(spells)), SHORTEST_SILENCE)


def _span(dates: Sequence[datetime]) -> float | None:
    return (dates[-1] - dates[0]).total_seconds() if len(dates) >= LEAST_DATES else None


def _dates(prepared: Sequence[Prepared]) -> list[datetime]:
    found = {one.extracted.published.astimezone(UTC) for one in prepared if one.extracted.published is not None}
    return sorted(found)


def _key(*parts: str) -> str:
    text = "\0".join(parts)
    return blake2b(text.encode("utf-8", "replace"), digest_size=6).hexdigest() if text.strip("\0 ") else ""
