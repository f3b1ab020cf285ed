"""poll: the whole way of a body, from the answer of a server to the intent that is stored.

    claim ──fetch──▶ Unchanged ─────────────▶ quiet()    counted in the source's day
                     Failed ────────────────▶ failed()   the reason, and when to come again
                     Fetched ──read──▶ unreadable ──▶ misread()
                                       Reading ─judge─▶ harvested()  documents, hits, links: one intent

The turns do what waits (fetching, reading, judging); this file decides. Links have the same four ends.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from ..domain.audit import AuditNote
from ..domain.document import Candidate, Origin, Prepared, Reading
from ..domain.hit import Decision, Relation
from ..domain.intent import (
    HostUpdate,
    LinkClaim,
    LinkUpdate,
    PollIntent,
    SourceClaim,
    SourceUpdate,
    Standing,
    VersionIntent,
)
from ..domain.link import FoundLink, LinkState
from ..domain.source import Failed, Fetched, Health, Outcome, Request, Unchanged, Validators
from . import health, schedule, sight
from .record import is_told
from .sight import Look, Sight, look

ACTOR = "monitor"
REVISITS = (1, 3, 7, 30, 90)  # days after the first reading of a document with an alert
FOLDER = "folder"
CUT = "only the beginning was read: the text is longer than one text may be"
DISTINCT = Decision(Relation.DISTINCT, reasons=("nothing like it is stored",))
UNJUDGED = Decision(
    Relation.DISTINCT, reasons=("could not be judged against what was stored meanwhile: told as new",), unjudged=True
)
DOORS = frozenset(
    {"login page", "consent page", "challenge page", "no such page"}
)  # answers with status 200 that are none
MOST_MATES = 6  # texts of the same body that a text is judged against; half of what the judge compares
ACCEPT = {
    "feed": "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5",
    "page": "text/html, application/xhtml+xml, */*;q=0.5",
    "sitemap": "application/xml, text/xml, application/gzip, text/plain;q=0.8, */*;q=0.5",
}


def source_request(claim: SourceClaim, cap: int, deadline: float) -> Request:
    """The request of a poll: conditional, but for each 24th in a row without a change."""
    return Request(
        claim.address,
        schedule.validators_for(claim),
        accept=ACCEPT.get(claim.kind, ACCEPT["page"]),
        cap=cap,
        deadline=deadline,
        pace=claim.pace,
        old_tls=_old_tls(claim.options),
        folder=claim.address if claim.kind == FOLDER else "",
        subfolders='"subfolders":true' in claim.options,
    )


def _old_tls(options: str) -> bool:
    return '"old_tls":true' in options  # canonical JSON; a poll that finds nothing new parses none


def link_request(claim: LinkClaim, cap: int, deadline: float) -> Request:
    """The request of a link. Files are read for the links of a folder only, and only inside it."""
    return Request(
        claim.url, claim.validators, accept="*/*", cap=cap, deadline=deadline, pace=claim.pace,
        old_tls=_old_tls(claim.options), folder=claim.source_address if claim.source_kind == FOLDER else "",
    )  # fmt: skip


def source_origin(claim: SourceClaim, fetched: Fetched) -> Origin:
    """What the reading child is told of a source's body."""
    options = json.loads(claim.options)
    return Origin(claim.key, claim.kind, fetched.url, fetched.content_type, fetched.charset, options)


def link_origin(claim: LinkClaim, fetched: Fetched) -> Origin:
    """What the reading child is told of a link's body."""
    options = json.loads(claim.options)
    return Origin(claim.source, "document", fetched.url, fetched.content_type, fetched.charset, options, claim.title)


