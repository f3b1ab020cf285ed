"""rules: which of the links that a source shows are to be read?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MATCHING: Mapping[str, Mapping[str, object]] = {
    "follow_matching": {
        "type": "array",
        "description": "Only links whose address has one of these in it are read; * stands for anything.",
    },
    "skip_matching": {
        "type": "array",
        "description": "Links whose address has one of these in it are not read; * stands for anything.",
    },
}
OLD_TLS: Mapping[str, Mapping[str, object]] = {
    "old_tls": {
        "type": "boolean",
        "description": "Speak to a server that knows only old TLS rules; certificates are checked all the same.",
    }
}


@dataclass(frozen=True, slots=True)
class LinkRules:
    """Plain patterns for addresses, upper and lower case alike."""

    follow: tuple[tuple[str, ...], ...] = ()
    skip: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def of(cls, options: Mapping[str, object]) -> LinkRules:
        """The rules among a source's options."""
        return cls(_patterns(options.get("follow_matching")), _patterns(options.get("skip_matching")))

    def wants(self, address: str) -> bool:
        """Whether a link to this address is to be read."""
        text = address.lower()
        if any(_stands_in(pattern, text) for pattern in self.skip):
            return False
        return not self.follow or any(_stands_in(pattern, text) for pattern in self.follow)


def _patterns(value: object) -> tuple[tuple[str, ...], ...]:
    texts: Sequence[object] = value if isinstance(value, list | tuple) else ()
    return tuple(tuple(part for part in str(text).lower().split("*") if part) for text in texts)


def _stands_in(parts: Sequence[str], text: str) -> bool:
    """Whether the parts stand in the text one after the other; linear, whatever the pattern."""
    at = 0
    for part in parts:
        found = text.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return True
