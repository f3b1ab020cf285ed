"""base: what is a source kind?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..formats.base import Reader, Refiner


@dataclass(frozen=True, slots=True)
class SourceKind:
    """A sort of source: its key in a watchlist, its options as JSON Schema properties, how its body is read.

    `refine`, where there is one, parts main text from furniture; it is asked only where a term stands.
    """

    key: str
    options: Mapping[str, Mapping[str, object]]
    read: Reader
    refine: Refiner | None = None
    accept: str = "*/*"
    summary: str = field(default="")
    address: str = "url"  # what stands under its key: a url, the path of a folder, or a name
