"""schema: what may an editor offer while a watchlist is being written?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ...domain.hit import Kind, Novelty, Part
from ...domain.topic import Severity, Strength, Tolerance
from .channels import MOST_AN_HOUR, VERDICTS
from .kinds import DEFAULT_KINDS, OptionSpec, SourceKindSpec
from .topics import MAX_TERM, MAX_WITHIN

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string", "minLength": 1}
_WITHIN: Schema = {
    "type": "integer",
    "minimum": 1,
    "maximum": MAX_WITHIN,
    "description": "Characters of the folded text.",
}
_PATTERN = "^[a-z0-9*?][a-z0-9*?-]{0,63}$"  # of keys, in a channel's filters
_KEY: Schema = {"type": "string", "pattern": "^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$"}
_STRENGTH: Schema = {"enum": [level.value for level in Strength]}
_DATE: Schema = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}


def schema(kinds: Sequence[SourceKindSpec] = DEFAULT_KINDS) -> Schema:
    """The JSON Schema (draft 7) of a watchlist file; `monitor check` checks more than it can say."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "mention-monitor watchlist",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "watchlist": {**_TEXT, "description": "A title."},
            "topics": _section(_topic()),
            "sources": _section(_source(kinds)),
            "channels": _section(_channel()),
        },
    }


def schema_text(kinds: Sequence[SourceKindSpec] = DEFAULT_KINDS) -> str:
    """The schema as `watchlists/schema.json` holds it."""
    return json.dumps(schema(kinds), indent=2, ensure_ascii=False) + "\n"


def _section(items: Schema) -> Schema:
    return {"type": ["array", "null"], "items": items}


def _texts(description: str, **more: Any) -> Schema:
    return {"type": "array", "items": {**_TEXT, **more}, "description": description}


def _choices(known: Sequence[str], description: str) -> Schema:
    return {"type": "array", "items": {"enum": list(known)}, "description": description}


def _object(required: Sequence[str], properties: Schema, **more: Any) -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": properties,
        **more,
    }


def _topic() -> Schema:
    return _object(
        ["topic", "name"],
        {
            "topic": {**_KEY, "description": "The topic's key."},
            "name": {**_TEXT, "description": "What people call it."},
            "severity": {"enum": [level.value for level in Severity]},
            "terms": {"type": "array", "items": {"anyOf": [{**_TEXT, "maxLength": MAX_TERM * 10}, _term()]},
                      "description": "Written forms; {a, b} inside one stands for each of them."},
            "patterns": {"type": "array", "items": _pattern(), "description": "Ways to see a topic that is not named."},
            "exclude": _texts("A match that is part of one of these is none."),
            "exclude_near": {"type": "array", "items": {"anyOf": [_TEXT, _exclusion()]},
                             "description": "A word near a match that speaks against it."},
            "evidence": {"type": "array", "items": {"type": "array", "items": _TEXT, "minItems": 1},
                         "description": "Groups of words that say what a text is about, for names without context."},
            "unless": _texts("Words anywhere in a text that turn an alert into a review."),
            "kinds": {"type": "array", "items": {"enum": [kind.value for kind in Kind]},
                      "description": "Alerts only in texts of these kinds; reviews in others."},
            "must_match": _texts("Texts that must give an alert of this topic."),
            "must_not_match": _texts("Texts that must give none."),
            "formerly": _texts("Keys that this topic had before.", pattern=_KEY["pattern"]),
        },
    )  # fmt: skip


def _term() -> Schema:
    return _object(
        ["term"],
        {
            "term": _TEXT,
            "near": _texts("One of these must stand near."),
            "within": _WITHIN,
            "tolerance": {"enum": [level.value for level in Tolerance], "description": "Each includes the one before."},
            "strength": {
                **_STRENGTH,
                "description": "weak: a review without context; strong: with near, a review without them.",
            },
            "since": {**_DATE, "description": "The first day of documents it holds for."},
            "until": {**_DATE, "description": "The last day of documents it holds for."},
        },
    )


def _exclusion() -> Schema:
    weak = {"enum": [Strength.WEAK.value], "description": "weak: speaks against names that need context, only."}
    return _object(["word"], {"word": _TEXT, "within": _WITHIN, "strength": weak})


