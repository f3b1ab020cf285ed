"""shown: how do two stored texts compare now, for whoever reads a decision?"""

from __future__ import annotations

from monitor.domain.query import VersionView

from .judge import Comparison, Page, compare


def compare_versions(earlier: VersionView, later: VersionView) -> Comparison | None:
    """The aligned passages (`pairs`), changes and reasons of two stored versions; None when a text is no longer kept."""
    if earlier.text is None or later.text is None:
        return None
    return compare(Page(earlier.url, earlier.title, earlier.text), Page(later.url, later.title, later.text))
