"""listed: how are long lists of words written so that people can read them?"""

from __future__ import annotations


def listed(text: str, separator: str | None = None) -> tuple[str, ...]:
    """The entries of a list written over several lines; entries with spaces need a separator."""
    return tuple(entry.strip() for entry in " ".join(text.split()).split(separator) if entry.strip())
