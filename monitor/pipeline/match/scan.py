"""scan: where in a folded text may a term stand? One search, then a one-edit check at the seeds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from .terms import Compiled, Find, Form, Way

CHUNK = 1 << 16  # folded characters a pass: bounds the list of hits on a page that is stuffed with terms
CAP = 1000  # matches of a topic in a document; from here on they are only counted


@dataclass(slots=True)
class Candidate:
    """A place in the folded text, [start, end), where a term may stand, and how."""

    start: int
    end: int
    form: Form
    way: Way
    note: str = ""
    readings: tuple[tuple[int, int, int], ...] = ()  # of typos: start, end and the edited place of each reading


@dataclass(slots=True)
class Scan:
    """The candidates of each topic, at most CAP and one for each further pattern; the rest is counted."""

    found: dict[int, list[Candidate]] = field(default_factory=dict)
    counted: dict[int, int] = field(default_factory=dict)
    beyond: dict[int, set[str]] = field(default_factory=dict)


def scan(text: str, compiled: Compiled) -> Scan:
    """All candidates in a folded text; linear in its length and its hits."""
    result = Scan()
    forms, terms = compiled.forms, compiled.terms
    for pattern, start, end in occurrences(text, compiled):
        for form in forms[pattern]:
            if form.beside is not None and not form.beside.stands(text, start):
                continue  # nearly all seeds end here
            topic = terms[form.term].topic
            if len(result.found.get(topic, ())) >= CAP and not _is_new(result, topic, form):
                result.counted[topic] = result.counted.get(topic, 0) + (form.way is Way.EXACT)
                continue
            seed = form.beside is not None
            candidate = _typo(text, start, end, form) if seed else _whole(form, start, end, compiled.patterns[pattern])
            if candidate is not None:
                result.found.setdefault(topic, []).append(candidate)
    return result


def _whole(form: Form, start: int, end: int, pattern: str) -> Candidate:
    """A hit that is the whole form, as written or as a variant."""
    note = "" if form.way is Way.EXACT else _change(form.pattern, pattern)
    return Candidate(start, end, form, form.way, note)


def _is_new(result: Scan, topic: int, form: Form) -> bool:
    """Whether a pattern shows for the first time although the topic has its fill: decoys must not hide it."""
    if form.way is not Way.EXACT:
        return False
    beyond = result.beyond.get(topic)
    if beyond is None:
        beyond = result.beyond[topic] = {one.form.pattern for one in result.found[topic]}
    if form.pattern in beyond:
        return False
    beyond.add(form.pattern)
    return True


def occurrences(text: str, compiled: Compiled) -> Iterable[tuple[int, int, int]]:
    """Where patterns stand in a folded text, as (pattern, start, end), overlapping ones too; see `build_find`."""
    if compiled.find is None:
        return ()
    if len(text) <= CHUNK:
        return compiled.find(text)
    return _in_chunks(text, compiled.find, compiled.longest)


def _in_chunks(text: str, find: Find, longest: int) -> Iterator[tuple[int, int, int]]:
    """The occurrences that start in a chunk, chunk by chunk; what may stand beside a seed is seen with it."""
    for base in range(0, len(text), CHUNK):
        before = max(0, base - longest - 2)
        piece = text[before : base + CHUNK + 2 * longest + 2]
        for pattern, start, end in find(piece):
            if base <= before + start < base + CHUNK:
                yield pattern, before + start, before + end


def _change(whole: str, variant: str) -> str:
    """What a variant changed, as 明→鸣."""
    return next((f"{old}→{new}" for old, new in zip(whole, variant, strict=True) if old != new), "")


def _typo(text: str, start: int, end: int, form: Form) -> Candidate | None:
    """The whole pattern within one edit around a seed, or None; a pattern without an edit is an exact hit."""
    leftward = form.way is Way.RIGHT_SEED
    rest = form.rest
    reach = len(rest) + 1
    seen = text[max(0, start - reach) : start][::-1] if leftward else text[end : end + reach]
    if seen.startswith(rest):
        return None
    same = _common(rest, seen)
    covered = tuple(_covered(rest, seen, same))
    if not covered:
        return None
    if leftward:
        readings = tuple((start - length, end, start - 1 - same) for length in covered)
    else:
        readings = tuple((start, end + length, end + same) for length in covered)
    return Candidate(readings[0][0], readings[0][1], form, Way.TYPO, readings=readings)


def _common(first: str, second: str) -> int:
    """How many leading characters two strings share."""
    same = 0
    for left, right in zip(first, second, strict=False):
        if left != right:
            break
        same += 1
    return same


def _covered(rest: str, seen: str, same: int) -> Iterator[int]:
    """How much of `seen` the rest covers when one swapped, other, missing or extra letter is granted at `same`."""
    swapped = rest[same : same + 2][::-1] + rest[same + 2 :]
    other = seen.startswith(rest[same + 1 :], same + 1) and len(seen) > same
    if other or (len(rest) - same >= 2 and seen.startswith(swapped, same)):
        yield len(rest)
    if seen.startswith(rest[same + 1 :], same):
        yield len(rest) - 1
    if seen.startswith(rest[same:], same + 1):
        yield len(rest) + 1
