"""who: which recipients hear of a hit, and as what?

This file is the table "Who is told" of the design. Nobody can silence a notice by publishing a copy
of it first: `same` is silent only towards those who were told of an earlier version of the item.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from ...domain.delivery import Channel, Form
from ...domain.hit import Novelty, Verdict
from ..facts.places import named_place

FORM_NAMES = {Form.NEW: "new", Form.UPDATED: "revision", Form.STORY: "story", Form.BASELINE: "new"}


@dataclass(frozen=True, slots=True)
class Traits:
    """What the filters of channels ask of a hit; `novelty` is that of its text, `facts` are looked at for places."""

    topic: str
    verdict: Verdict = Verdict.ALERT
    kind: str = "other"
    part: str | None = None
    severity: str = "medium"
    source: str = ""
    language: str | None = None
    novelty: str = "new"
    facts: Sequence[Mapping[str, object]] = ()


def audience(hit: Traits, channels: Sequence[Channel]) -> list[tuple[Channel, str]]:
    """Every (channel, recipient) whose filters let the hit through; an empty filter means all.

    Novelty is judged as the recipient may hear it: `same` and the rest may count as `new` for those who were never
    told, so `decide` has the last word on it.
    """
    return [
        (channel, recipient)
        for channel in channels
        if next(obstacles(hit, channel), None) is None
        for recipient in channel.recipients
    ]


def obstacles(hit: Traits, channel: Channel) -> Iterator[str]:
    """What keeps a hit from a channel, in words; nothing where its filters let it through.

    Topics and sources may be patterns (`qiming*`). A text of unknown language or place passes those filters: in doubt
    people are told. A channel hears alerts only, unless its `verdicts` say otherwise; suppressed hits are never told.
    """
    verdicts = channel.verdicts or (Verdict.ALERT.value,)
    if hit.verdict is Verdict.SUPPRESSED or hit.verdict.value not in verdicts:
        yield f"the verdict is {hit.verdict.value}, it takes {_or(verdicts)}"
    if not _named(hit.topic, channel.topics):
        yield f"the topic is {hit.topic}, it takes {_or(channel.topics)}"
    if not _named(hit.source, channel.sources):
        yield f"the source is {hit.source or 'not told'}, it takes {_or(channel.sources)}"
    for name, value, wanted in (
        ("kind", hit.kind, channel.kinds),
        ("part", hit.part, channel.parts),
        ("severity", hit.severity, channel.severities),
    ):
        if wanted and value not in wanted:
            yield f"the {name} is {value or 'not known'}, it takes {_or(wanted)}"
    if not _speaks(hit.language, channel.languages):
        yield f"the language is {hit.language}, it takes {_or(channel.languages)}"
    if not _stands_in(hit.facts, channel.places):
        yield f"the place is another, it takes {_or(channel.places)}"
    if not _may_hear(hit.novelty, channel.novelties):
        yield f"the novelty is {hit.novelty}, it takes {_or(channel.novelties)}"


def concerns(channel: Channel, topic: str) -> bool:
    """Whether the channel takes hits of the topic at all."""
    return _named(topic, channel.topics)


def decide(
    verdict: Verdict,
    novelty: Novelty,
    already_owed: bool,
    changed_facts: bool = False,
    novelties: Sequence[str] = (),
) -> Form | None:
    """How one recipient is told, or None for silence.

    `already_owed`: an earlier version of the item owes this topic to this recipient. `changed_facts`:
    the telling of a known story brings another topic, amount or deadline, and so is told at once.
    `novelties` is the channel's filter on what the recipient would hear.
    """
    form = _form(verdict, novelty, already_owed, changed_facts)
    if form is None or (novelties and FORM_NAMES[form] not in novelties):
        return None
    return form


def _form(verdict: Verdict, novelty: Novelty, already_owed: bool, changed_facts: bool) -> Form | None:
    if verdict is not Verdict.ALERT:
        return None
    if novelty is Novelty.SAME:
        return None if already_owed else Form.NEW
    if novelty is Novelty.REVISION:
        return Form.UPDATED if already_owed else Form.NEW
    if novelty is Novelty.STORY:
        return Form.NEW if changed_facts else Form.STORY
    return Form.NEW


def _named(name: str, patterns: Sequence[str]) -> bool:
    return not patterns or any(fnmatchcase(name, pattern) for pattern in patterns)


def _speaks(language: str | None, wanted: Sequence[str]) -> bool:
    if not wanted or not language:
        return True
    spoken = language.lower()
    return any(spoken == tongue.lower() or spoken.startswith(tongue.lower() + "-") for tongue in wanted)


def _stands_in(facts: Sequence[Mapping[str, object]], wanted: Sequence[str]) -> bool:
    """A province takes in its cities; of a city that is wanted, its province alone may be meant, so it passes too."""
    told = [fact for fact in facts if fact.get("fact") == "place"]
    if not wanted or not told:
        return True
    pairs = [pair for name in wanted for pair in named_place(name)]
    return any(
        fact.get("province") == province and (city is None or fact.get("city") in (city, None, ""))
        for fact in told
        for province, city in pairs
    )


def _may_hear(novelty: str, wanted: Sequence[str]) -> bool:
    return not wanted or novelty in wanted or "new" in wanted


def _or(wanted: Sequence[str]) -> str:
    return " or ".join(wanted)