def source_without_body(claim: SourceClaim, result: Unchanged | Failed, now: datetime, ruleset: str) -> PollIntent:
    """A poll that ended without a body: nothing new, or a failure with its reason."""
    turn = schedule.after_poll(claim, result, now)
    if isinstance(result, Unchanged):
        return _quiet(claim, turn, result, now, ruleset)
    update = _source(claim, turn, Outcome.FAILED, now, _reason(result), None)
    host = HostUpdate(claim.host, turn.host_until, result.reason) if turn.host_until else None
    intent = _stands(claim, update, health.after_failure(claim, result, now), ruleset)
    standing = intent.source_update.standing if intent.source_update else None
    gone = standing is not None and standing.health == Health.GONE and health.before(claim) != Health.GONE
    return replace(intent, host_update=host, gone=gone and claim.kind == "page")


def _quiet(claim: SourceClaim, turn: schedule.SourceTurn, result: Unchanged, now: datetime, ruleset: str) -> PollIntent:
    """Nothing new: counted only, unless the source's standing changes with it."""
    kept = Validators(body_hash=result.validators.body_hash) if claim.untrusted else result.validators
    update = _source(claim, turn, Outcome.UNCHANGED, now, None, kept)
    if health.stays(claim, now):
        return PollIntent(claim.key, now, ruleset, source_update=update)
    standing = health.after_silence(claim, now)
    if standing.health == Health.BLIND:
        update = replace(update, reason=f"{health.NO_NEWS}{_days(claim, now)}")
    return _stands(claim, update, standing, ruleset)


def _stands(claim: SourceClaim, update: SourceUpdate, standing: Standing, ruleset: str) -> PollIntent:
    """The update with its standing; a change of health is an entry."""
    told = health.notes(claim, standing, update.polled_at, update.reason)
    return PollIntent(
        claim.key, update.polled_at, ruleset, source_update=replace(update, standing=standing), notes=told
    )


def _days(claim: SourceClaim, now: datetime) -> str:
    since = now - claim.blind_at if claim.blind_at else timedelta()
    return f", {since.days} days beyond its habit" if since.days else ""


def source_misread(claim: SourceClaim, reason: str, now: datetime, ruleset: str) -> PollIntent:
    """A body that could not be read: a failure of the source; its validators are not kept, so it is fetched again."""
    turn = schedule.after_misread(claim, now)
    update = _source(claim, turn, Outcome.FAILED, now, reason, None)
    return _stands(claim, update, health.after_failure(claim, None, now), ruleset)


def source_harvested(
    claim: SourceClaim, fetched: Fetched, reading: Reading, versions: Sequence[VersionIntent], now: datetime,
    looked: Look | None = None,
) -> PollIntent:  # fmt: skip
    """A body that was read: everything it brought, with the validators that vouch for it, and how it compares."""
    found = looked if looked is not None else look(claim, Sight(), reading, now)
    lies = claim.untrusted or _lied(claim, fetched)
    outcome = Outcome.UNCHANGED if found.nothing_new and not claim.first_success else Outcome.CHANGED
    turn = schedule.after_body(claim, now, changed=outcome is Outcome.CHANGED)
    if found.gap:
        turn = schedule.hurried(claim, turn, now, found.span)
    moved = (f"moved for good to {fetched.moved_to}: correct the address",) if fetched.moved_to else ()
    words = (*moved, *_warnings(reading), *(told for _, told in found.warnings))
    reason = "; ".join(dict.fromkeys(words))[:300] or None
    kept = Validators(body_hash=fetched.body_hash) if lies else _validators(fetched)
    update = _with_entries(_source(claim, turn, outcome, now, reason, kept), reading, fetched)
    intent = _stands(claim, update, health.after_look(claim, found, now, lies), reading.ruleset)
    return replace(
        intent, versions=tuple(versions), links=_links(reading), baseline=claim.first_success,
        notes=(*intent.notes, *_odd(claim, found, lies and not claim.untrusted, now)), sight=sight.store(found.after),
        dropped=found.dropped, gap=found.gap,
    )  # fmt: skip


def _warnings(reading: Reading) -> tuple[str, ...]:
    """What is to be told of a body; a text that was cut is told here where its format did not say so."""
    told = reading.harvest.warnings
    cut = any(one.extracted.truncated for one in reading.prepared)
    return (*told, CUT) if cut and not told else told


