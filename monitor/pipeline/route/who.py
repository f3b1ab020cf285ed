"""who: which recipients hear of a hit, and as what?

This file is the table "Who is told" of the design. Nobody can silence a notice by publishing a copy
of it first: `same` is silent only towards those who were told of an earlier version of the item.
"""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from ...domain.delivery import Channel, Form
from ...domain.hit import Novelty, Verdict

_FORM_NAMES = {Form.NEW: "new", Form.UPDATED: "revision", Form.STORY: "story", Form.BASELINE: "new"}


def audience(
    hit_topic: str,
    verdict: Verdict,
    kind: str,
    part: str | None,
    severity: str,
    source: str,
    language: str | None,
    novelty: str,
    channels: Sequence[Channel],
) -> list[tuple[Channel, str]]:
    """Every (channel, recipient) whose filters let the hit through; an empty filter means all.

    Topics and sources may be patterns (`qiming*`). A text of unknown language passes every language
    filter. Novelty is judged as the recipient may hear it: `same` and the rest may count as `new`
    for those who were never told, so `decide` has the last word on it.
    """
    if verdict is not Verdict.ALERT:
        return []
    heard: list[tuple[Channel, str]] = []
    for channel in channels:
        if (
            _named(hit_topic, channel.topics)
            and _named(source, channel.sources)
            and _listed(kind, channel.kinds)
            and _listed(part, channel.parts)
            and _listed(severity, channel.severities)
            and _speaks(language, channel.languages)
            and _may_hear(novelty, channel.novelties)
        ):
            heard.extend((channel, recipient) for recipient in channel.recipients)
    return heard


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
    if form is None or (novelties and _FORM_NAMES[form] not in novelties):
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


def _listed(value: str | None, wanted: Sequence[str]) -> bool:
    return not wanted or value in wanted


def _speaks(language: str | None, wanted: Sequence[str]) -> bool:
    if not wanted or not language:
        return True
    spoken = language.lower()
    return any(spoken == tongue.lower() or spoken.startswith(tongue.lower() + "-") for tongue in wanted)


def _may_hear(novelty: str, wanted: Sequence[str]) -> bool:
    return not wanted or novelty in wanted or "new" in wanted
