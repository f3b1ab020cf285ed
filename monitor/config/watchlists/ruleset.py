"""ruleset: what is the one canonical form of all topics, and what is it called?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from ...domain.topic import NearExclusion, Pattern, Ruleset, Severity, Strength, Term, Tolerance, Topic


def ruleset(topics: Iterable[Topic], reader_version: str) -> tuple[Ruleset, str]:
    """The ruleset of the topics and its canonical JSON.

    Its id is the SHA-256 of that JSON and the reader's version, in hex. Comments, the order of topics and
    files, and examples (they judge nothing) make no new one.
    """
    kept = tuple(
        replace(topic, must_match=(), must_not_match=(), formerly=())
        for topic in sorted(topics, key=lambda topic: topic.key)
    )
    canonical = json.dumps(
        [_plain(topic) for topic in kept], ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_text
    )
    name = hashlib.sha256(f"{canonical}\n{reader_version}".encode()).hexdigest()
    return Ruleset(name, kept), canonical


def ruleset_of(name: str, canonical: str) -> Ruleset:
    """The ruleset that a stored row holds: its id and canonical JSON."""
    return Ruleset(name, tuple(_topic(row) for row in json.loads(canonical)))


def _plain(topic: Topic) -> dict[str, Any]:
    return {
        name: value for name, value in asdict(topic).items() if name not in ("must_match", "must_not_match", "formerly")
    }


def _text(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no canonical form")


def _topic(row: Mapping[str, Any]) -> Topic:
    return Topic(
        key=row["key"],
        name=row["name"],
        severity=Severity(row["severity"]),
        terms=tuple(_term(term) for term in row["terms"]),
        patterns=tuple(_pattern(pattern) for pattern in row["patterns"]),
        exclude=tuple(row["exclude"]),
        exclude_near=tuple(
            NearExclusion(near["word"], near["within"], _strength(near)) for near in row["exclude_near"]
        ),
        evidence=tuple(tuple(group) for group in row.get("evidence", ())),
        unless=tuple(row["unless"]),
        kinds=tuple(row.get("kinds", ())),
    )


def _term(row: Mapping[str, Any]) -> Term:
    return Term(
        text=row["text"],
        near=tuple(row["near"]),
        within=row["within"],
        tolerance=Tolerance(row["tolerance"]),
        strength=_strength(row),
        since=date.fromisoformat(row["since"]) if row["since"] else None,
        until=date.fromisoformat(row["until"]) if row["until"] else None,
    )


def _pattern(row: Mapping[str, Any]) -> Pattern:
    return Pattern(
        name=row["name"],
        groups=tuple(tuple(group) for group in row["groups"]),
        within=row["within"],
        strength=_strength(row),
    )


def _strength(row: Mapping[str, Any]) -> Strength | None:
    """None, too, in a row that was stored before patterns had a strength."""
    written = row.get("strength")
    return Strength(written) if written else None
