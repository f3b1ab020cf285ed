"""health: how well is a source seen, since when, and what is to be done about it?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ..domain.audit import AuditNote
from ..domain.intent import SourceClaim, Standing
from ..domain.source import Failed, Health, Outcome, SourceHealth
from .sight import Look

ACTOR = "monitor"
BAD = frozenset({Health.FAILING.value, Health.GONE.value})
LATE_AFTER = timedelta(minutes=2)  # beside one interval: a turn that came and nobody took
MOST_SKIPPED = 100_000  # turns that are counted of one silence of the service

# the first word of a reason that fits says what to do
ADVICE: tuple[tuple[str, str], ...] = (
    ("robots: disallowed", "the host does not want this read: remove the source or ask its operator"),
    ("robots: unavailable", "its robots.txt cannot be read, so nothing of the host is; it is asked again by itself"),
    ("http 404", "look for the new address in a browser and correct the watchlist"),
    ("http 410", "it is gone for good: remove it from the watchlist or correct the address"),
    ("http 401", "it wants a login: watch a public address instead"),
    ("http 403", "it refuses us: ask its operator, or watch another address"),
    ("http 429", "asked too often: a longer `every` or `pace` helps"),
    ("http 5", "the server has trouble of its own: nothing to do but wait"),
    ("login page", "it asks for a login now: look for a public address; logins are not got round"),
    ("consent page", "it asks for consent first: look for a feed or another address of the same content"),
    ("challenge page", "it wants proof of a human: look for a feed or ask its operator; challenges are not got round"),
    ("no such page", "look for the new address in a browser and correct the watchlist"),
    ("sent on", "watch the address that it names"),
    ("moved for good", "correct the address in the watchlist"),
    ("http 202", "what is asked for is not there yet: it is asked again by itself"),
    ("not a feed", "a page where a feed was: `monitor source try` shows what is there now"),
    ("no such host", "check the host's name; it may have moved"),
    ("connection refused", "the host does not answer on this port: nothing to do but wait, or correct the address"),
    ("timed out", "the host is slow: nothing to do but wait"),
    ("private address", "name it in MONITOR_ALLOW_PRIVATE if it is yours"),
    ("certificate", "its certificate is not valid: tell its operator"),
    ("headers too large", "its answer begins with more headers than any site needs: tell its operator"),
    ("bad address", "a redirect leads where nothing is read: look at it in a browser and correct the address"),
    ("redirect", "it sends readers round in circles: look at it in a browser and correct the address"),
    ("cut off", "the server breaks off: it is asked again by itself; a smaller page or a feed may come whole"),
    ("connection reset", "the server hangs up: it is asked again by itself"),
    ("bad answer", "what answers there is no web server: correct the address, or wait until it is one again"),
    ("304 unasked", "the server says `unchanged` to a first question: tell its operator, or watch another address"),
    ("unasked coding", "the server packs in a way that was not asked for: tell its operator"),
    ("empty", "it answers without a word: look at it in a browser; it is asked again by itself"),
    (
        "needs-ocr",
        "it is a scan, and pictures of text are not read: look at it yourself, or watch where the text stands",
    ),
    ("encrypted", "it wants a password, which nobody gives: look for an open copy"),
    ("unreadable", "its file is damaged or does not end: open it yourself, and ask its operator for a whole one"),
    ("disk space", "free some: large bodies lie beside the database until they were read"),
    ("too large", "more than is read of one body: watch a smaller page or a feed"),
    (
        "no links found",
        "correct `follow` (`monitor source try` shows the links); a list drawn by a script needs a feed",
    ),
    ("nothing found for select", "its page changed: correct `select`"),
    ("no text", "nothing stands in its HTML: if a browser shows text, a script draws it; look for a feed of the same"),
)
NO_NEWS = "no news for longer than usual"
BLIND_EMPTY = "look at the address in a browser: it shows nothing where it showed something"
BLIND_SILENT = "look at it in a browser: it may have moved, or our copy of it is stale"


@dataclass(frozen=True, slots=True)
class Told:
    """A source's health as people are told it."""

    health: str
    since: datetime | None
    reason: str
    advice: str


def before(claim: SourceClaim) -> str:
    """The health a claimed source had; rows from before there was such a thing tell it by their last outcome."""
    if claim.health or not claim.outcome:
        return claim.health
    return (Health.FAILING if claim.outcome == Outcome.FAILED.value else Health.HEALTHY).value


def after_failure(claim: SourceClaim, result: Failed | None, now: datetime) -> Standing:
    """The standing after a failure: failing, or gone when 404 or 410 came on two days."""
    missing = (claim.missing_since or now) if result is not None and result.gone else None
    gone = missing is not None and missing.date() < now.date()
    return _standing(claim, Health.GONE if gone else Health.FAILING, now, missing)


def stays(claim: SourceClaim, now: datetime) -> bool:
    """Whether a poll that brought nothing new leaves the source's health what it was."""
    if claim.health == "blind":
        return True
    return claim.health == "healthy" and (claim.blind_at is None or now < claim.blind_at)


