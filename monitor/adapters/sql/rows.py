"""rows: how do domain values become rows, and rows domain values?"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeAlias

from monitor.domain.document import Prepared
from monitor.domain.hit import HitDraft
from monitor.pipeline.record import (
    MOST_MATCHES,
    clean,
    match_record,
    one_line,
    passage,
    stored_span,
    stored_text,
    strongest,
)

#: A row whose columns are asked for by name; what they hold is checked where it becomes a domain value.
AnyRow: TypeAlias = Any


SHORT = 300  # bytes of a text that is not packed: 12 µs would save 80 bytes of a version's thousand (the corpus' feeds)
_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str)


def dumps(value: object) -> str:
    """Compact JSON for a text column."""
    return clean(_COMPACT.encode(value))


@lru_cache(maxsize=256)
def dumped(words: tuple[str, ...]) -> str:
    """The same for warnings and reasons, which are few and come again with every text."""
    return dumps(words)


def loads_list(text: str | None) -> list[Any]:
    """A JSON list from a text column."""
    value = json.loads(text) if text else []
    return value if isinstance(value, list) else []


def text_row(prepared: Prepared, now: datetime) -> dict[str, Any]:
    """The row of a stored text, keyed by the SHA-256 of exactly what is stored."""
    full = stored_text(one_line(prepared.extracted.title), clean(prepared.extracted.text))
    raw = full.encode("utf-8")
    return {
        "sha256": hashlib.sha256(raw).hexdigest(),
        "content": zlib.compress(raw, 1 if len(raw) > SHORT else 0),
        "length": len(full),
        "stored_at": now,
        "with_hit": bool(prepared.hits),
    }


def unpack(content: bytes) -> str:
    """The text of a stored row."""
    return zlib.decompress(content).decode("utf-8")


def split_text(full: str) -> tuple[str, str]:
    """(title, body) of a stored text."""
    title, _, body = full.partition("\n")
    return title, body


def version_row(prepared: Prepared, document: int, now: datetime) -> dict[str, Any]:
    """The columns of a version that its text gives."""
    extracted = prepared.extracted
    return {
        "document": document,
        "text_hash": prepared.text_hash,
        "fingerprint": prepared.fingerprint,
        "url": clean(extracted.url),
        "title": one_line(extracted.title),
        "language": extracted.language,
        "format": extracted.format,
        "kind": prepared.kind,
        "part": prepared.part,
        "published": extracted.published,
        "first_seen_at": now,
        "warnings": dumped(tuple(extracted.warnings)),
        "truncated": extracted.truncated,
    }


def hit_row(hit: HitDraft, prepared: Prepared, more: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a hit; `more` says to which version, item, source and edition it belongs."""
    extracted = prepared.extracted
    title = one_line(extracted.title)
    full = stored_text(title, clean(extracted.text))
    match = strongest(hit, extracted.title, extracted.text)
    start, end = stored_span(match, title) if match else (len(title) + 1, len(title) + 1)
    words, words_start = passage(full, start, end)
    reasons = list(hit.reasons)
    beyond = max(0, len(hit.matches) - MOST_MATCHES) + hit.counted
    if beyond:
        reasons.append(f"{beyond} further matches were counted, not listed")
    return {
        "topic": hit.topic,
        "verdict": hit.verdict.value,
        "url": clean(extracted.url),
        "title": title,
        "kind": prepared.kind,
        "part": prepared.part,
        "term": clean(match.term) if match else "",
        "form": match.form if match else "",
        "text": full[start:end],
        "start": start,
        "end": end,
        "passage": words,
        "passage_start": words_start,
        "matches": dumps([match_record(one) for one in hit.matches[:MOST_MATCHES]]),
        "facts": dumps(list(prepared.facts)),
        "reasons": dumps(reasons),
        "score": round(hit.score, 4),
        **more,
    }


def pairs(text: str | None) -> tuple[tuple[str, str], ...]:
    """(before, after) pairs from a text column."""
    return tuple((str(before), str(after)) for before, after in loads_list(text))


def texts(values: Sequence[Any]) -> tuple[str, ...]:
    """A tuple of texts from JSON."""
    return tuple(str(value) for value in values)
