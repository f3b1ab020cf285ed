"""payload: the message as JSON, for programs.

One object: `version` 1, `message` (id, also the Idempotency-Key), `kind` (alert, baseline, digest,
notice, test), `channel`, `recipient`, `created_at`, `subject`, `text` (what a person would read),
`body` (of notices), `source` (of a baseline), and `tellings`: a list of objects with `delivery`,
`form` (new, updated, story, baseline) and `hit`, which has the fields of `monitor hits list --json`
and the stored ones besides. Personal data in texts are masked, with spans unchanged.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime

from ...domain.delivery import Draft, Telling
from ...domain.hit import HitView
from ..mask import mask
from .headline import subject
from .lines import text
from .view import Told

VERSION = 1
_MASKED = frozenset({"title", "also_at", "reasons", "relation_reasons", "changes"})


def payload(draft: Draft, told: Sequence[Told], extras: Mapping[str, str] | None = None) -> bytes:
    """The JSON as ASCII bytes; `extras` are fields that the channel's URL adds, never over ours."""
    message = {
        **(extras or {}),
        "version": VERSION,
        "message": draft.id,
        "kind": draft.kind.value,
        "channel": draft.channel,
        "recipient": draft.recipient,
        "created_at": draft.created_at.isoformat(),
        "subject": subject(draft, told),
        "text": text(draft, told),
        "body": draft.body,
        "source": draft.source,
        "tellings": [_telling(telling) for telling in draft.tellings],
    }
    return json.dumps(message, ensure_ascii=True, separators=(",", ":"), default=_plain).encode("ascii")


def _telling(telling: Telling) -> dict[str, object]:
    return {"delivery": telling.delivery, "form": telling.form.value, "hit": _hit(telling.hit)}


def _hit(hit: HitView) -> dict[str, object]:
    shown = {field.name: getattr(hit, field.name) for field in fields(hit)}
    shown |= {name: _masked(shown[name]) for name in _MASKED}
    start = hit.start - hit.passage_start
    shown["passage"] = mask(hit.passage, keep=[(start, start + len(hit.text))])
    return shown


def _masked(value: object) -> object:
    if isinstance(value, str):
        return mask(value)
    return [_masked(part) for part in value] if isinstance(value, tuple) else value


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)