def _lied(claim: SourceClaim, fetched: Fetched) -> bool:
    """Whether the server vouches for another body with the tags of the last one: then its 304 means nothing."""
    before = claim.validators
    if before.body_hash is None or before.body_hash == fetched.body_hash:
        return False
    if before.etag is not None:
        return fetched.etag == before.etag
    return before.last_modified is not None and fetched.last_modified == before.last_modified


def _odd(claim: SourceClaim, found: Look, lies: bool, now: datetime) -> tuple[AuditNote, ...]:
    """What an operator is to hear of this body: a gap, and each warning when it begins."""
    notes = []
    if found.gap:
        body = {"source": claim.key, "since": claim.succeeded_at, "until": now, "before": found.before}
        notes.append(AuditNote("gap seen", ACTOR, now, body))
    words = [*found.fresh_warnings]
    if lies:
        words.append("its ETag or date vouched for another body than it sent: they are not used any more")
    notes += [AuditNote("source warned", ACTOR, now, {"source": claim.key, "warning": told}) for told in words]
    return tuple(notes)


def walked(intent: PollIntent, memory: str, partial: bool) -> PollIntent:
    """The intent of a poll that looked at further pages; of a partial one it is not known how much the source shows."""
    update = intent.source_update
    if update is None:
        return intent
    update = replace(update, memory=memory, entries=None if partial else update.entries)
    return replace(intent, source_update=update)


def link_without_body(claim: LinkClaim, result: Unchanged | Failed, now: datetime, ruleset: str) -> PollIntent:
    """A link that gave no body: unchanged, gone, to be tried again, or given up with its reason."""
    turn = schedule.after_link(claim, result, now)
    due = turn.due_at
    if isinstance(result, Unchanged):
        due = _revisit(claim, now)
    update = LinkUpdate(
        claim.id, claim.source, claim.lease, turn.state, now, due, turn.reason,
        result.validators if isinstance(result, Unchanged) else None, turn.tries, turn.misses,
        claim.visits + (1 if isinstance(result, Unchanged) else 0),
    )  # fmt: skip
    host = HostUpdate(claim.host, turn.host_until, turn.reason or "") if turn.host_until else None
    notes: tuple[AuditNote, ...] = ()
    if turn.state is LinkState.GIVEN_UP:
        notes = (_link_note("link given up", claim, now, turn.reason),)
    elif turn.state is LinkState.GONE and turn.due_at is None:
        kind = "document vanished" if claim.visits else "link gone"  # what was never read was never there
        notes = (_link_note(kind, claim, now, turn.reason),)
    return PollIntent(claim.source, now, ruleset, link_update=update, host_update=host, from_link=claim.id, notes=notes)


def link_misread(claim: LinkClaim, reason: str, now: datetime, ruleset: str) -> PollIntent:
    """A link whose body cannot be read: it ends, with the reason, counted and never taken for empty."""
    update = LinkUpdate(
        claim.id, claim.source, claim.lease, LinkState.GIVEN_UP, now, None, reason, None, claim.tries + 1, claim.misses,
        claim.visits,
    )  # fmt: skip
    note = _link_note("link given up", claim, now, reason)
    return PollIntent(claim.source, now, ruleset, link_update=update, from_link=claim.id, notes=(note,))


def link_harvested(
    claim: LinkClaim, fetched: Fetched, reading: Reading, versions: Sequence[VersionIntent], now: datetime
) -> PollIntent:
    """A link that was read. One with an alert is read again after 1, 3, 7, 30 and 90 days."""
    told = any(is_told(one.prepared.hits) for one in versions)
    update = LinkUpdate(
        claim.id, claim.source, claim.lease, LinkState.READ, now,
        _revisit(claim, now) if told or claim.visits else None,
        "; ".join(_warnings(reading))[:300] or None, _validators(fetched), 0, 0, claim.visits + 1,
    )  # fmt: skip
    return PollIntent(
        claim.source, now, reading.ruleset, link_update=update, versions=tuple(versions),
        links=() if claim.attachment else _links(reading), baseline=claim.baseline and claim.visits == 0,
        from_link=claim.id,
    )  # fmt: skip


