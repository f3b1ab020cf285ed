"""link: an address that a source showed and that is still to be read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class LinkState(StrEnum):
    """Where a link stands; all but `due` are ends (with a reason) until it is due again."""

    DUE = "due"
    READ = "read"
    UNCHANGED = "unchanged"
    GONE = "gone"
    GIVEN_UP = "given up"


@dataclass(frozen=True, slots=True)
class FoundLink:
    """An address as a source showed it. `address` is canonical, `url` is what will be fetched."""

    address: str
    url: str
    host: str
    title: str = ""
    attachment: bool = False  # of the notice that showed it, not of the list
    shown_by: str = ""  # of an attachment: the place of the text that showed it
    stamp: str = ""  # what the source says of it (a date, a size); another one than last time: read it again
