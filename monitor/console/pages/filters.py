"""filters: which values of an address are a filter of the hit list?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from ...domain.hit import Kind, Novelty, Part, Verdict
from ...domain.query import HitFilter
from .desk import Desk

SEEN = {"": "Any time", "1": "Last day", "7": "Last 7 days", "30": "Last 30 days", "365": "Last year"}
STATES = {"": "Any", "unjudged": "not judged", "right": "right", "wrong": "wrong", "restored": "told everyone"}
MORE = ("part", "source", "place", "min_amount", "currency", "deadline_after", "deadline_before", "since", "until")
NARROWING = ("q", "topic", "kind", "novelty", "seen", "state", *MORE)
_KNOWN = {
    "kind": {found.value for found in Kind},
    "part": {found.value for found in Part},
    "novelty": {found.value for found in Novelty},
    "seen": set(SEEN),
    "state": set(STATES),
}
_TEXTS = ("q", "topic", "source", "place")
_DAYS = ("since", "until", "deadline_after", "deadline_before")


def read(asked: Mapping[str, str]) -> dict[str, str]:
    """What was asked, cleaned: verdict is one of ours (alert, if none is named), what is not known is empty."""
    verdict = asked.get("verdict", "alert")
    known = {found.value for found in Verdict}
    values = {name: _clean(asked.get(name, "")) for name in _TEXTS}
    values |= {name: asked.get(name, "") if asked.get(name) in known else "" for name, known in _KNOWN.items()}
    values |= {name: found.isoformat() if (found := _day(asked.get(name))) else "" for name in _DAYS}
    values["min_amount"] = _amount(asked.get("min_amount", ""))
    currency = asked.get("currency", "").strip().upper()
    values["currency"] = currency if len(currency) == 3 and currency.isascii() and currency.isalpha() else ""
    values["verdict"] = "" if verdict == "all" else verdict if verdict in known else "alert"
    return values


def filter_of(values: Mapping[str, str], desk: Desk) -> HitFilter:
    """The cleaned values as a filter; days begin in the reader's zone."""

    def one(name: str) -> tuple[str, ...]:
        return (values[name],) if values[name] else ()

    since = desk.moments.begin(_day(values["since"]))
    if values["seen"]:
        recent = desk.now - timedelta(days=int(values["seen"]))
        since = max(since, recent) if since is not None else recent
    until = _day(values["until"])
    return HitFilter(
        topics=one("topic"),
        verdicts=one("verdict"),
        novelties=one("novelty"),
        kinds=one("kind"),
        parts=one("part"),
        sources=one("source"),
        states=one("state"),
        since=since,
        until=desk.moments.begin(until + timedelta(days=1) if until else None),
        text=values["q"] or None,
        min_amount=float(values["min_amount"]) if values["min_amount"] else None,
        currency=values["currency"] or None,
        place=values["place"] or None,
        deadline_after=_day(values["deadline_after"]),
        deadline_before=_day(values["deadline_before"]),
    )


def _clean(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8").strip()[:200]


def _day(text: str | None) -> date | None:
    """A day as fields of forms write it, if a source can have it."""
    try:
        found = date.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return found if 1971 <= found.year <= 9000 else None


def _amount(text: str) -> str:
    """`1,000,000`, `1 000 000`, `300万`, `1.5m` as digits; empty if it is no amount."""
    plain = "".join(text.replace(",", "").split()).lower().removeprefix("¥")
    for end, times in (("万", 10_000), ("亿", 100_000_000), ("m", 1_000_000), ("k", 1_000)):
        if plain.endswith(end):
            plain, scale = plain.removesuffix(end), times
            break
    else:
        scale = 1
    if len(plain) > 15 or not plain.isascii() or plain.count(".") > 1 or not plain.replace(".", "").isdecimal():
        return ""
    return f"{float(plain) * scale:.0f}"
