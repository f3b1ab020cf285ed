"""safe: how is text that strangers wrote made harmless before a person reads it?

Content is data: nothing here interprets it. What cannot be seen is shown by its number, what could
call people or hide an address is broken, what is endless is cut and says so.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote, urlsplit, urlunsplit

TITLE = 300  # code points of a title that are shown
_BREAKS = re.compile(r"[\s\x85\u2028\u2029]+")
_UNSEEN = re.compile(r"[^\n\x20-\x7e]")
_URL_KEPT = "%/:=&?~#+!$,;'@()*[]"
_LONGEST_URL = 2_000


def one_line(text: str) -> str:
    """The text on one line: every run of breaks and spaces is one space, unseen characters are shown (A80, A84)."""
    return visible(_BREAKS.sub(" ", text).strip())


def visible(text: str) -> str:
    """Control, format and unpaired characters as `⟨U+202E⟩`; line feeds stay."""
    return _UNSEEN.sub(lambda found: _shown(found[0]), text)


def _shown(char: str) -> str:
    category = unicodedata.category(char)
    if category in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
        return f"⟨U+{ord(char):04X}⟩"
    return char


def cut(text: str, limit: int, whole: int | None = None) -> str:
    """At most `limit` code points of the text, with a note of what was cut (A85); `whole` is its length before."""
    length = len(text) if whole is None else whole
    if max(len(text), length) <= limit:
        return text
    return f"{text[:limit].rstrip()}… [cut: {length:,} characters in all]"


def head(text: str, limit: int) -> str:
    """As much of a text as `limit` shown code points can come from, so that what is endless costs nothing."""
    return text[: limit * 4]


def uncalling(text: str) -> str:
    """Chat text that calls nobody and names every address it leads to (A82, A83).

    `@` becomes its full-width form, angle brackets (`<!channel>`, `<http://x|label>`) single quotes,
    and a label is taken off its bracketed address. The look stays, the meaning to a chat program goes.
    """
    broken = text.translate({ord("@"): "＠", ord("<"): "‹", ord(">"): "›"})
    return broken.replace("](", "] (").replace("||", "¦¦").replace("```", "ˋˋˋ")


@dataclass(frozen=True, slots=True)
class Link:
    """An address that may be followed: `href` for the machine, `host` for the eye."""

    href: str
    host: str


def link(url: str) -> Link | None:
    """The address of a page if it is one that may be shown as a link: http or https, no user, no tricks."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not host or len(url) > _LONGEST_URL:
        return None
    wire = _ascii_host(host)
    if wire is None:
        return None
    place = f"[{wire}]" if ":" in wire else wire
    netloc = place if port is None else f"{place}:{port}"
    path, query, fragment = (
        quote(part, safe=_URL_KEPT, errors="replace") for part in (parts.path, parts.query, parts.fragment)
    )
    return Link(urlunsplit((parts.scheme, netloc, path, query, fragment)), netloc)


def _ascii_host(host: str) -> str | None:
    """The host as the wire has it, so that look-alike letters show as `xn--…`."""
    try:
        wire = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    return wire if re.fullmatch(r"[A-Za-z0-9._:\-]+", wire) else None
