"""site: which lines of a text does its host show on many pages?

Word lists cannot know every site's footer. What stands word for word at the edge of several documents of one host is the
site's own voice. It is still compared; only where it stands in one text alone it tells nothing, and where it stands in both
it proves nothing. Lines with a figure or a matter of notices (dates, amounts, who signs) never count as the site's.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import lru_cache
from hashlib import blake2b

from .furniture import speaks_of_matter
from .normalise import has_digit
from .sentences import Parsed, Sentence

EDGE = 8  # lines at either end that are counted: headers and footers
SEEN = 5  # documents of a host on which a line is the site's own


def site_lines(page: Parsed) -> tuple[int, ...]:
    """The hashes (signed 64 bit) of the lines at the edges of a text that may be its site's, sorted; at most 16."""
    lines = page.sentences
    edge = lines if len(lines) <= 2 * EDGE else (*lines[:EDGE], *lines[-EDGE:])
    return tuple(sorted({line_hash(line.norm) for line in edge if _may_be_the_sites(line)}))


def line_hash(norm: str) -> int:
    """A line's compared form as a signed 64-bit number. Not keyed: whoever aims at it marks lines of his own site."""
    raw = blake2b(norm.encode("utf-8", "replace"), digest_size=8, person=b"line").digest()
    return int.from_bytes(raw, "big", signed=True)


def with_site(page: Parsed, lines: Collection[int]) -> Parsed:
    """The page with those of its sentences marked that are among a host's lines; the page itself where none is."""
    if not lines:
        return page
    known = frozenset(lines)
    places = [n for n, number in _hashes(page) if number in known and not speaks_of_matter(page.sentences[n].text)]
    return replace(page, site=frozenset(places)) if places else page


@lru_cache(maxsize=64)
def _hashes(page: Parsed) -> tuple[tuple[int, int], ...]:
    """The places and hashes of all lines without a figure; the same text is marked beside each of its candidates."""
    return tuple((n, line_hash(line.norm)) for n, line in enumerate(page.sentences) if not has_digit(line.text))


def _may_be_the_sites(line: Sentence) -> bool:
    return not has_digit(line.text) and not speaks_of_matter(line.text)