def _pattern() -> Schema:
    group = {"type": "array", "items": _TEXT, "minItems": 1}
    groups = {
        "type": "array",
        "items": group,
        "minItems": 2,
        "description": "One word of every group must stand near the others.",
    }
    strength = {**_STRENGTH, "description": "weak: gives reviews only."}
    return _object(["name", "groups"], {"name": _TEXT, "groups": groups, "within": _WITHIN, "strength": strength})


def _source(kinds: Sequence[SourceKindSpec]) -> Schema:
    address = {"type": "string", "pattern": "^[Hh][Tt][Tt][Pp][Ss]?://"}
    properties: Schema = {
        "source": {**_KEY, "description": "The source's key."},
        "name": _TEXT,
        "every": {
            "type": "string",
            "description": "15 min is kept; 5 min..2 h adapts to the source.",
            "default": "15 min",
        },
        "at": {
            **_TEXT,
            "description": "Fixed times instead of every: 30 9 * * 1-5 Asia/Shanghai, or daily 09:30 Asia/Shanghai.",
        },
        "pace": {"type": ["string", "number"], "description": "Seconds between requests to its host; 0 is no pause."},
        "formerly": _texts("Keys that this source had before.", pattern=_KEY["pattern"]),
    }
    for kind in kinds:
        written = address if kind.address == "url" else _TEXT
        properties[kind.key] = {**written, "description": kind.summary}
        properties.update({name: _option(spec) for name, spec in kind.options.items() if name not in properties})
    return _object(["source"], properties, oneOf=[{"required": [kind.key]} for kind in kinds])


def _option(spec: OptionSpec) -> Schema:
    form = {name: value for name, value in spec.items() if name != "format"}
    if spec.get("type") == "array":
        form["items"] = _TEXT
    if spec.get("format") == "css-selector":
        form.pop("type")
        return {**form, "anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}
    return form


def _channel() -> Schema:
    return _object(
        ["channel", "url"],
        {
            "channel": {**_KEY, "description": "The channel's key."},
            "url": {"type": "string", "pattern": "^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$",
                    "description": "Where its Apprise URL is: env:NAME or file:PATH, never the URL itself."},
            "topics": _texts("Keys, or patterns such as qiming*; all where left out.", pattern=_PATTERN),
            "kinds": _choices([kind.value for kind in Kind], "All where left out."),
            "parts": _choices([part.value for part in Part], "All where left out."),
            "severities": _choices([level.value for level in Severity], "All where left out."),
            "sources": _texts("Keys, or patterns such as city-*; all where left out.", pattern=_PATTERN),
            "novelties": _choices([novelty.value for novelty in Novelty], "All where left out."),
            "languages": _texts("Codes such as zh; all where left out."),
            "places": _texts("Provinces and cities, such as 浙江 or Wenzhou; all where left out."),
            "verdicts": _choices(list(VERDICTS), "alert where left out; review tells what waits for judgement as well."),
            "when": {**_TEXT, "description": "now, every 2 h, daily 08:00 Asia/Shanghai, weekly Mon 08:00 Asia/Shanghai "
                     "or cron 0 8 * * 1-5 Asia/Shanghai.", "default": "now"},
            "digest": {**_TEXT, "description": "When retold stories are told: daily 08:00 Asia/Shanghai."},
            "quiet": {**_TEXT, "description": "Hours without messages: 22:00-07:00 Europe/Berlin."},
            "group": {**_TEXT, "description": "The first at once, then what comes within this time together: 10 min."},
            "rate": {"type": "integer", "minimum": 0, "maximum": MOST_AN_HOUR,
                     "description": "Messages an hour to one recipient, more go into a digest; 0 is any number. "
                     "60 for chat services where left out."},
            "heartbeat": {**_TEXT, "description": "When it hears that nothing happened: daily 08:00 Asia/Shanghai, or off. "
                          "Digest channels do at their own time, service channels daily, where left out."},
            "overview": {**_TEXT, "description": "When it gets the weekly overview: weekly Mon 08:00 Asia/Shanghai."},
            "canary": {**_TEXT, "description": "When a known text goes the whole way to it: daily 07:00 Asia/Shanghai."},
            "service": {"type": "boolean", "description": "Whether it gets notices about the service itself."},
        },
    )  # fmt: skip
