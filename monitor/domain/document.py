"""document: one thing at one place, and the texts it had."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from .hit import HitDraft
from .link import FoundLink
from .ruling import RulingKind


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a body came from, for whoever reads it: the child gets nothing else."""

    source: str
    kind: str  # a SourceKind key, or "document" for a link that is read by itself
    url: str
    content_type: str = ""
    charset: str | None = None
    options: Mapping[str, object] = field(default_factory=dict)
    title: str = ""  # what the link that led here was called


@dataclass(frozen=True, slots=True)
class Extracted:
    """One text taken out of a body by a format or a source kind, before anything is matched.

    `text` is the main text; `furniture` is what stood around it (menus, footers), looked at only to
    explain a non-alert. `place` names the document inside its source: an entry id or an address.
    """

    place: str
    url: str
    title: str
    text: str
    furniture: str = ""
    published: datetime | None = None
    author: str = ""
    language: str | None = None
    format: str = "html"
    canonical: str | None = None
    truncated: bool = False
    warnings: tuple[str, ...] = ()
    attachments: tuple[FoundLink, ...] = ()
    hidden: str = ""  # of `text`, what a browser does not show; looked for only where a term stands


@dataclass(frozen=True, slots=True)
class Harvest:
    """All that one body gave: texts, links to read, and what was cut or odd."""

    format: str
    texts: tuple[Extracted, ...] = ()
    links: tuple[FoundLink, ...] = ()
    title: str = ""
    language: str | None = None
    entries: int = 0
    truncated: bool = False
    warnings: tuple[str, ...] = ()
    more: tuple[str, ...] = ()  # addresses of further pages of the same list, feed or sitemap
    meta: Mapping[str, str] = field(default_factory=dict)  # og:type, og:site_name, article:author …


@dataclass(frozen=True, slots=True)
class Prepared:
    """A text that is ready to be judged and stored: hashes, candidate keys, kind, hits.

    `text_hash` is the SHA-256 of the content sentences (hex), `fingerprint` a 64-bit keyed BLAKE2b
    of the normalised text, `keys` the signed 64-bit candidate keys (empty without a hit).
    """

    extracted: Extracted
    text_hash: str
    fingerprint: int
    keys: tuple[int, ...] = ()
    story_keys: tuple[int, ...] = ()
    kind: str = "other"
    part: str | None = None
    facts: tuple[Mapping[str, object], ...] = ()
    hits: tuple[HitDraft, ...] = ()
    lines: tuple[int, ...] = ()  # hashes of lines at its edges that may be its site's, not the text's
    overran: bool = False  # the matcher did not finish: hits are reviews, never a non-hit


@dataclass(frozen=True, slots=True)
class Reading:
    """The child's answer to `read`: what the body was, and each text made ready."""

    harvest: Harvest
    prepared: tuple[Prepared, ...] = ()
    ruleset: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stored version that may be the same, with what the judge needs of it."""

    version: int
    item: int
    document: int
    source: str
    url: str
    title: str
    text: str
    published: datetime | None
    first_seen_at: datetime
    first_of_item: bool = False
    place: str = ""
    site: tuple[int, ...] = ()  # hashes of lines that its host, or that of the text in question, shows on many pages
    ruled: RulingKind | None = None  # a person said that it is (not) the same as the text in question
