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
    """A kind of source: the key that its address stands under, its options, and one line about it."""

    key: str
    options: Mapping[str, OptionSpec] = field(default_factory=dict)
    summary: str = ""


def _selector(description: str) -> OptionSpec:
    return {"type": "string", "format": "css-selector", "description": f"CSS selector of {description}"}


_ZONE = {"type": "string", "format": "time-zone", "description": "IANA zone of dates that the feed writes without one"}

DEFAULT_KINDS: Sequence[SourceKindSpec] = (
    SourceKindSpec("feed", {"timezone": _ZONE}, "RSS, Atom, RDF, CDF or JSON Feed"),
    SourceKindSpec(
        "page",
        {
            "select": _selector("the block to watch; the whole page without it"),
            "ignore": _selector("what is left out of it"),
        },
        "one page or file, whole or a block of it",
    ),
    SourceKindSpec(
        "listing",
        {"follow": _selector("the links to notices; every link without it")},
        "a list page whose linked notices and attachments are read",
    ),
)
