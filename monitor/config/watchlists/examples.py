"""examples: does a watchlist find what it says it finds, and nothing that it says it must not?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from ...domain.hit import HitDraft, Verdict
from ...domain.topic import Topic
from .nodes import Notes, show
from .ruleset import ruleset
from .topics import Example, ReadTopic

if TYPE_CHECKING:
    from ...pipeline.match import Compiled


def check_examples(readings: Iterable[tuple[ReadTopic, Notes]]) -> None:
    """Runs each topic's examples against all topics together; a failing one is an error where it stands."""
    pairs = list(readings)
    if not any(topic.examples for topic, _ in pairs):
        return
    compiled = _compiled([topic.topic for topic, _ in pairs])
    for topic, notes in pairs:
        for example in topic.examples:
            message = failure(example, _hits(example.text, compiled))
            if message:
                notes.error(example.node, f"topic {show(example.topic)}: {message}")


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


def _compiled(topics: Sequence[Topic]) -> Compiled:
    from ...pipeline.match import compile_ruleset

    return compile_ruleset(ruleset(topics, "examples")[0])


def _hits(text: str, compiled: Compiled) -> Sequence[HitDraft]:
    from ...pipeline.match import Text, hits

    return hits(Text("", text), compiled)
