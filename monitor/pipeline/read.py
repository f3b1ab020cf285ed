"""read: what do the texts of a body come to - matched, classified, with facts, signed?"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import replace
from hashlib import blake2b, sha256

from monitor.domain.document import Extracted, Harvest, Prepared, Reading
from monitor.domain.hit import HitDraft, Kind, Verdict
from monitor.domain.topic import Strength

from .classify import classify
from .dedupe import content_hash, sign
from .facts import REACH, facts
from .match import Compiled, Text, find_topics, hits, standing

FURNITURE = "page furniture"
OVERRAN = "matcher overran"
HIDDEN = "hidden text"
FACTS_CUT = f"facts are read in the first {REACH:,} characters only"
SEVERAL = 3  # texts of one body that are looked through together
Counts = dict[str, int]


def count(extracted: Extracted, compiled: Compiled) -> Counts:
    """How often plain terms of each topic stand in a text or around it: the bare automaton."""
    found = find_topics(Text(extracted.title, extracted.text), compiled)
    if extracted.furniture:
        for topic, number in find_topics(Text("", extracted.furniture), compiled).items():
            found[topic] = found.get(topic, 0) + number
    return found


def counts(harvest: Harvest, compiled: Compiled, told: Container[int]) -> tuple[Counts, ...]:
    """How often plain terms stand in each text of a harvest; `told` are the places where any may."""
    return tuple(count(text, compiled) if place in told else {} for place, text in enumerate(harvest.texts))


def prepare(harvest: Harvest, compiled: Compiled, key: bytes, told: Container[int] | None = None) -> Reading:
    """Every text of a harvest ready to be judged and stored; `key` is that of the fingerprints, `told` as of `may_match`."""
    aliases = watched_forms(compiled)
    told = may_match(harvest, compiled) if told is None else told
    prepared = tuple(
        prepare_text(text, harvest.meta, compiled, key, aliases) if place in told else _unmatched(text, key)
        for place, text in enumerate(harvest.texts)
    )
    return Reading(harvest, prepared, compiled.ruleset.id)


def may_match(harvest: Harvest, compiled: Compiled) -> Container[int]:
    """The places of texts with a match or more: those of many are told apart by one look at all of them."""
    if len(harvest.texts) < SEVERAL or any(text.furniture for text in harvest.texts):
        return range(len(harvest.texts))
    fields = [field for text in harvest.texts for field in (text.title, text.text)]
    return {place // 2 for place in standing(fields, compiled)}


def _unmatched(extracted: Extracted, key: bytes) -> Prepared:
    """A text for whose like nobody will look: no analysis, no keys."""
    return Prepared(extracted, content_hash(extracted.text), _fingerprint(extracted, key))


def prepare_text(
    extracted: Extracted, meta: Mapping[str, str], compiled: Compiled, key: bytes, aliases: Mapping[str, str]
) -> Prepared:
    """One text: its hits, and only where there is one its kind, facts and candidate keys."""
    published = extracted.published.date() if extracted.published else None
    drafts = tuple(
        _marked(draft, extracted) for draft in hits(Text(extracted.title, extracted.text, published), compiled)
    )
    drafts += _furniture(extracted, compiled, drafts)
    if not drafts:
        return _unmatched(extracted, key)
    signature = sign(extracted.title, extracted.text, extracted.url, key, aliases)
    said = {**meta, "byline": extracted.author} if extracted.author else meta
    classified = classify(extracted.title, extracted.text, extracted.url, said)
    drafts = of_wanted_kind(drafts, classified.kind, compiled)
    if len(extracted.title) + len(extracted.text) >= REACH:
        extracted = replace(extracted, warnings=(*extracted.warnings, FACTS_CUT))
    return Prepared(
        extracted,
        signature.text_hash,
        signature.fingerprint,
        signature.keys,
        signature.story_keys,
        classified.kind,
        classified.part,
        tuple(facts(f"{extracted.title}\n{extracted.text}", published)),
        drafts,
        signature.lines,
    )


def of_wanted_kind(drafts: Iterable[HitDraft], kind: Kind, compiled: Compiled) -> tuple[HitDraft, ...]:
    """The hits, where an alert of a topic that asks for other kinds of text is a review that says so."""
    wanted = {topic.key: topic.kinds for topic in compiled.ruleset.topics if topic.kinds}
    if not wanted:
        return tuple(drafts)
    return tuple(
        _other_kind(draft, kind, wanted[draft.topic])
        if draft.verdict is Verdict.ALERT and kind not in wanted.get(draft.topic, (kind,))
        else draft
        for draft in drafts
    )


def _other_kind(draft: HitDraft, kind: Kind, wanted: Iterable[str]) -> HitDraft:
    reason = f"the text is of kind {kind.value}, the topic asks for {', '.join(wanted)}"
    matches = tuple(
        replace(match, verdict=Verdict.REVIEW, reason=f"{match.reason}; {reason}")
        if match.verdict is Verdict.ALERT
        else match
        for match in draft.matches
    )
    return replace(draft, verdict=Verdict.REVIEW, matches=matches, reasons=(*draft.reasons, reason))


def overran(harvest: Harvest, counts: Iterable[Counts], ruleset: str, key: bytes) -> Reading:
    """What is known when the rest was not finished: texts with a plain term are reviews, never non-hits."""
    prepared = []
    for extracted, found in zip(harvest.texts, counts, strict=True):
        drafts = tuple(HitDraft(topic, Verdict.REVIEW, (), (OVERRAN,), 0.0, number) for topic, number in found.items())
        raw = sha256(extracted.text.encode("utf-8", "replace")).hexdigest()
        prepared.append(Prepared(extracted, raw, _fingerprint(extracted, key), hits=drafts, overran=True))
    return Reading(replace(harvest, warnings=(*harvest.warnings, OVERRAN)), tuple(prepared), ruleset)


def watched_forms(compiled: Compiled) -> dict[str, str]:
    """Written form → topic of every strong term: forms that count as facts when two texts are compared."""
    return {
        term.text: topic.key
        for topic in compiled.ruleset.topics
        for term in topic.terms
        if term.strength is not Strength.WEAK and not term.near
    }


def _marked(draft: HitDraft, extracted: Extracted) -> HitDraft:
    """The hit, with a word about it when its strongest match stands where a browser shows nothing."""
    best = draft.matches[0] if draft.matches else None
    if best is None or best.field != "text" or best.text not in extracted.hidden:
        return draft
    shown = extracted.text.count(best.text) > extracted.hidden.count(best.text)
    return draft if shown else replace(draft, reasons=(*draft.reasons, HIDDEN))


def _furniture(extracted: Extracted, compiled: Compiled, drafts: Iterable[HitDraft]) -> tuple[HitDraft, ...]:
    """Topics that stand only outside the main text: suppressed, so that a person can still find and restore them.

    Their matches are not listed, because spans are those of the main text; the reason names the written form.
    """
    if not extracted.furniture:
        return ()
    known = {draft.topic for draft in drafts}
    return tuple(
        HitDraft(
            draft.topic,
            Verdict.SUPPRESSED,
            (),
            (FURNITURE, f"stands around the text: {draft.matches[0].text}"),
            draft.score,
            len(draft.matches) + draft.counted,
        )
        for draft in hits(Text("", extracted.furniture), compiled)
        if draft.topic not in known
    )


def _fingerprint(extracted: Extracted, key: bytes) -> int:
    """A fingerprint that costs no analysis: equal only for equal texts."""
    whole = f"{extracted.title}\n{extracted.text}".encode("utf-8", "replace")
    return int.from_bytes(blake2b(whole, digest_size=8, key=key[:64]).digest(), "big", signed=True)
