"""keys: by which numbers can a text be found again?

Sentence hashes find copies that keep whole sentences, MinHash bands those whose every sentence was touched, address and
headline the rest; rare facts find other tellings. All hashes are keyed, so that nobody can aim at a collision.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b, sha256

import numpy as np
from numpy.typing import NDArray

from .normalise import compact, normalise, units
from .rare import facts_of
from .sentences import Content, Parsed, parse, read_content
from .site import site_lines
from .sounds import skeleton

SENTENCE_KEYS = 12
SENTENCE_UNITS = 28
BANDS, ROWS = 8, 4
SUBJECT_UNITS = 12
STORY_KEYS = 24
SHINGLE_ZH, SHINGLE_EN = 5, 9
MOST_SHINGLED = 20_000  # characters; a copy shares its beginning
PRIME = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Signature:
    """What a text is stored and found by.

    `text_hash` is the SHA-256 (hex) of its content sentences; `fingerprint` a signed 64-bit keyed BLAKE2b of headline,
    sentences and sign-off year, a candidate for `same`, never proof; `keys` (at most 23) and `story_keys` (at most 24)
    are signed 64-bit numbers, and so are the hashes of `lines` at its edges that may be its site's (at most 16).
    """

    text_hash: str
    fingerprint: int
    keys: tuple[int, ...]
    story_keys: tuple[int, ...]
    lines: tuple[int, ...] = ()


def sign(title: str, text: str, url: str, key: bytes, aliases: Mapping[str, str] | None = None) -> Signature:
    """The keys of a text. `aliases` (watched written form → topic) count as facts, across languages. Never raises."""
    page = parse(title, text, url)
    content = read_content(text)
    key = key[:64]
    return Signature(
        content_hash(text),
        _fingerprint(page, content, key),
        _candidate_keys(page, content, key),
        _story_keys(page, key, title, text, aliases or {}),
        site_lines(page),
    )


def content_hash(text: str) -> str:
    """SHA-256 (hex) of the content sentences: clocks, counters and furniture do not change it."""
    content = read_content(text)
    parts = [s.norm for s in content.sentences] + [compact(c.text) for c in content.contacts] + [content.sign_off_line]
    if not content.sentences and not content.contacts:
        parts = [" ".join(normalise(text).split())]
    return sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()


def hash64(kind: str, value: str, key: bytes) -> int:
    """A signed 64-bit keyed hash; `kind` separates the sorts of keys."""
    state = _keyed(kind, key).copy()
    state.update(value.encode("utf-8", "replace"))
    return int.from_bytes(state.digest(), "big", signed=True)


@lru_cache(maxsize=32)
def _keyed(kind: str, key: bytes) -> blake2b:
    """A hash that has taken in its key: a text has some fifty of them."""
    return blake2b(digest_size=8, key=key, person=kind.encode())


def _fingerprint(page: Parsed, content: Content, key: bytes) -> int:
    body = "\n".join(s.norm for s in content.sentences)
    return hash64("whole", f"{page.title.norm}\n{body}\n{page.sign_off or ''}", key)


def _candidate_keys(page: Parsed, content: Content, key: bytes) -> tuple[int, ...]:
    long = {s.norm for s in content.sentences if s.weight >= SENTENCE_UNITS} or {s.norm for s in content.sentences}
    keys = sorted(hash64("sentence", norm, key) for norm in long)[:SENTENCE_KEYS]
    keys.extend(_bands(page, key))
    if page.page:
        keys.append(hash64("page", page.page, key))
    if page.title.weight >= 8:
        keys.append(hash64("title", page.title.norm, key))
    subject = page.title.subject
    if subject != page.title.norm and units(subject) >= SUBJECT_UNITS:
        keys.append(hash64("subject", subject, key))  # by which a short notice that changes this one is found
    return tuple(dict.fromkeys(keys))


@lru_cache(maxsize=8)
def _seeds(key: bytes) -> NDArray[np.uint64]:
    raw = b"".join(blake2b(bytes([n]), digest_size=8, key=key, person=b"minhash").digest() for n in range(BANDS * ROWS))
    return np.frombuffer(raw, dtype=np.uint64) | np.uint64(1)


def _bands(page: Parsed, key: bytes) -> list[int]:
    """MinHash: one key for each band of rows over the shingles of the compared form."""
    norm = page.joined[:MOST_SHINGLED]
    size = SHINGLE_ZH if page.chinese else SHINGLE_EN
    if len(norm) < size:
        return []
    codes = np.frombuffer(norm.encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)
    shingles = np.zeros(len(codes) - size + 1, dtype=np.uint64)
    for place in range(size):
        shingles = shingles * PRIME + codes[place : place + len(shingles)]
    shingles ^= shingles >> np.uint64(29)
    rows = (_seeds(key)[:, None] * shingles[None, :]).min(axis=1)
    return [
        hash64("band", f"{band}:{rows[band * ROWS : (band + 1) * ROWS].tobytes().hex()}", key) for band in range(BANDS)
    ]


def _story_keys(page: Parsed, key: bytes, title: str, text: str, aliases: Mapping[str, str]) -> tuple[int, ...]:
    facts = dict(facts_of(page).chances)
    sounds = {f"s:{skeleton(fact[2:])}": 1 / 200 for fact in facts if fact[0] == "p" and skeleton(fact[2:])}
    facts.update(sounds)  # by which a telling in the other script is found
    if aliases:
        whole = f"{title}\n{text}".casefold()
        facts.update({f"t:{topic}": 1 / 10 for form, topic in aliases.items() if form.casefold() in whole})
    rarest = sorted(facts, key=lambda fact: (facts[fact], fact))[:STORY_KEYS]
    return tuple(hash64("fact", fact, key) for fact in rarest)
