"""examples: does a watchlist find what it says it finds, and nothing that it says it must not?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...domain.hit import HitDraft, Verdict
from ...pipeline.match import Compiled, Text, compile_ruleset, hits
from .nodes import Notes, show
from .ruleset import ruleset
from .topics import Example, ReadTopic


def try_topics(readings: Iterable[tuple[ReadTopic, Notes]]) -> None:
    """Compiles all topics together, notes what the matcher finds odd about a term, and runs every example.

    A failing example is an error where it stands.
    """
    pairs = list(readings)
    if not pairs:
        return
    compiled = compile_ruleset(ruleset([topic.topic for topic, _ in pairs], "examples")[0])
    _warn(compiled, pairs)
    for topic, notes in pairs:
        for example in topic.examples:
            message = failure(example, hits(Text("", example.text), compiled))
            if message:
                notes.error(example.node, f"topic {show(example.topic)}: {message}")


def _warn(compiled: Compiled, pairs: Sequence[tuple[ReadTopic, Notes]]) -> None:
    places = {(read.topic.key, term.text): (notes, node) for read, notes in pairs for term, node in read.terms}
    for problem in compiled.problems:
        where = places.get((problem.topic, problem.term))
        if where:
            where[0].warn(where[1], f"topic {show(problem.topic)}: the term {show(problem.term)}: {problem.message}")


def failure(example: Example, hits: Sequence[HitDraft]) -> str | None:
    """What is wrong with the answer to an example, None when it is as wanted."""
    hit = next((hit for hit in hits if hit.topic == example.topic), None)
    verdict = hit.verdict if hit else None
    if example.wanted and verdict is not Verdict.ALERT:
        return (
            f"must_match {show(example.text)} gives {_told(hit)}: add the term that is missing, or take the example out"
        )
    if not example.wanted and verdict is Verdict.ALERT:
        return f"must_not_match {show(example.text)} gives {_told(hit)}: add an exclude, or take the example out"
    return None


def _told(hit: HitDraft | None) -> str:
    if hit is None:
        return "no hit at all"
    match = hit.matches[0] if hit.matches else None
    found = f" on {show(match.text)} as the term {show(match.term)}" if match else ""
    why = "; ".join(hit.reasons) or (match.reason if match else "")
    return f"the verdict {hit.verdict}{found}{f' ({why})' if why else ''}"