def after_silence(claim: SourceClaim, now: datetime) -> Standing:
    """The standing after a poll that brought nothing new."""
    blind = before(claim) == Health.BLIND or (claim.blind_at is not None and now >= claim.blind_at)
    return _standing(claim, Health.BLIND if blind else Health.HEALTHY, now, None)


def after_look(claim: SourceClaim, look: Look, now: datetime, untrusted: bool) -> Standing:
    """The standing after a body that was read."""
    if look.empty:
        health = Health.BLIND
    elif look.nothing_new:
        silent = claim.blind_at is not None and now >= claim.blind_at
        health = Health.BLIND if silent else Health.HEALTHY
    else:
        health = Health.HEALTHY
    found = _standing(claim, health, now, None)
    return Standing(found.health, found.since, None, look.blind_at, untrusted)


def notes(claim: SourceClaim, standing: Standing, now: datetime, reason: str | None) -> tuple[AuditNote, ...]:
    """A change of health as the entry that tells it; none when nothing changed, or all was well from the first."""
    old, new = before(claim), standing.health
    if old == new or (new == Health.HEALTHY and not old):
        return ()
    body: dict[str, object] = {"source": claim.key, "reason": reason or ""}
    if new == Health.HEALTHY:
        body |= {"was": old, "since": claim.health_since}
        return (AuditNote("source recovered", ACTOR, now, body),)
    kinds = {Health.FAILING: "source failed", Health.BLIND: "source blind", Health.GONE: "source gone"}
    body["advice"] = advice(new, reason)
    found = (AuditNote(kinds[Health(new)], ACTOR, now, body),)
    if old in BAD and new == Health.BLIND:  # it answers again, which is told too
        return (AuditNote("source recovered", ACTOR, now, {"source": claim.key, "reason": "", "was": old}), *found)
    return found


def skipped(claim: SourceClaim, now: datetime) -> tuple[tuple[tuple[date, int], ...], str]:
    """Turns that came and went before this poll, by day, and why nobody took them."""
    interval = max(claim.interval, 1.0)
    late = (now - claim.due_at).total_seconds()
    if late < interval or claim.outcome is None or claim.at:
        return (), ""
    missed = int(late // interval)
    days: dict[date, int] = {}
    for number in range(min(missed, MOST_SKIPPED)):
        day = (claim.due_at + timedelta(seconds=interval * number)).date()
        days[day] = days.get(day, 0) + 1
    held = claim.held_until is not None and claim.held_until > claim.due_at
    reason = f"host: {claim.held_reason or 'asked to wait'}" if held else "nobody polled: not running, or too busy"
    return tuple(sorted(days.items())), reason


def advice(health: str, reason: str | None) -> str:
    """What to do about it, in words; empty for a source that is well."""
    if health in ("", Health.HEALTHY):
        return ""
    if health == Health.LATE:
        return "is `monitor run` running? If so, its host's pace is too slow for this interval (`monitor check`)"
    if told := known_advice(reason or ""):
        return told
    if health == Health.BLIND:
        return BLIND_SILENT if not reason or "no news" in reason else BLIND_EMPTY
    return "`monitor source try` shows what comes back"


def known_advice(reason: str) -> str:
    """What helps against a failure of that reason; empty where nothing is known."""
    return next((told for words, told in ADVICE if words in reason), "")


def told(source: SourceHealth, now: datetime) -> Told:
    """A source's health at this moment: that of its last poll, unless its next is overdue."""
    reason = _why(source)
    if source.state != "active":
        return Told(source.state, source.since, reason, "")
    health = source.health or ("" if source.outcome is None else _of_outcome(source.outcome))
    late = source.due_at is not None and now > source.due_at + LATE_AFTER + timedelta(seconds=source.every)
    if late and health not in BAD:
        return Told(Health.LATE.value, source.due_at, "its turn came and nobody polled", advice(Health.LATE, None))
    return Told(health, source.since or source.succeeded_at, reason, advice(health, reason))


def _why(source: SourceHealth) -> str:
    """The reason in short: what follows it as advice is told as advice, and silence tells since when."""
    if source.health == Health.BLIND:
        if source.reason and not source.reason.startswith(NO_NEWS):
            return source.reason
        if not source.entries:
            return "it answers and shows nothing"
        return f"no news since {source.changed_at:%d %b %Y}, longer than usual" if source.changed_at else NO_NEWS
    reason = source.reason or ""
    return reason.partition(": ")[0] if reason.startswith("http ") else reason


def order(health: str) -> int:
    """Those in trouble first."""
    ranks: Mapping[str, int] = {"failing": 0, "gone": 1, "blind": 2, "late": 3, "": 4, "healthy": 5}
    return ranks.get(health, 6)


def _of_outcome(outcome: str) -> str:
    return (Health.FAILING if outcome == Outcome.FAILED.value else Health.HEALTHY).value


def _standing(claim: SourceClaim, health: Health, now: datetime, missing: datetime | None) -> Standing:
    same = before(claim) == health.value and claim.health_since is not None
    since = claim.health_since if same and claim.health_since is not None else now
    return Standing(health.value, since, missing, claim.blind_at, claim.untrusted)