def pushed(source: str, reading: Reading, versions: Sequence[VersionIntent], now: datetime) -> PollIntent:
    """A document that was sent to us: no first reading, so it is told like any news."""
    return PollIntent(source, now, reading.ruleset, versions=tuple(versions), links=_links(reading), pushed=True)


def mates(source: str, prepared: Prepared, before: Sequence[Prepared], now: datetime) -> list[Candidate]:
    """Texts of the same body that may be the same, those with most keys in common first.

    They have no number yet: -1 is the first text of the intent, -2 the second; the store knows what becomes of them.
    """
    keys, story_keys, own = set(prepared.keys), set(prepared.story_keys), prepared.extracted.place
    ranked = []
    for number, one in enumerate(before, 1):
        shared = len(keys.intersection(one.keys)) * 2 + (one.extracted.place == own)
        if one.hits and (shared or len(story_keys.intersection(one.story_keys)) > 1):
            ranked.append((-shared, number, one))
    return [
        Candidate(
            -number, -number, -number, source, one.extracted.url, one.extracted.title, one.extracted.text,
            one.extracted.published, now, True, one.extracted.place,
        )
        for _, number, one in sorted(ranked, key=lambda row: row[:2])[:MOST_MATES]
    ]  # fmt: skip


def left_unjudged(decision: Decision) -> Decision:
    """What holds when judging ended while others were still being stored: what was found so far, flagged."""
    reason = "what was stored meanwhile could not be judged"
    return replace(decision, unjudged=True, reasons=(*decision.reasons, reason))


def version(prepared: Prepared, decision: Decision, fetched: Fetched, baseline: bool) -> VersionIntent:
    """One text of the intent."""
    return VersionIntent(prepared, decision, fetched.body_hash, baseline)


def _source(
    claim: SourceClaim,
    turn: schedule.SourceTurn,
    outcome: Outcome,
    now: datetime,
    reason: str | None,
    validators: Validators | None,
) -> SourceUpdate:
    skipped, why = health.skipped(claim, now)
    return SourceUpdate(
        claim.key, claim.lease, outcome, now, turn.due_at, turn.interval, reason, validators,
        failures=turn.failures, unchanged=turn.unchanged, skipped=skipped, skip_reason=why,
    )  # fmt: skip


def _with_entries(update: SourceUpdate, reading: Reading, fetched: Fetched) -> SourceUpdate:
    return replace(update, entries=_shown(reading), moved_to=fetched.moved_to)


def _shown(reading: Reading) -> int:
    """How much the source showed: entries of a feed, links of a list, texts of a page; 0 is a source gone blind."""
    harvest = reading.harvest
    return harvest.entries or len(harvest.links) or sum(bool(text.text.strip()) for text in harvest.texts)


def _links(reading: Reading) -> tuple[FoundLink, ...]:
    """What is to be read next: the links of a list, and the attachments that carry a notice's substance."""
    texts = [one.extracted for one in reading.prepared] or reading.harvest.texts
    attached = (replace(link, shown_by=text.place) for text in texts for link in text.attachments)
    return tuple({link.address: link for link in (*reading.harvest.links, *attached)}.values())


def _validators(fetched: Fetched) -> Validators:
    return Validators(fetched.etag, fetched.last_modified, fetched.body_hash)


def _reason(result: Failed) -> str:
    return f"{result.reason}: {result.detail}" if result.detail else result.reason


def _link_note(kind: str, claim: LinkClaim, now: datetime, reason: str | None) -> AuditNote:
    return AuditNote(kind, ACTOR, now, {"source": claim.source, "url": claim.url, "reason": reason or ""})


def _revisit(claim: LinkClaim, now: datetime) -> datetime | None:
    """The next look at a document that alerted; its visits so far say which one is next."""
    if claim.visits >= len(REVISITS):
        return None
    before = REVISITS[claim.visits - 1] if claim.visits else 0
    return now + timedelta(days=REVISITS[claim.visits] - before)
