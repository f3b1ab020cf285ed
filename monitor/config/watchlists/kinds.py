"""kinds: which sorts of source are there, and which options does each take?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

OptionSpec = Mapping[str, object]
"""One option as a JSON Schema property.

`type` is string, integer (with `minimum` and `maximum`), boolean or array (of strings); a string may have an
`enum`, or the `format` css-selector (then a list of them may stand there as well) or time-zone.
"""


@dataclass(frozen=True, slots=True)
class SourceKindSpec:
    """A kind of source: the key that its address stands under, its options, and one line about it.

    `address` says what stands under the key: a url, the path of a folder, or a name.
    """

    key: str
    options: Mapping[str, OptionSpec] = field(default_factory=dict)
    summary: str = ""
    address: str = "url"


def _selector(description: str) -> OptionSpec:
    return {"type": "string", "format": "css-selector", "description": f"CSS selector of {description}"}


def _count(most: int, usual: int, description: str) -> OptionSpec:
    return {"type": "integer", "minimum": 1, "maximum": most, "default": usual, "description": description}


def _flag(description: str) -> OptionSpec:
    return {"type": "boolean", "description": description}


def _patterns(description: str) -> OptionSpec:
    return {"type": "array", "description": f"{description}; * stands for anything."}


_ZONE = {"type": "string", "format": "time-zone", "description": "IANA zone of dates that the feed writes without one"}
_MATCHING = {
    "follow_matching": _patterns("Only links whose address has one of these in it are read"),
    "skip_matching": _patterns("Links whose address has one of these in it are not read"),
}
_OLD_TLS = {"old_tls": _flag("Speak to a server that knows only old TLS rules; certificates are checked all the same.")}

# the same as adapters/kinds, which this room may not import; tests hold them together
DEFAULT_KINDS: Sequence[SourceKindSpec] = (
    SourceKindSpec(
        "feed",
        {
            "timezone": _ZONE,
            "pages": _count(
                50, 3, "How many pages of a paged or archived feed are read, at first and where entries are missing."
            ),
            "search": _flag("A news search: its links lead to the articles by a redirect, which is followed."),
            **_OLD_TLS,
        },
        "RSS, Atom, RDF, CDF or JSON Feed",
    ),
    SourceKindSpec(
        "page",
        {
            "select": _selector("the block to watch; the whole page without it"),
            "ignore": _selector("what is left out of it"),
            **_OLD_TLS,
        },
        "one page or file, whole or a block of it",
    ),
    SourceKindSpec(
        "listing",
        {
            "follow": _selector("the links to notices; every link without it"),
            **_MATCHING,
            "next": _selector("the link to the next page; found by itself without it"),
            "pages": _count(50, 3, "How many pages of the list are looked at."),
            **_OLD_TLS,
        },
        "a list page whose linked notices and attachments are read",
    ),
    SourceKindSpec(
        "sitemap",
        {
            **_MATCHING,
            "files": _count(50, 10, "How many files of a sitemap index are looked at, the newest first."),
            **_OLD_TLS,
        },
        "a sitemap or sitemap index whose pages are read, again when their lastmod changes",
    ),
    SourceKindSpec(
        "folder",
        {**_MATCHING, "subfolders": _flag("Whether files in its folders are read as well.")},
        "a folder on this machine whose files are read as they appear or change",
        "path",
    ),
    SourceKindSpec(
        "push", {}, "documents that other tools send to POST /api/documents; the text says who sends", "name"
    ),
)
