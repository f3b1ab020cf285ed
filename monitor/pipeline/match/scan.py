"""scan: where in a folded text may a term stand? One automaton pass, then a one-edit check at the seeds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from .terms import Compiled, Form, Way

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
    for pattern, start, end in _hits(text, compiled):
        for form in forms[pattern]:
            topic = terms[form.term].topic
            found = result.found.get(topic)
            if found is not None and len(found) >= CAP and not _is_new(result, topic, form):
                result.counted[topic] = result.counted.get(topic, 0) + (form.way is Way.EXACT)
                continue
            if form.way <= Way.HOMOPHONE:
                candidate = Candidate(start, end, form, form.way)
                if form.way is not Way.EXACT:
                    candidate.note = _change(form.pattern, compiled.patterns[pattern])
            elif not _may_go_on(text, start, end, form) or (typo := _typo(text, start, end, form)) is None:
                continue
            else:
                candidate = typo
            if found is None:
                found = result.found[topic] = []
            found.append(candidate)
    return result


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


def _hits(text: str, compiled: Compiled) -> Iterator[tuple[int, int, int]]:
    """The automaton's hits as (pattern, start, end), all overlapping ones, chunk by chunk."""
    automaton = compiled.automaton
    if automaton is None:
        return
    if len(text) <= CHUNK:
        yield from automaton.find_matches_as_indexes(text, overlapping=True)
        return
    for base in range(0, len(text), CHUNK):
        piece = text[base : base + CHUNK + compiled.longest - 1]
        for pattern, start, end in automaton.find_matches_as_indexes(piece, overlapping=True):
            if start < CHUNK:
                yield pattern, base + start, base + end


def _change(whole: str, variant: str) -> str:
    """What a variant changed, as 明→鸣."""
    return next((f"{old}→{new}" for old, new in zip(whole, variant, strict=True) if old != new), "")


def _may_go_on(text: str, start: int, end: int, form: Form) -> bool:
    """Whether one of the two characters beside a seed is where an edit would leave it; refuses most seeds at once."""
    seen = text[max(0, start - 2) : start] if form.way is Way.RIGHT_SEED else text[end : end + 2]
    first, second = form.beside[0], form.beside[-1]
    return first in seen or second in seen or len(seen) < 2


def _typo(text: str, start: int, end: int, form: Form) -> Candidate | None:
    """The whole pattern within one edit around a seed, or None; a pattern without an edit is an exact hit."""
    leftward = form.way is Way.RIGHT_SEED
    rest = form.pattern[: form.split] if leftward else form.pattern[form.split :]
    seen = text[max(0, start - len(rest) - 1) : start] if leftward else text[end : end + len(rest) + 1]
    if leftward:
        rest, seen = rest[::-1], seen[::-1]
    if not _half_stands(rest, seen):
        return None
    same = _common(rest, seen)
    if same == len(rest):
        return None
    covered = tuple(_covered(rest, seen, same))
    if not covered:
        return None
    if leftward:
        readings = tuple((start - length, end, start - 1 - same) for length in covered)
    else:
        readings = tuple((start, end + length, end + same) for length in covered)
    return Candidate(readings[0][0], readings[0][1], form, Way.TYPO, readings=readings)


def _half_stands(rest: str, seen: str) -> bool:
    """Whether one half is untouched, as it must be after a single edit; refuses most seeds at once."""
    half = len(rest) // 2
    if seen.startswith(rest[:half]):
        return True
    second = rest[half + 1 :]
    return any(seen.startswith(second, half + 1 + shift) for shift in (0, -1, 1))


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
